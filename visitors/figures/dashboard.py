"""The figures of a while: totals, how they went, what they were before, and the first ten of every dimension.

Read from the counts, and from the raw visits for what began since the last count. One value of any dimension narrows
them; two do while the raw visits are there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db.models import Sum

from visitors.figures.counting import Counts, Sums, count
from visitors.figures.rollups import HOURS_KEPT, counted_until
from visitors.figures.visits import visits
from visitors.figures.windows import DAY, Window, begin_of, hour_of
from visitors.models import BotCount, DayCount, HourCount, PairCount
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

TOP: Final = 10
MOST_FILTERS: Final = 2
LONGEST_RAW: Final = DAY  # that is read as it is where nobody counted for long
COLUMNS: Final = Sums._fields


class FiltersRefused(ValueError):
    """Figures cannot be narrowed like this; its text says why."""


@dataclass(frozen=True, slots=True)
class Point:
    """An hour or a day."""

    at: datetime  # UTC, its begin
    sums: Sums


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a dimension."""

    value: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class SetAsideRow:
    """What counts not, and why."""

    reason: str
    family: str
    sessions: int
    steps: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a while comes to."""

    window: Window
    filters: Mapping[Dimension, str]
    totals: Sums
    before: Sums
    series: Sequence[Point]
    top: Mapping[Dimension, Sequence[Row]]
    top_since: date  # the first day that `top` tells of: filtered ones go by whole months where days are folded
    set_aside: Sequence[SetAsideRow]
    counted_until: datetime | None  # what began later was read as it is
    notes: Sequence[str] = field(default_factory=list)  # what a reader should know of them


def figures(window: Window, filters: Mapping[Dimension, str] | None = None, *, most: int = TOP) -> Figures:
    """The figures of a while, in eight queries at most. Raises `FiltersRefused`."""
    filters = dict(filters or {})
    check(window, filters)
    counted = counted_until()
    source: _Source
    if len(filters) > 1:
        source = _Raw(window, filters)
    else:
        source = (_Hours if window.hourly else _Days)(window, filters, counted)
    top, top_since = source.top()
    series = source.series()
    return Figures(
        window=window,
        filters=filters,
        totals=_added(point.sums for point in series),
        before=source.before(),
        series=series,
        top={dimension: _first(rows, most) for dimension, rows in top.items() if dimension is not Dimension.ALL},
        top_since=top_since,
        set_aside=set_aside(window),
        counted_until=counted,
        notes=_notes(window, filters, top_since),
    )


def check(window: Window, filters: Mapping[Dimension, str]) -> None:
    """Raises `FiltersRefused` where figures cannot be narrowed so."""
    if len(filters) > MOST_FILTERS:
        raise FiltersRefused(f"At most {MOST_FILTERS} values at once.")
    if len(filters) > 1 and window.until - window.since > settings.JOURNEYS_KEPT_DAYS * DAY:
        raise FiltersRefused(
            f"Two values at once only within {settings.JOURNEYS_KEPT_DAYS} days: longer ago, nobody knows."
        )


def set_aside(window: Window) -> list[SetAsideRow]:
    """What counts not, the most frequent first. One query."""
    counts = BotCount.objects.filter(day__gte=window.since.date(), day__lte=window.until.date()).order_by()
    rows = counts.values_list("reason", "family").annotate(Sum("sessions"), Sum("steps"))
    return sorted((SetAsideRow(*row) for row in rows), key=lambda row: (-row.sessions, row.reason, row.family))


# --- Where they come from ---------------------------------------------------------------------------------------------


def begin_of_running(window: Window, counted: datetime | None) -> datetime:
    """From when on the visits of a while are read as they are."""
    longest = hour_of(window.until - LONGEST_RAW)
    return max(window.since, longest, counted or longest)


class _Source:
    """One way to the same three answers."""

    def __init__(self, window: Window, filters: Mapping[Dimension, str], counted: datetime | None) -> None:
        self.window, self.filters = window, filters
        self.dimension, self.value = next(iter(filters.items()), (Dimension.ALL, ""))
        self.running_since = begin_of_running(window, counted)
        self.running = count(visits(self.running_since, window.until, filters), pairs=False, paths=False)

    def series(self) -> list[Point]:
        raise NotImplementedError

    def before(self) -> Sums:
        raise NotImplementedError

    def top(self) -> tuple[dict[Dimension, dict[str, Sums]], date]:
        raise NotImplementedError

    def _hours(self, since: datetime, until: datetime) -> QuerySet[HourCount]:
        return HourCount.objects.filter(
            dimension=self.dimension, value=self.value, hour__gte=since, hour__lt=until
        ).order_by()


class _Days(_Source):
    """Whole days from what was counted by day."""

    def series(self) -> list[Point]:
        sums = {begin_of(day): Sums(*row) for day, *row in self._days(self.window).values_list("day", *COLUMNS)}
        for hour, table in self.running.hours.items():
            day = begin_of(hour.date())
            sums[day] = sums.get(day, Sums()).plus(table[Dimension.ALL, ""])
        return [Point(at, sums.get(at, Sums())) for at in self.window.moments]

    def before(self) -> Sums:
        """The part of the last day is told by its hours, as long as those are kept."""
        before = self.window.before
        last = begin_of(before.until.date())
        if last < self.window.until - HOURS_KEPT:
            return summed(self._days(before))
        whole = summed(self._days(before).filter(day__lt=last.date()))
        return whole.plus(summed(self._hours(last, hour_of(before.until))))

    def top(self) -> tuple[dict[Dimension, dict[str, Sums]], date]:
        since = self.window.since.date()
        if not self.filters:
            days = DayCount.objects.filter(day__gte=since, day__lte=self.window.until.date()).exclude(
                dimension=Dimension.ALL
            )
            return merged(grouped(days, "dimension", "value"), self.running), since
        pairs = PairCount.objects.filter(dimension=self.dimension, value=self.value)
        month = since.replace(day=1)
        folded = pairs.filter(span="month", since__gte=month)
        whole_months = folded.exists()
        found = grouped(folded, "by", "by_value") if whole_months else []
        by_day = pairs.filter(span="day", since__gte=since, since__lte=self.window.until.date())
        return merged([*found, *grouped(by_day, "by", "by_value")], self.running, but=self.dimension), (
            month if whole_months else since
        )

    def _days(self, window: Window) -> QuerySet[DayCount]:
        return DayCount.objects.filter(
            dimension=self.dimension,
            value=self.value,
            day__gte=window.since.date(),
            day__lte=window.until.date(),
        ).order_by()


class _Hours(_Source):
    """The last 24 hours from what was counted by hour; narrowed, from the raw visits of a day."""

    def series(self) -> list[Point]:
        hours = self._hours(self.window.since, self.running_since)
        sums = {hour: Sums(*row) for hour, *row in hours.values_list("hour", *COLUMNS)}
        for hour, table in self.running.hours.items():
            sums[hour] = sums.get(hour, Sums()).plus(table[Dimension.ALL, ""])
        return [Point(at, sums.get(at, Sums())) for at in self.window.moments]

    def before(self) -> Sums:
        before = self.window.before
        return summed(self._hours(before.since, hour_of(before.until)))

    def top(self) -> tuple[dict[Dimension, dict[str, Sums]], date]:
        since = self.window.since
        if self.filters:
            raw = count(visits(since, self.running_since, self.filters), pairs=False, paths=False)
            return merged(_rows(raw), self.running, but=self.dimension), since.date()
        hours = HourCount.objects.filter(hour__gte=since, hour__lt=self.running_since).exclude(dimension=Dimension.ALL)
        return merged(grouped(hours, "dimension", "value"), self.running), since.date()


class _Raw(_Source):
    """Two values at once: everything from the raw visits."""

    def __init__(self, window: Window, filters: Mapping[Dimension, str]) -> None:
        self.window, self.filters = window, filters
        self.running = count(visits(window.since, window.until, filters), pairs=False, paths=False)

    def series(self) -> list[Point]:
        sums: dict[datetime, Sums] = defaultdict(Sums)
        for hour, table in self.running.hours.items():
            at = hour if self.window.hourly else begin_of(hour.date())
            sums[at] = sums[at].plus(table[Dimension.ALL, ""])
        return [Point(at, sums[at]) for at in self.window.moments]

    def before(self) -> Sums:
        """As far as the raw visits reach."""
        before = self.window.before
        found = count(visits(before.since, before.until, self.filters), pairs=False, paths=False)
        return Sums(*found.all)

    def top(self) -> tuple[dict[Dimension, dict[str, Sums]], date]:
        top, since = merged([], self.running), self.window.since.date()
        return {dimension: rows for dimension, rows in top.items() if dimension not in self.filters}, since


# --- Adding up --------------------------------------------------------------------------------------------------------


def summed(counts: QuerySet[Any]) -> Sums:
    """All rows together. One query."""
    found = counts.aggregate(**{f"all_{name}": Sum(name) for name in COLUMNS})
    return Sums(*(found[f"all_{name}"] or 0 for name in COLUMNS))


def grouped(counts: QuerySet[Any], dimension: str, value: str) -> Iterable[Sequence[Any]]:
    """Rows of dimension, value and sums. One query."""
    groups = counts.order_by().values_list(dimension, value)
    summed: Iterable[Sequence[Any]] = groups.annotate(**{f"all_{name}": Sum(name) for name in COLUMNS})
    return summed


def _rows(counts: Counts) -> Iterable[Sequence[Any]]:
    return ((dimension, value, *sums) for (dimension, value), sums in counts.values.items())


def merged(
    rows: Iterable[Sequence[Any]], running: Counts, *, but: Dimension | None = None
) -> dict[Dimension, dict[str, Sums]]:
    """Rows of dimension, value and sums, and the running hour's, by both; without the one that they are narrowed by."""
    table: dict[Dimension, dict[str, Sums]] = {one: {} for one in Dimension if one not in (but, Dimension.ALL)}
    for dimension, value, *sums in chain(rows, _rows(running)):
        if dimension != but:
            values = table[Dimension(dimension)]
            values[value] = values.get(value, Sums()).plus(sums)
    return table


def _first(rows: Mapping[str, Sums], most: int) -> list[Row]:
    """Those that most visitors stand behind."""
    ordered = sorted(rows.items(), key=lambda one: (-one[1].sessions, -one[1].steps, one[0]))
    return [Row(value, sums) for value, sums in ordered[:most]]


def _added(sums: Iterable[Sums]) -> Sums:
    total = Sums()
    for one in sums:
        total = total.plus(one)
    return total


def _notes(window: Window, filters: Mapping[Dimension, str], top_since: date) -> list[str]:
    notes = []
    if not window.hourly:
        notes.append("Visitors are visitor-days: who comes on two days counts twice, since nothing joins the days.")
    if top_since < window.since.date():
        notes.append(f"What is split by dimension tells of whole months, from {top_since} on.")
    if len(filters) > 1 and window.before.since < window.until - settings.JOURNEYS_KEPT_DAYS * DAY:
        notes.append("The while before is older than the visits that are kept, and is told in part.")
    if any(dimension in filters for dimension in (Dimension.AREA, Dimension.PROJECT)):
        notes.append("Steps, views and seconds are those spent there; visits are all that came there.")
    return notes
