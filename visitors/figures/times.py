"""When visitors come: by the hour of the day and the day of the week, in UTC."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from visitors.figures.rollups import HOURS_KEPT
from visitors.models import HourCount
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visitors.figures.comparing import Earlier
    from visitors.figures.windows import Window

HOURS: Final = 24
WEEKDAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Times:
    """Visits that began then."""

    by_hour: Sequence[int]  # of the day, from 0 to 23 UTC
    by_weekday: Sequence[int]  # from Monday on
    before: Times | None = None  # in the period before, where its hours are kept


def times(window: Window, earlier: Earlier | None = None) -> Times:
    """From the hours that are kept, a quarter at most. One query, and one of the period before where that is known."""
    is_kept = earlier and earlier.is_known and earlier.since >= window.until - HOURS_KEPT
    now = _times(window)
    return replace(now, before=_times(window.before)) if is_kept else now


def _times(window: Window) -> Times:
    kept = HourCount.objects.filter(dimension=Dimension.ALL, hour__gte=window.since, hour__lt=window.until).order_by()
    hours: Counter[int] = Counter()
    weekdays: Counter[int] = Counter()
    for hour, sessions in kept.values_list("hour", "sessions"):
        hours[hour.hour] += sessions
        weekdays[hour.weekday()] += sessions
    return Times([hours[one] for one in range(HOURS)], [weekdays[one] for one in range(WEEKDAYS)])
