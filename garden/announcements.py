"""What the owner announces to everybody: one announcement at a time, carried by the outbox.

What was announced stays in a table of the console, from which nobody else is told anything.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from common.text import is_visible, storable
from garden import events, selectors
from garden.event_types import ANNOUNCEMENT, StateRefreshed, SystemUpdate
from garden.models import Announcement

if TYPE_CHECKING:
    from datetime import datetime

    from garden.vocabulary import AnnouncementLevel

MOST_KEPT: Final = 100  # of those that ended
SOURCE: Final = "owner"


@transaction.atomic
def announce(*, message: str, level: AnnouncementLevel, until: datetime | None, now: datetime) -> SystemUpdate:
    """Show a message on every page until a time, or until it is taken back; one that stood there before gives way.

    Raises `ValueError` for an empty or too long message, and for a time that is past or beyond what the outbox keeps.
    """
    message = " ".join(storable(message).split())
    if not is_visible(message):
        raise ValueError("An announcement needs words.")
    if len(message) > Announcement.LONGEST:
        raise ValueError(f"An announcement has at most {Announcement.LONGEST} characters, not {len(message)}.")
    if until is not None and until <= now:
        raise ValueError("An announcement cannot end in the past.")
    if until is not None and until > now + timedelta(days=settings.EVENTS_KEPT_DAYS):
        raise ValueError(f"An announcement holds for {settings.EVENTS_KEPT_DAYS} days at most (EVENTS_KEPT_DAYS).")
    announcement = SystemUpdate(message=message, level=level, until=until)
    events.lock_sequence()  # first: of two announcements at once, the later one stands alone
    replaced = events.redact([ANNOUNCEMENT])
    _end_all(now)
    Announcement.objects.create(message=message, level=level, said_at=now, until=until)
    kept = list(Announcement.objects.values_list("pk", flat=True)[: MOST_KEPT + 1])
    Announcement.objects.exclude(pk__in=kept).delete()
    events.publish(announcement, source=SOURCE, now=now, rewrites=replaced > 0)
    return announcement


@transaction.atomic
def end_announcement(*, now: datetime) -> bool:
    """Take the announcement back, out of the outbox too. Returns whether there was one that still held."""
    events.lock_sequence()
    held = selectors.announcement(now) is not None
    _end_all(now)
    if events.redact([ANNOUNCEMENT]):
        events.publish(StateRefreshed(component="announcement"), source=SOURCE, now=now, rewrites=True)
    return held


def forget(*, announcement: Announcement, now: datetime) -> bool:
    """Take one that ended off the owner's list. Returns whether it did; one that holds is taken back first."""
    if announcement.holds(now):
        return False
    announcement.delete()
    return True


def _end_all(now: datetime) -> None:
    holding = Q(until=None) | Q(until__gt=now)
    Announcement.objects.filter(holding, ended_at=None).update(ended_at=now)
