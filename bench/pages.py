"""A link on a busy site: public pages and static files beside the hot garden, and two hundred visitors at once."""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import time
from typing import TYPE_CHECKING

from bench.load import burst, requests_per_second, seconds_to_answer
from bench.report import (
    MILLISECONDS,
    TENTHS_OF_MILLISECONDS,
    TIMES,
    UNLIMITED,
    Result,
    at_least,
    at_most,
    exactly,
    noted,
)
from bench.site import GARDEN, fetch, inside, site

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


def hot_pages(rounds: int = ROUNDS) -> list[Result]:
    """One garden of the usual size, asked by 32 clients and then by 200 at once."""
    with site(RATE_LIMIT_GARDEN=UNLIMITED, RATE_LIMIT_READ=UNLIMITED) as garden:
        garden.manage("collectstatic", "--noinput", "--verbosity", "0")
        inside(garden, "plant", PLANTS)
        garden.serve("manage.py", "runweb")
        front = fetch(garden, "/")[1].decode()
        projects = list(dict.fromkeys(re.findall(r'href="(/projects/[\w-]+/)"', front)))
        script = re.findall(r'src="(/static/[^"]+\.js)"', front)[0]
        paths = {"the front page": "/", "a project page": projects[0], "/skills/": "/skills/", "a script": script}
        return [
            *asyncio.run(shares(garden, paths, rounds)),
            asyncio.run(waits(garden, ["/", "/skills/", *projects][:PAGES])),
            *asyncio.run(pictures(garden, projects[0], [f"{project}og.png" for project in projects[:PICTURES]])),
            *attention(garden),
        ]


async def shares(garden: Greenhouse, paths: dict[str, str], rounds: int) -> list[Result]:
    """Answers a second of each path as a share of those of the hot garden, turn by turn."""
    rates: dict[str, list[float]] = {path: [] for path in (GARDEN, *paths.values())}
    for _ in range(rounds):
        for path, found in rates.items():
            found.append(await requests_per_second(garden.port, path, ROUND_SECONDS, gzipped=True))
    return [
        at_least(
            f"{what} of the hot garden, 32 clients",
            [one / garden_s for one, garden_s in zip(rates[path], rates[GARDEN], strict=True)],
            SHARE,
            TIMES,
            note=f"{statistics.median(rates[path]):,.0f}/s",
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
    return at_most(f"{CLIENTS} at once on {len(pages)} cold pages, longest", slowest, 1, MILLISECONDS)


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
    return [
        at_most("a cold share picture", alone, 0.4, MILLISECONDS),
        at_most(f"a cold page while {len(plants) + 1} are drawn", beside, 0.25, MILLISECONDS),
        noted("… the same page by itself", undisturbed, MILLISECONDS),
        noted("… the last picture", last, MILLISECONDS),
    ]


def attention(garden: Greenhouse) -> list[Result]:
    """What a visitor's interaction costs; one that moves the garden's version would make all the pages cold."""
    found = inside(garden, "interact", INTERACTIONS)
    moves = "one" if found["moved"] else "none"
    return [
        at_most("a visitor's interaction", found["seconds"], 0.01, TENTHS_OF_MILLISECONDS),
        exactly("versions of the garden that it moves", moves, "none", is_kept=not found["moved"]),
    ]
