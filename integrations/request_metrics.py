"""How our requests to others went, by service and endpoint: a row each, whichever process asked."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django.db.models import F

from integrations.models import OutgoingEndpoint

if TYPE_CHECKING:
    from datetime import datetime

# Of an address only these words are kept, and versions; everything else is a name or a number of somebody's.
_WORDS: Final = """
account accounts api artists audio-features branches commits compare contributors current currently-playing data events
feed forecast geo groups issues languages listen-count listens lookup me merge_requests metadata orgs pipelines player
playing-now posts projects pulls rate_limit readme recently-played recording releases repos repositories repository rest
search stats statuses summaries token tweets user username users weather xrpc
app.bsky.actor.getProfile app.bsky.feed.getAuthorFeed
"""
WORDS: Final = frozenset(_WORDS.split())
VERSION: Final = re.compile(r"v?\d(\.\d)?")
A_NAME: Final = "*"
ELSEWHERE: Final = "elsewhere"  # addresses beside the service's own, which people gave
OTHER: Final = "other"
MOST_SEGMENTS: Final = 8
MOST_ENDPOINTS: Final = 40  # of one service; what comes after them is counted as `OTHER`


def endpoint_of(path: str) -> str:
    """The kind of address that a path is, without the names and numbers in it. Pure."""
    segments = [part for part in path.split("/") if part]
    kept = [part if part in WORDS or VERSION.fullmatch(part) else A_NAME for part in segments[:MOST_SEGMENTS]]
    return "/" + "/".join(kept)


def count_request(*, provider: str, endpoint: str, status: int | None, seconds: float, now: datetime) -> None:
    """Count one request and how it went; `status` is `None` where nobody answered. One query but for a new endpoint."""
    if _count(provider, endpoint, status, seconds, now):
        return
    if OutgoingEndpoint.objects.filter(provider=provider).count() >= MOST_ENDPOINTS:
        endpoint = OTHER
    OutgoingEndpoint.objects.get_or_create(
        provider=provider, endpoint=endpoint, defaults={"last_at": now, "since": now}
    )
    _count(provider, endpoint, status, seconds, now)


def _count(provider: str, endpoint: str, status: int | None, seconds: float, now: datetime) -> int:
    is_error = status is None or status >= HTTPStatus.BAD_REQUEST
    return OutgoingEndpoint.objects.filter(provider=provider, endpoint=endpoint).update(
        requests=F("requests") + 1,
        errors=F("errors") + int(is_error),
        seconds=F("seconds") + seconds,
        last_status=status,
        last_at=now,
    )
