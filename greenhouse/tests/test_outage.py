"""A database that is gone, as visitors and programs meet it; with real servers in `tests/services/test_outages.py`."""

from __future__ import annotations

import errno
import json
import logging
import sqlite3
from collections import defaultdict
from threading import get_ident
from typing import TYPE_CHECKING, Any

import pytest
from channels.testing import HttpCommunicator
from django.db import OperationalError, ProgrammingError, connections
from django.http import HttpRequest
from django.test import Client
from redis.exceptions import TimeoutError as RedisTimeoutError

from common import breaker
from garden.api import EventsView
from greenhouse.site import errors
from greenhouse.web import health
from greenhouse.web.handler import Handler
from greenhouse.web.outage import is_full, is_not_unavailable, is_outage
from greenhouse.web.shared_cache import SharedCache

if TYPE_CHECKING:
    from pathlib import Path


def gone(*_arguments: Any, **_options: Any) -> Any:
    raise OperationalError("connection refused at 10.0.0.5")


def test_the_api_says_in_its_own_shape_that_the_database_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EventsView, "get", gone)
    answer = Client().get("/api/v1/events/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json()["error"]["code"] == "unavailable"
    assert "10.0.0.5" not in answer.content.decode()


def test_a_middleware_that_meets_it_leads_to_the_same_answer() -> None:
    request = HttpRequest()
    request.path = "/admin/"
    try:
        gone()
    except OperationalError:
        answer = errors.server_error(request)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
    assert "<h1>The garden rests.</h1>" in answer.content.decode()


def test_a_mistake_of_ours_is_no_outage() -> None:
    assert errors.server_error(HttpRequest()).status_code == 500
    assert not is_outage(ProgrammingError("no such column"))
    assert not is_outage(ValueError())
    assert not is_outage(None)


def raised_by_sqlite(path: Path, statement: str) -> OperationalError:
    """What Django makes of an error of SQLite."""
    with sqlite3.connect(path, timeout=0) as connection:
        try:
            connection.executescript(statement)
        except sqlite3.OperationalError as cause:
            error = OperationalError(str(cause))
            error.__cause__ = cause
            return error
    raise AssertionError("it succeeded")


def test_of_sqlites_errors_a_lock_is_an_outage_and_a_missing_table_is_not(tmp_path: Path) -> None:
    path = tmp_path / "test.sqlite3"
    assert not is_outage(raised_by_sqlite(path, "SELECT * FROM nothing"))
    writer = sqlite3.connect(path)
    writer.execute("BEGIN EXCLUSIVE")
    assert is_outage(raised_by_sqlite(path, "SELECT * FROM sqlite_master"))
    writer.close()


def test_a_full_disk_is_an_outage_of_its_own_whoever_meets_it(tmp_path: Path) -> None:
    full = raised_by_sqlite(
        tmp_path / "test.sqlite3", "PRAGMA max_page_count=1; CREATE TABLE a (b); CREATE TABLE c (d)"
    )
    for error in (full, OSError(errno.ENOSPC, "no room"), OSError(errno.EDQUOT, "no room")):
        assert is_full(error)
        assert is_outage(error)
        assert "no room left" in errors.unavailable(HttpRequest(), error).content.decode()
    assert not is_full(OperationalError("connection refused"))
    assert not is_outage(FileNotFoundError(errno.ENOENT, "no such file"))


async def test_a_body_that_the_disk_has_no_room_for_is_to_be_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self, **_options: Any) -> None:
            pass

        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("django.core.handlers.asgi.tempfile.SpooledTemporaryFile", Full)
    headers = [(b"host", b"testserver")]
    request = HttpCommunicator(Handler(), "POST", "/api/v1/garden/plant-seed/", body=b"{}", headers=headers)
    request.scope |= {"scheme": "http", "client": ("203.0.113.9", 1), "query_string": b""}
    answer = await request.get_response(timeout=10)
    assert (answer["status"], dict(answer["headers"])[b"retry-after"]) == (503, b"5")
    assert "no room left" in json.loads(answer["body"])["error"]["message"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/api/v1/skills/", "/admin/login/?next=/admin/"])
async def test_who_does_not_read_the_answer_holds_no_connection_to_the_database(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: dict[int, list[str]] = defaultdict(list)  # to the connections of each thread
    sent: dict[int, list[str]] = {}  # the same at the moment at which the answer began
    wrapper = type(connections["default"])
    for name in ("_cursor", "close"):
        original = getattr(wrapper, name)

        def noted(self: Any, *args: Any, name: str = name, original: Any = original) -> Any:
            happened[get_ident()].append(name)
            return original(self, *args)

        monkeypatch.setattr(wrapper, name, noted)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        async def noting(event: Any) -> None:
            if event["type"] == "http.response.start":
                sent.update({thread: list(what) for thread, what in happened.items()})
            await send(event)

        await Handler()(scope, receive, noting)

    address, _, query = path.partition("?")
    request = HttpCommunicator(application, "GET", address, headers=[(b"host", b"testserver")])
    request.scope |= {"scheme": "http", "client": ("203.0.113.9", 1), "query_string": query.encode()}
    await request.get_response(timeout=10)
    await request.wait()
    assert sent
    assert [what for what in sent.values() if what[-1] != "close"] == []


def test_the_log_of_requests_leaves_out_what_an_outage_says_already() -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Service Unavailable", None, None)
    assert is_not_unavailable(record)
    record.status_code = 503
    assert not is_not_unavailable(record)
    finished: Any = {"event": "request_finished", "code": 503}
    assert not is_not_unavailable(logging.LogRecord("django_structlog", logging.ERROR, "", 0, finished, None, None))
    try:
        gone()
    except OperationalError:
        failed: Any = {"event": "request_failed"}
        assert not is_not_unavailable(logging.LogRecord("django_structlog", logging.ERROR, "", 0, failed, None, None))


def test_a_cache_that_hangs_is_asked_once_and_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[None] = []

    def hangs(*_arguments: Any, **_options: Any) -> None:
        asked.append(None)
        raise RedisTimeoutError("Timeout reading from socket")

    monkeypatch.setattr("django.core.cache.backends.redis.RedisCacheClient.get", hangs)
    monkeypatch.setattr("django.core.cache.backends.redis.RedisCacheClient.set", hangs)
    cache = SharedCache("redis://127.0.0.1:1/0", {})
    assert [cache.get("page", "missing") for _ in range(3)] == ["missing"] * 3
    cache.set("page", "kept")
    assert len(asked) == 1
    assert breaker.redis.is_open


@pytest.mark.parametrize(("error", "status"), [(None, 200), (OperationalError("gone"), 503)])
@pytest.mark.django_db(transaction=True)  # its probe lets go of connections
def test_readiness_is_the_databases(
    monkeypatch: pytest.MonkeyPatch, error: OperationalError | None, status: int
) -> None:
    def probe() -> health.Finding:
        if error is not None:
            raise error
        return health.Finding(health.Status.OK, "answered")

    monkeypatch.setattr(health, "database_examiner", health.Examiner({"database": (probe, health.Status.FAILING)}))
    assert Client().get("/health/ready").status_code == status
