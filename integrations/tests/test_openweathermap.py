"""The sky with a key: which service is asked, what is kept, what a bad key leads to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from integrations import registry, sync
from integrations.models import Account, SyncRun, SyncStatus, SyncTrigger
from integrations.providers.base import Payload
from integrations.providers.openweathermap import CURRENT, FORECAST, OpenWeatherMap
from integrations.tests.github_stub import Reply, Stub
from integrations.tests.scheduled import turn
from weather.models import SkyObservation
from weather.sky import Condition

if TYPE_CHECKING:
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db
SKIES = ("openweathermap", "openmeteo")
NOW = datetime(2026, 6, 15, 12, 5, tzinfo=UTC)
BEGIN = int(datetime(2026, 6, 15, 12, tzinfo=UTC).timestamp())


def step(hours: int, code: int, low: float, high: float) -> dict[str, Any]:
    """A step of the forecast, after the service's documentation; temperatures in kelvin."""
    main = {"temp": (low + high) / 2, "temp_min": low, "temp_max": high, "pressure": 1012, "humidity": 70}
    return {"dt": BEGIN + 3600 * hours, "main": main, "weather": [{"id": code, "main": "x"}], "pop": 0.4}


NOW_SAID: dict[str, Any] = {
    **step(0, 211, 291.15, 293.15),
    "clouds": {"all": 75},
    "wind": {"speed": 6.1, "deg": 200},
    "timezone": 7200,
    "cod": 200,
}
AHEAD: dict[str, Any] = {
    "cod": "200",
    "list": [step(3, 500, 289.15, 290.15), step(9, 500, 285.15, 286.15), step(12, 800, 284.15, 300.15)],
}


@pytest.fixture
def sky(stub: Stub, settings: Settings, time_machine: TimeMachineFixture) -> Stub:
    """A weather service on loopback that the owner has a key for."""
    settings.OPENWEATHER_API_URL, settings.OPENWEATHERMAP_RATE_LIMIT = stub.url, 10_000
    settings.ENABLE_OPENWEATHERMAP_INTEGRATION, settings.ENABLE_MOCK_DATA = True, False
    settings.WEATHER_API_KEY, settings.OPENMETEO_API_URL = "the-key", stub.url
    settings.GARDEN_LATITUDE, settings.GARDEN_LONGITUDE = 52.5234, 13.4114
    time_machine.move_to(NOW, tick=False)
    stub.on(CURRENT, Reply(NOW_SAID))
    stub.on(FORECAST, Reply(AHEAD))
    return stub


def look() -> SyncRun:
    provider = registry.provider("openweathermap")
    run = sync.request(provider=provider, trigger=SyncTrigger.COMMAND, now=timezone.now())
    return sync.perform(run, provider=provider)


def test_an_answer_becomes_a_draft_in_celsius_and_days_by_the_places_calendar() -> None:
    (draft,) = OpenWeatherMap().parse(Payload("the sky", "weather", {"current": NOW_SAID, "forecast": AHEAD}))
    assert draft.condition == Condition.THUNDERSTORM  # type: ignore[union-attr]
    assert (draft.temperature, draft.wind_speed, draft.cloud_cover) == (19.0, 6.1, 0.75)  # type: ignore[union-attr]
    assert draft.utc_offset == 7200  # type: ignore[union-attr]
    assert [hour.condition for hour in draft.hours] == [Condition.RAIN, Condition.RAIN, Condition.CLEAR]  # type: ignore[union-attr]
    # At 24:00 UTC the next day has begun, two hours east.
    assert [(day.day, day.low, day.high) for day in draft.days] == [  # type: ignore[union-attr]
        (date(2026, 6, 15), 12.0, 17.0),
        (date(2026, 6, 16), 11.0, 27.0),
    ]


def test_what_cannot_be_measured_is_not_said() -> None:
    steps = [{**AHEAD["list"][0], "pop": "often"}, {**AHEAD["list"][0], "main": {"temp": float("nan")}}]
    said = {"current": {**NOW_SAID, "main": {"temp": float("inf")}}, "forecast": {"list": steps}}
    (draft,) = OpenWeatherMap().parse(Payload("the sky", "weather", said))
    assert (draft.temperature, draft.humidity, draft.pressure) == (None, None, None)  # type: ignore[union-attr]
    assert [(hour.temperature, hour.chance) for hour in draft.hours] == [(16.5, None), (None, 0.4)]  # type: ignore[union-attr]
    assert [(day.low, day.high) for day in draft.days] == [(16.0, 17.0)]  # type: ignore[union-attr]


def test_a_key_makes_it_the_service_that_is_asked(sky: Stub) -> None:
    assert turn(*SKIES) == {"openweathermap": SyncStatus.SUCCEEDED}
    assert SkyObservation.objects.get().source == "openweathermap"
    (request,) = sky.asked(CURRENT)
    assert request.query == {"lat": "52.52", "lon": "13.41", "appid": "the-key"}


def test_a_key_stored_in_the_admin_does_as_well(sky: Stub, settings: Settings) -> None:
    settings.WEATHER_API_KEY = ""
    account = Account(provider="openweathermap")
    account.token = "another-key"
    account.save()
    assert turn(*SKIES) == {"openweathermap": SyncStatus.SUCCEEDED}
    assert sky.asked(CURRENT)[0].query["appid"] == "another-key"


@pytest.mark.parametrize("off", ["setting", "account"])
def test_switched_off_the_key_is_left_aside(sky: Stub, settings: Settings, off: str) -> None:
    settings.ENABLE_OPENWEATHERMAP_INTEGRATION = off != "setting"
    Account.objects.create(provider="openweathermap", enabled=off != "account")
    assert list(turn(*SKIES)) == ["openmeteo"]


def test_a_key_that_is_not_taken_says_what_to_do_and_never_shows(sky: Stub, time_machine: TimeMachineFixture) -> None:
    look()
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    sky.on(CURRENT, Reply({"cod": 401, "message": "Invalid API key."}, 401))
    run = look()
    assert (run.status, run.error_code) == (SyncStatus.FAILED, "unauthorized")
    assert "WEATHER_API_KEY" in run.fix
    assert "the-key" not in f"{run.error} {run.fix}"
    assert SkyObservation.objects.count() == 1


def test_without_a_key_it_is_not_connected(sky: Stub, settings: Settings) -> None:
    settings.WEATHER_API_KEY = ""
    assert list(turn(*SKIES)) == ["openmeteo"]


def test_the_samples_are_an_answer_like_any_other(settings: Settings) -> None:
    settings.ENABLE_MOCK_DATA, settings.WEATHER_API_KEY = True, "any"
    assert turn(*SKIES) == {"openweathermap": SyncStatus.SUCCEEDED}
    assert len(SkyObservation.objects.get().forecast["hours"]) == 40
    assert sync.check(registry.provider("openweathermap")).startswith("OpenWeatherMap sees: rain, 16 °C")


def test_a_key_that_cannot_be_opened_is_told_in_a_run(sky: Stub, settings: Settings) -> None:
    settings.WEATHER_API_KEY = ""
    Account.objects.create(provider="openweathermap", token_encrypted=b"of another key")

    assert turn(*SKIES) == {"openweathermap": "failed"}

    run = SyncRun.objects.get()
    assert (run.provider, run.error_code, run.ended_at) == ("openweathermap", "credential_unreadable", NOW)
