"""Whether the scene keeps what it allocates: `python -m bench.heap --minutes 10`.

Chromium shows a living garden in a small window, so that software draws many frames, and a hand turns it now and then.
Once a minute the heap is read after a collection: what is left is what the scene holds on to.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from bench.scene import MESA, PATIENCE_MS, chromium_path
from tests.running import greenhouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import CDPSession, Page

WINDOW = {"width": 480, "height": 320}
PLANTS = 40
SETTLING_SECONDS = 20  # shaders compile, fonts arrive, the engine's code is optimised
TURN_EVERY_SECONDS = 5.0
TURNS = ((240, 160, 300, 170), (300, 170, 180, 150), (180, 150, 240, 160))


@dataclass(frozen=True, slots=True)
class Sample:
    """The heap at one moment."""

    minute: int
    kilobytes: float
    frames: int


def heap_samples(address: str, minutes: int) -> Iterator[Sample]:
    """The heap after a collection at minute 0, 1, … and the frames drawn since the first. Raises without Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=[*MESA, "--js-flags=--expose-gc"])
        page = browser.new_page(viewport=WINDOW)  # type: ignore[arg-type] # a plain dict of two numbers
        page.goto(f"{address}/?force=3d&inspect&quality=low")
        page.locator("html[data-scene=ready]").wait_for(state="attached", timeout=PATIENCE_MS)
        session = page.context.new_cdp_session(page)
        live(page, SETTLING_SECONDS)
        began, first = time.monotonic(), frames(page)
        for minute in range(minutes + 1):
            live(page, began + 60 * minute - time.monotonic())
            yield Sample(minute, kilobytes(session), frames(page) - first)
        browser.close()


def live(page: Page, seconds: float) -> None:
    """Let the garden live, and turn it now and then."""
    until = time.monotonic() + seconds
    turn = 0
    while (left := until - time.monotonic()) > 0:
        x, y, to_x, to_y = TURNS[turn % len(TURNS)]
        turn += 1
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(to_x, to_y, steps=4)
        page.mouse.up()
        page.wait_for_timeout(min(TURN_EVERY_SECONDS, left) * 1000)


def frames(page: Page) -> int:
    drawn: int = page.evaluate("greenhouse.renderer.info.render.frame")
    return drawn


def kilobytes(session: CDPSession) -> float:
    """What scripts hold after everything that nobody holds is gone."""
    for _ in range(2):  # what a finalizer lets go of is free only the second time
        session.send("HeapProfiler.collectGarbage")
    used: float = session.send("Runtime.getHeapUsage")["usedSize"]
    return used / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description="The scene's heap, minute by minute.")
    parser.add_argument("--minutes", type=int, default=10)
    minutes: int = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as directory, greenhouse(Path(directory)) as garden:
        garden.manage("setup")
        garden.run(sys.executable, "-m", "bench.garden", "plant", str(PLANTS))
        garden.serve()
        sys.stdout.write("minute   heap after collection   frames\n")
        for sample in heap_samples(f"http://127.0.0.1:{garden.port}", minutes):
            sys.stdout.write(f"{sample.minute:6}   {sample.kilobytes:18,.0f} kB   {sample.frames:6,}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
