"""What a benchmark measured: a figure a line, each against its limit."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    Values = float | Sequence[float]  # one, or one of each round

UNLIMITED: Final = "100000000/minute"  # counted like any other, and never reached
LEAST: Final = 1e-9  # so that nothing is divided by 0


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the report."""

    what: str
    measured: str
    limit: str = "–"
    ratio: float | None = None  # how well the limit is kept; 1 is just so
    spread: str = ""  # lowest–highest, of what was measured several times
    exact: bool = False  # the limit is kept or missed, with nothing between

    @property
    def is_missed(self) -> bool:
        return self.ratio is not None and self.ratio < 1


@dataclass(frozen=True, slots=True)
class Unit:
    """How a figure is written."""

    name: str
    factor: float = 1.0
    digits: int = 0

    def written(self, value: float) -> str:
        return f"{self.number(value)}{self.name}"

    def number(self, value: float) -> str:
        return f"{value * self.factor:,.{self.digits}f}"


MILLISECONDS: Final = Unit(" ms", 1000)
TENTHS_OF_MILLISECONDS: Final = Unit(" ms", 1000, 1)
MICROSECONDS: Final = Unit(" µs", 1e6)
SECONDS: Final = Unit(" s", digits=1)
KILOBYTES: Final = Unit(" kB", 1e-3, 1)
MEGABYTES: Final = Unit(" MB")
A_SECOND: Final = Unit("/s")
TIMES: Final = Unit(" times", digits=2)
PERCENT: Final = Unit("%", 100, 1)
COUNT: Final = Unit("")


def percentile(of_100: int, values: Sequence[float]) -> float:
    """What so many of a hundred values stay below. Raises `StatisticsError` for fewer than two values."""
    return statistics.quantiles(values, n=100)[of_100 - 1]


p95 = partial(percentile, 95)
p99 = partial(percentile, 99)


def noted(
    what: str, values: Values, unit: Unit, *, of: Callable[[Sequence[float]], float] = statistics.median, note: str = ""
) -> Result:
    """A figure without a limit."""
    measured, spread, _ = _summary(values, unit, of)
    return Result(what, _with(measured, note), spread=spread)


def at_most(
    what: str,
    values: Values,
    limit: float,
    unit: Unit,
    *,
    of: Callable[[Sequence[float]], float] = statistics.median,
    note: str = "",
) -> Result:
    """A figure that may be as high as its limit."""
    measured, spread, figure = _summary(values, unit, of)
    return Result(what, _with(measured, note), f"≤ {unit.written(limit)}", limit / max(LEAST, figure), spread)


def at_least(what: str, values: Values, limit: float, unit: Unit, *, note: str = "") -> Result:
    """A figure that may be as low as its limit."""
    measured, spread, figure = _summary(values, unit, statistics.median)
    return Result(what, _with(measured, note), f"≥ {unit.written(limit)}", figure / limit, spread)


def exactly(what: str, measured: str, limit: str, *, is_kept: bool) -> Result:
    """A limit that is kept or missed."""
    return Result(what, measured, limit, float(is_kept), exact=True)


def _summary(values: Values, unit: Unit, of: Callable[[Sequence[float]], float]) -> tuple[str, str, float]:
    if not isinstance(values, Sequence):
        return unit.written(values), "", values
    figure = of(values)
    spread = f"{unit.number(min(values))}–{unit.number(max(values))}" if len(values) > 1 else ""
    return unit.written(figure), spread, figure


def _with(measured: str, note: str) -> str:
    return f"{measured} ({note})" if note else measured


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def report(results: Sequence[Result]) -> int:
    """Print the table; returns how many limits are missed."""
    width, wide, wider = (
        max(len(text) for text in texts)
        for texts in zip(*((result.what, result.measured, result.spread) for result in results), strict=True)
    )
    say(f"\n{'':{width}}  {'measured':{wide}}  {'spread':{max(6, wider)}}  {'limit':16}  ratio")
    for result in results:
        ratio = "–" if result.ratio is None else f"{result.ratio:.2f}"
        missed = " ← missed" if result.is_missed else ""
        line = f"{result.what:{width}}  {result.measured:{wide}}  {result.spread:{max(6, wider)}}  {result.limit:16}"
        say(f"{line}  {ratio}{missed}")
    return sum(result.is_missed for result in results)
