"""How far this machine's clock is from those of the services that answered it, by the date that each answer carries."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

HOSTS_KEPT: Final = 9  # the newest answers; one service with a wrong clock is outvoted

_seconds: list[float] = []  # that this machine is ahead


def note(date: str, *, now: datetime) -> None:
    """Remember what an answer's `Date` says; one that says none, or nothing to be read, is left out."""
    try:
        ahead = (now - parsedate_to_datetime(date)).total_seconds()
    except (TypeError, ValueError):
        return
    _seconds.append(ahead)
    del _seconds[:-HOSTS_KEPT]


def ahead() -> float | None:
    """Seconds that this machine is ahead of the others, negative where it is behind; `None` where none answered."""
    return median(_seconds) if _seconds else None


def forget() -> None:
    """Begin anew."""
    _seconds.clear()
