"""Numbers and moments in plain words, for pages and for the console. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

_STEPS = (("year", 365 * 86_400), ("month", 30 * 86_400), ("week", 7 * 86_400), ("day", 86_400), ("hour", 3600))


def ago(then: datetime, now: datetime) -> str:
    """How long ago, to one unit: "3 days ago"."""
    seconds = (now - then).total_seconds()
    for unit, length in _STEPS:
        if (count := int(seconds // length)) >= 1:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "within the hour"


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


def shortened(text: str, longest: int) -> str:
    """`text` in one line of at most `longest` characters, cut between words; a longer word is left whole."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    head = line[: longest - 1]
    kept = head.rsplit(" ", 1)[0] if " " in head else line.split(" ", 1)[0]
    return kept if kept == line else f"{kept.rstrip(',;:–')} …"
