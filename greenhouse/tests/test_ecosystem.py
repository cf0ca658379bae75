"""`garden/health` tells how each part of the garden does, and of when its data is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from garden.models import Project
from garden.tests.factories import ProjectFactory
from garden.vocabulary import Visibility
from integrations.models import SyncRun, SyncStatus, SyncTrigger
from skills.services import sync_from_projects
from weather import services as weather

pytestmark = pytest.mark.django_db


def components() -> Any:
    answer = APIClient().get("/api/v1/garden/health/")
    assert answer.status_code == 200
    return answer.json()["components"]


def test_an_empty_garden_has_all_its_components() -> None:
    told = components()
    assert set(told) == {"projects", "weather", "skills", "integrations", "live"}
    assert all(set(part) == {"status", "detail", "as_of"} and part["detail"] for part in told.values())
    assert (told["projects"]["status"], told["projects"]["as_of"]) == ("ok", None)
    assert told["weather"]["status"] == "degraded"  # nobody looked yet


def test_each_says_how_much_there_is_and_of_when_it_is() -> None:
    now = timezone.now()
    ProjectFactory.create(vitality=0.9, grown_at=now, technologies=["Python", "Django"])
    ProjectFactory.create(visibility=Visibility.PRIVATE, grown_at=now - timedelta(days=9))
    sync_from_projects(now=now)
    weather.update_mood(now=now)
    told = components()
    assert told["projects"]["detail"] == "1 plants, 1 of them thriving and 0 resting"
    assert told["projects"]["status"] == told["weather"]["status"] == told["skills"]["status"] == "ok"
    assert told["skills"]["detail"].startswith("2 skills in ")
    assert all(told[name]["as_of"] for name in ("projects", "weather", "skills", "live"))


def test_plants_that_nobody_looked_at_for_hours_are_said_to_be_old() -> None:
    ProjectFactory.create(grown_at=timezone.now())
    assert components()["projects"]["status"] == "ok"
    Project.objects.update(grown_at=timezone.now() - timedelta(hours=4))
    assert components()["projects"]["status"] == "degraded"


def test_an_integration_that_fails_degrades_them(settings: Any) -> None:
    settings.GITHUB_USERNAME = "ada"
    assert components()["integrations"]["status"] == "ok"
    now = timezone.now()
    SyncRun.objects.create(
        provider="github", status=SyncStatus.FAILED, trigger=SyncTrigger.OWNER, requested_at=now, ended_at=now
    )
    told = components()["integrations"]
    assert told["status"] == "degraded"
    assert told["detail"].endswith("1 of them failing")
