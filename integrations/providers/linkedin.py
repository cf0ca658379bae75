"""LinkedIn: the owner's public posts, with a token that LinkedIn gives to few. Off without one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from django.conf import settings

from integrations.items import moment_of, read_each, text, text_id
from integrations.providers.base import Connection, Draft, Found, Payload, Provider, Since
from integrations.providers.posts import written_post

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from integrations.http import Http
    from social.drafts import FeedItemDraft

MOST_POSTS = 20
VERSION = "202606"  # of the API, by its month; each holds for about a year


class LinkedIn(Provider):
    """The posts of the person in `LINKEDIN_AUTHOR`."""

    slug = "linkedin"
    label = "LinkedIn"
    gives = "butterflies, and what you write about"
    docs = "docs/social.md"
    every = timedelta(hours=12)
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_LINKEDIN_INTEGRATION",
        "LINKEDIN_AUTHOR",
        "LINKEDIN_ACCESS_TOKEN",
        "LINKEDIN_API_URL",
        "LINKEDIN_API_VERSION",
        "LINKEDIN_RATE_LIMIT",
        "LINKEDIN_BURST",
    )
    token_setting = "LINKEDIN_ACCESS_TOKEN"  # noqa: S105 – its name
    sample_name = "urn:li:person:ada"
    fixes: ClassVar[Mapping[str, str]] = {
        "unauthorized": "LinkedIn's tokens end after two months: make a new one and put it into LINKEDIN_ACCESS_TOKEN.",
        "forbidden": "The token needs the right r_member_social, which LinkedIn gives to approved apps alone.",
        "refused": "Check LINKEDIN_AUTHOR (urn:li:person:…), and LINKEDIN_API_VERSION: old ones are switched off.",
    }

    @property
    def base_url(self) -> str:
        return str(settings.LINKEDIN_API_URL)

    def missing(self, connection: Connection) -> str:
        needed = (("LINKEDIN_AUTHOR", _author(connection)), ("LINKEDIN_ACCESS_TOKEN", connection.token))
        return ", ".join(name for name, said in needed if not said and not settings.ENABLE_MOCK_DATA)

    def headers(self, connection: Connection) -> dict[str, str]:
        version = str(settings.LINKEDIN_API_VERSION) or VERSION
        common = {"LinkedIn-Version": version, "X-Restli-Protocol-Version": "2.0.0"}
        return {**common, "Authorization": f"Bearer {connection.token}"}

    def check(self, http: Http, connection: Connection) -> str:
        return f"{len(_posts(http, connection)['elements'])} of the newest posts can be read."

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        since.tell("posts", 0, 1)
        yield Payload(_author(since.connection), "posts", _posts(http, since.connection))

    def parse(self, payload: Payload) -> Sequence[Draft]:
        return read_each(payload.data["elements"], lambda post: _post(post, payload.subject), called="post")

    def samples(self, now: datetime) -> Mapping[str, Any]:
        post: dict[str, Any] = {
            "id": "urn:li:share:1",
            "commentary": "Repotted a monolith this week.",
            "visibility": "PUBLIC",
        }
        post |= {"lifecycleState": "PUBLISHED", "publishedAt": int(now.timestamp() * 1000)}
        return {"/rest/posts": {"elements": [post]}}


def _author(connection: Connection) -> str:
    return connection.username or str(settings.LINKEDIN_AUTHOR)


def _posts(http: Http, connection: Connection) -> Mapping[str, Any]:
    asked = {"q": "author", "author": _author(connection), "count": MOST_POSTS, "sortBy": "LAST_MODIFIED"}
    return dict(http.get("/rest/posts", params=asked).data)


def _post(post: Mapping[str, Any], account: str) -> FeedItemDraft | None:
    if post.get("visibility") != "PUBLIC" or post.get("lifecycleState") != "PUBLISHED":
        return None
    urn = text_id(post["id"])
    return written_post(
        account=account,
        external_id=urn,
        text=text(post.get("commentary")),
        url=f"https://www.linkedin.com/feed/update/{quote(urn, safe=':')}/",
        published_at=moment_of(post["publishedAt"] / 1000) if post.get("publishedAt") else None,
    )
