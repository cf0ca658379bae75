"""What the public garden says of an anonymous project: how much, and mainly in which language. Pure."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from common.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping

# What everybody may know of an anonymous project: how it looks, stands and grows, and its languages. Every other field,
# and each that is added, is kept back.
RELEASED: Final = frozenset(
    {
        *("id", "slug", "status", "visibility", "is_demo", "languages", "commit_count", "earlier_commits"),
        *("plant_type", "genome_seed", "position_x", "position_y", "position_z", "planted_date", "last_activity_at"),
        *("growth_stage", "growth_factor", "stage_progress", "vitality", "momentum", "grown_at", "updated_at"),
    }
)
NAME: Final = "A private project"
SOURCE: Final = "private"  # who told an event about it: which forge or editor is nobody's business


def description(*, commits: int, languages: Mapping[str, int]) -> str:
    """ "1,200 commits, Python": its commits and its main language, as far as they are known."""
    main = max(languages, key=lambda name: (languages[name], name), default="")
    return ", ".join(filter(None, [count(commits, "commit"), main]))


def new_seed() -> int:
    """What the plant's form is drawn from, 0 to 2³²−1: a seed made from the name would confirm a guess of it."""
    return secrets.randbits(32)
