"""X: the owner's posts, with a key that is paid for by what is read. Off without one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from django.conf import settings

from integrations.items import moment, read_each, text, text_id
from integrations.providers.base import Connection, Draft, Found, Payload, Provider, Since
from integrations.providers.posts import written_post

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from integrations.http import Http
    from social.drafts import FeedItemDraft

FEWEST, MOST = 5, 100  # posts that one answer can be asked to hold
FIELDS = "created_at,entities"


class X(Provider):
    """The account in `X_USERNAME`, read with `X_BEARER_TOKEN` within a budget of posts a month."""

    slug = "x"
    label = "X"
    gives = "butterflies, and what you write about"
    docs = "docs/social.md"
    every = timedelta(hours=12)
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_X_INTEGRATION",
        "X_USERNAME",
        "X_BEARER_TOKEN",
        "X_MONTHLY_POSTS",
        "X_API_URL",
        "X_RATE_LIMIT",
        "X_BURST",
    )
    token_setting = "X_BEARER_TOKEN"  # noqa: S105 – its name
    sample_name = "ada"
    fixes: ClassVar[Mapping[str, str]] = {
        "unauthorized": "Make a new bearer token in X's developer console and put it into X_BEARER_TOKEN.",
        "forbidden": "The plan of this key does not read posts.",
        "not_found": "Check X_USERNAME.",
    }

    @property
    def base_url(self) -> str:
        return str(settings.X_API_URL)

    def missing(self, connection: Connection) -> str:
        return ", ".join(
            name
            for name, said in (("X_USERNAME", connection.username), ("X_BEARER_TOKEN", connection.token))
            if not said and not settings.ENABLE_MOCK_DATA
        )

    def headers(self, connection: Connection) -> dict[str, str]:
        return {"Authorization": f"Bearer {connection.token}"}

    def check(self, http: Http, connection: Connection) -> str:
        said = http.get(_account(connection)).data["data"]
        return f"{text(said['username'])} is known; {settings.X_MONTHLY_POSTS} posts a month are read at most."

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        month, state = f"{since.now:%Y-%m}", since.state
        read = int(state.get("read", 0)) if state.get("month") == month else 0
        left = settings.X_MONTHLY_POSTS - read
        if left < FEWEST:
            since.tell("the budget of this month is used up", 0, 0)
            return
        since.tell("posts", 0, 1)
        who = since.connection.username
        number = state.get("id") if state.get("username") == who else None
        number = number or text_id(http.get(_account(since.connection)).data["data"]["id"])
        asked: dict[str, Any] = {"max_results": min(MOST, left), "exclude": "retweets,replies", "tweet.fields": FIELDS}
        if state.get("username") == who and state.get("newest"):
            asked["since_id"] = state["newest"]
        said = http.get(f"/2/users/{quote(number, safe='')}/tweets", params=asked).data
        told = {"month": month, "read": read + len(said.get("data") or ()), "id": number, "username": who}
        newest = text((said.get("meta") or {}).get("newest_id")) or asked.get("since_id", "")
        yield Payload(who, "posts", said, {**told, "newest": newest})

    def parse(self, payload: Payload) -> Sequence[Draft]:
        posts = payload.data.get("data") or ()
        return read_each(posts, lambda post: _post(post, payload.subject), called="post")

    def samples(self, now: datetime) -> Mapping[str, Any]:
        post = {"id": "11", "text": "A garden is never finished. Neither is a backlog.", "created_at": now.isoformat()}
        return {
            "/2/users/by/username/ada": {"data": {"id": "1", "username": "ada"}},
            "/2/users/1/tweets": {"data": [post], "meta": {"newest_id": "11"}},
        }


def _account(connection: Connection) -> str:
    return f"/2/users/by/username/{quote(connection.username, safe='')}"


def _post(post: Mapping[str, Any], account: str) -> FeedItemDraft | None:
    number = text_id(post["id"])
    tags = (post.get("entities") or {}).get("hashtags") or ()
    return written_post(
        account=account,
        external_id=number,
        text=text(post["text"]),
        url=f"https://x.com/{quote(account, safe='')}/status/{quote(number, safe='')}",
        published_at=moment(post["created_at"]) if post.get("created_at") else None,
        tags=[text(tag.get("tag")) for tag in tags],
    )
