"""Journeys of a while: what they have in common, from the counts; funnels and conversions, from the raw steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Sum, TextField
from django.db.models.functions import Cast

from visitors.figures import patterns
from visitors.figures.counting import PLACES, Counts, Sums, count
from visitors.figures.dashboard import check
from visitors.figures.funnels import conversions, raw_since
from visitors.figures.reading import begin_of_running, earlier_of, grouped, is_raw, merged, summed
from visitors.figures.rollups import counted_until
from visitors.figures.visits import sessions, visits
from visitors.figures.windows import DAY, begin_of, hour_of
from visitors.models import DayCount, PathCount, SequenceCount
from visitors.vocabulary import Dimension, Milestone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from visitors.figures.comparing import Earlier
    from visitors.figures.patterns import CommonPath, Conversion, DropOff, Hotspot, Retention
    from visitors.figures.reading import Table
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
    visits_before: int | None  # none where the period before is not known
    duration_before: float | None
    earlier: Earlier
    since: date  # the first day that all but conversions and returns tell of
    raw_since: date  # … and of those two, which are read from the raw visits
    earlier_raw: Earlier  # … and what of them is known of the period before


@dataclass(frozen=True, slots=True)
class _Walked:
    """What the journeys of a period come to."""

    sequences: Mapping[tuple[str, ...], int]
    paths: Mapping[tuple[str, str], int]
    places: Table
    totals: Sums


@dataclass(frozen=True, slots=True)
class Ways:
    """How visitors went through the garden; its names are those of the interface."""

    common_navigation_patterns: Sequence[CommonPath]
    high_drop_off_areas: Sequence[DropOff]


def ways(window: Window) -> Ways:
    """The part of the journeys that is counted, without reading what visitors reached: that takes the raw steps."""
    walked = _narrowed(raw_since(window), window.until, {}) if window.hourly else _counted(window)
    return Ways(patterns.common_paths(walked.sequences), patterns.drop_offs(walked.paths))


def journeys(window: Window, filters: Mapping[Dimension, str] | None = None) -> Journeys:
    """Patterns of a while. Raises `FiltersRefused`.

    Narrowed by a value, all of it is read from the raw visits, as far as those are kept. Some twenty queries, and one
    more for each further thousand of the visits that are read.
    """
    filters = dict(filters or {})
    check(window, filters)
    raw, by_visit = raw_since(window), bool(filters) or window.hourly
    earlier, earlier_raw = earlier_of(window, raw=by_visit), earlier_of(window, raw=True)
    now = _narrowed(raw, window.until, filters) if by_visit else _counted(window)
    before = None
    if earlier.is_known:
        before = _narrowed(earlier.since, earlier.until, filters) if by_visit else _counted_before(window)
    return Journeys(
        common_navigation_patterns=patterns.common_paths(now.sequences, before.sequences if before else None),
        high_drop_off_areas=patterns.drop_offs(now.paths, before.paths if before else None),
        engagement_hotspots=[
            spot
            for one in PLACES
            for spot in patterns.hotspots(one, now.places[one], before.places[one] if before else None)
        ],
        average_journey_duration=now.totals.seconds_per_session,
        conversion_points=conversions(window, filters),
        retention=retention(window, filters),
        visits=int(now.totals.sessions),
        visits_before=int(before.totals.sessions) if before else None,
        duration_before=before.totals.seconds_per_session if before else None,
        earlier=earlier,
        since=raw.date() if by_visit else window.since.date(),
        raw_since=raw.date(),
        earlier_raw=earlier_raw,
    )


def _narrowed(since: datetime, until: datetime, filters: Mapping[Dimension, str]) -> _Walked:
    """From the raw visits."""
    counts = count(visits(since, until, filters), pairs=False)
    return _Walked(counts.sequences, counts.paths, {one: _of(counts, one) for one in PLACES}, Sums(*counts.all))


def _counted(window: Window) -> _Walked:
    """From the days that are counted, and the running hour as it is."""
    running = count(visits(begin_of_running(window, counted_until()), window.until), pairs=False)
    return _of_days(window.since.date(), window.until.date(), running)


def _counted_before(window: Window) -> _Walked:
    """The period before: of its last day the part that had come by then, as long as its visits are kept, else all."""
    before = window.before
    last = begin_of(before.until.date())
    if not is_raw(window):
        return _of_days(before.since.date(), last.date(), Counts())
    part = count(visits(last, hour_of(before.until)), pairs=False)
    return _of_days(before.since.date(), (last - DAY).date(), part)


def _of_days(since: date, until: date, part: Counts) -> _Walked:
    """From the counts of days, and what beside them is counted from the visits. Four queries."""
    days: dict[str, Any] = {"day__gte": since, "day__lte": until}
    for areas, often in SequenceCount.objects.filter(**days).order_by().values_list("areas").annotate(Sum("count")):
        part.sequences[tuple(areas.split("\n"))] += often
    kept = PathCount.objects.filter(**days).order_by().values_list("source", "target")
    for source, target, often in kept.annotate(Sum("count")):
        part.paths[source, target] += often
    totals = summed(DayCount.objects.filter(**days, dimension=Dimension.ALL)).plus(part.all)
    by_place = DayCount.objects.filter(**days, dimension__in=PLACES)
    return _Walked(part.sequences, part.paths, merged(grouped(by_place, "dimension", "value"), part), totals)


def _of(counts: Counts, dimension: Dimension) -> dict[str, Sums]:
    return {value: Sums(*sums) for (one, value), sums in counts.values.items() if one is dimension}


def retention(window: Window, filters: Mapping[Dimension, str]) -> Retention:
    """Who came again, of the visits that are kept. Seven queries at most."""
    now, earlier = _returns(raw_since(window), window.until, filters), earlier_of(window, raw=True)
    return replace(now, before=_returns(earlier.since, earlier.until, filters)) if earlier.is_known else now


def _returns(since: datetime, until: datetime, filters: Mapping[Dimension, str]) -> Retention:
    found = sessions(since, until, filters)
    told = found.annotate(reached=Cast("milestones", TextField()))
    return patterns.Retention(
        visits=found.count(),
        again_on_the_same_day=found.filter(first_of_day=False).count(),
        came_back=told.filter(reached__contains=Milestone.CAME_BACK).count(),
    )
