"""A week of visits with marks planted in them: what is said to be never stored is in no file, log, report or answer.

Time is moved by making everything that is there a day older; the hourly tasks run after each day.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import threading
import urllib.error
import urllib.request
import uuid
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

import pytest
from redis import Redis

from tests.needs import missing
from tests.running import Greenhouse, greenhouse
from tests.servers import PostgresServer, RedisServer, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    MarkedSite = tuple[Greenhouse, list[bytes], list[Path]]

ADDRESS: Final = "198.51.100.77"
AGENT: Final = "Mozilla/5.0 (X11; Linux x86_64) MarkedBuild/77.31 Firefox/140.0"
AGENT_MARK: Final = "MarkedBuild"
REFERRER: Final = "https://friend.example/planted-path-9f3c?q=planted-query-5b1d"
REFERRER_MARKS: Final = ("planted-path-9f3c", "planted-query-5b1d")
ERASED: Final = "hollow-of-the-erased"  # an area that one visitor alone was in
DAYS: Final = 7
A_DAY_OLDER: Final = """
import django
django.setup()
from datetime import timedelta
from django.db.models import F
from visitors import models
day = timedelta(days=1)
for model, fields in (
    (models.Session, ("started_at", "last_activity_at")),
    (models.Step, ("at",)),
    (models.PageSpeed, ("at",)),
    (models.Pseudonym, ("last_at",)),
    (models.Batch, ("at",)),
):
    model.objects.update(**{field: F(field) - day for field in fields})
for salt in models.DailySalt.objects.order_by("day"):
    salt.day -= day
    salt.save()
"""
HOURLY: Final = """
import django
django.setup()
from visitors import tasks
for task in (tasks.forget_old_salts, tasks.roll_up, tasks.forget_visits):
    task()
"""
RENAME: Final = """
import sys, django
django.setup()
from django.db import connection
connection.cursor().execute(f"alter table {sys.argv[1]} rename to {sys.argv[2]}")
"""


@contextmanager
def report_sink() -> Iterator[tuple[str, list[bytes]]]:
    """Where error reports go: an address for `SENTRY_DSN`, and what came there."""
    reports: list[bytes] = []

    class Sink(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reports.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://key@127.0.0.1:{server.server_port}/1", reports
    finally:
        server.shutdown()
        server.server_close()


def said(garden: Greenhouse, method: str, path: str, body: Any = None, token: str = "", **more: str) -> bytes:
    """One request of the marked visitor; errors are answers, too."""
    headers = {
        "X-Forwarded-For": ADDRESS,
        "User-Agent": AGENT,
        "Referer": REFERRER,
        "Content-Type": "application/json",
        **({"Authorization": f"Visitor {token}"} if token else {}),
        **more,
    }
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{garden.port}{path}", content, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return bytes(error.read())


def visit(garden: Greenhouse, token: str, area: str = "grove") -> None:
    """A page view, some steps, a look at the pages, a drop of water."""
    page_view = {"path": "/", "referrer": REFERRER, "screen": "1280x800", "engaged": 4, "vitals": {"lcp": 900}}
    assert b'"accepted":1' in said(garden, "POST", "/api/v1/visitors/beacon", page_view, token).replace(b" ", b"")
    steps = [{"step_type": "navigation", "area": area, "position": {"x": 1, "y": 0, "z": 2}, "duration": 3}]
    batch = {"batch_id": str(uuid.uuid4()), "steps": steps}
    assert b'"accepted":1' in said(garden, "POST", "/api/v1/visitors/journey", batch, token).replace(b" ", b"")
    for path in ("/", "/privacy/", "/privacy/known/", "/api/v1/garden/", "/nothing-here/", "/api/v1/visitors/me/"):
        said(garden, "GET", path, token=token, Cookie=f"visitor={token}")
    seed = {"name": "A seed", "position": {"x": -4, "z": -2}}
    said(garden, "POST", "/api/v1/garden/plant-seed", seed, **{"Idempotency-Key": str(uuid.uuid4())})


def agree(garden: Greenhouse) -> str:
    choice = {"categories": {"analytics": True, "personalisation": True, "live_presence": True}}
    return str(json.loads(said(garden, "POST", "/api/v1/visitors/consent", choice))["token"])


def script(garden: Greenhouse, text: str, *arguments: str) -> None:
    garden.run(sys.executable, "-c", text, *arguments)


def everything_in(directories: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for directory in directories:
        for path in directory.rglob("*"):
            with suppress(OSError):  # a database's file may go while it is looked for
                if path.is_file() and "static" not in path.parts:
                    yield str(path), path.read_bytes()


def places_of(marks: Iterable[str], contents: Iterable[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """Where which mark was found."""
    sought = [(mark, mark.encode()) for mark in marks]
    return [(name, mark) for name, content in contents for mark, encoded in sought if encoded in content]


@pytest.fixture(params=["embedded", pytest.param("production", marks=pytest.mark.services)])
def marked_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MarkedSite]:
    """A site that tells its log everything and reports its errors, with the directories it writes to."""
    with report_sink() as (dsn, reports):
        told = {"TRUSTED_PROXIES": "127.0.0.1", "SENTRY_DSN": dsn, "LOG_LEVEL": "DEBUG", "LOG_LEVEL_REQUESTS": "INFO"}
        if request.param == "embedded":
            with greenhouse(tmp_path, **told) as site:
                site.manage("migrate")
                site.serve()
                yield site, reports, [tmp_path]
            return
        if not PostgresServer.is_installed() or not RedisServer.is_installed():
            missing("no PostgreSQL or no redis-server to start on this machine")
        redis = RedisServer(tmp_path)
        redis.start()
        try:
            with (
                PostgresServer() as server,
                greenhouse(tmp_path, DATABASE_URL=server.url, REDIS_URL=redis.url, **told) as site,
            ):
                site.manage("migrate")
                site.serve("manage.py", "runweb")
                yield site, reports, [tmp_path, server.directory]
        finally:
            redis.kill()


def in_redis(url: str) -> Iterator[tuple[str, bytes]]:
    if url:
        with Redis.from_url(url) as client:
            for key in client.scan_iter():
                yield f"redis {key!r}", key + (client.dump(key) or b"")


def test_after_a_week_nothing_that_is_never_stored_is_anywhere(
    marked_site: MarkedSite,
) -> None:
    site, reports, directories = marked_site
    token = agree(site)
    for _ in range(DAYS):
        visit(site, token)
        visit(site, "")
        script(site, A_DAY_OLDER + HOURLY)
    for table in ("visitors_step", "consent_consent"):  # what fails is told of, too
        script(site, RENAME, table, "elsewhere")
        said(site, "POST", "/api/v1/visitors/journey", {"step_type": "navigation", "area": "grove"}, token)
        said(site, "GET", "/privacy/known/", Cookie=f"visitor={token}")
        script(site, RENAME, "elsewhere", table)
    answers = [
        (path, said(site, "GET", path, token=token))
        for path in (
            "/",
            "/privacy/",
            "/privacy.json",
            "/privacy/salts.json",
            "/api/v1/visitors/me/",
            "/api/v1/garden/",
        )
    ]
    status, metrics = site.get("/metrics")
    assert status == 200
    export = json.loads(dict(answers)["/api/v1/visitors/me/"])
    assert len(export["visits"]) >= DAYS
    assert {one["referrer_host"] for one in export["visits"]} == {"friend.example"}
    assert json.loads(dict(answers)["/privacy/salts.json"])["entries"]
    wait_until(lambda: bool(reports), "the sink of reports")
    site.stop()  # so that everything is written
    everything = [
        *everything_in(directories),
        *in_redis(site.settings.get("REDIS_URL", "")),
        *answers,
        ("metrics", metrics),
        *(("report", report) for report in reports),
    ]
    assert len(everything) > len(answers) + 3
    assert places_of([ADDRESS, AGENT_MARK, *REFERRER_MARKS, token], everything) == []
    assert places_of(["friend.example"], everything)  # what is kept is found: the search sees into the files


def test_after_an_erasure_nothing_of_the_visitor_is_in_the_files(embedded: Greenhouse) -> None:
    embedded.serve()
    token, other = agree(embedded), agree(embedded)
    visit(embedded, token, ERASED)
    visit(embedded, other, "meadow")
    session = json.loads(said(embedded, "GET", "/api/v1/visitors/me/", token=token))["visits"][0]["id"]
    script(embedded, HOURLY)
    marks = [ERASED, hashlib.sha256(token.encode()).hexdigest()]
    assert {mark for _, mark in places_of(marks, everything_in([embedded.directory]))} == set(marks)
    said(embedded, "DELETE", "/api/v1/visitors/me/", token=token)
    script(embedded, HOURLY)  # counts the day anew, without them
    wait_until(
        lambda: not places_of([*marks, str(session)], everything_in([embedded.directory])), "a database without them"
    )
    assert json.loads(said(embedded, "GET", "/api/v1/visitors/me/", token=other))["visits"]
