"""Reads of posts from elsewhere. Each says how many queries it costs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from social.models import FeedItem
from social.trends import Said

if TYPE_CHECKING:
    from datetime import datetime

    from social.models import FeedItemQuerySet

BUTTERFLIES: Final = 12  # at most
FLIES_FOR: Final = timedelta(days=60)
MOST_READ: Final = 5_000  # posts that trends look at
SHOWN: Final = ("id", "source", "title", "url", "published_at", "technologies")


def butterflies(now: datetime) -> list[dict[str, Any]]:
    """The posts that fly in the garden, as its state names them. One query."""
    return list(_flying(now).values(*SHOWN)[:BUTTERFLIES])


def elsewhere(now: datetime) -> list[FeedItem]:
    """The same for the pages. One query."""
    return list(_flying(now)[:BUTTERFLIES])


def _flying(now: datetime) -> FeedItemQuerySet:
    return FeedItem.objects.shown(now).filter(published_at__gt=now - FLIES_FOR)


def said_since(since: datetime, *, now: datetime) -> list[Said]:
    """What was read and written since then, the newest first. One query."""
    rows = FeedItem.objects.shown(now).filter(published_at__gte=since)
    fields = ("title", "url", "source", "published_at", "written", "technologies")
    return [Said(*row) for row in rows.values_list(*fields)[:MOST_READ]]
