"""Heartbeats taken in over HTTP, settled, and asked about, against the limits set for them."""

from __future__ import annotations

import base64
import http.client
import json
import random
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from bench.report import A_SECOND, MILLISECONDS, SECONDS, UNLIMITED, Result, at_least, at_most, noted, p95, say
from bench.site import site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.running import Greenhouse

KEY = "00000000-0000-4000-8000-000000000000"
HOME = "/api/v1/integrations/wakatime/users/current/"
HEADERS = {
    "Authorization": "Basic " + base64.b64encode(KEY.encode()).decode(),
    "Content-Type": "application/json",
    "User-Agent": "wakatime/v1.98.1 (linux-6.1.0-x86_64) go1.22 vscode/1.90.0 vscode-wakatime/24.5.0",
}
SENT: Final = 50_000
OF_A_YEAR: Final = 1_000_000
BULK = 25
DAYS = 365
CONNECTIONS = 4
QUESTIONS = 60
LANGUAGES = ("Python", "TypeScript", "Rust", "Go", "HTML", "CSS", "Shell", "SQL")
REBUILD = (
    "from django.utils import timezone; from integrations.coding.services import rebuild_days; "
    "rebuild_days(now=timezone.now())"
)


def heartbeats(count: int) -> Iterator[dict[str, Any]]:
    """A year of work: long days, a project for ten minutes or so, then another."""
    dice, a_day = random.Random(1), max(1, count // DAYS)
    first = (datetime.now(UTC) - timedelta(days=DAYS)).replace(hour=7, minute=0, second=0, microsecond=0)
    step, project, language = 14 * 3600 / a_day, 0, ""
    for number in range(count):
        if number % 40 == 0:
            project, language = dice.randrange(20), dice.choice(LANGUAGES)
        at = first + timedelta(days=number // a_day, seconds=step * (number % a_day) + dice.random())
        yield {
            "time": at.timestamp(),
            "entity": f"/home/gardener/projects/project-{project}/source/module_{number % 90}.py",
            "type": "file",
            "category": "coding",
            "is_write": number % 3 == 0,
            "project": f"project-{project}",
            "branch": "main",
            "language": language,
            "dependencies": ["json", "django"],
            "lines": 240,
            "lineno": number % 240,
            "cursorpos": 12,
            "user_agent": HEADERS["User-Agent"],
        }


def bulks(count: int) -> Iterator[bytes]:
    """The same as bodies of requests."""
    some: list[dict[str, Any]] = []
    for one in heartbeats(count):
        some.append(one)
        if len(some) == BULK:
            yield json.dumps(some).encode()
            some = []
    if some:
        yield json.dumps(some).encode()


def send_all(garden: Greenhouse, count: int) -> float:
    """Seconds until everything was taken in, over a few connections. Raises `RuntimeError` for any other answer."""
    bodies, lock = bulks(count), threading.Lock()
    failures: list[bytes] = []

    def send() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", garden.port, timeout=60)
        while not failures:
            with lock:
                body = next(bodies, None)
            if body is None:
                break
            connection.request("POST", f"{HOME}heartbeats.bulk", body, HEADERS)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 202:
                failures.append(said)
        connection.close()

    senders = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    if failures:
        raise RuntimeError(failures[0].decode())
    return time.perf_counter() - began


def seconds_of_answers(garden: Greenhouse, path: str, questions: int) -> list[float]:
    """How long each answer took. Raises `RuntimeError` for one that says nothing."""
    connection, took = http.client.HTTPConnection("127.0.0.1", garden.port, timeout=60), []
    for _ in range(questions):
        began = time.perf_counter()
        connection.request("GET", f"{HOME}{path}", headers=HEADERS)
        answer = connection.getresponse()
        said = answer.read()
        took.append(time.perf_counter() - began)
        if answer.status != 200 or not json.loads(said)["data"]:
            raise RuntimeError(path)
    connection.close()
    return took


def fill(count: int) -> None:
    """Inside a greenhouse: the days that so many heartbeats come to, as if they had been sent and settled."""
    from django.utils import timezone

    from integrations.coding.durations import Beat, spent
    from integrations.coding.services import store_days
    from integrations.models import CodingSource

    zone = timezone.get_default_timezone()
    for _, some in groupby(heartbeats(count), lambda one: datetime.fromtimestamp(one["time"], UTC).date()):
        beats = [
            Beat(datetime.fromtimestamp(one["time"], UTC), one["project"], one["language"], one["category"], "VS Code")
            for one in some
        ]
        store_days(drafts=spent(beats, zone), source=CodingSource.HEARTBEATS, now=timezone.now())


def coding_time(sent: int = SENT, of_a_year: int = OF_A_YEAR) -> list[Result]:
    """Some sent and settled; then questions about the days that a year of many more comes to."""
    settings = {"RATE_LIMIT_HEARTBEATS": UNLIMITED, "RATE_LIMIT_OWNER": UNLIMITED, "HEARTBEAT_API_KEY": KEY}
    with site(**settings) as garden:
        garden.serve("manage.py", "runweb")
        say(f"Sending {sent:,} heartbeats …")
        rate = sent / send_all(garden, sent)
        began = time.perf_counter()
        if garden.start(sys.executable, "manage.py", "shell", "--no-imports", "-c", REBUILD).wait():
            raise RuntimeError(garden.log)
        settled = time.perf_counter() - began
        garden.stop()
        say(f"A year of {of_a_year:,} …")
        garden.manage("shell", "--no-imports", "-c", f"from bench.coding import fill; fill({of_a_year})")
        garden.serve("manage.py", "runweb")
        return [
            at_least("heartbeats taken in", rate, 2_000, A_SECOND),
            noted(f"{sent:,} heartbeats settled", settled, SECONDS, note=f"{sent / settled:,.0f}/s"),
            *ask(garden),
        ]


def ask(garden: Greenhouse) -> list[Result]:
    """The questions that editors and dashboards ask; the year first of all, when nothing of it is kept yet."""
    today = datetime.now(UTC).date()
    year = f"summaries?start={today - timedelta(days=DAYS)}&end={today - timedelta(days=1)}"
    day = f"summaries?start={today - timedelta(days=9)}&end={today - timedelta(days=9)}"
    first = seconds_of_answers(garden, year, 1)
    results = [noted("coding time of a year, first asked", first, MILLISECONDS)]
    for what, path in (("a day", day), ("a year", year), ("today", "statusbar/today")):
        took = seconds_of_answers(garden, path, QUESTIONS)
        results.append(at_most(f"coding time of {what}, p95", took, 0.3, MILLISECONDS, of=p95))
    return results
