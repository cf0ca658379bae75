"""All that follows from what: one line a reaction. How they are run stands in `garden/reactions.py`."""

from __future__ import annotations

from typing import Final

import skills.reactions
import weather.reactions
from garden.reactions import Reaction
from garden.vocabulary import EventType

REACTIONS: Final = (
    Reaction("storm", frozenset({EventType.COMMIT_PUSHED}), weather.reactions.storm),
    Reaction(
        "skills",
        frozenset({EventType.SEED_PLANTED, EventType.PROJECT_CHANGED, EventType.PROJECT_GROWTH}),
        skills.reactions.resync,
        newest_only=True,
    ),
)
