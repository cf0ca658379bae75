"""How a visitor's seed grows at its private address: with the days on which the owner works in public. Pure."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from garden.vocabulary import GrowthStage

# The working days that each rung begins at: a sprout after one, so that whoever comes back sees something; then slowly.
DAYS_OF: Final = {
    GrowthStage.SEED: 0,
    GrowthStage.SPROUT: 1,
    GrowthStage.GROWING: 5,
    GrowthStage.BLOOMING: 15,
    GrowthStage.MATURE: 40,
    GrowthStage.ANCIENT: 120,
}


def grown(days: int) -> tuple[GrowthStage, float]:
    """The rung that so many working days come to, and how far it is to the next, 0–1."""
    for (stage, begun), (_, next_begun) in pairwise(DAYS_OF.items()):
        if days < next_begun:
            return stage, (days - begun) / (next_begun - begun)
    return GrowthStage.ANCIENT, 1.0
