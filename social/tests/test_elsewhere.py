"""Posts elsewhere: kept once, shown as far as the owner lets them, and what they come to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from garden.models import GardenEvent
from garden.selectors import state_version
from social import elsewhere, selectors
from social.drafts import FeedItemDraft
from social.models import FeedItem
from social.trends import Said, technology_trends

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def draft(number: int = 1, **more: Any) -> FeedItemDraft:
    given: dict[str, Any] = {"feed": "https://x.example/feed", "external_id": str(number), "title": f"Post {number}"}
    return FeedItemDraft(**(given | {"url": f"https://x.example/{number}", "published_at": NOW} | more))


def keep(*drafts: FeedItemDraft, now: datetime = NOW) -> dict[str, int]:
    return dict(elsewhere.keep(drafts=drafts, source="rss", now=now))


@pytest.mark.django_db
def test_what_is_new_lets_open_pages_look_again_and_what_is_known_does_not() -> None:
    before = state_version()
    assert keep(draft(), draft(2)) == {"posts": 2}
    told = state_version()
    assert told > before
    assert keep(draft(), draft(2)) == {"posts": 0}
    assert state_version() == told
    assert set(GardenEvent.objects.values_list("data__component", flat=True)) == {"social"}


@pytest.mark.django_db
def test_what_the_owner_takes_off_stays_off_whatever_its_source_says() -> None:
    keep(draft())
    assert elsewhere.set_visible(items=FeedItem.objects.all(), visible=False, now=NOW) == 1
    version = state_version()
    assert keep(draft(title="Louder")) == {"posts": 0, "changed": 1}
    assert (selectors.butterflies(NOW), state_version()) == ([], version)
    elsewhere.set_visible(items=FeedItem.objects.all(), visible=True, now=NOW)
    assert [one["title"] for one in selectors.butterflies(NOW)] == ["Louder"]


@pytest.mark.django_db
def test_the_newest_fly_and_none_for_ever() -> None:
    keep(*(draft(n, published_at=NOW - timedelta(days=n * 4)) for n in range(30)))
    flying = selectors.butterflies(NOW)
    assert [one["title"] for one in flying] == [f"Post {n}" for n in range(selectors.BUTTERFLIES)]
    assert set(flying[0]) == {"id", "source", "title", "url", "published_at", "technologies"}
    assert not selectors.butterflies(NOW + timedelta(days=90))


@pytest.mark.django_db
def test_a_name_of_marks_and_an_endless_one_are_made_fit_to_show() -> None:
    keep(draft(title="\u202e\x00"), draft(2, title="x" * 900), draft(3, external_id="  "))
    assert {item.title for item in FeedItem.objects.all()} == {"A post", "x" * 300}


@pytest.mark.django_db
def test_invented_posts_go_with_the_demonstration_and_old_ones_with_time() -> None:
    elsewhere.keep(drafts=[draft()], source="rss", now=NOW, is_demo=True)
    keep(draft(2))
    assert elsewhere.remove_demo(now=NOW) == 1
    assert elsewhere.forget_old(now=NOW + elsewhere.KEPT) == 0
    assert elsewhere.forget_old(now=NOW + elsewhere.KEPT + timedelta(days=1)) == 1


def said(days: int, *names: str, written: bool = False) -> Said:
    return Said(f"{days} days ago", "", "rss", NOW - timedelta(days=days), written, names)


def test_trends_say_what_is_read_and_written_where_it_goes_and_what_shows_it() -> None:
    posts = [said(n, "Django") for n in (1, 2, 3, 80)] + [said(2, "Rust", written=True), said(5), said(200, "Perl")]
    django, rust = technology_trends(posts, since=NOW - timedelta(days=90), until=NOW)
    assert (django.name, django.read, django.written, django.share) == ("Django", 4, 0, 0.8)
    assert (django.direction, [one.title for one in django.evidence][:2]) == ("rising", ["1 days ago", "2 days ago"])
    assert (rust.name, rust.read, rust.written, rust.direction) == ("Rust", 0, 1, "unknown")


@pytest.mark.parametrize(
    ("days", "direction"), [((80, 81, 82, 1), "falling"), ((80, 81, 1, 2), "steady"), ((1, 2), "unknown")]
)
def test_a_direction_is_told_from_three_posts_on(days: tuple[int, ...], direction: str) -> None:
    (trend,) = technology_trends([said(n, "Django") for n in days], since=NOW - timedelta(days=90), until=NOW)
    assert trend.direction == direction


def test_of_nothing_there_is_no_trend() -> None:
    assert technology_trends([], since=NOW - timedelta(days=1), until=NOW) == []
