"""Lists of foreign items, read one by one: a broken one is counted and named, the rest is kept. Pure."""

from __future__ import annotations

import math
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog

from common.text import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

LONGEST_URL: Final = 500  # characters
LARGEST_ID: Final = 2**63 - 1  # what a column of the database holds
UNREADABLE: Final = (LookupError, TypeError, ValueError, AttributeError, OverflowError)  # what a wrong shape raises

Item = TypeVar("Item")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class BrokenItem:
    """One item of a list that could not be read; the rest of its list was."""

    name: str  # such as "listen 3"
    why: str


_noted: ContextVar[list[BrokenItem] | None] = ContextVar("broken_items", default=None)


@contextmanager
def noting() -> Iterator[list[BrokenItem]]:
    """The items that `read_each` leaves out within the block, noted down for whoever tells of them."""
    noted: list[BrokenItem] = []
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def read_each(items: Iterable[Any], read: Callable[[Any], Item | None], *, called: str) -> list[Item]:
    """What `read` makes of each item; `None` of it is nothing to keep. `called` names one: "listen" for "listen 3".

    Raises the last one's error where there are items and none can be read.
    """
    found: list[Item | None] = []
    broken: list[Exception] = []
    noted = _noted.get()
    for number, item in enumerate(items, start=1):
        try:
            found.append(read(item))
        except UNREADABLE as error:
            broken.append(error)
            if noted is not None:
                noted.append(BrokenItem(f"{called} {number}", _words(error)))
    if broken and not found:
        raise broken[-1]
    if broken:
        log.warning("items.unreadable", count=len(broken), kept=len(found), last=storable(repr(broken[-1]), 200))
    return [one for one in found if one is not None]


def _words(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it has no {storable(str(error.args[0]), 40)}"
    return storable(str(error), 100) if isinstance(error, ValueError) else "it is not of the documented shape"


def plain_text(value: object) -> str:
    """A text; null is an empty one, and a number the text of it. Raises `TypeError` for anything else."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError("a text is expected")
    return str(value)


def text(value: object) -> str:
    """Third-party text made storable; anything else is not said."""
    return storable(value) if isinstance(value, str) else ""


def web_address(value: object) -> str:
    """A link that may stand on a page: http or https, of a length that can be kept; else empty."""
    address = text(value).strip()
    return address if address.lower().startswith(("https://", "http://")) and len(address) <= LONGEST_URL else ""


def unit(value: Any) -> float | None:
    """A number between 0 and 1, else `None`."""
    found = number(value)
    return found if found is not None and 0 <= found <= 1 else None


def number(value: Any) -> float | None:
    """A finite number, else `None`; truth values are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return None
    return found if math.isfinite(found) else None


def moment(value: object) -> datetime:
    """A time as services write it: ISO, with or without an offset, or seconds since 1970. In UTC."""
    if isinstance(value, int) and not isinstance(value, bool):
        return moment_of(value)
    if not isinstance(value, str):
        raise TypeError("a time is neither text nor number")
    parsed = datetime.fromisoformat(value)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


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
