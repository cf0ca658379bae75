"""Geometry of the mood's picture: weathers as bands of a day, components as lines over them (pure, SVG numbers)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.timezone import localtime

from common.clock import local_words
from weather.mood import COMPONENT_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from weather.trends import Stretch

WIDTH, HEIGHT = 720.0, 190.0
TOP, LINES_HEIGHT, BAND_TOP, BAND_HEIGHT, TEXT_Y = 8.0, 120.0, 136.0, 28.0, 182.0
HOURS_APART: Final = 3  # between two names on the axis


@dataclass(frozen=True, slots=True)
class Band:
    """One weather as long as it stood."""

    x: float
    width: float
    weather_type: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """One component over the time."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Tick:
    """An hour on the axis."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The picture of a day's mood."""

    bands: Sequence[Band]
    lines: Sequence[Line]
    ticks: Sequence[Tick]
    width: float = WIDTH
    height: float = HEIGHT
    top: float = TOP
    middle: float = TOP + LINES_HEIGHT / 2
    bottom: float = TOP + LINES_HEIGHT
    band_top: float = BAND_TOP
    band_height: float = BAND_HEIGHT
    text_y: float = TEXT_Y


def timeline(stretches: Sequence[Stretch], *, since: datetime, until: datetime) -> Timeline | None:
    """The picture of stretches that lie between two moments, oldest first; `None` without any."""
    if not stretches:
        return None
    span = (until - since).total_seconds()

    def x_of(moment: datetime) -> float:
        return round((moment - since).total_seconds() / span * WIDTH, 1)

    bands = [
        Band(
            x_of(one.begins),
            round(x_of(one.ends) - x_of(one.begins), 1),
            one.weather_type,
            f"{one.weather_type}, {one.atmosphere.replace('_', ' ')}, from {local_words(one.begins, 'H:i')}",
        )
        for one in stretches
    ]
    return Timeline(
        bands, [Line(name, _path(stretches, name, x_of)) for name in COMPONENT_NAMES], _ticks(since, until, x_of)
    )


def _path(stretches: Sequence[Stretch], name: str, x_of: Callable[[datetime], float]) -> str:
    """Steps, since a level stands until the next; a gap where nobody looked."""
    parts, ended = [], None
    for one in stretches:
        y = round(TOP + (1 - one.levels[name]) * LINES_HEIGHT, 1)
        joint = "L" if ended == one.begins else "M"
        parts.append(f"{joint}{x_of(one.begins):g} {y:g}H{x_of(one.ends):g}")
        ended = one.ends
    return "".join(parts)


def _ticks(since: datetime, until: datetime, x_of: Callable[[datetime], float]) -> list[Tick]:
    hour = localtime(since).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    ticks = []
    while hour < until:
        if hour.hour % HOURS_APART == 0 and 15 < x_of(hour) < WIDTH - 15:
            ticks.append(Tick(x_of(hour), f"{hour:%H}:00"))
        hour += timedelta(hours=1)
    return ticks
