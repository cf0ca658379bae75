"""Where the figures of a while are read from, and those of the period before it: counts by day or hour, or raw visits.

Each source gives the same answers. What it reads of the period before is one query of each kind more, however many rows
there are, and none where nothing of it is known.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db.models import Sum

from visitors.figures.comparing import Earlier
from visitors.figures.counting import Counts, Sums, count
from visitors.figures.rollups import HOURS_KEPT, counted_since, open_since
from visitors.figures.visits import visits
from visitors.figures.windows import DAY, begin_of, hour_of
from visitors.models import DayCount, HourCount, PairCount
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from visitors.figures.windows import Window

LONGEST_RAW: Final = DAY  # that is read as it is where nobody counted for long
COLUMNS: Final = Sums._fields
Table = dict[Dimension, dict[str, Sums]]


@dataclass(frozen=True, slots=True)
class Point:
    """An hour or a day."""

    at: datetime  # UTC, its begin
    sums: Sums


def source_of(window: Window, filters: Mapping[Dimension, str], counted: datetime | None) -> Source:
    """Where figures narrowed like this are read from; `counted` is up to when visits are counted."""
    if len(filters) > 1:
        return _Raw(window, filters)
    return (_Hours if window.hourly else _Days)(window, filters, counted)


def begin_of_running(window: Window, counted: datetime | None) -> datetime:
    """From when on the visits of a while are read as they are."""
    longest = hour_of(window.until - LONGEST_RAW)
    return max(window.since, longest, counted or longest)


def is_raw(window: Window) -> bool:
    """Whether all visits of the period before a while are there as they were, and none of their pairs is folded."""
    return window.before.since.date() >= open_since(window.until.date())


def earlier_of(window: Window, *, raw: bool = False) -> Earlier:
    """The period before a while, and whether all of it is known: counted, or with `raw` its visits kept. One query."""
    before, first = window.before, counted_since()
    if first is None:
        note = "No earlier figures: no visit was counted yet."
    elif first > before.since.date():
        note = f"No earlier figures: visits are counted since {first.day} {first:%B %Y}."
    elif raw and not is_raw(window):
        note = f"No earlier figures: single visits are kept for {settings.JOURNEYS_KEPT_DAYS} days."
    else:
        note = ""
    return Earlier(before.since, before.until, note)


class Source:
    """One way to the same answers."""

    def __init__(self, window: Window, filters: Mapping[Dimension, str], counted: datetime | None) -> None:
        self.window, self.filters = window, filters
        self.dimension, self.value = next(iter(filters.items()), (Dimension.ALL, ""))
        self.running_since = begin_of_running(window, counted)
        self.running = count(visits(self.running_since, window.until, filters), pairs=False, paths=False)

    def series(self) -> list[Point]:
        """Every hour or day."""
        raise NotImplementedError

    def top(self) -> tuple[Table, date]:
        """Every value of every dimension, and the first day that they tell of."""
        raise NotImplementedError

    def series_before(self) -> list[Point]:
        """The hours or days of the period before, as far as they had come by then."""
        raise NotImplementedError

    def top_before(self) -> Table | None:
        """Every value of the period before; `None` where it is not known by value."""
        raise NotImplementedError

    def _hours(self, since: datetime, until: datetime) -> QuerySet[HourCount]:
        return HourCount.objects.filter(
            dimension=self.dimension, value=self.value, hour__gte=since, hour__lt=until
        ).order_by()


class _Days(Source):
    """Whole days from what was counted by day."""

    def series(self) -> list[Point]:
        sums = self._by_day(self.window.since.date(), self.window.until.date())
        for hour, table in self.running.hours.items():
            day = begin_of(hour.date())
            sums[day] = sums.get(day, Sums()).plus(table[Dimension.ALL, ""])
        return [Point(at, sums.get(at, Sums())) for at in self.window.moments]

    def series_before(self) -> list[Point]:
        """The part of the last day is told by its hours, as long as those are kept."""
        before, last = self.window.before, self._last_day_before()
        if not self._hours_are_kept():
            sums = self._by_day(before.since.date(), last.date())
        else:
            sums = self._by_day(before.since.date(), (last - DAY).date())
            sums[last] = summed(self._hours(last, hour_of(before.until)))
        return [Point(at, sums.get(at, Sums())) for at in before.moments]

    def top(self) -> tuple[Table, date]:
        since, until = self.window.since.date(), self.window.until.date()
        if not self.filters:
            return merged(self._values(since, until), self.running), since
        pairs = PairCount.objects.filter(dimension=self.dimension, value=self.value)
        month = since.replace(day=1)
        folded = pairs.filter(span="month", since__gte=month)
        whole_months = folded.exists()
        found = grouped(folded, "by", "by_value") if whole_months else []
        by_day = pairs.filter(span="day", since__gte=since, since__lte=until)
        return merged([*found, *grouped(by_day, "by", "by_value")], self.running, but=self.dimension), (
            month if whole_months else since
        )

    def top_before(self) -> Table | None:
        """Narrowed by a value, only while the visits are there: after that their pairs are known by month."""
        before, last = self.window.before, self._last_day_before()
        if self.filters:
            if not is_raw(self.window):
                return None
            pairs = PairCount.objects.filter(dimension=self.dimension, value=self.value, span="day")
            by_day = pairs.filter(since__gte=before.since.date(), since__lt=last.date())
            part = count(visits(last, hour_of(before.until), self.filters), pairs=False, paths=False)
            return merged(grouped(by_day, "by", "by_value"), part, but=self.dimension)
        if not self._hours_are_kept():
            return merged(self._values(before.since.date(), last.date()), Counts())
        hours = HourCount.objects.filter(hour__gte=last, hour__lt=hour_of(before.until)).exclude(
            dimension=Dimension.ALL
        )
        whole = self._values(before.since.date(), (last - DAY).date())
        return merged(chain(whole, grouped(hours, "dimension", "value")), Counts())

    def _last_day_before(self) -> datetime:
        return begin_of(self.window.before.until.date())

    def _hours_are_kept(self) -> bool:
        return self._last_day_before() >= self.window.until - HOURS_KEPT

    def _values(self, since: date, until: date) -> Iterable[Sequence[Any]]:
        days = DayCount.objects.filter(day__gte=since, day__lte=until).exclude(dimension=Dimension.ALL)
        return grouped(days, "dimension", "value")

    def _by_day(self, since: date, until: date) -> dict[datetime, Sums]:
        days = DayCount.objects.filter(dimension=self.dimension, value=self.value, day__gte=since, day__lte=until)
        return {begin_of(day): Sums(*row) for day, *row in days.order_by().values_list("day", *COLUMNS)}


class _Hours(Source):
    """The last 24 hours from what was counted by hour; narrowed, from the raw visits of a day."""

    def series(self) -> list[Point]:
        sums = self._by_hour(self.window.since, self.running_since)
        for hour, table in self.running.hours.items():
            sums[hour] = sums.get(hour, Sums()).plus(table[Dimension.ALL, ""])
        return [Point(at, sums.get(at, Sums())) for at in self.window.moments]

    def series_before(self) -> list[Point]:
        """Without the hour in which it ends: how far it had come by then is not known."""
        before = self.window.before
        sums = self._by_hour(before.since, hour_of(before.until))
        return [Point(at, sums.get(at, Sums())) for at in before.moments if at < hour_of(before.until)]

    def top(self) -> tuple[Table, date]:
        since = self.window.since
        if self.filters:
            raw = count(visits(since, self.running_since, self.filters), pairs=False, paths=False)
            return merged(_rows(raw), self.running, but=self.dimension), since.date()
        return merged(self._values(since, self.running_since), self.running), since.date()

    def top_before(self) -> Table | None:
        since, until = self.window.before.since, hour_of(self.window.before.until)
        if not self.filters:
            return merged(self._values(since, until), Counts())
        if not is_raw(self.window):
            return None
        raw = count(visits(since, until, self.filters), pairs=False, paths=False)
        return merged([], raw, but=self.dimension)

    def _values(self, since: datetime, until: datetime) -> Iterable[Sequence[Any]]:
        hours = HourCount.objects.filter(hour__gte=since, hour__lt=until).exclude(dimension=Dimension.ALL)
        return grouped(hours, "dimension", "value")

    def _by_hour(self, since: datetime, until: datetime) -> dict[datetime, Sums]:
        return {hour: Sums(*row) for hour, *row in self._hours(since, until).values_list("hour", *COLUMNS)}


class _Raw(Source):
    """Two values at once: everything from the raw visits."""

    def __init__(self, window: Window, filters: Mapping[Dimension, str]) -> None:
        self.window, self.filters = window, filters
        self.running = count(visits(window.since, window.until, filters), pairs=False, paths=False)
        self._then: Counts | None = None

    def series(self) -> list[Point]:
        return self._points(self.window, self.running)

    def series_before(self) -> list[Point]:
        return self._points(self.window.before, self._before())

    def top(self) -> tuple[Table, date]:
        return self._without_filters(self.running), self.window.since.date()

    def top_before(self) -> Table | None:
        return self._without_filters(self._before())

    def _before(self) -> Counts:
        before = self.window.before
        if self._then is None:
            self._then = count(visits(before.since, before.until, self.filters), pairs=False, paths=False)
        return self._then

    def _without_filters(self, counts: Counts) -> Table:
        return {at: rows for at, rows in merged([], counts).items() if at not in self.filters}

    def _points(self, window: Window, counts: Counts) -> list[Point]:
        sums: dict[datetime, Sums] = defaultdict(Sums)
        for hour, table in counts.hours.items():
            at = hour if window.hourly else begin_of(hour.date())
            sums[at] = sums[at].plus(table[Dimension.ALL, ""])
        return [Point(at, sums[at]) for at in window.moments]


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


def merged(rows: Iterable[Sequence[Any]], running: Counts, *, but: Dimension | None = None) -> Table:
    """Rows of dimension, value and sums, and the running hour's, by both; without the one that they are narrowed by."""
    table: Table = {one: {} for one in Dimension if one not in (but, Dimension.ALL)}
    for dimension, value, *sums in chain(rows, _rows(running)):
        if dimension != but:
            values = table[Dimension(dimension)]
            values[value] = values.get(value, Sums()).plus(sums)
    return table


def added(points: Iterable[Point]) -> Sums:
    """All points together."""
    total = Sums()
    for point in points:
        total = total.plus(point.sums)
    return total
