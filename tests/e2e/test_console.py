"""The owner's page of just now: who walks is seen there as they walk."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from websockets.sync.client import connect

from tests.e2e.pages import make_owner, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.pages import Visit
    from tests.running import Greenhouse


@pytest.fixture
def console(bare_garden: Greenhouse, visit: Visit) -> Page:
    """The console, signed in."""
    make_owner(bare_garden)
    page = visit(bare_garden, "/admin/login/?next=/admin/visits/now/")
    sign_in(page)
    return page


def agree(garden: Greenhouse) -> str:
    said = json.dumps({"categories": {"live_presence": True}}).encode()
    address = f"http://127.0.0.1:{garden.port}/api/v1/visitors/consent/"
    request = urllib.request.Request(address, said, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own server
        return str(json.load(answer)["token"])


def test_who_walks_is_a_dot_on_the_owners_plan_and_who_looks_is_counted(bare_garden: Greenhouse, console: Page) -> None:
    expect(console.locator("[data-part=present]")).to_have_text("0")  # the page itself is no visitor
    address = f"ws://127.0.0.1:{bare_garden.port}/ws"
    with connect(f"{address}/garden"), connect(f"{address}/journey-tracking") as walker:
        walker.send(json.dumps({"token": agree(bare_garden)}))
        position = {"x": 1.2, "y": 0.3, "z": -0.8}
        walker.send(json.dumps({"event_type": "journey_step", "data": {"position": position}}))
        expect(console.locator(".walkers circle")).to_have_attribute("cx", "1")
        expect(console.locator("[data-part=walking]")).to_have_text("1")
        expect(console.locator("[data-part=present]")).to_have_text("1")
    expect(console.locator("[data-part=present]")).to_have_text("0")
    expect(console.locator(".walkers circle")).to_have_count(0)  # silent for twelve seconds
