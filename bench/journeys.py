"""A hundred visitors tell what they do, in batches of ten steps.

At the rate that is asked for, as fast as they are answered, once a second beside the hot garden, and at last while the
process is killed again and again. Every acknowledged step is looked for: none may be lost, and none be there twice.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bench.load import requests_per_second, seconds_used
from bench.report import (
    MILLISECONDS,
    TIMES,
    UNLIMITED,
    Result,
    Unit,
    at_least,
    at_most,
    exactly,
    noted,
    p99,
)
from bench.site import GARDEN, site, vendor

if TYPE_CHECKING:
    import subprocess

    from tests.running import Greenhouse

CLIENTS = 100
STEPS = 10
SECONDS = 10.0
ROUNDS = 5
ROUND_SECONDS = 2.0
KILLS = 5
SENT_AGAIN = 20  # every so many batches one is sent twice on purpose
GOALS = {"SQLite": 500.0, "PostgreSQL": 1000.0}  # steps a second
STEPS_A_SECOND: Final = Unit(" steps/s")
ANSWERED = 0.2  # seconds, for 99 of 100 batches at that rate
BESIDE = 0.8  # of the hot garden's rate alone
COUNT = """
import django, json
django.setup()
from django.db.models import Count, Sum
from visitors.models import Session, Step
found = dict(Step.objects.values_list("area").annotate(Count("id")).order_by())
sums = Session.objects.aggregate(steps=Sum("steps"))["steps"] or 0
print(json.dumps({"found": found, "sums": sums, "sessions": Session.objects.count()}))
"""


@dataclass(slots=True)
class Told:
    """What the server acknowledged, and how long that took."""

    batches: set[str] = field(default_factory=set)
    waits: list[float] = field(default_factory=list)
    refused: int = 0


class Walker:
    """One visitor on a kept-alive connection of their own, behind an address of their own."""

    def __init__(self, port: int, number: int, told: Told) -> None:
        self._port, self._number, self._told = port, number, told
        self._batches = 0
        self._run = uuid.uuid4().hex[:6]

    async def walk(self, until: float, pace: float | None) -> None:
        """Tell of batches until the clock says so: one every `pace` seconds, or as fast as they are answered."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        next_at = time.monotonic() + (pace or 0) * self._number / CLIENTS
        try:
            while time.monotonic() < until:
                if pace is not None:
                    await asyncio.sleep(max(0.0, next_at - time.monotonic()))
                    next_at += pace
                area, request = self._batch()
                for _ in range(2 if self._batches % SENT_AGAIN == 0 else 1):
                    began = time.monotonic()
                    writer.write(request)
                    if await self._status(reader) == b"202":
                        self._told.batches.add(area)
                        self._told.waits.append(time.monotonic() - began)
                    else:
                        self._told.refused += 1
        finally:
            writer.close()

    def _batch(self) -> tuple[str, bytes]:
        """A batch whose area names it, so that it can be counted, as the bytes of a request."""
        self._batches += 1
        area = f"{self._run}-{self._number}-{self._batches}"
        step = {"step_type": "navigation", "area": area, "position": {"x": 1.5, "y": 0, "z": -2.5}, "duration": 1.5}
        body = json.dumps({"batch_id": str(uuid.uuid4()), "steps": [step] * STEPS}).encode()
        agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        head = (
            f"POST /api/v1/visitors/journey/ HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"X-Forwarded-For: 198.51.{self._number // 250}.{self._number % 250}\r\n"
            f"User-Agent: {agent}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return area, head.encode() + body

    @staticmethod
    async def _status(reader: asyncio.StreamReader) -> bytes:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        return head.split(b" ", 2)[1]


async def walk(port: int, seconds: float, told: Told, pace: float | None = None) -> None:
    """Have a hundred visitors walk. A connection that breaks ends its visitor."""

    async def one(number: int) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await Walker(port, number, told).walk(time.monotonic() + seconds, pace)

    await asyncio.gather(*(one(number) for number in range(CLIENTS)))


async def shares(port: int, rounds: int) -> tuple[list[float], Told]:
    """The hot garden's rate beside a hundred visitors as a share of its rate alone, turn by turn."""
    ratios, told = [], Told()
    for _ in range(rounds):
        alone = await requests_per_second(port, GARDEN, ROUND_SECONDS, gzipped=True)
        walking = asyncio.create_task(walk(port, ROUND_SECONDS + 1, told, pace=1.0))
        await asyncio.sleep(0.5)
        ratios.append(await requests_per_second(port, GARDEN, ROUND_SECONDS, gzipped=True) / alone)
        await walking
    return ratios, told


def killed(garden: Greenhouse, server: subprocess.Popen[bytes], told: Told, times: int) -> None:
    """Kill the server in the middle of its groups, again and again."""
    for turn in range(times):
        walking = asyncio.run(_until_killed(garden.port, server, 1.0 + 0.13 * turn))
        told.batches |= walking.batches
        server = garden.serve("manage.py", "runweb")


async def _until_killed(port: int, server: subprocess.Popen[bytes], seconds: float) -> Told:
    told = Told()
    walking = asyncio.create_task(walk(port, seconds + 2, told))
    await asyncio.sleep(seconds)
    server.send_signal(signal.SIGKILL)
    await walking
    await asyncio.to_thread(server.wait)
    return told


def lost_and_doubled(garden: Greenhouse, told: Told) -> tuple[int, int, int]:
    """Acknowledged steps that are not there, steps that are there too often, and by how many sessions' sums are off."""
    counted = json.loads(garden.run(sys.executable, "-c", COUNT).stdout)
    found: dict[str, int] = counted["found"]
    lost = sum(STEPS - min(STEPS, found.get(area, 0)) for area in told.batches)
    # One that was stored but not acknowledged is whole as well, or not there.
    doubled = sum(abs(count - STEPS) for count in found.values() if count != STEPS)
    return lost, doubled, abs(counted["sums"] - sum(found.values()))


def journeys(seconds: float = SECONDS, rounds: int = ROUNDS, kills: int = KILLS) -> list[Result]:
    """All three on one database."""
    goal = GOALS[vendor()]
    with site(RATE_LIMIT_JOURNEY=UNLIMITED, RATE_LIMIT_GARDEN=UNLIMITED, TRUSTED_PROXIES="127.0.0.1") as garden:
        server = garden.serve("manage.py", "runweb")
        steady, fast, everything = Told(), Told(), Told()
        asyncio.run(walk(garden.port, seconds, steady, pace=CLIENTS * STEPS / goal))
        used = seconds_used(server.pid)
        asyncio.run(walk(garden.port, seconds, fast))
        used = seconds_used(server.pid) - used
        ratios, beside = asyncio.run(shares(garden.port, rounds))
        killed(garden, server, everything, kills)
        everything.batches |= steady.batches | fast.batches | beside.batches
        lost, doubled, off = lost_and_doubled(garden, everything)
    rate = len(fast.batches) * STEPS / seconds
    return [
        at_most(f"a batch at {goal:,.0f} steps/s answered after, p99", steady.waits, ANSWERED, MILLISECONDS, of=p99),
        at_least("as fast as they are answered", rate, goal, STEPS_A_SECOND),
        noted("… answered after, p99", fast.waits, MILLISECONDS, of=p99),
        noted("… processor of a batch", used / max(1, len(fast.waits)), Unit(" ms", 1000, 2)),
        at_least("hot garden beside 1,000 steps/s, of alone", ratios, BESIDE, TIMES),
        noted("… a batch answered after, p99", beside.waits, MILLISECONDS, of=p99),
        exactly(
            f"killed {kills} times, of {len(everything.batches):,} batches",
            f"{lost} steps lost, {doubled} doubled, sums {off} off",
            "0",
            is_kept=lost == doubled == off == 0,
        ),
    ]
