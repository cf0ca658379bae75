"""Bluesky: the owner's posts, as its public API shows them to everyone. Asked by this server alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings

from integrations.items import moment, read_each, text, text_id
from integrations.providers.base import Connection, Draft, Found, Payload, Provider, Since
from integrations.providers.posts import written_post

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from integrations.http import Http
    from social.drafts import FeedItemDraft

MOST_POSTS = 50
FEED = "/xrpc/app.bsky.feed.getAuthorFeed"
PROFILE = "/xrpc/app.bsky.actor.getProfile"
MEMBERS_ONLY = "!no-unauthenticated"  # the label of who does not want to be shown to those who are not signed in
TAG = "app.bsky.richtext.facet#tag"


class Bluesky(Provider):
    """The account in `BLUESKY_HANDLE`."""

    slug = "bluesky"
    label = "Bluesky"
    gives = "butterflies, and what you write about"
    docs = "docs/social.md"
    every = timedelta(minutes=30)
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_BLUESKY_INTEGRATION",
        "BLUESKY_HANDLE",
        "BLUESKY_API_URL",
        "BLUESKY_RATE_LIMIT",
        "BLUESKY_BURST",
    )
    sample_name = "ada.example"
    fixes: ClassVar[Mapping[str, str]] = {"refused": "Check BLUESKY_HANDLE, such as you.bsky.social."}

    @property
    def base_url(self) -> str:
        return str(settings.BLUESKY_API_URL)

    def missing(self, connection: Connection) -> str:
        return "" if _handle(connection) else "BLUESKY_HANDLE"

    def headers(self, connection: Connection) -> dict[str, str]:
        return {"Accept": "application/json"}

    def check(self, http: Http, connection: Connection) -> str:
        said = http.get(PROFILE, params={"actor": _handle(connection)}).data
        return f"{text(said['handle'])} has {int(said.get('postsCount') or 0):,} posts."

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        since.tell("posts", 0, 1)
        handle = _handle(since.connection)
        asked = {"actor": handle, "filter": "posts_no_replies", "limit": MOST_POSTS}
        yield Payload(handle, "posts", http.get(FEED, params=asked, keep=True).data)

    def parse(self, payload: Payload) -> Sequence[Draft]:
        return read_each(payload.data["feed"], lambda entry: _post(entry, payload.subject), called="post")

    def samples(self, now: datetime) -> Mapping[str, Any]:
        record = {"text": "Pruned a thousand lines today, and nothing fell down.", "createdAt": now.isoformat()}
        author = {"handle": "ada.example", "labels": []}
        post = {"uri": "at://did:plc:ada/app.bsky.feed.post/1", "author": author, "record": record}
        return {PROFILE: {"handle": "ada.example", "postsCount": 1}, FEED: {"feed": [{"post": post}]}}


def _handle(connection: Connection) -> str:
    return connection.username or str(settings.BLUESKY_HANDLE).removeprefix("@")


def _post(entry: Mapping[str, Any], account: str) -> FeedItemDraft | None:
    """A post of the owner's own; `None` for what they pass on or answer, and where they show themselves to members."""
    post = entry["post"]
    author, record = post["author"], post["record"]
    labels = {label.get("val") for label in author.get("labels") or ()}
    if entry.get("reason") or record.get("reply") or MEMBERS_ONLY in labels:
        return None
    features = [feature for facet in record.get("facets") or () for feature in facet.get("features") or ()]
    uri = text_id(post["uri"])
    return written_post(
        account=account,
        external_id=uri,
        text=text(record.get("text")),
        url=f"https://bsky.app/profile/{text_id(author['handle'])}/post/{uri.rpartition('/')[2]}",
        published_at=moment(record["createdAt"]),
        tags=[text(one.get("tag")) for one in features if one.get("$type") == TAG],
    )
