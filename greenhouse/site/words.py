"""Plain words for the numbers that the pages show."""

from __future__ import annotations

from datetime import UTC, datetime

from garden.vocabulary import RESTING_BELOW, THRIVING_FROM

_STEPS = (("year", 365 * 86_400), ("month", 30 * 86_400), ("week", 7 * 86_400), ("day", 86_400), ("hour", 3600))


def vitality_word(vitality: float) -> str:
    """How alive a plant is, in one word."""
    if vitality >= THRIVING_FROM:
        return "thriving"
    return "resting" if vitality < RESTING_BELOW else "quiet"


def stage_words(label: str) -> str:
    """A stage as it reads in a sentence: `young_tree` is "young tree"."""
    return label.replace("_", " ")


def ago(then: datetime, now: datetime) -> str:
    """How long ago, to one unit: "3 days ago"."""
    seconds = (now - then).total_seconds()
    for unit, length in _STEPS:
        if (count := int(seconds // length)) >= 1:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "within the hour"


def percent(share: float) -> str:
    """A share of 0–1 as whole percent; a little is never called nothing, nor nearly all everything."""
    if 0 < share < 0.01:
        return "under 1%"
    return f"{99 if 0.99 <= share < 1 else round(share * 100)}%"


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 commit", "1,204 commits"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def listed(names: list[str]) -> str:
    """Names as a sentence lists them: "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def utc_date(moment: datetime) -> str:
    """A day as the pages write it: 5 March 2026."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {moment:%B %Y}"
