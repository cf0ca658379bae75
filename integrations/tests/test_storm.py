"""A push of many commits is a storm in the garden."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from garden import reactions
from garden.models import GardenEvent, Project
from garden.vocabulary import EventType, Visibility
from integrations import tasks
from integrations.models import DeliveryStatus, WebhookDelivery
from integrations.tests.test_github_hooks import push
from weather.models import WeatherOverride, WeatherState

if TYPE_CHECKING:
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(settings: Settings, time_machine: TimeMachineFixture) -> None:
    settings.GITHUB_USERNAME = "ada"
    time_machine.move_to(NOW, tick=False)


def pushed(number: int, *, name: str = "one", **more: Any) -> None:
    """A delivery of so many commits, worked on."""
    first = push()["commits"][0]
    payload = push(commits=[{**first, "id": f"{one:040x}", **more} for one in range(1, number + 1)])
    WebhookDelivery.objects.create(
        provider="github",
        delivery_id=name,
        event="push",
        content_type="application/json",
        body=json.dumps(payload).encode(),
        received_at=NOW,
        next_attempt_at=NOW,
    )
    tasks.sweep()
    reactions.run(now=timezone.now())
    assert WebhookDelivery.objects.get(delivery_id=name).status == DeliveryStatus.PROCESSED


def test_six_commits_in_one_push_are_a_storm_of_half_an_hour() -> None:
    pushed(6)
    (storm,) = WeatherOverride.objects.all()
    assert (storm.weather_type, storm.intensity, storm.ends_at) == ("stormy", 0.8, NOW + timedelta(minutes=30))
    state = WeatherState.objects.get(ended_at=None)
    assert (state.weather_type, state.intensity) == ("stormy", 0.8)
    told = GardenEvent.objects.filter(event_type=EventType.WEATHER_CHANGE).latest("seq").data
    assert (told["weather_type"], told["intensity"]) == ("stormy", 0.8)


def test_five_commits_are_none() -> None:
    pushed(5)
    assert not WeatherOverride.objects.exists()


def test_the_same_push_again_is_no_second_storm() -> None:
    pushed(6)
    pushed(6, name="the same push under another number")
    assert WeatherOverride.objects.count() == 1


def test_a_push_of_old_commits_is_no_storm() -> None:
    pushed(9, timestamp="2025-01-10T09:00:00+01:00")
    assert not WeatherOverride.objects.exists()


def test_a_push_to_what_visitors_do_not_see_is_no_storm() -> None:
    pushed(1, name="first")
    Project.objects.update(visibility=Visibility.PRIVATE)
    pushed(9, name="second")
    assert not WeatherOverride.objects.exists()
