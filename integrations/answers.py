"""What an answer says beside its data: further pages, a pause asked for, and a sentence about what went wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from requests.utils import parse_header_links

from garden.text import storable

if TYPE_CHECKING:
    from collections.abc import Mapping

PAUSE_UNSAID: Final = timedelta(seconds=60)  # when asked to slow down without being told for how long
LIMIT_EXHAUSTED: Final = "0"
LONGEST_PAUSE: Final = timedelta(days=7)  # whatever is asked for: a wrong clock must not end an integration


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    data: Any = None  # parsed JSON, `None` for an empty body
    links: Mapping[str, str] = field(default_factory=dict)  # of the Link header, by their `rel`
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)  # empty where it was known already
    # When it was there, which may be long after it was asked for.
    at: datetime = field(default_factory=lambda: datetime.now(UTC), compare=False)


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that an answer asks for. `asked` where the answer was nothing else, so that the question stays open."""

    until: datetime
    reason: str
    asked: bool


def pause_in(status: int, headers: Mapping[str, str], body: bytes, *, label: str, now: datetime) -> Pause | None:
    """The pause that an answer asks for: it refuses for now, or it was the last one allowed."""
    exhausted = headers.get("X-RateLimit-Remaining") == LIMIT_EXHAUSTED
    asked = (
        status == HTTPStatus.TOO_MANY_REQUESTS
        or (status == HTTPStatus.FORBIDDEN and (exhausted or "Retry-After" in headers))
        or (status == HTTPStatus.FORBIDDEN and b"rate limit" in body[:2000].lower())
    )
    if not asked and not exhausted:
        return None
    until = (
        _after(headers.get("Retry-After", ""), now)
        or (_reset(headers.get("X-RateLimit-Reset", "")) if exhausted else None)
        or now + PAUSE_UNSAID
    )
    limit = headers.get("X-RateLimit-Limit", "")  # of an hour at one service, of ten seconds at another
    reason = (
        f"{label} allows {limit} requests at a time to this account, and they are used up."
        if exhausted and limit.isdigit()
        else f"{label} asks us to slow down."
    )
    return Pause(min(until, now + LONGEST_PAUSE), reason, asked)


def links_of(header: str) -> dict[str, str]:
    """The targets of a Link header by their `rel`."""
    return {link["rel"]: link["url"] for link in parse_header_links(header) if "rel" in link} if header else {}


def message_in(body: bytes) -> str:
    """The sentence in an error's JSON body, empty where there is none."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(said, dict):
        return ""
    error = said.get("error", "")
    told = error.get("message") if isinstance(error, dict) else error
    message = said.get("message") or said.get("reason") or told
    return storable(message, 200) if isinstance(message, str) else ""


def _after(text: str, now: datetime) -> datetime | None:
    """The moment that a Retry-After header names, in seconds or as a date; `None` for what is neither."""
    try:
        if text.isdigit():
            return now + timedelta(seconds=min(int(text), LONGEST_PAUSE.total_seconds()))
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _reset(text: str) -> datetime | None:
    """The moment that an `X-RateLimit-Reset` header names, in seconds since 1970."""
    try:
        # A second more: the limit opens after the second that is named.
        return datetime.fromtimestamp(int(text) + 1, UTC)
    except (ValueError, OverflowError, OSError):
        return None
