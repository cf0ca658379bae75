"""Events to many sockets at an even pace, beside a bare `ws` server on Node.

Both send the same texts to as many sockets, one after the other, and what counts is the processor's time of each:
clocks tell of the listeners as well, which share the machine.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.load import open_sockets, seconds_used
from bench.report import A_SECOND, MICROSECONDS, MILLISECONDS, TIMES, Result, at_most, exactly, noted, p99, say
from bench.site import inside, site
from tests.running import START_SECONDS, free_port

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

COUNTS: Final = (500, 2_000)
ROUNDS: Final = 3
EVENTS: Final = 100
PACE: Final = 5  # a second
SETTLE_SECONDS: Final = 3  # that what opening the sockets costs is over
PATIENCE_SECONDS: Final = 60  # for the last event
BURST_SOCKETS: Final = 500
MOST: Final = str(10 * max(COUNTS))
LIMITS: Final = {
    "WEBSOCKET_LIMIT": MOST,
    "WEBSOCKET_LIMIT_PER_CLIENT": MOST,
    "MAX_CONNECTIONS": MOST,
    "MAX_CONNECTIONS_PER_ADDRESS": MOST,
}


@dataclass(frozen=True, slots=True)
class Spread:
    """How events came to all sockets of a server."""

    share: float  # of all deliveries, those that came
    p99: float  # seconds from publishing
    seconds: float  # of the processor
    rate: float  # deliveries a second


async def spread(
    port: int, pid: int, count: int, publish: Callable[[], Awaitable[object]], events: int = EVENTS
) -> Spread:
    """Open sockets, have the events published, and wait until all are heard."""
    listeners, heard = await open_sockets(port, count)
    await asyncio.sleep(SETTLE_SECONDS)
    before = seconds_used(pid)
    await publish()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while heard.messages < count * events and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    used = seconds_used(pid) - before
    for listener in listeners:
        listener.close()
    rate = heard.messages / max(0.001, heard.last - heard.first)
    return Spread(heard.messages / (count * events), p99(heard.delays), used, rate)


def of_the_garden(count: int, events: int = EVENTS, command: str = "publish_evenly") -> Spread:
    """What the greenhouse takes, its look at the outbox included."""
    with site(**LIMITS) as garden:
        web = garden.serve("manage.py", "runweb").pid
        return asyncio.run(
            spread(garden.port, web, count, lambda: asyncio.to_thread(inside, garden, command, events), events)
        )


def of_bare_ws(count: int, events: int = EVENTS) -> Spread:
    """What the least takes that could send them."""
    port = free_port()
    script = Path(__file__).with_name("bare.mjs")
    with subprocess.Popen(["node", str(script), str(port)], stdin=subprocess.PIPE, text=True) as server:  # noqa: S603, S607
        _wait_until_open(port)
        lines = server.stdin
        if lines is None:
            raise RuntimeError("the server reads no lines")

        async def publish() -> None:
            for number in range(events):
                lines.write(f"{_text(number)}\n")
                lines.flush()
                await asyncio.sleep(1 / PACE)

        told = asyncio.run(spread(port, server.pid, count, publish, events))
        server.terminate()
    return told


def _text(number: int) -> str:
    """An event as long as the garden's."""
    data = {"component": f"{time.time()} {number} {'x' * 120}"}
    event = {"event_type": "state_refreshed", "seq": number, "timestamp": "2026-01-01T00:00:00.000000Z", "data": data}
    return json.dumps(event, separators=(",", ":"))


def _wait_until_open(port: int) -> None:
    async def opened() -> None:
        async with asyncio.timeout(START_SECONDS):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    return

    asyncio.run(opened())


def fan_out(counts: Sequence[int] = COUNTS, rounds: int = ROUNDS, events: int = EVENTS) -> list[Result]:
    """At an even pace for each number of sockets, then as fast as they go."""
    results = [result for count in counts for result in beside_bare_ws(count, rounds, events)]
    return results + as_fast_as_they_go(min(BURST_SOCKETS, *counts), events)


def beside_bare_ws(count: int, rounds: int, events: int) -> list[Result]:
    """One after the other, in turn: neighbours come and go."""
    ours, bare = [], []
    for number in range(rounds):
        say(f"{count:,} sockets, round {number + 1} …")
        bare.append(of_bare_ws(count, events))
        ours.append(of_the_garden(count, events))
    times = [one.seconds / other.seconds for one, other in zip(ours, bare, strict=True)]
    return [
        heard(f"{count:,} sockets, {events} events at {PACE}/s: heard", ours),
        at_most("… from commit to browser, p99", [one.p99 for one in ours], 0.25, MILLISECONDS),
        noted("… the same from a bare ws server", [one.p99 for one in bare], MILLISECONDS),
        at_most("… processor, of a bare ws server's", times, 2, TIMES),
        noted("… processor of a delivery", [one.seconds / (count * events) for one in ours], MICROSECONDS),
    ]


def as_fast_as_they_go(count: int, events: int) -> list[Result]:
    """Events with no pause between them."""
    burst = of_the_garden(count, events, "publish")
    return [
        heard(f"{count:,} sockets, {events} events at once: heard", [burst]),
        noted("… deliveries", burst.rate, A_SECOND),
        at_most("… from commit to browser, p99", burst.p99, 2, MILLISECONDS),
    ]


def heard(what: str, rounds: Sequence[Spread]) -> Result:
    """Whether every event came to every socket."""
    share = min(one.share for one in rounds)
    return exactly(what, f"{share:.1%}", "all", is_kept=share == 1)
