"""The figures of a while: totals, how they went, the first ten of every dimension, and what all of it was before.

Read from the counts, and from the raw visits for what began since the last count. One value of any dimension narrows
them; two do while the raw visits are there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db.models import Sum

from visitors.figures.comparing import Comparable, beside
from visitors.figures.reading import added, earlier_of, source_of
from visitors.figures.rollups import counted_until
from visitors.figures.windows import DAY
from visitors.models import BotCount
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from visitors.figures.comparing import Earlier
    from visitors.figures.counting import Sums
    from visitors.figures.reading import Point, Table
    from visitors.figures.windows import Window

TOP: Final = 10
MOST_GONE: Final = 5  # of each dimension
MOST_FILTERS: Final = 2


class FiltersRefused(ValueError):
    """Figures cannot be narrowed like this; its text says why."""


@dataclass(frozen=True, slots=True)
class Row(Comparable):
    """One value of a dimension."""

    value: str
    sums: Sums

    @property
    def counted(self) -> float:
        """Its visits."""
        return self.sums.sessions


@dataclass(frozen=True, slots=True)
class SetAsideRow(Comparable):
    """What counts not, and why."""

    reason: str
    family: str
    sessions: int
    steps: int

    @property
    def counted(self) -> float:
        """Its visits."""
        return self.sessions


@dataclass(frozen=True, slots=True)
class Figures:
    """What a while comes to."""

    window: Window
    filters: Mapping[Dimension, str]
    totals: Sums
    before: Sums  # nothing where the period before is not known
    earlier: Earlier
    series: Sequence[Point]
    series_before: Sequence[Point]  # in step with `series`; empty where it is not known
    top: Mapping[Dimension, Sequence[Row]]
    gone: Mapping[Dimension, Sequence[Row]]  # values of the period before that nobody brought since, as they were then
    plants: Mapping[str, Row]  # all that were seen, by their identifiers; none where it is narrowed to one
    top_since: date  # the first day that `top` tells of: filtered ones go by whole months where days are folded
    set_aside: Sequence[SetAsideRow]
    counted_until: datetime | None  # what began later was read as it is
    notes: Sequence[str] = field(default_factory=list)  # what a reader should know of them


def figures(window: Window, filters: Mapping[Dimension, str] | None = None, *, most: int = TOP) -> Figures:
    """The figures of a while. Raises `FiltersRefused`.

    Fourteen queries at most, and one more for each further thousand of the visits that are not counted by days.
    """
    filters = dict(filters or {})
    check(window, filters)
    counted, earlier = counted_until(), earlier_of(window, raw=len(filters) > 1)
    source = source_of(window, filters, counted)
    top, top_since = source.top()
    top_before = source.top_before() if earlier.is_known and top_since == window.since.date() else None
    series, series_before = source.series(), source.series_before() if earlier.is_known else []
    return Figures(
        window=window,
        filters=filters,
        totals=added(series),
        before=added(series_before),
        earlier=earlier,
        series=series,
        series_before=series_before,
        top=_first(top, top_before, most),
        gone=_gone(top, top_before),
        plants={row.value: row for row in _compared(top, top_before, Dimension.PROJECT)},
        top_since=top_since,
        set_aside=set_aside(window, earlier),
        counted_until=counted,
        notes=_notes(window, filters, top_since, earlier, by_value=top_before is not None),
    )


def check(window: Window, filters: Mapping[Dimension, str]) -> None:
    """Raises `FiltersRefused` where figures cannot be narrowed so."""
    if len(filters) > MOST_FILTERS:
        raise FiltersRefused(f"At most {MOST_FILTERS} values at once.")
    if len(filters) > 1 and window.until - window.since > settings.JOURNEYS_KEPT_DAYS * DAY:
        raise FiltersRefused(
            f"Two values at once only within {settings.JOURNEYS_KEPT_DAYS} days: longer ago, nobody knows."
        )


def set_aside(window: Window, earlier: Earlier) -> list[SetAsideRow]:
    """What counts not, the most frequent first, by whole days. Two queries."""
    before = _set_aside(window.before) if earlier.is_known else None
    found = beside(_set_aside(window), before, attrgetter("reason", "family"))
    return sorted(found, key=lambda row: (-row.sessions, row.reason, row.family))


def _set_aside(window: Window) -> list[SetAsideRow]:
    counts = BotCount.objects.filter(day__gte=window.since.date(), day__lte=window.until.date()).order_by()
    return [SetAsideRow(*row) for row in counts.values_list("reason", "family").annotate(Sum("sessions"), Sum("steps"))]


def _first(top: Table, before: Table | None, most: int) -> dict[Dimension, list[Row]]:
    """Of each dimension those that most visits stand behind, with what they were."""
    return {dimension: _compared(top, before, dimension, most) for dimension in top}


def _compared(top: Table, before: Table | None, dimension: Dimension, most: int | None = None) -> list[Row]:
    then = None if before is None else _ordered(before.get(dimension, {}))
    return beside(_ordered(top.get(dimension, {}))[:most], then, attrgetter("value"))


def _gone(top: Table, before: Table | None) -> dict[Dimension, list[Row]]:
    """Of each dimension the most visited ones of before that are not there any more."""
    return {
        dimension: _ordered({value: sums for value, sums in rows.items() if value not in top[dimension]})[:MOST_GONE]
        for dimension, rows in (before or {}).items()
    }


def _ordered(rows: Mapping[str, Sums]) -> list[Row]:
    ordered = sorted(rows.items(), key=lambda one: (-one[1].sessions, -one[1].steps, one[0]))
    return [Row(value, sums) for value, sums in ordered]


def _notes(
    window: Window, filters: Mapping[Dimension, str], top_since: date, earlier: Earlier, *, by_value: bool
) -> list[str]:
    notes = [earlier.note] if earlier.note else []
    if not window.hourly:
        notes.append("Visitors are visitor-days: who comes on two days counts twice, since nothing joins the days.")
    if top_since < window.since.date():
        notes.append(f"What is split by dimension tells of whole months, from {top_since} on.")
    if earlier.is_known and not by_value:
        notes.append("No earlier figures by value: what is narrowed has them while single visits are kept.")
    if any(dimension in filters for dimension in (Dimension.AREA, Dimension.PROJECT)):
        notes.append("Steps, views and seconds are those spent there; visits are all that came there.")
    return notes
