"""Lists of foreign items, read one by one: a broken one is counted and named, the rest is kept. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog

from garden.text import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LARGEST_ID: Final = 2**63 - 1  # what a column of the database holds
UNREADABLE: Final = (LookupError, TypeError, ValueError, AttributeError, OverflowError)  # what a wrong shape raises

Item = TypeVar("Item")
log = structlog.get_logger(__name__)


def read_each(items: Iterable[Any], read: Callable[[Any], Item]) -> list[Item]:
    """What `read` makes of each item. Raises the last one's error where there are items and none can be read."""
    found: list[Item] = []
    broken: list[Exception] = []
    for item in items:
        try:
            found.append(read(item))
        except UNREADABLE as error:
            broken.append(error)
    if broken and not found:
        raise broken[-1]
    if broken:
        log.warning("items.unreadable", count=len(broken), kept=len(found), last=storable(repr(broken[-1]), 200))
    return found


def moment_of(seconds: float) -> datetime:
    """The moment of seconds since 1970, in UTC. Raises `ValueError` for one that no calendar holds."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError("a time is beyond all calendars") from error


def text_id(value: object) -> str:
    """An id that a service gives as text. Raises `ValueError` for what is none."""
    if not isinstance(value, str) or not (text := storable(value).strip()):
        raise ValueError(f"an id is text, and not {type(value).__name__}")
    return text


def number_id(value: object) -> int:
    """An id that a service counts up. Raises `ValueError` for what is none, or is more than can be kept."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_ID:
        raise ValueError("an id is a whole number of at most 63 bits")
    return value
