"""What forges have in common: whose repositories are read and how they are known, how histories are read, what is said.

`selection.py` finds what there is to read, `reading.py` reads it, `facts.py` turns it into drafts. A forge of one file
says where its answers are and puts them into the common shape; GitHub, which has a file for each, does more.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from garden import sources
from integrations.http import pages
from integrations.items import number_id, text, web_address
from integrations.problems import Malformed
from integrations.providers.base import (
    PROJECT,
    Connection,
    Draft,
    Found,
    HookProvider,
    Offer,
    Payload,
    ProviderNeed,
    Since,
)
from integrations.providers.forges import facts, reading
from integrations.providers.forges.repositories import Repository, of_account, stamp_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from garden.drafts import ProjectDraft
    from garden.sources import SourceRef
    from integrations.answers import Answer
    from integrations.http import Http


class Forge(HookProvider):
    """A place where repositories are kept."""

    forge = True
    every = timedelta(minutes=30)
    a_page: ClassVar[int]  # the most that it gives at once
    name_key: ClassVar[str] = "login"  # what an account is called by, in what is said of it
    commit_path: ClassVar[str] = ""  # between a repository's page and `/commit/`

    # --- How its repositories are known ---

    @property
    def home(self) -> str:
        parts = urlsplit(self.base_url)
        place = sources.remote(f"{parts.scheme}://{parts.netloc}/any/name")
        return place.external_id.partition("/")[0] if place else ""

    def external_id_of(self, number: int) -> str:
        """What a repository is known by: with the host, so that another server's numbers are others."""
        return f"{self.home}/{number}"

    def number_of(self, external_id: str) -> int | None:
        """The number that is in such an id; `None` where it is another server's."""
        host, _, number = external_id.rpartition("/")
        return int(number) if host == self.home and number.isdecimal() else None

    def kept_at(self, repository: Repository, *, asked: str = "") -> Sequence[SourceRef]:
        """How a repository is known, strongest first. `asked` is a name that it was known by before.

        What its page says is believed as far as the page is on the same host: of others a forge has nothing to say.
        """
        page, name = web_address(repository["html_url"]), text(repository["full_name"])[: sources.LONGEST_NAME]
        by_number = sources.SourceRef(self.slug, self.external_id_of(number_id(repository["id"])), name, page)
        before = f"{page.removesuffix(name)}{asked}" if asked and page.endswith(name) else ""
        remotes = [one for one in map(sources.remote, (page, before)) if one]
        at_home = [one for one in remotes if one.external_id.startswith(f"{self.home}/")]
        return sources.each_once([by_number, *at_home])

    def stamp_of(self, repository: Repository, *, now: datetime) -> str:
        """Since when what is said of a repository holds."""
        return stamp_of(repository)

    def is_settled(self, repository: Repository, *, now: datetime) -> bool:
        """Whether the list would say another time of a repository that was pushed to since the time it says."""
        return True

    # --- Where its answers are ---

    @abstractmethod
    def listed(self, http: Http, username: str) -> Iterator[Repository]:
        """What an account shows to everybody. Raises `Problem` where there is no such account."""

    @abstractmethod
    def reached(self, http: Http, connection: Connection, *, private: bool) -> Iterator[Repository]:
        """Everything that the owner could have planted."""

    @abstractmethod
    def address_of(self, *, number: int | None, name: str = "") -> str:
        """Where one repository is asked for: by its number, or else by its name."""

    def one(self, said: Any) -> Repository:
        """An answer about one repository, in the common shape."""
        repository: Repository = said
        return repository

    def one_commit(self, said: Any) -> Any:
        """One commit of a list, in the common shape; whatever is no commit as it came."""
        return said

    def own_name(self, http: Http) -> str:
        """The account that the token belongs to."""
        return str(http.get("/user").data[self.name_key])

    def commits_at(self, repository: Repository, *, at: str, page: int) -> tuple[str, Mapping[str, Any]]:
        """Where commits are asked for, newest first, from the branch or the commit `at` backwards."""
        raise NotImplementedError(f"{self.label} reads histories by itself")

    def details(self, http: Http, repository: Repository) -> Iterator[tuple[str, Any]]:
        """What else there is to say of a repository that changed: `languages`, `readme`, `releases`."""
        raise NotImplementedError(f"{self.label} reads details by itself")

    def readme(self, http: Http, address: str, **params: str) -> Iterator[tuple[str, Any]]:
        """The file at an address of its own, as a detail; nothing where there is none."""
        answer = http.get(address, params=params, also=(HTTPStatus.NOT_FOUND,), keep=True, raw=True)
        if answer.status == HTTPStatus.OK:
            yield "readme", text(answer.data.decode("utf-8", "replace"))

    # --- What is done with them ---

    def missing(self, connection: Connection) -> str:
        if connection.username or connection.token:
            return ""
        prefix = self.slug.upper()
        return f"{prefix}_USERNAME or {prefix}_TOKEN, or --username on the command line"

    def needs(self, connection: Connection) -> Iterator[ProviderNeed]:
        if self.missing(connection):
            yield ProviderNeed(
                f"{self.label} is not connected",
                f"With your user name alone ({self.slug.upper()}_USERNAME, or an account here) the garden reads what "
                f"is public. {self.brings}",
                optional=True,
            )

    def look(self, http: Http, connection: Connection, *, private: bool) -> Iterator[Offer]:
        """Everything that could be planted: the account's repositories and those of its organisations, each once.

        With a token whatever it reaches, the private ones only if `private`; without one what the account shows.
        """
        seen: set[str] = set()
        for repository in self.reached(http, connection, private=private):
            offer = facts.offer(repository, external_id=self.external_id_of(number_id(repository["id"])))
            if offer.external_id not in seen and (private or not offer.private):
                seen.add(offer.external_id)
                yield offer

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        return reading.fetch(self, http, since)

    def parse(self, payload: Payload) -> Sequence[Draft]:
        said = payload.data
        if payload.kind == PROJECT:
            return [self.project(**said)]
        if payload.kind == "commits":
            return facts.commits(said["commits"], page=said["page"] + self.commit_path)
        if payload.kind == "history":
            return [facts.history(said, told_by=self.slug)]
        return facts.releases(said) if payload.kind == "releases" else []

    def project(self, repository: Repository, *, asked: str = "", **more: Any) -> ProjectDraft:
        """A repository as lists, details and webhooks show it."""
        return facts.project(repository, kept_at=self.kept_at(repository, asked=asked), **more)

    def of_account(self, http: Http, username: str, address: str, params: Mapping[str, Any]) -> Iterator[Repository]:
        """The repositories on all pages of an account's list."""
        with of_account(username, label=self.label, setting=f"{self.slug.upper()}_USERNAME"):
            yield from self.each(http, address, params)

    def each(self, http: Http, address: str, params: Mapping[str, Any]) -> Iterator[Repository]:
        """The repositories on all pages of a list."""
        for answer in pages(http, address, params=params, keep=True):
            yield from map(self.one, items_of(answer, label=self.label))


def items_of(answer: Answer, *, label: str) -> list[Any]:
    """The items of a list. Raises `Malformed` where something else came."""
    if not isinstance(answer.data, list):
        raise Malformed(f"{label} answered with something else than a list.")
    return answer.data
