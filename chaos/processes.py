"""Processes of the schedule that die, or are there twice: production's worker and beat beside a Redis of their own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from chaos.attack import Outcome, wait_until
from chaos.outages import production

if TYPE_CHECKING:
    import subprocess

    from tests.running import Greenhouse

NAMED_WITHIN = 120.0  # seconds
HELD = "lease.held_by_another"
COUNT_RUNS = (
    "from django_celery_beat.models import PeriodicTask as T; "
    "print(T.objects.get(task='garden.tasks.react').total_run_count)"
)


def worker_killed(garden: Greenhouse) -> Outcome:
    """The worker is killed while beat goes on: `/health` names it, and is well again with another one."""
    with production(garden):
        worker = _celery(garden, "worker", "--concurrency", "1")
        _celery(garden, "beat")
        well = wait_until(lambda: _tasks(garden) == "tasks on schedule", NAMED_WITHIN)
        worker.kill()
        named = wait_until(lambda: "Tasks wait for a worker" in _tasks(garden), NAMED_WITHIN)
        _celery(garden, "worker", "--concurrency", "1")
        healed = wait_until(lambda: _tasks(garden) == "tasks on schedule", NAMED_WITHIN)
        return Outcome(
            "kill -9 of the only worker",
            "named in /health" if named is not None else "not named",
            f"after {named:.0f} s; well {healed:.0f} s after a new one" if named and healed else "never",
            None not in (well, named, healed),
        )


def two_beats(garden: Greenhouse) -> Outcome:
    """Two beats for one database: a tick is sent once, and the second takes over when the first is killed."""
    with production(garden):
        _celery(garden, "worker", "--concurrency", "1")
        first = _celery(garden, "beat")
        begun = wait_until(lambda: _runs(garden) >= 1, NAMED_WITHIN)
        _celery(garden, "beat")
        waits = wait_until(lambda: HELD in garden.log, NAMED_WITHIN)
        before = _runs(garden)
        first.kill()
        taken_over = wait_until(lambda: _runs(garden) > before, NAMED_WITHIN)
        return Outcome(
            "two beats, the first killed",
            "the second waits, says so, and takes over" if waits is not None else "both keep the schedule",
            f"its first tick {taken_over:.0f} s after the kill" if taken_over is not None else "never",
            None not in (begun, waits, taken_over),
        )


def _celery(garden: Greenhouse, *arguments: str) -> subprocess.Popen[bytes]:
    return garden.start(sys.executable, "-m", "celery", "--app", "greenhouse", *arguments, "--loglevel", "warning")


def _tasks(garden: Greenhouse) -> str:
    return str(garden.get("/health")[1]["components"]["tasks"]["detail"])


def _runs(garden: Greenhouse) -> int:
    return int(garden.manage("shell", "--no-imports", "-c", COUNT_RUNS).strip() or 0)
