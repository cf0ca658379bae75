"""Plain words for the numbers that the pages show."""

from __future__ import annotations

from garden.vocabulary import RESTING_BELOW, THRIVING_FROM


def vitality_word(vitality: float) -> str:
    """How alive a plant is, in one word."""
    if vitality >= THRIVING_FROM:
        return "thriving"
    return "resting" if vitality < RESTING_BELOW else "quiet"


def stage_words(label: str) -> str:
    """A stage as it reads in a sentence: `young_tree` is "young tree"."""
    return label.replace("_", " ")


def percent(share: float) -> str:
    """A share of 0–1 as whole percent; a little is never called nothing, nor nearly all everything."""
    if 0 < share < 0.01:
        return "under 1%"
    return f"{99 if 0.99 <= share < 1 else round(share * 100)}%"
