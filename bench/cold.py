"""The garden's state and its front page where nothing of them is kept: processor time of a process that never saw it.

Run alone by `python -m bench.cold [DATABASE_URL]`, on SQLite without one; a database that is named has to be empty.
PostgreSQL works in processes of its own, which are not in the figures.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from bench.asking import inside
from bench.report import Result, report, say
from tests.running import greenhouse

SIZES = (10, 200, 2000)
ROUNDS = 5  # processes
LIMIT = 0.15  # seconds, for the state at the largest size


def cold_gardens(directory: Path, database_url: str = "") -> list[Result]:
    """Each size in so many processes; the middle of what they took, and the queries of the last."""
    results = []
    with greenhouse(directory, **({"DATABASE_URL": database_url} if database_url else {})) as garden:
        garden.manage("migrate", "--verbosity", "0")
        for size in SIZES:
            found = [inside(garden, "cold", size) for _ in range(ROUNDS)]
            for way, what in (("state", "cold state"), ("page", "cold front page")):
                seconds = [one[way] for one in found]
                middle = statistics.median(seconds)
                measured = f"{middle * 1000:.0f} ms ({min(seconds) * 1000:.0f}–{max(seconds) * 1000:.0f})"
                limit = LIMIT if way == "state" and size == SIZES[-1] else None
                results.append(
                    Result(
                        f"{what}, {size:,} plants",
                        f"{measured}, {found[-1][f'{way}_queries']} queries",
                        f"≤ {limit * 1000:.0f} ms" if limit else "–",
                        limit and limit / middle,
                    )
                )
    return results


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        say("Assembling …")
        sys.exit(1 if report(cold_gardens(Path(temporary), *sys.argv[1:])) else 0)
