"""The sky without a key: what is asked, what is kept, and what stays when the service fails."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from garden.models import GardenEvent, Project
from garden.vocabulary import EventType
from integrations import registry, sync
from integrations.models import SyncRun, SyncStatus, SyncTrigger
from integrations.providers.base import Connection, Payload
from integrations.providers.openmeteo import FORECAST, OpenMeteo
from integrations.tests.github_stub import Reply, Stub
from integrations.tests.scheduled import turn
from weather.drafts import DayDraft, HourDraft
from weather.models import Place, SkyObservation, WeatherState
from weather.sky import Condition

if TYPE_CHECKING:
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db
SKIES = ("openweathermap", "openmeteo")
NOW = datetime(2026, 6, 15, 12, 5, tzinfo=UTC)
# After the service's documentation: local times without offset, units beside the values.
ANSWER: dict[str, Any] = {
    "latitude": 52.52,
    "longitude": 13.419998,
    "utc_offset_seconds": 7200,
    "timezone": "Europe/Berlin",
    "current_units": {"temperature_2m": "°C", "wind_speed_10m": "m/s"},
    "current": {
        "time": "2026-06-15T14:00",
        "temperature_2m": 18.4,
        "relative_humidity_2m": 62,
        "weather_code": 61,
        "cloud_cover": 90,
        "wind_speed_10m": 4.2,
        "surface_pressure": 1008.1,
    },
    "hourly_units": {"temperature_2m": "°C"},
    "hourly": {
        "time": ["2026-06-15T12:00", "2026-06-15T14:00", "2026-06-15T15:00"],
        "temperature_2m": [17.0, 18.4, None],
        "weather_code": [3, 61, 95],
        "precipitation_probability": [10, 80, None],
    },
    "daily_units": {"temperature_2m_max": "°C"},
    "daily": {
        "time": ["2026-06-15", "2026-06-16"],
        "weather_code": [61, 0],
        "temperature_2m_min": [11.5, 12.0],
        "temperature_2m_max": [19.0, None],
    },
}


@pytest.fixture
def sky(stub: Stub, settings: Settings, time_machine: TimeMachineFixture) -> Stub:
    """A weather service on loopback, at a fixed moment."""
    settings.OPENMETEO_API_URL, settings.OPENMETEO_RATE_LIMIT = stub.url, 10_000
    settings.ENABLE_OPENMETEO_INTEGRATION, settings.ENABLE_MOCK_DATA = True, False
    settings.WEATHER_API_KEY = ""
    time_machine.move_to(NOW, tick=False)
    stub.on(FORECAST, Reply(ANSWER))
    return stub


def look() -> SyncRun:
    provider = registry.provider("openmeteo")
    run = sync.request(provider=provider, trigger=SyncTrigger.COMMAND, now=timezone.now())
    return sync.perform(run, provider=provider)


def test_an_answer_becomes_a_draft_in_utc_and_our_units() -> None:
    (draft,) = OpenMeteo().parse(Payload("the sky", "forecast", ANSWER))
    assert draft.observed_at == datetime(2026, 6, 15, 12, tzinfo=UTC)  # type: ignore[union-attr]
    assert (draft.condition, draft.temperature, draft.wind_speed) == (Condition.RAIN, 18.4, 4.2)  # type: ignore[union-attr]
    assert (draft.cloud_cover, draft.humidity, draft.pressure) == (0.9, 0.62, 1008.1)  # type: ignore[union-attr]
    assert draft.utc_offset == 7200  # type: ignore[union-attr]
    assert draft.hours == [  # type: ignore[union-attr]  # the one before the present is over
        HourDraft(datetime(2026, 6, 15, 12, tzinfo=UTC), Condition.RAIN, 18.4, 0.8),
        HourDraft(datetime(2026, 6, 15, 13, tzinfo=UTC), Condition.THUNDERSTORM, None, None),
    ]
    assert draft.days == [  # type: ignore[union-attr]
        DayDraft(date(2026, 6, 15), Condition.RAIN, 11.5, 19.0),
        DayDraft(date(2026, 6, 16), Condition.CLEAR, 12.0, None),
    ]


@pytest.mark.parametrize(
    ("unit", "said", "metres"), [("m/s", 5.0, 5.0), ("km/h", 18.0, 5.0), ("kn", 9.72, 5.0), ("mp/h", 11.18, 5.0)]
)
def test_wind_is_taken_in_the_unit_it_comes_in(unit: str, said: float, metres: float) -> None:
    answer = deepcopy(ANSWER)
    answer["current_units"]["wind_speed_10m"], answer["current"]["wind_speed_10m"] = unit, said
    (draft,) = OpenMeteo().parse(Payload("the sky", "forecast", answer))
    assert draft.wind_speed == pytest.approx(metres, abs=0.01)  # type: ignore[union-attr]


def test_fahrenheit_becomes_celsius() -> None:
    answer = deepcopy(ANSWER)
    answer["current_units"]["temperature_2m"], answer["current"]["temperature_2m"] = "°F", 68.0
    (draft,) = OpenMeteo().parse(Payload("the sky", "forecast", answer))
    assert draft.temperature == 20.0  # type: ignore[union-attr]


@pytest.mark.parametrize("said", [float("inf"), float("nan"), 1e308, "19", [19], True])
def test_what_cannot_be_measured_is_not_said(said: Any) -> None:
    answer = deepcopy(ANSWER)
    measured = ("temperature_2m", "wind_speed_10m", "surface_pressure")
    answer["current"] |= dict.fromkeys(measured, said)
    answer["hourly"]["temperature_2m"][0], answer["timezone"] = said, [said]
    (draft,) = OpenMeteo().parse(Payload("the sky", "forecast", answer))
    assert (draft.temperature, draft.wind_speed, draft.pressure, draft.zone) == (None, None, None, "")  # type: ignore[union-attr]
    assert draft.condition == Condition.RAIN  # type: ignore[union-attr]


def test_the_service_is_asked_for_the_owners_place_no_finer_than_a_town(sky: Stub) -> None:
    Place.objects.create(name="Lisbon", latitude=38.72, longitude=-9.14)
    assert look().status == SyncStatus.SUCCEEDED
    (request,) = sky.asked(FORECAST)
    assert (request.query["latitude"], request.query["longitude"]) == ("38.72", "-9.14")
    assert request.query["forecast_days"] == "5"


def test_a_look_is_kept_told_and_heard_by_the_mood(sky: Stub) -> None:
    run = look()
    assert run.counts["observations"] == 1
    seen = SkyObservation.objects.get()
    assert (seen.source, seen.condition, seen.precipitation) == ("openmeteo", "rain", "rain")
    (event,) = GardenEvent.objects.filter(event_type=EventType.WEATHER_UPDATED)
    assert event.data["condition"] == "rain"
    state = WeatherState.objects.get(ended_at=None)
    assert (state.actual_weather, state.precipitation) == ("rain", "rain")
    assert not Project.objects.exists()


def test_the_same_look_again_changes_nothing(sky: Stub) -> None:
    look()
    events = GardenEvent.objects.count()
    assert look().status == SyncStatus.SUCCEEDED
    assert SkyObservation.objects.count() == 1
    assert GardenEvent.objects.count() == events


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply({"error": True, "reason": "Latitude must be in range."}, 400), "refused"),
        (Reply(b"<html>down</html>"), "unexpected_answer"),
        (Reply({"error": True, "reason": "wait"}, 429, {"Retry-After": "7200"}), "rate_limited"),
        (Reply({"current": {"time": "today", "weather_code": 0}}), "unexpected_answer"),
        (
            Reply({"utc_offset_seconds": 10**9, "current": {"time": "2026-06-15T12:00", "weather_code": 0}}),
            "unexpected_answer",
        ),
        (Reply({}), "unexpected_answer"),
        (Reply([]), "unexpected_answer"),
    ],
)
def test_a_failure_says_why_and_keeps_the_last_good_sky_with_its_time(
    sky: Stub, reply: Reply, code: str, time_machine: TimeMachineFixture
) -> None:
    look()
    sky.on(FORECAST, reply)
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    run = look()
    assert (run.status, run.error_code) == (SyncStatus.FAILED, code)
    assert run.fix
    told = APIClient().get("/api/v1/weather/forecast/").json()
    assert (told["current"]["condition"], told["as_of"], told["stale"]) == ("rain", "2026-06-15T12:00:00Z", False)
    assert told["attribution"] == "Weather data by Open-Meteo.com (CC BY 4.0)"


def test_a_reason_of_the_service_is_passed_on(sky: Stub) -> None:
    sky.on(FORECAST, Reply({"error": True, "reason": "Latitude must be in range."}, 400))
    assert "It says: “Latitude must be in range”." in look().error


def test_a_code_that_nobody_documents_is_kept_as_unknown_and_has_no_say(sky: Stub) -> None:
    answer = deepcopy(ANSWER)
    answer["current"]["weather_code"] = 1234
    sky.on(FORECAST, Reply(answer))
    assert look().status == SyncStatus.SUCCEEDED
    assert SkyObservation.objects.get().condition == "unknown"
    assert WeatherState.objects.get(ended_at=None).actual_weather == ""


def test_the_schedule_asks_open_meteo_without_a_key_and_leaves_a_pause_alone(
    sky: Stub, time_machine: TimeMachineFixture
) -> None:
    assert turn(*SKIES) == {"openmeteo": SyncStatus.SUCCEEDED}
    assert turn(*SKIES) == {}
    sky.on(FORECAST, Reply({"reason": "wait"}, 429, {"Retry-After": "7200"}))
    time_machine.shift(timedelta(minutes=15))
    assert turn(*SKIES) == {"openmeteo": SyncStatus.FAILED}
    time_machine.shift(timedelta(minutes=119))
    assert turn(*SKIES) == {}
    time_machine.shift(timedelta(minutes=2))
    assert turn(*SKIES) == {"openmeteo": SyncStatus.FAILED}


def test_the_samples_are_an_answer_like_any_other(settings: Settings) -> None:
    settings.ENABLE_MOCK_DATA, settings.WEATHER_API_KEY = True, ""
    assert turn(*SKIES) == {"openmeteo": SyncStatus.SUCCEEDED}
    assert len(APIClient().get("/api/v1/weather/forecast/").json()["days"]) == 5
    assert sync.check(registry.provider("openmeteo")) == "Open-Meteo sees: rain, 18 °C."


def test_without_a_place_nothing_is_asked() -> None:
    assert "GARDEN_LATITUDE" in OpenMeteo().missing(Connection())
