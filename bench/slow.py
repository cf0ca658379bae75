"""The first view over a slow 4G connection on a slow processor, as Chromium's developer tools emulate them.

What else the machine does is slowed down with it: measure on one at rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error, sync_playwright

from bench.report import MILLISECONDS, UNLIMITED, Result, at_most, exactly
from bench.scene import PATIENCE_MS, SEEN, chromium_path
from bench.site import inside, site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser

SIZES = (15, 40)
WIDTHS = (390, 1440)
ROUNDS = 3
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWER = 4  # times, the processor


def seen_slowly(browser: Browser, address: str, width: int) -> dict[str, Any]:
    """The largest contentful paint and the sum of layout shifts of a first visit."""
    context = browser.new_context(viewport={"width": width, "height": 844 if width < 500 else 900})
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", SLOW_4G)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    try:
        page.goto(address, wait_until="load", timeout=PATIENCE_MS)
        page.locator("html[data-scripted]").wait_for(state="attached", timeout=PATIENCE_MS)  # the last that comes
        seen: dict[str, Any] = page.evaluate(SEEN)
        if seen["largest"] is None:
            raise RuntimeError("nothing was painted that could be measured")
        return seen
    finally:
        context.close()


def slow_views(sizes: Sequence[int] = SIZES, rounds: int = ROUNDS) -> list[Result]:
    """Gardens of two sizes, on a phone and on a desk. Raises `RuntimeError` where there is no browser to see them."""
    results = []
    with site(RATE_LIMIT_GARDEN=UNLIMITED, RATE_LIMIT_READ=UNLIMITED) as garden:
        garden.manage("collectstatic", "--noinput", "--verbosity", "0")
        garden.serve("manage.py", "runweb")
        address = f"http://127.0.0.1:{garden.port}/"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
            try:
                for plants in sizes:
                    inside(garden, "grown", plants)
                    garden.get("/")
                    for width in WIDTHS:
                        seen = [seen_slowly(browser, address, width) for _ in range(rounds)]
                        results += slow_view(plants, width, seen)
            except Error as error:
                raise RuntimeError(f"the page did not stand: {error.message}") from error
            finally:
                browser.close()
    return results


def slow_view(plants: int, width: int, rounds: list[dict[str, Any]]) -> list[Result]:
    """What was seen of one size: the paints, and the worst of the shifts."""
    paints = [seen["largest"]["ms"] / 1000 for seen in rounds]
    what, shift = rounds[-1]["largest"]["tag"], max(seen["shift"] for seen in rounds)
    return [
        at_most(
            f"largest paint over slow 4G, {plants} plants, {width} px", paints, 1.2, MILLISECONDS, note=f"<{what}>"
        ),
        exactly("… moved", f"{shift:.4g}", "0", is_kept=shift == 0),
    ]
