"""Posts elsewhere: kept once, shown as far as the owner lets them, and what they come to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from garden.models import GardenEvent
from garden.selectors import state_version
from social import elsewhere, selectors
from social.drafts import FeedItemDraft
from social.models import FeedItem
from social.trends import Said, technology_trends

if TYPE_CHECKING:
    from django.test import Client

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


# --- Where they show --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_post_elsewhere_is_a_butterfly_in_state_page_and_drawing(client: Client) -> None:
    now = timezone.now()
    assert client.get("/api/v1/garden/").json()["social"] == []
    assert "butterflies" not in client.get("/").content.decode()
    kept = draft(title="On <moss> & Django", technologies=["Django"], published_at=now - timedelta(hours=1))
    elsewhere.keep(drafts=[kept, draft(2, published_at=now - timedelta(hours=2), url="")], source="rss", now=now)
    first, second = client.get("/api/v1/garden/").json()["social"]
    assert (first["source"], first["title"], first["technologies"]) == ("rss", "On <moss> & Django", ["Django"])
    assert second["url"] == ""
    page = client.get("/").content.decode()
    assert '<a href="https://x.example/1" rel="nofollow noopener"><bdi>On &lt;moss&gt; &amp; Django</bdi></a>' in page
    assert page.count('#gbutterfly"') == 2


@pytest.mark.django_db
def test_what_was_not_written_yet_is_in_no_past_day(client: Client) -> None:
    now = timezone.now()
    elsewhere.keep(drafts=[draft(published_at=now - timedelta(days=5))], source="rss", now=now)
    days = [(now - timedelta(days=ago)).date().isoformat() for ago in (1, 9)]
    assert [len(client.get("/api/v1/garden/", {"at": day}).json()["social"]) for day in days] == [1, 0]


@pytest.mark.django_db
def test_the_trends_name_their_evidence(client: Client) -> None:
    now = timezone.now()
    told = [draft(n, technologies=["Django"], published_at=now - timedelta(days=n)) for n in (1, 2, 3)]
    elsewhere.keep(drafts=told, source="rss", now=now)
    answer = client.get("/api/v1/integrations/social/trends/").json()
    (trend,) = answer["technologies"]
    assert (answer["posts"], trend["name"], trend["read"], trend["direction"]) == (3, "Django", 3, "rising")
    assert [one["title"] for one in trend["evidence"]] == ["Post 1", "Post 2", "Post 3"]
    assert client.get("/api/v1/integrations/social/trends/?days=1").status_code == 400


@pytest.mark.django_db
def test_the_owner_takes_posts_off_in_the_console(client: Client) -> None:
    keep(draft())
    client.force_login(User.objects.create_superuser("owner"))
    address, which = "/admin/social/feeditem/", str(FeedItem.objects.get().pk)
    assert "Post 1" in client.get(address).content.decode()
    assert client.get(f"{address}{which}/change/").status_code == 200
    for action, visible in (("take_off", False), ("show_again", True)):
        client.post(address, {"action": action, "_selected_action": which})
        assert FeedItem.objects.get().visible is visible
