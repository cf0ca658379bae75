"""A delivery, a sync and an import whose process ends at any of their steps: what is left to do is done by the next.

The steps are the writes to the database. Before each of them in turn the process ends: nothing of it reaches the
database from there on, and what its open transaction wrote is undone. Then five minutes pass, and the next process
does what it always does. The garden must come out as without the kill.
"""

from __future__ import annotations

import json
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from django.db import connection, transaction
from django.utils import timezone

from garden import reactions
from garden.models import Activity, GardenEvent, GrowthLog, Project, ReactionFailure
from integrations import registry, sync, tasks
from integrations.histories.saved_log import SavedLog
from integrations.imports import import_history
from integrations.models import DeliveryStatus, SyncTrigger, WebhookDelivery
from integrations.tests.github_stub import Reply, commits
from integrations.tests.test_github_hooks import delivery, push
from skills.models import Skill
from weather.models import WeatherOverride, WeatherState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from integrations.tests.github_stub import Account, Stub

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
WRITES = ("INSERT", "UPDATE", "DELETE")
UNDOING = ("ROLLBACK", "RELEASE")


class Killed(BaseException):
    """The process is gone. No code of ours catches it, and none that tidies up can write any more."""


class Death:
    """Counts the writes of a process, and ends it before the one with the given number."""

    def __init__(self, before: int | None) -> None:
        self.before = before
        self.writes = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.writes += sql.startswith(WRITES)
        is_dead = self.before is not None and self.writes >= self.before
        if is_dead and not sql.startswith(UNDOING):
            raise Killed
        return execute(sql, params, many, context)


class Outcome(NamedTuple):
    """All that visitors could tell one garden from another by."""

    projects: list[Any]
    facts: list[Any]
    log: list[Any]
    events: list[Any]
    storms: list[Any]
    weather: list[Any]
    skills: list[Any]


def outcome() -> Outcome:
    names = {str(pk): name for pk, name in Project.objects.values_list("pk", "name")}

    def told(data: dict[str, Any]) -> dict[str, Any]:
        return {key: names.get(str(value), value) for key, value in data.items() if key != "skill_id"}

    growth = ("growth_stage", "growth_factor", "vitality", "commit_count", "history_stale_since", "hidden_by_source")
    return Outcome(
        projects=sorted(Project.objects.values_list("name", *growth)),
        facts=sorted(Activity.objects.values_list("project__name", "kind", "external_id", "lines_added")),
        log=sorted(
            GrowthLog.objects.values_list(
                "project__name", "previous_stage", "new_stage", "growth_factor", "commits_delta", "backfilled"
            )
        ),
        events=[(event.event_type, told(event.data)) for event in GardenEvent.objects.order_by("seq")],
        storms=list(WeatherOverride.objects.values_list("weather_type", "intensity", "started_at", "ends_at")),
        weather=list(WeatherState.objects.order_by("started_at").values_list("weather_type", "intensity")),
        skills=sorted(Skill.objects.values_list("name", "proficiency_level")),
    )


def survives(work: Callable[[], object], time_machine: TimeMachineFixture, *, at_least: int) -> None:
    """Let a process that does `work` end at each of its steps, and compare what the next one makes of it."""

    def garden(before: int | None) -> tuple[Outcome, int]:
        with transaction.atomic():  # its transactions are savepoints of this one, and undone like them
            time_machine.move_to(NOW, tick=False)
            death = Death(before)
            with ExitStack() as process:
                process.enter_context(connection.execute_wrapper(death))
                process.enter_context(suppress(Killed))
                work()
                reactions.run(now=timezone.now())
            time_machine.move_to(NOW + timedelta(minutes=5), tick=False)
            if before is not None:
                work()
            reactions.run(now=timezone.now())
            assert not ReactionFailure.objects.exists()
            result = outcome(), death.writes
            transaction.set_rollback(True)
            return result

    expected, writes = garden(None)
    assert writes >= at_least
    assert expected.events
    for step in range(1, writes + 1):
        found, _ = garden(step)
        for part, as_expected in expected._asdict().items():
            assert getattr(found, part) == as_expected, f"killed before write {step} of {writes}: {part}"


@pytest.fixture(autouse=True)
def _account(settings: Settings) -> None:
    settings.GITHUB_USERNAME = "ada"
    settings.REDIS_URL = ""


def arrive(event: str, payload: dict[str, Any]) -> None:
    WebhookDelivery.objects.create(
        provider="github",
        delivery_id=f"a {event}",
        event=event,
        content_type="application/json",
        body=json.dumps(payload).encode(),
        received_at=NOW,
        next_attempt_at=NOW,
    )


def a_push(*, old: int) -> dict[str, Any]:
    """Seven commits of today, and some of long ago."""
    first = push()["commits"][0]
    today = [{**first, "id": f"{number:040x}"} for number in range(1, 8)]
    before = [
        {**first, "id": f"{90 + day:040x}", "timestamp": f"2025-11-{day:02}T09:00:00Z"} for day in range(1, old + 1)
    ]
    return push(commits=[*before, *today])


@pytest.mark.parametrize("old", [0, 9])
def test_a_push_that_plants_and_storms(old: int, time_machine: TimeMachineFixture) -> None:
    arrive("push", a_push(old=old))
    survives(tasks.sweep, time_machine, at_least=12)


def test_old_commits_of_a_plant_that_stands(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW - timedelta(days=1), tick=False)
    arrive("push", push())
    WebhookDelivery.objects.update(next_attempt_at=timezone.now(), delivery_id="the first")
    tasks.sweep()
    reactions.run(now=timezone.now())
    arrive("push", a_push(old=9))
    survives(tasks.sweep, time_machine, at_least=6)


def test_a_deployment_of_a_plant_that_stands(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW - timedelta(days=1), tick=False)
    arrive("push", push())
    WebhookDelivery.objects.update(next_attempt_at=timezone.now())
    tasks.sweep()
    status = {"id": 4, "state": "success", "created_at": "2026-01-10T11:59:00Z", "environment": "production"}
    arrive("deployment_status", delivery(deployment={"id": 3}, deployment_status=status))
    survives(tasks.sweep, time_machine, at_least=6)


def test_a_plant_that_leaves_with_its_skills(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW - timedelta(days=1), tick=False)
    arrive("push", push())
    WebhookDelivery.objects.update(next_attempt_at=timezone.now())
    tasks.sweep()
    Project.objects.update(technologies=["Rust", "Django"])
    reactions.run(now=timezone.now())
    assert Skill.objects.exists()
    gone = delivery(action="privatized")
    gone["repository"] |= {"private": True, "updated_at": "2026-01-10T11:00:00Z"}
    arrive("repository", gone)
    survives(tasks.sweep, time_machine, at_least=5)


def test_a_sync_of_two_repositories(ada: Account, stub: Stub, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)
    for name in ("engine", "loom"):
        ada.add(name, commits(12))
        release = {"tag_name": "v1", "published_at": "2026-01-02T00:00:00Z", "draft": False}
        stub.on(f"/repos/ada/{name}/releases", Reply([release]))
    provider = registry.provider("github")

    def synced() -> None:
        run = sync.request(provider=provider, trigger=SyncTrigger.SCHEDULE, now=timezone.now())
        sync.perform(run, provider=provider)

    survives(synced, time_machine, at_least=25)


def test_an_import_of_a_history(tmp_path: Path, time_machine: TimeMachineFixture) -> None:
    log = tmp_path / "engine.log"
    days = [f"2025-{month:02}-{day:02}" for month in range(1, 13) for day in (3, 17)] + ["2026-01-10"] * 7
    log.write_text(
        "".join(
            f"commit {number:040x}\tAda\t{day}T09:00:00Z\tChange {number}\n{number}\t1\ta.py\n\n"
            for number, day in enumerate(days, start=1)
        )
    )
    survives(lambda: import_history(SavedLog(log), now=timezone.now()), time_machine, at_least=8)


def test_a_push_whose_news_could_not_be_told_is_told_by_the_next_sweep(
    time_machine: TimeMachineFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from garden import events

    publish_of, failing = events.publish_of, [True]

    def once_broken(*args: Any, **kwargs: Any) -> Any:
        if args[1].event_type == "commit_pushed" and failing:
            failing.clear()
            raise RuntimeError("the call that announces the push")
        return publish_of(*args, **kwargs)

    monkeypatch.setattr(events, "publish_of", once_broken)
    time_machine.move_to(NOW, tick=False)
    arrive("push", a_push(old=0))
    tasks.sweep()
    assert not GardenEvent.objects.filter(event_type="commit_pushed").exists()
    time_machine.move_to(NOW + timedelta(minutes=5), tick=False)
    tasks.sweep()
    reactions.run(now=timezone.now())
    assert WebhookDelivery.objects.get().status == DeliveryStatus.PROCESSED
    assert Activity.objects.count() == 7
    assert GardenEvent.objects.get(event_type="commit_pushed").data["commit_count"] == 7
    assert WeatherOverride.objects.get().ends_at == NOW + timedelta(minutes=30)
