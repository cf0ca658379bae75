"""How the mood went over some hours (pure): each weather as a stretch, each component's mean and direction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from weather.mood import COMPONENT_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

STEADY: Final = 0.05  # a mean that moved less from the first half to the second did not move


@dataclass(frozen=True, slots=True)
class Stretch:
    """A weather from when it began until it ended."""

    begins: datetime
    ends: datetime
    weather_type: str
    intensity: float
    atmosphere: str
    levels: Mapping[str, float]  # the components


@dataclass(frozen=True, slots=True)
class Trend:
    """One component over the time: mean weighted by duration, extremes, and where it goes."""

    mean: float
    low: float
    high: float
    direction: str  # rising, falling or steady


@dataclass(frozen=True, slots=True)
class Trends:
    """What the hours come to."""

    stretches: Sequence[Stretch]
    components: Mapping[str, Trend]
    hours: Mapping[str, float]  # by weather
    dominant: str  # the weather that stood longest; empty where none is known
    changes: int  # of weather


def trends(stretches: Sequence[Stretch], *, since: datetime, until: datetime) -> Trends:
    """Sum up the stretches of a time, cut to it; oldest first."""
    cut = _cut(stretches, since, until)
    hours: dict[str, float] = defaultdict(float)
    for one in cut:
        hours[one.weather_type] += _hours(one)
    kinds = [one.weather_type for one in cut]
    return Trends(
        stretches=cut,
        components={name: _trend(cut, name, since, until) for name in COMPONENT_NAMES} if cut else {},
        hours={kind: round(length, 2) for kind, length in hours.items()},
        dominant=max(hours, key=lambda kind: hours[kind], default=""),
        changes=sum(kind != before for before, kind in pairwise(kinds)),
    )


def _cut(stretches: Sequence[Stretch], since: datetime, until: datetime) -> list[Stretch]:
    return [
        replace(one, begins=max(one.begins, since), ends=min(one.ends, until))
        for one in stretches
        if one.ends > since and one.begins < until
    ]


def _trend(stretches: Sequence[Stretch], name: str, since: datetime, until: datetime) -> Trend:
    middle = since + (until - since) / 2
    first, second = _cut(stretches, since, middle), _cut(stretches, middle, until)
    levels = [one.levels[name] for one in stretches]
    moved = _mean(second, name) - _mean(first, name) if first and second else 0.0
    direction = "rising" if moved >= STEADY else "falling" if moved <= -STEADY else "steady"
    return Trend(round(_mean(stretches, name), 3), min(levels), max(levels), direction)


def _mean(stretches: Sequence[Stretch], name: str) -> float:
    total = sum(_hours(one) for one in stretches)
    if not total:
        return stretches[-1].levels[name]
    return sum(one.levels[name] * _hours(one) for one in stretches) / total


def _hours(one: Stretch) -> float:
    return (one.ends - one.begins).total_seconds() / 3600
