"""`python -m bench.sockets [COUNT…]`: events to many sockets at an even pace, beside a bare `ws` server on Node.

Both send the same texts to as many sockets, one after the other, and what counts is the processor's time of each:
clocks tell of the listeners as well, which share the machine.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.asking import inside
from bench.load import Heard, open_sockets, seconds_used
from bench.report import Result, report, say
from tests.running import START_SECONDS, free_port, greenhouse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

COUNTS: Final = (500, 2_000)
EVENTS: Final = 100
PACE: Final = 5  # a second
SETTLE_SECONDS: Final = 3  # that what opening the sockets costs is over
PATIENCE_SECONDS: Final = 60  # for the last event
MOST: Final = str(10 * max(COUNTS))


@dataclass(frozen=True, slots=True)
class Spread:
    """How events came to all sockets of a server."""

    share: float  # of all deliveries, those that came
    p99: float  # seconds from publishing
    seconds: float  # of the processor


async def spread(port: int, pid: int, count: int, publish: Callable[[], Awaitable[object]]) -> Spread:
    """Open sockets, have the events published, and wait until all are heard."""
    listeners, heard = await open_sockets(port, count)
    await asyncio.sleep(SETTLE_SECONDS)
    before = seconds_used(pid)
    await publish()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while heard.messages < count * EVENTS and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    used = seconds_used(pid) - before
    for listener in listeners:
        listener.close()
    return Spread(heard.messages / (count * EVENTS), _p99(heard), used)


def _p99(heard: Heard) -> float:
    return statistics.quantiles(heard.delays, n=100)[98]


def of_the_garden(directory: Path, count: int) -> Spread:
    """What the greenhouse takes, its look at the outbox included."""
    limits = {
        "WEBSOCKET_LIMIT": MOST,
        "WEBSOCKET_LIMIT_PER_CLIENT": MOST,
        "MAX_CONNECTIONS": MOST,
        "MAX_CONNECTIONS_PER_ADDRESS": MOST,
    }
    with greenhouse(directory, **limits) as garden:
        garden.manage("migrate", "--verbosity", "0")
        web = garden.serve("manage.py", "runweb").pid
        return asyncio.run(
            spread(garden.port, web, count, lambda: asyncio.to_thread(inside, garden, "publish_evenly", EVENTS))
        )


def of_bare_ws(count: int) -> Spread:
    """What the least takes that could send them."""
    port = free_port()
    script = Path(__file__).with_name("bare.mjs")
    with subprocess.Popen(["node", str(script), str(port)], stdin=subprocess.PIPE, text=True) as server:  # noqa: S603, S607
        _wait_until_open(port)
        lines = server.stdin
        if lines is None:
            raise RuntimeError("the server reads no lines")

        async def publish() -> None:
            for number in range(EVENTS):
                lines.write(f"{_text(number)}\n")
                lines.flush()
                await asyncio.sleep(1 / PACE)

        told = asyncio.run(spread(port, server.pid, count, publish))
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


def measure(count: int) -> list[Result]:
    """One after the other, twice in turn: neighbours come and go."""
    ours, bare = [], []
    for number in range(2):
        say(f"{count} sockets, round {number + 1} …")
        bare.append(of_bare_ws(count))
        with tempfile.TemporaryDirectory() as temporary:
            ours.append(of_the_garden(Path(temporary), count))
    times = min(one.seconds for one in ours) / min(one.seconds for one in bare)
    share, p99 = min(one.share for one in ours), min(one.p99 for one in ours)
    each = min(one.seconds for one in ours) / (count * EVENTS)
    return [
        Result(f"{count} sockets, {EVENTS} events at {PACE}/s: heard", f"{share:.1%}", "all", share),
        Result("from commit to browser, p99", f"{p99 * 1000:.0f} ms", "< 250 ms", 0.25 / p99),
        Result(
            "processor, against a bare ws server",
            f"{times:.2f} times, {each * 1e6:.0f} µs a delivery",
            "≤ 2 times",
            2 / times,
        ),
    ]


if __name__ == "__main__":
    wanted = [int(count) for count in sys.argv[1:]] or list(COUNTS)
    sys.exit(1 if report([result for count in wanted for result in measure(count)]) else 0)
