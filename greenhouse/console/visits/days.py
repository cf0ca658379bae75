"""Visits beside the weather of their days. Pure: it describes, and proves nothing; for proof there are the insights."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

FEWEST_DAYS: Final = 5  # of a weather, below which a mean says nothing
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WeatherDays:
    """The days on which one weather stood longest."""

    weather: str
    days: int
    mean: float  # visits a day
    least: float
    most: float

    @property
    def is_too_few(self) -> bool:
        """Whether its mean should not be read."""
        return self.days < FEWEST_DAYS


def weather_of_days(
    stood: Iterable[tuple[str, datetime, datetime]], begin_of: Mapping[date, datetime]
) -> dict[date, str]:
    """The weather that stood longest on each day, of (weather, from, until); days without one are left out."""
    seconds: dict[date, Counter[str]] = defaultdict(Counter)
    for weather, since, until in stood:
        for day, begin in begin_of.items():
            overlap = (min(until, begin + DAY) - max(since, begin)).total_seconds()
            if overlap > 0:
                seconds[day][weather] += round(overlap)
    return {day: most.most_common(1)[0][0] for day, most in seconds.items()}


def by_weather(visits: Mapping[date, float], weather: Mapping[date, str]) -> list[WeatherDays]:
    """How many visits a day had in each weather, the best visited first; of days that are known of both."""
    found: dict[str, list[float]] = defaultdict(list)
    for day, count in visits.items():
        if day in weather:
            found[weather[day]].append(count)
    told = [
        WeatherDays(word, len(counts), sum(counts) / len(counts), min(counts), max(counts))
        for word, counts in found.items()
    ]
    return sorted(told, key=lambda one: (one.is_too_few, -one.mean, one.weather))
