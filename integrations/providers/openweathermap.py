"""OpenWeatherMap: the sky over the owner's place, for those who have a key. Current weather and five days ahead."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.conf import settings

from integrations.items import moment_of, unit
from integrations.problems import ASKED_AGAIN
from integrations.providers import sky
from integrations.providers.base import SKY, Connection, Draft, Found, Payload, Provider, Since
from weather.drafts import DayDraft, HourDraft, SkyDraft
from weather.sky import Condition, openweathermap_condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from integrations.http import Http

CURRENT: Final = "/data/2.5/weather"
FORECAST: Final = "/data/2.5/forecast"
DAYS: Final = 5
ZERO_CELSIUS: Final = 273.15  # kelvin


class OpenWeatherMap(Provider):
    """api.openweathermap.org, or a server that speaks the same (`OPENWEATHER_API_URL`)."""

    slug = "openweathermap"
    label = "OpenWeatherMap"
    gives = "the sky over your place, and the days ahead"
    docs = "docs/weather.md"
    every = timedelta(minutes=15)
    role = SKY
    token_setting = "WEATHER_API_KEY"  # noqa: S105 – the name of it
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_OPENWEATHERMAP_INTEGRATION",
        "WEATHER_API_KEY",
        "OPENWEATHER_API_URL",
        "OPENWEATHERMAP_RATE_LIMIT",
        "OPENWEATHERMAP_BURST",
    )
    fixes: ClassVar[Mapping[str, str]] = {
        "unauthorized": "Check WEATHER_API_KEY, or the key in the admin. A new key takes up to two hours to work. "
        "Without a key, Open-Meteo is asked.",
        "rate_limited": "Nothing to do: it is asked again later, and the last good weather stays.",
        "unexpected_answer": "Check OPENWEATHER_API_URL. The last good weather stays, marked with its time.",
        "unreachable": f"Check that this machine is online, and OPENWEATHER_API_URL. {ASKED_AGAIN}",
    }

    @property
    def base_url(self) -> str:
        return str(settings.OPENWEATHER_API_URL)

    def missing(self, connection: Connection) -> str:
        if not connection.token:
            return "WEATHER_API_KEY"
        return "" if connection.place else "GARDEN_LATITUDE and GARDEN_LONGITUDE, or the place in the admin"

    def headers(self, connection: Connection) -> dict[str, str]:
        return {"Accept": "application/json"}

    def check(self, http: Http, connection: Connection) -> str:
        said = http.get(CURRENT, params=_question(connection)).data
        words, temperature = str(_condition(said)).replace("_", " "), _celsius(said["main"]["temp"])
        degrees = "" if temperature is None else f", {temperature:.0f} °C"
        return f"OpenWeatherMap sees: {words}{degrees}."

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        question = _question(since.connection)
        since.tell("the sky", 0, 2)
        current = http.get(CURRENT, params=question).data
        since.tell("the forecast", 1, 2)
        yield Payload("the sky", "weather", {"current": current, "forecast": http.get(FORECAST, params=question).data})

    def parse(self, payload: Payload) -> Sequence[Draft]:
        current, entries = payload.data["current"], payload.data["forecast"]["list"]
        main, offset = current["main"], int(current.get("timezone", 0))
        return [
            SkyDraft(
                observed_at=_moment(current),
                condition=_condition(current),
                temperature=_celsius(main["temp"]),
                cloud_cover=sky.share_of(current.get("clouds", {}).get("all")),
                wind_speed=sky.speed(current.get("wind", {}).get("speed")),
                humidity=sky.share_of(main.get("humidity")),
                pressure=sky.pressure(main.get("pressure")),
                utc_offset=offset,
                hours=[
                    HourDraft(
                        _moment(entry), _condition(entry), _celsius(entry["main"]["temp"]), unit(entry.get("pop"))
                    )
                    for entry in entries
                ],
                days=_days(entries, timezone(timedelta(seconds=offset))),
            )
        ]

    def samples(self, now: datetime) -> Mapping[str, Any]:
        first = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        entries = [
            {
                "dt": int((first + timedelta(hours=3 * step)).timestamp()),
                "main": {"temp": ZERO_CELSIUS + 16 + step % 8, "humidity": 70, "pressure": 1012},
                "weather": [{"id": (500, 802, 800, 804, 211)[step // 8]}],
                "pop": (0.8, 0.1, 0.0, 0.2, 0.9)[step // 8],
            }
            for step in range(8 * DAYS)
        ]
        current = {**entries[0], "clouds": {"all": 75}, "wind": {"speed": 3.1}, "timezone": 0}
        return {CURRENT: current, FORECAST: {"cod": "200", "list": entries}}


def _question(connection: Connection) -> dict[str, str]:
    latitude, longitude = connection.place or (0.0, 0.0)
    return {"lat": f"{latitude:.2f}", "lon": f"{longitude:.2f}", "appid": connection.token}


def _days(entries: Sequence[Mapping[str, Any]], zone: timezone) -> list[DayDraft]:
    """The three-hour steps by the place's calendar; a day is what most of its steps are."""
    by_day: dict[date, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in entries:
        by_day[_moment(entry).astimezone(zone).date()].append(entry)
    return [
        DayDraft(
            day=day,
            condition=Counter(_condition(step) for step in steps).most_common(1)[0][0],
            low=min(_temperatures(steps, "temp_min"), default=None),
            high=max(_temperatures(steps, "temp_max"), default=None),
        )
        for day, steps in list(by_day.items())[:DAYS]
    ]


def _temperatures(steps: Iterable[Mapping[str, Any]], name: str) -> Iterator[float]:
    """Those that are said, by `name` where it is and else by the one of the moment."""
    for step in steps:
        if (found := _celsius(step["main"].get(name, step["main"]["temp"]))) is not None:
            yield found


def _moment(said: Mapping[str, Any]) -> datetime:
    return moment_of(said["dt"])


def _condition(said: Mapping[str, Any]) -> Condition:
    return openweathermap_condition(int(said["weather"][0]["id"]))


def _celsius(kelvin: Any) -> float | None:
    return sky.celsius(kelvin, zero=ZERO_CELSIUS)
