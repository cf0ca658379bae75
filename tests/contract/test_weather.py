"""What weather services really sent, and published: every file beside the project is understood.

The recordings lie beside the project; where they are not, these tests are skipped.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from garden.vocabulary import Precipitation
from integrations import connections, registry, sync
from integrations.models import SyncRun, SyncStatus, SyncTrigger
from integrations.providers import openmeteo, openweathermap
from integrations.providers.base import Payload
from integrations.tests.github_stub import Reply, Stub, serving
from weather.drafts import SkyDraft
from weather.models import SkyObservation, WeatherState
from weather.sky import Condition, openweathermap_condition, precipitation_of, wmo_condition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings
    from time_machine import TimeMachineFixture

WEATHER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "weather"
READ = {  # every file there is, by who reads it
    "open-meteo-current.san-francisco.json",
    "open-meteo-error-rate-limited.json",
    "open-meteo-forecast.berlin.json",
    "open-meteo-forecast.copenhagen.json",
    "open-meteo-forecast.london.json",
    "openweathermap-current.rain.json",
    "openweathermap-error-401-invalid-key.json",
    "openweathermap-error-not-found.json",
    "openweathermap-forecast.cape-town.json",
    "openweathermap-forecast.entry.json",
    "openweathermap-onecall-3.documented.json",
    "openweathermap-onecall.bolzano.json",
    "openweathermap-search-two-places.json",
    "wmo-weather-codes.json",
}
pytestmark = [
    pytest.mark.contract,
    pytest.mark.django_db,
    pytest.mark.skipif(not WEATHER.is_dir(), reason="the recordings of weather services are not beside the project"),
]


def said(name: str) -> Any:
    return json.loads((WEATHER / name).read_bytes())


def open_meteo(name: str) -> SkyDraft:
    (draft,) = openmeteo.OpenMeteo().parse(Payload("the sky", "forecast", said(name)))
    assert isinstance(draft, SkyDraft)
    return draft


@pytest.fixture
def stub(settings: Settings) -> Iterator[Stub]:
    """A server that says what the services said."""
    with serving() as started:
        settings.OPENMETEO_API_URL = settings.OPENWEATHER_API_URL = started.url
        settings.OPENMETEO_RATE_LIMIT = settings.OPENWEATHERMAP_RATE_LIMIT = 10_000
        settings.WEATHER_API_KEY, settings.ENABLE_MOCK_DATA = "a-key", False
        yield started


def looked(slug: str) -> SyncRun:
    provider = registry.provider(slug)
    run = sync.request(provider=provider, trigger=SyncTrigger.COMMAND, now=timezone.now())
    return sync.perform(run, provider=provider)


def test_no_file_is_left_out() -> None:
    assert {path.name for path in WEATHER.iterdir()} == READ


def test_every_wmo_code_has_a_word_and_others_have_the_default() -> None:
    words = {int(code): text for code, text in said("wmo-weather-codes.json")["codes"].items()}
    assert all(wmo_condition(code) != Condition.UNKNOWN for code in words)
    assert all(wmo_condition(code) == Condition.UNKNOWN for code in range(-1, 101) if code not in words)
    falling = {"Drizzle": "rain", "Rain": "rain", "Freezing": "rain", "Thunderstorm": "rain", "Snow": "snow"}
    for code, text in words.items():
        fog = "fog" in text.lower()
        expected = Precipitation.FOG if fog else falling.get(text.split()[0].rstrip(":"), "clear")
        assert precipitation_of(wmo_condition(code)) == expected, text


def test_a_night_of_drizzle_in_copenhagen() -> None:
    draft = open_meteo("open-meteo-forecast.copenhagen.json")
    assert draft.observed_at == datetime(2026, 7, 26, 21, tzinfo=UTC)
    assert (draft.condition, draft.temperature, draft.wind_speed) == (Condition.DRIZZLE, 16.8, 2.5)
    assert (draft.humidity, draft.pressure, draft.cloud_cover) == (0.84, 996.7, None)
    assert len(draft.hours) == 48
    assert draft.hours[0].at == draft.observed_at
    assert all(hour.condition != Condition.UNKNOWN and hour.temperature is not None for hour in draft.hours)
    assert [day.day for day in draft.days] == [date(2026, 7, 26) + timedelta(days=ahead) for ahead in range(5)]


def test_a_day_in_london_with_wind_in_other_units() -> None:
    draft = open_meteo("open-meteo-forecast.london.json")
    assert (draft.condition, draft.wind_speed) == (Condition.PARTLY_CLOUDY, round(16.6 / 3.6, 2))
    assert draft.observed_at == datetime(2026, 7, 2, 9, 30, tzinfo=UTC)
    assert [day.condition for day in draft.days] == [Condition.OVERCAST] * 5


def test_a_morning_in_berlin_whose_days_say_only_temperatures() -> None:
    draft = open_meteo("open-meteo-forecast.berlin.json")
    assert (draft.condition, draft.temperature, draft.humidity) == (Condition.PARTLY_CLOUDY, 10.2, 0.75)
    assert (draft.days[0].low, draft.days[0].high, draft.days[0].condition) == (7.1, 16.8, Condition.UNKNOWN)


def test_a_clear_sky_over_san_francisco_and_nothing_else() -> None:
    draft = open_meteo("open-meteo-current.san-francisco.json")
    assert (draft.condition, draft.observed_at) == (Condition.CLEAR, datetime(2026, 9, 5, 17, 30, tzinfo=UTC))
    assert (list(draft.hours), list(draft.days)) == ([], [])


def test_rain_in_zocca_with_the_forecast_of_cape_town() -> None:
    payload = {
        "current": said("openweathermap-current.rain.json"),
        "forecast": said("openweathermap-forecast.cape-town.json"),
    }
    (draft,) = openweathermap.OpenWeatherMap().parse(Payload("the sky", "weather", payload))
    assert isinstance(draft, SkyDraft)
    assert (draft.condition, draft.temperature, draft.wind_speed) == (Condition.RAIN, 25.3, 0.62)
    assert (draft.humidity, draft.cloud_cover, draft.pressure) == (0.64, 1.0, 1015.0)
    assert draft.observed_at == datetime(2022, 8, 30, 14, 43, 12, tzinfo=UTC)
    assert len(draft.hours) == 40
    assert draft.hours[0].chance == 0.26
    assert len(draft.days) == 5
    assert all(-10 < (day.low or 0) <= (day.high or 0) < 45 for day in draft.days)


def test_one_published_entry_of_a_forecast_is_understood() -> None:
    payload = {
        "current": said("openweathermap-current.rain.json"),
        "forecast": {"list": [said("openweathermap-forecast.entry.json")]},
    }
    (draft,) = openweathermap.OpenWeatherMap().parse(Payload("the sky", "weather", payload))
    assert isinstance(draft, SkyDraft)
    assert [(hour.condition, hour.temperature, hour.chance) for hour in draft.hours] == [(Condition.RAIN, 23.6, 0.32)]


@pytest.mark.parametrize(
    "name",
    [
        "openweathermap-onecall-3.documented.json",
        "openweathermap-onecall.bolzano.json",
        "openweathermap-search-two-places.json",
        "openweathermap-forecast.cape-town.json",
    ],
)
def test_every_condition_that_openweathermap_sends_has_a_word(name: str) -> None:
    def ids(value: Any) -> Iterator[int]:
        if isinstance(value, dict):
            yield from (entry["id"] for entry in value.get("weather", []))
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from ids(inner)

    found = set(ids(said(name)))
    assert found
    assert all(openweathermap_condition(code) != Condition.UNKNOWN for code in found)


def test_a_recorded_answer_comes_all_the_way_into_the_garden(
    stub: Stub, time_machine: TimeMachineFixture, settings: Settings
) -> None:
    settings.GARDEN_LATITUDE, settings.GARDEN_LONGITUDE = 55.75, 12.5
    time_machine.move_to(datetime(2026, 7, 26, 21, 5, tzinfo=UTC), tick=False)
    stub.on(openmeteo.FORECAST, Reply(said("open-meteo-forecast.copenhagen.json")))
    assert looked("openmeteo").status == SyncStatus.SUCCEEDED
    state = WeatherState.objects.get(ended_at=None)
    assert (state.actual_weather, state.precipitation, state.time_of_day) == ("drizzle", "rain", "night")


def test_a_service_that_is_asked_too_often_is_left_alone(stub: Stub) -> None:
    stub.on(openmeteo.FORECAST, Reply(said("open-meteo-error-rate-limited.json"), 429, {"Retry-After": "3600"}))
    run = looked("openmeteo")
    assert (run.status, run.error_code) == (SyncStatus.FAILED, "rate_limited")
    assert connections.next_try_at(registry.provider("openmeteo"), now=timezone.now())


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("openweathermap-error-401-invalid-key.json", 401, "unauthorized"),
        ("openweathermap-error-not-found.json", 404, "not_found"),
        ("openweathermap-onecall-3.documented.json", 200, "unexpected_answer"),
        ("openweathermap-search-two-places.json", 200, "unexpected_answer"),
    ],
)
def test_what_is_no_weather_changes_nothing(stub: Stub, name: str, status: int, code: str) -> None:
    stub.on(openweathermap.CURRENT, Reply(said(name), status))
    stub.on(openweathermap.FORECAST, Reply(said("openweathermap-forecast.cape-town.json")))
    run = looked("openweathermap")
    assert (run.status, run.error_code) == (SyncStatus.FAILED, code)
    assert not SkyObservation.objects.exists()
