"""PostgreSQL and Redis that stop, or that hang: they take connections and say nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
import statistics
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from websockets.sync.client import connect

from tests.running import START_SECONDS, Greenhouse, greenhouse
from tests.services.test_production import eventually
from tests.services.test_shapes import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.servers import PostgresServer, RedisServer

pytestmark = pytest.mark.services

SECRET = "the hook's secret"
WITHIN_SECONDS = 2.0
PING = json.dumps({"zen": "Keep it logically awesome.", "hook_id": 1}).encode()
HOOK = {
    "Content-Type": "application/json",
    "X-GitHub-Event": "ping",
    "X-GitHub-Delivery": "0b989ba4-242f-11e5-81e1-c7b6966d2516",
    "X-Hub-Signature-256": "sha256=" + hmac.new(SECRET.encode(), PING, hashlib.sha256).hexdigest(),
}
JSON = {"Content-Type": "application/json"}
REQUESTS: tuple[tuple[str, dict[str, str], bytes | None], ...] = (
    ("/skills/", {}, None),
    ("/api/v1/events/", {}, None),
    ("/api/v1/integrations/github/webhook/", HOOK, PING),
    ("/api/v1/garden/plant-seed/", JSON, b'{"name": "An idea", "position": {"x": -4, "z": -2}}'),
    ("/api/v1/auth/token/", JSON, b'{"username": "owner", "password": "not the password"}'),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, and after how many seconds."""

    status: int
    headers: Any
    body: bytes
    seconds: float


def ask(garden: Greenhouse, path: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> Reply:
    request = urllib.request.Request(f"http://127.0.0.1:{garden.port}{path}", body, headers or {})
    began = time.monotonic()
    try:
        with urllib.request.urlopen(request, timeout=40) as answer:  # noqa: S310 - our own server
            return Reply(answer.status, answer.headers, answer.read(), time.monotonic() - began)
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, error.headers, error.read(), time.monotonic() - began)


@pytest.fixture
def own_database(tmp_path: Path, postgres_server: PostgresServer) -> Iterator[Greenhouse]:
    """A web process on a PostgreSQL that may be stopped."""
    settings = {"DATABASE_URL": postgres_server.url, "GITHUB_WEBHOOK_SECRET": SECRET, "LOG_LEVEL": "WARNING"}
    with greenhouse(tmp_path, **settings) as installation:
        installation.manage("migrate", "--verbosity", "0")
        installation.serve("manage.py", "runweb")
        yield installation


def gone(server: PostgresServer) -> None:
    server.stop()


def hanging(server: PostgresServer) -> None:
    server.hold_up()


@pytest.mark.parametrize("outage", [gone, hanging])
def test_without_its_database_the_site_shows_what_it_has_and_says_no_quickly_to_the_rest(
    own_database: Greenhouse, postgres_server: PostgresServer, outage: Callable[[PostgresServer], None]
) -> None:
    garden = own_database
    kept = {path: ask(garden, path) for path in ("/", "/api/v1/garden/")}
    assert ask(garden, "/health/ready").status == 200
    with connect(garden.socket_url) as socket:
        read(socket)
        lines = garden.log.count("\n")
        outage(postgres_server)

        for path, headers, body in REQUESTS:
            answer = ask(garden, path, headers, body)
            assert (path, answer.status, answer.headers["Retry-After"]) == (path, 503, "5")
            assert answer.seconds < WITHIN_SECONDS, (path, answer.seconds)
            if path.startswith("/api/"):
                assert json.loads(answer.body)["error"]["code"] == "unavailable"
            else:
                assert b"<!doctype html>" in answer.body
        for path, before in kept.items():
            answer = ask(garden, path)
            assert (answer.status, answer.body) == (200, before.body)
            assert answer.seconds < WITHIN_SECONDS
        # The hub notices at its next look; from then on the answers say how old they are.
        assert eventually(lambda: all(int(ask(garden, path).headers["Age"] or 0) >= 1 for path in kept), 10)
        ready = ask(garden, "/health/ready")
        assert (ready.status, ready.seconds < WITHIN_SECONDS) == (503, True)
        assert ask(garden, "/health").status == 503
        quick = [ask(garden, "/api/v1/events/").seconds for _ in range(20)]
        assert statistics.median(quick) < 0.3

        if outage is gone:
            postgres_server.start()
        else:
            postgres_server.let_go_on()
        assert eventually(lambda: ask(garden, "/health/ready").status == 200, 10)
        assert eventually(lambda: ask(garden, "/skills/").status == 200, 10)
        assert [ask(garden, "/api/v1/events/").status for _ in range(20)] == [200] * 20
        garden.publish().wait(START_SECONDS)
        assert read(socket)["data"] == {"component": "0"}
    assert "Traceback" not in garden.log
    assert garden.log.count("service.gone") == garden.log.count("service.back") == 1
    assert garden.log.count("\n") - lines < 10, garden.log


def test_a_statement_that_waits_for_a_lock_is_not_taken_for_a_database_that_hangs(
    own_database: Greenhouse, postgres_server: PostgresServer
) -> None:
    garden = own_database
    ask(garden, "/api/v1/garden/")  # from here on the hub follows
    with psycopg.connect(postgres_server.url) as holder:
        holder.execute("LOCK TABLE skills_skill IN ACCESS EXCLUSIVE MODE")
        answer = ask(garden, "/api/v1/skills/")
        assert answer.status == 503
        assert answer.seconds > 3  # the server's own timeout, and not ours
        assert ask(garden, "/api/v1/events/").status == 200
    assert ask(garden, "/api/v1/skills/").status == 200
    assert "service.gone" not in garden.log


def killed(server: RedisServer) -> None:
    server.kill()


def held_up(server: RedisServer) -> None:
    server.hold_up()


@pytest.mark.parametrize("outage", [killed, held_up])
def test_without_redis_the_site_stays_quick_and_comes_back_to_it(
    production: Greenhouse, redis_server: RedisServer, outage: Callable[[RedisServer], None]
) -> None:
    production.settings["RATE_LIMIT_READ"] = production.settings["RATE_LIMIT_GARDEN"] = "40/minute"
    production.settings["RATE_LIMIT_SEEDS"] = "2/minute"
    production.serve("manage.py", "runweb")
    for path in ("/", "/api/v1/events/"):
        assert ask(production, path).status == 200
    with connect(production.socket_url) as socket:
        read(socket)
        outage(redis_server)
        answers = [ask(production, f"/?q=word{number}") for number in range(19)]
        answers += [ask(production, "/api/v1/events/") for _ in range(19)]
        assert {answer.status for answer in answers} == {200}
        seconds = sorted(answer.seconds for answer in answers)
        assert seconds[-1] < 1.5, seconds
        assert statistics.median(seconds) < 0.1, seconds
        seeds = [ask(production, *REQUESTS[3]) for _ in range(3)]
        assert [answer.status for answer in seeds][2] == 429
        assert production.log.count("service.gone") == 1
        production.publish().wait(START_SECONDS)
        assert read(socket)["data"] == {"component": "0"}
        if outage is killed:
            redis_server.start()
        else:
            redis_server.let_go_on()

        def is_back() -> bool:
            ask(production, "/api/v1/events/")
            return "service.back" in production.log

        assert eventually(is_back, 15)
    assert "Traceback" not in production.log
    assert production.log.count("service.back") == 1
