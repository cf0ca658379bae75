"""Writes of posts from elsewhere. A post that is told again is the same one; what is told no longer stays."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from django.db import transaction

from common.text import storable, storable_name
from garden import events
from garden.event_types import StateRefreshed
from social.models import FeedItem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from social.drafts import FeedItemDraft

KEPT: Final = timedelta(days=400)  # a year of trends, and the one before it beginning
FIRST_BELIEVED: Final = datetime(1995, 1, 1, tzinfo=UTC)  # nothing was published on the web before
CLOCKS_DIFFER: Final = timedelta(days=1)  # a date further ahead is no date
MOST_TECHNOLOGIES: Final = 12
# The outbox tells that something changed, and never what: a post that is taken off is nowhere to be found.
CHANGED: Final = StateRefreshed(component="social")
UPDATED: Final = ("title", "url", "published_at", "is_dated", "technologies")


def keep(*, drafts: Sequence[FeedItemDraft], source: str, now: datetime, is_demo: bool = False) -> Counter[str]:
    """Keep what a source tells of posts. Returns how many are new, and how many say something else than before."""
    counts: Counter[str] = Counter(posts=0)
    for feed, told in groupby(sorted(drafts, key=attrgetter("feed")), attrgetter("feed")):
        counts.update(_keep_of_feed(feed, list(told), source=source, now=now, is_demo=is_demo))
    return counts


@transaction.atomic
def _keep_of_feed(
    feed: str, drafts: Sequence[FeedItemDraft], *, source: str, now: datetime, is_demo: bool
) -> Counter[str]:
    events.lock_sequence()
    feed = storable(feed, 500)
    told = {item.external_id: item for draft in drafts if (item := _item(draft, feed, source, now, is_demo))}
    known = {
        item.external_id: item for item in FeedItem.objects.filter(source=source, feed=feed, external_id__in=list(told))
    }
    new = [item for key, item in told.items() if key not in known]
    FeedItem.objects.bulk_create(new, ignore_conflicts=True)
    changed = [item for key, item in known.items() if _take_over(item, told[key])]
    FeedItem.objects.bulk_update(changed, UPDATED)
    if new or any(item.visible for item in changed):
        events.publish(CHANGED, source=source, now=now)
    return Counter({"posts": len(new)} | ({"changed": len(changed)} if changed else {}))


def _item(draft: FeedItemDraft, feed: str, source: str, now: datetime, is_demo: bool) -> FeedItem | None:
    """A draft as a row; `None` for one that is too old to be kept, or has no name of its own to be known by."""
    at = draft.published_at
    is_dated = at is not None and FIRST_BELIEVED <= at <= now + CLOCKS_DIFFER
    published_at = min(at, now) if at and is_dated else now
    external_id = storable(draft.external_id, 200).strip()
    if not external_id or now - published_at > KEPT:
        return None
    return FeedItem(
        source=source,
        feed=feed,
        external_id=external_id,
        title=storable_name(draft.title, 300) or "A post",
        url=draft.url if len(draft.url) <= 500 else "",
        published_at=published_at,
        is_dated=is_dated,
        written=draft.written,
        technologies=list(draft.technologies)[:MOST_TECHNOLOGIES],
        is_demo=is_demo,
        seen_at=now,
    )


def _take_over(known: FeedItem, told: FeedItem) -> bool:
    """Bring a row up to date with what is said now. Returns whether that is anything new."""
    before = [getattr(known, name) for name in UPDATED]
    known.title, known.url, known.technologies = told.title, told.url, told.technologies
    if told.is_dated:
        known.published_at, known.is_dated = told.published_at, True
    return [getattr(known, name) for name in UPDATED] != before


@transaction.atomic
def set_visible(*, items: QuerySet[FeedItem], visible: bool, now: datetime) -> int:
    """Show posts, or take them off every page. Returns how many changed."""
    events.lock_sequence()
    changed = items.exclude(visible=visible).update(visible=visible)
    if changed:
        events.publish(CHANGED, source="owner", now=now)
    return changed


@transaction.atomic
def remove_demo(*, now: datetime) -> int:
    """Delete invented posts. Returns how many."""
    events.lock_sequence()
    removed = FeedItem.objects.filter(is_demo=True).delete()[0]
    if removed:
        events.publish(CHANGED, source="owner", now=now)
    return removed


def forget_old(*, now: datetime) -> int:
    """Delete posts that no trend reaches back to. Returns how many."""
    return FeedItem.objects.filter(published_at__lt=now - KEPT).delete()[0]
