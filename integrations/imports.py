"""Bringing one git history into the garden, as a run that can be watched, interrupted and repeated."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from common.text import path_text
from garden import identity, planting, sources
from garden.models import Activity, Project, ProjectSource
from garden.vocabulary import ActivityKind, Counts, Visibility
from integrations import runs
from integrations.problems import Problem
from integrations.services import ingest, remember, remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from garden.drafts import ActivityDraft, HistoryDraft, ProjectDraft
    from integrations.histories import History
    from integrations.models import SyncRun

PROVIDER = "git"
SIGN_OF_LIFE = 1.0  # seconds between two words about the progress


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the owner says about a plant at its import; `None` leaves it to the history."""

    name: str | None = None
    description: str | None = None
    counts: Counts | None = None  # whose work it grows from
    private: bool | None = None  # nobody but the owner sees it


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    project: Project
    planted: bool  # the plant is new
    read: int  # facts in the history
    new: int  # of them not known before
    skipped: str  # what could not be read, in words; empty where everything could
    redated: int  # commits whose author's date cannot be, and that got another
    withdrawn: int  # commits that the history held before and holds no longer
    ahead: int  # commits of the plant that lie ahead of the clock, and count when their day comes


def import_history(
    history: History,
    *,
    now: datetime,
    wishes: Wishes = Wishes(),
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Imported:
    """Read a history into the garden. Repeating it adds nothing; one that was interrupted goes on.

    `on_progress` is told facts read and commits expected. Raises `Problem` where the history cannot be read or is being
    read already.
    """
    run = runs.begin_command(provider=PROVIDER, subject=path_text(history.path), now=now)
    progress = _Progress(run, on_progress)
    project, is_new = None, False
    try:
        draft = _continued(_as_wished(history.project, wishes), history)
        planted = wishes.private is not None and _set_visibility(draft, private=wishes.private, now=now)
        progress.total = history.commits
        draft = _without_commits_known(draft, history.commits)
        project, is_new = planting.plant(draft=draft, source=PROVIDER, now=now)
        if wishes.counts and (wishes.counts != project.counts or "counts" not in project.owner_edited):
            planting.curate(project=project, changes={"counts": wishes.counts}, now=now)
        tips = _Tips(project, draft, history)
        told: tuple[Iterable[ActivityDraft | HistoryDraft], ...] = (
            progress.over(history.activities()),
            [history.holds(tips.last)],
        )
        recorded = ingest(project=project, activities=chain(*told), source=PROVIDER, now=now)
        tips.remember()
    except BaseException as error:
        problem = _as_problem(error)
        runs.fail(run, problem=problem)
        if project is not None and is_new:
            _take_back(project, now)
        if problem is error or not isinstance(error, IntegrityError):
            raise
        raise problem from error
    imported = Imported(
        project=project,
        planted=planted or is_new,
        read=progress.done,
        new=recorded.new,
        skipped=history.skipped,
        redated=history.redated,
        withdrawn=recorded.withdrawn,
        ahead=project.activities.filter(kind=ActivityKind.COMMIT, occurred_at__gt=now).count(),
    )
    _finish(run, imported, completed=recorded.completed)
    return imported


def _finish(run: SyncRun, imported: Imported, *, completed: int) -> None:
    """Write down what a run came to."""
    counts = {"facts": imported.read, "new": imported.new, "completed": completed}
    rare = {"redated": imported.redated, "withdrawn": imported.withdrawn, "ahead": imported.ahead}
    counts |= {name: value for name, value in rare.items() if value}
    if imported.skipped:
        what = f"Left out: {imported.skipped}."
        problem = Problem("partly_unreadable", what, fix="Everything else is in the garden.")
        runs.finish_in_part(run, counts=counts, problem=problem)
    else:
        runs.finish(run, counts=counts)


def note_given(*, project: Project, given: bool) -> None:
    """Write down whether a plant was given to a new garden, so that nobody takes its authors for the owner."""
    for row in project.sources.all():
        if row.state.get("given", False) != given:
            remember(source=sources.SourceRef(row.provider, row.external_id), state={"given": given})


class _Tips:
    """From which commit each folder was last read: one that is not there any more was rewritten meanwhile."""

    def __init__(self, project: Project, draft: ProjectDraft, history: History) -> None:
        known = {(row.provider, row.external_id) for row in project.sources.all()}
        self._source = next((one for one in draft.sources if (one.provider, one.external_id) in known), None)
        self._folder = _folder(history)
        self._tips = remembered(source=self._source).get("tips", {}) if self._source else {}
        self._history = history

    @property
    def last(self) -> str:
        return str(self._tips.get(self._folder, ""))

    def remember(self) -> None:
        if self._source and self._history.tip:
            remember(source=self._source, state={"tips": {**self._tips, self._folder: self._history.tip}})


def _folder(history: History) -> str:
    """What a folder is remembered by: where things lie on a disk is nobody's business."""
    return hashlib.sha256(bytes(history.path)).hexdigest()[:16]


def _continued(draft: ProjectDraft, history: History) -> ProjectDraft:
    """The draft, with the source that the same folder was read as where a rewritten first commit made it another."""
    if not all(map(sources.is_local, draft.sources)) or _is_known(draft):
        return draft
    folder = _folder(history)
    for row in ProjectSource.objects.filter(provider=sources.GIT, state__tips__has_key=folder):
        commits = Activity.objects.filter(project=row.project_id, kind=ActivityKind.COMMIT)
        authored = commits.order_by().values_list("occurred_at", flat=True)
        if history.continues(row.state["tips"][folder], authored):
            return replace(draft, sources=(sources.SourceRef(row.provider, row.external_id), *draft.sources))
    return draft


@transaction.atomic
def _is_known(draft: ProjectDraft) -> bool:
    return identity.find(draft) is not None


def _take_back(project: Project, now: datetime) -> None:
    """Take a new plant away again that nothing was read of."""
    empty = Project.objects.filter(pk=project.pk, activities=None)
    planting.remove(projects=empty, source=PROVIDER, now=now)


def _as_problem(error: BaseException) -> Problem:
    """What ended an import, in words."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, IntegrityError):
        return Problem("collision", "Another process planted the same project just now.", fix="Import it again.")
    return Problem("interrupted", "The import was interrupted.", fix="Import it again: it goes on where it stopped.")


def _as_wished(draft: ProjectDraft, wishes: Wishes) -> ProjectDraft:
    return replace(
        draft,
        name=draft.name if wishes.name is None else wishes.name,
        description=draft.description if wishes.description is None else wishes.description,
    )


@transaction.atomic
def _set_visibility(draft: ProjectDraft, *, private: bool, now: datetime) -> bool:
    """Do as the owner wishes before anything is told of the plant. Returns whether it was planted for that."""
    plant = identity.find(draft)
    if plant is None:
        if private:  # out of sight from the first moment: what is published once stands in the outbox
            planting.plant(draft=draft, source=PROVIDER, now=now, visibility=Visibility.PRIVATE)
        return private
    if private != (plant.visibility == Visibility.PRIVATE):
        wished = Visibility.PRIVATE if private else Visibility.PUBLIC
        planting.curate(project=plant, changes={"visibility": wished}, now=now)
    return False


def _without_commits_known(draft: ProjectDraft, commits: int) -> ProjectDraft:
    """The draft, with those of its earlier commits left out that came into the garden another way."""
    if not draft.earlier_commits:
        return draft
    with transaction.atomic():
        plant = identity.find(draft)
    known = Activity.objects.filter(project=plant, kind=ActivityKind.COMMIT).count() if plant else 0
    return replace(draft, earlier_commits=max(0, draft.earlier_commits + commits - max(commits, known)))


class _Progress:
    """Counts facts as they pass, and says so once a second: to the run and to whoever watches."""

    def __init__(self, run: SyncRun, tell: Callable[[int, int], None]) -> None:
        self.run, self.tell = run, tell
        self.done = self.total = 0

    def over(self, activities: Iterator[ActivityDraft]) -> Iterator[ActivityDraft]:
        """The same facts, counted."""
        told_at = float("-inf")
        for self.done, activity in enumerate(activities, start=1):
            if time.monotonic() - told_at >= SIGN_OF_LIFE:
                told_at = time.monotonic()
                self._say()
            yield activity
        self._say()

    def _say(self) -> None:
        runs.beat(self.run, step="Reading the history", done=self.done, total=self.total)
        self.tell(self.done, self.total)
