"""The site's sign in every size that browsers and home screens ask for, drawn from `static/icon.svg`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from greenhouse.web.page_cache import CachedPage, page_response

if TYPE_CHECKING:
    from collections.abc import Callable

PNG, ICO = "image/png", "image/x-icon"
GROUND: Final = "#fbfaf5"  # the pages' paper, where an icon may not be transparent
SIDES: Final = (192, 512)  # pixels, as the manifest offers them
APPLE_SIDE, MASKABLE_SIDE = 180, 512
FAVICON_SIDES: Final = (16, 32, 48)
# Launchers cut an icon to a shape of theirs: what must be seen lies in a circle of four fifths of it.
APPLE_SHARE, MASKABLE_SHARE = 0.8, 0.62
KEPT: Final = "public, max-age=86400"


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """`/favicon.ico`."""
    return _answer(request, "favicon", ICO)


@require_safe
def apple_touch_icon(request: HttpRequest) -> HttpResponse:
    """`/apple-touch-icon.png`: opaque, since the home screen would show black."""
    return _answer(request, "apple", PNG)


@require_safe
def icon(request: HttpRequest, side: int) -> HttpResponse:
    """A transparent one of a size that the manifest offers."""
    if side not in SIDES:
        raise Http404("no icon of this size")
    return _answer(request, f"{side}", PNG)


@require_safe
def maskable(request: HttpRequest) -> HttpResponse:
    """One that a launcher may cut to its shape."""
    return _answer(request, "maskable", PNG)


def _answer(request: HttpRequest, name: str, content_type: str) -> HttpResponse:
    return page_response(request, _drawn(name), content_type, cache_control=KEPT)


@lru_cache(maxsize=8)
def _drawn(name: str) -> CachedPage:
    from greenhouse.site import raster  # with the first icon, as it brings Pillow and ThorVG along (4 MB)

    sign = (settings.BASE_DIR / "static" / "icon.svg").read_text()
    makers: dict[str, Callable[[], bytes]] = {
        "favicon": lambda: raster.favicon(sign, FAVICON_SIDES),
        "apple": lambda: raster.icon(_on_ground(sign, APPLE_SHARE), APPLE_SIDE),
        "maskable": lambda: raster.icon(_on_ground(sign, MASKABLE_SHARE), MASKABLE_SIDE),
        **{f"{side}": lambda side=side: raster.icon(sign, side) for side in SIDES},  # type: ignore[misc]
    }
    return CachedPage.of(makers[name]())


def _on_ground(sign: str, share: float) -> str:
    """The sign on an opaque ground, taking up a share of it."""
    side, edge = 100 * share, 50 * (1 - share)
    placed = sign.replace("<svg ", f'<svg width="{side:.1f}" height="{side:.1f}" ', 1)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
        f'<rect width="100" height="100" fill="{GROUND}"/>'
        f'<g transform="translate({edge:.1f} {edge:.1f})">{placed}</g></svg>'
    )
