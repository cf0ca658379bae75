"""The embedded shape's tasks: Celery beat's schedule with a thread pool where the broker would be.

The same tasks, tables and admin as in production. A slow task delays neither the schedule nor another task, one that is
still running is not started again, and whatever the database does, the schedule goes on.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import structlog
from celery.utils import uuid
from django.db import DatabaseError, InterfaceError

from common.database import connection_given_back
from garden.live import changes
from greenhouse.run.beat import SCHEDULE, OwnersScheduler
from greenhouse.run.lease import Lease

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from celery import Celery

    from greenhouse.run.beat import OwnersEntry

SWEEPS = (
    "integrations.tasks.sweep",
    "integrations.tasks.run_requested",
    "garden.tasks.react",
    "garden.tasks.recount",
)  # what picks up the work that waits in rows
# A slow source must not hold up the others: so many syncs that wait in rows are done at a time.
AT_ONCE = {"integrations.tasks.run_requested": 4}
SWEEP_POLL_SECONDS = 0.5  # how soon work that a request asked for is begun
SWEEP_ANYWAY_SECONDS = 30.0  # what became due by the clock, or failed and is to be tried again
SCHEDULE_POLL_SECONDS = 3.0  # how soon an edit in the admin takes effect
RETRY_SECONDS = 5.0  # after the database refused the schedule
THREADS = 8

log = structlog.get_logger(__name__)


class TaskPool:
    """Runs tasks in threads, none of them twice at a time, or no oftener than `AT_ONCE` says."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="task")
        self._running: Counter[str] = Counter()
        self._lock = threading.Lock()

    def submit(self, name: str, args: Iterable[Any] = (), kwargs: Mapping[str, Any] | None = None) -> bool:
        """Run a task as soon as a thread is free. False when it still runs from the last time, or is not known."""
        if name not in self._app.tasks:
            log.error("tasks.unknown", task=name)
            return False
        with self._lock:
            if self._running[name] >= AT_ONCE.get(name, 1):
                log.debug("tasks.still_running", task=name)
                return False
            self._running[name] += 1
        self._threads.submit(self._run, name, tuple(args), dict(kwargs or {}))
        return True

    @connection_given_back()
    def _run(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        try:
            # Retries happen inside; Celery logs a failure, with its traceback, where it logs it in production.
            task_id = uuid()
            with structlog.contextvars.bound_contextvars(task=name, task_id=task_id):
                self._app.tasks[name].apply(args, kwargs, task_id=task_id, throw=False)
        except Exception:
            log.exception("tasks.broken", task=name)
        finally:
            with self._lock:
                self._running[name] -= 1

    def idle(self) -> bool:
        """Whether no task runs."""
        with self._lock:
            return not any(self._running.values())

    def close(self) -> None:
        """Start nothing more; what runs goes on until the process ends."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class PooledScheduler(OwnersScheduler):
    """The owner's schedule, its due tasks handed to a pool."""

    producer = None  # the base class would connect to a broker for one

    def __init__(self, app: Celery, pool: TaskPool, lease: Lease | None = None) -> None:
        self._pool = pool
        super().__init__(app, Producer=object, max_interval=SCHEDULE_POLL_SECONDS, lease=lease)

    def apply_async(self, entry: OwnersEntry, producer: None = None, advance: bool = True, **_options: Any) -> None:
        """Hand a due entry to the pool, and write its run down from time to time."""
        entry = self.reserve(entry) if advance else entry
        self._pool.submit(entry.task, entry.args, entry.kwargs)
        self._tasks_since_sync += 1
        if self.should_sync():
            self._do_sync()

    def forget(self) -> None:
        """Take leave without writing anything: another scheduler takes over."""
        self._finalize.cancel()


class Caretaker:
    """One thread that keeps the schedule and watches for work that requests left in the database.

    Where another process does so for the same database, it waits until that one ends.
    """

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._pool = TaskPool(app)
        self._lease = Lease(SCHEDULE)
        self._watch = changes.watch()
        self._scheduler: PooledScheduler | None = None
        self._next_tick = self._next_sweep = 0.0
        self._to_sweep: set[str] = set()
        self.stopped = threading.Event()

    def run(self) -> None:
        """Go on until `stopped` is set."""
        while not self.stopped.is_set():
            self._attempt(self._work_when_ours)
            self.stopped.wait(SWEEP_POLL_SECONDS)
        self._pool.close()
        if self._scheduler is not None:
            self._attempt(self._scheduler.sync)
        self._attempt(self._lease.release)

    def _work_when_ours(self) -> None:
        if self._lease.acquire():
            self._sweep_when_due()
            self._tick_when_due()

    @connection_given_back()
    def _attempt(self, step: Callable[[], None]) -> None:
        """One step; an error of the database costs it a while and a fresh scheduler, never the rest."""
        try:
            step()
        except (DatabaseError, InterfaceError, sqlite3.Error) as error:
            log.warning("tasks.database_error", error=str(error))
            self._watch.close()
            if self._scheduler is not None:
                self._scheduler.forget()
                self._scheduler = None
            self._next_tick = time.monotonic() + RETRY_SECONDS

    def _tick_when_due(self) -> None:
        if time.monotonic() < self._next_tick:
            return
        if self._scheduler is None:
            self._scheduler = PooledScheduler(self._app, self._pool, self._lease)
        while (pause := self._scheduler.tick()) <= 0 and not self.stopped.is_set():
            pass
        if self._scheduler.should_sync():
            self._scheduler._do_sync()
        self._next_tick = time.monotonic() + min(pause, SCHEDULE_POLL_SECONDS)

    def _sweep_when_due(self) -> None:
        now = time.monotonic()
        if self._watch.changed() or now >= self._next_sweep:
            self._to_sweep.update(SWEEPS)
            self._next_sweep = now + SWEEP_ANYWAY_SECONDS
        # Kept in mind until it begins anew: one that runs may have passed the new row already.
        self._to_sweep = {name for name in self._to_sweep if not self._pool.submit(name)}


def end_with_parent(end: Callable[[], None]) -> None:
    """Call `end` when the process that started us is gone: its end of our standard input closes then."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        end()

    threading.Thread(target=wait, name="parent-watch", daemon=True).start()
