"""The repositories and folders on this machine that are watched: remembering, finding and forgetting them.

What is new in them is read by the provider `git`. Their paths are the owner's alone: only the console shows them.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import transaction

from common.text import path_text
from garden import authorship, ownership
from garden.identity import any_of
from garden.models import Activity, Project, ProjectSource
from garden.sources import GIT, SourceRef
from garden.vocabulary import ActivityKind, Counts, Whose
from integrations import imports
from integrations.histories import Repository, at_home, find_histories, repositories_among
from integrations.histories.repository import is_repository
from integrations.imports import Imported, Wishes
from integrations.models import LONGEST_URI, WatchedPath
from integrations.problems import Problem
from integrations.providers.base import KnownRepository, Trouble
from integrations.providers.git import progress, require_there

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

    from django.db.models import QuerySet

    from integrations.histories import History

    Head = tuple[Path, tuple[str, ...]]  # a repository, and the commits where reading it begins
    Found = Counter[tuple[Path, str]]  # how many commits there are in a repository by each name

NO_WISHES: Final = Wishes()
LOOKED_INTO: Final = 30  # repositories that are no plants yet, for the names in them


def import_and_watch(
    history: History,
    *,
    folder: WatchedPath | None = None,
    wishes: Wishes = NO_WISHES,
    now: datetime,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Imported:
    """Read a history into the garden, and remember a repository so that its news are read. Raises `Problem`.

    A saved log is read once: it does not change.
    """
    if not isinstance(history, Repository):
        return imports.import_history(history, now=now, wishes=wishes, on_progress=on_progress)
    refs = history.refs
    imported = imports.import_history(history, now=now, wishes=wishes, on_progress=on_progress)
    uri = _uri(history.path)
    row, _ = WatchedPath.objects.get_or_create(uri=uri, defaults={"folder": folder, "added_at": now})
    WatchedPath.objects.filter(pk=row.pk).update(wanted=True)
    note_read(uri=uri, project=imported.project, state=progress(history, refs=refs), now=now)
    if folder is None:  # named itself
        imports.note_given(project=imported.project, given=False)
    return imported


def watch_folder(path: Path, *, wishes: Wishes, now: datetime) -> WatchedPath:
    """Remember a folder, and what holds for the repositories that are found in it later. Raises `Problem`."""
    said = {"is_folder": True, "private": bool(wishes.private), "mine": wishes.counts == Counts.MINE, "trouble": ""}
    row, _ = WatchedPath.objects.update_or_create(
        uri=_uri(path.resolve()), defaults=said, create_defaults=said | {"added_at": now}
    )
    return row


def watch(path: Path, *, now: datetime) -> WatchedPath:
    """Remember a path that the owner names: a repository, to be planted whosever work it is, or a folder of them.

    Raises `Problem`.
    """
    path = at_home(path)
    if not path.is_absolute():
        what = f"{path_text(path)} is no whole path."
        raise Problem("relative", what, fix="Write it from the root on, such as /home/you/projects.")
    found = find_histories(path)
    if path.is_dir() and not is_repository(path):
        return watch_folder(path, wishes=NO_WISHES, now=now)
    if not isinstance(found[0], Repository):
        raise Problem(
            "saved_log",
            f"{path_text(path.name)} is a saved log, which is read once and not watched.",
            fix="Read it with manage.py import_git.",
        )
    said = {"wanted": True, "trouble": ""}
    row, _ = WatchedPath.objects.update_or_create(
        uri=_uri(path.resolve()), defaults=said, create_defaults=said | {"added_at": now}
    )
    return row


def _uri(path: Path) -> str:
    uri = path.as_uri()
    if len(uri) > LONGEST_URI:
        what = f"The path of {path_text(path.name)} is too long to be remembered."
        raise Problem("long_path", what, fix="Import it with --once.")
    return uri


def watched() -> int:
    """How many paths are watched. One query."""
    return WatchedPath.objects.count()


def repositories(project: Project | None = None) -> list[KnownRepository]:
    """The repositories that stand in the garden, all or those of one plant. Three queries."""
    rows = WatchedPath.objects.filter(is_folder=False, project__isnull=False).exclude(wanted=False)
    rows = rows.filter(project=project) if project else rows
    return [
        KnownRepository(row.uri, row.path, row.state, _sources(row.project))
        for row in rows.prefetch_related("project__sources")
        if row.project
    ]


def _sources(project: Project) -> list[SourceRef]:
    rows = project.sources.all()
    return [SourceRef(row.provider, row.external_id) for row in rows if row.provider == GIT]


def note_read(*, uri: str, project: Project, state: Mapping[str, Any], now: datetime) -> None:
    """Write down which plant a repository is, and how far it was read."""
    WatchedPath.objects.filter(uri=uri).update(project=project, state=dict(state), trouble="", read_at=now)


def note_trouble(*, uri: str, problem: Problem) -> None:
    """Write down why a path could not be read. It is looked at as if something had changed, until it can."""
    for row in WatchedPath.objects.filter(uri=uri):
        row.trouble = " ".join(filter(None, (problem.message, problem.fix)))
        row.state.pop("refs", None)
        row.save(update_fields=["trouble", "state"])


def want(*, paths: QuerySet[WatchedPath]) -> int:
    """Have repositories planted at the next look, whosever work they are. Returns how many."""
    unplanted = paths.filter(is_folder=False, project=None)
    planted = paths.filter(is_folder=False, project__isnull=False)
    return planted.update(wanted=True) + unplanted.update(wanted=True, state={}, trouble="", read_at=None)


def leave_out(*, paths: QuerySet[WatchedPath]) -> int:
    """Read some repositories no longer, whatever is in them. Their plants stay as they are. Returns how many."""
    return paths.filter(is_folder=False).update(wanted=False, trouble="")


@transaction.atomic
def forget(*, paths: QuerySet[WatchedPath]) -> int:
    """Watch some paths no longer; a folder with all that was found in it. Their plants stay. Returns how many.

    A repository that lies in a watched folder would be found again, so it is left out instead.
    """
    chosen = list(paths)
    folders = [row.pk for row in chosen if row.is_folder]
    found = [row.pk for row in chosen if row.folder_id and row.folder_id not in folders]
    WatchedPath.objects.filter(pk__in=found).update(wanted=False, trouble="")
    WatchedPath.objects.filter(pk__in=[row.pk for row in chosen if row.pk not in found]).delete()
    return len(chosen)


def plant_found(*, now: datetime, tell: Callable[[str, int, int], None]) -> tuple[list[Imported], list[Trouble]]:
    """Look for new repositories in the watched folders, and plant those in which something is the owner's work.

    One that was planted once and whose plant was removed is left alone. Returns what was planted, and what could not be
    read.
    """
    planted: list[Imported] = []
    troubles = [trouble for folder in WatchedPath.objects.filter(is_folder=True) for trouble in _look_into(folder, now)]
    unplanted = WatchedPath.objects.filter(is_folder=False, project=None, read_at=None).exclude(wanted=False)
    rows = list(unplanted.select_related("folder"))
    for place, row in enumerate(rows, 1):
        repository = Repository(row.path)
        try:
            require_there(repository)
            if row.wanted or _is_ours(row, repository):
                progress_of = partial(tell, f"Planting {repository.label}, {place} of {len(rows)}: commits")
                wishes = _wishes(row.folder)
                planted.append(
                    import_and_watch(repository, folder=row.folder, wishes=wishes, now=now, on_progress=progress_of)
                )
        except Problem as problem:
            if problem.code == "no_commits":
                continue  # just begun
            if problem.code == "gone" and not row.wanted:
                row.delete()
                continue
            note_trouble(uri=row.uri, problem=problem)
            troubles.append(Trouble(repository.label, problem, row.uri))
    return planted, troubles


def _look_into(folder: WatchedPath, now: datetime) -> Iterator[Trouble]:
    """Write down the repositories in a folder that are not known yet."""
    label = path_text(folder.path.name)
    try:
        inside = repositories_among(sorted(folder.path.iterdir()))
    except OSError as error:
        problem = Problem(
            "unreadable",
            f"The folder {label} cannot be read: {error.strerror}.",
            fix="Is its disk mounted, and may the account that runs the greenhouse read it? What came from it stays.",
        )
        note_trouble(uri=folder.uri, problem=problem)
        yield Trouble(label, problem, folder.uri)
        return
    if folder.trouble:
        WatchedPath.objects.filter(pk=folder.pk).update(trouble="")
    known = set(WatchedPath.objects.values_list("uri", flat=True))
    for path in inside:
        with suppress(Problem):  # too deep to be remembered
            if (uri := _uri(path)) not in known:
                WatchedPath.objects.get_or_create(uri=uri, defaults={"folder": folder, "added_at": now})


def _is_ours(row: WatchedPath, repository: Repository) -> bool:
    """Whether some commit of a repository is by the owner, as far as anybody said who that is.

    Asked anew where the repository changed, or what the owner is known by.
    """
    owners = ownership.owners()
    seen = {"refs": repository.refs, "owners": sorted(one.value for one in owners.identities)}
    if seen != row.state:
        if owners.known and ownership.whose_are(repository.authors)[Whose.OWNER]:
            return True
        row.state, row.trouble = seen, ""
        row.save(update_fields=["state", "trouble"])
    return False


def _wishes(folder: WatchedPath | None) -> Wishes:
    """What the owner wished for a folder, for one repository in it."""
    if folder is None:
        return NO_WISHES
    return Wishes(counts=Counts.MINE if folder.mine else None, private=True if folder.private else None)


def names_found() -> list[tuple[str, int]]:
    """Who made the most commits, to offer them as the owner: of the plants, and of repositories that are none yet.

    A commit counts once, in however many clones, worktrees and forks it lies. Four queries, and a walk of git through
    the histories of a few repositories when one of them moved.
    """
    unplanted = WatchedPath.objects.filter(is_folder=False, project=None).order_by("-added_at", "pk")[:LOOKED_INTO]
    found = ownership.commits_by_name()
    for (_, name), commits in _commits_beside(unplanted, lambda row: Repository(row.path).tips).items():
        found[name] += commits
    return ownership.offered(found)


class Waiting(NamedTuple):
    """What the last look left until somebody says who the owner is."""

    commits: int = 0
    repositories: int = 0
    not_counted: int = 0  # older repositories, in which nobody looked for commits


def commits_waiting() -> Waiting:
    """How many commits, in how many repositories, the last look left until somebody says who the owner is.

    Both are of the newest repositories, beside which the older ones stand by their number, and counted as in
    `names_found`: a commit once, in one of the repositories that have it, and not where a plant has it by now. A
    repository that could not be read waits for something else. Four queries, and git where the last look found
    something moved, or a plant grew.
    """
    if ownership.owners().known:
        return Waiting()
    rows = WatchedPath.objects.filter(is_folder=False, project=None, read_at=None, wanted=None, trouble="")
    waiting = [row for row in rows.order_by("-added_at", "pk") if row.state.get("owners") == []]
    found = _commits_beside(waiting[:LOOKED_INTO], lambda row: _tips_at(row.path, row.state["refs"]))
    return Waiting(found.total(), len({path for path, _ in found}), max(0, len(waiting) - LOOKED_INTO))


def _commits_beside(rows: Iterable[WatchedPath], tips_of: Callable[[WatchedPath], tuple[str, ...]]) -> Found:
    """How many commits of no plant there are in each of some repositories that are none yet.

    A commit that several have counts in the first of them.
    """
    heads: list[Head] = []
    known_by: set[SourceRef] = set()
    for row in rows:
        with suppress(Problem):  # its own page says what keeps it from being read
            head = (row.path, tips_of(row))
            known_by.update(_known_by(*head))
            heads.append(head)
    plants = Project.objects.filter(pk__in=ProjectSource.objects.filter(any_of(known_by)).values("project"))
    found, is_whole = _commits_at(tuple(heads), tuple(plants.order_by("pk").values_list("pk", "commit_count")))
    if not is_whole:  # asked anew the next time
        _tips_at.cache_clear()
        _commits_at.cache_clear()
    return found


@lru_cache(maxsize=2 * LOOKED_INTO)
def _tips_at(path: Path, _refs: str) -> tuple[str, ...]:
    """Where reading begins since a look found the repository at these `refs`. It takes git several processes."""
    return Repository(path).tips


@lru_cache(maxsize=4)
def _commits_at(heads: tuple[Head, ...], plants: tuple[tuple[UUID, int], ...]) -> tuple[Found, bool]:
    """The same at these tips, and whether all could be read.

    Pages that look every few seconds do not walk there each time.
    """
    commits = Activity.objects.filter(kind=ActivityKind.COMMIT, project__in=[pk for pk, _ in plants])
    seen = set(commits.values_list("external_id", flat=True)) if plants else set()
    found: Found = Counter()
    is_whole = True
    for path, _ in heads:
        try:
            for sha, name, address in Repository(path).authored():
                if sha not in seen and not authorship.is_bot(name, address):
                    found[path, authorship.without_tool(name)[0]] += 1
                seen.add(sha)
        except Problem:
            is_whole = False
    return found, is_whole


@lru_cache(maxsize=2 * LOOKED_INTO)
def _known_by(path: Path, _tips: tuple[str, ...]) -> tuple[SourceRef, ...]:
    return Repository(path).known_by
