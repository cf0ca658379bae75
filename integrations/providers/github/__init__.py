"""GitHub: public repositories, their commits and releases, and its webhooks.

`fetch.py` asks, `rewritten.py` for what a branch lost, `parse.py` reads REST bodies, `hooks.py` reads deliveries,
`samples.py` stands in without network.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from django.conf import settings

from garden import sources
from integrations.problems import ASKED_AGAIN
from integrations.providers import signatures
from integrations.providers.base import PROJECT, Connection, Draft, Found, HookEvent, Payload, ProviderNeed, Since
from integrations.providers.forges import Forge, facts
from integrations.providers.github import account, fetch, hooks, parse, samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from integrations.http import Http
    from integrations.providers.forges.repositories import Repository


class GitHub(Forge):
    """The owner's account on github.com, or on a server that speaks the same (`GITHUB_API_URL`)."""

    slug = "github"
    label = "GitHub"
    gives = (
        "plants, commits with their lines, releases, stars; by its webhook all of it within seconds, and deployments"
    )
    docs = "docs/github.md"
    a_page = account.A_PAGE
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_GITHUB_INTEGRATION",
        "GITHUB_TOKEN",
        "GITHUB_USERNAME",
        "GITHUB_WEBHOOK_SECRET",
        "GITHUB_API_URL",
        "GITHUB_RATE_LIMIT",
        "GITHUB_BURST",
    )
    brings = (
        "A token brings 5,000 requests an hour instead of 60, and offers the repositories of its organisations in the "
        "list of what to plant; private ones too, if you ask for them there. Of these, what you choose is read."
    )
    sample_name = samples.OWNER
    hook_settings = "GITHUB_WEBHOOK_SECRET"
    event_header, delivery_header = "X-GitHub-Event", "X-GitHub-Delivery"
    signature_header = signatures.SIGNATURE_HEADER
    fixes: ClassVar[Mapping[str, str]] = {
        "unauthorized": "Make a new token at https://github.com/settings/tokens and put it into GITHUB_TOKEN, "
        "or into the account in the admin.",
        "forbidden": "Check that the token may read public repositories (docs/github.md names the rights it needs).",
        "rate_limited": "The next run goes on where this one stopped. Without a token GitHub allows 60 requests an "
        "hour; add one to finish sooner (GITHUB_TOKEN, or the account in the admin).",
        "unexpected_answer": "Check GITHUB_API_URL. Nothing was changed.",
        "unreachable": f"Check that this machine is online, and GITHUB_API_URL. {ASKED_AGAIN}",
    }

    @property
    def base_url(self) -> str:
        return str(settings.GITHUB_API_URL)

    @property
    def home(self) -> str:
        return sources.GITHUB_HOST

    def external_id_of(self, number: int) -> str:
        """GitHub is one place, and its numbers are known by themselves."""
        return str(number)

    def number_of(self, external_id: str) -> int | None:
        return int(external_id) if external_id.isdecimal() else None

    def needs(self, connection: Connection) -> Iterator[ProviderNeed]:
        yield from (replace(need, optional=False) for need in super().needs(connection))

    def headers(self, connection: Connection) -> dict[str, str]:
        common = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        return {**common, "Authorization": f"Bearer {connection.token}"} if connection.token else common

    def check(self, http: Http, connection: Connection) -> str:
        return account.check(http, connection)

    def listed(self, http: Http, username: str) -> Iterator[Repository]:
        return account.listed(http, username)

    def reached(self, http: Http, connection: Connection, *, private: bool) -> Iterator[Repository]:
        return account.reached(http, connection, private=private)

    def address_of(self, *, number: int | None, name: str = "") -> str:
        return f"/repos/{quote(name)}" if number is None else f"/repositories/{number}"

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        return fetch.fetch(self, http, since)

    def parse(self, payload: Payload) -> Sequence[Draft]:
        if payload.kind == PROJECT:
            return [parse.project(**payload.data)]
        page = sources.GITHUB_HOME + payload.subject
        if payload.kind == "commits":
            return facts.commits(payload.data, page=page)
        if payload.kind == "line_counts":
            return facts.line_counts(payload.data, page=page)
        return super().parse(payload)

    def samples(self, now: datetime) -> Mapping[str, Any]:
        return samples.answers(now)

    def verify(self, body: bytes, headers: Mapping[str, str], secret: str) -> None:
        signatures.verify(body, headers, secret)

    def parse_event(self, event: str, payload: Mapping[str, Any], *, arrived_at: datetime) -> HookEvent:
        return hooks.parse_event(event, payload)
