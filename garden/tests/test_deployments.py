"""Deployments: kept once, shown while they are news, and only where everyone may see the plant."""

from __future__ import annotations

from datetime import timedelta

import pytest

from garden import recording
from garden.deployments import EVENT_MAX_AGE
from garden.drafts import ActivityDraft
from garden.models import GardenEvent, Project
from garden.tests.factories import NOW, ProjectFactory
from garden.vocabulary import ActivityKind, DeploymentStatus, EventType, Visibility

pytestmark = pytest.mark.django_db


def deployed(project: Project, *, ago: timedelta = timedelta(0), status: str = DeploymentStatus.SUCCESS) -> bool:
    draft = ActivityDraft(
        kind=ActivityKind.DEPLOYMENT, external_id=f"3:{status}", occurred_at=NOW - ago, data={"status": status}
    )
    return bool(recording.record_activities(project=project, drafts=[draft], source="test", now=NOW).new)


def events() -> list[GardenEvent]:
    return list(GardenEvent.objects.filter(event_type=EventType.DEPLOYMENT))


def test_a_deployment_is_kept_and_shown_once() -> None:
    project = ProjectFactory.create()
    assert deployed(project) is True
    assert deployed(project) is False
    (event,) = events()
    assert event.data == {
        "project_id": str(project.pk),
        "repository": project.name,
        "status": "success",
        "effect": "bloom",
        "duration": 30_000,
        "intensity": 1.0,
    }
    assert project.activities.count() == 1


def test_one_that_failed_is_looked_after_with_concern() -> None:
    assert deployed(ProjectFactory.create(), status=DeploymentStatus.FAILURE)
    (event,) = events()
    assert (event.data["effect"], event.data["duration"], event.data["level"]) == ("concern", 10_000, 0.6)
    assert "intensity" not in event.data


def test_what_a_bot_ships_blooms_too_and_keeps_its_plant_alive() -> None:
    project = ProjectFactory.create(last_activity_at=None)
    draft = ActivityDraft(
        kind=ActivityKind.DEPLOYMENT,
        external_id="3:success",
        occurred_at=NOW,
        author="github-actions[bot]",
        login="github-actions[bot]",
        data={"status": DeploymentStatus.SUCCESS},
    )
    recording.record_activities(project=project, drafts=[draft], source="test", now=NOW)
    assert len(events()) == 1
    project.refresh_from_db()
    assert project.last_activity_at == NOW


def test_one_that_did_not_end_in_a_known_way_is_kept_and_not_shown() -> None:
    assert deployed(ProjectFactory.create(), status="cancelled")
    assert events() == []


def test_a_deployment_of_long_ago_is_kept_and_not_shown() -> None:
    assert deployed(ProjectFactory.create(), ago=EVENT_MAX_AGE) is True
    assert events() == []


def test_a_deployment_of_a_plant_that_is_not_public_is_not_shown() -> None:
    assert deployed(ProjectFactory.create(visibility=Visibility.PRIVATE)) is True
    assert events() == []
