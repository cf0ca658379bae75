"""Of several processes that would keep the schedule, one does; the next takes over when it is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from celery import Celery
from django.db import OperationalError
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from garden.tests.factories import at_once
from greenhouse import models
from greenhouse.run import lease as leases
from greenhouse.run.beat import OwnersScheduler
from greenhouse.run.lease import LASTS, Lease

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from time_machine import TimeMachineFixture

EVERY = 60  # seconds
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "RENEW_SECONDS", 0.0)
    monkeypatch.setattr(leases, "POLL_SECONDS", 0.0)


def expire() -> None:
    """As if its holder had been killed a while ago."""
    models.Lease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def test_one_holds_it_and_the_other_waits_and_says_for_whom(caplog: pytest.LogCaptureFixture) -> None:
    first, second = Lease("schedule"), Lease("schedule")
    assert first.acquire()
    assert not second.acquire()
    assert not second.acquire()
    assert first.acquire()
    assert caplog.text.count("lease.held_by_another") == 1
    assert first.holder in caplog.text


def test_it_is_renewed_while_it_is_held_and_lasts_half_a_minute() -> None:
    lease = Lease("schedule")
    lease.acquire()
    expire()
    assert lease.acquire()
    left = models.Lease.objects.get().expires_at - timezone.now()
    assert timedelta(0) < left <= LASTS + timedelta(seconds=5)


def test_the_next_takes_over_from_one_that_was_killed_and_the_killed_one_waits_when_it_comes_back() -> None:
    first, second = Lease("schedule"), Lease("schedule")
    first.acquire()
    expire()
    assert second.acquire()
    assert not first.acquire()


def test_a_lease_that_was_taken_while_the_clock_was_ahead_is_free() -> None:
    first, second = Lease("schedule"), Lease("schedule")
    assert first.acquire()
    models.Lease.objects.update(expires_at=timezone.now() + timedelta(days=700))
    assert second.acquire()


def test_one_that_ends_lets_go_at_once() -> None:
    first, second = Lease("schedule"), Lease("schedule")
    first.acquire()
    first.release()
    assert second.acquire()


def test_duties_are_apart() -> None:
    assert Lease("schedule").acquire()
    assert Lease("another").acquire()


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_gets_it() -> None:
    claims = [Lease("schedule") for _ in range(4)]
    assert sorted(at_once(lambda turn: claims[turn].acquire())) == [False, False, False, True]


@pytest.fixture
def beats(transactional_db: None) -> Iterator[tuple[Any, Any]]:
    """Two schedulers with one task that is due, and nothing sent anywhere: `sent` has the names."""
    PeriodicTask.objects.all().delete()
    interval = IntervalSchedule.objects.create(every=EVERY, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.create(
        name="Due", task="due", interval=interval, last_run_at=timezone.now() - timedelta(hours=1)
    )

    class Noting(OwnersScheduler):
        producer = None  # the base class would connect to a broker for one

        def __init__(self, app: Celery) -> None:
            self.sent: list[str] = []
            super().__init__(app, lazy=True)

        def apply_async(self, entry: Any, *_: Any, **__: Any) -> None:
            self.reserve(entry)
            self.sent.append(entry.task)

    app = Celery(set_as_current=False)
    app.conf.beat_schedule = {}
    first, second = Noting(app), Noting(app)
    yield first, second
    for scheduler in (first, second):
        scheduler._finalize.cancel()


def ticked(scheduler: Any) -> list[str]:
    while scheduler.tick() <= 0:
        pass
    sent: list[str] = scheduler.sent
    return sent


def test_two_beats_send_a_tick_once(beats: tuple[Any, Any]) -> None:
    first, second = beats
    assert ticked(first) == ["due"]
    assert ticked(second) == []
    first.sync()
    expire()
    assert ticked(second) == []  # it has read again what the other one ran


def test_a_beat_whose_database_is_gone_waits_and_says_so_once(
    beats: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(_lease: Lease) -> bool:
        raise OperationalError("server closed the connection")

    first, _ = beats
    with monkeypatch.context() as patch:
        patch.setattr(Lease, "acquire", gone)
        for _ in range(3):
            assert first.tick() > 0
    assert caplog.text.count("beat.database_unreachable") == 1
    assert ticked(first) == ["due"]


@pytest.mark.parametrize("ahead", [timedelta(hours=26), timedelta(days=400)])
def test_a_task_that_ran_while_the_clock_was_ahead_runs_on_at_its_own_pace(
    beats: tuple[Any, Any], ahead: timedelta, time_machine: TimeMachineFixture
) -> None:
    beat, now = beats[0], timezone.now()
    time_machine.move_to(now + ahead)
    assert ticked(beat) == ["due"]
    time_machine.move_to(now)
    assert ticked(beat) == ["due"]  # it ran a moment ago
    time_machine.move_to(now + timedelta(seconds=EVERY + 1))
    assert ticked(beat) == ["due"] * 2


def test_a_run_of_the_future_that_another_process_noted_holds_up_nothing(
    beats: tuple[Any, Any], time_machine: TimeMachineFixture
) -> None:
    now = timezone.now()
    PeriodicTask.objects.update(last_run_at=now + timedelta(days=3))
    assert ticked(beats[0]) == []
    assert PeriodicTask.objects.get(task="due").last_run_at < now + timedelta(minutes=1)
    time_machine.move_to(now + timedelta(seconds=EVERY + 10))
    assert ticked(beats[0]) == ["due"]


def test_a_task_keeps_its_pace_when_the_time_zone_is_another_one(
    beats: tuple[Any, Any], time_machine: TimeMachineFixture
) -> None:
    before, after = beats
    now = timezone.now()
    assert ticked(before) == ["due"]
    before.close()
    after.app.conf.timezone = "Asia/Tokyo"  # as after a restart with another TIME_ZONE
    assert ticked(after) == []
    time_machine.move_to(now + timedelta(seconds=EVERY + 1))
    assert ticked(after) == ["due"]
