"""All counts of a while as rows, for a spreadsheet or a program."""

from __future__ import annotations

import csv
import io
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from visitors.figures.counting import Sums
from visitors.figures.rollups import counted_since
from visitors.models import DayCount

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from visitors.figures.windows import Window
    from visitors.vocabulary import Dimension

COLUMNS: Final = ("day", "dimension", "value", *Sums._fields)
NOTHING: Final = (0,) * len(Sums._fields)
BEFORE: Final = ("day_before", *(f"{name}_before" for name in Sums._fields))
# A spreadsheet would run what begins so; some take the wide forms, too.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def rows_of(window: Window, dimension: Dimension | None = None) -> Iterator[dict[str, Any]]:
    """What was counted of each day, oldest first. One query."""
    days = DayCount.objects.filter(day__gte=window.since.date(), day__lte=window.until.date())
    counts = days.order_by("day", "dimension", "value")
    if dimension is not None:
        counts = counts.filter(dimension=dimension)
    for row in counts.values_list(*COLUMNS).iterator():
        yield dict(zip(COLUMNS, row, strict=True))


def rows_compared(window: Window, dimension: Dimension | None = None) -> Iterator[dict[str, Any]]:
    """The same, each beside the day that stands in its place in the period before. Three queries.

    What came on one of the two days alone is zero on the other; where the other was not counted yet, it is empty.
    """
    counted = counted_since()
    now, then = _by_day(rows_of(window, dimension)), _by_day(rows_of(window.before, dimension))
    here, there = next(now, None), next(then, None)
    for day in window.days:
        day_before, come, gone = day - window.length, {}, {}
        if here and here[0] == day:
            come, here = here[1], next(now, None)
        if there and there[0] == day_before:
            gone, there = there[1], next(then, None)
        is_known = counted is not None and counted <= day_before
        for key in sorted(come.keys() | gone.keys()):
            sums = dict(zip(BEFORE, (day_before, *gone.get(key, NOTHING)), strict=True))
            yield dict(zip(COLUMNS, (day, *key, *come.get(key, NOTHING)), strict=True)) | (
                sums if is_known else dict.fromkeys(BEFORE)
            )


def _by_day(found: Iterator[dict[str, Any]]) -> Iterator[tuple[date, dict[tuple[str, str], tuple[float, ...]]]]:
    """The sums of each day by dimension and value."""
    for day, some in groupby(found, itemgetter("day")):
        yield day, {(row["dimension"], row["value"]): tuple(row[name] for name in Sums._fields) for row in some}


def as_csv(found: Iterable[dict[str, Any]], columns: Sequence[str] = COLUMNS) -> str:
    """With a heading; text that a spreadsheet would run is quoted by an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_inert(row[name]) for name in columns] for row in found)
    return text.getvalue()


def _inert(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
