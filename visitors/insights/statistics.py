"""Rank correlation of two series of days, with what can honestly be said of it. Pure.

Spearman's coefficient, its 95 % interval and its probability by Fisher's transformation with the variance of Fieller,
Hartley and Pearson (1957), for as many independent days as the series really have (Bretherton et al. 1999): a day that
is much like the one before it is not a day more. Holm (1979) corrects for the many that were tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, erfc, sqrt, tanh
from statistics import fmean
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

NORMAL_95: Final = 1.96
FIELLER: Final = 1.06
NEARLY_ONE: Final = 0.9999  # beyond, Fisher's transformation is infinite
FEWEST: Final = 4.0  # independent days, below which there is no variance to speak of


@dataclass(frozen=True, slots=True)
class Correlation:
    """How two series go together."""

    coefficient: float  # Spearman's, −1 to 1
    n: int  # days
    independent: float  # days, as far as they are
    low: float  # 95 % interval
    high: float
    p: float  # of one at least as far from zero, were there nothing; not yet corrected


def correlate(xs: Sequence[float], ys: Sequence[float], *, taken: int = 0) -> Correlation | None:
    """Spearman's correlation of two series of the same length; `None` where one of them never changes.

    `taken` are the means that were taken off before: each is a day that is not free any more.
    """
    ranks_x, ranks_y = ranks(xs), ranks(ys)
    coefficient = pearson(ranks_x, ranks_y)
    if coefficient is None:
        return None
    n = len(xs)
    alike = max(0.0, (_persistence(ranks_x) * _persistence(ranks_y)))
    independent = max(FEWEST, (n - taken) * (1 - alike) / (1 + alike))
    centre = atanh(max(-NEARLY_ONE, min(NEARLY_ONE, coefficient)))
    error = sqrt(FIELLER / (independent - 3))
    return Correlation(
        coefficient=coefficient,
        n=n,
        independent=independent,
        low=tanh(centre - NORMAL_95 * error),
        high=tanh(centre + NORMAL_95 * error),
        p=erfc(abs(centre) / error / sqrt(2)),
    )


def ranks(values: Sequence[float]) -> list[float]:
    """Places in order from 1 on; equal values share the middle of theirs."""
    order = sorted(range(len(values)), key=lambda at: values[at])
    places = [0.0] * len(values)
    start = 0
    for end in range(1, len(order) + 1):
        if end == len(order) or values[order[end]] != values[order[start]]:
            for at in order[start:end]:
                places[at] = (start + 1 + end) / 2
            start = end
    return places


def pearson(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """The linear correlation, −1 to 1; `None` where one series never changes."""
    if len(xs) < 2:
        return None
    middle_x, middle_y = fmean(xs), fmean(ys)
    together = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
    spread = sqrt(sum((x - middle_x) ** 2 for x in xs) * sum((y - middle_y) ** 2 for y in ys))
    return max(-1.0, min(1.0, together / spread)) if spread else None


def _persistence(values: Sequence[float]) -> float:
    """How much a day is like the one before it."""
    return pearson(values[:-1], values[1:]) or 0.0


def holm(probabilities: Sequence[float]) -> list[float]:
    """The probabilities, corrected for how many there are: what stays small is not one lucky hit of many."""
    corrected, highest = [0.0] * len(probabilities), 0.0
    for place, at in enumerate(sorted(range(len(probabilities)), key=lambda one: probabilities[one])):
        highest = max(highest, min(1.0, probabilities[at] * (len(probabilities) - place)))
        corrected[at] = highest
    return corrected
