"""What an answer says beside its data: further pages, a pause asked for, and a sentence about what went wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from requests.utils import parse_header_links

from common.text import storable

if TYPE_CHECKING:
    from collections.abc import Mapping

PAUSE_UNSAID: Final = timedelta(seconds=60)  # when asked to slow down without being told for how long
LIMIT_EXHAUSTED: Final = "0"
PREFIXES: Final = ("X-RateLimit", "RateLimit", "X-Rate-Limit")  # GitHub and Mastodon; Bluesky and GitLab; X
SINCE_1970: Final = 1e9  # no number of seconds that anybody asks to wait
MILLISECONDS_SINCE_1970: Final = 1e11
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
    remaining = _said(headers, "Remaining")
    exhausted = remaining == LIMIT_EXHAUSTED
    asked = (
        status == HTTPStatus.TOO_MANY_REQUESTS
        or (status == HTTPStatus.SERVICE_UNAVAILABLE and "Retry-After" in headers)
        or (status == HTTPStatus.FORBIDDEN and (exhausted or "Retry-After" in headers))
        or (status == HTTPStatus.FORBIDDEN and b"rate limit" in body[:2000].lower())
    )
    if not asked and not exhausted:
        return None
    until = (
        _moment(headers.get("Retry-After", ""), now)
        or (_reset(headers, now) if exhausted or not remaining else None)  # else another limit asks (GitHub's second)
        or now + PAUSE_UNSAID
    )
    limit = _said(headers, "Limit")  # of an hour at one service, of ten seconds at another
    reason = (
        f"{label} allows {limit} requests at a time to this account, and they are used up."
        if exhausted and limit.isdigit()
        else f"{label} asks us to slow down."
    )
    return Pause(min(max(until, now), now + LONGEST_PAUSE), reason, asked)


def _said(headers: Mapping[str, str], what: str) -> str:
    """What a service says of its limit, under whichever name, or as the newest draft has it: `"name";r=0;t=30`."""
    for prefix in PREFIXES:
        if (said := headers.get(f"{prefix}-{what}", "").strip()) != "":
            return said.partition(",")[0].strip()
    parameter = {"Remaining": "r", "Reset": "t"}.get(what)
    for part in headers.get("RateLimit", "").partition(",")[0].split(";"):
        name, _, value = part.partition("=")
        if name.strip() == parameter:
            return value.strip()
    return ""


def _reset(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the limit opens again. A second more: it opens after the second that is named."""
    until = _moment(_said(headers, "Reset"), now) or _moment(headers.get("X-RateLimit-Reset-In", ""), now)
    return until + timedelta(seconds=1) if until else None


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


def _moment(text: str, now: datetime) -> datetime | None:
    """The moment that a header names: in seconds from now or since 1970, or as a date; `None` for what is neither."""
    try:
        number = float(text)
    except ValueError:
        return _date(text)
    if not 0 <= number < float("inf"):
        return None
    if number < SINCE_1970:
        return now + timedelta(seconds=min(number, LONGEST_PAUSE.total_seconds()))
    if number >= MILLISECONDS_SINCE_1970:
        number /= 1000
    return datetime.fromtimestamp(min(number, now.timestamp() + LONGEST_PAUSE.total_seconds()), UTC)


def _date(text: str) -> datetime | None:
    """A date as HTTP writes it, or as ISO 8601 does (Mastodon)."""
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            continue
    return None
