"""What the garden feels, in a real browser: stars that say who they are, a panel that explains the weather, sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.scene import MESA, STARTS, at_rest, until, walk_in, with_scene
from tests.running import ROOT

if TYPE_CHECKING:
    from tests.e2e.conftest import Repository
    from tests.e2e.pages import Visit
    from tests.running import Greenhouse

NIGHT = "/?force=3d&inspect&quality=low&T=12&time=night&season=summer&weather=starry&precipitation=clear"
SKILLS = "from django.utils import timezone; from skills.services import sync_from_projects as s; s(now=timezone.now())"
# The stars that nothing lies over and no other star is near: their names, and where in the window they are.
STARS = """() => {
    const { garden, live, walker } = greenhouse
    const canvas = document.querySelector('#scene canvas')
    const box = canvas.getBoundingClientRect()
    const stars = live.state.skills.nodes.map(({ id, name }) => {
        const at = walker.camera.position.clone()
        garden.starAnchor(id, walker.camera, at)
        at.project(walker.camera)
        return [name, box.left + (at.x + 1) / 2 * box.width, box.top + (1 - at.y) / 2 * box.height]
    })
    return stars.filter(([name, x, y]) => document.elementFromPoint(x, y) === canvas
        && stars.every(([other, itsX, itsY]) => other === name || Math.hypot(itsX - x, itsY - y) > 24))
}"""


@pytest.fixture(scope="module")
def flags() -> list[str]:
    """A WebGL that Mesa draws."""
    return MESA


@pytest.fixture
def python(garden: Greenhouse, repository: Repository) -> str:
    """The name of a skill in the sky, known from a repository."""
    garden.manage("import_git", str(repository.path))
    garden.manage("shell", "--command", SKILLS)
    return "Python"


def test_a_star_says_its_name_and_opens_its_sheet(garden: Greenhouse, visit: Visit, python: str) -> None:
    page = with_scene(visit, garden, NIGHT)
    label = page.locator(".star-label")
    walk_in(page)  # on the page words lie over a part of the sky
    at_rest(page)
    name, x, y = page.evaluate(STARS)[0]
    page.mouse.move(x, y)
    expect(label).to_have_class("plant-label star-label shown")
    expect(label).to_contain_text(f"{name}level")
    page.mouse.move(x, y + 300)
    expect(label).not_to_have_class("plant-label star-label shown")
    page.mouse.click(x, y)
    sheet = page.locator("dialog.sheet")
    expect(sheet.get_by_role("heading", level=2)).to_have_text(name)
    assert page.url.endswith(f"#skill={name.lower()}")
    page.go_back()
    expect(sheet).not_to_be_visible()


def test_the_list_points_at_the_star_and_by_day_there_is_none(garden: Greenhouse, visit: Visit, python: str) -> None:
    page = with_scene(visit, garden, NIGHT)
    link = page.locator(".stars").get_by_role("link", name=python, exact=True)
    link.focus()
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    expect(page.locator(".star-label.shown")).to_contain_text(python)
    link.blur()
    expect(page.locator(".star-label.shown")).to_have_count(0)
    by_day = with_scene(visit, garden, NIGHT.replace("night", "day").replace("starry", "sunny"))
    by_day.locator(".stars").get_by_role("link", name=python, exact=True).focus()
    until(by_day, "() => document.querySelector('.star-label').textContent !== ''")
    at_rest(by_day)
    expect(by_day.locator(".star-label.shown")).to_have_count(0)


def test_a_star_opens_without_any_scene(garden: Greenhouse, visit: Visit, python: str) -> None:
    page = visit(garden, "/#skill=python")
    expect(page.locator("dialog.sheet").get_by_role("heading", level=2)).to_have_text(python)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_weather_explains_itself_by_keyboard(garden: Greenhouse, visit: Visit, scheme: str, width: int) -> None:
    page = visit(garden, width=width, color_scheme=scheme, reduced_motion="reduce")
    expect(page.locator("html[data-scripted]")).to_be_attached()
    summary = page.locator(".weather summary")
    summary.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("region", name="Why this weather")
    expect(panel.get_by_role("heading", name="What makes it")).to_be_visible()
    expect(panel).to_contain_text("The hour and the season")
    expect(panel).to_contain_text("No music is known.")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate((ROOT / "frontend/node_modules/axe-core/axe.min.js").read_text())
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    assert [(violation["id"], [node["html"][:160] for node in violation["nodes"]]) for violation in found] == []
    page.keyboard.press("Escape")
    expect(panel).not_to_be_visible()
    expect(summary).to_be_focused()


def test_the_weather_explains_itself_without_javascript(garden: Greenhouse, visit: Visit) -> None:
    page = visit(garden, java_script_enabled=False)
    page.locator(".weather summary").click()
    expect(page.locator(".weather-panel")).to_contain_text("It is")


LISTENING = """() => {
    window.contexts = []
    window.AudioContext = class extends window.AudioContext {
        constructor(...given) { super(...given); contexts.push(this) }
    }
}"""


def test_sound_is_off_until_asked_for_and_ends_with_a_pause(garden: Greenhouse, visit: Visit) -> None:
    page = with_scene(visit, garden, "/?force=3d&quality=low")
    page.evaluate(LISTENING)
    button = page.get_by_role("button", name="Sound")
    expect(button).to_have_attribute("aria-pressed", "false")
    loaded = "() => performance.getEntriesByType('resource').filter(({ name }) => name.includes('/player-')).length"
    assert page.evaluate(loaded) == 0, "its code comes with the first press"
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    until(page, "() => contexts.length === 1 && contexts[0].state === 'running' && contexts[0].currentTime > 0")
    until(page, loaded)
    page.get_by_role("button", name="Pause").click()
    expect(button).to_have_attribute("aria-pressed", "false")
    until(page, "() => contexts[0].state === 'closed'")


def test_sound_is_never_remembered_as_on(garden: Greenhouse, visit: Visit) -> None:
    page = with_scene(visit, garden, "/?force=3d&quality=low")
    button = page.get_by_role("button", name="Sound")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator("html[data-scene=ready]")).to_be_attached(timeout=STARTS)
    expect(button).to_have_attribute("aria-pressed", "false")
