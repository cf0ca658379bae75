"""`python -m bench.visits`: the figures of a year with a million steps, asked for over HTTP as a console would.

On SQLite, or on the database that `BENCH_DATABASE_URL` names, which has to be empty. The number of steps can be given;
a million take some minutes to write and count.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from bench.asking import inside
from bench.load import seconds_used
from bench.report import UNLIMITED, Result, report, say
from tests.running import Greenhouse, greenhouse

STEPS: Final = 1_000_000
HEAVY: Final = 100_000  # steps of one day
PLANTS: Final = 40
QUESTIONS: Final = 40
API: Final = "/api/v1/"
ASKED: Final = (
    ("dashboard, 1d", "analytics/dashboard/?date_range=1d"),
    ("dashboard, 7d", "analytics/dashboard/?date_range=7d"),
    ("dashboard, 30d", "analytics/dashboard/?date_range=30d"),
    ("dashboard, 90d", "analytics/dashboard/?date_range=90d"),
    ("dashboard, 365d", "analytics/dashboard/?date_range=365d"),
    ("dashboard, 30d, one value", "analytics/dashboard/?date_range=30d&channel=search"),
    ("dashboard, 365d, one value", "analytics/dashboard/?date_range=365d&channel=search"),
    ("dashboard, 30d, two values", "analytics/dashboard/?date_range=30d&channel=search&device=mobile"),
    ("visitors, 365d", "visitors/analytics/?date_range=365d"),
    ("journeys, 30d", "analytics/journeys/?date_range=30d"),
    ("journeys, 365d", "analytics/journeys/?date_range=365d"),
    ("journeys, 30d, one value", "analytics/journeys/?date_range=30d&channel=search"),
    ("a funnel, 30d", "analytics/funnels/to-a-plant/?date_range=30d"),
    ("insights, 365d", "analytics/unified-insights/?range=365d"),
)
SIGN_IN: Final = """
from datetime import timedelta
from django.contrib.auth.models import User
from rest_framework_simplejwt.tokens import AccessToken
token = AccessToken.for_user(User.objects.create_superuser("bench"))
token.set_exp(lifetime=timedelta(hours=6))  # as long as a slow machine takes
print(token)
"""


def inside_for_long(garden: Greenhouse, code: str) -> dict[str, Any]:
    """Run Python inside of the greenhouse, however long it takes, and read what it printed last."""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        env=garden.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def ask(garden: Greenhouse, token: str, path: str, times: int) -> float:
    """Seconds that 95 of 100 answers stay below. Raises `RuntimeError` for any other answer than 200."""
    connection, took = http.client.HTTPConnection("127.0.0.1", garden.port, timeout=120), []
    for _ in range(times):
        began = time.perf_counter()
        connection.request("GET", API + path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        said = answer.read()
        took.append(time.perf_counter() - began)
        if answer.status != 200:
            raise RuntimeError(said.decode())
    connection.close()
    return statistics.quantiles(took, n=20)[-1]


def asked(garden: Greenhouse, token: str, what: str, path: str, limit: float) -> Result:
    """The time of an answer, and what of it was the server's own work: other programs disturb that less."""
    web = garden.processes[-1].pid
    before = seconds_used(web)
    p95 = ask(garden, token, path, QUESTIONS)
    own = (seconds_used(web) - before) / QUESTIONS
    return Result(
        f"{what}, p95",
        f"{p95 * 1000:.0f} ms, {own * 1000:.0f} ms of processor",
        f"< {limit * 1000:.0f} ms",
        limit / p95,
    )


def measure(directory: Path, steps: int) -> list[Result]:
    """Write, count, ask."""
    settings = {"RATE_LIMIT_ANALYTICS": UNLIMITED, "RATE_LIMIT_OWNER": UNLIMITED}
    if url := os.environ.get("BENCH_DATABASE_URL"):
        settings["DATABASE_URL"] = url
    with greenhouse(directory, **settings) as garden:
        garden.manage("migrate", "--verbosity", "0")
        inside(garden, "plant", PLANTS)
        say(f"Writing and counting {steps:,} steps …")
        told = inside_for_long(garden, f"from bench.made_up_visits import year; year({steps})")
        results = [
            Result(
                f"a year counted: {told['steps']:,} steps, {told['sessions']:,} visits",
                f"{told['count_year']:.0f} s, {told['cpu']:.0f} s of processor",
                "–",
            )
        ]
        token = garden.manage("shell", "--no-imports", "-c", SIGN_IN).split()[-1]
        garden.serve("manage.py", "runweb")
        say("Asking …")
        ask(garden, token, "analytics/realtime/", 3)
        for what, path in ASKED:
            results.append(asked(garden, token, what, path, 0.3))
        results.append(asked(garden, token, "realtime", "analytics/realtime/", 0.05))
        garden.stop()
        say("A heavy day …")
        heavy = inside_for_long(garden, f"from bench.made_up_visits import heavy_day; heavy_day({HEAVY})")
        measured = f"{heavy['seconds']:.1f} s, {heavy['cpu']:.1f} s of processor"
        results.append(Result(f"a day of {heavy['steps']:,} steps counted", measured, "< 10 s", 10 / heavy["seconds"]))
        return results


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else STEPS
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(1 if report(measure(Path(temporary), wanted)) else 0)
