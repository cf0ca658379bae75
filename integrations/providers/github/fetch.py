"""What is asked of GitHub, and in which order: what matters most first, so that a small allowance goes far.

1. the list of the owner's public repositories, which costs a request a hundred and gives every plant its place, and
   by name those of plants whose repository belongs to somebody else;
2. new commits: the first page of a history that was never read, else the comparison with the last known commit;
3. languages, releases and README of repositories that changed;
4. older pages of histories that are not read to their end;
5. line counts of recent commits, which lists and pushes do not carry, one request a commit.

What was read of a repository is remembered beside its plant, so a stop at any point loses nothing, and a repository
that nobody pushed to costs nothing but its line in the list.
"""

from __future__ import annotations

from http import HTTPStatus
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

from integrations.http import Http, pages
from integrations.problems import Limited, Problem
from integrations.providers.base import PROJECT, Found, KnownProject, Payload, Since, Trouble
from integrations.providers.forges import selection, steps
from integrations.providers.forges.repositories import is_fork, stamp_of
from integrations.providers.forges.steps import PAGES_A_RUN, PAGES_TOGETHER, State, about
from integrations.providers.github import account, rewritten
from integrations.providers.github.account import A_PAGE
from integrations.providers.github.rewritten import REREAD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from integrations.providers.forges import Forge
    from integrations.providers.forges.repositories import Repository

_NO_SUCH_COMMIT: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)  # pushed away
RELEASE_PAGES: Final = 3  # three hundred releases say enough about a project
LINE_COUNTS_A_RUN: Final = 200


def fetch(forge: Forge, http: Http, since: Since) -> Iterator[Found]:
    """Everything new, one repository after the other for each of the steps above; of one plant, if one is asked for."""
    connection = since.connection
    username = connection.username or (account.own_name(http) if connection.token or not since.only else "")
    chosen = yield from selection.select(forge, http, since, username)
    for repository in chosen.repositories:
        number = int(repository["id"])
        before, asked = chosen.known.get(number), chosen.asked.get(number, "")
        if before or asked or not is_fork(repository):  # a fork is planted when commits of its owner are found in it
            yield from _description(repository, before, asked=asked)
    reading = _Reading(http, since, username)
    in_order: dict[str, steps.Step] = {
        "new commits": reading.new_commits,
        "languages, releases and README": reading.details,
        "older commits": reading.older_commits,
    }
    yield from steps.take(in_order, chosen.repositories, chosen.known, since)
    yield from reading.line_counts(chosen.repositories)


def _description(repository: Repository, known: KnownProject | None, *, asked: str) -> Iterator[Payload]:
    """What the list says, where it says something new. `asked` is the name that a plant has for it."""
    stamp = stamp_of(repository)
    figures = [repository.get("stargazers_count"), repository.get("forks_count"), repository["full_name"]]
    is_read = known and (not known.hidden or known.may_be_private)
    if known and is_read and known.state.get("listed") == [stamp, *figures]:
        return
    remember = {"listed": [stamp, *figures], "stamp": stamp}
    yield Payload(repository["full_name"], PROJECT, {"repository": repository, "asked": asked}, remember)


class _Reading:
    """What each step asks of GitHub."""

    def __init__(self, http: Http, since: Since, username: str) -> None:
        self._http = http
        self._since = since
        self._username = username

    def new_commits(self, repository: Repository, state: State) -> Iterator[Payload]:
        pushed_at, head = repository.get("pushed_at"), state.get("head")
        forced = steps.forced_from(state)
        if pushed_at is None or (state.get("pushed_at") == pushed_at and not forced):
            return
        compared = rewritten.compared(self._http, repository, head) if head and not is_fork(repository) else None
        if compared is None:
            yield from self._from_the_top(repository, state, again=bool(head or forced), settled=forced)
            return
        yield about(repository)
        # What was lost comes before the head moves on: should the run end in between, it is asked for again.
        diverged = compared.data.get("status") in ("diverged", "behind")
        for left in dict.fromkeys([*([str(head)] if diverged else []), *forced]):
            lost = rewritten.lost_behind(self._http, repository, left)
            if lost is None or (lost and state.get("older")):  # the pages to come have other commits than before
                yield from self._from_the_top(repository, state, again=True, settled=forced)
                return
            yield rewritten.lost(repository, lost)
        if base := compared.data.get("merge_base_commit"):
            yield _note(repository, {"head": base["sha"]})  # where the branch was set back, nothing is new
        while True:
            commits = compared.data["commits"]
            yield _commits(repository, commits, rewritten.head_of(commits, state))
            if "next" not in compared.links:
                break
            compared = self._http.get(compared.links["next"])
        yield _note(repository, {"pushed_at": pushed_at, **steps.settled(state, forced)})

    def _from_the_top(
        self, repository: Repository, state: State, *, again: bool, settled: Sequence[str]
    ) -> Iterator[Payload]:
        """The newest page of a history that is new to us, or that was rewritten and is read `again`.

        Then its SHAs are remembered until the last page says what became of the rest.
        """
        # Of a fork only the owner's own commits count; the others are the life of the project it came from.
        if is_fork(repository) and not self._username:
            return
        own = {"author": self._username} if is_fork(repository) else {}
        address = f"/repos/{repository['full_name']}/commits"
        answer = self._http.get(address, params={"per_page": A_PAGE, **own}, also=(HTTPStatus.CONFLICT,), keep=True)
        read = {"pushed_at": repository["pushed_at"], **steps.settled(state, settled)}
        if answer.status == HTTPStatus.CONFLICT or not answer.data:  # "Git Repository is empty."
            if not is_fork(repository):
                yield about(repository, remember=read)
            return
        older, last_page = answer.links.get("next"), _page_number(answer.links.get("last"))
        shas = rewritten.shas_of(answer.data) if again else None
        read |= {"head": answer.data[0]["sha"], "older": older, "last_page": last_page, REREAD: shas if older else None}
        # While a history is read again, what is known of it stands for the pages to come.
        yield about(repository, earlier_commits=_at_least(last_page - 1) if older and not again else 0)
        if shas is not None and not older:
            yield rewritten.held(repository, shas)
        yield _commits(repository, answer.data, read)

    def details(self, repository: Repository, state: State) -> Iterator[Payload]:
        if "pushed_at" not in state or state.get("details_for") == state["pushed_at"]:
            return
        root = f"/repos/{repository['full_name']}"
        yield about(repository, languages=self._http.get(f"{root}/languages", keep=True).data)
        yield about(repository)  # what it is made of is kept and told by itself: a stop in between changes nothing
        releases = pages(self._http, f"{root}/releases", params={"per_page": A_PAGE}, keep=True)
        for answer in islice(releases, RELEASE_PAGES):
            yield Payload(repository["full_name"], "releases", answer.data)
        if not repository.get("private"):  # nobody else may see a plant of it with its words
            readme = self._http.get(f"{root}/readme", also=(HTTPStatus.NOT_FOUND,), keep=True)
            if readme.status == HTTPStatus.OK:
                yield about(repository, readme=readme.data)
        yield _note(repository, {"details_for": state["pushed_at"]})

    def older_commits(self, repository: Repository, state: State) -> Iterator[Payload]:
        for place in range(PAGES_A_RUN):
            older = state.get("older")
            if not older:
                return
            if place % PAGES_TOGETHER == 0:
                left = int(state["last_page"]) - _page_number(older) - PAGES_TOGETHER + 1
                yield about(repository, earlier_commits=_at_least(left) if state.get(REREAD) is None else 0)
            answer, reread = self._http.get(older), state.get(REREAD)
            older = answer.links.get("next")
            shas = None if reread is None else [*reread, *rewritten.shas_of(answer.data)]
            if shas is not None and not older:
                yield rewritten.held(repository, shas)
            yield _commits(repository, answer.data, {"older": older, REREAD: shas if older else None})

    def line_counts(self, repositories: Sequence[Repository]) -> Iterator[Found]:
        """Line counts of recent commits. Nice to have: a stop here is no reason to call the run incomplete."""
        named = {repository["full_name"]: repository for repository in repositories}
        wanted = [pair for pair in self._since.uncounted() if pair[0] in named][:LINE_COUNTS_A_RUN]
        for name, pairs in groupby(sorted(wanted), key=itemgetter(0)):
            self._since.tell(f"line counts of {name}", 0, 0)
            counted, problem = [], None
            for _, sha in pairs:
                try:
                    answer = self._http.get(f"/repos/{name}/commits/{sha}", also=_NO_SUCH_COMMIT)
                except Problem as caught:
                    problem = caught
                    break
                if answer.status == HTTPStatus.OK:
                    counted.append(answer.data)
            if counted:
                yield about(named[name])
                yield Payload(name, "line_counts", counted)
            if isinstance(problem, Limited):
                return
            if problem:
                yield Trouble(name, problem)


def _commits(repository: Repository, commits: Sequence[Any], remember: State | None = None) -> Payload:
    return Payload(repository["full_name"], "commits", commits, remember or {})


def _note(repository: Repository, remember: State) -> Payload:
    """Nothing new, but something to remember once all that came before it is kept."""
    return Payload(repository["full_name"], "note", None, remember)


def _at_least(pages_left: int) -> int:
    """The fewest commits that so many pages hold; the last one may have a single one."""
    return (pages_left - 1) * A_PAGE + 1 if pages_left > 0 else 0


def _page_number(url: str | None) -> int:
    """The number of the page that a link leads to; 1 where it does not say."""
    return int(parse_qs(urlsplit(url or "").query).get("page", ["1"])[0])
