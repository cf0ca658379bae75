"""The scene under test: Chromium with a WebGL that Mesa draws, and how to wait for what the scene does.

The gate stays shut for a machine that draws in software, so `?force=3d` opens it; `inspect` lets a test look inside.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.pages import Visit
    from tests.running import Greenhouse

MESA = ["--use-gl=angle", "--use-angle=gl-egl", "--ignore-gpu-blocklist"]
SCENE = "/?force=3d&inspect&quality=low"
STARTS = 120_000  # milliseconds; shaders are compiled in software
SOON = 60.0  # seconds


def with_scene(visit: Visit, garden: Greenhouse, path: str = SCENE, **options: Any) -> Page:
    """The front page once the scene stands."""
    page = visit(garden, path, **options)
    expect(page.locator("html[data-scene=ready]")).to_be_attached(timeout=STARTS)
    return page


def until(page: Page, question: str, argument: Any = None) -> None:
    """Ask the page until it says yes. The strict policy forbids Playwright's own way of waiting in the page."""
    deadline = time.monotonic() + SOON
    while not page.evaluate(question, argument):
        assert time.monotonic() < deadline, question
        page.wait_for_timeout(100)


def frames(page: Page) -> int:
    drawn: int = page.evaluate("greenhouse.renderer.info.render.frame")
    return drawn


def at_rest(page: Page) -> int:
    """Wait until no frame is drawn for a while: a garden that moves by itself never comes to that. Returns the frames.

    What happened just before may still ask for a frame of its own.
    """
    deadline = time.monotonic() + SOON
    drawn = -1
    while drawn != (drawn := frames(page)):
        assert time.monotonic() < deadline, "frames are drawn all the time"
        page.wait_for_timeout(700)
    return drawn


def walk_in(page: Page) -> None:
    """Press "Walk in" and wait until the camera has the shape of the window."""
    page.get_by_role("button", name="Walk in").click()
    expect(page.locator("html[data-wide]")).to_be_attached()
    until(page, "() => Math.abs(greenhouse.walker.camera.aspect - innerWidth / innerHeight) < 1e-3")


def place_of(page: Page, slug: str) -> tuple[float, float]:
    """Where in the window a plant is seen: a little below its top, which rises above what stands before it."""
    x, y = page.evaluate(
        """slug => {
            const { garden, live, walker } = greenhouse
            const { id } = live.state.projects.find(project => project.slug === slug)
            const box = document.querySelector('#scene canvas').getBoundingClientRect()
            const at = walker.camera.position.clone()
            garden.anchor(id, at)
            at.setY(at.y - 0.6).project(walker.camera)
            return [box.left + (at.x + 1) / 2 * box.width, box.top + (1 - at.y) / 2 * box.height]
        }""",
        slug,
    )
    return x, y
