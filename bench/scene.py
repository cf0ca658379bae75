"""What the scene costs: the front page's `?bench` in Chromium, drawn by Mesa in software.

Frame times say nothing of a visitor's machine here; draw calls, triangles and the engine's own share of a frame do.
"""

from __future__ import annotations

import json
import shutil
import sys
from typing import Any, Final

from playwright.sync_api import Error, sync_playwright

from bench.report import COUNT, KILOBYTES, TENTHS_OF_MILLISECONDS, Result, at_most, exactly
from bench.site import inside, site

PROJECTS: Final = 40
ROUNDS: Final = 3

MESA = ["--no-sandbox", "--use-gl=angle", "--use-angle=gl-egl", "--ignore-gpu-blocklist"]
PATIENCE_MS = 120_000  # shaders and a thousand plants, in software
WINDOW = {"width": 1440, "height": 900}


def chromium_path() -> str:
    """Where Chromium is. Raises `RuntimeError` where there is none."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        raise RuntimeError("no Chromium on this machine")
    return chromium


SEEN = """() => new Promise(resolve => {
    const seen = { shift: 0, largest: null }
    const watch = (type, note) =>
        new PerformanceObserver(list => list.getEntries().forEach(note)).observe({ type, buffered: true })
    watch('layout-shift', entry => { seen.shift += entry.value })
    watch('largest-contentful-paint', ({ element, startTime }) => {
        seen.largest = { tag: element?.tagName.toLowerCase(), class: element?.className, ms: Math.round(startTime) }
    })
    setTimeout(() => resolve(seen), 1000)
})"""


def what_is_seen(address: str, way: str) -> dict[str, Any]:
    """The largest contentful paint and the sum of layout shifts of a visit that ends as the `drawing` or the `scene`.

    Raises `RuntimeError` as below.
    """
    path, ends_as = {"drawing": ("/", "drawing"), "scene": ("/?force=3d&quality=low", "ready")}[way]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=MESA)
        try:
            page = browser.new_page(viewport=WINDOW)  # type: ignore[arg-type] # a plain dict of two numbers
            page.goto(f"{address}{path}")
            page.locator(f"html[data-scene={ends_as}]").wait_for(state="attached", timeout=PATIENCE_MS)
            seen: dict[str, Any] = page.evaluate(SEEN)
            return seen
        except Error as error:
            raise RuntimeError(f"the page did not stand: {error.message}") from error
        finally:
            browser.close()


def bench_scene(address: str, quality: str) -> dict[str, Any]:
    """The figures of one garden at one quality, and the bytes of the scripts it loaded.

    Raises `RuntimeError` where there is no Chromium or the scene does not start.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=MESA)
        try:
            page = browser.new_page(viewport=WINDOW)  # type: ignore[arg-type] # a plain dict of two numbers
            page.goto(f"{address}/?force=3d&bench&quality={quality}")
            found: dict[str, Any] = json.loads(page.locator("#bench").inner_text(timeout=PATIENCE_MS))
            found["bytes"] = page.evaluate(
                "performance.getEntries().reduce((sum, entry) => sum + (entry.transferSize ?? 0), 0)"
            )
            found["scene_bytes"] = page.evaluate(
                "performance.getEntriesByType('resource').find(({ name }) => name.includes('/mount-')).transferSize"
            )
            return found
        except Error as error:
            raise RuntimeError(f"the scene did not start: {error.message}") from error
        finally:
            browser.close()


def scene(rounds: int = ROUNDS) -> list[Result]:
    """What the garden of forty plants draws and loads. Raises `RuntimeError` where no browser can draw it."""
    with site() as garden:
        inside(garden, "plant", PROJECTS)
        garden.manage("setup")
        garden.serve()
        address = f"http://127.0.0.1:{garden.port}"
        found = [bench_scene(address, "high") for _ in range(rounds)]
        seen = {way: what_is_seen(address, way) for way in ("drawing", "scene")}

    def all_of(name: str, factor: float = 1) -> list[float]:
        return [one[name] * factor for one in found]

    return [
        at_most("the scene's script, gz", all_of("scene_bytes"), 260_000, KILOBYTES),
        at_most("first view with the scene", all_of("bytes"), 500_000, KILOBYTES),
        at_most(f"draw calls with {PROJECTS} plants, high", all_of("draw_calls"), 45, COUNT),
        at_most("… where shadows are redrawn", all_of("draw_calls_with_shadows"), 45, COUNT),
        at_most("triangles", all_of("triangles"), 200_000, COUNT),
        at_most("… where shadows are redrawn", all_of("triangles_with_shadows"), 200_000, COUNT),
        at_most("the engine's share of a frame", all_of("cpu_ms", 1e-3), 0.001, TENTHS_OF_MILLISECONDS),
        *(largest_and_shift(way, one) for way, one in seen.items()),
    ]


def largest_and_shift(way: str, seen: dict[str, Any]) -> Result:
    """The canvas must never be what the visitor waited for, and nothing may move when it comes."""
    largest, shift = seen["largest"], seen["shift"]
    is_kept = largest is not None and largest["tag"] != "canvas" and shift == 0
    what = f"<{largest['tag']}> after {largest['ms']} ms" if largest else "nothing"
    return exactly(f"largest paint, {way}", f"{what}, moved {shift:.4g}", "HTML, moved 0", is_kept=is_kept)


def main() -> None:
    """`python -m bench.scene http://127.0.0.1:8000 high`."""
    address, quality = sys.argv[1:]
    found = bench_scene(address, quality)
    found |= {way: what_is_seen(address, way) for way in ("drawing", "scene")}
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
