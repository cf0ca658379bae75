"""Deployments: kept once, shown while they are news, and only where everyone may see the plant."""

from __future__ import annotations

from datetime import timedelta

import pytest

from garden.deployments import DEPLOYMENT_IS_RECENT, record_deployment
from garden.drafts import ActivityDraft
from garden.models import GardenEvent, Project
from garden.tests.factories import NOW, ProjectFactory
from garden.vocabulary import ActivityKind, DeploymentStatus, EventType, Visibility

pytestmark = pytest.mark.django_db


def deployed(project: Project, *, ago: timedelta = timedelta(0)) -> bool:
    draft = ActivityDraft(kind=ActivityKind.DEPLOYMENT, external_id="3:success", occurred_at=NOW - ago)
    return record_deployment(project=project, draft=draft, status=DeploymentStatus.SUCCESS, source="test", now=NOW)


def events() -> list[GardenEvent]:
    return list(GardenEvent.objects.filter(event_type=EventType.DEPLOYMENT))


def test_a_deployment_is_kept_and_shown_once() -> None:
    project = ProjectFactory.create()
    assert deployed(project) is True
    assert deployed(project) is False
    (event,) = events()
    assert event.data["effect"] == "bloom"
    assert event.data["project_id"] == str(project.pk)
    assert project.activities.count() == 1


def test_a_deployment_of_long_ago_is_kept_and_not_shown() -> None:
    assert deployed(ProjectFactory.create(), ago=DEPLOYMENT_IS_RECENT) is True
    assert events() == []


def test_a_deployment_of_a_plant_that_is_not_public_is_not_shown() -> None:
    assert deployed(ProjectFactory.create(visibility=Visibility.PRIVATE)) is True
    assert events() == []
