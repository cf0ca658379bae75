"""What a visitor sees and can do, in a real browser against a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import layout_shift

if TYPE_CHECKING:
    from tests.e2e.conftest import Repository
    from tests.e2e.pages import Visit
    from tests.running import Greenhouse

SOON = 60_000  # milliseconds; the promise is 2 s, the rest is for a busy machine
PLANT = "/projects/sapling-press/"


def test_the_garden_can_be_read_and_searched_without_javascript(garden: Greenhouse, visit: Visit) -> None:
    page = visit(garden, java_script_enabled=False)
    cards = page.locator(".card")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ada Lovelace")
    expect(page.locator("svg.garden-drawing")).to_be_visible()
    plants = cards.count()
    assert plants >= 10
    name = cards.first.get_by_role("link").inner_text()
    page.get_by_role("searchbox").fill(name)
    page.get_by_role("button", name="Find").click()
    expect(page.locator(".found")).to_contain_text(f"of {plants} plants")
    assert cards.count() < plants
    cards.first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("heading", name="Why this size")).to_be_visible()


def test_a_plant_grows_on_the_open_page(garden: Greenhouse, visit: Visit, repository: Repository) -> None:
    garden.manage("import_git", str(repository.path))
    page = visit(garden)
    expect(page.locator("[data-connection=live]")).to_be_visible()
    page.evaluate("window.stayed = true")
    card = page.locator(".card", has_text=repository.name)
    before = card.locator(".state").inner_text()
    form = page.locator(f"#form-{repository.name}")
    drawing = form.inner_html()

    repository.commit(60)
    garden.manage("import_git", str(repository.path))

    expect(card.locator(".state")).not_to_have_text(before, timeout=SOON)
    expect(page.locator("[data-part=announcer]")).to_contain_text(repository.name, timeout=SOON)
    expect(page.locator(".lately")).to_contain_text(f"Ada Lovelace made 61 commits in {repository.name}")
    expect(page.locator(".growing")).to_have_count(0, timeout=SOON)
    assert form.inner_html() != drawing
    assert page.evaluate("window.stayed")


def test_a_first_plant_appears_in_an_empty_garden(
    bare_garden: Greenhouse, visit: Visit, repository: Repository
) -> None:
    page = visit(bare_garden)
    expect(page.get_by_role("heading", name="Nothing is planted yet")).to_be_visible()
    expect(page.locator("[data-connection=live]")).to_be_visible()
    bare_garden.manage("import_git", str(repository.path))
    expect(page.locator(".card")).to_have_count(1, timeout=SOON)
    expect(page.locator("g.plant")).to_have_count(1)
    expect(page.locator("[data-part=count]")).to_have_text("1 plant")


def test_what_happened_while_the_server_was_down_is_caught_up(
    bare_garden: Greenhouse, visit: Visit, repository: Repository
) -> None:
    bare_garden.manage("import_git", str(repository.path))
    page = visit(bare_garden)
    expect(page.locator("[data-connection=live]")).to_be_visible()
    server = bare_garden.processes[-1]
    server.kill()
    server.wait()
    expect(page.locator("[data-connection=reconnecting], [data-connection=offline]")).to_be_visible()
    repository.commit(7)
    bare_garden.manage("import_git", str(repository.path))
    bare_garden.serve("manage.py", "runweb")
    expect(page.locator("[data-connection=live]")).to_be_visible(timeout=40_000)
    expect(page.locator(".lately")).to_contain_text(f"Ada Lovelace made 8 commits in {repository.name}", timeout=SOON)
    assert page.locator(".lately").inner_text().count("8 commits") == 1


def test_a_project_page_follows_its_own_plant(garden: Greenhouse, visit: Visit, repository: Repository) -> None:
    garden.manage("import_git", str(repository.path))
    page = visit(garden, f"/projects/{repository.name}/")
    expect(page.locator("[data-connection=live]")).to_be_visible()
    commits = page.locator(".figures dd").last
    before = commits.inner_text()
    repository.commit(30)
    garden.manage("import_git", str(repository.path))
    expect(commits).not_to_have_text(before, timeout=SOON)


def test_an_announcement_comes_to_open_pages_and_goes_again(garden: Greenhouse, visit: Visit) -> None:
    open_pages = [visit(garden), visit(garden, "/projects/windfall/")]
    for page in open_pages:
        expect(page.locator("[data-connection=live]")).to_be_visible()
    garden.manage("announce", "Back at noon.", "--level", "warning")
    for page in open_pages:
        expect(page.locator(".announcement .note")).to_have_text("Warning: Back at noon.", timeout=SOON)
    loaded = visit(garden, java_script_enabled=False)
    expect(loaded.get_by_role("status").filter(has_text="Back at noon.")).to_be_visible()
    garden.manage("announce", "--end")
    for page in open_pages:
        expect(page.locator(".announcement")).to_be_empty(timeout=SOON)
    loaded.reload()
    expect(loaded.locator(".announcement")).to_be_empty()


def test_the_list_narrows_while_the_visitor_types(garden: Greenhouse, visit: Visit) -> None:
    page = visit(garden)
    name = page.locator(".card h3 a").nth(3).inner_text()
    page.get_by_role("searchbox").fill(name)
    expect(page.locator(".card:visible h3 a").first).to_have_text(name)
    expect(page.locator(".found")).to_contain_text(" of ")
    assert page.url == f"http://127.0.0.1:{garden.port}/"


def test_without_the_panels_no_button_shows_that_would_do_nothing(garden: Greenhouse, visit: Visit) -> None:
    page = visit(garden)
    tools = page.locator(".tools")
    expect(tools).to_be_visible()
    page.route("**/start-*.js", lambda route: route.abort())
    with page.expect_event("console", lambda message: "The panels did not load." in message.text):
        page.reload()
    expect(page.locator(".card").first).to_be_visible()
    expect(tools).not_to_be_visible()


def test_the_keyboard_reaches_every_plant_once(garden: Greenhouse, visit: Visit) -> None:
    page = visit(garden)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.closest('.card h3')?.parentElement.dataset.plant ?? ''"))
    cards = page.locator(".card").evaluate_all("cards => cards.map(card => card.dataset.plant)")
    assert [plant for plant in reached if plant][: len(cards)] == cards


def test_pointing_at_a_card_points_at_its_plant(garden: Greenhouse, visit: Visit) -> None:
    page = visit(garden)
    card = page.locator(".card").first
    card.hover()
    form = page.locator(f"#form-{card.get_attribute('data-slug')}")
    expect(form.locator("..")).to_have_class("plant pointed")


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("path", ["/", PLANT, "/nowhere"])
def test_no_page_is_wider_than_the_screen(garden: Greenhouse, visit: Visit, width: int, path: str) -> None:
    page = visit(garden, path, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("path", ["/", PLANT])
def test_nothing_moves_while_the_page_loads(garden: Greenhouse, visit: Visit, width: int, path: str) -> None:
    page = visit(garden, path, width=width)
    if path == "/":
        expect(page.locator("html[data-scripted]")).to_be_attached()  # the last that comes shows its buttons
    page.evaluate("document.fonts.ready")
    assert layout_shift(page) < 0.02


READABLE = """() => {
  const painted = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const channels = colour => { // red, green, blue of 255, and how opaque of 1, of whatever CSS can say
    painted.clearRect(0, 0, 1, 1)
    painted.fillStyle = colour
    painted.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = painted.getImageData(0, 0, 1, 1).data
    return [r, g, b, a / 255]
  }
  const luminance = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor)
      if (colour[3] > 0.85) return colour
    }
    return [255, 255, 255]
  }
  const faint = []
  for (const element of document.querySelectorAll('main *, .colophon *, .hud *, .topbar *')) {
    if (element.closest('svg') || ![...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue
    const [a, b] = [luminance(channels(getComputedStyle(element).color)), luminance(ground(element))]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    if (ratio < 4.5) faint.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`)
  }
  return faint
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", PLANT, "/nowhere"])
def test_text_stands_out_in_light_and_dark(garden: Greenhouse, visit: Visit, scheme: str, path: str) -> None:
    page = visit(garden, path, color_scheme=scheme)
    assert page.evaluate(READABLE) == []


def test_light_and_dark_are_the_readers_choice(garden: Greenhouse, visit: Visit) -> None:
    papers = {
        scheme: visit(garden, color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert papers["light"] != papers["dark"]


def test_those_who_want_no_motion_get_none(garden: Greenhouse, visit: Visit, repository: Repository) -> None:
    garden.manage("import_git", str(repository.path))
    page = visit(garden, reduced_motion="reduce")
    expect(page.locator("[data-connection=live]")).to_be_visible()
    repository.commit(12)
    garden.manage("import_git", str(repository.path))
    expect(page.locator(".lately")).to_contain_text("13 commits", timeout=SOON)
    assert page.evaluate("document.getAnimations().length") == 0
    expect(page.locator(".growing")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_the_chart_of_growth_fits_and_its_line_runs_through_no_name(
    garden: Greenhouse, visit: Visit, width: int
) -> None:
    page = visit(garden, PLANT, width=width)
    figure = page.locator("figure.chart")
    (right, plot), names = figure.evaluate(
        """figure => {
            const end = element => element.getBoundingClientRect()
            const shown = [...figure.querySelectorAll('text.stage')].filter(name => name.checkVisibility())
            return [
              [end(figure).right, end(figure.querySelector('.line')).right],
              shown.map(name => [end(name).left, end(name).right]),
            ]
        }"""
    )
    assert len(names) >= 3
    assert all(plot < begins and ends <= right <= width for begins, ends in names)
