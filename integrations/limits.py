"""The rate limit of what we ask each service, the pauses that it asks for, and its circuit breaker.

They stand in the database, which every process of either shape shares: they outlive a restart, and a pause of hours is
kept by everyone. The token bucket holds `burst` requests and fills steadily. After `FAILURES_TO_OPEN` failures in a row
the circuit opens: nothing is asked for a while, then one request finds out, which closes it again or leaves it open for
longer. What was noted while the clock was ahead is let go of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import structlog
from django.db import transaction
from django.db.models import Q

from integrations.answers import LONGEST_PAUSE
from integrations.models import OutgoingLimit

if TYPE_CHECKING:
    from datetime import datetime

A_MINUTE: Final = timedelta(minutes=1)
FAILURES_TO_OPEN: Final = 5  # in a row: two runs that got nowhere
FIRST_REST: Final = timedelta(minutes=1)  # of an open circuit, doubled with each further failure
LONGEST_REST: Final = timedelta(minutes=30)
PROBE: Final = timedelta(minutes=2)  # the longest that one request takes; whoever is killed in it holds up no longer
RETENTION: Final = timedelta(days=60)

log = structlog.get_logger(__name__)  # LOG_LEVEL_RATE_LIMITER


class Circuit(StrEnum):
    """Whether a service is asked."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"  # one request finds out


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a request may go out. `until` is set, with its reason, where it has to wait."""

    until: datetime | None = None
    reason: str = ""
    open: bool = False  # the circuit is, so that nobody waits for it
    failures: int = 0  # in a row before this request


@transaction.atomic
def take_token(key: str, *, per_minute: int, burst: int, now: datetime) -> Turn:
    """Take one token out of the bucket of `key`, or say when there will be one. After an open circuit it is a probe."""
    OutgoingLimit.objects.get_or_create(provider=key, defaults={"tokens": burst, "updated_at": now})
    limit = OutgoingLimit.objects.select_for_update().get(provider=key)
    if pause := _pause_of(limit, now):
        return Turn(pause, limit.reason)
    if rest := _rest_of(limit, now):
        return Turn(rest, limit.trouble, open=True, failures=limit.failures)
    elapsed = now - limit.updated_at
    elapsed = A_MINUTE if elapsed < -A_MINUTE else max(timedelta(), elapsed)  # it was written while the clock was ahead
    tokens = min(float(burst), limit.tokens + elapsed / A_MINUTE * per_minute)
    if tokens < 1:
        log.debug("limits.out_of_tokens", limit=key, per_minute=per_minute)
        return Turn(now + (1 - tokens) / per_minute * A_MINUTE, "our own limit of requests a minute")
    if limit.open_until:
        limit.open_until, limit.probing = now + PROBE, True
    limit.tokens, limit.updated_at = tokens - 1, now
    limit.blocked_until, limit.blocked_at, limit.reason = None, None, ""
    limit.save()
    return Turn(failures=limit.failures)


def pause(key: str, *, until: datetime, reason: str, now: datetime) -> None:
    """Ask nothing more under `key` before `until`, or before a later end that was asked for already."""
    log.info("limits.pause", limit=key, until=until.isoformat(), reason=reason)
    OutgoingLimit.objects.get_or_create(provider=key)
    shorter = ~is_paused(now) | Q(blocked_until__lt=until)
    OutgoingLimit.objects.filter(shorter, provider=key).update(blocked_until=until, blocked_at=now, reason=reason[:300])


def succeeded(key: str) -> None:
    """Note that a service answered: its circuit is closed."""
    OutgoingLimit.objects.filter(provider=key).update(failures=0, trouble="", open_until=None, probing=False)


@transaction.atomic
def failed(key: str, *, trouble: str, now: datetime) -> datetime | None:
    """Note that a service failed. Returns until when its circuit is open; `None` while it is closed."""
    limit = OutgoingLimit.objects.select_for_update().get(provider=key)
    limit.failures, limit.trouble, limit.probing = min(limit.failures + 1, 1000), trouble[:300], False
    further = limit.failures - FAILURES_TO_OPEN
    limit.open_until = now + min(LONGEST_REST, FIRST_REST * 2 ** min(further, 10)) if further >= 0 else None
    limit.save(update_fields=["failures", "trouble", "probing", "open_until"])
    return limit.open_until


def close(*, pk: int) -> None:
    """Let a service be asked again at once, though its circuit is open. A pause that it asked for itself stays."""
    OutgoingLimit.objects.filter(pk=pk).update(failures=0, open_until=None, probing=False)


def circuit_of(limit: OutgoingLimit, *, now: datetime) -> Circuit:
    """Whether the service is asked."""
    if limit.open_until is None:
        return Circuit.CLOSED
    return Circuit.OPEN if _rest_of(limit, now) and not limit.probing else Circuit.HALF_OPEN


def next_try(limit: OutgoingLimit, *, now: datetime) -> datetime | None:
    """When the service is asked again, where a pause or an open circuit is in the way."""
    ends = [end for end in (_pause_of(limit, now), _rest_of(limit, now)) if end]
    return max(ends) if ends else None


def tokens_at(limit: OutgoingLimit, *, per_minute: int, burst: int, now: datetime) -> int:
    """How many requests may go out at once now."""
    elapsed = max(timedelta(), now - limit.updated_at)
    return int(min(float(burst), limit.tokens + elapsed / A_MINUTE * per_minute))


def is_paused(now: datetime) -> Q:
    """The condition that a service asked for a pause that is not over, noted by a clock that was not ahead."""
    noted = Q(blocked_at=None) | Q(blocked_at__lte=now + A_MINUTE)
    return Q(noted, blocked_until__gt=now, blocked_until__lte=now + LONGEST_PAUSE)


def next_try_at(key: str, *, now: datetime) -> datetime | None:
    """When a service is asked again; `None` where nothing is in the way. One query."""
    limit = OutgoingLimit.objects.filter(provider=key).first()
    return next_try(limit, now=now) if limit else None


def forget_old(*, now: datetime) -> int:
    """Delete the limits that nobody took a token of in a long time, of keys that are no longer used say."""
    old = OutgoingLimit.objects.filter(updated_at__lt=now - RETENTION)
    return old.exclude(is_paused(now)).delete()[0]


def _pause_of(limit: OutgoingLimit, now: datetime) -> datetime | None:
    until, at = limit.blocked_until, limit.blocked_at
    is_over = until is None or not now < until <= now + LONGEST_PAUSE or (at is not None and at > now + A_MINUTE)
    return None if is_over else until


def _rest_of(limit: OutgoingLimit, now: datetime) -> datetime | None:
    until = limit.open_until
    return until if until and now < until <= now + LONGEST_REST else None
