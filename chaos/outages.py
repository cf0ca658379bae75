"""A database or a Redis that stops or hangs: each case brings servers of its own and the production shape."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from chaos.attack import GARDEN, Outcome, ask, wait_until
from chaos.shapes import production

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.running import Greenhouse

EVENTS = "/api/v1/events/"
ASKED = 20  # requests of each kind while it lasts
LOG_LINES = 10


def _asked(garden: Greenhouse, path: str) -> tuple[list[int], float]:
    """The statuses of some requests, and the seconds of the slowest."""
    statuses, slowest = [], 0.0
    for _ in range(ASKED):
        began = time.monotonic()
        statuses.append(ask(garden, "GET", path))
        slowest = max(slowest, time.monotonic() - began)
    return statuses, slowest


def _without(garden: Greenhouse, end: Callable[[], None], begin: Callable[[], None], status: int) -> Outcome:
    """What is answered while something is away; `status` is what must become of a read that is not in memory."""
    for path in (GARDEN, EVENTS):
        ask(garden, "GET", path)
    lines = garden.log.count("\n")
    end()
    kept, kept_slowest = _asked(garden, GARDEN)
    read, read_slowest = _asked(garden, EVENTS)
    begin()
    seconds = wait_until(lambda: {ask(garden, "GET", path) for path in (EVENTS, "/health/ready")} == {200}, 15)
    lines = garden.log.count("\n") - lines
    slowest = max(kept_slowest, read_slowest)
    return Outcome(
        f"{ASKED} kept reads, {ASKED} others",
        f"{kept.count(200)} × 200; {read.count(status)} × {status}; {lines} lines of log",
        f"slowest {slowest:.1f} s, " + (f"back after {seconds:.1f} s" if seconds is not None else "never back"),
        kept.count(200) == read.count(status) == ASKED and slowest < 2 and seconds is not None and lines < LOG_LINES,
    )


def database_stopped(garden: Greenhouse) -> Outcome:
    """PostgreSQL ends at once, as in a crash, and comes back."""
    with production(garden) as shape:
        return _without(garden, shape.postgres.stop, shape.postgres.start, 503)


def database_hanging(garden: Greenhouse) -> Outcome:
    """PostgreSQL keeps its connections, takes new ones, and says nothing."""
    with production(garden) as shape:
        return _without(garden, shape.postgres.hold_up, shape.postgres.let_go_on, 503)


def redis_stopped(garden: Greenhouse) -> Outcome:
    """Redis ends at once, and comes back."""
    with production(garden) as shape:
        return _without(garden, shape.redis.kill, shape.redis.start, 200)


def redis_hanging(garden: Greenhouse) -> Outcome:
    """Redis keeps its connections, takes new ones, and says nothing."""
    with production(garden) as shape:
        return _without(garden, shape.redis.hold_up, shape.redis.let_go_on, 200)
