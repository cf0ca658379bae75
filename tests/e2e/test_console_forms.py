"""Nothing that the owner typed is lost, and a page that asks again by itself says so while nobody answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, expect

from tests.e2e.conftest import served
from tests.e2e.pages import make_owner, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import FloatRect, Locator

    from tests.e2e.pages import Visit
    from tests.running import Greenhouse

SITE = "/admin/owner/site/add/"
MESSAGES = "/admin/greenhouse/messagesettings/add/"
TASKS = "/admin/django_celery_beat/periodictask/"
RUN = """
from django.utils import timezone
from integrations.models import SyncRun
now = timezone.now()
run = SyncRun.objects.create(
    provider="github", trigger="owner", status="running", started_at=now, heartbeat_at=now, step="Reading"
)
print(run.pk)
"""
SIGN_OUT = "from django.contrib.sessions.models import Session; Session.objects.all().delete()"


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory, bare: Path) -> Iterator[Greenhouse]:
    """A garden of the owner's in which nothing is planted yet, for all who leave it open."""
    with served(tmp_path_factory.mktemp("console"), bare) as site:
        make_owner(site)
        yield site


@pytest.fixture
def owner(bare_garden: Greenhouse) -> None:
    make_owner(bare_garden)


def test_what_was_typed_survives_a_session_that_ends_and_a_file_that_is_too_large_is_refused_at_once(
    console: Greenhouse, visit: Visit
) -> None:
    page = visit(console, f"/admin/login/?next={SITE}")
    sign_in(page)
    page.fill("[name=owner_name]", "Ada Lovelace")
    large = FilePayload(name="large.png", mimeType="image/png", buffer=b"x" * (12 * 1024 * 1024 + 1))
    page.set_input_files("[name=portrait]", large)
    expect(page.locator(".console-refused")).to_contain_text("large.png is larger than 12 MB")

    page.context.clear_cookies()
    page.click("[name=_save]")
    expect(page.locator("body")).to_contain_text("it was not saved")
    sign_in(page)
    expect(page.locator("[name=owner_name]")).to_have_value("Ada Lovelace")
    expect(page.locator(".console-notice")).to_contain_text("This was not saved")

    page.click("[name=_save]")
    page.goto(page.url.partition("/admin/")[0] + SITE)
    expect(page.locator(".console-notice")).to_have_count(0)


def test_what_is_secret_is_not_kept_over_a_sign_in(console: Greenhouse, visit: Visit) -> None:
    page = visit(console, f"/admin/login/?next={MESSAGES}")
    sign_in(page)
    page.fill("[name=mail_to]", "ada@example.org")
    page.fill("[name=hook]", "https://ntfy.example.org/a-long-word")
    page.context.clear_cookies()
    page.click("[name=_save]")
    expect(page.locator("body")).to_contain_text("it was not saved")
    assert "a-long-word" not in page.evaluate("JSON.stringify(sessionStorage)")
    sign_in(page)
    expect(page.locator("[name=mail_to]")).to_have_value("ada@example.org")
    expect(page.locator("[name=hook]")).to_have_value("")


def test_what_was_typed_is_put_back_for_nobody_else_who_signs_in_on_the_same_tab(
    console: Greenhouse, visit: Visit
) -> None:
    console.manage("createsuperuser", "--no-input", "--username", "another", "--email", "another@example.com")
    page = visit(console, "/admin/login/?next=/admin/social/post/add/")
    sign_in(page)
    page.fill("[name=text]", "For nobody's eyes yet")
    page.context.clear_cookies()
    page.click("[name=_save]")
    sign_in(page, "another")
    expect(page.locator("[name=text]")).to_have_value("")
    expect(page.locator(".console-notice")).to_have_count(0)
    assert page.evaluate("sessionStorage.length") == 0


def test_a_note_and_the_level_that_was_chosen_for_it_survive_as_well(console: Greenhouse, visit: Visit) -> None:
    page = visit(console, "/admin/login/?next=/admin/garden/announcement/")
    sign_in(page)
    page.fill("[name=message]", "Back at noon.")
    page.check("[value=warning]")
    page.context.clear_cookies(name="sessionid")  # the browser's own doing, when a session is over
    page.get_by_role("button", name="Announce").click()
    expect(page.locator("body")).to_contain_text("it was not saved")
    sign_in(page)
    expect(page.locator("[name=message]")).to_have_value("Back at noon.")
    expect(page.locator("[value=warning]")).to_be_checked()
    expect(page.locator("[data-part=preview]")).to_contain_text("Back at noon.")
    page.get_by_role("button", name="Announce").click()
    expect(page.get_by_role("button", name="End now")).to_be_visible()

    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="End now").click()
    sign_in(page)
    page.get_by_role("button", name="End now").click()  # it leads back to the page, where it still stands
    expect(page.locator("body")).to_contain_text("Taken back.")


def test_a_page_that_watches_a_run_says_calmly_that_nobody_answers_and_goes_on_by_itself(
    bare_garden: Greenhouse, owner: None, visit: Visit
) -> None:
    run = bare_garden.manage("shell", "--no-imports", "-c", RUN).strip()
    page = visit(bare_garden, f"/admin/login/?next=/admin/integrations/syncrun/{run}/change/")
    sign_in(page)
    expect(page.locator(".console-run")).to_contain_text("Reading")
    bare_garden.stop()
    expect(page.locator(".console-notice")).to_contain_text("not reachable just now")
    bare_garden.serve()
    expect(page.locator(".console-notice")).to_have_count(0)
    expect(page.locator(".console-run")).to_contain_text("GitHub")

    bare_garden.manage("shell", "--no-imports", "-c", SIGN_OUT)  # elsewhere: then the socket ends as well
    expect(page.locator(".console-notice")).to_contain_text("You are signed out")
    expect(page.locator(".console-run")).to_be_visible()


def test_a_page_that_hears_of_a_run_over_its_socket_alone_says_no_longer_that_nobody_answers(
    bare_garden: Greenhouse, owner: None, visit: Visit
) -> None:
    run = bare_garden.manage("shell", "--no-imports", "-c", RUN).strip()
    page = visit(bare_garden, f"/admin/login/?next=/admin/integrations/syncrun/{run}/change/")
    sign_in(page)
    expect(page.locator("body[data-followed]")).to_be_visible()
    page.route("**/progress/", lambda route: route.abort())
    bare_garden.stop()
    expect(page.locator(".console-notice")).to_contain_text("not reachable just now")
    bare_garden.serve()
    expect(page.locator(".console-notice")).to_have_count(0)


def test_on_a_phone_a_row_is_a_card_and_what_deletes_is_neither_first_nor_at_the_thumb(
    console: Greenhouse, visit: Visit
) -> None:
    page = visit(console, f"/admin/login/?next={TASKS}", width=390, height=844)
    sign_in(page)
    card = page.locator(".data-row").first
    expect(card.locator("th")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    heading = "getComputedStyle(document.querySelector('td.action-checkbox'), '::before').display"
    assert page.evaluate(heading) == "none"  # it says “Select record”
    assert _box(card)["height"] < 350

    page.goto(page.url.partition("/admin/")[0] + "/admin/auth/user/1/change/")
    go_on, deletes, save = (
        _box(page.locator(f"#submit-row {one}"))["y"]
        for one in ("[name=_continue]", "a[href$='/delete/']", "[name=_save]")
    )
    assert go_on < deletes < save


def _box(of: Locator) -> FloatRect:
    box = of.bounding_box()
    assert box is not None
    return box


@pytest.mark.parametrize("width", [1440, 390])
def test_how_many_were_found_stands_in_one_line_beside_the_way(
    bare_garden: Greenhouse, owner: None, visit: Visit, width: int
) -> None:
    page = visit(bare_garden, "/admin/login/?next=/admin/garden/project/%3Fq%3Dmoss", width=width)
    sign_in(page)
    found = page.locator("h1 .console-found")
    expect(found).to_have_text("0 results (Show all)")
    rectangles = found.evaluate("""found => {
        const words = document.createRange()
        words.selectNodeContents(found)
        return [...words.getClientRects()].map(one => Math.round(one.bottom))
    }""")
    assert len(set(rectangles)) == 1
