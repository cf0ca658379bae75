"""Mastodon's posts, after its documentation: the owner's public words, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from integrations import sync
from integrations.models import SyncStatus, SyncTrigger
from integrations.providers.base import Payload
from integrations.providers.mastodon import Mastodon
from integrations.providers.posts import written_post
from integrations.tests.github_stub import Reply
from social.models import FeedItem

if TYPE_CHECKING:
    from pytest_django import Settings

    from integrations.tests.github_stub import Stub

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def post(**more: Any) -> dict[str, Any]:
    return {
        "id": "7",
        "created_at": "2026-06-15T08:00:00.000Z",
        "visibility": "public",
        "url": "https://mastodon.example/@ada/7",
        "content": "<p>On <a href='https://x'>moss</a> &amp; Django</p><script>alert(1)</script>",
        "tags": [{"name": "pytest"}],
        **more,
    }


def read(*posts: Any) -> list[Any]:
    return list(Mastodon().parse(Payload("ada@mastodon.example", "posts", list(posts))))


def test_a_post_is_its_first_words_its_link_and_what_it_speaks_of() -> None:
    (draft,) = read(post())
    assert (draft.title, draft.url) == ("On moss & Django", "https://mastodon.example/@ada/7")
    assert (draft.published_at, draft.written) == (datetime(2026, 6, 15, 8, tzinfo=UTC), True)
    assert draft.technologies == ["pytest", "Django"]


@pytest.mark.parametrize(
    "more",
    [
        {"visibility": "private"},
        {"visibility": "unlisted"},
        {"reblog": {"id": "8"}},
        {"in_reply_to_id": "6"},
        {"content": "<p></p>"},
    ],
    ids=str,
)
def test_what_is_not_said_to_everyone_in_own_words_is_left_out(more: dict[str, Any]) -> None:
    assert read(post(**more)) == []


def test_of_a_post_behind_a_warning_the_warning_stands_for_it_and_a_broken_one_spoils_no_other() -> None:
    warned, _ = read(post(spoiler_text="Spiders"), {"id": 5, "visibility": "public"}, post(id="9"))
    assert warned.title == "Spiders"


@pytest.mark.parametrize("url", ["javascript:alert(1)", None, 5])
def test_a_link_that_is_no_page_is_left_out(url: Any) -> None:
    assert read(post(url=url, uri=url))[0].url == ""


@pytest.mark.django_db
def test_the_account_is_found_by_its_name_and_read_without_a_token(stub: Stub, settings: Settings) -> None:
    settings.MASTODON_ACCOUNT, settings.MASTODON_API_URL = "@ada@mastodon.example", stub.url
    stub.on("/api/v1/accounts/lookup", Reply({"id": "1", "acct": "ada", "statuses_count": 1234}))
    stub.on("/api/v1/accounts/1/statuses", Reply([post()]))
    assert sync.check(Mastodon()) == "ada has 1,234 posts."
    run = sync.perform(sync.request(provider=Mastodon(), trigger=SyncTrigger.COMMAND, now=NOW), provider=Mastodon())
    assert run.status == SyncStatus.SUCCEEDED
    assert stub.asked("/api/v1/accounts/lookup")[0].query == {"acct": "ada@mastodon.example"}
    assert stub.asked("/api/v1/accounts/1/statuses")[0].query["exclude_replies"] == "true"
    assert FeedItem.objects.get().feed == "ada@mastodon.example"


def test_the_server_is_the_accounts_own_where_nothing_else_is_said(settings: Settings) -> None:
    settings.MASTODON_ACCOUNT = "ada@mastodon.example"
    assert Mastodon().base_url == "https://mastodon.example"


def test_a_link_that_is_too_long_to_be_kept_is_left_out_at_every_service_of_posts() -> None:
    post = written_post(
        account="ada", external_id="1", text="Moss.", url=f"https://x.com/ada/status/{'1' * 600}", published_at=None
    )
    assert post
    assert post.url == ""
