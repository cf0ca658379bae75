"""Any page under test: how it is opened, and how much moved while it loaded."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

Visit = Callable[..., Page]


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
