"""How fast pages were for real visitors, in buckets that percentiles can be read from. Pure.

Buckets grow by a fifth, so that a percentile is at most a tenth wrong; the limits are those that browsers' makers name
for Web Vitals: a page is good where three of four views are.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log
from typing import TYPE_CHECKING, Final

from visitors.figures.comparing import Comparable, changed
from visitors.vocabulary import Vital

if TYPE_CHECKING:
    from collections.abc import Mapping

GROWTH: Final = 1.2
LIMITS: Final = {Vital.LCP: (2_500, 4_000), Vital.INP: (200, 500), Vital.CLS: (100, 250)}  # good up to, poor beyond
FEWEST: Final = 20  # views; of fewer a percentile says little


@dataclass(frozen=True, slots=True)
class Speed(Comparable):
    """One of a page's speeds over a while."""

    vital: Vital
    count: int  # page views that told it
    p75: float | None  # milliseconds, of the layout's shift its plain number; none without a view
    verdict: str  # good, middling, poor, or "too few data"

    @property
    def counted(self) -> float:
        """The percentile; of too few views there is none to compare."""
        return self.p75 if self.p75 is not None and self.count >= FEWEST else 0.0

    @property
    def said(self) -> str:
        """The percentile with its unit."""
        if self.p75 is None:
            return "–"
        return f"{self.p75:.3f}" if self.vital is Vital.CLS else f"{self.p75:,.0f} ms"

    @property
    def change(self) -> float | None:
        """By which share of what it was the percentile changed; none while either is of too few views."""
        return changed(self.counted, self.before.counted) if self.before and self.count >= FEWEST else None


def bucket(value: float) -> int:
    """The bucket of a speed; 0 holds all below one."""
    return 0 if value < 1 else 1 + floor(log(value, GROWTH))


def value_of(number: int) -> float:
    """The middle of a bucket."""
    return 0.0 if number == 0 else float(GROWTH ** (number - 0.5))


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """What a share of all stays below, 0–1; `None` of nothing."""
    wanted, seen = ceil(sum(counts.values()) * share), 0
    for number in sorted(counts):
        seen += counts[number]
        if seen >= wanted:
            return value_of(number)
    return None


def speed(vital: Vital, counts: Mapping[int, int]) -> Speed:
    """What the buckets of one vital come to."""
    total, p75 = sum(counts.values()), percentile(counts, 0.75)
    good, poor = LIMITS[vital]
    if p75 is None or total < FEWEST:
        verdict = "too few data"
    else:
        verdict = "good" if p75 <= good else "poor" if p75 > poor else "middling"
    told = None if p75 is None else round(p75 / 1000, 3) if vital is Vital.CLS else float(round(p75))
    return Speed(vital, total, told, verdict)
