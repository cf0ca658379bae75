"""How long visitors stood where on the garden's plan: of open days from their steps, of older ones by the month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Count, F, Sum
from django.db.models.functions import Floor

from visitors.figures.visits import sessions, steps_of
from visitors.figures.windows import DAY, begin_of
from visitors.models import CountedDay, HeatCount
from visitors.walks import GRID

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from visitors.figures.windows import Window
    from visitors.vocabulary import Dimension

CELL: Final = GRID  # metres
FARTHEST: Final = 32_000  # cells, as the column holds them


class Warmth(NamedTuple):
    """What happened in one square."""

    steps: int
    seconds: float

    def plus(self, steps: int, seconds: float) -> Warmth:
        """Both together."""
        return Warmth(self.steps + steps, self.seconds + seconds)


NONE: Final = Warmth(0, 0.0)
Cells = dict[tuple[int, int], Warmth]


def heat(window: Window, filters: Mapping[Dimension, str] | None = None) -> tuple[Cells, date]:
    """The squares where somebody stood, and the first day they tell of: whole months, where a window begins in one.

    With filters, only days whose visits are there as they were. Four queries at most.
    """
    cells: Cells = {}
    closed = CountedDay.objects.filter(closed=True).order_by("-day").values_list("day", flat=True).first()
    since = window.since.date()
    if closed is None or since > closed:
        return cells_of(window.since, window.until, filters), since
    if filters:
        begin = max(window.since, _after(closed))
        return cells_of(begin, window.until, filters), begin.date()
    month = since.replace(day=1)
    summed = HeatCount.objects.filter(month__gte=month).order_by().values_list("cell_x", "cell_z")
    for x, z, steps, seconds in summed.annotate(Sum("steps"), Sum("seconds")):
        cells[x, z] = Warmth(steps, seconds)
    for cell, warmth in cells_of(_after(closed), window.until).items():
        cells[cell] = cells.get(cell, NONE).plus(*warmth)
    return cells, month


def cells_of(since: datetime, until: datetime, filters: Mapping[Dimension, str] | None = None) -> Cells:
    """The squares of the steps of a while. One query."""
    placed = steps_of(sessions(since, until, filters), since).filter(x__isnull=False, z__isnull=False)
    squares = placed.annotate(cell_x=Floor(F("x") / CELL), cell_z=Floor(F("z") / CELL)).values_list("cell_x", "cell_z")
    cells: Cells = {}
    for x, z, steps, seconds in squares.annotate(Count("pk"), Sum("duration")):
        cell = _within(x), _within(z)
        cells[cell] = cells.get(cell, NONE).plus(steps, seconds)
    return cells


def _within(cell: float) -> int:
    return max(-FARTHEST, min(FARTHEST, int(cell)))


def _after(day: date) -> datetime:
    return begin_of(day) + DAY
