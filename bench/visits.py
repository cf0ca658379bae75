"""The figures of a year with a million steps, asked for over HTTP as a console would."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING, Final

from bench.load import seconds_used
from bench.report import MILLISECONDS, SECONDS, UNLIMITED, Result, at_most, noted, p95, say
from bench.site import inside, run_inside, site

if TYPE_CHECKING:
    from tests.running import Greenhouse

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


def ask(garden: Greenhouse, token: str, path: str, times: int) -> list[float]:
    """Seconds of each answer. Raises `RuntimeError` for any other than 200."""
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
    return took


def asked(garden: Greenhouse, token: str, what: str, path: str, limit: float, times: int) -> Result:
    """The time of an answer, and what of it was the server's own work: other programs disturb that less."""
    web = garden.processes[-1].pid
    before = seconds_used(web)
    took = ask(garden, token, path, times)
    own = (seconds_used(web) - before) / times
    return at_most(f"{what}, p95", took, limit, MILLISECONDS, of=p95, note=f"processor {MILLISECONDS.written(own)}")


def figures_of_visits(steps: int = STEPS, heavy: int = HEAVY, questions: int = QUESTIONS) -> list[Result]:
    """Write, count, ask."""
    with site(RATE_LIMIT_ANALYTICS=UNLIMITED, RATE_LIMIT_OWNER=UNLIMITED) as garden:
        inside(garden, "plant", PLANTS)
        say(f"Writing and counting {steps:,} steps …")
        year = run_inside(garden, f"from bench.made_up_visits import year; year({steps})")
        what = f"a year counted: {year['steps']:,} steps, {year['sessions']:,} visits"
        results = [noted(what, year["count_year"], SECONDS, note=f"processor {SECONDS.written(year['cpu'])}")]
        token = garden.manage("shell", "--no-imports", "-c", SIGN_IN).split()[-1]
        garden.serve("manage.py", "runweb")
        say("Asking …")
        ask(garden, token, "analytics/realtime/", 3)
        results += [asked(garden, token, what, path, 0.3, questions) for what, path in ASKED]
        results.append(asked(garden, token, "realtime", "analytics/realtime/", 0.05, questions))
        garden.stop()
        say("A heavy day …")
        day = run_inside(garden, f"from bench.made_up_visits import heavy_day; heavy_day({heavy})")
        note = f"processor {SECONDS.written(day['cpu'])}"
        return [*results, at_most(f"a day of {day['steps']:,} steps counted", day["seconds"], 10, SECONDS, note=note)]
