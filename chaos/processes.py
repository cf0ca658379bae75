"""Processes of the schedule that die, or are there twice: production's worker and beat beside a Redis of their own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from redis import Redis

from chaos.attack import Outcome, wait_until
from chaos.shapes import production

if TYPE_CHECKING:
    from chaos.shapes import Production
    from tests.running import Greenhouse

NAMED_WITHIN: Final = 120.0  # seconds
HELD: Final = "lease.held_by_another"
TICK: Final = 2  # seconds
TICKS: Final = 10
ONE_TASK = f"""
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks
often, _ = IntervalSchedule.objects.get_or_create(every={TICK}, period="seconds")
PeriodicTask.objects.exclude(task="garden.tasks.react").update(enabled=False)
PeriodicTask.objects.filter(task="garden.tasks.react").update(interval=often)
PeriodicTasks.update_changed()
"""


def worker_killed(garden: Greenhouse) -> Outcome:
    """The worker is killed while beat goes on: `/health` names it, and is well again with another one."""
    with production(garden, "worker", "beat") as shape:
        well = wait_until(lambda: _tasks(garden) == "tasks on schedule", NAMED_WITHIN)
        shape.end("worker")
        named = wait_until(lambda: "Tasks wait for a worker" in _tasks(garden), NAMED_WITHIN)
        shape.start("worker")
        healed = wait_until(lambda: _tasks(garden) == "tasks on schedule", NAMED_WITHIN)
        return Outcome(
            "kill -9 of the only worker",
            "named in /health" if named is not None else "not named",
            f"after {named:.0f} s; well {healed:.0f} s after a new one" if named and healed else "never",
            None not in (well, named, healed),
        )


def two_beats(garden: Greenhouse) -> Outcome:
    """Two beats for one database: a tick is sent once, and the second takes over when the first is killed."""
    with production(garden) as shape:
        garden.manage("shell", "--no-imports", "-c", ONE_TASK)
        first = shape.start("beat")
        begun = wait_until(lambda: _messages(shape) > 0, NAMED_WITHIN)
        shape.start("beat")
        waits = wait_until(lambda: HELD in garden.log, NAMED_WITHIN)
        before, began = _messages(shape), time.monotonic()
        wait_until(lambda: _messages(shape) >= before + TICKS, NAMED_WITHIN)
        sent, ticks = _messages(shape) - before, (time.monotonic() - began) / TICK
        first.kill()
        first.wait()
        before = _messages(shape)
        taken_over = wait_until(lambda: _messages(shape) > before, NAMED_WITHIN)
        return Outcome(
            f"{ticks:.0f} ticks for two beats, the first killed",
            f"{sent} messages; the second waits, says so, and takes over" if waits is not None else "both keep it",
            f"its first tick {taken_over:.0f} s after the kill" if taken_over is not None else "never",
            None not in (begun, waits, taken_over) and TICKS <= sent <= ticks + 1,
        )


def _tasks(garden: Greenhouse) -> str:
    return str(garden.get("/health")[1]["components"]["tasks"]["detail"])


def _messages(shape: Production) -> int:
    """How many messages were put into a queue so far."""
    with Redis.from_url(shape.redis.url) as client:
        return int(client.info("commandstats").get("cmdstat_lpush", {"calls": 0})["calls"])
