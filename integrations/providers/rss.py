"""Feeds: what the owner reads, and what they write on sites of their own (RSS, Atom, RDF, JSON Feed)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings

from integrations.feeds import NoFeed, read_feed
from integrations.problems import Problem
from integrations.providers.base import Connection, Draft, Found, Payload, Provider, Since, Trouble
from skills.mentions import mentioned
from social.drafts import FeedItemDraft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from integrations.http import Http


class Rss(Provider):
    """The feeds at the addresses in `RSS_FEEDS` and `RSS_OWN_FEEDS`."""

    slug = "rss"
    label = "Feeds"
    gives = "butterflies, and what you read and write about"
    docs = "docs/social.md"
    every = timedelta(hours=1)
    has_account = False
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_RSS_INTEGRATION",
        "RSS_FEEDS",
        "RSS_OWN_FEEDS",
        "RSS_RATE_LIMIT",
        "RSS_BURST",
    )
    base_url = ""
    fixes: ClassVar[Mapping[str, str]] = {
        "not_found": "Look at the address in RSS_FEEDS: the feed may have moved.",
        "no_feed": "Give the address of the feed itself in RSS_FEEDS; pages name it in their head, as rel=alternate.",
    }

    @property
    def addresses(self) -> Sequence[str]:
        return tuple(dict.fromkeys((*settings.RSS_OWN_FEEDS, *settings.RSS_FEEDS)))

    def missing(self, connection: Connection) -> str:
        return "" if self.addresses else "RSS_FEEDS"

    def headers(self, connection: Connection) -> dict[str, str]:
        return {}

    def check(self, http: Http, connection: Connection) -> str:
        titles = [_read(http.get(one, keep=True, raw=True).data, one).title or one for one in self.addresses]
        return f"{len(titles)} feed{'' if len(titles) == 1 else 's'} can be read: {', '.join(titles)}."

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        for place, address in enumerate(self.addresses):
            since.tell(address, place, len(self.addresses))
            try:
                body = http.get(address, keep=True, raw=True).data
                _read(body, address)
            except Problem as problem:  # a pause too: it is one host's alone
                yield Trouble(address, problem)
                continue
            yield Payload(address, "feed", body)

    def parse(self, payload: Payload) -> Sequence[Draft]:
        written = payload.subject in settings.RSS_OWN_FEEDS
        return [
            FeedItemDraft(
                feed=payload.subject,
                external_id=entry.external_id,
                title=entry.title,
                url=entry.url,
                published_at=entry.published_at,
                written=written,
                technologies=mentioned(f"{entry.title}. {entry.text}", entry.tags),
            )
            for entry in read_feed(payload.data, url=payload.subject).entries
        ]

    def samples(self, now: datetime) -> Mapping[str, Any]:
        at = now.replace(hour=0, minute=0, second=0, microsecond=0).isoformat()
        words = "<title>What a fern taught us about Django</title><link>https://x.example/fern</link>"
        item = f"<item>{words}<category>Django</category><pubDate>{at}</pubDate></item>"
        feed = f'<rss version="2.0"><channel><title>Notes</title>{item}</channel></rss>'.encode()
        return dict.fromkeys(self.addresses, feed)


def _read(body: Any, address: str) -> Any:
    """The feed in a body. Raises `Problem` where there is none."""
    try:
        return read_feed(body or b"", url=address)
    except NoFeed as error:
        raise Problem("no_feed", f"What stands at {address} is no feed: {error}.") from error
