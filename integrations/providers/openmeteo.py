"""Open-Meteo: the sky over the owner's place, without a key. Data under CC BY 4.0, so its name is shown with them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.conf import settings

from integrations.problems import ASKED_AGAIN
from integrations.providers import sky
from integrations.providers.base import SKY, Connection, Draft, Found, Payload, Provider, Since
from weather.drafts import DayDraft, HourDraft, SkyDraft
from weather.sky import Condition, wmo_condition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integrations.http import Http

FORECAST: Final = "/v1/forecast"
CURRENT: Final = (
    "temperature_2m",
    "relative_humidity_2m",
    "weather_code",
    "cloud_cover",
    "wind_speed_10m",
    "surface_pressure",
)
HOURLY: Final = ("temperature_2m", "weather_code", "precipitation_probability")
DAILY: Final = ("weather_code", "temperature_2m_min", "temperature_2m_max")
DAYS: Final = 5
HOURS: Final = 48
# What a value in a unit comes to in ours. The service can be asked for any of them, and a stand-in may have its own.
_METRES_A_SECOND: Final[Mapping[str, float]] = {"m/s": 1.0, "km/h": 1 / 3.6, "mp/h": 0.44704, "kn": 0.514444}


class OpenMeteo(Provider):
    """api.open-meteo.com, or a server of one's own that speaks the same (`OPENMETEO_API_URL`)."""

    slug = "openmeteo"
    label = "Open-Meteo"
    gives = "the sky over your place, and the days ahead"
    docs = "docs/weather.md"
    every = timedelta(minutes=15)
    has_account = False
    role = SKY
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_OPENMETEO_INTEGRATION",
        "OPENMETEO_API_URL",
        "OPENMETEO_GEOCODING_API_URL",
        "OPENMETEO_RATE_LIMIT",
        "OPENMETEO_BURST",
    )
    fixes: ClassVar[Mapping[str, str]] = {
        "rate_limited": "Nothing to do: the free service allows 10,000 requests a day, and it is asked again later.",
        "refused": "Check the place, in the admin or in GARDEN_LATITUDE and GARDEN_LONGITUDE.",
        "unexpected_answer": "Check OPENMETEO_API_URL. The last good weather stays, marked with its time.",
        "unreachable": f"Check that this machine is online, and OPENMETEO_API_URL. {ASKED_AGAIN}",
    }

    @property
    def base_url(self) -> str:
        return str(settings.OPENMETEO_API_URL)

    def missing(self, connection: Connection) -> str:
        return "" if connection.place else "GARDEN_LATITUDE and GARDEN_LONGITUDE, or the place in the admin"

    def headers(self, connection: Connection) -> dict[str, str]:
        return {"Accept": "application/json"}

    def check(self, http: Http, connection: Connection) -> str:
        seen = _sky(http.get(FORECAST, params=_question(connection)).data)
        degrees = "" if seen.temperature is None else f", {seen.temperature:.0f} °C"
        return f"Open-Meteo sees: {str(seen.condition).replace('_', ' ')}{degrees}."

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        since.tell("the sky", 0, 1)
        yield Payload("the sky", "forecast", http.get(FORECAST, params=_question(since.connection)).data)

    def parse(self, payload: Payload) -> Sequence[Draft]:
        return [_sky(payload.data)]

    def samples(self, now: datetime) -> Mapping[str, Any]:
        first = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        hours = [first + timedelta(hours=ahead) for ahead in range(HOURS)]
        days = [first.date() + timedelta(days=ahead) for ahead in range(DAYS)]
        return {
            FORECAST: {
                "utc_offset_seconds": 0,
                "timezone": "Etc/UTC",
                "current_units": {"temperature_2m": "°C", "wind_speed_10m": "m/s"},
                "current": {
                    "time": f"{first:%Y-%m-%dT%H:%M}",
                    "temperature_2m": 17.5,
                    "relative_humidity_2m": 71,
                    "weather_code": 61,
                    "cloud_cover": 85,
                    "wind_speed_10m": 3.2,
                    "surface_pressure": 1009.0,
                },
                "hourly": {
                    "time": [f"{hour:%Y-%m-%dT%H:%M}" for hour in hours],
                    "temperature_2m": [17.5 - abs(15 - hour.hour) / 2 for hour in hours],
                    "weather_code": [(61, 3, 2, 1)[ahead // 12] for ahead in range(HOURS)],
                    "precipitation_probability": [(80, 30, 10, 0)[ahead // 12] for ahead in range(HOURS)],
                },
                "daily": {
                    "time": [f"{day:%Y-%m-%d}" for day in days],
                    "weather_code": [61, 2, 0, 3, 95],
                    "temperature_2m_min": [11.0, 10.0, 12.5, 13.0, 12.0],
                    "temperature_2m_max": [18.0, 20.5, 24.0, 22.0, 19.5],
                },
            }
        }


def _question(connection: Connection) -> dict[str, Any]:
    latitude, longitude = connection.place or (0.0, 0.0)
    return {
        "latitude": f"{latitude:.2f}",
        "longitude": f"{longitude:.2f}",
        "current": ",".join(CURRENT),
        "hourly": ",".join(HOURLY),
        "daily": ",".join(DAILY),
        "wind_speed_unit": "ms",
        "timezone": "auto",
        "forecast_days": DAYS,
    }


def _sky(said: Mapping[str, Any]) -> SkyDraft:
    """An answer as a draft. Times are the place's own, without offset; fields that were not asked for are absent."""
    offset = int(said.get("utc_offset_seconds", 0))
    zone = timezone(timedelta(seconds=offset))
    current, units = said["current"], said.get("current_units", {})
    observed_at = _moment(current["time"], zone)
    wind = _METRES_A_SECOND[units.get("wind_speed_10m", "km/h")]
    return SkyDraft(
        observed_at=observed_at,
        condition=_condition(current["weather_code"]),
        temperature=_celsius(current.get("temperature_2m"), units.get("temperature_2m", "")),
        cloud_cover=sky.share_of(current.get("cloud_cover")),
        wind_speed=sky.speed(current.get("wind_speed_10m"), unit=wind),
        humidity=sky.share_of(current.get("relative_humidity_2m")),
        pressure=sky.pressure(current.get("surface_pressure")),
        utc_offset=offset,
        zone=sky.zone_name(said.get("timezone")),
        hours=list(islice(_hours(said, observed_at, zone), HOURS)),
        days=_days(said),
    )


def _hours(said: Mapping[str, Any], observed_at: datetime, zone: timezone) -> Iterator[HourDraft]:
    """The hours ahead, from the one that has begun."""
    hourly, unit = said.get("hourly", {}), said.get("hourly_units", {}).get("temperature_2m", "")
    times = hourly.get("time", [])
    nothing: list[None] = [None] * len(times)
    columns = [hourly.get(name) or nothing for name in HOURLY]
    for time, temperature, code, chance in zip(times, *columns, strict=True):
        at = _moment(time, zone)
        if at > observed_at - timedelta(hours=1):
            yield HourDraft(at, _condition(code), _celsius(temperature, unit), sky.share_of(chance))


def _days(said: Mapping[str, Any]) -> list[DayDraft]:
    daily, unit = said.get("daily", {}), said.get("daily_units", {}).get("temperature_2m_max", "")
    times = daily.get("time", [])
    nothing: list[None] = [None] * len(times)
    columns = [daily.get(name) or nothing for name in DAILY]
    return [
        DayDraft(date.fromisoformat(day), _condition(code), _celsius(low, unit), _celsius(high, unit))
        for day, code, low, high in islice(zip(times, *columns, strict=True), DAYS)
    ]


def _moment(text: str, zone: timezone) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def _condition(code: Any) -> Condition:
    return Condition.UNKNOWN if code is None else wmo_condition(int(code))


def _celsius(value: Any, unit: str) -> float | None:
    return sky.celsius(value, zero=32, degree=1.8) if unit == "°F" else sky.celsius(value)
