"""What is asked of GitHub, and in which order: what matters most first, so that a small allowance goes far.

1. the list of the owner's public repositories, which costs a request a hundred and gives every plant its place, and
   by name those of plants whose repository belongs to somebody else;
2. new commits: the first page of a history that was never read, else the comparison with the last known commit;
3. languages and releases of repositories that changed;
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
from urllib.parse import parse_qs, quote, urlsplit

from integrations.http import Http, pages
from integrations.items import noting, number_id, read_each, text_id
from integrations.problems import Limited, Malformed, Problem
from integrations.providers.base import (
    PROJECT,
    Connection,
    Found,
    Gone,
    KnownProject,
    Payload,
    Since,
    Trouble,
)
from integrations.providers.github import rewritten
from integrations.providers.github.parse import moment
from integrations.providers.github.rewritten import A_PAGE, REREAD, Repository, State

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    pass

PAGES_A_RUN: Final = 100  # of one history; the next run goes on
_NO_SUCH_COMMIT: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)  # pushed away
PAGES_TOGETHER: Final = 5  # between two looks at the plant
RELEASE_PAGES: Final = 3  # three hundred releases say enough about a project
LINE_COUNTS_A_RUN: Final = 200
NO_SUCH_REPOSITORY: Final = "no_such_repository"  # codes of problems
PRIVATE_REPOSITORY: Final = "private_repository"


def fetch(http: Http, since: Since) -> Iterator[Found]:
    """Everything new, one repository after the other for each of the steps above; of one plant, if one is asked for."""
    known = {int(project.external_id): project for project in since.projects if project.external_id}
    connection = since.connection
    username = connection.username or (own_name(http) if connection.token or not since.only else "")
    if since.only:
        repositories = yield from _the_one(http, since.only)
        asked = {int(one["id"]): since.only.name for one in repositories}
    else:
        since.tell("the list of repositories", 0, 0)
        listed = yield from _listed_ones(http, username)
        moved = yield from _those_not_listed(http, known, listed)
        named, asked = yield from _named_ones(http, since.unread, known, listed)
        shown = [one for one in [*listed, *moved] if _is_wanted(one, known.get(int(one["id"])))]
        repositories = [*shown, *named]
        repositories.sort(key=lambda one: (not _is_fork(one), one.get("pushed_at") or ""), reverse=True)
    for repository in repositories:
        number = int(repository["id"])
        before, plant = known.get(number), asked.get(number, "")
        if before or plant or not _is_fork(repository):  # a fork is planted when commits of its owner are found in it
            yield from _description(repository, before, asked=plant)
    yield from Steps(http, since, username, repositories, known).take()


def _the_one(http: Http, project: KnownProject) -> Generator[Found, None, list[Repository]]:
    """The repository of the one plant that is asked for. Raises `Problem` where it cannot be read, and says so if it
    could be before."""
    try:
        return [_asked_for(http, project)]
    except Problem as problem:
        if project.external_id and not project.hidden and problem.code in (NO_SUCH_REPOSITORY, PRIVATE_REPOSITORY):
            yield Gone(project.name, project.external_id)
        raise


def _listed_ones(http: Http, username: str) -> Generator[Found, None, list[Repository]]:
    """The public repositories of the account."""
    with noting() as broken:
        listed = read_each(_listed(http, username), _public, called="repository")
    for item in broken:
        yield Trouble(f"{item.name} of the list", Malformed(item.why))
    return listed


def _those_not_listed(
    http: Http, known: Mapping[int, KnownProject], listed: Sequence[Repository]
) -> Generator[Found, None, list[Repository]]:
    """Repositories of plants that the list does not show: of another account, or of an organisation."""
    found, shown = [], {int(repository["id"]) for repository in listed}
    for number, project in known.items():
        if number in shown or (project.hidden and not project.may_be_private):
            continue
        try:
            answer = http.get(f"/repositories/{number}", also=(HTTPStatus.NOT_FOUND,), keep=True)
        except Limited:
            raise
        except Problem as problem:
            yield Trouble(project.name, problem)
            continue
        seen = answer.status != HTTPStatus.NOT_FOUND
        if seen and (project.may_be_private or not answer.data.get("private")):
            found.append(answer.data)
        elif not project.hidden:
            yield Gone(project.name, project.external_id)
    return found


def _named_ones(
    http: Http, unread: Sequence[KnownProject], known: Mapping[int, KnownProject], listed: Sequence[Repository]
) -> Generator[Found, None, tuple[list[Repository], dict[int, str]]]:
    """Repositories of plants that were never read here, and by their numbers the names that the plants have for them.

    One that everybody can see and GitHub does not show is told of; one that nobody can see may be kept elsewhere.
    """
    in_list = {str(repository["full_name"]).lower() for repository in listed}
    found: list[Repository] = []
    asked: dict[int, str] = {}
    for project in unread:
        if project.name.lower() in in_list:
            continue
        try:
            repository = _asked_for(http, project)
        except Limited:
            raise
        except Problem as problem:
            if not (project.may_be_private and problem.code == NO_SUCH_REPOSITORY):
                yield Trouble(project.name, problem)
            continue
        number = int(repository["id"])
        if number not in known and number not in asked:
            found.append(repository)
            asked[number] = project.name
    return found, asked


def _asked_for(http: Http, project: KnownProject) -> Repository:
    """The repository of one plant. Raises `Problem` where it cannot be read, or is private and the plant is not."""
    address = f"/repositories/{project.external_id}" if project.external_id else f"/repos/{quote(project.name)}"
    answer = http.get(address, also=(HTTPStatus.NOT_FOUND,), keep=True)
    if answer.status == HTTPStatus.NOT_FOUND:
        raise Problem(
            NO_SUCH_REPOSITORY,
            f"GitHub shows no repository called {project.name}.",
            fix="Check the name on the plant's page, under Sources. A private one needs a token that may read it.",
        )
    if answer.data.get("private") and not project.may_be_private:
        raise Problem(
            PRIVATE_REPOSITORY,
            f"{project.name} is private on GitHub, and its plant is not.",
            fix="Nothing of it was read. Make the plant anonymous or private, and it grows from it.",
        )
    _public({**answer.data, "private": False})
    return answer.data  # type: ignore[no-any-return] # JSON


def own_name(http: Http) -> str:
    """The account that the token belongs to."""
    return str(http.get("/user").data["login"])


def check(http: Http, connection: Connection) -> str:
    """Ask for the allowance, which is free, and for the account."""
    core = http.get("/rate_limit").data["resources"]["core"]
    name = connection.username or own_name(http)
    account = http.get(f"/users/{quote(name)}").data
    with_token = "with a token" if connection.token else "without a token"
    return (
        f"{account['login']} has {account['public_repos']} public repositories; "
        f"{core['remaining']} of {core['limit']} requests an hour left, {with_token}."
    )


def _listed(http: Http, username: str) -> Iterator[Repository]:
    """What is listed of an account. With a token too, private ones are never even asked for."""
    params = {"type": "owner", "sort": "pushed", "per_page": A_PAGE}
    try:
        for answer in pages(http, f"/users/{quote(username)}/repos", params=params, keep=True):
            if not isinstance(answer.data, list):
                raise Malformed("GitHub answered with something else than a list of repositories.")
            yield from answer.data
    except Problem as problem:
        if problem.status != HTTPStatus.NOT_FOUND:
            raise
        raise Problem(
            "no_such_account",
            f"GitHub has no account called {username!r}.",
            fix="Check GITHUB_USERNAME, the account in the admin, or what stands after --username.",
            status=problem.status,
        ) from problem


def _public(repository: Repository) -> Repository | None:
    """The repository, unless it is private. Raises what wrong shapes raise where it lacks what it is known by."""
    if repository.get("private"):
        return None
    number_id(repository["id"]), text_id(repository["full_name"]), _stamp(repository)
    return repository


def _is_wanted(repository: Repository, known: KnownProject | None) -> bool:
    """Whether to look at a repository that the list shows."""
    if known:
        # A list may lag behind a webhook; one from before a repository was made private must not show it again.
        return not known.hidden or known.may_be_private or _stamp(repository) >= str(known.state.get("stamp", ""))
    # A fork may hold work of its owner if it was pushed to after it was made.
    pushed, created = repository.get("pushed_at") or "", repository.get("created_at") or ""
    return not _is_fork(repository) or str(pushed) > str(created)


def _stamp(repository: Repository) -> str:
    """When GitHub last changed its record of a repository, written as webhooks' stamps are."""
    return moment(repository["updated_at"]).isoformat()


def _description(repository: Repository, known: KnownProject | None, *, asked: str) -> Iterator[Payload]:
    """What the list says, where it says something new. `asked` is the name that a plant has for it."""
    stamp = _stamp(repository)
    figures = [repository.get("stargazers_count"), repository.get("forks_count"), repository["full_name"]]
    if known and not known.hidden and known.state.get("listed") == [stamp, *figures]:
        return
    remember = {"listed": [stamp, *figures], "stamp": stamp}
    yield Payload(repository["full_name"], PROJECT, {"repository": repository, "asked": asked}, remember)


def _about(repository: Repository, *, remember: State | None = None, **more: Any) -> Payload:
    """The payload that every group of payloads of the steps begins with.

    Whether the repository is private was said with its description. The list grows old while the steps go on.
    """
    described = {name: value for name, value in repository.items() if name != "private"}
    return Payload(repository["full_name"], PROJECT, {"repository": described, **more}, remember or {})


class Steps:
    """The steps after the list, each over all repositories, until they are done or the allowance is used up."""

    def __init__(
        self,
        http: Http,
        since: Since,
        username: str,
        repositories: Sequence[Repository],
        known: Mapping[int, KnownProject],
    ) -> None:
        self._http = http
        self._since = since
        self._username = username
        self._repositories = repositories
        # What earlier runs remembered, kept up with what this one does.
        self._states = {
            int(one["id"]): dict(known[int(one["id"])].state) if int(one["id"]) in known else {} for one in repositories
        }

    def take(self) -> Iterator[Found]:
        """Every step over every repository. One that makes trouble is left out of the steps that follow."""
        steps = [
            ("new commits", self._new_commits),
            ("languages and releases", self._details),
            ("older commits", self._older_commits),
        ]
        failed: set[int] = set()
        total = len(self._repositories)
        for number, (label, step) in enumerate(steps):
            for place, repository in enumerate(self._repositories):
                self._since.tell(f"{label} of {repository['full_name']}", number * total + place, len(steps) * total)
                key = int(repository["id"])
                if key in failed:
                    continue
                try:
                    for payload in step(repository, self._states[key]):
                        self._states[key].update(payload.remember)
                        yield payload
                except Limited as limited:
                    raise Limited(
                        f"{limited.message} Stopped at {label}: {total - place} of {total} repositories to go.",
                        until=limited.until,
                    ) from limited
                except Problem as problem:
                    failed.add(key)
                    yield Trouble(repository["full_name"], problem)
        yield from self._line_counts(done=len(steps) * total)

    def _new_commits(self, repository: Repository, state: State) -> Iterator[Payload]:
        pushed_at, head = repository.get("pushed_at"), state.get("head")
        forced = rewritten.forced_from(state)
        if pushed_at is None or (state.get("pushed_at") == pushed_at and not forced):
            return
        compared = rewritten.compared(self._http, repository, head) if head and not _is_fork(repository) else None
        if compared is None:
            yield from self._from_the_top(repository, again=bool(head or forced), settled=forced)
            return
        yield _about(repository)
        # What was lost comes before the head moves on: should the run end in between, it is asked for again.
        diverged = compared.data.get("status") in ("diverged", "behind")
        for left in dict.fromkeys([*([str(head)] if diverged else []), *forced]):
            lost = rewritten.lost_behind(self._http, repository, left)
            if lost is None or (lost and state.get("older")):  # the pages to come have other commits than before
                yield from self._from_the_top(repository, again=True, settled=forced)
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
        yield _note(repository, {"pushed_at": pushed_at, **rewritten.settled(state, forced)})

    def _from_the_top(self, repository: Repository, *, again: bool, settled: Sequence[str] = ()) -> Iterator[Payload]:
        """The newest page of a history that is new to us, or that was rewritten and is read `again`.

        Then its SHAs are remembered until the last page says what became of the rest.
        """
        # Of a fork only the owner's own commits count; the others are the life of the project it came from.
        if _is_fork(repository) and not self._username:
            return
        own = {"author": self._username} if _is_fork(repository) else {}
        address = f"/repos/{repository['full_name']}/commits"
        answer = self._http.get(address, params={"per_page": A_PAGE, **own}, also=(HTTPStatus.CONFLICT,), keep=True)
        read = {"pushed_at": repository["pushed_at"], **rewritten.settled(self._states[int(repository["id"])], settled)}
        if answer.status == HTTPStatus.CONFLICT or not answer.data:  # "Git Repository is empty."
            if not _is_fork(repository):
                yield _about(repository, remember=read)
            return
        older, last_page = answer.links.get("next"), _page_number(answer.links.get("last"))
        shas = rewritten.shas_of(answer.data) if again else None
        read |= {"head": answer.data[0]["sha"], "older": older, "last_page": last_page, REREAD: shas if older else None}
        # While a history is read again, what is known of it stands for the pages to come.
        yield _about(repository, earlier_commits=_at_least(last_page - 1) if older and not again else 0)
        if shas is not None and not older:
            yield rewritten.held(repository, shas)
        yield _commits(repository, answer.data, read)

    def _details(self, repository: Repository, state: State) -> Iterator[Payload]:
        if "pushed_at" not in state or state.get("details_for") == state["pushed_at"]:
            return
        root = f"/repos/{repository['full_name']}"
        yield _about(repository, languages=self._http.get(f"{root}/languages", keep=True).data)
        releases = pages(self._http, f"{root}/releases", params={"per_page": A_PAGE}, keep=True)
        for answer in islice(releases, RELEASE_PAGES):
            yield Payload(repository["full_name"], "releases", answer.data)
        yield _note(repository, {"details_for": state["pushed_at"]})

    def _older_commits(self, repository: Repository, state: State) -> Iterator[Payload]:
        for place in range(PAGES_A_RUN):
            older = state.get("older")
            if not older:
                return
            if place % PAGES_TOGETHER == 0:
                left = int(state["last_page"]) - _page_number(older) - PAGES_TOGETHER + 1
                yield _about(repository, earlier_commits=_at_least(left) if state.get(REREAD) is None else 0)
            answer, reread = self._http.get(older), state.get(REREAD)
            older = answer.links.get("next")
            shas = None if reread is None else [*reread, *rewritten.shas_of(answer.data)]
            if shas is not None and not older:
                yield rewritten.held(repository, shas)
            yield _commits(repository, answer.data, {"older": older, REREAD: shas if older else None})

    def _line_counts(self, done: int) -> Iterator[Found]:
        """Line counts of recent commits. Nice to have: a stop here is no reason to call the run incomplete."""
        named = {repository["full_name"]: repository for repository in self._repositories}
        wanted = [pair for pair in self._since.uncounted() if pair[0] in named][:LINE_COUNTS_A_RUN]
        for name, pairs in groupby(sorted(wanted), key=itemgetter(0)):
            self._since.tell(f"line counts of {name}", done, done)
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
                yield _about(named[name])
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


def _is_fork(repository: Repository) -> bool:
    return bool(repository.get("fork"))


def _at_least(pages_left: int) -> int:
    """The fewest commits that so many pages hold; the last one may have a single one."""
    return (pages_left - 1) * A_PAGE + 1 if pages_left > 0 else 0


def _page_number(url: str | None) -> int:
    """The number of the page that a link leads to; 1 where it does not say."""
    return int(parse_qs(urlsplit(url or "").query).get("page", ["1"])[0])
