"""The five sources, day by day: work, visits, what visitors do with plants, the weather, and the skills at work."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Avg, Count, Min, Q, Sum

from garden.grouping import UtcDate
from garden.models import Activity, Project
from garden.vocabulary import ActivityKind, Precipitation, Whose
from social.models import Post, PostVisibility
from visitors.insights.correlations import Measure
from visitors.models import DayCount
from visitors.vocabulary import Dimension
from weather.models import SkyObservation, WeatherState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from visitors.figures.windows import Window

SHIPPED = (ActivityKind.RELEASE, ActivityKind.DEPLOYMENT)
SECONDS_AN_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Sources:
    """Measures by the room that they are from."""

    work: Sequence[Measure]
    weather: Sequence[Measure]
    skills: Sequence[Measure]
    visits: Sequence[Measure]  # what visitors do, which the others may have led to

    @property
    def pairs(self) -> list[tuple[Measure, Measure]]:
        """What may lead to what: all of it to visits, and the weather to work."""
        causes = [*self.work, *self.skills, *self.weather]
        return [(cause, effect) for cause in causes for effect in self.visits] + [
            (cause, effect) for cause in self.weather for effect in self.work
        ]


def sources(window: Window) -> Sources:
    """Every measure of a while's full days; today is none yet. Eight queries."""
    days = [day for day in window.days if day < window.until.date()]
    worked = _since_first(days, _first_day(Activity.objects.aggregate(first=Min("occurred_at"))["first"]))
    counted = _since_first(days, DayCount.objects.aggregate(first=Min("day"))["first"])
    return Sources(_work(window, worked), _weather(window), _skills(window, worked), _visits(window, counted))


def _work(window: Window, days: Sequence[date]) -> list[Measure]:
    done = Activity.objects.filter(
        whose=Whose.OWNER, occurred_at__gte=window.since, occurred_at__lte=window.until, project__is_demo=False
    )
    by_day: dict[str, dict[date, float]] = defaultdict(dict)
    rows = done.annotate(day=UtcDate("occurred_at")).order_by().values_list("kind", "day")
    for kind, day, number, amount in rows.annotate(Count("pk"), Sum("amount")):
        name = "coding" if kind == ActivityKind.CODING else "shipped" if kind in SHIPPED else str(kind)
        value = (amount or 0.0) / SECONDS_AN_HOUR if kind == ActivityKind.CODING else float(number)
        by_day[name][_day(day)] = by_day[name].get(_day(day), 0.0) + value
    posts = Post.objects.filter(
        visibility=PostVisibility.PUBLIC, published_at__gte=window.since, published_at__lte=window.until
    )
    for day, number in posts.annotate(day=UtcDate("published_at")).order_by().values_list("day").annotate(Count("pk")):
        by_day["posts"][_day(day)] = float(number)
    return [
        Measure("commits", "you commit more", "you commit less", _filled(by_day["commit"], days)),
        Measure("coding_hours", "you code longer", "you code less", _filled(by_day["coding"], days)),
        Measure("shipped", "you ship more", "you ship less", _filled(by_day["shipped"], days)),
        Measure("posts", "you post more", "you post less", _filled(by_day["posts"], days)),
    ]


def _skills(window: Window, days: Sequence[date]) -> list[Measure]:
    languages = {pk: set(spoken) for pk, spoken in Project.objects.filter(is_demo=False).values_list("pk", "languages")}
    done = Activity.objects.filter(
        kind=ActivityKind.COMMIT, whose=Whose.OWNER, occurred_at__gte=window.since, occurred_at__lte=window.until
    )
    used: dict[date, set[str]] = defaultdict(set)
    rows = done.annotate(day=UtcDate("occurred_at")).order_by().values_list("day", "project_id").distinct()
    for day, project in rows:
        used[_day(day)] |= languages.get(project, set())
    by_day = {day: float(len(some)) for day, some in used.items()}
    return [Measure("languages", "you use more languages", "you use fewer languages", _filled(by_day, days))]


def _weather(window: Window) -> list[Measure]:
    wet = Q(precipitation__in=[Precipitation.RAIN, Precipitation.SNOW])
    looks = SkyObservation.objects.filter(
        observed_at__gte=window.since, observed_at__lte=window.until, is_demo=False
    ).annotate(day=UtcDate("observed_at"))
    warm, rain = {}, {}
    rows = looks.order_by().values_list("day").annotate(Avg("temperature"), Count("pk"), wet=Count("pk", filter=wet))
    for day, temperature, number, wet_ones in rows:
        if _day(day) < window.until.date():
            rain[_day(day)] = wet_ones / number
            if temperature is not None:
                warm[_day(day)] = temperature
    moods = WeatherState.objects.filter(started_at__gte=window.since, started_at__lte=window.until)
    by_day = moods.annotate(day=UtcDate("started_at")).order_by().values_list("day").annotate(Avg("energy"))
    energy = {_day(day): value for day, value in by_day if _day(day) < window.until.date()}
    return [
        Measure("temperature", "it is warmer", "it is colder", warm),
        Measure("rain", "it rains more", "it rains less", rain),
        Measure("mood_energy", "the garden's mood is livelier", "the garden's mood is calmer", energy),
    ]


def _visits(window: Window, days: Sequence[date]) -> list[Measure]:
    counts = DayCount.objects.filter(
        dimension=Dimension.ALL, day__gte=window.since.date(), day__lt=window.until.date()
    ).values_list("day", "sessions", "interactions", "seconds")
    sessions, interactions, stayed = {}, {}, {}
    for day, visits, done, seconds in counts:
        sessions[day], interactions[day] = float(visits), float(done)
        if visits:
            stayed[day] = seconds / visits
    return [
        Measure("visits", "more visits come", "fewer visits come", _filled(sessions, days)),
        Measure("interactions", "visitors do more", "visitors do less", _filled(interactions, days)),
        Measure("stay", "visits last longer", "visits are shorter", stayed),
    ]


def _filled(by_day: Mapping[date, float], days: Sequence[date]) -> dict[date, float]:
    """With zeros where nothing was; nothing at all where nothing ever was."""
    return {day: by_day.get(day, 0.0) for day in days} if by_day else {}


def _since_first(days: Sequence[date], first: date | None) -> list[date]:
    return [day for day in days if first and day >= first]


def _first_day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
