"""The rate limit of what we ask each provider: a token bucket and a remembered pause, both in the database.

They outlive a restart and hold across processes, so that a pause of hours is kept by everyone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from integrations.answers import LONGEST_PAUSE
from integrations.models import OutgoingLimit

if TYPE_CHECKING:
    from datetime import datetime

A_MINUTE = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a request may go out. `until` is set, with its reason, where it has to wait."""

    until: datetime | None = None
    reason: str = ""


@transaction.atomic
def take_token(key: str, *, per_minute: int, now: datetime) -> Turn:
    """Take one token out of the bucket of `key`, or say when there will be one.

    The bucket holds a minute's worth and fills steadily.
    """
    OutgoingLimit.objects.get_or_create(provider=key, defaults={"tokens": per_minute, "updated_at": now})
    limit = OutgoingLimit.objects.select_for_update().get(provider=key)
    if limit.blocked_until and now < limit.blocked_until <= now + LONGEST_PAUSE:
        return Turn(limit.blocked_until, limit.reason)
    elapsed = (now - limit.updated_at).total_seconds()
    elapsed = A_MINUTE if elapsed < -A_MINUTE else max(0.0, elapsed)  # it was written while the clock was ahead
    tokens = min(float(per_minute), limit.tokens + elapsed * per_minute / 60)
    if tokens < 1:
        return Turn(now + timedelta(seconds=(1 - tokens) * 60 / per_minute), "our own limit of requests a minute")
    limit.tokens, limit.updated_at, limit.blocked_until, limit.reason = tokens - 1, now, None, ""
    limit.save(update_fields=["tokens", "updated_at", "blocked_until", "reason"])
    return Turn()


def pause(key: str, *, until: datetime, reason: str) -> None:
    """Ask nothing more under `key` before `until`, or before a later end that was asked for already."""
    OutgoingLimit.objects.get_or_create(provider=key)
    shorter = Q(blocked_until=None) | Q(blocked_until__lt=until) | Q(blocked_until__gt=until + LONGEST_PAUSE)
    OutgoingLimit.objects.filter(shorter, provider=key).update(blocked_until=until, reason=reason[:300])


def is_paused(now: datetime) -> Q:
    """The condition that a limit rests. A pause longer than any that is obeyed was noted while the clock was ahead."""
    return Q(blocked_until__gt=now, blocked_until__lte=now + LONGEST_PAUSE)


def paused_until(key: str, *, now: datetime) -> datetime | None:
    """When a remembered pause ends; `None` where there is none. One query."""
    limit = OutgoingLimit.objects.filter(is_paused(now), provider=key).first()
    return limit.blocked_until if limit else None
