"""How the tasks go, in both shapes: noted by whoever runs them, and read by `/health`, the schedule and *Needs you*.

A dead worker leaves no word, so it is known by what it did not begin: beat writes down when it handed a task out.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from celery.signals import task_failure, task_postrun, task_prerun
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from common.clock import local_words
from greenhouse.models import Lease, TaskHealth, TaskRun
from greenhouse.run.beat import SCHEDULE
from greenhouse.run.lease import WAITING
from greenhouse.run.redaction import redacted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

NOTED_EVERY: Final = 20.0  # seconds; a sweep that runs at every change would else write about itself
PATIENCE: Final = timedelta(seconds=45)  # with a schedule by the minute, a dead worker is named within two
BEAT_PATIENCE: Final = timedelta(seconds=30)  # beyond its lease: a restart takes its time
CURE: Final = (
    "Run it now to see whether that has passed; if not, manage.py doctor (Doctor in the console) looks for why."
)
FAILURES: Final = 3  # in a row, before a task is named
ERROR_LENGTH: Final = 500
GOOD_RUNS_EVERY: Final = 600.0  # seconds
RUNS_KEPT: Final = timedelta(days=14)
NO_BEAT: Final = "beat"
NO_WORKER: Final = "worker"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something about the schedule that the owner should know."""

    name: str  # the same for as long as it lasts
    title: str
    detail: str  # what to do about it
    periodic_task: int | None = None  # the one of the schedule that it is about

    @property
    def stops_all(self) -> bool:
        """Whether no task runs while it lasts."""
        return self.name in (NO_BEAT, NO_WORKER)


# --- Noting -----------------------------------------------------------------------------------------------------------

_runs = threading.local()  # of this thread's task: when it began, by the wall clock and the monotonic one
_remembered: dict[str, float] = {}  # when a good run of a task was last added to the history, monotonic
_noted: dict[str, float] = {}  # when a run of a task was last written down here, monotonic


def connect() -> None:
    """Note how tasks go in this process from now on."""
    task_prerun.connect(_begins, dispatch_uid="greenhouse.task_health")
    task_failure.connect(_fails, dispatch_uid="greenhouse.task_health")
    task_postrun.connect(_ends, dispatch_uid="greenhouse.task_health")


def _begins(*, task: Any, **_signal: Any) -> None:
    _runs.error = ""
    _runs.began = time.monotonic()
    _runs.noted = time.monotonic() - _noted.get(task.name, float("-inf")) >= NOTED_EVERY
    if _runs.noted:
        _note(task.name, started_at=timezone.now())


def _fails(*, exception: BaseException, **_signal: Any) -> None:
    _runs.error = in_words(exception)


def _ends(*, task: Any, state: str, **_signal: Any) -> None:
    began: float | None = getattr(_runs, "began", None)
    if began is None:
        return
    seconds, now = round(time.monotonic() - began, 3), timezone.now()
    if state == "FAILURE":
        row = TaskHealth.objects.filter(task=task.name)
        try:
            failures = (row.values_list("failures_in_a_row", flat=True).first() or 0) + 1
        except (DatabaseError, InterfaceError):
            return
        _noted.pop(task.name, None)  # the run that heals it is written down, whenever it comes
        _note(task.name, ended_at=now, seconds=seconds, failed_at=now, error=_runs.error, failures_in_a_row=failures)
        _remember(task.name, now, seconds, _runs.error)
    elif state == "SUCCESS" and _runs.noted:
        _note(task.name, ended_at=now, seconds=seconds, succeeded_at=now, failures_in_a_row=0)
        _noted[task.name] = time.monotonic()
        _remember(task.name, now, seconds)


def _remember(task: str, now: datetime, seconds: float, error: str = "") -> None:
    """Add a run to the history. Of good ones, which come by the minute, one in ten minutes."""
    if not error and time.monotonic() - _remembered.get(task, float("-inf")) < GOOD_RUNS_EVERY:
        return
    try:
        TaskRun.objects.create(task=task, ended_at=now, seconds=seconds, error=error)
    except (DatabaseError, InterfaceError) as failure:
        log.warning("task_health.not_noted", task=task, error=str(failure))
        return
    _remembered[task] = float("-inf") if error else time.monotonic()  # the next good one is news


def forget_old_runs(*, now: datetime) -> int:
    """Delete what the history has no more room for. Returns how many rows."""
    return TaskRun.objects.filter(ended_at__lt=now - RUNS_KEPT).delete()[0]


def _note(task: str, **fields: Any) -> None:
    """Write about a task. A database that is gone keeps no task from running."""
    try:
        TaskHealth.objects.update_or_create(task=task, defaults=fields)
    except (DatabaseError, InterfaceError) as error:
        log.warning("task_health.not_noted", task=task, error=str(error))


def in_words(error: BaseException) -> str:
    """What a failure was, for the owner."""
    said = redacted(str(error)).strip().partition("\n")[0][:ERROR_LENGTH]
    what = "The database refused it" if isinstance(error, DatabaseError) else "The greenhouse made a mistake of its own"
    return f"{what} ({type(error).__name__}{f': {said}' if said else ''}). The log tells more."


# --- Reading ----------------------------------------------------------------------------------------------------------


def troubles(now: datetime) -> list[Trouble]:
    """What is wrong with the schedule, the worst first. Three queries."""
    from django_celery_beat.models import PeriodicTask

    tasks = list(
        PeriodicTask.objects.select_related("interval").filter(enabled=True).exclude(task__startswith="celery.")
    )
    if not tasks:
        return [Trouble("none", "No task is scheduled", "Switch the tasks on that you want, in the schedule.")]
    health = {row.task: row for row in TaskHealth.objects.all()}
    found = [*_beat(now), *_waiting(tasks, health, now)]
    return [*found, *_failing({task: health[task.task] for task in tasks if task.task in health})]


def _beat(now: datetime) -> Iterator[Trouble]:
    lease = Lease.objects.filter(name=SCHEDULE).first()
    if lease is None or lease.expires_at + BEAT_PATIENCE < now:
        since = f"since {local_words(lease.renewed_at)}" if lease else "so far"
        yield Trouble(NO_BEAT, "The schedule is not running", f"Nobody has kept it {since}. {_start('beat')}")


def twice(now: datetime) -> Iterator[Trouble]:
    """A second process that would keep the schedule and waits for the first to end. One query."""
    waiting = Lease.objects.filter(name=f"{SCHEDULE}{WAITING}", expires_at__gt=now).first()
    keeper = Lease.objects.filter(name=SCHEDULE, expires_at__gt=now).first()
    if waiting and keeper and waiting.holder != keeper.holder:
        yield Trouble(
            "twice",
            "The schedule is kept twice",
            f"{keeper.holder} keeps it, {waiting.holder} waits for its end (machine:process). Nothing runs twice, "
            "but one of the two is to be stopped.",
        )


def _waiting(tasks: list[Any], health: dict[str, TaskHealth], now: datetime) -> Iterator[Trouble]:
    """Tasks that were handed out, and that nobody began."""
    waiting = []
    newest = max(filter(None, (_begun(row, now) for row in health.values())), default=None)
    for task in tasks:
        row = health.get(task.task)
        if task.last_run_at is None or _is_running(row, now):
            continue
        if newest and newest > task.last_run_at + PATIENCE:
            continue  # somebody works since: this turn was lost with a worker that was killed, and the next one comes
        begun = _begun(row, now)
        if now - task.last_run_at < PATIENCE and not _missed_before(task, begun):
            continue
        if begun is None or begun < task.last_run_at - timedelta(seconds=NOTED_EVERY):
            waiting.append(task)
    if waiting:
        oldest = min(task.last_run_at for task in waiting)
        names = ", ".join(sorted(task.name for task in waiting)[:3])
        more = f" and {len(waiting) - 3} more" if len(waiting) > 3 else ""
        yield Trouble(
            NO_WORKER,
            "Tasks wait for a worker",
            f"Handed out at {local_words(oldest, 'H:i')} and not begun: {names}{more}. {_start('worker')}",
        )


def _missed_before(task: Any, begun: datetime | None) -> bool:
    """Whether nobody began the turn before the last one either: a dead worker stays named while beat goes on."""
    if begun is None or task.interval is None:
        return False
    every: timedelta = task.interval.schedule.run_every
    return bool(begun < task.last_run_at - every - timedelta(seconds=NOTED_EVERY))


def _begun(row: TaskHealth | None, now: datetime) -> datetime | None:
    """When a task was begun last, as far as that is known: what was noted while the clock was ahead says nothing."""
    return row.started_at if row and row.started_at and row.started_at <= now + PATIENCE else None


def _is_running(row: TaskHealth | None, now: datetime) -> bool:
    begun = _begun(row, now)
    if row is None or begun is None or (row.ended_at and row.ended_at >= begun):
        return False
    return now - begun < timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)


def _failing(health: Mapping[Any, TaskHealth]) -> Iterator[Trouble]:
    for task, row in health.items():
        if row.failures_in_a_row >= FAILURES:
            title = f"{row.task} failed {row.failures_in_a_row} times in a row"
            yield Trouble(row.task, title, f"“{task.name}”: {row.error} {CURE}", task.pk)


def _start(process: str) -> str:
    if not settings.REDIS_URL:
        return "Start the tasks process: make run starts both."
    return f"Start it: celery --app greenhouse {process}."
