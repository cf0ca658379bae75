"""Any page under test: how it is opened, by whom, and how much moved while it loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from playwright.sync_api import Page

if TYPE_CHECKING:
    from tests.running import Greenhouse

Visit = Callable[..., Page]
PASSWORD = "a-password-of-the-test"


def make_owner(garden: Greenhouse) -> None:
    """Give a greenhouse the owner's account."""
    garden.settings["DJANGO_SUPERUSER_PASSWORD"] = PASSWORD
    garden.manage("createsuperuser", "--no-input", "--username", "owner", "--email", "owner@example.com")


def sign_in(page: Page, name: str = "owner") -> None:
    """Sign somebody in on the page that asks for it; all have the password of the owner whom `make_owner` made."""
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")


def layout_shift(page: Page) -> float:
    """The sum of all layout shifts since the page began, as browsers score them; 0 where nothing moved."""
    shift: float = page.evaluate(
        """() => new Promise(resolve => {
            let sum = 0
            new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value }))
              .observe({ type: 'layout-shift', buffered: true })
            setTimeout(() => resolve(sum), 500)
        })"""
    )
    return shift
