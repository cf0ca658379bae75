"""Which repositories a run reads: those of the account, those of plants that belong elsewhere, and the chosen ones."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from integrations.items import noting, read_each
from integrations.problems import Limited, Malformed, Problem
from integrations.providers.base import Found, Gone, KnownProject, Since, Trouble
from integrations.providers.forges.repositories import is_fork, public_only

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from integrations.http import Http
    from integrations.providers.forges import Forge
    from integrations.providers.forges.repositories import Repository

NO_SUCH_REPOSITORY: Final = "no_such_repository"  # codes of problems
PRIVATE_REPOSITORY: Final = "private_repository"


@dataclass(frozen=True, slots=True)
class Selection:
    """What a run reads."""

    repositories: Sequence[Repository]  # those pushed to last come first, forks at the end
    known: Mapping[int, KnownProject]  # the plants that were read before, by their repositories' numbers
    asked: Mapping[int, str]  # by number, the names that plants have for repositories that were never read


def select(forge: Forge, http: Http, since: Since, username: str) -> Generator[Found, None, Selection]:
    """Find out what there is to read: what a plant needs that is asked for alone, else all that the owner wants."""
    read = [one for one in since.projects if one.external_id not in since.left_out]
    known = {number: one for one in read if (number := forge.number_of(one.external_id)) is not None}
    if since.only:
        alone = yield from _the_one(forge, http, since.only)
        return Selection(alone, known, {int(one["id"]): since.only.name for one in alone})
    since.tell("the list of repositories", 0, 0)
    in_list = yield from _listed_ones(forge, http, username)
    chosen = {forge.number_of(one.external_id) for one in since.chosen}
    moved = yield from _those_not_listed(forge, http, known, in_list)
    named, asked = yield from _named_ones(forge, http, since, known, in_list)
    shown = [
        one
        for one in [*in_list, *moved]
        if _is_wanted(one, known.get(int(one["id"])), stamp=forge.stamp_of(one, now=since.now))
        and forge.external_id_of(one["id"]) not in since.left_out
        and (since.plants_new or int(one["id"]) in known or int(one["id"]) in chosen)
    ]
    by_push = sorted([*shown, *named], key=lambda one: (not is_fork(one), one.get("pushed_at") or ""), reverse=True)
    return Selection(by_push, known, asked)


def _the_one(forge: Forge, http: Http, project: KnownProject) -> Generator[Found, None, list[Repository]]:
    """The repository of the one plant that is asked for. Raises `Problem` where it cannot be read, and says so if it
    could be before."""
    try:
        return [_asked_for(forge, http, project)]
    except Problem as problem:
        if project.external_id and not project.hidden and problem.code in (NO_SUCH_REPOSITORY, PRIVATE_REPOSITORY):
            yield Gone(project.name, project.external_id)
        raise


def _listed_ones(forge: Forge, http: Http, username: str) -> Generator[Found, None, list[Repository]]:
    """The public repositories of the account."""
    with noting() as broken:
        found = read_each(forge.listed(http, username), public_only, called="repository")
    for item in broken:
        yield Trouble(f"{item.name} of the list", Malformed(item.why))
    return found


def _those_not_listed(
    forge: Forge, http: Http, known: Mapping[int, KnownProject], in_list: Sequence[Repository]
) -> Generator[Found, None, list[Repository]]:
    """Repositories of plants that the list does not show: of another account, or of an organisation."""
    found, shown = [], {int(repository["id"]) for repository in in_list}
    for number, project in known.items():
        if number in shown or (project.hidden and not project.may_be_private):
            continue
        try:
            answer = http.get(forge.address_of(number=number), also=(HTTPStatus.NOT_FOUND,), keep=True)
        except Limited:
            raise
        except Problem as problem:
            yield Trouble(project.name, problem)
            continue
        repository = forge.one(answer.data) if answer.status != HTTPStatus.NOT_FOUND else None
        if repository and (project.may_be_private or not repository.get("private")):
            found.append(repository)
        elif not project.hidden:
            yield Gone(project.name, project.external_id)
    return found


def _named_ones(
    forge: Forge, http: Http, since: Since, known: Mapping[int, KnownProject], in_list: Sequence[Repository]
) -> Generator[Found, None, tuple[list[Repository], dict[int, str]]]:
    """Repositories of plants that were never read here, and those that the owner chose and the list does not show.

    The second value is what they are called here, by their numbers. One that the forge does not show is told of, unless
    it is of a plant that nobody can see, which may be kept elsewhere.
    """
    names = {str(repository["full_name"]).lower() for repository in in_list}
    found: list[Repository] = []
    asked: dict[int, str] = {}
    for project in [*since.unread, *since.chosen]:
        if project.name.lower() in names:
            continue
        try:
            repository = _asked_for(forge, http, project)
        except Limited:
            raise
        except Problem as problem:
            if project.external_id or not (project.may_be_private and problem.code == NO_SUCH_REPOSITORY):
                yield Trouble(project.name, problem)
            continue
        number = int(repository["id"])
        if number not in known and number not in asked and forge.external_id_of(number) not in since.left_out:
            found.append(repository)
            asked[number] = project.name
    return found, asked


def _asked_for(forge: Forge, http: Http, project: KnownProject) -> Repository:
    """The repository of one plant. Raises `Problem` where it cannot be read, or is private and the plant is not."""
    address = forge.address_of(number=forge.number_of(project.external_id), name=project.name)
    answer = http.get(address, also=(HTTPStatus.NOT_FOUND,), keep=True)
    if answer.status == HTTPStatus.NOT_FOUND:
        raise Problem(
            NO_SUCH_REPOSITORY,
            f"{forge.label} shows no repository called {project.name}.",
            fix="Check the name on the plant's page, under Sources. A private one needs a token that may read it.",
        )
    repository = forge.one(answer.data)
    if repository.get("private") and not project.may_be_private:
        raise Problem(
            PRIVATE_REPOSITORY,
            f"{project.name} is private on {forge.label}, and its plant is not.",
            fix="Nothing of it was read. Make the plant anonymous or private, and it grows from it.",
        )
    public_only({**repository, "private": False})
    return repository


def _is_wanted(repository: Repository, known: KnownProject | None, *, stamp: str) -> bool:
    """Whether to look at a repository that the list shows."""
    if known:
        # A list may lag behind a webhook; one from before a repository was made private must not show it again.
        return not known.hidden or known.may_be_private or stamp >= str(known.state.get("stamp", ""))
    # A fork may hold work of its owner if it was pushed to after it was made.
    pushed, created = repository.get("pushed_at") or "", repository.get("created_at") or ""
    return not is_fork(repository) or str(pushed) > str(created)
