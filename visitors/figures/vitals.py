"""Web Vitals of real visitors: taken from raw views into buckets, and read as percentiles."""

from __future__ import annotations

from collections import Counter, defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db.models import Sum

from visitors.figures.comparing import beside
from visitors.figures.speeds import bucket, speed
from visitors.models import PageSpeed, SpeedCount
from visitors.vocabulary import Vital

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from visitors.figures.comparing import Earlier
    from visitors.figures.speeds import Speed
    from visitors.figures.windows import Window


def buckets_of(since: datetime, until: datetime, *, area: str | None = None) -> list[tuple[str, str, int, int]]:
    """Vital, area, bucket and how many, of the page views of a while. One query."""
    rows = PageSpeed.objects.filter(at__gte=since, at__lt=until).order_by()
    if area is not None:
        rows = rows.filter(area=area)
    counts = Counter(key for row in rows.values_list("area", "lcp", "inp", "cls") for key in _keys(*row))
    return [(*key, often) for key, often in counts.items()]


def _keys(area: str, lcp: float | None, inp: float | None, cls: float | None) -> Iterator[tuple[str, str, int]]:
    thousandths = None if cls is None else cls * 1000
    for vital, value in ((Vital.LCP, lcp), (Vital.INP, inp), (Vital.CLS, thousandths)):
        if value is not None:
            yield vital.value, area, bucket(value)


def speeds(
    window: Window, *, since_raw: datetime, area: str | None = None, earlier: Earlier | None = None
) -> list[Speed]:
    """Each vital of a while, by whole days; from `since_raw` on the views are read as they are. Two queries.

    With what each was in the period before, where `earlier` says that it is known: one query more.
    """
    counts = _counted(window, area)
    for vital, _, number, often in buckets_of(since_raw, window.until, area=area):
        counts[vital][number] += often
    before = _speeds(_counted(window.before, area)) if earlier and earlier.is_known else None
    return beside(_speeds(counts), before, attrgetter("vital"), come_and_go=False)


def _speeds(counts: Mapping[str, Counter[int]]) -> list[Speed]:
    return [speed(vital, counts[vital]) for vital in Vital]


def _counted(window: Window, area: str | None) -> dict[str, Counter[int]]:
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    kept = SpeedCount.objects.filter(day__gte=window.since.date(), day__lte=window.until.date()).order_by()
    if area is not None:
        kept = kept.filter(area=area)
    for vital, number, often in kept.values_list("vital", "bucket").annotate(Sum("count")):
        counts[vital][number] += often
    return counts
