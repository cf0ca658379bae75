"""Processes of the schedule that die, or are there twice: production's worker and beat beside a Redis of their own."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, Final

import requests
from redis import Redis

from chaos.attack import PATIENCE, Outcome, wait_until
from chaos.shapes import production

if TYPE_CHECKING:
    from collections.abc import Callable

    from chaos.shapes import Production
    from tests.running import Greenhouse

WELL: Final = "tasks on schedule"
NO_WORKER: Final = "Tasks wait for a worker"
NO_BEAT: Final = "The schedule is not running"
SIGN_IN: Final = """
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
client = Client()
client.force_login(User.objects.create_superuser("ada"))
name = settings.SESSION_COOKIE_NAME
print(f"{name}={client.cookies[name].value}")
"""
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
    """The worker is killed while beat goes on."""
    with production(garden, "worker", "beat") as shape:
        return _told(
            garden,
            "kill -9 of the only worker",
            NO_WORKER,
            breaks=lambda: shape.end("worker"),
            mends=lambda: shape.start("worker"),
        )


def worker_hanging(garden: Greenhouse) -> Outcome:
    """The worker takes nothing from the queue any more, and says nothing."""
    with production(garden, "worker", "beat") as shape:
        return _told(
            garden,
            "the only worker stands still, and the queue with it",
            NO_WORKER,
            breaks=lambda: shape.send("worker", signal.SIGSTOP),
            mends=lambda: shape.send("worker", signal.SIGCONT),
        )


def beat_killed(garden: Greenhouse) -> Outcome:
    """Nobody keeps the schedule any more."""
    with production(garden, "worker", "beat") as shape:
        return _told(
            garden,
            "kill -9 of the only beat",
            NO_BEAT,
            breaks=lambda: shape.end("beat"),
            mends=lambda: shape.start("beat"),
        )


def _told(
    garden: Greenhouse, what: str, title: str, *, breaks: Callable[[], object], mends: Callable[[], object]
) -> Outcome:
    """Break something and mend it again: `/health` and the console's first page have to say so, each time in time."""
    owner = {"Cookie": garden.manage("shell", "--no-imports", "-c", SIGN_IN).strip().splitlines()[-1]}
    console = f"http://127.0.0.1:{garden.port}/admin/"

    def said() -> bool:
        return title in _tasks(garden) and title in requests.get(console, headers=owner, timeout=PATIENCE).text

    well = wait_until(lambda: _tasks(garden) == WELL, NAMED_WITHIN)
    breaks()
    named = wait_until(said, NAMED_WITHIN)
    mends()
    healed = wait_until(lambda: _tasks(garden) == WELL, NAMED_WITHIN)
    return Outcome(
        what,
        "named in /health and the console" if named is not None else "not named",
        f"after {named:.0f} s; well {healed:.0f} s after it is mended" if named and healed else "never",
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
