"""Web Vitals of real visitors: taken from raw views into buckets, and read as percentiles."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from django.db.models import Sum

from visitors.figures.speeds import bucket, speed
from visitors.models import PageSpeed, SpeedCount
from visitors.vocabulary import Vital

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

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


def speeds(window: Window, *, since_raw: datetime, area: str | None = None) -> list[Speed]:
    """Each vital of a while; from `since_raw` on the views are read as they are. Two queries."""
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    kept = SpeedCount.objects.filter(day__gte=window.since.date(), day__lte=window.until.date()).order_by()
    if area is not None:
        kept = kept.filter(area=area)
    for vital, number, often in kept.values_list("vital", "bucket").annotate(Sum("count")):
        counts[vital][number] += often
    for vital, _, number, often in buckets_of(since_raw, window.until, area=area):
        counts[vital][number] += often
    return [speed(vital, counts[vital]) for vital in Vital]
