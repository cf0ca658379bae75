"""No thread keeps a connection to the database that it asked something of once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.http import HttpRequest
from django.urls import get_resolver
from django.utils import timezone

from garden import announcements
from garden.vocabulary import AnnouncementLevel, WeatherType
from greenhouse import sky
from greenhouse.site import errors
from greenhouse.sky import sky_last_seen, sky_now

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

STATUSES = (400, 403, 404, 500)


@pytest.fixture
def never_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has read no sky yet."""
    monkeypatch.setattr(sky, "_seen", None)


def page_of(status: int) -> str:
    request = HttpRequest()
    request.path = "/nothing/"
    response = get_resolver().resolve_error_handler(status)(request)
    assert response.status_code == status
    return str(response.content.decode())


@pytest.mark.django_db
@pytest.mark.usefixtures("never_looked")
@pytest.mark.parametrize("status", STATUSES)
def test_the_page_of_an_error_asks_the_database_nothing(
    status: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        page_of(status)
        errors.unavailable(HttpRequest())
    sky_now(timezone.now())
    with django_assert_num_queries(0):
        page_of(status)


@pytest.mark.django_db
@pytest.mark.usefixtures("never_looked")
def test_it_stands_under_the_sky_that_was_seen_last_for_an_hour() -> None:
    now = timezone.now()
    announcements.announce(
        message="Back on Monday.", level=AnnouncementLevel.INFO, until=now + timedelta(minutes=30), now=now
    )
    sky_now(now)
    assert sky._seen
    sky._seen = replace(sky._seen, weather={**sky._seen.weather, "weather_type": WeatherType.STORMY})
    assert "Back on Monday." in page_of(404)
    assert sky_last_seen(now + timedelta(minutes=20)).weather["weather_type"] == WeatherType.STORMY
    assert sky_last_seen(now + timedelta(minutes=40)).announcement is None
    sky._seen = replace(sky._seen, weather={**sky._seen.weather, "weather_type": "of an hour ago"})
    assert sky_last_seen(now + timedelta(minutes=61)).weather["weather_type"] in set(WeatherType)
