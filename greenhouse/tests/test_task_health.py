"""How tasks go is noted by whoever runs them; what is dead, waits or fails is named."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from celery import Celery
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from greenhouse.models import Lease, TaskHealth, TaskRun
from greenhouse.run import task_health
from greenhouse.run.maintenance import maintain
from greenhouse.web import health

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _nothing_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_health, "_noted", {})


@pytest.fixture
def run() -> Callable[[BaseException | None], TaskHealth]:
    """Runs a task, which raises what it is given, as the task process does."""
    app = Celery(set_as_current=False)

    @app.task(name="garden.tasks.example", shared=False)
    def example(error: BaseException | None) -> None:
        if error is not None:
            raise error

    def once(error: BaseException | None) -> TaskHealth:
        example.apply((error,), throw=False)
        return TaskHealth.objects.get(task="garden.tasks.example")

    return once


def test_a_success_is_noted_with_its_time_and_duration(run: Callable[..., TaskHealth]) -> None:
    row = run(None)
    assert row.succeeded_at is not None
    assert row.ended_at is not None
    assert row.started_at is not None
    assert row.started_at <= row.ended_at
    assert (row.failures_in_a_row, row.error) == (0, "")


def test_failures_are_counted_in_plain_words_until_one_succeeds(run: Callable[..., TaskHealth]) -> None:
    run(None)
    run(ValueError("no such thing\nwith a second line"))
    row = run(OperationalError("locked at /?api_key=sekret"))
    assert row.failures_in_a_row == 2
    assert row.error == ("The database refused it (OperationalError: locked at /?api_key=…). The log tells more.")
    row = run(None)
    assert row.failures_in_a_row == 0
    assert row.failed_at is not None  # what it was, stays to be read


def test_the_history_has_every_failure_and_the_good_runs_that_are_news(
    run: Callable[[BaseException | None], TaskHealth], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_health, "_remembered", {})
    monkeypatch.setattr(task_health, "NOTED_EVERY", 0.0)
    for error in (None, None, ValueError("no"), ValueError("no"), None, None):
        run(error)
    errors = list(TaskRun.objects.order_by("pk").values_list("error", flat=True))
    assert [bool(error) for error in errors] == [False, True, True, False]
    now = timezone.now() + timedelta(days=15)
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now())
    deleted = maintain(now=now)
    assert deleted == {"sessions": 1, "task_runs": 4}


def test_a_task_page_shows_its_history_its_priority_and_what_follows_from_what(admin_client: Client) -> None:
    TaskRun.objects.create(task="garden.tasks.react", ended_at=timezone.now(), seconds=0.2, error="It broke.")
    task = PeriodicTask.objects.get(task="garden.tasks.react")
    page = admin_client.get(f"/admin/django_celery_beat/periodictask/{task.pk}/change/").content.decode()
    assert "in 0.2 s: It broke.<" in page
    assert "storm follows from commit_pushed" in page
    assert task.priority == 0


def test_a_sweep_that_runs_at_every_change_writes_nothing_about_itself_each_time(
    run: Callable[..., TaskHealth],
) -> None:
    first = run(None)
    assert run(None).succeeded_at == first.succeeded_at


# --- What is named ----------------------------------------------------------------------------------------------------


@pytest.fixture
def schedule() -> PeriodicTask:
    """One task by the minute, handed out and done a moment ago, by a beat that is there."""
    now = timezone.now()
    Lease.objects.create(name="schedule", holder="here", renewed_at=now, expires_at=now + MINUTE / 2)
    PeriodicTask.objects.all().delete()
    interval = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.MINUTES)
    TaskHealth.objects.create(task="garden.tasks.react", started_at=now, ended_at=now, succeeded_at=now)
    return PeriodicTask.objects.create(name="React", task="garden.tasks.react", interval=interval, last_run_at=now)


def titles() -> list[str]:
    return [trouble.title for trouble in task_health.troubles(timezone.now())]


def test_all_is_well_while_tasks_begin(schedule: PeriodicTask) -> None:
    assert titles() == []


def test_a_stopped_beat_is_named(schedule: PeriodicTask) -> None:
    Lease.objects.update(expires_at=timezone.now() - MINUTE)
    assert titles() == ["The schedule is not running"]


def test_a_dead_worker_is_named_within_two_minutes(schedule: PeriodicTask) -> None:
    TaskHealth.objects.update(started_at=timezone.now() - 2 * MINUTE, ended_at=timezone.now() - 2 * MINUTE)
    PeriodicTask.objects.update(last_run_at=timezone.now() - MINUTE)
    assert titles() == ["Tasks wait for a worker"]
    assert "React" in task_health.troubles(timezone.now())[0].detail
    finding = health.tasks()
    assert (finding.status, finding.detail) == (health.Status.DEGRADED, "Tasks wait for a worker")


def test_a_dead_worker_stays_named_when_beat_hands_out_the_next_turn(schedule: PeriodicTask) -> None:
    ago = timezone.now() - 2 * MINUTE
    TaskHealth.objects.update(started_at=ago, ended_at=ago)
    PeriodicTask.objects.update(last_run_at=timezone.now())
    assert titles() == ["Tasks wait for a worker"]
    PeriodicTask.objects.update(last_run_at=timezone.now() - MINUTE / 2)  # a worker that began the turn before
    TaskHealth.objects.update(started_at=timezone.now() - 1.5 * MINUTE, ended_at=timezone.now() - 1.5 * MINUTE)
    assert titles() == []


def test_a_turn_that_was_lost_with_a_killed_worker_is_no_trouble_once_others_are_begun(schedule: PeriodicTask) -> None:
    hourly = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.HOURS)
    ago = timezone.now() - 10 * MINUTE
    PeriodicTask.objects.create(name="Grow", task="garden.tasks.grow_all", interval=hourly, last_run_at=ago)
    assert titles() == []


def test_a_dead_worker_is_named_although_a_task_was_begun_while_the_clock_was_ahead(schedule: PeriodicTask) -> None:
    daily = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.DAYS)
    now, ahead = timezone.now(), timezone.now() + timedelta(hours=26)
    PeriodicTask.objects.create(name="Tidy", task="garden.tasks.prune", interval=daily, last_run_at=now)
    TaskHealth.objects.create(task="garden.tasks.prune", started_at=ahead)  # the clock was set back meanwhile
    TaskHealth.objects.filter(task="garden.tasks.react").update(started_at=now - 2 * MINUTE, ended_at=now - 2 * MINUTE)
    PeriodicTask.objects.filter(name="React").update(last_run_at=now - MINUTE)
    assert titles() == ["Tasks wait for a worker"]


def test_a_task_that_is_at_work_for_long_is_not_waiting(schedule: PeriodicTask) -> None:
    TaskHealth.objects.update(started_at=timezone.now() - 3 * MINUTE, ended_at=timezone.now() - 9 * MINUTE)
    PeriodicTask.objects.update(last_run_at=timezone.now() - MINUTE)
    assert titles() == []


def test_a_task_that_was_never_begun_is_waiting(schedule: PeriodicTask) -> None:
    TaskHealth.objects.all().delete()
    PeriodicTask.objects.update(last_run_at=timezone.now() - MINUTE)
    assert titles() == ["Tasks wait for a worker"]


def test_a_task_that_fails_again_and_again_is_named_and_strangers_do_not_read_why(schedule: PeriodicTask) -> None:
    TaskHealth.objects.update(failures_in_a_row=3, error="A secret reason.")
    assert task_health.troubles(timezone.now()) == [
        task_health.Trouble(
            "garden.tasks.react",
            "garden.tasks.react failed 3 times in a row",
            f"“React”: A secret reason. {task_health.CURE}",
            schedule.pk,
        )
    ]
    assert health.tasks().detail == "garden.tasks.react failed 3 times in a row"


def test_tasks_that_are_switched_off_are_nobodys_trouble(schedule: PeriodicTask) -> None:
    TaskHealth.objects.update(started_at=timezone.now() - 9 * MINUTE)
    PeriodicTask.objects.create(name="Other", task="other", interval=schedule.interval, last_run_at=timezone.now())
    PeriodicTask.objects.filter(pk=schedule.pk).update(enabled=False, last_run_at=timezone.now() - 8 * MINUTE)
    assert titles() == []
