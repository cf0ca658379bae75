"""Git: repositories on this machine that the owner named, and the hooks of repositories anywhere.

No service is asked: `fetch` runs git, and `integrations/histories/` reads what it prints. `hooks.py` reads deliveries.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Final

from integrations.histories import Repository
from integrations.histories.repository import is_repository
from integrations.problems import Problem
from integrations.providers.base import PROJECT, Connection, Draft, Found, HookEvent, HookProvider, Payload, Trouble
from integrations.providers.git import hooks
from integrations.providers.signatures import SIGNATURE_HEADER, verify

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from integrations.http import Http
    from integrations.providers.base import KnownRepository, Since

CHUNK: Final = 500  # facts in a payload


class Git(HookProvider):
    """What `import_git` named, read again and again."""

    slug = "git"
    label = "Git"
    gives = "plants and commits of folders on this machine, and of any repository by its hook"
    docs = "docs/git.md"
    every = timedelta(minutes=2)  # a look at one that did not change costs one short answer of git
    has_account = False
    local = True
    settings: ClassVar[tuple[str, ...]] = ("ENABLE_GIT_INTEGRATION", "GIT_WEBHOOK_SECRET")
    base_url = ""
    hook_settings = "GIT_WEBHOOK_SECRET"
    signature_header = SIGNATURE_HEADER
    event_header = delivery_header = ""

    def missing(self, connection: Connection) -> str:
        return "" if connection.watched() else "a repository or a folder to watch, with manage.py import_git PATH"

    def headers(self, connection: Connection) -> dict[str, str]:
        return {}

    def check(self, http: Http, connection: Connection) -> str:
        return f"Repositories and folders that are watched: {connection.watched()}."

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        repositories = since.repositories()
        for place, known in enumerate(repositories):
            repository = Repository(known.path)
            since.tell(f"Looking at {repository.label}", place, len(repositories))
            try:
                yield from _news(repository, known)
            except Problem as problem:
                yield Trouble(repository.label, problem, known.uri)

    def parse(self, payload: Payload) -> Sequence[Draft]:
        return [payload.data] if payload.kind == PROJECT else list(payload.data)

    def samples(self, now: datetime) -> Mapping[str, Any]:
        return {}

    def verify(self, body: bytes, headers: Mapping[str, str], secret: str) -> None:
        verify(body, headers, secret)

    def parse_event(self, event: str, payload: Mapping[str, Any], *, arrived_at: datetime) -> HookEvent:
        return hooks.parse_event(payload)


def _news(repository: Repository, known: KnownRepository) -> Iterator[Payload]:
    """What is new in a repository: all of it where what was read stands on no branch any more. Raises `Problem`."""
    require_there(repository)
    refs = repository.refs
    if refs == known.state.get("refs"):
        return
    read: Sequence[str] = known.state.get("tips", ())
    goes_on = bool(read) and repository.still_has(read)
    told = repository.project
    draft = replace(told, sources=(*told.sources, *known.sources))
    yield Payload(repository.label, PROJECT, draft, uri=known.uri)
    facts = (
        repository.activities(after=read, languages=known.state.get("languages", ()))
        if goes_on
        else repository.activities()
    )
    while chunk := list(islice(facts, CHUNK)):
        yield Payload(repository.label, "facts", chunk)
    if not goes_on:
        yield Payload(repository.label, "facts", [repository.holds(read[0] if read else "")])
    yield Payload(repository.label, "facts", (), remember=progress(repository, refs=refs, read=read if goes_on else ()))


def progress(repository: Repository, *, refs: str, read: Sequence[str] = ()) -> dict[str, Any]:
    """What to remember of a repository that was read to its end.

    `refs` is from before, so that what came meanwhile is news of the next time; `read` was read earlier and may stand
    on another branch than the one that is checked out.
    """
    tips = repository.newest_of([*repository.tips, *read])
    return {"refs": refs, "tips": tips, "languages": sorted(repository.languages_seen)}


def require_there(repository: Repository) -> None:
    """Raises `Problem` where nothing is at the path of a repository any more, or nobody may look."""
    try:
        found = is_repository(repository.path)
    except OSError as error:
        raise Problem(
            "unreadable",
            f"{repository.label} cannot be read: {error.strerror}.",
            fix="Let the account that runs the greenhouse read it.",
        ) from error
    if not found:
        raise Problem(
            "gone",
            f"{repository.label} is not where it was.",
            fix="Is its disk mounted? Its plant stays as it is. If it moved, import it from its new place, "
            "and forget this one.",
        )
