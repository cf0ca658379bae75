"""The scene in a real browser: it comes over the drawing, follows the garden, and gives way where it is no gain.

Mesa draws it in software here, so `?force=3d` opens the gate that would stay shut for such a machine.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import expect

from tests.e2e.conftest import CHROMIUM
from tests.e2e.pages import layout_shift
from tests.e2e.scene import MESA, SCENE, STARTS, at_rest, frames, place_of, until, walk_in, with_scene
from tests.running import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.e2e.conftest import Repository
    from tests.e2e.pages import Visit
    from tests.running import Greenhouse

FROZEN = "/?force=3d&T=12&time=day&season=summer&weather=sunny&precipitation=clear&quality=low"
PLANT = "apiary"  # a bush that stands free


@pytest.fixture(scope="module")
def flags() -> list[str]:
    """A WebGL that Mesa draws."""
    return MESA


def test_the_scene_comes_over_the_drawing_and_moves_nothing(garden: Greenhouse, visit: Visit) -> None:
    page = visit(garden, SCENE)
    expect(page.locator("svg.garden-drawing")).to_be_attached()
    expect(page.locator("html[data-scene=ready]")).to_be_attached(timeout=STARTS)
    expect(page.locator(".picture")).not_to_be_visible()
    assert page.locator("#scene").get_attribute("aria-hidden") == "true"
    assert page.locator("#scene [tabindex], #scene a, #scene button").count() == 0
    assert layout_shift(page) == 0


def test_a_plant_grows_in_the_scene_while_it_is_watched(
    garden: Greenhouse, visit: Visit, repository: Repository
) -> None:
    garden.manage("import_git", str(repository.path))
    page = with_scene(visit, garden)
    expect(page.locator("[data-connection=live]")).to_be_visible()
    growth = """slug => {
        const project = greenhouse.live.state.projects.find(project => project.slug === slug)
        return greenhouse.garden.planting.get(project.id).growth
    }"""
    before = page.evaluate(growth, repository.name)
    card = page.locator(".card", has_text=repository.name)
    card.locator("a").first.evaluate("link => link.focus({ preventScroll: true })")  # the scene stays in view
    stage = page.locator(".plant-label.shown small")
    expect(stage).to_have_text("seed")
    repository.commit(60)
    garden.manage("import_git", str(repository.path))
    until(page, f"([slug, before]) => ({growth})(slug) > before + 0.1", [repository.name, before])
    expect(stage).not_to_have_text("seed")


def test_a_new_project_falls_as_a_seed(garden: Greenhouse, visit: Visit, repository: Repository) -> None:
    page = with_scene(visit, garden)
    expect(page.locator("[data-connection=live]")).to_be_visible()
    garden.manage("import_git", str(repository.path))
    until(
        page, "slug => greenhouse.garden.planting.instances.some(({ plant }) => plant.slug === slug)", repository.name
    )


def test_a_click_on_a_plant_opens_its_sheet_and_back_closes_it(garden: Greenhouse, visit: Visit) -> None:
    page = with_scene(visit, garden)
    sheet = page.locator("dialog.sheet")
    page.mouse.click(*place_of(page, PLANT))
    expect(sheet).to_be_visible()
    expect(sheet.get_by_role("heading", level=2)).to_have_text("Apiary")
    expect(sheet.get_by_role("heading", name="Why this size")).to_be_visible()
    assert page.url.endswith(f"#plant={PLANT}")
    page.go_back()
    expect(sheet).not_to_be_visible()
    assert "#" not in page.url
    page.go_forward()
    expect(sheet).to_be_visible()


def test_the_keyboard_opens_a_sheet_and_comes_back_to_where_it_was(garden: Greenhouse, visit: Visit) -> None:
    page = with_scene(visit, garden)
    link = page.locator(f'.card a[href="#plant={PLANT}"]')
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sheet-name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.sheet")).not_to_be_visible()
    expect(link).to_be_focused()


def test_a_deep_link_opens_the_sheet_without_any_scene(garden: Greenhouse, visit: Visit) -> None:
    page = visit(garden, f"/#plant={PLANT}")
    expect(page.locator("dialog.sheet").get_by_role("heading", level=2)).to_have_text("Apiary")
    expect(page.locator("html[data-scene=drawing]")).to_be_attached()


def test_keys_walk_through_the_garden_and_escape_leaves_it(garden: Greenhouse, visit: Visit) -> None:
    page = with_scene(visit, garden, width=900, height=600)
    x = page.evaluate("greenhouse.walker.camera.position.x")
    walk_in(page)
    assert page.locator(".garden").bounding_box() == {"x": 0, "y": 0, "width": 900, "height": 600}
    page.keyboard.press("ArrowRight")
    until(page, "x => greenhouse.walker.camera.position.x > x + 0.5", x)
    page.keyboard.press("Escape")
    expect(page.locator("html[data-wide]")).not_to_be_attached()
    expect(page.get_by_role("button", name="Walk in")).to_be_focused()


def test_photo_mode_saves_a_picture_of_the_garden(garden: Greenhouse, visit: Visit) -> None:
    page = with_scene(visit, garden, width=800, height=400)
    page.get_by_role("button", name="Photo").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the picture").click()
    assert download.value.suggested_filename.startswith("garden-")
    picture = Image.open(download.value.path())
    assert picture.width >= 600
    assert len(picture.convert("RGB").resize((60, 40)).getcolors(2400) or []) > 200


def test_the_search_lets_the_other_plants_recede(garden: Greenhouse, visit: Visit) -> None:
    page = with_scene(visit, garden)
    page.get_by_role("searchbox").fill("Windfall")
    page.evaluate("scrollTo(0, 0)")
    receding = "() => greenhouse.garden.planting.instances.filter(({ focus }) => focus < -0.9).length"
    until(page, f"() => ({receding})() === greenhouse.garden.planting.instances.length - 1")


def test_nothing_is_drawn_out_of_sight_or_paused(garden: Greenhouse, visit: Visit) -> None:
    page = with_scene(visit, garden)
    start = frames(page)
    until(page, "start => greenhouse.renderer.info.render.frame > start", start)
    page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    unseen = at_rest(page)
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    until(page, "unseen => greenhouse.renderer.info.render.frame > unseen", unseen)
    page.get_by_role("button", name="Pause").click()
    at_rest(page)
    expect(page.get_by_role("button", name="Move")).to_have_attribute("aria-pressed", "true")


def test_those_who_want_no_motion_see_still_frames_and_cuts(garden: Greenhouse, visit: Visit) -> None:
    page = with_scene(visit, garden, reduced_motion="reduce")
    still = at_rest(page)
    page.mouse.click(*place_of(page, PLANT))
    expect(page.locator("dialog.sheet")).to_be_visible()
    assert at_rest(page) - still < 12, "the camera cuts; it does not fly"


def test_a_lost_context_brings_the_drawing_back(garden: Greenhouse, visit: Visit) -> None:
    page = with_scene(visit, garden)
    page.evaluate("greenhouse.renderer.getContext().getExtension('WEBGL_lose_context').loseContext()")
    expect(page.locator("html[data-scene=drawing]")).to_be_attached()
    expect(page.locator(".picture")).to_be_visible()
    expect(page.locator("#scene canvas")).to_have_count(0)


def test_the_scene_returns_once_and_simpler_when_the_browser_can_draw_again(garden: Greenhouse, visit: Visit) -> None:
    page = with_scene(visit, garden, "/?force=3d&inspect&quality=medium")
    drawing, ready = page.locator("html[data-scene=drawing]"), page.locator("html[data-scene=ready]")
    lose = "lost = greenhouse.renderer.getContext().getExtension('WEBGL_lose_context'); lost.loseContext()"
    assert page.evaluate("greenhouse.renderer.shadowMap.enabled")
    page.evaluate(lose)
    expect(drawing).to_be_attached()
    page.evaluate("lost.restoreContext()")
    expect(ready).to_be_attached(timeout=STARTS)
    expect(page.locator("#scene canvas")).to_have_count(1)
    expect(page.locator(".picture")).not_to_be_visible()
    assert not page.evaluate("greenhouse.renderer.shadowMap.enabled"), "one level lower there are no shadows"
    page.evaluate(lose)
    expect(drawing).to_be_attached()
    page.evaluate("lost.restoreContext()")
    page.wait_for_timeout(2000)  # nothing is to happen in it
    expect(drawing).to_be_attached()
    expect(page.locator("#scene canvas")).to_have_count(0)


def test_the_visitor_may_choose_the_drawing_and_is_remembered(garden: Greenhouse, visit: Visit) -> None:
    page = with_scene(visit, garden)
    page.locator(".options summary").click()
    page.get_by_label("The drawing").check()
    expect(page.locator("html[data-scene=drawing]")).to_be_attached()
    expect(page.locator("[data-part=because]")).to_have_text("You chose the drawing.")
    page.reload()
    expect(page.locator("html[data-scene=drawing]")).to_be_attached()
    assert page.context.cookies() == []


def test_a_machine_that_draws_in_software_keeps_the_drawing(garden: Greenhouse, visit: Visit) -> None:
    page = visit(garden)
    expect(page.locator("html[data-scene=drawing]")).to_be_attached()
    page.locator(".options summary").click()
    expect(page.locator("[data-part=because]")).to_contain_text("software")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert not [name for name in loaded if "/mount-" in name], "the scene was loaded for nothing"


def test_a_browser_without_webgl_keeps_the_drawing(garden: Greenhouse, browser: Browser) -> None:
    chromium = browser.browser_type.launch(executable_path=CHROMIUM or "", args=["--no-sandbox", "--disable-3d-apis"])
    try:
        page = chromium.new_page()
        page.goto(f"http://127.0.0.1:{garden.port}/?force=3d")
        expect(page.locator("html[data-scene=drawing]")).to_be_attached()
        expect(page.locator(".picture")).to_be_visible()
        expect(page.locator("[data-part=because]")).to_contain_text("no WebGL")
        expect(page.get_by_role("button", name="Walk in")).not_to_be_visible()
    finally:
        chromium.close()


def test_a_phone_shows_the_scene_and_opens_a_sheet_by_touch(garden: Greenhouse, visit: Visit) -> None:
    page = with_scene(visit, garden, width=390, height=844, has_touch=True, device_scale_factor=2)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.touchscreen.tap(*place_of(page, PLANT))
    sheet = page.locator("dialog.sheet")
    expect(sheet).to_be_visible()
    box = sheet.bounding_box()
    assert box is not None
    assert box["width"] == 390
    sheet.get_by_role("button", name="Back to the garden").click()
    expect(sheet).not_to_be_visible()


def test_a_frozen_picture_is_the_same_each_time(garden: Greenhouse, visit: Visit) -> None:
    pictures = []
    for _ in range(2):
        page = with_scene(visit, garden, FROZEN, width=800, height=500)
        page.wait_for_timeout(1200)  # the crossfade
        pictures.append(Image.open(io.BytesIO(page.locator("#scene canvas").screenshot())).convert("RGB"))
        page.close()  # or the second would say that another is here
    difference = ImageChops.difference(*pictures).convert("L").histogram()
    changed = sum(difference[9:]) / sum(difference)
    assert changed < 0.001


def test_a_visitor_who_returns_is_told_what_changed(garden: Greenhouse, visit: Visit, repository: Repository) -> None:
    page = visit(garden)
    expect(page.locator("html[data-scene=drawing]")).to_be_attached()
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    kept = json.loads(page.evaluate("localStorage.greenhouse"))
    kept["seen"]["at"] -= 3 * 86_400_000
    garden.manage("import_git", str(repository.path))
    # Kept before the page unloads and remembers again: a fresh page of the same browser.
    returned = page.context.new_page()
    returned.add_init_script(f"localStorage.greenhouse = {json.dumps(json.dumps(kept))}")
    returned.goto(page.url)
    note = returned.locator(".note")
    expect(note.get_by_role("heading")).to_have_text("Since you were here 3 days ago")
    expect(note).to_contain_text(repository.name)
    note.get_by_role("button", name="Take it down").click()
    expect(note).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "scene"),
    [("/", False), (f"/projects/{PLANT}/", False), (FROZEN, True), (f"{FROZEN}#plant={PLANT}", True)],
    ids=["drawing", "project", "scene", "sheet"],
)
def test_axe_finds_no_violation(garden: Greenhouse, visit: Visit, path: str, scene: bool) -> None:
    page = with_scene(visit, garden, path) if scene else visit(garden, path)
    if "#" in path:
        expect(page.locator("#sheet-name")).to_be_visible()
    page.evaluate((ROOT / "frontend/node_modules/axe-core/axe.min.js").read_text())
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
    assert [(violation["id"], [node["html"][:160] for node in violation["nodes"]]) for violation in found] == []
