"""What the owner switched off is gone at once, and keeps its past."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from garden.tests.factories import ProjectFactory
from greenhouse.models import TaskHealth
from greenhouse.sky import sky_now
from greenhouse.web.page_cache import freshness_key
from owner.selectors import site_in_settings

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db


def test_forecasts_that_are_switched_off_are_on_no_page_and_in_no_answer(
    admin_client: Client, settings: Settings
) -> None:
    sentence = "It blooms in three weeks"
    said = {"stage": "blooming", "day": "2026-12-19", "days": 21, "error_days": 2.0, "sentence": sentence}
    project = ProjectFactory.create(vitality=1, forecast=said)
    addresses = [
        project.get_absolute_url(),
        f"/admin/garden/project/{project.pk}/change/",
        f"/api/v1/projects/{project.pk}/",
    ]
    for address in addresses:
        assert sentence in admin_client.get(address).content.decode(), address
    assert admin_client.get("/api/v1/garden/portfolio/").json()["next_stages"]

    settings.ENABLE_GROWTH_PREDICTION = False
    for address in addresses:
        assert sentence not in admin_client.get(address).content.decode(), address
    assert not admin_client.get("/api/v1/garden/portfolio/").json()["next_stages"]


def test_pages_are_told_not_to_tell_of_visits_and_visitors_read_that_nobody_is_counted(
    client: Client, settings: Settings
) -> None:
    assert " data-uncounted" not in client.get("/privacy/").content.decode()
    assert client.get("/privacy.json").json()["counts_visits"] is True

    settings.ENABLE_ANALYTICS = False
    page = client.get("/privacy/").content.decode()
    assert " data-uncounted" in page
    assert "Nobody is counted here" in page
    assert " data-uncounted" in client.get("/skills/").content.decode()
    assert client.get("/privacy.json").json()["counts_visits"] is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENABLE_ANALYTICS", False),
        ("ENABLE_WEBSOCKETS", False),
        ("ENABLE_REAL_TIME_EVENTS", False),
        ("ENABLE_GROWTH_PREDICTION", False),
        ("SITE_URL", "https://elsewhere.example.org"),
        ("OWNER_NAME", "Somebody Else"),
    ],
)
def test_a_page_that_is_kept_is_not_handed_out_once_a_setting_that_it_is_made_from_is_another(
    settings: Settings, name: str, value: object
) -> None:
    def key() -> str:
        return freshness_key(replace(sky, site=site_in_settings()), now)

    now = timezone.now()
    sky = sky_now(now)
    before = key()
    assert key() == before
    setattr(settings, name, value)
    assert key() != before


def test_a_task_that_is_switched_off_keeps_its_last_run(admin_client: Client) -> None:
    task = PeriodicTask.objects.get(task="garden.tasks.grow_all")
    address = f"/admin/django_celery_beat/periodictask/{task.pk}/change/"
    TaskHealth.objects.create(task=task.task, ended_at=timezone.now() - timedelta(hours=3), seconds=1)
    task.enabled = False
    task.save()

    assert task.last_run_at is None  # which is how the library has it
    assert "3\xa0hours ago" in admin_client.get(address).content.decode()
