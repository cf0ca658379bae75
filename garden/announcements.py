"""What the owner announces to everybody: one announcement at a time, carried by the outbox."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction

from garden import events, selectors
from garden.event_types import ANNOUNCEMENT, StateRefreshed, SystemUpdate
from garden.text import storable

if TYPE_CHECKING:
    from datetime import datetime

    from garden.vocabulary import AnnouncementLevel

MOST_CHARACTERS: Final = 300  # it is a note, not a post
SOURCE: Final = "owner"


@transaction.atomic
def announce(*, message: str, level: AnnouncementLevel, until: datetime | None, now: datetime) -> SystemUpdate:
    """Show a message on every page until a time, or until it is taken back; one that stood there before gives way.

    Raises `ValueError` for an empty or too long message, and for a time that is past or beyond what the outbox keeps.
    """
    message = " ".join(storable(message).split())
    if not message:
        raise ValueError("An announcement needs words.")
    if len(message) > MOST_CHARACTERS:
        raise ValueError(f"An announcement has at most {MOST_CHARACTERS} characters, not {len(message)}.")
    if until is not None and until <= now:
        raise ValueError("An announcement cannot end in the past.")
    if until is not None and until > now + timedelta(days=settings.EVENTS_KEPT_DAYS):
        raise ValueError(f"An announcement holds for {settings.EVENTS_KEPT_DAYS} days at most (EVENTS_KEPT_DAYS).")
    announcement = SystemUpdate(message=message, level=level, until=until)
    events.lock_sequence()  # first: of two announcements at once, the later one stands alone
    replaced = events.redact([ANNOUNCEMENT])
    events.publish(announcement, source=SOURCE, now=now, rewrites=replaced > 0)
    return announcement


@transaction.atomic
def end_announcement(*, now: datetime) -> bool:
    """Take the announcement back, out of the outbox too. Returns whether there was one that still held."""
    events.lock_sequence()
    held = selectors.announcement(now) is not None
    if events.redact([ANNOUNCEMENT]):
        events.publish(StateRefreshed(component="announcement"), source=SOURCE, now=now, rewrites=True)
    return held
