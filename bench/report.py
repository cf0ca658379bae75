"""What a benchmark says: one line a measurement, each against its limit."""

from __future__ import annotations

import sys
from dataclasses import dataclass

UNLIMITED = "100000000/minute"  # counted like any other, and never reached


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the report."""

    what: str
    measured: str
    limit: str
    ratio: float | None = None  # how well the limit is kept; 1 is just so


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def report(results: list[Result]) -> int:
    """Print the table; returns how many limits are missed."""
    width = max(len(result.what) for result in results)
    wide = max(len(result.measured) for result in results)
    say(f"\n{'':{width}}  {'measured':{wide}}  {'limit':20}  ratio")
    for result in results:
        ratio = "–" if result.ratio is None else f"{result.ratio:.2f}"
        missed = " ← missed" if result.ratio is not None and result.ratio < 1 else ""
        say(f"{result.what:{width}}  {result.measured:{wide}}  {result.limit:20}  {ratio}{missed}")
    return sum(result.ratio is not None and result.ratio < 1 for result in results)
