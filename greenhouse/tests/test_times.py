"""Times are true: the API's are UTC, the pages' are the garden's, and each says which it is."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.urls import reverse

from common.clock import local_words, zone_words
from garden import selectors
from garden import services as garden
from garden.models import Project
from garden.tests.factories import ProjectFactory
from garden.vocabulary import InteractionKind
from integrations.models import SyncRun
from integrations.providers.base import Payload
from integrations.providers.openmeteo import OpenMeteo
from weather import services as weather
from weather.models import WeatherState
from weather.tests.factories import seen

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 3, 3, 49, tzinfo=UTC)
AMERICAN = re.compile(r"\b[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}|\b\d{1,2}/\d{1,2}/\d{4}|\b[ap]\.m\.|\bnoon\b|\bmidnight\b")
A_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d[^\"\s<]*")
WITH_TIMES = (
    "garden/",
    "garden/health/",
    "garden/weather/",
    "events/?since={before}",
    "integrations/status/",
    "integrations/github/recent-activity/",
    "projects/",
    "skills/",
    "skills/constellation/",
    "weather/forecast/",
    "weather/mood/",
    "weather/trends/",
)


@pytest.fixture(autouse=True)
def _a_morning_in_tokyo(settings: Settings, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)
    settings.TIME_ZONE, settings.TIME_ZONE_BY_PLACE = "Asia/Tokyo", False


@pytest.fixture
def plant() -> Project:
    """A plant that was visited, under a sky that was looked at."""
    found = ProjectFactory.create(planted_date=NOW - timedelta(days=90), last_activity_at=NOW - timedelta(hours=1))
    garden.grow(project=found, now=NOW, source="test")
    garden.interact(project=found, kind=InteractionKind.WATER, visitor=None, now=NOW)
    weather.observe(drafts=[seen(at=NOW - timedelta(minutes=5))], source="openmeteo", now=NOW)
    SyncRun.objects.create(provider="openmeteo", trigger="schedule", status="succeeded", ended_at=NOW)
    return found


def page(client: Client, path: str = "/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_time_of_the_api_is_utc_whatever_the_time_zone_is(admin_client: Client, plant: Project) -> None:
    before = selectors.seq_range()[0] - 1  # PostgreSQL numbers on from other tests
    for path in (*[path.format(before=before) for path in WITH_TIMES], f"projects/{plant.pk}/"):
        answer = admin_client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, path
        found = A_TIME.findall(answer.content.decode())
        assert found or path in ("integrations/github/recent-activity/", "skills/", "skills/constellation/"), path
        assert [one for one in found if not one.endswith("Z")] == [], path


def test_pages_tell_the_hour_of_the_time_zone_and_name_it(client: Client, plant: Project) -> None:
    for path in ("/", plant.get_absolute_url(), "/skills/"):
        told = page(client, path)
        assert "UTC" not in told, path
        if path != "/skills/":
            assert "12:49 in Tokyo" in told, path


def test_the_console_names_the_zone_of_its_times(admin_client: Client, plant: Project) -> None:
    told = page(admin_client, "/admin/")
    assert " in Tokyo" in told
    assert "UTC" not in told
    assert "UTC" not in page(admin_client, reverse("admin:weather_weatherstate_changelist"))


def forecast(zone: str | None, offset: int) -> dict[str, Any]:
    """An answer of the service, whose times are the place's own."""
    (sample,) = OpenMeteo().samples(NOW).values()
    clock = NOW + timedelta(seconds=offset)
    current = {**sample["current"], "time": f"{clock:%Y-%m-%dT%H:%M}"}
    return {**sample, "current": current, "timezone": zone, "utc_offset_seconds": offset}


@pytest.mark.parametrize(
    ("zone", "offset", "told"),
    [
        ("Asia/Tokyo", 32400, "12:49 in Tokyo"),
        ("America/New_York", -14400, "23:49 in New York"),
        ("Etc/UTC", 0, "03:49 UTC"),
        ("../../etc/passwd", 20700, "09:34 UTC+05:45"),
        (None, 19800, "09:19 UTC+05:30"),
        ("Europe", 20700, "09:34 UTC+05:45"),  # a directory of zones
        ("x" * 300, 20700, "09:34 UTC+05:45"),
    ],
)
def test_without_a_time_zone_it_is_the_hour_of_the_place_as_the_weather_service_tells_it(
    client: Client, settings: Settings, zone: str | None, offset: int, told: str
) -> None:
    settings.TIME_ZONE, settings.TIME_ZONE_BY_PLACE = "UTC", True
    assert "03:49 UTC" in page(client)  # nobody has looked yet
    drafts = OpenMeteo().parse(Payload("the sky", "forecast", forecast(zone, offset)))
    weather.observe(drafts=drafts, source="openmeteo", now=NOW)  # type: ignore[arg-type]
    assert told in page(client)
    if "UTC" not in told:
        assert "UTC" not in page(client)


def test_a_zone_is_named_by_its_town_or_by_how_far_it_is_from_utc() -> None:
    zones = ("America/Argentina/Buenos_Aires", "UTC", "Etc/GMT-3", "Japan")
    assert [zone_words(ZoneInfo(name), NOW) for name in zones] == ["in Buenos Aires", "UTC", "UTC+03:00", "UTC+09:00"]
    assert local_words(NOW, "H:i", timezone(timedelta(hours=-2))) == "01:49 UTC-02:00"
    assert local_words(NOW) == "3 June 2026, 12:49 in Tokyo"
    assert local_words(NOW, "DATE_FORMAT") == "3 June 2026"


def test_lists_of_the_console_have_the_dates_of_the_pages(admin_client: Client, plant: Project) -> None:
    listed = []
    for model in admin.site._registry:
        answer = admin_client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        if answer.status_code != 200:
            continue  # some are a page of their own
        table = answer.content.decode().partition('id="changelist-form"')[2]
        assert AMERICAN.findall(table) == [], model
        listed += [model] if "3 June 2026, 12:49" in table else []
    assert {WeatherState, SyncRun} <= set(listed)


def test_the_history_of_a_row_has_them_too(admin_client: Client, admin_user: User, plant: Project) -> None:
    LogEntry.objects.log_actions(admin_user.pk, Project.objects.all(), CHANGE, "Changed by hand.", single_object=True)
    told = page(admin_client, reverse("admin:garden_project_history", args=[plant.pk]))
    assert "3 June 2026, 12:49" in told
    assert AMERICAN.findall(told.partition("<main")[2]) == []


def test_a_form_takes_iso_dates_and_no_guess_at_the_order_of_day_and_month() -> None:
    field = forms.DateField()
    assert {field.clean(one) for one in ("2026-06-03", "3 June 2026", "3 Jun 2026")} == {date(2026, 6, 3)}
    with pytest.raises(ValidationError):
        field.clean("03/06/2026")
