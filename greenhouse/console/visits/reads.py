"""What the pages read besides the figures: the plan of the garden, the weather of days, how skills went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from garden import plant_views
from garden.engine.island import terrain
from garden.engine.layout import PlacedPlant, standing_radius
from greenhouse.console.visits.days import by_weather, weather_of_days
from greenhouse.console.visits.pictures import Columns, Plan, Standing, columns, place, plan
from skills.models import Skill
from visitors.figures.heat import CELL, heat
from visitors.figures.windows import DAY, begin_of
from visitors.light import LEAST_VISITS
from visitors.selectors import walked_since
from weather.selectors import states_since

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from greenhouse.console.visits.days import WeatherDays
    from visitors.figures.dashboard import Figures
    from visitors.figures.windows import Window
    from visitors.vocabulary import Dimension

WARMEST: Final = 20
SKILLS: Final = 12
QUARTERS: Final = 12


@dataclass(frozen=True, slots=True)
class WarmPlace:
    """A square of the plan, in words."""

    where: str
    seconds: float
    steps: int


@dataclass(frozen=True, slots=True)
class TrodWay:
    """A way of the plan, in words."""

    one: str
    other: str
    strength: float


@dataclass(frozen=True, slots=True)
class Warmth:
    """Where visitors stood and walked."""

    plan: Plan
    places: Sequence[WarmPlace]
    ways: Sequence[TrodWay]
    since: date


def warmth(window: Window, filters: Mapping[Dimension, str]) -> Warmth:
    """The heat map of a while over the garden as it stands now. Nine queries at most."""
    cells, since = heat(window, filters)
    plants, radius = _standing(window.until)
    trodden = walked_since(max(window.since, window.until - settings.JOURNEYS_KEPT_DAYS * DAY), least=LEAST_VISITS)
    picture = plan(
        terrain(radius),
        plants,
        cell=CELL,
        warmth={cell: one.seconds for cell, one in cells.items()},
        ways=[(way.ends[0], way.ends[1], way.strength) for way in trodden],
    )
    warmest = sorted(cells.items(), key=lambda one: (-one[1].seconds, -one[1].steps, one[0]))[:WARMEST]
    return Warmth(
        plan=picture,
        places=[
            WarmPlace(place((x + 0.5) * CELL, (z + 0.5) * CELL, plants), warm.seconds, warm.steps)
            for (x, z), warm in warmest
        ],
        ways=[
            TrodWay(place(*way.ends[0], plants), place(*way.ends[1], plants), way.strength) for way in trodden[:WARMEST]
        ],
        since=since,
    )


def bare_plan(now: datetime) -> Plan:
    """The garden from above, for the visitors who walk on it just now. Two queries."""
    plants, radius = _standing(now)
    return plan(terrain(radius), plants, cell=CELL, warmth={})


def _standing(now: datetime) -> tuple[list[Standing], float]:
    plants = plant_views.plants(now)
    radius = standing_radius(PlacedPlant(each.genome.variant, each.position.x, each.position.z) for each in plants)
    return [Standing(each.name, each.position.x, each.position.z) for each in plants], radius


def weather_days(found: Figures) -> list[WeatherDays]:
    """The visits of a while's days by their weather; nothing of a single day. One query."""
    window = found.window
    if window.hourly:
        return []
    stood = [
        (state.weather_type, state.started_at, state.ended_at or window.until)
        for state in states_since(window.since, window.until)
    ]
    weather = weather_of_days(stood, {day: begin_of(day) for day in window.days})
    return by_weather({point.at.date(): point.sums.sessions for point in found.series}, weather)


@dataclass(frozen=True, slots=True)
class Practised:
    """How one skill went."""

    name: str
    level: int | None
    velocity: float  # levels of the last quarter
    hours: int
    picture: Columns
    quarters: Sequence[tuple[str, float]]


def practised(today: date) -> list[Practised]:
    """The skills that were practised most, by quarter. One query."""
    skills = Skill.objects.filter(is_hidden=False, hours_practiced__gt=0).order_by("-hours_practiced", "name")
    return [_practised(skill, _last_quarters(today)) for skill in skills[:SKILLS]]


def _practised(skill: Skill, quarters: Sequence[date]) -> Practised:
    hours: dict[str, Any] = {str(row[0]): row[1] for row in skill.practice}
    values = [float(hours.get(quarter.isoformat(), 0.0)) for quarter in quarters]
    names = [f"{quarter.year} Q{(quarter.month + 2) // 3}" for quarter in quarters]
    said = [f"{name}: {value:.0f} h" for name, value in zip(names, values, strict=True)]
    return Practised(
        name=skill.name,
        level=skill.proficiency_level,
        velocity=skill.learning_velocity,
        hours=skill.hours_practiced,
        picture=columns(values, said),
        quarters=list(zip(names, values, strict=True)),
    )


def _last_quarters(today: date) -> list[date]:
    number = today.year * 4 + (today.month - 1) // 3
    return [date(one // 4, one % 4 * 3 + 1, 1) for one in range(number - QUARTERS + 1, number + 1)]
