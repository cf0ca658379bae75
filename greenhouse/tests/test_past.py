"""The garden on a day of its past: what it shows, what it hides, what it costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from garden import climate, growth_log, plant_views, recording, selectors, services
from garden.drafts import ActivityDraft
from garden.engine import growth
from garden.models import GrowthLog, Project
from garden.tests.factories import NOW, ProjectFactory, commit, work
from garden.vocabulary import ActivityKind, GrowthStage, ProjectStatus, Visibility
from greenhouse import state
from greenhouse.past import GardenFacts, GardenView, garden_at
from greenhouse.past_days import PAST_BYTES, PAST_DAYS_KEPT, past_day, past_days
from skills import selectors as skill_selectors
from skills.curation import curate
from skills.models import Skill
from skills.services import sync_from_projects
from skills.tests.factories import entered

if TYPE_CHECKING:
    from collections.abc import Callable

    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db
TODAY = NOW.date()

# Newest seq; place and its zone, weather, what music is shown; the version of the facts (4). Then, once a day and
# version: listed projects, their days, the plants; skills, projects that show them, lines.
KEPT_QUERIES = 10
PAST_QUERIES = KEPT_QUERIES + 6


def facts() -> GardenFacts:
    tallies = selectors.disclosed_tallies()
    return GardenFacts(TODAY, plant_views.plant_facts(tallies), skill_selectors.sky_facts(tallies))


def grown(*drafts: ActivityDraft, **fields: Any) -> Project:
    """A project with all that follows from some facts."""
    project = ProjectFactory.create(**fields)
    recording.record_activities(project=project, drafts=drafts, source="git", now=NOW)
    growth_log.backfill(project=project, now=NOW)
    services.grow(project=project, now=NOW, source="git")
    return project


def daily(first: int, last: int) -> list[ActivityDraft]:
    """A commit a day, from so many days ago to so many days ago."""
    return [commit(days, at=NOW - timedelta(days=days)) for days in range(last, first + 1)]


def asked(at: date | str) -> dict[str, Any]:
    answer = APIClient().get("/api/v1/garden/", {"at": str(at)})
    assert answer.status_code == 200, answer.json()
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture
def _now(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


# --- Today ------------------------------------------------------------------------------------------------------------

moments = st.integers(0, 700 * 24).map(lambda hours: NOW - timedelta(hours=hours))
amounts = st.integers(0, 40_000)
drafts = st.builds(
    ActivityDraft,
    kind=st.sampled_from(list(ActivityKind)),
    external_id=st.uuids().map(str),
    occurred_at=moments,
    lines_added=amounts,
    lines_removed=amounts,
    amount=st.integers(0, 3).map(float),
)
portraits = st.fixed_dictionaries(
    {
        "planted_date": moments,
        "languages": st.dictionaries(st.sampled_from(["Python", "C", "Rust", "HTML"]), amounts),
        "technologies": st.lists(st.sampled_from(["Django", "Redis", "Python", "pytest", "Moss"]), unique=True),
        "topics": st.lists(st.sampled_from(["cli", "web"]), unique=True),
        "stars": amounts,
        "visitor_interactions": amounts,
        "earlier_commits": st.integers(0, 3000),
        "is_demo": st.booleans(),
        "visibility": st.sampled_from([Visibility.PUBLIC, Visibility.PUBLIC, Visibility.PRIVATE]),
        "status": st.sampled_from([ProjectStatus.ACTIVE, ProjectStatus.FEATURED, ProjectStatus.ARCHIVED]),
    }
)


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(portraits, st.lists(drafts, max_size=12)), max_size=4))
def test_the_garden_at_today_is_todays_garden(projects: list[tuple[dict[str, Any], list[ActivityDraft]]]) -> None:
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(climate, "_provider", lambda _now: climate.NEUTRAL)  # the weather of a past day is not known
        for fields, known in projects:
            grown(*known, **fields)
        sync_from_projects(now=NOW)
        stands = GardenView(plant_views.plants(NOW), skill_selectors.constellation())
        found = garden_at(TODAY, facts())
        assert list(found.plants) == list(stands.plants)
        assert found.sky == stands.sky
        today = state.assemble(NOW, at=NOW)
        of_now = dict.fromkeys(("weather", "visitor_context"))  # a day's weather is not known, and nobody arrives in it
        assert {**today, **of_now} == {**state.assemble(NOW), **of_now}
        transaction.set_rollback(True)


@pytest.mark.usefixtures("_now")
@pytest.mark.parametrize("at", [str(TODAY), f"{TODAY}T00:00:00Z", f"{TODAY}T23:59:59Z"])
def test_any_moment_of_today_is_today_even_where_growth_is_still_to_be_worked_out(at: str) -> None:
    project = ProjectFactory.create(growth_stage=GrowthStage.MATURE, growth_factor=0.6, vitality=0.9)
    recording.record_activities(project=project, drafts=work(3), source="git", now=NOW)
    assert asked(at)["projects"] == APIClient().get("/api/v1/garden/").json()["projects"]


@pytest.mark.usefixtures("_now")
@pytest.mark.parametrize("at", ["2026-06-16", "2026-06-16T00:00:00Z", "2026-06-15T23:30:00-01:00", "9999-12-31"])
def test_a_day_to_come_is_a_bad_request_that_names_the_field(at: str) -> None:
    answer = APIClient().get("/api/v1/garden/", {"at": at})
    assert answer.status_code == 400
    assert "yet to come" in str(answer.json()["error"]["fields"]["at"])


def test_the_garden_of_a_day_to_come_is_not_worked_out() -> None:
    with pytest.raises(ValueError, match="not in the past"):
        garden_at(TODAY + timedelta(days=1), facts())


# --- Days before ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_now")
def test_a_plant_whose_work_ended_was_alive_while_it_lasted() -> None:
    grown(*daily(799, 500), planted_date=NOW - timedelta(days=799))
    then, now = asked(TODAY - timedelta(days=600)), APIClient().get("/api/v1/garden/").json()
    assert (then["projects"][0]["vitality"], now["projects"][0]["vitality"]) == (0.984, 0.0)
    assert then["projects"][0]["commit_heat"] == 0.7
    assert 0 < then["projects"][0]["growth_factor"] < now["projects"][0]["growth_factor"]


@pytest.mark.usefixtures("_now")
def test_a_past_day_is_what_the_growth_log_says_of_it() -> None:
    grown(*work(300), planted_date=NOW - timedelta(days=320))
    rows = list(GrowthLog.objects.filter(backfilled=True, recorded_at__lt=NOW - timedelta(days=1)))
    assert len(rows) > 4
    for row in rows:
        [plant] = asked(row.recorded_at.date())["projects"]
        assert (plant["growth_stage"], plant["growth_factor"]) == (row.new_stage, round(row.growth_factor, 3))


@pytest.mark.usefixtures("_now")
@pytest.mark.parametrize("at", ["2026-03-01", "2026-03-01T10:00:00Z", "2026-03-02T00:30:00+01:00", "2026-03-01T10:00"])
def test_a_moment_means_its_utc_day(at: str) -> None:
    grown(commit(1, at=datetime(2026, 3, 1, 23, 59, tzinfo=UTC)), commit(2, at=datetime(2026, 3, 2, tzinfo=UTC)))
    assert [plant["commit_heat"] for plant in asked(at)["projects"]] == [0.05]


@pytest.mark.usefixtures("_now")
def test_before_the_first_fact_the_island_and_its_sky_are_empty() -> None:
    grown(*work(30), planted_date=NOW - timedelta(days=40), technologies=["Django", "Redis"])
    entered("Gardening")
    sync_from_projects(now=NOW)
    body = asked(TODAY - timedelta(days=41))
    assert (body["projects"], body["skills"]) == ([], {"nodes": [], "connections": []})
    assert len(asked(TODAY - timedelta(days=40))["projects"]) == 1


@pytest.mark.usefixtures("_now")
def test_what_is_not_public_now_is_in_no_past_day() -> None:
    secret = grown(*daily(300, 0), planted_date=NOW - timedelta(days=300), technologies=["COBOL"])
    sync_from_projects(now=NOW)
    then = TODAY - timedelta(days=100)
    assert (len(asked(then)["projects"]), len(asked(then)["skills"]["nodes"])) == (1, 1)
    for hidden in ({"visibility": Visibility.PRIVATE}, {"hidden_by_source": True}, {"status": ProjectStatus.PROPOSED}):
        shown = {"visibility": Visibility.PUBLIC, "hidden_by_source": False, "status": ProjectStatus.ACTIVE}
        Project.objects.filter(pk=secret.pk).update(**shown | hidden)
        assert (asked(then)["projects"], asked(then)["skills"]["nodes"]) == ([], []), hidden
    Project.objects.filter(pk=secret.pk).update(**shown | {"status": ProjectStatus.ARCHIVED})
    assert asked(then)["projects"] == []


# --- The sky of a past day --------------------------------------------------------------------------------------------


def star(name: str, days: int) -> dict[str, Any]:
    nodes = asked(TODAY - timedelta(days=days))["skills"]["nodes"]
    return next((node for node in nodes if node["name"] == name), {})


@pytest.mark.usefixtures("_now")
def test_a_skill_comes_with_its_first_project_and_grows_with_its_practice() -> None:
    python = {"languages": {"Python": 50_000}}
    grown(*daily(800, 400), planted_date=NOW - timedelta(days=800), **python)
    grown(*daily(300, 0), planted_date=NOW - timedelta(days=300), technologies=["Django"], **python)
    sync_from_projects(now=NOW)
    assert star("Python", 801) == star("Django", 301) == {}
    young, known, rusty, today = (star("Python", days) for days in (790, 400, 301, 0))
    assert 1 <= young["proficiency"] < known["proficiency"] <= today["proficiency"]
    assert rusty["brightness"] < known["brightness"]
    assert [one["projects_used_in"] for one in (young, known, today)] == [1, 1, 2]
    assert (young["x"], young["y"]) == (today["x"], today["y"])
    assert asked(TODAY - timedelta(days=301))["skills"]["connections"] == []
    assert len(asked(TODAY - timedelta(days=300))["skills"]["connections"]) == 1


@pytest.mark.usefixtures("_now")
def test_the_level_that_the_owner_set_is_that_of_today() -> None:
    grown(*daily(400, 0), planted_date=NOW - timedelta(days=400), languages={"Python": 50_000})
    sync_from_projects(now=NOW)
    curate(skill=Skill.objects.get(name="Python"), changes={"proficiency_level": 9}, now=NOW)
    levels = [star("Python", days)["proficiency"] for days in (400, 200, 1, 0)]
    assert levels == [1, 5, 9, 9]


# --- What it costs ----------------------------------------------------------------------------------------------------


def test_a_past_day_costs_the_same_however_many_plants_there_are_and_is_kept(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    def look() -> None:
        assert state.assemble(NOW, at=NOW - timedelta(days=5))["projects"]

    grown(*work(30), technologies=["Django"])
    sync_from_projects(now=NOW)
    with django_assert_num_queries(PAST_QUERIES):
        look()
    with django_assert_num_queries(KEPT_QUERIES):
        look()
    for number in range(5):
        grown(*work(9), technologies=["Django", f"Thing {number}"])
    sync_from_projects(now=NOW)
    with django_assert_num_queries(PAST_QUERIES):
        look()


def test_however_large_a_garden_is_its_past_days_stay_within_their_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = GardenView([object()] * 3000, skill_selectors.constellation())  # type: ignore[list-item] # only counted
    monkeypatch.setattr("greenhouse.past_days.garden_at", lambda _day, _facts: whole)
    for days in range(1, 2 * PAST_DAYS_KEPT):
        assert past_day(TODAY - timedelta(days=days), TODAY, ()) is whole
        assert past_days.weight <= PAST_BYTES
    assert 1 < len(past_days) < PAST_DAYS_KEPT


@pytest.mark.usefixtures("_now")
def test_a_fact_that_is_learnt_later_changes_the_past_that_was_kept() -> None:
    project = grown(*daily(100, 50), planted_date=NOW - timedelta(days=100))
    before = asked(TODAY - timedelta(days=60))["projects"]
    late = replace(commit(1000), occurred_at=NOW - timedelta(days=61))
    recording.record_activities(project=project, drafts=[late], source="git", now=NOW)
    assert asked(TODAY - timedelta(days=60))["projects"] != before


def test_hysteresis_on_the_way_holds_no_rung_as_facts_only_add_up() -> None:
    project = grown(*daily(300, 0), planted_date=NOW - timedelta(days=300))
    known = selectors.tallies_of([project.pk])[project.pk]
    points = growth.history(known, selectors.portrait_of(project, known), until=NOW, step_days=1)
    then = facts()
    stages = [garden_at(point.day, then).plants[0].growth_stage for point in points]
    assert stages == [point.stage for point in points]
