"""What a first visit loads, in gardens of 40, 200 and 1,000 plants of every kind and stage.

Counted file by file as a browser that shows the scene asks for them, so it needs no browser.
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

from bench.report import KILOBYTES, MILLISECONDS, UNLIMITED, Result, at_most, noted
from bench.site import GARDEN, fetch, inside, site
from tests.running import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.running import Greenhouse

SIZES = (40, 200, 1000)
SHELL = ("src/shell/main.ts", "src/shell/site.css")  # the page carries first.css in itself
LATER = ("src/panels/start.ts", "src/scene/mount.ts")  # brought by the shell once the page stands
ELEMENT = re.compile(rb"<[a-z]")
MANIFEST = ROOT / "static/dist/.vite/manifest.json"


def files_of(entries: Iterable[str]) -> set[str]:
    """The addresses of built files and of all that they import and show at once."""
    manifest = json.loads(MANIFEST.read_text())
    waiting, found = list(entries), set()
    while waiting:
        entry = manifest[waiting.pop()]
        if entry["file"] in found:
            continue
        found |= {entry["file"], *entry.get("assets", ())}
        waiting += entry.get("imports", ())
    return {f"/static/dist/{name}" for name in found}


def size_of(garden: Greenhouse, addresses: Iterable[str]) -> dict[str, int]:
    """Bytes over the wire, by address."""
    return {address: fetch(garden, address)[0] for address in addresses}


def first_views(sizes: Sequence[int] = SIZES) -> list[Result]:
    """One garden that grows from size to size; what it weighs, and how long its page takes to be written anew."""
    results = []
    with site(RATE_LIMIT_GARDEN=UNLIMITED, RATE_LIMIT_READ=UNLIMITED) as garden:
        garden.manage("collectstatic", "--noinput", "--verbosity", "0")
        garden.serve("manage.py", "runweb")
        shell = size_of(garden, files_of(SHELL))
        scripts = sum(size for address, size in shell.items() if address.endswith(".js"))
        rest = size_of(garden, {"/static/icon.svg", *files_of(LATER)} - shell.keys())
        results.append(at_most("the shell's scripts, gz", scripts, 5_000, KILOBYTES))
        for plants in sizes:
            inside(garden, "grown", plants)
            results += first_view(garden, plants, sum(shell.values()), sum(rest.values()))
    return results


def first_view(garden: Greenhouse, plants: int, shell: int, rest: int) -> list[Result]:
    """One size: the page with the shell, then all that follows."""
    began = time.perf_counter()
    page, html = fetch(garden, "/")
    seconds = time.perf_counter() - began
    state = fetch(garden, GARDEN)[0]
    front, whole = page + shell, page + shell + rest + state
    what, note = f"front page, {plants:,} grown plants", f"{len(ELEMENT.findall(html)):,} elements"
    return [
        at_most(what, front, 100_000, KILOBYTES) if plants == SIZES[0] else noted(what, front, KILOBYTES),
        at_most("… with the scene and its state", whole, 500_000, KILOBYTES),
        noted("… written anew", seconds, MILLISECONDS, note=note),
    ]
