"""A garden with more plants than the front page lists: each can be found, visited and searched for all the same."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.e2e.pages import Visit
    from tests.running import Greenhouse

PLANTS = 170


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, bare: Path) -> Iterator[Greenhouse]:
    """A hundred and seventy plants of every kind and stage, served."""
    with served(tmp_path_factory.mktemp("large"), bare) as site:
        site.run(sys.executable, "-m", "bench.garden", "grown", str(PLANTS))
        yield site


def names(page: Page) -> list[str]:
    return page.locator(".card h3 a").all_inner_texts()


def follow(page: Page, role: Literal["link", "button"], name: str) -> None:
    """Press what leads to another page, and wait until all of that has arrived."""
    with page.expect_event("load"):
        page.get_by_role(role, name=name).click()


def test_every_plant_can_be_reached_without_javascript(large: Greenhouse, visit: Visit) -> None:
    page = visit(large, java_script_enabled=False)
    expect(page.locator("g.plant")).to_have_count(PLANTS)
    seen = names(page)
    while page.get_by_role("link", name="More plants").count():
        follow(page, "link", "More plants")
        seen += names(page)
    assert len(seen) == len(set(seen)) == PLANTS


def test_the_last_plant_is_found_without_javascript(large: Greenhouse, visit: Visit) -> None:
    last = names(visit(large, "/?page=99"))[-1]
    page = visit(large, java_script_enabled=False)
    assert last not in names(page)
    page.get_by_role("searchbox").fill(last)
    follow(page, "button", "Find")
    assert names(page) == [last]
    expect(page.locator(".found")).to_contain_text(f"1 of {PLANTS} plants")


def test_typing_searches_the_whole_garden_without_leaving_the_page(large: Greenhouse, visit: Visit) -> None:
    last = names(visit(large, "/?page=99"))[-1]
    page = visit(large)
    page.evaluate("window.stayed = true")
    page.get_by_role("searchbox").press_sequentially(last)
    expect(page.locator(".found")).to_contain_text(f"1 of {PLANTS} plants")
    assert names(page) == [last]
    tile = page.locator(".tile use")
    assert page.locator(str(tile.get_attribute("href"))).count() == 1
    page.get_by_role("link", name="show all").click()
    expect(page.locator(".card")).not_to_have_count(1)
    assert page.get_by_role("searchbox").input_value() == ""
    assert page.evaluate("window.stayed")


def test_the_pages_of_the_list_turn_in_place_and_back(large: Greenhouse, visit: Visit) -> None:
    page = visit(large)
    expect(page.locator("html[data-scripted]")).to_be_attached()  # before that, the links lead to whole pages
    page.evaluate("window.stayed = true")
    first = names(page)
    page.get_by_role("link", name="More plants").click()
    expect(page.locator(".pager")).to_contain_text("31–60 of 170")
    expect(page.get_by_role("heading", name="The plants")).to_be_focused()
    assert set(names(page)).isdisjoint(first)
    page.go_back()
    expect(page.locator(".pager")).to_contain_text("1–30 of 170")
    assert names(page) == first
    assert page.evaluate("window.stayed")


def test_a_deep_link_opens_the_sheet_of_a_plant_that_is_not_on_the_page(large: Greenhouse, visit: Visit) -> None:
    card = visit(large, "/?page=99").locator(".card").last
    slug, name = card.get_attribute("data-slug"), card.get_by_role("link").first.inner_text()
    page = visit(large, f"/#plant={slug}")
    expect(page.locator("#sheet-name")).to_have_text(name)
    expect(page.locator(f'.card[data-slug="{slug}"]')).to_have_count(0)
