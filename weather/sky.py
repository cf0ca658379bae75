"""The sky over the owner's place: season, time of day, the services' codes in our words, and what they mean (pure).

Sun positions are `astral`'s. Codes: WMO 4677 as Open-Meteo documents it, and OpenWeatherMap's condition ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from astral import Observer
from astral.sun import elevation

from garden.engine.growth import CONDITIONS_RANGE
from garden.vocabulary import Precipitation, Season, TimeOfDay

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

DAY_ABOVE = 6.0  # degrees: the golden hour ends about here, whatever the latitude
NIGHT_BELOW = -6.0  # degrees: the end of civil twilight

# Meteorological seasons: whole months, as weather services count them.
_NORTHERN = (Season.WINTER, Season.SPRING, Season.SUMMER, Season.AUTUMN)
_SOUTHERN = (Season.SUMMER, Season.AUTUMN, Season.WINTER, Season.SPRING)


class Condition(StrEnum):
    """What the sky does, in one word."""

    CLEAR = "clear"
    MOSTLY_CLEAR = "mostly_clear"
    PARTLY_CLOUDY = "partly_cloudy"
    OVERCAST = "overcast"
    HAZE = "haze"  # smoke, dust, sand, ash
    FOG = "fog"
    DRIZZLE = "drizzle"
    RAIN = "rain"
    HEAVY_RAIN = "heavy_rain"
    FREEZING_RAIN = "freezing_rain"
    SHOWERS = "showers"
    SLEET = "sleet"
    SNOW = "snow"
    HEAVY_SNOW = "heavy_snow"
    SNOW_SHOWERS = "snow_showers"
    SQUALL = "squall"
    THUNDERSTORM = "thunderstorm"
    HAILSTORM = "hailstorm"
    UNKNOWN = "unknown"  # a code that its service does not document


_WMO: Final[Mapping[int, Condition]] = {
    0: Condition.CLEAR,
    1: Condition.MOSTLY_CLEAR,
    2: Condition.PARTLY_CLOUDY,
    3: Condition.OVERCAST,
    45: Condition.FOG,
    48: Condition.FOG,
    **dict.fromkeys((51, 53, 55), Condition.DRIZZLE),
    **dict.fromkeys((56, 57, 66, 67), Condition.FREEZING_RAIN),
    **dict.fromkeys((61, 63), Condition.RAIN),
    65: Condition.HEAVY_RAIN,
    **dict.fromkeys((71, 73, 77), Condition.SNOW),
    75: Condition.HEAVY_SNOW,
    **dict.fromkeys((80, 81), Condition.SHOWERS),
    82: Condition.HEAVY_RAIN,
    85: Condition.SNOW_SHOWERS,
    86: Condition.HEAVY_SNOW,
    95: Condition.THUNDERSTORM,
    **dict.fromkeys((96, 99), Condition.HAILSTORM),
}
_OPENWEATHERMAP: Final[Mapping[int, Condition]] = {
    **dict.fromkeys((500, 501), Condition.RAIN),
    **dict.fromkeys((502, 503, 504, 522), Condition.HEAVY_RAIN),
    511: Condition.FREEZING_RAIN,
    **dict.fromkeys((520, 521, 531), Condition.SHOWERS),
    **dict.fromkeys((600, 601), Condition.SNOW),
    602: Condition.HEAVY_SNOW,
    **dict.fromkeys((611, 612, 613, 615, 616), Condition.SLEET),
    **dict.fromkeys((620, 621), Condition.SNOW_SHOWERS),
    622: Condition.HEAVY_SNOW,
    **dict.fromkeys((701, 741), Condition.FOG),
    **dict.fromkeys((711, 721, 731, 751, 761, 762), Condition.HAZE),
    **dict.fromkeys((771, 781), Condition.SQUALL),
    800: Condition.CLEAR,
    801: Condition.MOSTLY_CLEAR,
    802: Condition.PARTLY_CLOUDY,
    803: Condition.OVERCAST,
    804: Condition.OVERCAST,
}
_OPENWEATHERMAP_GROUPS: Final[Mapping[int, Condition]] = {2: Condition.THUNDERSTORM, 3: Condition.DRIZZLE}

_FALLING: Final[Mapping[Condition, Precipitation]] = {
    Condition.FOG: Precipitation.FOG,
    **dict.fromkeys(
        (
            Condition.DRIZZLE,
            Condition.RAIN,
            Condition.HEAVY_RAIN,
            Condition.FREEZING_RAIN,
            Condition.SHOWERS,
            Condition.THUNDERSTORM,
            Condition.HAILSTORM,
        ),
        Precipitation.RAIN,
    ),
    **dict.fromkeys(
        (Condition.SLEET, Condition.SNOW, Condition.HEAVY_SNOW, Condition.SNOW_SHOWERS), Precipitation.SNOW
    ),
}


def wmo_condition(code: int) -> Condition:
    """Our word for a WMO code; `UNKNOWN` for one that is not in the table."""
    return _WMO.get(code, Condition.UNKNOWN)


def openweathermap_condition(code: int) -> Condition:
    """Our word for an OpenWeatherMap condition id; `UNKNOWN` for one that is not documented."""
    return _OPENWEATHERMAP.get(code) or _OPENWEATHERMAP_GROUPS.get(code // 100, Condition.UNKNOWN)


def precipitation_of(condition: Condition) -> Precipitation:
    """What falls, for the scene."""
    return _FALLING.get(condition, Precipitation.CLEAR)


@dataclass(frozen=True, slots=True)
class GrowingConditions:
    """What season and weather do for the plants: a factor round 1.0, and why."""

    factor: float  # 0.9 to 1.1; colours vitality and momentum, never growth itself
    sentence: str


# What the season gives, and what the weather adds to it: together never more than a tenth.
_SEASON_GIVES: Final[Mapping[Season, float]] = {
    Season.SPRING: 0.05,  # everything wants to grow
    Season.SUMMER: 0.03,
    Season.AUTUMN: -0.02,
    Season.WINTER: -0.05,
}
_MILD_FROM, _MILD_TO = 12.0, 26.0  # degrees Celsius in which most garden plants are at ease
_FROST, _HEAT = 0.0, 33.0
_TEMPERATURE_GIVES: Final = 0.03
_WATER_GIVES: Final = 0.02  # rain is welcome to a garden
_STORM_TAKES: Final = 0.03
_ROUGH: Final = (Condition.HAILSTORM, Condition.THUNDERSTORM, Condition.SQUALL, Condition.FREEZING_RAIN)


def growing_conditions(
    season: Season, condition: Condition | None = None, temperature: float | None = None
) -> GrowingConditions:
    """How the plants like it, from the season and, where it is known, the weather (degrees Celsius)."""
    gives, words = _SEASON_GIVES[season], [str(season)]
    if temperature is not None:
        if temperature <= _FROST or temperature >= _HEAT:
            gives -= _TEMPERATURE_GIVES
            words.append("frost" if temperature <= _FROST else "heat")
        elif _MILD_FROM <= temperature <= _MILD_TO:
            gives += _TEMPERATURE_GIVES
            words.append("mild air")
    if condition in _ROUGH:
        gives -= _STORM_TAKES
        words.append("rough weather")
    elif condition is not None and precipitation_of(condition) == Precipitation.RAIN:
        gives += _WATER_GIVES
        words.append("rain")
    factor = 1 + max(-CONDITIONS_RANGE, min(CONDITIONS_RANGE, gives))
    how = "good" if factor > 1.02 else "hard" if factor < 0.98 else "fair"
    because = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return GrowingConditions(round(factor, 3), f"Growing conditions are {how}: {because}.")


def season_at(now: datetime, latitude: float, longitude: float) -> Season:
    """The meteorological season by the place's own day; south of the equator it is the opposite one.

    `now` is UTC; degrees north and east.
    """
    quarter = (now + timedelta(hours=longitude / 15)).month % 12 // 3
    return (_NORTHERN if latitude >= 0 else _SOUTHERN)[quarter]


def time_of_day(now: datetime, latitude: float, longitude: float) -> TimeOfDay:
    """Day, night, or dawn and dusk while the sun is low.

    Judged by the sun's height and not by the hours of its rising, so that it has an answer beyond the polar circles
    as well: there the sun may stay low, or away, all day long. `now` is UTC; degrees north and east.
    """
    place = Observer(latitude, longitude)
    height = elevation(place, now)
    if height >= DAY_ABOVE:
        return TimeOfDay.DAY
    if height <= NIGHT_BELOW:
        return TimeOfDay.NIGHT
    return TimeOfDay.DAWN if _is_morning(now, longitude) else TimeOfDay.DUSK


def _is_morning(now: datetime, longitude: float) -> bool:
    """Whether the sun is still on its way up: before noon by the place's own solar time."""
    return solar_hour(now, longitude) < 12


def solar_hour(now: datetime, longitude: float) -> float:
    """The hour by the sun, 0–24: at 12 it stands highest, whatever the clocks say. `now` is UTC."""
    return (now.hour + now.minute / 60 + longitude / 15) % 24 % 24  # a hair below zero rounds to 24 itself
