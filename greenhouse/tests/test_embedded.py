from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from celery import Celery
from django.db import OperationalError, connections, transaction
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from garden.live import changes
from greenhouse.run import embedded, supervisor
from greenhouse.run.embedded import Caretaker, PooledScheduler, TaskPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def eventually(condition: Callable[[], Any], seconds: float = 5.0) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


class Work:
    """A Celery application with tasks that note that they ran."""

    def __init__(self) -> None:
        self.app = Celery("test", set_as_current=False, config_source={"timezone": "UTC"})
        self.ran: list[str] = []
        self.may_end = threading.Event()

        @self.app.task(name="quick", shared=False)
        def quick() -> None:
            self.ran.append("quick")

        @self.app.task(name="slow", shared=False)
        def slow() -> None:
            self.ran.append("slow")
            self.may_end.wait(20)

        @self.app.task(name="failing", shared=False)
        def failing() -> None:
            self.ran.append("failing")
            raise ValueError("on purpose")

        @self.app.task(name="sweep", shared=False)
        def sweep() -> None:
            self.ran.append("sweep")


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    work.may_end.set()


@pytest.fixture
def pool(work: Work) -> Iterator[TaskPool]:
    pool = TaskPool(work.app)
    yield pool
    work.may_end.set()
    assert eventually(pool.idle)
    pool.close()


def test_a_slow_task_holds_up_no_other(work: Work, pool: TaskPool) -> None:
    assert pool.submit("slow")
    assert pool.submit("quick")
    assert eventually(lambda: set(work.ran) == {"slow", "quick"})


def test_a_task_that_still_runs_is_not_started_again(work: Work, pool: TaskPool) -> None:
    assert pool.submit("slow")
    assert not pool.submit("slow")
    work.may_end.set()
    assert eventually(pool.idle)
    assert pool.submit("slow")


def test_syncs_that_wait_are_done_beside_a_slow_one(
    work: Work, pool: TaskPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(embedded.AT_ONCE, "slow", 2)
    assert set(embedded.AT_ONCE) - {"slow"} <= set(embedded.SWEEPS)
    assert [pool.submit("slow") for _ in range(3)] == [True, True, False]
    assert eventually(lambda: len(work.ran) == 2)


def test_a_failing_task_is_logged_and_can_be_tried_again(
    work: Work, pool: TaskPool, caplog: pytest.LogCaptureFixture
) -> None:
    assert pool.submit("failing")
    assert eventually(pool.idle)
    assert "on purpose" in caplog.text
    assert pool.submit("failing")
    assert eventually(lambda: len(work.ran) == 2)


def test_a_task_that_nobody_knows_is_refused(pool: TaskPool) -> None:
    assert not pool.submit("no.such.task")


@pytest.fixture
def due(transactional_db: None) -> Callable[..., PeriodicTask]:
    """Puts a task that is due into an otherwise empty schedule."""
    PeriodicTask.objects.all().delete()

    def make(task: str, seconds: int = 3600) -> PeriodicTask:
        interval, _ = IntervalSchedule.objects.get_or_create(every=seconds, period=IntervalSchedule.SECONDS)
        last = timezone.now() - timedelta(seconds=2 * seconds)
        return PeriodicTask.objects.create(name=task, task=task, interval=interval, last_run_at=last)

    return make


def test_a_due_task_of_the_owners_table_is_run_once_and_its_run_is_written_down(
    work: Work, pool: TaskPool, due: Callable[..., PeriodicTask]
) -> None:
    task = due("quick")
    scheduler = PooledScheduler(work.app, pool)
    while scheduler.tick() <= 0:
        pass
    scheduler.sync()
    scheduler.forget()
    assert eventually(lambda: work.ran == ["quick"])
    task.refresh_from_db()
    assert task.total_run_count == 1
    assert timezone.now() - task.last_run_at < timedelta(seconds=30)


def test_writing_down_a_run_takes_back_nothing_that_the_owner_changed_meanwhile(
    work: Work, pool: TaskPool, due: Callable[..., PeriodicTask]
) -> None:
    task = due("quick")
    scheduler = PooledScheduler(work.app, pool)
    entry = next(scheduler.schedule["quick"])
    PeriodicTask.objects.filter(pk=task.pk).update(enabled=False, description="Not now")
    entry.save()
    scheduler.forget()
    task.refresh_from_db()
    assert (task.enabled, task.description, task.total_run_count) == (False, "Not now", 1)


@pytest.fixture
def caretaker(
    work: Work, due: Callable[..., PeriodicTask], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Caretaker]]:
    """Starts a caretaker in a thread, quicker than in life."""
    monkeypatch.setattr(embedded, "SCHEDULE_POLL_SECONDS", 0.2)
    monkeypatch.setattr(embedded, "SWEEP_POLL_SECONDS", 0.05)
    monkeypatch.setattr(embedded, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(embedded, "SWEEPS", ("sweep",))
    started: list[tuple[Caretaker, threading.Thread]] = []

    def start() -> Caretaker:
        caretaker = Caretaker(work.app)

        def run() -> None:
            try:
                caretaker.run()
            finally:
                connections.close_all()

        thread = threading.Thread(target=run)
        thread.start()
        started.append((caretaker, thread))
        return caretaker

    yield start
    work.may_end.set()
    for caretaker, thread in started:
        caretaker.stopped.set()
        thread.join(10)
        assert eventually(caretaker._pool.idle)


def test_a_task_added_in_the_admin_runs_without_a_restart(
    work: Work, due: Callable[..., PeriodicTask], caretaker: Callable[[], Caretaker]
) -> None:
    caretaker()
    assert eventually(lambda: "sweep" in work.ran)
    time.sleep(0.3)  # the schedule has been read by now
    due("quick")
    assert eventually(lambda: "quick" in work.ran)


def test_a_task_disabled_in_the_admin_stops_without_a_restart(
    work: Work, due: Callable[..., PeriodicTask], caretaker: Callable[[], Caretaker]
) -> None:
    task = due("quick", seconds=1)
    caretaker()
    assert eventually(lambda: "quick" in work.ran)
    task.refresh_from_db()
    task.enabled = False
    task.save()
    time.sleep(1)  # the edit is read
    runs = work.ran.count("quick")
    time.sleep(2.2)  # two more would have been due
    assert work.ran.count("quick") == runs


def test_a_database_error_costs_the_schedule_a_moment_and_never_stops_it(
    work: Work, due: Callable[..., PeriodicTask], caretaker: Callable[[], Caretaker], monkeypatch: pytest.MonkeyPatch
) -> None:
    working, failures = PooledScheduler.tick, iter(range(3))

    def failing_at_first(self: PooledScheduler) -> float:
        if next(failures, None) is not None:
            raise OperationalError("database is locked")
        pause: float = working(self)
        return pause

    monkeypatch.setattr(PooledScheduler, "tick", failing_at_first)
    due("quick")
    caretaker()
    assert eventually(lambda: "quick" in work.ran)


def test_work_that_a_request_left_is_picked_up_at_once(
    work: Work, caretaker: Callable[[], Caretaker], due: Callable[..., PeriodicTask]
) -> None:
    caretaker()
    assert eventually(lambda: "sweep" in work.ran)
    time.sleep(1.5)  # whatever the start itself wrote has been swept
    sweeps = work.ran.count("sweep")
    with transaction.atomic():
        IntervalSchedule.objects.create(every=77, period=IntervalSchedule.DAYS)
    assert eventually(lambda: work.ran.count("sweep") > sweeps, seconds=changes.watch().interval + 3)


# --- The supervisor --------------------------------------------------------------------------------------------------


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts the supervisor over programs of the test's own."""
    running: list[subprocess.Popen[str]] = []

    def start(**programs: str) -> subprocess.Popen[str]:
        plan = {
            "commands": {name: [sys.executable, "-c", program] for name, program in programs.items()},
            "host": "127.0.0.1",
            "port": 1,
            "welcome": "welcome",
        }
        process = subprocess.Popen(
            [sys.executable, "-I", str(Path(supervisor.__file__)), json.dumps(plan)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


LIVE_ON = (
    "import os, sys, time\n"
    "open('{name}', 'a').write(f'{{os.getpid()}}\\n')\n"
    "sys.stdin.read()\n"  # ends with the parent, as our processes do
)


def pids(tmp_path: Path, name: str) -> list[int]:
    path = tmp_path / name
    return [int(line) for line in path.read_text().splitlines()] if path.exists() else []


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


def test_a_process_that_dies_is_started_again(supervised: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    supervised(web=LIVE_ON.format(name="web"), tasks=LIVE_ON.format(name="tasks"))
    assert eventually(lambda: pids(tmp_path, "web") and pids(tmp_path, "tasks"))
    os.kill(pids(tmp_path, "web")[0], signal.SIGKILL)
    assert eventually(lambda: len(pids(tmp_path, "web")) == 2)
    assert len(pids(tmp_path, "tasks")) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_end_of_the_supervisor_is_the_end_of_all(
    supervised: Callable[..., subprocess.Popen[str]], tmp_path: Path, number: signal.Signals
) -> None:
    process = supervised(web=LIVE_ON.format(name="web"), tasks=LIVE_ON.format(name="tasks"))
    assert eventually(lambda: pids(tmp_path, "web") and pids(tmp_path, "tasks"))
    process.send_signal(number)
    assert process.wait(5) == 0
    assert eventually(lambda: all(map(is_gone, pids(tmp_path, "web") + pids(tmp_path, "tasks"))))


def test_processes_end_when_the_supervisor_is_killed(
    supervised: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = supervised(web=LIVE_ON.format(name="web"))
    assert eventually(lambda: pids(tmp_path, "web"))
    process.kill()
    assert eventually(lambda: is_gone(pids(tmp_path, "web")[0]))


def test_a_process_that_cannot_start_is_tried_less_and_less_often(
    supervised: Callable[..., subprocess.Popen[str]],
) -> None:
    process = supervised(web="raise SystemExit(3)")
    assert process.stdout
    said = [process.stdout.readline() for _ in range(2)]
    assert "status 3" in said[0]
    assert "again in 1 s" in said[0]
    assert "again in 2 s" in said[1]
