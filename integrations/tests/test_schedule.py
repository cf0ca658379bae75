"""Whom the schedule asks: every provider at its own pace or the owner's, once, and more rarely the more it fails."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from integrations import registry, runs, schedule, tasks
from integrations.models import Account as StoredAccount
from integrations.models import SourceSchedule, SyncRun, SyncStatus, SyncTrigger
from integrations.problems import Problem
from integrations.providers.base import SKY
from integrations.tests.scheduled import turn

if TYPE_CHECKING:
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from integrations.tests.github_stub import Account

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_noon(time_machine: TimeMachineFixture, settings: Settings) -> None:
    time_machine.move_to(NOW, tick=False)
    settings.REDIS_URL = ""


def asked_at(time_machine: TimeMachineFixture, provider: str, *, minutes: int) -> list[int]:
    """In which of so many minutes a provider is asked."""
    asked = []
    for minute in range(minutes):
        if turn(provider):
            asked.append(minute)
        time_machine.shift(timedelta(minutes=1))
    return asked


def test_every_provider_has_a_row_after_a_migration() -> None:
    assert set(SourceSchedule.objects.values_list("provider", flat=True)) == {one.slug for one in registry.asked()}


def test_migrating_back_to_before_there_were_rows_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SourceSchedule._meta, "db_table", "not_there_any_more")
    schedule.create_missing()


def test_a_provider_is_asked_as_often_as_it_suggests(ada: Account, time_machine: TimeMachineFixture) -> None:
    assert asked_at(time_machine, "github", minutes=65) == [0, 30, 60]


def test_the_owner_says_otherwise(ada: Account, time_machine: TimeMachineFixture) -> None:
    SourceSchedule.objects.filter(provider="github").update(minutes=10)
    assert asked_at(time_machine, "github", minutes=25) == [0, 10, 20]


def test_what_the_owner_switched_off_is_asked_only_by_hand(ada: Account) -> None:
    SourceSchedule.objects.filter(provider="github").update(enabled=False)
    assert turn("github") == {}
    run = runs.request(provider="github", subject="ada", trigger=SyncTrigger.OWNER, now=NOW)
    tasks.run_requested()
    run.refresh_from_db()
    assert run.status == SyncStatus.SUCCEEDED


def test_a_sync_by_hand_counts_as_the_turn(ada: Account, time_machine: TimeMachineFixture) -> None:
    runs.request(provider="github", subject="ada", trigger=SyncTrigger.OWNER, now=NOW)
    tasks.run_requested()
    assert asked_at(time_machine, "github", minutes=35) == [30]


def test_a_run_that_waits_or_goes_on_is_not_asked_for_again(ada: Account, time_machine: TimeMachineFixture) -> None:
    (run,) = (one for one in schedule.request_due(now=NOW) if one.provider == "github")
    for step in ("waits", "goes on"):
        if step == "goes on":
            runs.claim(run, now=NOW)
        assert not [one for one in schedule.request_due(now=NOW + timedelta(hours=2)) if one.provider == "github"]


def test_of_two_processes_at_once_one_asks(ada: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    due = schedule.is_due
    calls = []

    def beaten(*args: object) -> bool:
        """The other process asks between our look and our lock."""
        calls.append(args)
        if len(calls) == 1:
            schedule.request_due(now=NOW)
        return due(*args)  # type: ignore[arg-type]

    SourceSchedule.objects.exclude(provider="github").update(enabled=False)
    monkeypatch.setattr(schedule, "is_due", beaten)
    assert schedule.request_due(now=NOW) == []
    assert SyncRun.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_processes_at_once_one_asks(ada: Account) -> None:
    SourceSchedule.objects.exclude(provider="github").update(enabled=False)
    together = threading.Barrier(4)

    def ask(_number: int) -> int:
        together.wait()
        try:
            return len(schedule.request_due(now=NOW))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(ask, range(4))) == 1
    assert SyncRun.objects.count() == 1


def test_what_fails_is_asked_more_and_more_rarely_and_never_oftener_than_it_suggests() -> None:
    player, github = registry.provider("spotify"), registry.provider("github")
    failed = SyncRun(provider="x", status=SyncStatus.FAILED, requested_at=NOW)
    fine = SyncRun(provider="x", status=SyncStatus.SUCCEEDED, requested_at=NOW)

    def waits(provider_every: timedelta, *last: SyncRun) -> int:
        """Whole minutes until it is due."""
        provider = github if provider_every > timedelta(minutes=1) else player
        return next(
            minute
            for minute in range(200)
            if schedule.is_due(provider, provider_every, last, NOW + timedelta(minutes=minute))
        )

    minute, half_an_hour = timedelta(minutes=1), timedelta(minutes=30)
    assert [waits(minute, *[failed] * times, fine) for times in range(1, 5)] == [5, 10, 20, 30]
    assert [waits(half_an_hour, *[failed] * times, fine) for times in range(1, 5)] == [30, 30, 30, 30]
    assert waits(half_an_hour, fine, failed, failed) == 30


def test_looking_who_is_due_costs_little_where_nobody_is(ada: Account) -> None:
    turn("github")
    SourceSchedule.objects.update(enabled=True)
    for provider in registry.PROVIDERS:
        runs.fail(
            SyncRun.objects.create(provider=provider.slug, trigger=SyncTrigger.SCHEDULE), problem=Problem("x", "x")
        )
    with CaptureQueriesContext(connection) as queries:
        assert schedule.request_due(now=NOW) == []
    assert len(queries) <= 3 + len(registry.PROVIDERS)


def test_of_one_role_the_first_that_the_owner_left_on_is_asked(settings: Settings) -> None:
    def skies() -> list[str]:
        return [provider.slug for provider, _ in schedule.scheduled() if provider.role == SKY]

    settings.WEATHER_API_KEY = "the-key"
    assert skies() == ["openweathermap"]
    SourceSchedule.objects.filter(provider="openweathermap").update(enabled=False)
    assert skies() == ["openmeteo"]
    SourceSchedule.objects.filter(provider="openmeteo").update(enabled=False)
    assert skies() == []


def test_an_ended_connection_waits_for_the_owner(settings: Settings, ada: Account) -> None:
    StoredAccount.objects.create(provider="github", username="ada", needs_reconnect=True)
    assert turn("github") == {}


# --- The schedule of former versions ----------------------------------------------------------------------------------

migration = import_module("integrations.migrations.0007_schedule_by_source")


def forwards() -> None:
    migration.carry_over(apps, SimpleNamespace(connection=connection))


def backwards() -> None:
    migration.bring_back(apps, SimpleNamespace(connection=connection))


def former(name: str, minutes: int, **more: object) -> PeriodicTask:
    interval, _ = IntervalSchedule.objects.get_or_create(every=minutes, period=IntervalSchedule.MINUTES)
    return PeriodicTask.objects.create(
        **{"name": name, "task": f"integrations.tasks.{name}", "interval": interval, **more}
    )


def chosen() -> dict[str, tuple[bool, int | None]]:
    rows = SourceSchedule.objects.values_list("provider", "enabled", "minutes")
    return {provider: (enabled, minutes) for provider, enabled, minutes in rows}


def test_the_owners_schedule_is_carried_over_by_source_and_back_and_forth() -> None:
    PeriodicTask.objects.filter(task="integrations.tasks.sync_due").delete()
    SourceSchedule.objects.all().delete()
    hourly = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.HOURS)
    former("sync_github", 30, interval=hourly)
    former("sync_wakatime", 30, enabled=False)
    former("sync_weather", 15)
    nightly = CrontabSchedule.objects.create(minute="0", hour="6,18")
    former("listen", 1, interval=None, crontab=nightly)
    carried = {
        "github": (True, 60),
        "wakatime": (False, None),
        **dict.fromkeys(("openmeteo", "openweathermap"), (True, None)),
        **dict.fromkeys(("spotify", "listenbrainz", "lastfm", "reccobeats"), (True, 720)),
    }

    forwards()
    assert chosen() == carried
    assert not PeriodicTask.objects.filter(task__in=migration.FORMER).exists()
    backwards()
    github = PeriodicTask.objects.get(task="integrations.tasks.sync_github")
    assert (github.interval.every, github.interval.period, github.enabled) == (60, "minutes", True)
    assert not PeriodicTask.objects.get(task="integrations.tasks.sync_wakatime").enabled
    SourceSchedule.objects.all().delete()
    forwards()
    assert chosen() == carried


def test_a_new_garden_has_no_former_tasks_and_no_wishes() -> None:
    assert set(chosen().values()) == {(True, None)}
    assert PeriodicTask.objects.filter(task="integrations.tasks.sync_due", enabled=True).count() == 1
