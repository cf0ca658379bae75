"""Two visitors in two browsers: one walks, the other sees it, where the first agreed to be seen."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.scene import MESA, SCENE, STARTS, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.pages import Visit
    from tests.running import Greenhouse

VISITORS = "greenhouse.garden.visitors.places"
IN_TIME = 3.0  # seconds


@pytest.fixture(scope="module")
def flags() -> list[str]:
    """A WebGL that Mesa draws."""
    return MESA


def token(garden: Greenhouse, **categories: bool) -> str:
    """Agree, as any client may."""
    said = json.dumps({"categories": categories}).encode()
    address = f"http://127.0.0.1:{garden.port}/api/v1/visitors/consent/"
    request = urllib.request.Request(address, said, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own server
        return str(json.load(answer)["token"])


def look(visit: Visit, garden: Greenhouse, agreed: str = "") -> Page:
    """The front page of a visitor, once the scene stands and its socket is open."""
    page = visit(garden, "/about/", width=480, height=400)  # small: two scenes are drawn in software at once
    if agreed:
        page.context.add_cookies([{"name": "visitor", "value": agreed, "url": f"http://127.0.0.1:{garden.port}"}])
    page.goto(f"http://127.0.0.1:{garden.port}{SCENE}")
    expect(page.locator("html[data-scene=ready]")).to_be_attached(timeout=STARTS)
    until(page, "() => greenhouse.company.socket?.readyState === WebSocket.OPEN")
    return page


def walk(page: Page, plant: int = 0) -> None:
    """Go to a plant, and return once on the way: what draws in software takes its time for that."""
    place = "JSON.stringify(greenhouse.walker.place())"
    before = page.evaluate(place)
    page.evaluate(f"greenhouse.walker.visit(greenhouse.live.state.projects[{plant}].id)")
    until(page, f"before => {place} !== before", before)


def seen_in(watcher: Page, walker: Page, plant: int) -> float:
    """Walk to a plant, and wait until the other sees it: seconds."""
    before = watcher.evaluate(VISITORS)[0]
    walk(walker, plant)
    began = time.monotonic()
    until(watcher, f"before => {VISITORS}[0].x !== before.x || {VISITORS}[0].z !== before.z", before)
    return time.monotonic() - began


def test_one_walks_and_the_other_sees_its_firefly_within_three_seconds(garden: Greenhouse, visit: Visit) -> None:
    watcher = look(visit, garden)
    assert watcher.evaluate(VISITORS) == []
    walker = look(visit, garden, agreed=token(garden, live_presence=True))
    until(walker, "() => greenhouse.company.own !== ''")
    until(watcher, f"() => {VISITORS}.length === 1")
    until(watcher, "() => document.querySelector('[data-part=present]').textContent === '1 other is here'")
    assert any(seen_in(watcher, walker, plant) < IN_TIME for plant in range(3))  # neighbours may slow one of them
    assert watcher.evaluate("greenhouse.garden.atmosphere.weather.fireflies.visitors") == 1
    assert walker.evaluate(VISITORS) == []  # nobody is a firefly to themselves


@pytest.mark.parametrize("categories", [None, {"analytics": True}])
def test_without_consent_the_other_sees_a_number_only(
    garden: Greenhouse, visit: Visit, categories: dict[str, bool] | None
) -> None:
    watcher = look(visit, garden)
    walker = look(visit, garden, agreed=token(garden, **categories) if categories else "")
    until(watcher, "() => document.querySelector('[data-part=present]').textContent === '1 other is here'")
    walk(walker)
    watcher.wait_for_timeout(IN_TIME * 1000)
    assert watcher.evaluate(VISITORS) == []
    assert walker.evaluate("greenhouse.company.told.at") == 0  # the page has not even said it
