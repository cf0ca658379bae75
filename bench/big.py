"""`python -m bench.big`: a garden of a thousand plants, five million facts and ten million steps, and how long its real
questions take.

On SQLite, or on the database that `BENCH_DATABASE_URL` names, which has to be empty. A part of that size can be given
(`python -m bench.big 0.05`). What was asked is undone, so that each question meets the same garden.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any, Final

from bench.report import Result, report, say
from bench.site import run_inside, site

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES: Final = 3
LONG: Final = 10.0  # seconds; what takes longer is asked once
LIMIT: Final = 1.0  # seconds; of a page


def ask() -> None:
    """Ask everything inside of a filled greenhouse; prints seconds and number of queries of each question."""
    from django.utils import timezone

    from bench.questions import of_the_whole_garden, questions

    now = timezone.now()
    told = {name: _fastest(question) for name, question in (questions(now) | of_the_whole_garden(now)).items()}
    print(json.dumps(told))  # noqa: T201


def _fastest(question: Callable[[], Any]) -> tuple[float, int]:
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from bench.questions import forget_what_is_kept

    took: list[float] = []
    while len(took) < TIMES and (not took or took[-1] < LONG):
        forget_what_is_kept()
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            began = time.perf_counter()
            question()
            took.append(time.perf_counter() - began)
            transaction.set_rollback(True)
    return min(took), len(queries)


def refresh() -> None:
    """Work `garden_summary` out anew while somebody reads it; prints how long it took, and the longest read."""
    import threading

    from django.db import connection

    from greenhouse.run import summary

    waits: list[float] = []
    done = threading.Event()

    def read() -> None:
        with connection.cursor() as cursor:
            while not done.is_set():
                began = time.perf_counter()
                cursor.execute(f"SELECT COUNT(*), SUM(growth_events) FROM {summary.NAME}")  # noqa: S608 - our own name
                waits.append(time.perf_counter() - began)
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    began = time.perf_counter()
    summary.refresh()
    took = time.perf_counter() - began
    done.set()
    reader.join()
    print(json.dumps({"seconds": took, "reads": len(waits), "longest": max(waits)}))  # noqa: T201


def fill_now(factor: float) -> None:
    """Fill this greenhouse; prints its rows and its size."""
    from django.db import connection
    from django.utils import timezone

    from bench.made_up_garden import fill

    began = time.perf_counter()
    rows = fill(factor, timezone.now())
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        sqlite = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        cursor.execute(sqlite if connection.vendor == "sqlite" else "SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    print(json.dumps({"rows": rows, "seconds": seconds, "bytes": size}))  # noqa: T201


def measure(factor: float) -> list[Result]:
    """Fill and ask."""
    with site(ENABLE_RATE_LIMITING="false") as garden:
        say("Filling …")
        filled = run_inside(garden, f"from bench.big import fill_now; fill_now({factor})")
        results = [
            Result(f"{sum(filled['rows'].values()):,} rows written", f"{filled['seconds']:.0f} s", "–"),
            Result("size of the database", f"{filled['bytes'] / 1e9:.1f} GB", "–"),
        ]
        say("Asking …")
        for name, (seconds, queries) in run_inside(garden, "from bench.big import ask; ask()").items():
            is_page = name.startswith("/")
            results.append(
                Result(
                    name,
                    f"{seconds * 1000:,.0f} ms, {queries} queries",
                    f"{LIMIT * 1000:.0f} ms" if is_page else "–",
                    LIMIT / seconds if is_page else None,
                )
            )
        told = run_inside(garden, "from bench.big import refresh; refresh()")
        results.append(Result("garden_summary worked out anew", f"{told['seconds']:.1f} s", "–"))
        results.append(Result("… longest of its reads beside it", f"{told['longest'] * 1000:.0f} ms", "–"))
        return results


if __name__ == "__main__":
    sys.exit(1 if report(measure(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0)) else 0)
