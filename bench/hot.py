"""The hot garden beside a constant answer of the same bytes from the same server, turn by turn, and a 304 beside both.

They are compared by the processor time of an answer, which other programs on the machine disturb less than the clock.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Final

from bench.load import answer_to, ask_again_and_again, get, seconds_used
from bench.report import (
    MICROSECONDS,
    TENTHS_OF_MILLISECONDS,
    TIMES,
    UNLIMITED,
    Result,
    at_least,
    at_most,
    exactly,
    noted,
    p99,
)
from bench.site import GARDEN, fetch, inside, site
from tests.running import Greenhouse

if TYPE_CHECKING:
    from collections.abc import Iterator

FEW: Final = 40
PROJECTS: Final = 200
ROUNDS: Final = 5
ROUND_SECONDS: Final = 1.5
SHARE: Final = 0.7  # of a constant answer
SLOWEST: Final = 0.02  # seconds, for 99 of 100 answers


@dataclass(slots=True)
class Rounds:
    """What each round measured."""

    costs: list[float] = field(default_factory=list)  # processor seconds of an answer
    rates: list[float] = field(default_factory=list)  # answers a second
    waits: list[float] = field(default_factory=list)  # seconds that 99 of 100 answers stay below

    async def measure(self, port: int, pid: int, request: bytes, status: int = 200) -> None:
        """One round."""
        before, began = seconds_used(pid), time.perf_counter()
        load = await ask_again_and_again(port, request, ROUND_SECONDS, status)
        answers = load.rate * (time.perf_counter() - began)  # those of its first moments as well
        self.costs.append((seconds_used(pid) - before) / answers)
        self.rates.append(load.rate)
        self.waits.append(p99(load.waits))


def hot_garden(projects: int = PROJECTS, rounds: int = ROUNDS) -> list[Result]:
    """Queries, then reads: plain, gzipped, and of what the reader has already."""
    with site(RATE_LIMIT_GARDEN=UNLIMITED, RATE_LIMIT_READ=UNLIMITED) as garden:
        inside(garden, "plant", FEW)
        few = inside(garden, "queries")
        inside(garden, "plant", projects)
        many = inside(garden, "queries")
        web = garden.serve("manage.py", "runweb").pid
        results = list(queries(few, many))
        for is_gzipped in (False, True):
            wire, body = fetch(garden, GARDEN)
            constant = constant_server(garden, b"x" * (wire if is_gzipped else len(body)))
            try:
                results += asyncio.run(beside(garden, web, constant, rounds, is_gzipped=is_gzipped))
            finally:
                constant.stop()
    return results


def queries(few: dict[str, int], many: dict[str, int]) -> Iterator[Result]:
    """Those of a garden that has to be assembled must not grow with it, and a hot one needs none."""
    counted = f"{many['cold']}, {few['cold']} with {FEW} projects"
    yield exactly("queries of a cold garden", counted, "constant", is_kept=many["cold"] <= few["cold"])
    yield exactly("queries of a hot garden", str(many["hot"]), "0", is_kept=many["hot"] == 0)


async def beside(garden: Greenhouse, web: int, constant: Greenhouse, rounds: int, *, is_gzipped: bool) -> list[Result]:
    """One encoding; with gzip also the answer to a reader who has the garden already."""
    request = get(garden.port, GARDEN, gzipped=is_gzipped)
    _, head = await answer_to(garden.port, request)
    etag = re.findall(rb"(?i)^etag: (\S+)", head, re.MULTILINE)[0].decode()
    again = get(garden.port, GARDEN, gzipped=is_gzipped, etag=etag)
    ours, theirs, unchanged = Rounds(), Rounds(), Rounds()
    for _ in range(rounds):
        await theirs.measure(constant.port, constant.processes[0].pid, get(constant.port, "/"))
        await ours.measure(garden.port, web, request)
        await unchanged.measure(garden.port, web, again, 304)
    shares = [theirs.costs[number] / ours.costs[number] for number in range(rounds)]
    faster = [ours.costs[number] / unchanged.costs[number] for number in range(rounds)]
    name = "gzip" if is_gzipped else "plain"
    clock = f"{median(ours.rates):,.0f}/s of {median(theirs.rates):,.0f}/s"
    results = [
        at_least(f"hot garden of a constant answer, {name}", shares, SHARE, TIMES, note=clock),
        noted("… processor time of an answer", ours.costs, MICROSECONDS),
        at_most("… p99 at 32 connections", ours.waits, SLOWEST, TENTHS_OF_MILLISECONDS),
    ]
    if is_gzipped:
        results += [
            at_least("a 304, times as fast", faster, 1, TIMES, note=f"{median(unchanged.rates):,.0f}/s"),
            at_most("… p99 at 32 connections", unchanged.waits, SLOWEST, TENTHS_OF_MILLISECONDS),
        ]
    return results


def constant_server(garden: Greenhouse, body: bytes) -> Greenhouse:
    """The same server with the same options, answering bytes and nothing else."""
    path = garden.directory / f"body-{len(body)}"
    path.write_bytes(body)
    constant = Greenhouse(garden.directory, {**garden.settings, "BENCH_BODY": str(path)})
    process = constant.start(
        sys.executable, "-m", "uvicorn", "bench.constant:application", "--host", "127.0.0.1", "--port",
        str(constant.port), "--no-access-log", "--no-proxy-headers", "--no-server-header", "--log-level", "warning",
    )  # fmt: skip
    constant.wait_until_open(process)
    return constant
