"""Whether the web process keeps what it allocates; for long by `python -m bench.memory --minutes 40`.

Visitors look at pages and the API, search, get lost, touch plants and open sockets, a few at a time. Once a minute a
line says what the web process weighs: its resident memory, what is left of that where libraries that other processes
have loaded too are shared out among them, its threads and its open descriptors.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import random
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from bench.load import megabytes_of, megabytes_shared_out
from bench.report import COUNT, MEGABYTES, UNLIMITED, Result, at_most, noted, say
from bench.site import inside, site
from tests.running import children_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.running import Greenhouse

MINUTES: Final = 3
LIMIT: Final = 150.0  # megabytes after the load
FLAT_MEGABYTES: Final = 8.0  # that a soak may grow by, and what its visitors have open at one moment and not at another
FLAT_DESCRIPTORS: Final = 8.0
QUARTERS: Final = 4  # of a soak
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


@dataclass(frozen=True, slots=True)
class Weight:
    """What a process takes at one moment, and what it answered until then."""

    megabytes: float
    shared_out: float  # megabytes
    threads: int
    descriptors: int
    answers: Counter[int]  # by status

    def __str__(self) -> str:
        answers = ", ".join(f"{count:,} × {status}" for status, count in sorted(self.answers.items())) or "–"
        weights = f"{self.megabytes:8.1f} MB   {self.shared_out:8.1f} MB"
        return f"{weights}   {self.threads:7}   {self.descriptors:11}   {answers}"


def weigh(pid: int, answers: Counter[int]) -> Weight:
    threads, descriptors = (len(os.listdir(f"/proc/{pid}/{kind}")) for kind in ("task", "fd"))
    return Weight(megabytes_of(pid), megabytes_shared_out(pid), threads, descriptors, answers.copy())


def under_load(minutes: float, every: float) -> Iterator[Weight]:
    """The web process before the load, then every so many seconds of it."""
    with site(**SETTINGS) as garden:
        garden.manage("setup")
        inside(garden, "plant", PLANTS)
        web = children_of(garden.serve().pid)["runweb"]
        _status, listed = garden.get("/api/v1/projects/?page_size=100")
        projects = [(project["id"], project["slug"]) for project in listed["results"]]
        answers: Counter[int] = Counter()
        over = threading.Event()
        visitors = [
            threading.Thread(target=Visitor(garden, number, projects, answers).stay, args=(over,))
            for number in range(VISITORS)
        ]
        yield weigh(web, answers)
        for visitor in visitors:
            visitor.start()
        try:
            for _ in range(round(minutes * 60 / every)):
                time.sleep(every)
                yield weigh(web, answers)
        finally:
            over.set()
            for visitor in visitors:
                visitor.join()


def web_memory(minutes: float = MINUTES) -> list[Result]:
    """The weight before, and that of the last quarter of the load, a second apart."""
    empty, *loaded = under_load(minutes, 1.0)
    last = loaded[-max(1, len(loaded) // 4) :]
    failed, answered = sum(last[-1].answers[status] for status in (0, 500, 503)), sum(last[-1].answers.values())
    note = f"{minutes:g} minutes, {answered:,} answers, {failed} failed"
    return [
        noted("web process before the load", empty.megabytes, MEGABYTES),
        at_most("web process after the load", [one.megabytes for one in last], LIMIT, MEGABYTES, note=note),
        noted("… its libraries shared out", [one.shared_out for one in last], MEGABYTES),
        noted("… descriptors", [one.descriptors for one in last], COUNT),
    ]


def growth(loaded: Sequence[Weight]) -> tuple[float, float]:
    """Megabytes and descriptors that the last quarter of the load has more than its second; the first fills caches.

    It takes four weights at least.
    """
    quarter = len(loaded) // QUARTERS
    second, last = loaded[quarter : 2 * quarter], loaded[-quarter:]
    return (
        median(one.megabytes for one in last) - median(one.megabytes for one in second),
        median(one.descriptors for one in last) - median(one.descriptors for one in second),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak; returns 1 when memory or descriptors went on growing, or anything was answered with a 500."""
    parser = argparse.ArgumentParser(description="The web process's memory under mixed load, minute by minute.")
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--every", type=float, default=60, metavar="SECONDS", help="between two lines")
    asked = parser.parse_args(arguments)
    if not 0 < asked.every <= asked.minutes * 60 / QUARTERS:
        parser.error(f"quarters of it are compared: --minutes must be long enough for {QUARTERS} times --every")
    say("minute   memory        shared out    threads   descriptors   answers so far")
    loaded = []
    for number, weight in enumerate(under_load(asked.minutes, asked.every)):
        say(f"{number * asked.every / 60:6.1f}   {weight}")
        loaded.append(weight)
    megabytes, descriptors = growth(loaded[1:])
    errors = loaded[-1].answers[500]
    is_flat = megabytes <= FLAT_MEGABYTES and descriptors <= FLAT_DESCRIPTORS
    say(f"From the second quarter to the last: {megabytes:+.1f} MB, {descriptors:+.0f} descriptors; {errors} errors.")
    return 0 if is_flat and not errors else 1


if __name__ == "__main__":
    sys.exit(main())
