"""Which measures of the garden go together, day by day. Pure.

Every pair is tried on the same day and on the next ones, each of these counts as tried, and what is told has passed the
correction for all of them. Before, each day is compared with its weekday's mean: that both are low at weekends says
nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean
from typing import TYPE_CHECKING, Final

from visitors.insights.statistics import correlate, holm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from visitors.insights.statistics import Correlation

FEWEST_DAYS: Final = 21  # that a pair has in common; of fewer, chance looks like anything
DAYS_FOR_WEEKDAYS: Final = 28  # from when on a weekday has a mean
LAGS: Final = (0, 1, 2, 3)  # days from the one to the other
SURE: Final = 0.01  # corrected probability: one report in a hundred tells of something that is not there
LATER: Final = {0: "The same day", 1: "A day later", 2: "Two days later", 3: "Three days later"}


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that has a number a day, and how it is spoken of."""

    name: str  # for machines
    more: str  # "you committed more"
    fewer: str  # "you committed less"
    by_day: Mapping[date, float]  # a day that is missing is unknown, and not zero


@dataclass(frozen=True, slots=True)
class Finding:
    """Two measures that go together."""

    cause: str
    effect: str
    lag: int  # days from the first to the second
    correlation: Correlation
    probability: float  # corrected
    sentence: str


@dataclass(frozen=True, slots=True)
class Study:
    """What was tried and what came of it."""

    findings: Sequence[Finding]  # the strongest first
    tried: int
    too_few: Sequence[tuple[str, str]]  # pairs that have too few days in common

    @property
    def told(self) -> str:
        """What was tried, in a sentence."""
        if not self.tried:
            return f"Too few data: two measures need {FEWEST_DAYS} days in common before they can be compared."
        found = f"{len(self.findings)} held" if self.findings else "none held"
        return f"{self.tried} combinations were tried, and {found} against chance."


def study(pairs: Iterable[tuple[Measure, Measure]], lags: Sequence[int] = LAGS) -> Study:
    """Try all pairs with all lags, and keep what is not there by chance; of each pair the lag that is surest."""
    tried: list[tuple[Measure, Measure, int, Correlation]] = []
    too_few = []
    for cause, effect in pairs:
        for lag in lags:
            xs, ys, taken = _in_common(cause.by_day, effect.by_day, lag)
            if len(xs) < FEWEST_DAYS:
                if lag == lags[0]:
                    too_few.append((cause.name, effect.name))
            elif found := correlate(xs, ys, taken=taken):
                tried.append((cause, effect, lag, found))
    corrected = holm([found.p for *_, found in tried])
    best: dict[tuple[str, str], Finding] = {}
    for (cause, effect, lag, found), probability in zip(tried, corrected, strict=True):
        pair = cause.name, effect.name
        if probability < SURE and (pair not in best or found.p < best[pair].correlation.p):
            sentence = _sentence(cause, effect, lag, found)
            best[pair] = Finding(*pair, lag, found, probability, sentence)
    ordered = sorted(best.values(), key=lambda one: (-abs(one.correlation.coefficient), one.cause, one.effect))
    return Study(ordered, len(tried), too_few)


def _in_common(
    cause: Mapping[date, float], effect: Mapping[date, float], lag: int
) -> tuple[list[float], list[float], int]:
    """The numbers of the days that both have, each against its weekday where there are enough, and how many means."""
    later = timedelta(days=lag)
    days = sorted(day for day in cause if day + later in effect)
    xs, ys = [cause[day] for day in days], [effect[day + later] for day in days]
    if len(days) < DAYS_FOR_WEEKDAYS:
        return xs, ys, 0
    weekdays = [day.weekday() for day in days]
    return _against_weekday(xs, weekdays), _against_weekday(ys, weekdays), len(set(weekdays)) - 1


def _against_weekday(values: Sequence[float], weekdays: Sequence[int]) -> list[float]:
    by_weekday: dict[int, list[float]] = defaultdict(list)
    for value, weekday in zip(values, weekdays, strict=True):
        by_weekday[weekday].append(value)
    means = {weekday: fmean(some) for weekday, some in by_weekday.items()}
    return [value - means[weekday] for value, weekday in zip(values, weekdays, strict=True)]


def _sentence(cause: Measure, effect: Measure, lag: int, found: Correlation) -> str:
    went = effect.more if found.coefficient > 0 else effect.fewer
    when = LATER.get(lag, f"{lag} days later").lower()
    return (
        f"When {cause.more}, {when} {went}: {found.coefficient:+.2f} over {found.n} days, "
        f"with 95% confidence between {found.low:+.2f} and {found.high:+.2f}."
    ).replace("-", "−")
