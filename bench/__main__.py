"""`make bench`: speed, size and memory against their limits, measured side by side in one run.

Absolute figures move with the machine; a ratio of 1 or more means that the limit is kept. Needs nothing but the
loopback interface, and Chromium for the scene; takes about twenty-five minutes on two cores that nobody else uses.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import saved
from bench.docs_page import put_into_docs
from bench.parts import PARTS, Part
from bench.report import report, say


def measure(part: Part, *, is_short: bool) -> saved.Measured:
    """One part, timed."""
    load, at, began = os.getloadavg()[0], datetime.now(UTC), time.perf_counter()
    results = part.try_out() if is_short else part.measure()
    return saved.Measured(
        title=part.title,
        command=f"python -m bench {part.name}",
        at=f"{at:%Y-%m-%dT%H:%MZ}",
        seconds=round(time.perf_counter() - began, 1),
        load=round(load, 2),
        short=is_short,
        results=tuple(results),
    )


def main() -> int:
    """Measure what is asked for; returns how many limits are missed, and parts that did not come to their end."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Speed, size and memory against their limits.")
    names = [part.name for part in PARTS]
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(names)}; without one, all of them")
    parser.add_argument("--short", action="store_true", help="see whether each part runs, at a fraction of its size")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the figures as JSON, beside parts it has")
    parser.add_argument("--draw", type=Path, metavar="FILE", help="put a saved run into docs/performance.md, and end")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(names):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if asked.draw:
        put_into_docs(saved.read(asked.draw))
        return 0
    missed = 0
    for part in PARTS:
        if asked.parts and part.name not in asked.parts:
            continue
        say(f"\n{part.title} (python -m bench {part.name}) …")
        try:
            measured = measure(part, is_short=asked.short)
        except Exception as error:  # noqa: BLE001 - what the other parts measure is not lost by it
            say(f"It did not come to its end: {type(error).__name__}: {error}")
            missed += 1
            continue
        missed += report(measured.results)
        say(f"It took {measured.seconds:,.0f} s, and began with a load of {measured.load}.")
        if asked.save:
            run = saved.read(asked.save)
            saved.write(asked.save, saved.Run(run.machine, run.parts | {part.name: measured}))
    return missed


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
