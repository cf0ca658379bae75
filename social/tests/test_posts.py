from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from garden.models import GardenEvent
from garden.selectors import state_version
from social import services
from social.models import LONGEST_TEXT, Post, PostVisibility
from social.tests.factories import written
from social.text import as_text

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
PAGES = ("/", "/posts/", "/feed.atom", "/feed.json", "/sitemap.xml")


# --- Who may read them ------------------------------------------------------------------------------------------------


def test_a_public_post_is_read_on_every_page_of_posts(client: Client) -> None:
    post = written(title="Grafting")
    for path in PAGES:
        assert post.get_absolute_url() in client.get(path).content.decode(), path
    assert "<em>grows</em>" in client.get(post.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"visibility": PostVisibility.DRAFT},
        {"visibility": PostVisibility.UNLISTED},
        {"published_at": timezone.now() + timedelta(days=400)},
    ],
    ids=["a draft", "unlisted", "of a day to come"],
)
def test_what_is_no_public_post_stands_on_none_of_them(client: Client, fields: dict[str, object]) -> None:
    post = written("Secretive words.", title="Secretive", **fields)
    for path in PAGES:
        assert "ecretive" not in client.get(path).content.decode(), path
    unlisted = post.visibility == PostVisibility.UNLISTED
    answer = client.get(post.get_absolute_url())
    assert answer.status_code == (200 if unlisted else 404)
    if unlisted:
        assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, no-cache", "noindex")


def test_a_post_of_a_day_to_come_appears_by_itself() -> None:
    written(published_at=NOW + timedelta(hours=1), now=NOW)
    assert not Post.objects.listed(NOW).exists()
    assert Post.objects.listed(NOW + timedelta(hours=1)).exists()


def test_posts_are_listed_newest_first() -> None:
    names = [written(title=f"Post {n}", published_at=NOW - timedelta(days=n)).title for n in (2, 0, 1)]
    assert [post.title for post in Post.objects.listed(NOW)] == [names[1], names[2], names[0]]


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_open_pages_look_again_when_something_changes_that_others_may_see() -> None:
    before = state_version()
    post = written()
    assert state_version() > before
    assert post.seq == state_version()
    services.write(post=post, changes={"title": "Another"}, now=NOW)
    assert post.seq < state_version()  # it was told of before
    services.remove(post=post, now=NOW)
    told = GardenEvent.objects.values_list("data", flat=True)
    assert [data for data in told if data != {"component": "posts"}] == []


def test_a_draft_is_told_to_nobody() -> None:
    draft = written(visibility=PostVisibility.DRAFT)
    services.write(post=draft, changes={"text": "More."}, now=NOW)
    services.remove(post=draft, now=NOW)
    assert not GardenEvent.objects.exists()


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Grafting roses!", "grafting-roses"), ("", "it-grows"), ("Ωmega", "omega"), ("…!", "2026-06-15")],
)
def test_the_address_is_of_the_words_or_else_of_the_day_and_stays(title: str, slug: str) -> None:
    post = written(title=title, published_at=NOW)
    assert post.slug == slug
    assert written(title=title, published_at=NOW).slug == f"{slug}-2"
    assert services.write(post=post, changes={"title": "Otherwise"}, now=NOW).slug == slug


def test_only_what_is_the_owners_to_set_can_be_set() -> None:
    with pytest.raises(KeyError, match="slug"):
        services.write(post=Post(), changes={"text": "x", "slug": "mine"}, now=NOW)


# --- Words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "limit", "plain"),
    [
        ("# Hello\n\nIt *grows*, [here](https://x.example).", 80, "Hello It grows, here."),
        ("Ben & Jerry <b>say</b> 1 < 2", 80, "Ben & Jerry <b>say</b> 1 < 2"),
        ("one two three four", 12, "one two…"),
        ("x" * 50, 10, "x" * 9 + "…"),
        ("", 10, ""),
    ],
)
def test_markdown_in_plain_words(text: str, limit: int, plain: str) -> None:
    assert as_text(text, limit) == plain


def test_a_post_is_called_by_its_title_or_its_first_words() -> None:
    assert str(Post(title="Roses", text="Long.")) == "Roses"
    assert str(Post(text="*Roses* are cut in March.")) == "Roses are cut in March."
    assert str(Post(text="---")) == "A post"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://x.example/y)"])
def test_nothing_in_a_post_acts(client: Client, text: str) -> None:
    post = written(text, title="Inert")
    for path in (post.get_absolute_url(), "/feed.atom", "/feed.json"):
        html = client.get(path).content.decode()
        assert "<script>alert" not in html
        assert "<img" not in html
        assert 'href="javascript' not in html


# --- The console ------------------------------------------------------------------------------------------------------


@pytest.fixture
def owner(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("owner"))
    return client


def form(**fields: str) -> dict[str, str]:
    return {
        "title": "Grafting",
        "text": "It *grows*.",
        "link": "",
        "visibility": "public",
        "published_at_0": "2026-06-15",
        "published_at_1": "12:00:00",
    } | fields


def test_the_owner_writes_changes_and_deletes_a_post_in_the_console(owner: Client) -> None:
    assert owner.post("/admin/social/post/add/", form()).status_code == 302
    post = Post.objects.get()
    assert (post.slug, post.visibility, post.published_at) == ("grafting", "public", NOW)
    assert "Grafting" in owner.get("/admin/social/post/").content.decode()
    address = f"/admin/social/post/{post.pk}/"
    assert post.get_absolute_url() in owner.get(f"{address}change/").content.decode()
    assert owner.post(f"{address}change/", form(title="Budding", visibility="draft")).status_code == 302
    post.refresh_from_db()
    assert (post.title, post.slug, post.visibility) == ("Budding", "grafting", "draft")
    assert owner.post(f"{address}delete/", {"post": "yes"}).status_code == 302
    assert not Post.objects.exists()


def test_several_are_deleted_at_once(owner: Client) -> None:
    kept = [str(written().pk), str(written().pk)]
    before = state_version()
    sent = {"action": "delete_selected", "_selected_action": kept, "post": "yes"}
    assert owner.post("/admin/social/post/", sent).status_code == 302
    assert not Post.objects.exists()
    assert state_version() > before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": ""}, "Text cannot stay empty."),
        ({"text": "x" * (LONGEST_TEXT + 1)}, "at most 5000 characters"),
        ({"link": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"title": "a\u202eb"}, "cannot be shown"),
        ({"published_at_0": "0001-01-01"}, "From 1970 to 9998."),
        ({"published_at_0": "9999-12-31"}, "From 1970 to 9998."),
    ],
)
def test_bad_input_gets_a_clear_error_and_loses_nothing(owner: Client, wrong: dict[str, str], said: str) -> None:
    answer = owner.post("/admin/social/post/add/", form(**wrong))
    assert not Post.objects.exists()
    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page
    assert form(**wrong)["title"] in page


def test_a_post_that_waits_is_said_to(owner: Client) -> None:
    written(published_at=timezone.now() + timedelta(days=2))
    assert "waits for its hour" in owner.get("/admin/social/post/").content.decode()


def test_the_address_of_a_post_does_not_tell_that_a_draft_begins_with_the_same_words() -> None:
    draft = written(text="Moss is coming", visibility=PostVisibility.DRAFT)
    assert "moss" not in draft.slug
    assert written(text="Moss is coming").slug == "moss-is-coming"
    services.write(post=draft, changes={"visibility": PostVisibility.PUBLIC}, now=timezone.now())
    assert draft.slug == "moss-is-coming-2"
    services.write(post=draft, changes={"visibility": PostVisibility.DRAFT}, now=timezone.now())
    assert draft.slug == "moss-is-coming-2"  # it is known by it
