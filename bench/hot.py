"""A link on a busy site: public pages and static files beside the hot garden, and two hundred visitors at once.

Run alone by `python -m bench.hot`.
"""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.asking import GARDEN, fetch, inside
from bench.load import burst, requests_per_second, seconds_to_answer
from bench.report import UNLIMITED, Result, report, say
from tests.running import greenhouse

if TYPE_CHECKING:
    from tests.running import Greenhouse

PLANTS = 40
ROUNDS = 5
ROUND_SECONDS = 1.0
CLIENTS = 200
PAGES = 10
BURSTS = 3
INTERACTIONS = 100
SHARE = 0.3  # of the hot garden's rate
PICTURES = 12  # of plants, beside the garden's own: as many as a long list of links makes a chat ask for


def hot_pages(directory: Path) -> list[Result]:
    """One garden of the usual size, asked by 32 clients and then by 200 at once."""
    with greenhouse(directory, RATE_LIMIT_GARDEN=UNLIMITED, RATE_LIMIT_READ=UNLIMITED) as garden:
        garden.manage("migrate", "--verbosity", "0")
        garden.manage("collectstatic", "--noinput", "--verbosity", "0")
        inside(garden, "plant", PLANTS)
        garden.serve("manage.py", "runweb")
        front = fetch(garden, "/")[1].decode()
        projects = list(dict.fromkeys(re.findall(r'href="(/projects/[\w-]+/)"', front)))
        script = re.findall(r'src="(/static/[^"]+\.js)"', front)[0]
        paths = {"the front page": "/", "a project page": projects[0], "/skills/": "/skills/", "a script": script}
        return [
            *asyncio.run(shares(garden, paths)),
            asyncio.run(waits(garden, ["/", "/skills/", *projects][:PAGES])),
            *asyncio.run(pictures(garden, projects[0], [f"{project}og.png" for project in projects[:PICTURES]])),
            attention(garden),
        ]


async def shares(garden: Greenhouse, paths: dict[str, str]) -> list[Result]:
    """Answers a second of each path beside those of the hot garden, turn by turn."""
    rates: dict[str, list[float]] = {path: [] for path in (GARDEN, *paths.values())}
    for _ in range(ROUNDS):
        for path, found in rates.items():
            found.append(await requests_per_second(garden.port, path, ROUND_SECONDS, gzipped=True))
    medians = {path: statistics.median(found) for path, found in rates.items()}
    return [
        Result(
            f"{what}, 32 clients",
            f"{medians[path]:,.0f}/s of {medians[GARDEN]:,.0f}/s = {medians[path] / medians[GARDEN]:.2f}",
            f"≥ {SHARE} of the garden",
            medians[path] / medians[GARDEN] / SHARE,
        )
        for what, path in paths.items()
    ]


def change(garden: Greenhouse) -> None:
    """Alter the garden in another process, and wait until the server has heard of it."""
    before = json.loads(fetch(garden, GARDEN)[1])["version"]
    inside(garden, "publish", 1)
    while json.loads(fetch(garden, GARDEN)[1])["version"] == before:
        time.sleep(0.05)


async def waits(garden: Greenhouse, pages: list[str]) -> Result:
    """The longest that anybody waits who comes with 199 others right after the garden changed."""
    slowest = []
    for _ in range(BURSTS):
        await asyncio.to_thread(change, garden)
        slowest.append(max(await burst(garden.port, pages, CLIENTS)))
    longest = max(slowest)
    return Result(f"{CLIENTS} at once on {len(pages)} cold pages", f"{longest * 1000:.0f} ms", "≤ 1 s", 1 / longest)


async def pictures(garden: Greenhouse, page: str, plants: list[str]) -> list[Result]:
    """A cold share picture by itself, and a cold page while many of them are drawn."""
    alone, undisturbed, beside, last = [], [], [], []
    for _ in range(BURSTS):
        await asyncio.to_thread(change, garden)
        undisturbed.append(await seconds_to_answer(garden.port, page))
        alone.append(await seconds_to_answer(garden.port, "/og.png"))
        await asyncio.to_thread(change, garden)
        drawing = asyncio.create_task(burst(garden.port, ["/og.png", *plants], len(plants) + 1))
        await asyncio.sleep(0.05)  # all of them are asked for by now, and none is done
        beside.append(await seconds_to_answer(garden.port, page))
        last.append(max(await drawing))
    picture, quiet, busy, whole = (statistics.median(found) for found in (alone, undisturbed, beside, last))
    return [
        Result("a cold share picture", f"{picture * 1000:.0f} ms", "≤ 400 ms", 0.4 / picture),
        Result(
            f"a cold page while {len(plants) + 1} are drawn",
            f"{busy * 1000:.0f} ms ({quiet * 1000:.0f} ms alone; the last picture {whole * 1000:.0f} ms)",
            "≤ 250 ms",
            0.25 / busy,
        ),
    ]


def attention(garden: Greenhouse) -> Result:
    """What a visitor's interaction costs; one that moves the garden's version would make all the pages cold."""
    found = inside(garden, "interact", INTERACTIONS)
    milliseconds, moved = found["seconds"] * 1000, "moves the version" if found["moved"] else "moves no version"
    kept = 0.0 if found["moved"] else 10 / milliseconds
    return Result("a visitor's interaction", f"{milliseconds:.1f} ms, {moved}", "≤ 10 ms, none", kept)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        say("Coming all at once …")
        sys.exit(1 if report(hot_pages(Path(temporary))) else 0)
