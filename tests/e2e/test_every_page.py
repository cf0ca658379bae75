"""Every page that strangers see: axe finds nothing in either scheme, enlarged, without colours, without scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import served
from tests.running import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.e2e.pages import Visit
    from tests.running import Greenhouse

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
PAGES = (
    "/",
    "/projects/sapling-press/",
    "/projects/sapling-press/watered/",
    "/about/",
    "/cv/",
    "/follow/",
    "/privacy/",
    "/skills/",
    "/posts/",
    "/seeds/",
    "/nowhere",
)
# Their libraries write the markup; what of it can be read is ours to say.
DOCS = ("/docs", "/redoc")
ZOOMS = {"200 %": 640, "400 %": 320}  # the width in CSS pixels that is left of 1280

# A chart lets go of empty room at its side on purpose.
CUT = """() => [...document.querySelectorAll('main *, .topbar *, .colophon *')].filter(element => {
    const { overflowX, textOverflow } = getComputedStyle(element)
    return !element.closest('svg, .visually-hidden, .chart') && textOverflow !== 'ellipsis'
        && overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1
}).map(element => element.outerHTML.slice(0, 120))"""


def findings(page: Page, **options: object) -> list[tuple[str, list[str]]]:
    """What axe finds: the rule, and where."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("options => axe.run({ resultTypes: ['violations'], ...options })", options)["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_on_any_page(garden: Greenhouse, visit: Visit, path: str, scheme: str) -> None:
    page = visit(garden, path, color_scheme=scheme, reduced_motion="reduce")
    assert findings(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", DOCS)
def test_the_api_s_pages_can_be_read(garden: Greenhouse, browser: Browser, path: str, scheme: Any) -> None:
    page = browser.new_page(color_scheme=scheme)  # no `visit`: ReDoc wants its maker's logo, and the policy refuses it
    page.goto(f"http://127.0.0.1:{garden.port}{path}")
    page.get_by_text("/api/v1/garden/").first.wait_for(state="attached")
    assert findings(page, runOnly=["color-contrast", "html-has-lang", "document-title"]) == []
    page.get_by_role("link", name="The garden").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ada Lovelace")
    page.close()


@pytest.mark.parametrize("width", ZOOMS.values(), ids=ZOOMS)
@pytest.mark.parametrize("path", PAGES)
def test_enlarged_no_page_scrolls_sideways_and_nothing_is_cut(
    garden: Greenhouse, visit: Visit, path: str, width: int
) -> None:
    page = visit(garden, path, width=width, height=256 if width == 320 else 512)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(CUT) == []


WIDE_TABLE = "\n".join(["|" + "cell|" * 12, "|" + "---|" * 12, "|" + "cell|" * 12])
WIDE_WORDS = f"{'a' * 200}\n\n    {'code ' * 60}\n\n{WIDE_TABLE}"
WITH_WIDE_WORDS = """
from django.utils import timezone
from garden.models import Project
from owner.models import Site
from social.models import Post
words = {words!r}
Site.objects.update_or_create(pk=Site.THE_ONE, defaults={{"about": words, "cv": words}})
Project.objects.filter(slug="sapling-press").update(story=words)
Post.objects.create(slug="wide", title="Wide", text=words, visibility="public", published_at=timezone.now())
"""


def test_wide_words_of_the_owner_s_widen_no_page(demonstration: Path, tmp_path: Path, visit: Visit) -> None:
    with served(tmp_path / "wide", demonstration) as site:
        site.manage("shell", "-c", WITH_WIDE_WORDS.format(words=WIDE_WORDS))
        for path in ("/about/", "/cv/", "/posts/wide/", "/projects/sapling-press/"):
            page = visit(site, path, width=390)
            expect(page.locator(".prose pre")).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth") == 390, path


@pytest.mark.parametrize("path", PAGES)
def test_every_page_stands_without_scripts_and_with_the_reader_s_own_colours(
    garden: Greenhouse, visit: Visit, path: str
) -> None:
    page = visit(garden, path, java_script_enabled=False, forced_colors="active")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for link in page.get_by_role("main").get_by_role("link").all()[:5]:
        expect(link).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
def test_on_paper_every_page_is_dark_on_white_and_has_no_buttons(garden: Greenhouse, visit: Visit, path: str) -> None:
    page = visit(garden, path, color_scheme="dark")
    page.emulate_media(media="print")
    red, green, blue = map(int, re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).color"))[:3])
    assert max(red, green, blue) < 100
    assert page.locator("button:visible").count() == 0
