"""The view that the database has of the garden."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from garden.models import GrowthLog, Project
from garden.tests.factories import ProjectFactory
from garden.vocabulary import GrowthStage, ProjectStatus, Visibility
from greenhouse.run import summary
from greenhouse.tasks import refresh_summary
from visitors.models import Session
from visitors.vocabulary import SetAside

pytestmark = pytest.mark.django_db


def rows() -> dict[str, dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM garden_summary")
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row["slug"]: row for row in found}


def visit(pk: int, spent: dict[str, float], **said: Any) -> None:
    now = timezone.now()
    Session.objects.create(
        pk=pk, started_at=now, last_activity_at=now, first_of_day=True, time_spent_per_project=spent, **said
    )


def test_it_has_the_plants_that_everybody_sees_with_their_growth_and_how_long_visitors_stay() -> None:
    moss = ProjectFactory.create(slug="moss", status=ProjectStatus.FEATURED, position_x=1.5)
    fern = ProjectFactory.create(slug="fern")
    for kept_back in (
        {"visibility": Visibility.UNLISTED},
        {"visibility": Visibility.ANONYMOUS},
        {"visibility": Visibility.PRIVATE},
        {"hidden_by_source": True},
        {"status": ProjectStatus.ARCHIVED},
        {"status": ProjectStatus.PROPOSED},
    ):
        ProjectFactory.create(**kept_back)
    for stage in (GrowthStage.SEED, GrowthStage.SPROUT, GrowthStage.GROWING):
        GrowthLog.objects.create(project=moss, new_stage=stage, growth_factor=0.1)
    visit(1, {str(moss.pk): 10.0, str(fern.pk): 5.0})
    visit(2, {str(moss.pk): 30.0})
    visit(3, {str(moss.pk): 500.0}, set_aside=SetAside.OWNER_SAYS)

    refresh_summary()

    found = rows()
    assert set(found) == set(Project.objects.in_garden().values_list("slug", flat=True)) == {"moss", "fern"}
    assert found["moss"] | {"id": None} == {
        "id": None,
        "slug": "moss",
        "name": moss.name,
        "growth_stage": moss.growth_stage,
        "position_x": 1.5,
        "position_y": moss.position_y,
        "position_z": moss.position_z,
        "growth_events": 3,
        "avg_visit_time": 20.0,
    }
    assert (found["fern"]["growth_events"], found["fern"]["avg_visit_time"]) == (0, 5.0)


def test_it_makes_way_for_migrations_and_is_back_when_all_have_run() -> None:
    summary.take_down(connection)
    summary.put_up(connection)
    summary.put_up(connection)  # it is there: nothing to do
    ProjectFactory.create(slug="ivy")
    refresh_summary()
    assert set(rows()) == {"ivy"}


def test_it_waits_for_the_migrations_that_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    summary.take_down(connection)
    monkeypatch.setattr("greenhouse.run.summary.MigrationExecutor.migration_plan", lambda *_: ["one more"])
    summary.put_up(connection)
    with connection.cursor() as cursor:
        assert summary.NAME not in [table.name for table in connection.introspection.get_table_list(cursor)]
