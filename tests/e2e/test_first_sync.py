"""An owner's first look at an account: 60 repositories of five owners, an organisation and private ones among them."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from integrations.tests.github_stub import Account, commit, serving
from tests.running import greenhouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from integrations.tests.github_stub import Stub
    from tests.e2e.pages import Visit
    from tests.running import Greenhouse

OWNERS = {"ada": 24, "acme": 14, "grace": 8, "linus": 7, "guild": 7}  # the first is the garden's; acme an organisation
PRIVATE = {("ada", 3), ("acme", 0), ("acme", 5)}
SECRET = re.compile(r"quagmire\w*", re.IGNORECASE)  # so begins every word of theirs
PASSWORD = "only for this test"
PREPARED = f"""
from django.contrib.auth.models import User
from integrations.models import SourceSchedule
SourceSchedule.objects.update(enabled=False)
User.objects.create_superuser("owner", "", "{PASSWORD}")
"""
LIST = "/admin/integrations/offeredrepository/"
UNTIL_READ = 300_000  # milliseconds; some hundred requests, on a busy machine


def repositories(stub: Stub) -> None:
    """Fill five accounts, all of which the first one's token reaches."""
    accounts = [Account(stub, login, first=1000 * place) for place, login in enumerate(OWNERS, start=1)]
    for account in accounts:
        for number in range(OWNERS[account.login]):
            secret = (account.login, number) in PRIVATE
            word = f"{'QuagmireName' if secret else account.login}-{number}"
            work = [commit(100 * (account.first + number) + turn) for turn in (2, 1)]
            for one in work:
                one["commit"]["message"] = f"{'QuagmireSubject' if secret else 'Change'} of the day"
            account.add(
                word,
                work,
                private=secret,
                archived=number == 7,
                description=f"{'QuagmireDescription' if secret else 'Tools'} for every day",
                topics=["quagmiretopic"] if secret else ["tools"],
                homepage="https://quagmirehome.example" if secret else "",
            )
    accounts[0].reaches(*accounts[1:])


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Greenhouse]:
    """A garden without plants whose GitHub is the stub; its tasks are done, its schedule asks nobody."""
    with serving() as stub:
        repositories(stub)
        account = {"GITHUB_API_URL": stub.url, "GITHUB_USERNAME": "ada", "GITHUB_TOKEN": "of ada"}
        with greenhouse(tmp_path, OWNER_NAME="Ada", GITHUB_RATE_LIMIT="100000", **account) as site:
            site.manage("migrate", "--verbosity", "0")
            site.manage("collectstatic", "--noinput", "--verbosity", "0")
            site.manage("shell", "-c", PREPARED)
            site.serve("manage.py", "runweb")
            site.start(sys.executable, "manage.py", "runtasks")
            yield site


def signed_in(site: Greenhouse, visit: Visit) -> Page:
    page = visit(site, "/admin/login/")
    page.locator("[name=username]").fill("owner")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("link", name="What to plant")).to_be_attached()
    return page


def test_the_owner_chooses_what_to_plant_and_nothing_private_shows_anywhere(site: Greenhouse, visit: Visit) -> None:
    console, home = signed_in(site, visit), f"http://127.0.0.1:{site.port}"
    console.goto(f"{home}{LIST}")
    console.get_by_role("button", name="Look, private ones too").click()
    expect(console.locator("body")).to_contain_text("60 repositories new here. Nothing was planted.")
    console.goto(f"{home}{LIST}?q=quagmire")
    choices = console.locator("select[name$=plant_as]")
    expect(choices).to_have_count(len(PRIVATE))
    for place in range(len(PRIVATE)):
        assert choices.nth(place).locator("option").all_inner_texts() == ["Anonymous", "Leave out"]
        choices.nth(place).select_option("anonymous")
    console.locator("[name=_save]").click()
    expect(console.locator("body")).to_contain_text("changed successfully")
    console.goto(f"{home}{LIST}")
    console.get_by_role("button", name="Plant what the list says").click()
    expect(console.locator(".console-run")).to_contain_text("succeeded", timeout=UNTIL_READ)

    _, state = site.get("/api/v1/garden/")
    anonymous = [plant for plant in state["projects"] if plant["anonymous"]]
    assert (len(state["projects"]), len(anonymous)) == (OWNERS["ada"] - 1 + len(PRIVATE), len(PRIVATE))
    visitor = visit(site)
    expect(visitor.locator(".card").first).to_be_visible()
    for address in [*everything(site), *(f"/projects/{plant['slug']}/" for plant in anonymous)]:
        answer = visitor.request.get(f"{home}{address}")
        assert answer.status == (404 if "/projects/private-" in address else 200), address
        assert SECRET.findall(answer.text().replace(address, "")) == [], address
    assert SECRET.findall(visitor.content()) == []


def everything(site: Greenhouse) -> list[str]:
    """Every page that the garden names, and what machines read."""
    _, sitemap = site.get("/sitemap.xml")
    pages = re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", sitemap.decode())
    api = ["garden/", "events/", "projects/?page_size=100", "skills/", "skills/constellation/", "weather/mood/"]
    return [*pages, "/?page=2", "/fragments/plants/", "/metrics", *(f"/api/v1/{path}" for path in api)]
