"""The life of a sync run: asked for, claimed by one process, alive while it works, ended with a plain word."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from integrations.models import SyncRun, SyncStatus, SyncTrigger
from integrations.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from garden.models import Project

SILENCE = timedelta(minutes=3)  # a run that gave no sign of life for so long belongs to a process that is gone
# Of a command, which beats each second. Taking one for dead that is not costs nothing: facts are kept once.
COMMAND_SILENCE = timedelta(seconds=15)
SUBJECT_LENGTH = 300  # as the column has it
BEAT_EVERY = timedelta(seconds=1)
RETENTION = timedelta(days=90)
QUIET_LOOKED_AT = 50
OPEN = (SyncStatus.QUEUED, SyncStatus.RUNNING)
GOES_ON = "Nothing to do: what was read is kept, and the next run goes on from there."


class AlreadyRunning(Exception):
    """Another process is at the same work."""

    def __init__(self, run: SyncRun) -> None:
        super().__init__(f"a {run.provider} sync is running already: {run.step or 'it has just begun'}")
        self.run = run


@transaction.atomic
def request(
    *, provider: str, subject: str, trigger: SyncTrigger, now: datetime, project: Project | None = None
) -> SyncRun:
    """Ask for a run. One that is waiting or running for the same subject already is returned instead."""
    recover(now=now)
    open_run = SyncRun.objects.filter(provider=provider, subject=subject, status__in=OPEN).first()
    return open_run or SyncRun.objects.create(
        provider=provider, subject=subject, project=project, trigger=trigger, requested_at=now
    )


def begin_command(*, provider: str, subject: str, now: datetime) -> SyncRun:
    """A running run of a command that brings in what lies at `subject`. Raises `Problem` while another is at it."""
    recover(now=timezone.now(), provider=provider, silence=COMMAND_SILENCE)
    try:
        with transaction.atomic():  # as long as it waits, the process that does what waits would take it for its own
            run = request(provider=provider, subject=subject[-SUBJECT_LENGTH:], trigger=SyncTrigger.COMMAND, now=now)
            claim(run, now=timezone.now())
    except AlreadyRunning as error:
        raise Problem(
            "already_running",
            f"Another import of {subject} is running.",
            fix=f"Wait for it. If it was killed, try again in {COMMAND_SILENCE.seconds} seconds.",
        ) from error
    return run


def claim(run: SyncRun, *, now: datetime) -> None:
    """Make a waiting run this process's own. Raises `AlreadyRunning` when another process is faster or at it."""
    recover(now=now)
    waiting = SyncRun.objects.filter(pk=run.pk, status=SyncStatus.QUEUED)
    try:
        with transaction.atomic():
            claimed = waiting.update(status=SyncStatus.RUNNING, started_at=now, heartbeat_at=now)
    except IntegrityError:
        claimed = 0
    if not claimed:
        others = SyncRun.objects.filter(provider=run.provider, subject=run.subject, status=SyncStatus.RUNNING)
        raise AlreadyRunning(others.first() or run)
    run.refresh_from_db()


def recover(*, now: datetime, provider: str = "", silence: timedelta = SILENCE) -> int:
    """End the runs (of one provider, or all) whose processes are gone, so that the next can begin. Returns how many.

    A sign of life from the future was given while the clock was ahead; who is alive gives another at once.
    """
    gone = Q(heartbeat_at__lt=now - silence) | Q(heartbeat_at__gt=now + silence)
    silent = SyncRun.objects.filter(gone, status=SyncStatus.RUNNING)
    return (silent.filter(provider=provider) if provider else silent).update(
        status=SyncStatus.FAILED,
        ended_at=now,
        error_code="interrupted",
        error="The process that ran it ended in the middle.",
        fix=GOES_ON,
    )


def beat(run: SyncRun, *, step: str = "", done: int = 0, total: int = 0) -> None:
    """Say that a run is alive and what it is at; written at most once a second.

    No bar goes backwards: a step that begins to count anew does so in words, and the total is unknown from then on.
    """
    now = timezone.now()
    if step:
        _note_step(run, step, done, total)
    if run.heartbeat_at is None or abs(now - run.heartbeat_at) >= BEAT_EVERY:
        run.heartbeat_at = now
        run.save(update_fields=["heartbeat_at", "step", "done", "total"])


def _note_step(run: SyncRun, step: str, done: int, total: int) -> None:
    share = done / total if total else 0.0
    if share < run.furthest:
        run.furthest = math.inf
        counted = f": {done:,} of {total:,}" if total else ""
        run.step, run.done, run.total = f"{step}{counted}"[:200], 0, 0
        return
    run.furthest = share
    run.step, run.done, run.total = step[:200], done, total


def finish(run: SyncRun, *, counts: Mapping[str, Any], next_run_at: datetime | None = None) -> None:
    """Everything was brought in."""
    run.total = run.done = max(run.total, run.done)
    _end(run, SyncStatus.SUCCEEDED, counts, next_run_at)


def finish_in_part(
    run: SyncRun, *, counts: Mapping[str, Any], problem: Problem, next_run_at: datetime | None = None
) -> None:
    """Something was brought in, and something was not, for the reason that `problem` tells."""
    run.error_code, run.error, run.fix = problem.code, problem.message, problem.fix
    _end(run, SyncStatus.PARTIAL, counts, next_run_at)


def fail(
    run: SyncRun, *, problem: Problem, counts: Mapping[str, Any] | None = None, next_run_at: datetime | None = None
) -> None:
    """Nothing could be brought in."""
    run.error_code, run.error, run.fix = problem.code, problem.message, problem.fix
    _end(run, SyncStatus.FAILED, counts or {}, next_run_at)


def _end(run: SyncRun, status: SyncStatus, counts: Mapping[str, Any], next_run_at: datetime | None) -> None:
    run.status, run.counts, run.next_run_at, run.step = status, dict(counts), next_run_at, ""
    run.ended_at = timezone.now()
    run.save()


def forget_quiet(provider: str) -> int:
    """Delete scheduled runs that found nothing new, but for the newest: a source asked every minute would fill pages.

    Those that found trouble alone, a disk that is away say, are among them. Returns how many.
    """
    scheduled = SyncRun.objects.filter(
        provider=provider, trigger=SyncTrigger.SCHEDULE, status__in=[SyncStatus.SUCCEEDED, SyncStatus.PARTIAL]
    ).order_by("-requested_at")
    quiet = [run.pk for run in scheduled[1:QUIET_LOOKED_AT] if not any(run.counts.values())]
    return SyncRun.objects.filter(pk__in=quiet).delete()[0] if quiet else 0


def forget_old(*, now: datetime) -> int:
    """Delete runs that ended long ago. Returns how many."""
    return SyncRun.objects.filter(ended_at__lt=now - RETENTION).delete()[0]
