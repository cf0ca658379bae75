"""`make bench`: speed and size of the embedded shape against their limits, as ratios measured side by side in one run.

Absolute figures move with the machine; a ratio of 1 or more means that the limit is kept. Takes a few minutes and
needs nothing but the loopback interface.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.asking import GARDEN, fetch, inside
from bench.coding import ask_about
from bench.hot import hot_pages
from bench.load import open_sockets, requests_per_second, seconds_used
from bench.presence import presence
from bench.report import UNLIMITED, Result, report, say
from bench.scene import bench_scene, what_is_seen
from bench.views import first_views
from tests.running import Greenhouse, children_of, greenhouse

if TYPE_CHECKING:
    import subprocess

ROUNDS = 5
ROUND_SECONDS = 1.5
SOCKETS = 500
EVENTS = 100
REST_SECONDS = 60.0  # long enough that one task of the schedule is not taken for the rule


def scene(garden: Greenhouse) -> list[Result]:
    """What the 3D garden draws and loads; nothing to compare where there is no browser to draw it."""
    address = f"http://127.0.0.1:{garden.port}"
    try:
        found = bench_scene(address, "high")
        seen = {way: what_is_seen(address, way) for way in ("drawing", "scene")}
    except RuntimeError as error:
        return [Result("the scene with 40 plants", f"not measured: {error}", "–")]
    size, first_view, own = found["scene_bytes"], found["bytes"], max(0.001, found["cpu_ms"])
    calls, triangles = found["draw_calls_with_shadows"], found["triangles_with_shadows"]
    return [
        Result("the scene's script, gz", f"{size / 1000:.1f} kB", "≤ 260 kB", 260_000 / size),
        Result("first view with the scene", f"{first_view / 1000:.1f} kB", "≤ 500 kB", 500_000 / first_view),
        Result("draw calls with 40 plants, high", f"{found['draw_calls']}", "≤ 45", 45 / found["draw_calls"]),
        Result("… where shadows are redrawn", f"{calls}", "≤ 45", 45 / calls),
        Result("triangles", f"{found['triangles']:,}", "≤ 200,000", 200_000 / found["triangles"]),
        Result("… where shadows are redrawn", f"{triangles:,}", "≤ 200,000", 200_000 / triangles),
        Result("the engine's share of a frame", f"{own:.3f} ms", "≤ 1 ms", 1 / own),
        *(largest_and_shift(way, found) for way, found in seen.items()),
    ]


def largest_and_shift(way: str, seen: dict[str, Any]) -> Result:
    """The canvas must never be what the visitor waited for, and nothing may move when it comes."""
    largest, shift = seen["largest"], seen["shift"]
    kept = largest is not None and largest["tag"] != "canvas" and shift == 0
    what = f"<{largest['tag']}> after {largest['ms']} ms" if largest else "nothing"
    return Result(f"largest paint, {way}", f"{what}, moved {shift:.4g}", "HTML, moved 0", float(kept))


def second_start(garden: Greenhouse) -> tuple[Result, subprocess.Popen[bytes]]:
    """What `make run` does the second time, until the first answer."""
    garden.manage("setup")
    began = time.perf_counter()
    garden.manage("setup")
    server = garden.serve()
    seconds = time.perf_counter() - began
    return Result("second start", f"{seconds:.1f} s", "≤ 10 s", 10 / seconds), server


def at_rest(server: subprocess.Popen[bytes]) -> list[Result]:
    """Memory and processor time of all processes while nobody asks for anything."""
    processes = [server.pid, *children_of(server.pid).values()]
    time.sleep(5)
    before = seconds_used(*processes)
    time.sleep(REST_SECONDS)
    busy = (seconds_used(*processes) - before) / REST_SECONDS * 100
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in processes)
    megabytes = pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
    return [
        Result("memory at rest, all processes", f"{megabytes:.0f} MB", "≤ 250 MB", 250 / megabytes),
        Result("processor at rest", f"{busy:.2f} % of a core", "≤ 2 %", 2 / max(busy, 0.01)),
    ]


async def hot_reads(garden: Greenhouse, web: int, constant: Greenhouse, *, gzipped: bool) -> Result:
    """The garden beside a constant answer of the same bytes from the same server, turn by turn.

    Compared by the processor time of an answer, which other programs on the machine disturb less than the clock.
    """

    async def one_round(port: int, path: str, pid: int) -> tuple[float, float]:
        """Answers a second, and processor seconds an answer."""
        before, began = seconds_used(pid), time.perf_counter()
        rate = await requests_per_second(port, path, ROUND_SECONDS, gzipped=gzipped)
        return rate, (seconds_used(pid) - before) / (rate * (time.perf_counter() - began))

    ours, limit = [], []
    for _ in range(ROUNDS):
        limit.append(await one_round(constant.port, "/", constant.processes[0].pid))
        ours.append(await one_round(garden.port, GARDEN, web))
    (our_rate, our_cost), (limit_rate, limit_cost) = (
        tuple(map(statistics.median, zip(*rounds, strict=True))) for rounds in (ours, limit)
    )
    ratio = limit_cost / our_cost
    return Result(
        f"hot garden, 200 projects, {'gzip' if gzipped else 'plain'}",
        f"{our_cost * 1e6:.0f} µs against {limit_cost * 1e6:.0f} µs = {ratio:.2f} "
        f"({our_rate:,.0f}/s of {limit_rate:,.0f}/s)",
        "≥ 0.5 of a constant",
        ratio / 0.5,
    )


async def fan_out(garden: Greenhouse) -> list[Result]:
    """Events published by another process as fast as they go, to many sockets."""
    listeners, heard = await open_sockets(garden.port, SOCKETS)
    await asyncio.to_thread(inside, garden, "publish", EVENTS)
    deadline = time.monotonic() + 30
    while heard.messages < SOCKETS * EVENTS and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    for listener in listeners:
        listener.close()
    share = heard.messages / (SOCKETS * EVENTS)
    p99 = statistics.quantiles(heard.delays, n=100)[98]
    rate = heard.messages / max(0.001, heard.last - heard.first)
    return [
        Result(f"{SOCKETS} sockets, {EVENTS} events: heard", f"{share:.1%} at {rate:,.0f}/s", "all", share),
        Result("from commit to browser, p99", f"{p99 * 1000:.0f} ms", "≤ 2 s", 2 / p99),
    ]


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


def measure(directory: Path) -> list[Result]:
    """Everything, one after the other."""
    results = []
    limits = {
        "RATE_LIMIT_GARDEN": UNLIMITED,
        "RATE_LIMIT_READ": UNLIMITED,
        "WEBSOCKET_LIMIT_PER_CLIENT": "1000",
        "MAX_CONNECTIONS_PER_ADDRESS": "1000",
    }
    with greenhouse(directory, **limits) as garden:
        garden.manage("migrate", "--verbosity", "0")
        say("Planting 40 projects …")
        inside(garden, "plant", 40)
        start, server = second_start(garden)
        results.append(start)
        say("Drawing …")
        results += scene(garden)
        say("Resting …")
        results += at_rest(server)
        say("Planting 160 more …")
        few = inside(garden, "queries")
        inside(garden, "plant", 200)
        many = inside(garden, "queries")
        same = "as many as with 40" if many["cold"] == few["cold"] else f"{few['cold']} with 40"
        results.append(
            Result("queries of a cold garden", f"{many['cold']}, {same}", "constant", few["cold"] / many["cold"])
        )
        results.append(Result("queries of a hot garden", str(many["hot"]), "0", 1.0 if not many["hot"] else 0.0))
        say("Reading …")
        web = children_of(server.pid)["runweb"]
        for gzipped in (False, True):
            wire, body = fetch(garden, GARDEN)
            constant = constant_server(garden, b"x" * (wire if gzipped else len(body)))
            try:
                results.append(asyncio.run(hot_reads(garden, web, constant, gzipped=gzipped)))
            finally:
                constant.stop()
        say("Listening …")
        results += asyncio.run(fan_out(garden))
        garden.stop()
        say("Importing …")
        short, long = inside(garden, "import_history", 10_000), inside(garden, "import_history", 40_000)
        rate = long["commits_per_second"]
        results.append(Result("import, SQLite", f"{rate:,.0f} commits/s", "≥ 2,000/s", rate / 2000))
        growth = long["megabytes"] - short["megabytes"]
        results.append(Result("memory for 30,000 commits more", f"{growth:+.1f} MB", "flat", 10 / max(10.0, growth)))
    say("Looking at gardens of every size …")
    with tempfile.TemporaryDirectory() as other:
        results += first_views(Path(other))
    say("Coming all at once …")
    with tempfile.TemporaryDirectory() as other:
        results += hot_pages(Path(other))
    say("Walking …")
    with tempfile.TemporaryDirectory() as other:
        results += presence(Path(other))
    say("Asking about a year of coding …")
    with tempfile.TemporaryDirectory() as other:
        results += ask_about(Path(other), 1_000_000)
    return results


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(1 if report(measure(Path(temporary))) else 0)
