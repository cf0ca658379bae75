"""The look of the console: colours, stylesheets, scripts, and what the menu is made by. Settings ask for it."""

from __future__ import annotations

from typing import Any, Final

from django.templatetags.static import static

GREEN: Final = {  # lightness, chroma and hue in oklch, by tailwind's weights
    "50": "oklch(97.5% .018 150)",
    "100": "oklch(94.5% .04 150)",
    "200": "oklch(89% .075 150)",
    "300": "oklch(81% .115 150)",
    "400": "oklch(72% .14 150)",
    "500": "oklch(61% .14 150)",
    "600": "oklch(50% .12 152)",
    "700": "oklch(43% .1 153)",
    "800": "oklch(37% .08 154)",
    "900": "oklch(31% .065 155)",
    "950": "oklch(22% .045 156)",
}
STONE: Final = {
    "50": "oklch(98.4% .003 140)",
    "100": "oklch(96.5% .004 140)",
    "200": "oklch(92.5% .006 140)",
    "300": "oklch(86.8% .008 140)",
    "400": "oklch(70.5% .012 145)",
    "500": "oklch(54% .014 148)",
    "600": "oklch(43.5% .014 150)",
    "700": "oklch(36.5% .014 152)",
    "800": "oklch(26.5% .013 155)",
    "900": "oklch(20.2% .012 158)",
    "950": "oklch(13.5% .01 160)",
}


def unfold(site_name: str) -> dict[str, Any]:
    """Unfold's settings, for a site of this name."""
    return {
        "SITE_TITLE": site_name,
        "SITE_HEADER": site_name,
        "SITE_SUBHEADER": "The owner's console",
        "SITE_SYMBOL": "potted_plant",
        "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("icon.svg")}],
        "SITE_URL": "/",
        "SHOW_HISTORY": False,
        "COLORS": {"primary": GREEN, "base": STONE},
        "STYLES": [
            lambda _request: static("console/console.css"),
            lambda _request: static("console/plan.css"),
            lambda _request: static("console/visits.css"),
        ],
        "SCRIPTS": [
            lambda _request: static("console/console.js"),
            lambda _request: static("console/runs.js"),
            lambda _request: static("console/search.js"),
        ],
        "DASHBOARD_CALLBACK": "greenhouse.console.overview.dashboard",
        "SIDEBAR": {"navigation": "greenhouse.console.sidebar.navigation"},
    }
