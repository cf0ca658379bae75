"""How repositories of a forge are read whose lists of commits carry line counts and parents: page by page.

1. the list of the owner's repositories, and by name those of plants whose repository belongs to somebody else;
2. the newest commits of those that something was pushed to, down to the last one that is known;
3. languages, README and releases of these;
4. older pages of histories that are not read to their end.

What was read is remembered beside its plant: a stop at any point loses nothing. Further pages are asked for from the
commit that the first began with, so that a push in between moves none of them.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from integrations.problems import Malformed
from integrations.providers.base import PROJECT, Found, KnownProject, Payload, Since
from integrations.providers.forges import selection, steps
from integrations.providers.forges.repositories import is_fork
from integrations.providers.forges.steps import PAGES_A_RUN, PAGES_TOGETHER, State, about

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from integrations.answers import Answer
    from integrations.http import Http
    from integrations.providers.forges import Forge
    from integrations.providers.forges.repositories import Repository

EMPTY: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)  # what is said of the commits of a repository without any
HEAD: Final = "head"  # in the state: the newest commit that is kept,
WALK: Final = "walk"  # and what of a history is still to be read, from which commit on


def fetch(forge: Forge, http: Http, since: Since) -> Iterator[Found]:
    """Everything new, one repository after the other for each of the steps above; of one plant, if one is asked for."""
    connection = since.connection
    username = connection.username or (forge.own_name(http) if connection.token or not since.only else "")
    chosen = yield from selection.select(forge, http, since, username)
    wanted = {forge.number_of(one.external_id) for one in since.chosen}
    repositories = []
    for repository in chosen.repositories:
        number = int(repository["id"])
        before, asked = chosen.known.get(number), chosen.asked.get(number, "")
        if before or asked or number in wanted or not is_fork(repository):  # a fork is planted where it is chosen
            repositories.append(repository)
            yield from _description(forge, repository, before, asked=asked, since=since)
    reading = _Reading(forge, http, since)
    in_order: dict[str, steps.Step] = {
        "new commits": reading.new_commits,
        "languages and releases": reading.details,
        "older commits": reading.older_commits,
    }
    yield from steps.take(in_order, repositories, chosen.known, since)


def _description(
    forge: Forge, repository: Repository, known: KnownProject | None, *, asked: str, since: Since
) -> Iterator[Payload]:
    """What the list says, where it says something new. `asked` is the name that a plant has for it."""
    figures = [repository["updated_at"], repository.get("stargazers_count"), repository["full_name"]]
    figures += [repository.get("description"), list(repository.get("topics") or ()), repository.get("archived")]
    if known and (not known.hidden or known.may_be_private) and known.state.get("listed") == figures:
        return
    remember = {"listed": figures, "stamp": forge.stamp_of(repository, now=since.now)}
    yield Payload(repository["full_name"], PROJECT, {"repository": repository, "asked": asked}, remember)


class _Reading:
    """What each step asks of a forge."""

    def __init__(self, forge: Forge, http: Http, since: Since) -> None:
        self._forge = forge
        self._http = http
        self._since = since

    def new_commits(self, repository: Repository, state: State) -> Iterator[Payload]:
        forced = steps.forced_from(state)
        pushed_at, branch = repository.get("pushed_at"), repository.get("default_branch")
        if not branch or (state.get("pushed_at") == pushed_at and not forced):
            return
        read: dict[str, Any] = {"pushed_at": pushed_at, **steps.settled(state, forced)}
        settled = self._forge.is_settled(repository, now=self._since.now)
        answer, commits = self._page(repository, at=branch, page=1)
        if not commits:
            yield about(repository, remember=read)
            return
        shas, head, walk = shas_of(commits), state.get(HEAD), state.get(WALK)
        read[HEAD] = shas[0]
        if not settled:  # it is looked into again, until the time that it says tells of every push
            read["pushed_at"] = f"{pushed_at} {shas[0]}"
        if head in shas and not forced:  # it goes on where it was read to, and so does what is older
            new = shas.index(head)
            if walk and walk["shas"] is not None:
                read[WALK] = {**walk, "shas": [*shas[:new], *walk["shas"]]}
            yield about(repository)
            yield _commits(repository, commits[:new], read)
            return
        again = bool(head)  # what it held before may be in it no longer: its SHAs say so, once all are read
        until = head if again and not walk and not forced else None
        if "next" in answer.links:
            read[WALK] = {"at": shas[0], "page": 2, "until": until, "shas": shas if again else None}
        else:
            read[WALK] = None
        yield about(repository)
        if again and not read[WALK]:
            yield _held(repository, shas)
        yield _commits(repository, commits, read)

    def details(self, repository: Repository, state: State) -> Iterator[Payload]:
        if "pushed_at" not in state or state.get("details_for") == state["pushed_at"]:
            return
        for kind, said in self._forge.details(self._http, repository):
            if kind == "releases":
                yield about(repository)
                yield Payload(repository["full_name"], kind, said)
            elif kind != "readme" or not repository.get("private"):  # whose words nobody else may see
                yield about(repository, **{kind: said})
        yield about(repository, remember={"details_for": state["pushed_at"]})

    def older_commits(self, repository: Repository, state: State) -> Iterator[Payload]:
        for place in range(PAGES_A_RUN):
            walk = state.get(WALK)
            if not walk:
                return
            answer, commits = self._page(repository, at=walk["at"], page=walk["page"])
            here = shas_of(commits)
            shas = None if walk["shas"] is None else [*walk["shas"], *here]
            met = walk["until"] in here
            further = None
            if commits and "next" in answer.links and not met:
                further = {**walk, "page": walk["page"] + 1, "shas": shas}
            if place % PAGES_TOGETHER == 0:
                yield about(repository)
            if shas is not None and not further and not met:
                yield _held(repository, shas)
            yield _commits(repository, commits, {WALK: further})

    def _page(self, repository: Repository, *, at: str, page: int) -> tuple[Answer, list[Any]]:
        """One page of commits; empty where there are none."""
        address, params = self._forge.commits_at(repository, at=at, page=page)
        answer = self._http.get(address, params={**params, "page": page}, also=EMPTY, keep=page == 1)
        if answer.status in EMPTY:
            return answer, []
        if not isinstance(answer.data, list):
            raise Malformed(f"{self._forge.label} answered with something else than a list of commits.")
        return answer, [self._forge.one_commit(commit) for commit in answer.data]


def shas_of(commits: Sequence[Any]) -> list[str]:
    """The SHAs of commits. Raises what wrong shapes raise."""
    return [str(commit["sha"]) for commit in commits]


def _commits(repository: Repository, commits: Sequence[Any], remember: State) -> Payload:
    said = {"commits": commits, "page": repository["html_url"]}
    return Payload(repository["full_name"], "commits", said, remember)


def _held(repository: Repository, shas: Sequence[str]) -> Payload:
    """All commits of a history that was read to its end."""
    return Payload(repository["full_name"], "history", {"reachable": shas, "whole": True})
