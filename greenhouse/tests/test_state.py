from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from garden import growth_log, planting, recording, services
from garden.engine.layout import Position
from garden.tests.factories import NOW, ProjectFactory, work
from garden.vocabulary import ProjectStatus, Season, TimeOfDay
from greenhouse import state

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

# Newest seq, projects, commit heat, announcement; place, weather, what music is shown, sky; projects that show skills,
# skills, lines.
STATE_QUERIES = 13


PAST_ALL_SENSE = [
    {"at": text} for text in ("yesterday", "0001-01-01", "0001-01-05T00:00:00+23:00", "9999-12-31T23:59:59-10:00")
]


def test_the_state_has_everything_the_contract_names() -> None:
    ProjectFactory.create(position_x=1.0, position_z=-2.0)
    body = json.loads(state.current().raw)
    assert set(body) == {
        "version",
        "generated_at",
        "season",
        "time_of_day",
        "island",
        "projects",
        "weather",
        "skills",
        "announcement",
        "social",
        "visitor_context",
    }
    assert body["island"]["radius"] == 3.5
    assert {"table", "bench", "lantern", "cat"} <= {prop["kind"] for prop in body["island"]["props"]}
    assert set(body["projects"][0]) >= {"id", "genome", "growth", "position", "stage_label", "commit_heat", "vitality"}


def test_the_compressed_bytes_are_the_same_state() -> None:
    ProjectFactory.create()
    kept = state.current()
    assert gzip.decompress(kept.gzipped) == kept.raw


def test_a_state_of_many_projects_costs_as_many_queries_as_of_one(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    ProjectFactory.create()
    with django_assert_num_queries(STATE_QUERIES):
        state.assemble(NOW)
    ProjectFactory.create_batch(60)
    with django_assert_num_queries(STATE_QUERIES):
        state.assemble(NOW)


def test_a_kept_state_costs_no_query(django_assert_num_queries: Callable[[int], Any]) -> None:
    state.current()
    with django_assert_num_queries(0):
        assert state.cached() is not None


def test_a_change_makes_the_next_state_a_newer_one() -> None:
    before = state.current()
    planting.plant_seed(name="New", description="", at=Position(-4, -2), now=timezone.now())
    after = state.current()
    assert after.version > before.version
    assert after.etag != before.etag


def test_a_change_during_assembly_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    real = state.assemble_bytes

    def interrupted(now: datetime) -> state.StateBytes:
        made = real(now)
        state.invalidate()
        return made

    monkeypatch.setattr(state, "assemble_bytes", interrupted)
    state.current()
    assert state.cached() is None


def test_archived_and_hidden_plants_are_not_in_the_state() -> None:
    shown = ProjectFactory.create()
    ProjectFactory.create(status=ProjectStatus.ARCHIVED)
    ProjectFactory.create(status=ProjectStatus.PROPOSED)
    ProjectFactory.create(hidden_by_source=True)
    assert [row["id"] for row in state.assemble(NOW)["projects"]] == [str(shown.pk)]


def test_the_sky_of_the_state_is_the_one_over_the_owners_place(settings: Any) -> None:
    settings.GARDEN_LATITUDE, settings.GARDEN_LONGITUDE = -33.9, 18.4
    body = state.assemble(datetime(2026, 7, 1, 12, tzinfo=UTC))
    assert (body["season"], body["time_of_day"]) == (Season.WINTER, TimeOfDay.DAY)


def test_the_garden_can_be_seen_in_another_season() -> None:
    answer = APIClient().get("/api/v1/garden/", {"season": "winter", "weather_type": "aurora"})
    assert (answer.json()["season"], answer.json()["weather"]["weather_type"]) == ("winter", "aurora")


@pytest.mark.parametrize("query", [{"season": "monsoon"}, {"weather_type": "hail"}, *PAST_ALL_SENSE])
def test_a_filter_that_means_nothing_is_a_bad_request(query: dict[str, str]) -> None:
    assert APIClient().get("/api/v1/garden/", query).status_code == 400


def test_the_garden_can_be_seen_as_it_stood() -> None:
    project = ProjectFactory.create(planted_date=NOW - timedelta(days=200))
    recording.record_activities(project=project, drafts=work(200), source="git", now=NOW)
    growth_log.backfill(project=project, now=NOW)
    services.grow(project=project, now=NOW, source="git")
    then = state.assemble(NOW, at=NOW - timedelta(days=120))["projects"]
    now = state.assemble(NOW)["projects"]
    assert 0 < then[0]["growth_factor"] < now[0]["growth_factor"]
    assert state.assemble(NOW, at=NOW - timedelta(days=500))["projects"] == []


@pytest.mark.parametrize(("visibility", "canes"), [("public", 1), ("anonymous", 0)])
def test_help_by_an_agent_shows_as_a_cane_but_not_beside_an_anonymous_plant(visibility: str, canes: int) -> None:
    ProjectFactory.create(
        position_x=1.0, position_z=-1.0, growth_stage="mature", assisted_share=0.6, visibility=visibility
    )
    props = json.loads(state.current().raw)["island"]["props"]
    assert len([prop for prop in props if prop["kind"] == "cane"]) == canes
