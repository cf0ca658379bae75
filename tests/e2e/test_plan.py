"""The owner's plan of the island: a plant is moved by pointer and by keyboard, and stands there for everybody."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import make_owner, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.e2e.pages import Visit
    from tests.running import Greenhouse


@pytest.fixture(scope="module")
def owner(garden: Greenhouse) -> None:
    make_owner(garden)


@pytest.fixture
def plan(garden: Greenhouse, owner: None, visit: Visit) -> Page:
    """The plan of the demonstration garden, its owner signed in."""
    page = visit(garden, "/admin/login/?next=/admin/garden/project/plan/", width=1200, reduced_motion="reduce")
    sign_in(page)
    return page


def plant(page: Page, name: str) -> Locator:
    return page.locator(f'[data-name="{name}"]')


def place_in_state(garden: Greenhouse, name: str) -> tuple[float, float]:
    """Where `GET garden/` has it."""
    with urllib.request.urlopen(f"http://127.0.0.1:{garden.port}/api/v1/garden/") as answer:
        (found,) = [one for one in json.load(answer)["projects"] if one["name"] == name]
    return found["position"]["x"], found["position"]["z"]


def middle(element: Locator) -> tuple[float, float]:
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_plants_are_moved_by_pointer_and_by_keyboard_and_stand_there_for_everybody(
    garden: Greenhouse, plan: Page
) -> None:
    said, keep = plan.locator("[data-part=said]"), plan.get_by_role("button", name="Keep the places")
    dragged, stepped = plant(plan, "Glow Worm"), plant(plan, "Moss Map")
    expect(dragged).to_have_role("button")  # the page is scripted by now
    expect(keep.first).to_be_disabled()

    start = middle(dragged)
    plan.mouse.move(*start)
    plan.mouse.down()
    plan.mouse.move(*middle(plan.locator(".plan-ground .pond")), steps=4)
    expect(said).to_contain_text("Glow Worm: ")
    expect(said).to_contain_text("it is in the pond")
    expect(keep.first).to_be_disabled()
    plan.mouse.move(start[0] + 24, start[1] + 12, steps=4)
    expect(said).not_to_contain_text("Nothing can stand")
    plan.mouse.up()

    before = place_in_state(garden, "Moss Map")
    stepped.focus()
    for key in ("ArrowRight", "ArrowRight", "Enter", "Shift+ArrowUp", "Escape"):
        plan.keyboard.press(key)
    expect(said).to_contain_text("Moss Map: ")
    expect(keep.first).to_be_enabled()
    assert place_in_state(garden, "Moss Map") == before  # nothing is saved yet
    x = float(plan.get_by_label("Glow Worm, metres: To the right").input_value())
    keep.first.click()

    expect(plan.get_by_text("2 plants moved.")).to_be_visible()
    assert place_in_state(garden, "Moss Map") == pytest.approx((before[0] + 0.2, before[1]), abs=0.011)
    assert place_in_state(garden, "Glow Worm")[0] == x


def test_a_plant_that_is_moved_after_the_session_ended_stands_there_once_its_owner_signed_in_again(
    plan: Page,
) -> None:
    said, moved = plan.locator("[data-part=said]"), plant(plan, "Moss Map")
    expect(moved).to_have_role("button")
    before = moved.get_attribute("transform")
    plan.context.clear_cookies(name="sessionid")
    moved.press("ArrowRight")
    expect(said).to_contain_text("You are signed out")
    moved.press("ArrowRight")
    after = moved.get_attribute("transform")
    plan.get_by_role("button", name="Keep the places").first.click()
    sign_in(plan)
    assert before != after
    expect(moved).to_have_attribute("transform", after or "")
    expect(said).to_contain_text("Moss Map")
    plan.get_by_role("button", name="Keep the places").first.click()
    expect(plan.locator("body")).to_contain_text("1 plant moved.")
