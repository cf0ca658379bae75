"""All counts of a while as rows, for a spreadsheet or a program."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from visitors.figures.counting import Sums
from visitors.models import DayCount

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from visitors.vocabulary import Dimension

COLUMNS: Final = ("day", "dimension", "value", *Sums._fields)
# A spreadsheet would run what begins so; some take the wide forms, too.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def rows(since: date, until: date, dimension: Dimension | None = None) -> Iterator[dict[str, Any]]:
    """What was counted of each day, oldest first. One query."""
    counts = DayCount.objects.filter(day__gte=since, day__lte=until).order_by("day", "dimension", "value")
    if dimension is not None:
        counts = counts.filter(dimension=dimension)
    for row in counts.values_list(*COLUMNS).iterator():
        yield dict(zip(COLUMNS, row, strict=True))


def as_csv(found: Iterable[dict[str, Any]]) -> str:
    """With a heading; text that a spreadsheet would run is quoted by an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_inert(row[name]) for name in COLUMNS] for row in found)
    return text.getvalue()


def _inert(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
