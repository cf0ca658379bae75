"""Whether the web process keeps what it allocates: `python -m bench.memory --minutes 40`.

Visitors look at pages and the API, search, get lost, touch plants and open sockets, a few at a time. Once a minute a
line says what the web process weighs: its resident memory, its threads and its open descriptors.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from bench.report import UNLIMITED, say
from tests.running import children_of, greenhouse

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.running import Greenhouse

PLANTS = 40
VISITORS = 4
PAUSE_SECONDS = 0.02  # between two steps of a visitor: the machine is to have time for other things
SOCKET_SECONDS = 0.5
LIMITS = ("GARDEN", "INTERACTION", "SEEDS", "ANALYTICS", "READ", "TOKEN")
SETTINGS = {f"RATE_LIMIT_{scope}": UNLIMITED for scope in LIMITS} | {
    "ENABLE_OPENMETEO_INTEGRATION": "false",
    "LOG_LEVEL": "WARNING",
}
READS = (
    "/",
    "/",
    "/api/v1/garden/",
    "/api/v1/garden/",
    "/api/v1/projects/",
    "/api/v1/skills/",
    "/api/v1/skills/constellation/",
    "/api/v1/weather/mood/",
    "/api/v1/garden/weather/",
    "/api/v1/events/",
    "/skills/",
    "/robots.txt",
    "/sitemap.xml",
    "/health",
    "/openapi.json",
)


class Visitor:
    """One of those who come and go; `answers` counts the statuses that all of them saw."""

    def __init__(self, garden: Greenhouse, number: int, projects: list[tuple[str, str]], answers: Counter[int]) -> None:
        self._garden = garden
        self._random = random.Random(number)
        self._address = f"127.0.1.{number + 1}"
        self._projects = projects
        self._answers = answers
        self._numbers = itertools.count(number * 1_000_000)

    def stay(self, over: threading.Event) -> None:
        """Do one thing after the other."""
        steps: list[Callable[[], None]] = [self._read] * 12 + [self._search, self._get_lost, self._touch, self._page]
        while not over.wait(PAUSE_SECONDS):
            if self._random.random() < 0.005:
                self._listen()
            else:
                self._random.choice(steps)()

    def _read(self) -> None:
        self._ask("GET", self._random.choice(READS))

    def _page(self) -> None:
        pk, slug = self._random.choice(self._projects)
        self._ask("GET", self._random.choice((f"/projects/{slug}/", f"/api/v1/projects/{pk}/")))

    def _search(self) -> None:
        self._ask("GET", f"/?q=plant+{next(self._numbers)}")

    def _get_lost(self) -> None:
        self._ask("GET", f"/nowhere/{next(self._numbers)}")

    def _touch(self) -> None:
        pk, _slug = self._random.choice(self._projects)
        self._ask("POST", f"/api/v1/projects/{pk}/interact/", json.dumps({"kind": "view"}))

    def _listen(self) -> None:
        with suppress(OSError, WebSocketException, TimeoutError), connect(self._garden.socket_url) as socket:
            socket.recv(SOCKET_SECONDS)

    def _ask(self, method: str, path: str, body: str | None = None) -> None:
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
        connection = http.client.HTTPConnection("127.0.0.1", self._garden.port, 30, source_address=(self._address, 0))
        try:
            connection.request(method, path, body, headers)
            with connection.getresponse() as response:
                response.read()
                self._answers[response.status] += 1
        except (OSError, http.client.HTTPException):
            self._answers[0] += 1
        finally:
            connection.close()


def weight(pid: int) -> str:
    """Resident memory, threads and descriptors of a process."""
    megabytes = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024**2
    threads, descriptors = (len(os.listdir(f"/proc/{pid}/{kind}")) for kind in ("task", "fd"))
    return f"{megabytes:8.1f} MB   {threads:7}   {descriptors:11}"


def main() -> None:
    parser = argparse.ArgumentParser(description="The web process's memory under mixed load, minute by minute.")
    parser.add_argument("--minutes", type=int, default=40)
    minutes: int = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as directory, greenhouse(Path(directory), **SETTINGS) as garden:
        garden.manage("setup")
        garden.run(sys.executable, "-m", "bench.garden", "plant", str(PLANTS))
        web = children_of(garden.serve().pid)["runweb"]
        _status, listed = garden.get("/api/v1/projects/?page_size=100")
        projects = [(project["id"], project["slug"]) for project in listed["results"]]
        answers: Counter[int] = Counter()
        over = threading.Event()
        visitors = [
            threading.Thread(target=Visitor(garden, number, projects, answers).stay, args=(over,))
            for number in range(VISITORS)
        ]
        say("minute   memory        threads   descriptors   answers so far")
        say(f"{0:6}   {weight(web)}   –")
        for visitor in visitors:
            visitor.start()
        try:
            for minute in range(1, minutes + 1):
                time.sleep(60)
                seen = ", ".join(f"{count:,} × {status}" for status, count in sorted(answers.items()))
                say(f"{minute:6}   {weight(web)}   {seen}")
        finally:
            over.set()
            for visitor in visitors:
                visitor.join()


if __name__ == "__main__":
    main()
