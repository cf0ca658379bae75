"""Mastodon, and servers that speak the same: the owner's public posts, read without a token."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings

from integrations.feeds import plain
from integrations.items import moment, read_each, text, text_id, web_address
from integrations.providers.base import Connection, Draft, Found, Payload, Provider, Since
from integrations.providers.posts import written_post

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from integrations.http import Http
    from social.drafts import FeedItemDraft

MOST_POSTS = 40  # as many as one answer holds


class Mastodon(Provider):
    """The account in `MASTODON_ACCOUNT`."""

    slug = "mastodon"
    label = "Mastodon"
    gives = "butterflies, and what you write about"
    docs = "docs/social.md"
    every = timedelta(minutes=30)
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_MASTODON_INTEGRATION",
        "MASTODON_ACCOUNT",
        "MASTODON_API_URL",
        "MASTODON_RATE_LIMIT",
        "MASTODON_BURST",
    )
    sample_name = "ada"
    fixes: ClassVar[Mapping[str, str]] = {
        "not_found": "Check MASTODON_ACCOUNT (you@mastodon.example), and MASTODON_API_URL where the server has another "
        "name than the account.",
        "foreign_host": "The server has another name than the account: set MASTODON_API_URL to its address.",
        "unauthorized": "The server shows posts to its members alone.",
    }

    @property
    def base_url(self) -> str:
        host = str(settings.MASTODON_ACCOUNT).rpartition("@")[2]
        return str(settings.MASTODON_API_URL) or f"https://{host or 'mastodon.social'}"

    def missing(self, connection: Connection) -> str:
        return "" if _account(connection) else "MASTODON_ACCOUNT"

    def headers(self, connection: Connection) -> dict[str, str]:
        return {"Accept": "application/json"}

    def check(self, http: Http, connection: Connection) -> str:
        said = _look_up(http, connection)
        return f"{text(said['acct'])} has {int(said['statuses_count']):,} posts."

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        since.tell("posts", 0, 1)
        number = text_id(_look_up(http, since.connection)["id"])
        asked = {"limit": MOST_POSTS, "exclude_replies": "true", "exclude_reblogs": "true"}
        said = http.get(f"/api/v1/accounts/{number}/statuses", params=asked, keep=True).data
        yield Payload(_account(since.connection), "posts", said)

    def parse(self, payload: Payload) -> Sequence[Draft]:
        return read_each(payload.data, lambda post: _post(post, payload.subject), called="post")

    def samples(self, now: datetime) -> Mapping[str, Any]:
        post: dict[str, Any] = {
            "id": "1",
            "created_at": now.isoformat(),
            "visibility": "public",
            "url": "https://x.example/@ada/1",
        }
        post |= {"content": "<p>Moss grows on the north side. So do my tests.</p>", "tags": [{"name": "pytest"}]}
        return {
            "/api/v1/accounts/lookup": {"id": "1", "acct": "ada", "statuses_count": 1},
            "/api/v1/accounts/1/statuses": [post],
        }


def _account(connection: Connection) -> str:
    return connection.username or str(settings.MASTODON_ACCOUNT).removeprefix("@")


def _look_up(http: Http, connection: Connection) -> Mapping[str, Any]:
    said = http.get("/api/v1/accounts/lookup", params={"acct": _account(connection)}, keep=True).data
    return dict(said)


def _post(post: Mapping[str, Any], account: str) -> FeedItemDraft | None:
    """A post that everyone sees, in the owner's own words; of one behind a warning, the warning."""
    if post.get("visibility") != "public" or post.get("reblog") or post.get("in_reply_to_id"):
        return None
    warning = plain(post.get("spoiler_text"))
    return written_post(
        account=account,
        external_id=text_id(post["id"]),
        text=warning or plain(post["content"]),
        url=web_address(post.get("url")) or web_address(post.get("uri")),
        published_at=moment(post["created_at"]),
        tags=[text(tag.get("name")) for tag in post.get("tags") or ()],
    )
