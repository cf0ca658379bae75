"""A machine's clock that was ahead once, or is behind: everything goes on by itself, and nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from garden import growth_log, reactions, recording, services
from garden.models import GardenEvent, GrowthLog, Project, ReactionFailure
from garden.reactions import Reaction
from garden.tests.factories import ProjectFactory, commit, work
from garden.vocabulary import EventType, GrowthStage
from integrations import limits, runs, webhooks
from integrations.models import DeliveryStatus, OutgoingLimit, SyncRun, SyncStatus, SyncTrigger, WebhookDelivery
from integrations.providers.music import is_within
from integrations.providers.spotify import next_after
from integrations.tests.scheduled import turn

if TYPE_CHECKING:
    from time_machine import TimeMachineFixture

    from integrations.tests.github_stub import Account

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
AHEAD = NOW + timedelta(days=700)
BEHIND = NOW - timedelta(days=700)


@pytest.fixture(autouse=True)
def _noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def grown(project: Project, now: datetime) -> Project:
    services.grow_all(now=now, source="schedule")
    project.refresh_from_db()
    return project


def history_of(project: Project) -> list[Any]:
    return list(project.growth_log.values_list("recorded_at", "previous_stage", "new_stage", "commits_delta"))


def test_a_plant_that_was_grown_while_the_clock_was_ahead_grows_on() -> None:
    project = ProjectFactory.create(planted_date=NOW - timedelta(days=60))
    recording.record_activities(project=project, drafts=work(30, until=NOW), source="git", now=NOW)
    services.catch_up(project=project, now=AHEAD, source="git")
    project = grown(project, AHEAD)
    aged = project.growth_factor
    project = grown(project, NOW)
    assert project.grown_at == NOW
    assert project.growth_factor < aged  # two years were not there
    recording.record_activities(project=project, drafts=[commit(999, at=NOW)], source="git", now=NOW)
    assert grown(project, NOW + timedelta(hours=1)).commit_count == 91
    rows = list(project.growth_log.all())
    assert all(row.recorded_at <= NOW + timedelta(hours=1) for row in rows)
    assert [row.previous_stage for row in rows] == ["", *(row.new_stage for row in rows[:-1])]


def test_a_log_that_waits_for_an_import_of_the_future_is_written() -> None:
    project = ProjectFactory.create()
    recording.record_activities(project=project, drafts=work(100, until=NOW), source="git", now=AHEAD)
    assert not GrowthLog.objects.exists()
    assert grown(project, NOW).history_stale_since is None
    assert GrowthLog.objects.filter(backfilled=True).exists()


def test_while_the_clock_is_behind_a_plant_and_its_log_stay_as_they_are() -> None:
    project = ProjectFactory.create(planted_date=NOW - timedelta(days=900))
    recording.record_activities(project=project, drafts=work(800, until=NOW), source="git", now=NOW)
    services.catch_up(project=project, now=NOW, source="git")
    before = (project.growth_stage, project.growth_factor, project.commit_count, history_of(project))
    assert GrowthStage(project.growth_stage).rung >= GrowthStage.BLOOMING.rung
    recording.record_activities(project=project, drafts=[commit(9999, at=NOW)], source="git", now=BEHIND)
    Project.objects.update(recount_due=True)
    for look in (services.grow, services.catch_up):
        look(project=project, now=BEHIND, source="git")
    growth_log.backfill(project=project, now=BEHIND)
    project = grown(project, BEHIND)
    assert (project.growth_stage, project.growth_factor, project.commit_count, history_of(project)) == before
    assert grown(project, NOW + timedelta(hours=1)).commit_count == before[2] + 1


def test_a_source_that_was_asked_while_the_clock_was_ahead_is_asked_at_its_own_pace(
    ada: Account, time_machine: TimeMachineFixture
) -> None:
    ada.add("engine")
    time_machine.move_to(AHEAD, tick=False)
    assert turn("github")
    time_machine.move_to(NOW, tick=False)
    assert turn("github") == {"github": SyncStatus.SUCCEEDED}
    for minutes, asked in ((10, False), (25, True), (1, False)):
        time_machine.shift(timedelta(minutes=minutes))
        assert bool(turn("github")) == asked


def test_a_run_whose_sign_of_life_is_of_the_future_holds_up_no_other() -> None:
    run = SyncRun.objects.create(
        provider="github",
        status=SyncStatus.RUNNING,
        trigger=SyncTrigger.SCHEDULE,
        requested_at=AHEAD,
        heartbeat_at=AHEAD,
    )
    assert runs.request(provider="github", subject="", trigger=SyncTrigger.OWNER, now=NOW) != run
    run.refresh_from_db()
    assert run.error_code == "interrupted"


def test_whoever_is_alive_says_so_after_the_clock_was_set_back() -> None:
    run = SyncRun.objects.create(provider="github", status=SyncStatus.RUNNING, heartbeat_at=NOW + timedelta(minutes=2))
    runs.beat(run)
    run.refresh_from_db()
    assert run.heartbeat_at == NOW


def test_a_limit_that_was_noted_while_the_clock_was_ahead_holds_back_nothing() -> None:
    OutgoingLimit.objects.create(
        provider="github", tokens=0.0, updated_at=AHEAD, blocked_until=AHEAD + timedelta(hours=1), reason="so"
    )
    assert limits.next_try_at("github", now=NOW) is None
    assert limits.take_token("github", per_minute=10, burst=10, now=NOW).until is None
    limit = OutgoingLimit.objects.get()
    assert (limit.tokens, limit.updated_at, limit.blocked_until) == (9.0, NOW, None)
    OutgoingLimit.objects.update(blocked_until=AHEAD)
    limits.pause("github", until=NOW + timedelta(hours=2), reason="wait", now=NOW)
    assert limits.next_try_at("github", now=NOW) == NOW + timedelta(hours=2)


def test_a_process_whose_now_is_a_moment_older_gets_no_new_bucket() -> None:
    OutgoingLimit.objects.create(provider="github", tokens=0.0, updated_at=NOW + timedelta(seconds=1))
    assert limits.take_token("github", per_minute=10, burst=10, now=NOW).until is not None


def test_a_delivery_that_was_put_off_while_the_clock_was_ahead_is_worked_on() -> None:
    delivery = WebhookDelivery.objects.create(
        provider="github",
        delivery_id="1",
        event="ping",
        content_type="application/json",
        body=b"{}",
        received_at=AHEAD,
        next_attempt_at=AHEAD,
    )
    assert webhooks.pending(now=NOW) == [delivery.pk]
    assert webhooks.process(delivery.pk, now=NOW) == DeliveryStatus.IGNORED
    later = WebhookDelivery.objects.create(
        provider="github",
        delivery_id="2",
        event="ping",
        content_type="application/json",
        body=b"{}",
        next_attempt_at=NOW + timedelta(minutes=1),
    )
    assert webhooks.pending(now=NOW) == []
    assert webhooks.process(later.pk, now=NOW) is None


def test_a_reaction_that_was_put_off_while_the_clock_was_ahead_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    handled: list[GardenEvent] = []
    reaction = Reaction("test", frozenset({EventType.SEED_PLANTED}), lambda *, event, now: handled.append(event))
    monkeypatch.setattr(reactions, "_reactions", (reaction,))
    event = GardenEvent.objects.create(event_type=EventType.SEED_PLANTED, source="test")
    reactions.create_cursors()
    ReactionFailure.objects.create(reaction="test", event=event, next_attempt_at=AHEAD, error="once")
    assert reactions.run(now=NOW) == 1
    assert handled == [event]


def test_what_was_remembered_of_the_future_is_asked_again() -> None:
    ten = timedelta(minutes=10)
    assert not is_within(AHEAD.isoformat(), ten, NOW)
    assert is_within((NOW - timedelta(minutes=9)).isoformat(), ten, timezone.now())
    assert not is_within(None, ten, NOW)


def test_plays_that_are_not_believed_yet_are_asked_for_again() -> None:
    now = int(NOW.timestamp() * 1000)
    assert next_after(now=NOW, told=str(now + 10**9)) == str(now)
    assert next_after(now=NOW, told=str(now - 5)) == str(now - 5)
    assert next_after(now=NOW, told=None) == ""
