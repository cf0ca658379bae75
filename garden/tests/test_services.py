from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from garden import growth_log, planting, recording, selectors, services
from garden.drafts import ActivityDraft, ProjectDraft
from garden.engine import growth
from garden.models import Activity, GardenEvent, GrowthLog, Interaction, Project
from garden.sources import SourceRef, github
from garden.tests.factories import NOW, ProjectFactory, at_once, commit, work
from garden.vocabulary import ActivityKind, EventType, GrowthStage, InteractionKind, ProjectStatus, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


def record(project: Project, *drafts: object, source: str = "git") -> recording.Recorded:
    return recording.record_activities(project=project, drafts=drafts, source=source, now=NOW)  # type: ignore[arg-type]


def test_a_commit_is_kept_once_however_it_comes() -> None:
    project = ProjectFactory.create()
    assert record(project, commit(1), source="github_webhook").new == 1
    assert record(project, commit(1), commit(1), source="git").new == 0
    assert Activity.objects.count() == 1


def test_a_commit_without_line_counts_gets_them_from_a_later_telling() -> None:
    project = ProjectFactory.create()
    record(project, commit(1, lines=None))
    assert record(project, commit(1, lines=30)).completed == 1
    assert Activity.objects.get().lines_added == 30


@pytest.mark.parametrize("lines", [None, 30])
def test_a_commit_that_a_hook_told_gets_its_languages_from_a_later_reading_once(lines: int | None) -> None:
    project = ProjectFactory.create()
    record(project, commit(1, lines=lines), source="git_hook")
    read = replace(commit(1, lines=30), amount=2.0)
    assert record(project, read, source="git").completed == 1
    assert record(project, commit(1), source="github_webhook").completed == 0
    assert record(project, read, source="git").completed == 0
    assert Activity.objects.get().amount == 2.0


def test_known_line_counts_are_not_emptied_by_a_telling_without() -> None:
    project = ProjectFactory.create()
    record(project, commit(1, lines=30))
    record(project, commit(1, lines=None))
    assert Activity.objects.get().lines_added == 30


def test_a_fact_that_lies_ahead_is_kept_and_counts_when_its_day_comes() -> None:
    project = ProjectFactory.create()
    ahead = NOW + timedelta(days=7)
    assert record(project, commit(1), commit(2, at=ahead)).new == 2
    for now, commits, last in ((NOW, 1, NOW), (ahead, 2, ahead)):
        services.grow_all(now=now, source="schedule")
        project.refresh_from_db()
        assert (project.commit_count, project.last_activity_at) == (commits, last)


def test_nothing_tells_of_a_fact_that_lies_ahead() -> None:
    project = ProjectFactory.create()
    record(project, commit(1), commit(2, at=NOW + timedelta(days=7)))
    assert [fact.title for fact in selectors.latest_work(project, now=NOW)["commits"]] == ["Change 1"]
    assert [one["number"] for one in selectors.work_by_day(NOW - timedelta(days=2), 9, until=NOW)] == [1]
    assert selectors.activity_totals(project, now=NOW)["commits"]["all"] == 1
    assert [number for _, number in selectors.commits_by_week(project, now=NOW)] == [1]


def test_text_that_no_database_holds_is_cleaned_and_kept() -> None:
    project = ProjectFactory.create()
    draft = commit(1)
    hostile = type(draft)(kind=draft.kind, external_id="a\x00b", occurred_at=NOW, title="x\x00\ud800y")
    record(project, hostile)
    assert Activity.objects.get().title == "xy"


def test_growing_moves_the_plant_up_and_tells_the_browsers() -> None:
    project = ProjectFactory.create(planted_date=NOW - timedelta(days=90))
    recording.record_activities(project=project, drafts=work(90), source="git", now=NOW)
    growth = services.grow(project=project, now=NOW, source="git")
    project.refresh_from_db()
    assert growth.stage_changed
    assert GrowthStage(project.growth_stage).rung >= GrowthStage.GROWING.rung
    assert project.commit_count == 270
    event = GardenEvent.objects.get(event_type=EventType.PROJECT_GROWTH)
    assert event.data["project_id"] == str(project.pk)
    assert (event.data["from_stage"], event.data["to_stage"]) == ("seed", project.growth_stage)
    assert event.data["animation_duration"] == 3000


def test_growing_twice_tells_once() -> None:
    project = ProjectFactory.create()
    record(project, commit(1))
    services.grow(project=project, now=NOW, source="git")
    services.grow(project=project, now=NOW, source="git")
    assert GardenEvent.objects.filter(event_type=EventType.PROJECT_GROWTH).count() <= 1
    assert GrowthLog.objects.count() == 1


def test_the_reasons_add_up_to_the_size() -> None:
    project = ProjectFactory.create()
    recording.record_activities(project=project, drafts=work(30), source="git", now=NOW)
    services.grow(project=project, now=NOW, source="git")
    assert len(project.growth_reasons) == 6
    assert sum(reason["share"] for reason in project.growth_reasons) == pytest.approx(project.growth_factor, abs=0.01)


@pytest.mark.parametrize(
    "hidden",
    [{"visibility": Visibility.PRIVATE}, {"status": ProjectStatus.PROPOSED}, {"hidden_by_source": True}],
)
def test_a_plant_nobody_sees_tells_nothing(hidden: dict[str, object]) -> None:
    project = ProjectFactory.create(**hidden)
    record(project, *work(20))
    services.grow(project=project, now=NOW, source="git")
    assert not GardenEvent.objects.exists()


def test_old_commits_are_history_and_not_news() -> None:
    project = ProjectFactory.create()
    assert record(project, commit(1, at=NOW - timedelta(days=30))).new == 1
    assert not GardenEvent.objects.filter(event_type=EventType.COMMIT_PUSHED).exists()


def test_a_push_tells_how_much_came() -> None:
    project = ProjectFactory.create()
    record(project, commit(1), commit(2))
    push = GardenEvent.objects.get(event_type=EventType.COMMIT_PUSHED)
    assert push.data["commit_count"] == 2
    assert 0 < push.data["impact_score"] <= 1
    assert "arrived_at" not in push.data  # a sync found them


def test_a_push_tells_who_pushed_and_when_it_arrived() -> None:
    project = ProjectFactory.create()
    push = recording.Push(author="Ada", arrived_at=NOW - timedelta(minutes=4))
    recording.record_activities(project=project, drafts=[commit(1)], source="github_webhook", now=NOW, push=push)
    data = GardenEvent.objects.get(event_type=EventType.COMMIT_PUSHED).data
    assert (data["author"], data["arrived_at"]) == ("Ada", "2026-06-15T11:56:00Z")


def test_facts_of_the_past_make_the_log_stale_and_nothing_is_logged_until_it_is_written_again() -> None:
    project = ProjectFactory.create()
    record(project, *work(100))
    services.grow(project=project, now=NOW, source="git")
    assert project.history_stale_since == NOW
    assert not GrowthLog.objects.exists()
    services.catch_up(project=project, now=NOW, source="git")
    assert not Project.objects.filter(history_stale_since__isnull=False).exists()
    assert GrowthLog.objects.filter(backfilled=True).count() > 1


def test_a_plant_that_was_described_before_its_facts_came_has_no_live_row_in_front_of_them() -> None:
    draft = ProjectDraft(name="Engine", sources=github("ada/engine"))
    project, _ = planting.plant(draft=draft, source="github_sync", now=NOW)
    services.catch_up(project=project, now=NOW, source="github_sync")
    assert not GrowthLog.objects.exists()
    record(project, *work(100))
    services.catch_up(project=project, now=NOW, source="github_sync")
    rows = list(GrowthLog.objects.all())
    assert all(row.backfilled for row in rows)
    assert [row.previous_stage for row in rows].index("") == 0
    assert "" not in [row.previous_stage for row in rows[1:]]


def test_a_plant_without_any_fact_gets_its_first_row_when_none_is_to_be_expected_any_more() -> None:
    planting.plant(draft=ProjectDraft(name="Engine", sources=github("ada/engine")), source="github_sync", now=NOW)
    services.grow_all(now=NOW + 2 * growth_log.IMPORT_TAKES, source="schedule")
    assert [(row.new_stage, row.backfilled) for row in GrowthLog.objects.all()] == [("seed", False)]


def test_a_log_that_a_cut_off_import_left_stale_is_written_by_the_schedule() -> None:
    project = ProjectFactory.create()
    record(project, *work(100))
    services.grow_all(now=NOW + timedelta(minutes=5), source="schedule")
    assert not GrowthLog.objects.exists()  # it may be under way
    services.grow_all(now=NOW + 2 * growth_log.IMPORT_TAKES, source="schedule")
    assert GrowthLog.objects.filter(backfilled=True).count() > 1


def test_a_backfill_writes_the_past_and_can_be_repeated() -> None:
    project = ProjectFactory.create()
    recording.record_activities(project=project, drafts=work(300), source="git", now=NOW)
    rows = growth_log.backfill(project=project, now=NOW)
    assert growth_log.backfill(project=project, now=NOW) == rows
    log = list(project.growth_log.order_by("recorded_at"))
    assert len(log) == rows > 5
    assert log[0].recorded_at < NOW - timedelta(days=290)
    assert sum(row.commits_delta for row in log) == 900
    assert [row.growth_factor for row in log] == sorted(row.growth_factor for row in log)


def test_a_backfill_leaves_what_was_written_live() -> None:
    project = ProjectFactory.create()
    record(project, *work(100))
    growth_log.backfill(project=project, now=NOW)
    climbed = project.growth_log.last()
    assert climbed is not None
    GrowthLog.objects.filter(pk=climbed.pk).update(backfilled=False, previous_stage="")
    record(project, commit(999, at=NOW - timedelta(days=150)))
    growth_log.backfill(project=project, now=NOW)
    live = GrowthLog.objects.get(pk=climbed.pk)
    assert project.growth_log.last() == live
    assert_truthful(project)


def test_a_backfill_does_away_with_what_was_seen_live_before_the_facts_had_come() -> None:
    project = ProjectFactory.create()
    record(project, commit(1))
    services.grow(project=project, now=NOW - timedelta(days=1), source="git")
    assert GrowthLog.objects.get().new_stage == "seed"
    record(project, *work(100))
    services.catch_up(project=project, now=NOW, source="git")
    assert_truthful(project)


def assert_truthful(project: Project) -> None:
    """Every row of a log goes on from the one before it, and no stage falls."""
    rows = list(project.growth_log.all())
    assert [row.previous_stage for row in rows] == ["", *(row.new_stage for row in rows[:-1])]
    rungs = [GrowthStage(row.new_stage).rung for row in rows]
    assert rungs == sorted(rungs)


def test_growing_everything_is_a_handful_of_reads(django_assert_max_num_queries: Callable[..., object]) -> None:
    projects = ProjectFactory.create_batch(5)
    for project in projects:
        recording.record_activities(project=project, drafts=work(3), source="git", now=NOW)
    services.grow_all(now=NOW, source="schedule")
    with django_assert_max_num_queries(2 + 6 * len(projects)):  # type: ignore[attr-defined]
        services.grow_all(now=NOW, source="schedule")


def test_a_visitor_counts_once_a_day_and_kind() -> None:
    project = ProjectFactory.create()
    for _ in range(3):
        services.interact(project=project, kind=InteractionKind.WATER, visitor="a", now=NOW)
    services.interact(project=project, kind=InteractionKind.VIEW, visitor="a", now=NOW)
    services.interact(project=project, kind=InteractionKind.WATER, visitor="b", now=NOW)
    project.refresh_from_db()
    assert project.visitor_interactions == 3


def grown_to_a_rung() -> Project:
    """A plant that has been looked at."""
    project = ProjectFactory.create(planted_date=NOW - timedelta(days=90))
    recording.record_activities(project=project, drafts=work(60), source="git", now=NOW)
    services.grow(project=project, now=NOW, source="git")
    return project


def test_a_plant_takes_attention_in_at_its_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    project = grown_to_a_rung()
    before, version = project.growth_factor, selectors.state_version()

    def assessed(*_: object, **__: object) -> None:
        raise AssertionError("the plant was assessed")

    with monkeypatch.context() as patch:
        patch.setattr(services, "_apply_assessment", assessed)
        answer = services.interact(project=project, kind=InteractionKind.WATER, visitor="a", now=NOW)
    assert (answer.growth_factor, answer.stage_changed) == (before, False)
    assert selectors.state_version() == version
    services.grow_all(now=NOW + timedelta(hours=1), source="schedule")
    project.refresh_from_db()
    assert project.growth_factor > before


def test_a_visitor_who_brings_a_plant_to_its_next_rung_sees_it_climb() -> None:
    project = grown_to_a_rung()
    stage = GrowthStage(project.growth_stage)
    short = growth.STAGE_FROM[growth.LADDER[stage.rung + 1]] - 1e-6
    Project.objects.filter(pk=project.pk).update(growth_factor=short)
    project.refresh_from_db()
    later = NOW + timedelta(minutes=5)
    answer = services.interact(project=project, kind=InteractionKind.WATER, visitor="a", now=later)
    project.refresh_from_db()
    assert project.grown_at == later
    assert answer.growth_factor == project.growth_factor != short


def test_a_visitor_who_asked_not_to_be_counted_is_not() -> None:
    project = ProjectFactory.create()
    growth = services.interact(project=project, kind=InteractionKind.WATER, visitor=None, now=NOW)
    assert not growth.stage_changed
    assert not Interaction.objects.exists()


def test_an_archived_plant_takes_no_visitors() -> None:
    project = ProjectFactory.create(status=ProjectStatus.ARCHIVED)
    with pytest.raises(services.InteractionRefused):
        services.interact(project=project, kind=InteractionKind.WATER, visitor="a", now=NOW)


def test_a_star_is_no_work() -> None:
    project = ProjectFactory.create()
    star = ActivityDraft(kind=ActivityKind.STAR, external_id="ada", occurred_at=NOW - timedelta(days=9))
    recorded = record(project, star)
    project.refresh_from_db()
    assert recorded.new == 1
    assert project.history_stale_since is None
    assert project.last_activity_at is None


def test_a_plant_hidden_while_it_is_imported_is_named_no_more() -> None:
    project = ProjectFactory.create(name="Hush")
    read_before = Project.objects.get(pk=project.pk)
    planting.hide(project=project, gone=SourceRef("github", "7"), source="github_webhook", now=NOW)
    record(read_before, *work(20))
    services.grow(project=read_before, now=NOW, source="git")
    services.grow_all(now=NOW, source="schedule")
    assert "Hush" not in str([event.data for event in GardenEvent.objects.all()])


@pytest.mark.django_db(transaction=True)
def test_growing_at_once_climbs_each_rung_once() -> None:
    project = ProjectFactory.create()
    recording.record_activities(project=project, drafts=work(60), source="git", now=NOW)
    growth_log.backfill(project=project, now=NOW)
    before = GrowthLog.objects.count()
    at_once(lambda _turn: services.grow(project=Project.objects.get(pk=project.pk), now=NOW, source="git"))
    assert GrowthLog.objects.count() - before <= 1
    assert GardenEvent.objects.filter(event_type=EventType.PROJECT_GROWTH).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_commits_told_at_once_are_news_once() -> None:
    project = ProjectFactory.create()
    facts = [commit(number) for number in range(1, 101)]
    told = at_once(
        lambda _turn: recording.record_activities(
            project=Project.objects.get(pk=project.pk), drafts=facts, source="git", now=NOW
        )
    )
    assert sum(recorded.new for recorded in told) == 100
    assert GardenEvent.objects.get(event_type=EventType.COMMIT_PUSHED).data["commit_count"] == 100


def test_one_plant_that_cannot_grow_keeps_none_of_the_others_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ProjectFactory.create_batch(3)
    assess = growth.assess
    answers = iter([ValueError("broken")])

    def broken_once(*args: Any, **kwargs: Any) -> growth.Assessment:
        if error := next(answers, None):
            raise error
        return assess(*args, **kwargs)

    monkeypatch.setattr(growth, "assess", broken_once)
    assert len(services.grow_all(now=NOW, source="schedule")) == 2


class TestOrderAndRepetition(TestCase):
    """Growth never depends on the order in which facts arrive, nor on how often they arrive, nor in what parcels."""

    @settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def test_growth_is_the_same_however_the_facts_arrive(self, data: st.DataObject) -> None:
        facts = list(work(12))
        straight = ProjectFactory.create()
        recording.record_activities(project=straight, drafts=facts, source="git", now=NOW)
        services.grow(project=straight, now=NOW, source="git")

        shuffled = data.draw(st.permutations(facts + facts[:7]))
        cut = data.draw(st.integers(0, len(shuffled)))
        parcels = ProjectFactory.create()
        for parcel in (shuffled[:cut], shuffled[cut:]):
            recording.record_activities(project=parcels, drafts=parcel, source="webhook", now=NOW)
            services.grow(project=parcels, now=NOW, source="webhook")

        assert parcels.growth_factor == pytest.approx(straight.growth_factor)
        assert parcels.growth_stage == straight.growth_stage
        assert parcels.vitality == pytest.approx(straight.vitality)


def test_a_row_of_the_past_says_what_happened_by_then() -> None:
    project = ProjectFactory.create()
    kinds = (ActivityKind.PULL_REQUEST, ActivityKind.ISSUE, ActivityKind.RELEASE, ActivityKind.DEPLOYMENT)
    others = [ActivityDraft(kind, f"{kind} {n}", NOW - timedelta(days=20 * n)) for kind in kinds for n in range(1, 9)]
    recording.record_activities(project=project, drafts=[*work(40), *others], source="git", now=NOW)
    growth_log.backfill(project=project, now=NOW)
    rows = list(project.growth_log.all())
    assert len(rows) > 2

    def told(field: str, name: str) -> int:
        return sum(getattr(row, field)[name] for row in rows)

    assert told("github_activity", "commits") == sum(row.commits_delta for row in rows) == 120
    assert told("github_activity", "pull_requests") == told("github_activity", "issues") == 8
    assert told("deployment_events", "releases") == told("deployment_events", "deployments") == 8
    assert sum(row.complexity_change for row in rows) == pytest.approx(
        services.grow(project=project, now=NOW, source="test") and Project.objects.get().complexity_score
    )
