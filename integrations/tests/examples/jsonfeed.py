"""JSON Feed (jsonfeed.org): what the owner writes, each feed a plant and each entry a post."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings

from garden.drafts import ActivityDraft, ProjectDraft
from garden.sources import SourceRef
from garden.vocabulary import ActivityKind
from integrations.problems import Problem
from integrations.providers.base import PROJECT, Connection, Draft, Found, Payload, Provider, Since, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integrations.http import Http


class JsonFeed(Provider):
    """The feeds at the addresses in `JSONFEED_ADDRESSES`."""

    slug = "jsonfeed"
    label = "JSON Feed"
    gives = "plants and posts"
    docs = "docs/jsonfeed.md"
    every = timedelta(hours=1)
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_JSONFEED_INTEGRATION",
        "JSONFEED_ADDRESSES",
        "JSONFEED_RATE_LIMIT",
        "JSONFEED_BURST",
    )
    base_url = ""

    @property
    def addresses(self) -> Sequence[str]:
        return tuple(settings.JSONFEED_ADDRESSES)

    def missing(self, connection: Connection) -> str:
        return "" if self.addresses else "JSONFEED_ADDRESSES"

    def headers(self, connection: Connection) -> dict[str, str]:
        return {}

    def check(self, http: Http, connection: Connection) -> str:
        titles = [str(http.get(address, keep=True).data["title"]) for address in self.addresses]
        return f"{len(titles)} feeds answer: {', '.join(titles)}."

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        for place, address in enumerate(self.addresses):
            since.tell(address, place, len(self.addresses))
            try:
                said = http.get(address, keep=True).data
            except Problem as problem:  # a pause too: it is one host's alone
                yield Trouble(address, problem)
                continue
            yield Payload(address, PROJECT, said)
            yield Payload(address, "posts", said)

    def parse(self, payload: Payload) -> Sequence[Draft]:
        said = payload.data
        if payload.kind == PROJECT:
            return [
                ProjectDraft(
                    name=said["title"],
                    description=said.get("description") or "",
                    sources=(SourceRef("jsonfeed", payload.subject, url=payload.subject),),
                )
            ]
        return [
            ActivityDraft(
                kind=ActivityKind.POST,
                external_id=str(entry["id"]),
                occurred_at=datetime.fromisoformat(entry["date_published"]),
                title=entry.get("title") or "",
            )
            for entry in said["items"]
            if entry.get("date_published")
        ]

    def samples(self, now: datetime) -> Mapping[str, Any]:
        entry = {"id": "1", "title": "Moss", "date_published": "2025-03-01T10:00:00+00:00"}
        return {address: {"title": "Notes", "items": [entry]} for address in self.addresses}
