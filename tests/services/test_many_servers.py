"""Several web processes behind nginx, on PostgreSQL and Redis: what `docs/install.md` promises of many servers."""

from __future__ import annotations

import json
import sys
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.needs import missing
from tests.running import START_SECONDS, Greenhouse
from tests.servers import Nginx
from tests.services.test_shapes import read, read_whisper

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

pytestmark = [pytest.mark.services, pytest.mark.processes]

BROWSERS: Final = 12
CLIENTS: Final = 200
POOL: Final = 3  # connections of a process
PLANT: Final = """
from django.utils import timezone
from garden import planting
print(planting.plant_seed(name="Moss", description="", now=timezone.now()).pk)
"""
FAIL: Final = """
from django.utils import timezone
from integrations import limits
for _ in range(limits.FAILURES_TO_OPEN):
    limits.take_token("openmeteo", per_minute=10, burst=10, now=timezone.now())
    limits.failed("openmeteo", trouble="It does not answer.", now=timezone.now())
"""


class Many:
    """Web processes of one installation, and the proxy in front of them."""

    def __init__(self, garden: Greenhouse, processes: list[subprocess.Popen[bytes]], ports: list[int]) -> None:
        self.garden, self.processes, self.ports = garden, processes, ports
        self.proxy = Nginx(garden.directory, ports)

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.proxy.port}/ws/garden"

    def ask(self, path: str, body: dict[str, Any] | None = None, *, visitor: int) -> int:
        """The status of a request through the proxy, from an address of the visitor's own."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.proxy.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "X-Forwarded-For": f"198.51.{100 + visitor // 250}.{visitor % 250}",
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:  # noqa: S310 - our own server
                answer.read()
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def metric(self, port: int, line: str) -> float:
        """A figure of one process."""
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=START_SECONDS) as answer:
            told = answer.read().decode()
        return float(next(one for one in told.splitlines() if one.startswith(f"{line} ")).rsplit(" ", 1)[1])


@contextmanager
def many(production: Greenhouse, number: int, **settings: str) -> Iterator[Many]:
    """So many web processes behind nginx. Skips where there is none."""
    if not Nginx.is_installed():
        missing("no nginx on this machine")
    common = {"TRUSTED_PROXIES": "127.0.0.1", "DATABASE_POOL_SIZE": str(POOL), **settings}
    installations = [Greenhouse(production.directory, {**production.settings, **common}) for _ in range(number)]
    with ExitStack() as stack:
        processes = []
        for one in installations:
            stack.callback(one.stop)
            processes.append(one.start(sys.executable, "manage.py", "runweb"))
        for one, process in zip(installations, processes, strict=True):
            one.wait_until_open(process)
        yield stack.enter_context(_behind(installations, processes))


@contextmanager
def _behind(installations: list[Greenhouse], processes: list[subprocess.Popen[bytes]]) -> Iterator[Many]:
    servers = Many(installations[0], processes, [one.port for one in installations])
    with servers.proxy:
        yield servers


class Browser:
    """What a browser hears that comes back wherever it is cut off."""

    def __init__(self, url: str, since: int) -> None:
        self.url = url
        self.seen = [since]  # `seq` of events, in the order in which they came
        self.times = 0  # that it came
        self.is_under_way = threading.Event()

    def follow(self, wanted: int) -> None:
        """Hear so many events, the one to begin behind included."""
        while len(self.seen) < wanted:
            with suppress(ConnectionClosed), connect(f"{self.url}?since={self.seen[-1]}") as socket:
                self.times += 1
                assert read(socket)["event_type"] == "hello"
                while len(self.seen) < wanted:
                    self.seen.append(read(socket, timeout=START_SECONDS)["seq"])
                    self.is_under_way.set()


def wait_for_present(sockets: list[Any], number: int) -> None:
    for socket in sockets:
        while read_whisper(socket, timeout=START_SECONDS)["data"] != {"present": number}:
            pass


def test_sockets_of_all_processes_hear_what_one_accepts_and_lose_nothing_when_one_is_killed(
    production: Greenhouse,
) -> None:
    plant = production.manage("shell", "--no-imports", "-c", PLANT).strip()
    with many(production, 3) as servers, ExitStack() as stack:
        sockets = [stack.enter_context(connect(servers.socket_url)) for _ in range(BROWSERS)]
        wait_for_present(sockets, BROWSERS)
        assert [servers.metric(port, "active_websockets_total") for port in servers.ports] == [BROWSERS / 3] * 3

        statuses = [
            servers.ask(f"/api/v1/projects/{plant}/interact/", {"kind": "water"}, visitor=visitor)
            for visitor in range(9)
        ]
        assert set(statuses) <= {200, 201}
        heard = [[read(socket)["seq"] for _ in statuses] for socket in sockets]
        assert heard == [heard[0]] * BROWSERS
        assert heard[0] == sorted(set(heard[0]))
        stack.close()

        browsers = [Browser(servers.socket_url, heard[0][-1]) for _ in range(BROWSERS)]
        with ThreadPoolExecutor(BROWSERS) as threads:
            following = [threads.submit(browser.follow, 61) for browser in browsers]
            publishing = servers.garden.publish(60, pause=0.05)
            assert all(browser.is_under_way.wait(START_SECONDS) for browser in browsers)
            servers.processes[0].kill()
            for heard_all in following:
                heard_all.result()
        assert publishing.wait(START_SECONDS) == 0
        assert sum(browser.times for browser in browsers) > BROWSERS  # some were cut off
        assert [browser.seen for browser in browsers] == [browsers[0].seen] * BROWSERS
        assert browsers[0].seen == sorted(set(browsers[0].seen))
        with connect(servers.socket_url) as one, connect(servers.socket_url) as other:
            wait_for_present([one, other], 2)


def test_limits_and_database_connections_hold_over_all_processes(production: Greenhouse) -> None:
    with many(production, 2, RATE_LIMIT_SEEDS="5/hour", MAX_CONNECTIONS="300") as servers:
        seed = {"name": "Fern", "description": "", "position": {"x": 0, "z": 0}}
        statuses = [servers.ask("/api/v1/garden/plant-seed/", seed, visitor=1) for _ in range(9)]
        assert statuses.count(429) == 4
        assert statuses[-4:] == [429] * 4

        production.manage("shell", "--no-imports", "-c", FAIL)
        for port in servers.ports:
            assert servers.metric(port, 'outgoing_circuits_open{provider="openmeteo"}') == 1

        counts, done = [], threading.Event()

        def count() -> None:
            name = production.settings["DATABASE_URL"].rsplit("/", 1)[1]
            with psycopg.connect(production.settings["DATABASE_URL"], autocommit=True) as connection:
                while not done.is_set():
                    row = connection.execute(
                        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [name]
                    ).fetchone()
                    counts.append(row[0] if row else 0)

        counting = threading.Thread(target=count)
        counting.start()
        with ThreadPoolExecutor(CLIENTS) as clients:
            asked = [
                clients.submit(servers.ask, f"/api/v1/projects/?search={visitor}", visitor=visitor)
                for visitor in range(CLIENTS)
            ]
            assert {one.result() for one in asked} == {200}
        done.set()
        counting.join()
        assert max(counts) <= len(servers.ports) * POOL
