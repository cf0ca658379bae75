"""Journeys of a while: what they have in common, from the counts; funnels and conversions, from the raw steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Sum, TextField
from django.db.models.functions import Cast

from visitors.figures import patterns
from visitors.figures.counting import PLACES, Counts, Sums, count
from visitors.figures.dashboard import begin_of_running, check, grouped, merged, summed
from visitors.figures.funnels import conversions, raw_since
from visitors.figures.rollups import counted_until
from visitors.figures.visits import sessions, visits
from visitors.models import DayCount, PathCount, SequenceCount
from visitors.vocabulary import Dimension, Milestone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from visitors.figures.patterns import CommonPath, Conversion, DropOff, Hotspot, Retention
    from visitors.figures.windows import Window


@dataclass(frozen=True, slots=True)
class Journeys:
    """What the journeys of a while have in common; its names are those of the interface."""

    common_navigation_patterns: Sequence[CommonPath]
    high_drop_off_areas: Sequence[DropOff]
    engagement_hotspots: Sequence[Hotspot]
    average_journey_duration: float  # seconds
    conversion_points: Sequence[Conversion]
    retention: Retention
    visits: int
    since: date  # the first day that all but the last two tell of
    raw_since: date  # … and of those two, which are read from the raw visits


@dataclass(frozen=True, slots=True)
class Ways:
    """How visitors went through the garden; its names are those of the interface."""

    common_navigation_patterns: Sequence[CommonPath]
    high_drop_off_areas: Sequence[DropOff]


def ways(window: Window) -> Ways:
    """The part of the journeys that is counted, without reading what visitors reached: that takes the raw steps."""
    counts = count(visits(raw_since(window), window.until), pairs=False) if window.hourly else _walked(window)
    return Ways(patterns.common_paths(counts.sequences), patterns.drop_offs(counts.paths))


def journeys(window: Window, filters: Mapping[Dimension, str] | None = None) -> Journeys:
    """Patterns of a while, in a dozen queries. Raises `FiltersRefused`.

    Narrowed by a value, all of it is read from the raw visits, as far as those are kept.
    """
    filters = dict(filters or {})
    check(window, filters)
    raw = raw_since(window)
    if filters or window.hourly:
        counts, since = count(visits(raw, window.until, filters), pairs=False), raw.date()
        totals = Sums(*counts.all)
        places = {dimension: _of(counts, dimension) for dimension in PLACES}
    else:
        counts, totals, places = _counted(window)
        since = window.since.date()
    return Journeys(
        common_navigation_patterns=patterns.common_paths(counts.sequences),
        high_drop_off_areas=patterns.drop_offs(counts.paths),
        engagement_hotspots=[spot for dimension in PLACES for spot in patterns.hotspots(dimension, places[dimension])],
        average_journey_duration=totals.seconds_per_session,
        conversion_points=conversions(window, filters),
        retention=retention(window, filters),
        visits=int(totals.sessions),
        since=since,
        raw_since=raw.date(),
    )


def _counted(window: Window) -> tuple[Counts, Sums, dict[Dimension, dict[str, Sums]]]:
    """From the days that are counted, and the running hour as it is."""
    counts, days = _walked(window), _days(window)
    totals = summed(DayCount.objects.filter(**days, dimension=Dimension.ALL)).plus(counts.all)
    by_place = DayCount.objects.filter(**days, dimension__in=PLACES)
    return counts, totals, merged(grouped(by_place, "dimension", "value"), counts)


def _walked(window: Window) -> Counts:
    """The running hour, and of the days that are counted the sequences and the paths."""
    counts, days = count(visits(begin_of_running(window, counted_until()), window.until), pairs=False), _days(window)
    for areas, often in SequenceCount.objects.filter(**days).order_by().values_list("areas").annotate(Sum("count")):
        counts.sequences[tuple(areas.split("\n"))] += often
    kept = PathCount.objects.filter(**days).order_by().values_list("source", "target")
    for source, target, often in kept.annotate(Sum("count")):
        counts.paths[source, target] += often
    return counts


def _days(window: Window) -> dict[str, Any]:
    return {"day__gte": window.since.date(), "day__lte": window.until.date()}


def _of(counts: Counts, dimension: Dimension) -> dict[str, Sums]:
    return {value: Sums(*sums) for (one, value), sums in counts.values.items() if one is dimension}


def retention(window: Window, filters: Mapping[Dimension, str]) -> Retention:
    """Who came again, of the visits that are kept. Three queries."""
    found = sessions(raw_since(window), window.until, filters)
    told = found.annotate(reached=Cast("milestones", TextField()))
    return patterns.Retention(
        visits=found.count(),
        again_on_the_same_day=found.filter(first_of_day=False).count(),
        came_back=told.filter(reached__contains=Milestone.CAME_BACK).count(),
    )
