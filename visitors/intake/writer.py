"""The one thread of a process that stores what visitors send, in groups, on a database connection of its own.

A request is answered when the commit that holds its steps is done: accepted means stored. The writer begins a commit
5 ms after the first step of a group came, but never sooner than 100 ms after it began the last one, and leaves the lock
of SQLite free for as long as it held it. Without that pause a writer that always has something to do stores the most
steps, and every other writer waits up to three seconds, since its busy handler only looks again now and then.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import structlog
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from common.breaker import Breaker
from visitors.intake.groups import store

if TYPE_CHECKING:
    from visitors.intake.groups import Outcome, Submission

    Waiting = tuple[Submission, asyncio.Future[Outcome]]

GATHER_SECONDS: Final = 0.005
CYCLE_SECONDS: Final = 0.1  # from one commit's begin to the next one's, at least
QUIET_SECONDS: Final = 5.0  # then the connection is given back: a pool has better uses for it, and it may have died
JOIN_SECONDS: Final = 3.0
MOST_WAITING: Final = 20_000  # steps
MOST_IN_A_GROUP: Final = 400  # submissions; what is over goes into the next

log = structlog.get_logger(__name__)
# Tried each time. It is there for the log: a line when storing begins to fail, and one when that is over.
storing: Final = Breaker("intake of visits", pause=0.0)


class Busy(Exception):
    """Too much waits, the database failed, or the process ends: the same may succeed in a moment."""


class NotStored(Exception):
    """This very submission cannot be stored, and will not be if it comes again."""


class Writer:
    """Takes submissions on event loops, and stores them on its thread, which begins with the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Waiting] = []
        self._steps = 0  # that wait, or are being stored
        self._something = threading.Event()
        self._thread: threading.Thread | None = None
        self._ending = threading.Event()

    async def submit(self, submission: Submission) -> Outcome:
        """Have a submission stored. Raises `Busy`."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        weight = max(len(submission.steps), 1)
        with self._lock:
            if self._ending.is_set() or self._steps + weight > MOST_WAITING:
                raise Busy
            self._waiting.append((submission, future))
            self._steps += weight
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="journeys", daemon=True)
                self._thread.start()
        self._something.set()
        return await future

    def start(self) -> None:
        """Take submissions, again if it was stopped."""
        self._ending.clear()

    def stop(self) -> None:
        """Refuse what still comes, store what waits, and end; within three seconds."""
        with self._lock:
            self._ending.set()
            self._something.set()
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(JOIN_SECONDS)

    def _run(self) -> None:
        due = 0.0
        while True:
            if not self._something.wait(QUIET_SECONDS):
                connection.close()
                self._something.wait()
            self._ending.wait(max(GATHER_SECONDS, due - time.monotonic()))
            with self._lock:
                group, self._waiting = self._waiting[:MOST_IN_A_GROUP], self._waiting[MOST_IN_A_GROUP:]
                if not self._waiting and not self._ending.is_set():
                    self._something.clear()
            if group:
                began = time.monotonic()
                self._store(group)
                due = began + max(CYCLE_SECONDS, 2 * (time.monotonic() - began))
            elif self._ending.is_set():
                connection.close()
                return

    def _store(self, group: list[Waiting]) -> None:
        outcomes = _outcomes([submission for submission, _ in group])
        with self._lock:
            self._steps -= sum(max(len(submission.steps), 1) for submission, _ in group)
        # One wake-up a loop, not one a request.
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Outcome], Outcome | Exception]]]
        by_loop = defaultdict(list)
        for (_, future), outcome in zip(group, outcomes, strict=True):
            by_loop[future.get_loop()].append((future, outcome))
        for loop, answers in by_loop.items():
            with suppress(RuntimeError):  # the loop is closed: nobody waits there, and the thread goes on for others
                loop.call_soon_threadsafe(_answer, answers)


def _outcomes(group: list[Submission]) -> list[Outcome | Exception]:
    """What became of each. A group that one of them spoils is stored in halves, so that it alone is lost."""
    try:
        outcomes: list[Outcome | Exception] = list(store(group, now=timezone.now()))
    except (OperationalError, InterfaceError) as error:
        storing.failed(error)
        connection.close()  # whatever state it is in
        return [Busy() for _ in group]
    except Exception:
        connection.close()
        if len(group) == 1:
            log.exception("journeys.failed")
            return [NotStored()]
        half = len(group) // 2
        return _outcomes(group[:half]) + _outcomes(group[half:])
    storing.succeeded()
    return outcomes


def _answer(answers: list[tuple[asyncio.Future[Outcome], Outcome | Exception]]) -> None:
    for future, outcome in answers:
        if future.done():  # who asked has gone
            continue
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


writer = Writer()
