"""The picture is the page's sky: what stands on it can be read at every hour and in every weather."""

from __future__ import annotations

import io
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from garden.svg import garden_svg, light_for
from garden.vocabulary import Precipitation, Season, TimeOfDay, WeatherType
from tests.e2e.scene import MESA, with_scene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page

    from tests.e2e.pages import Visit
    from tests.running import Greenhouse

LEAST_CONTRAST = 4.5  # WCAG AA
SIZES = ((1440, 900), (390, 844), (844, 390))
SKIES = [
    (Season.SUMMER, WeatherType.SUNNY, Precipitation.CLEAR),
    (Season.AUTUMN, WeatherType.STORMY, Precipitation.RAIN),
    (Season.SPRING, WeatherType.CLOUDY, Precipitation.FOG),
    (Season.WINTER, WeatherType.SUNNY, Precipitation.SNOW),
]
PAINT = """([svg, sky]) => {
    Object.assign(document.documentElement.dataset, sky)
    document.querySelector('[data-part=drawing]').innerHTML = svg
}"""
# Every line of words over the picture; words that have a ground of their own are another matter.
LINES = """() => [...document.querySelectorAll('.masthead :is(h1, .lede, .doors a), .bar :is(.season, .ask)')]
    .flatMap(element => {
        const words = document.createRange()
        words.selectNodeContents(element)
        return [...words.getClientRects()]
    })
    .filter(({ width, height }) => width > 2 && height > 2)
    .map(({ left, top, right, bottom }) => [left, top, right, bottom].map(Math.round))"""
BARE = ".masthead *, .bar * { color: transparent !important; text-shadow: none !important }"


@pytest.fixture(scope="module")
def flags() -> list[str]:
    """WebGL in software."""
    return MESA


def luminance(pixel: Sequence[int]) -> float:
    """Relative luminance, as WCAG has it."""
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (part / 255 for part in pixel)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def least_contrast(page: Page) -> float:
    """Of white words with the brightest pixel behind any of them; their shadow does not count."""
    lines = page.evaluate(LINES)
    assert len(lines) >= 3
    bare = page.add_style_tag(content=BARE)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    bare.evaluate("element => element.remove()")
    pixels: set[Any] = {pixel for line in lines for pixel in picture.crop(line).get_flattened_data()}
    return 1.05 / (max(luminance(pixel) for pixel in pixels) + 0.05)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_words_over_the_drawing_can_be_read_in_every_light(
    garden: Greenhouse, visit: Visit, width: int, height: int
) -> None:
    page = visit(garden, width=width, height=height)
    expect(page.locator(".tools")).to_be_visible()
    found = {}
    for time_of_day, (season, weather, falling) in product(TimeOfDay, SKIES):
        light = light_for(time_of_day, season, weather, falling)
        svg = garden_svg([], season=season, time_of_day=time_of_day, weather_type=weather, precipitation=falling)
        page.evaluate(PAINT, [svg, {"time": time_of_day, "season": season, "zenith": light.zenith, "mid": light.mid}])
        found[f"{season} {time_of_day}, {weather}, {falling}"] = round(least_contrast(page), 2)
    assert {sky: contrast for sky, contrast in found.items() if contrast < LEAST_CONTRAST} == {}


@pytest.mark.parametrize(
    "sky",
    [
        "time=day&season=winter&weather=sunny&precipitation=snow",
        "time=dawn&season=spring&weather=sunny",
        "time=dusk&season=autumn&weather=stormy",
    ],
)
def test_words_over_the_scene_can_be_read(garden: Greenhouse, visit: Visit, sky: str) -> None:
    page = with_scene(visit, garden, f"/?force=3d&quality=low&T=12&{sky}")
    assert least_contrast(page) >= LEAST_CONTRAST
