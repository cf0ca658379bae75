"""The drawing answers the hand as the scene does, whatever the hour and the weather."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from garden.engine.genome import VARIANTS, express
from garden.engine.island import island_radius
from garden.engine.layout import Newcomer, place_all
from garden.svg import DrawnPlant, garden_svg
from garden.vocabulary import PlantType, Precipitation, Season, TimeOfDay, WeatherType

if TYPE_CHECKING:
    from tests.e2e.pages import Visit
    from tests.running import Greenhouse

KINDS = [kind for kind in PlantType if kind in VARIANTS] * 2
SKIES = [
    (TimeOfDay.DAY, Season.SUMMER, WeatherType.SUNNY, Precipitation.CLEAR),
    (TimeOfDay.DUSK, Season.AUTUMN, WeatherType.STORMY, Precipitation.RAIN),
    (TimeOfDay.NIGHT, Season.WINTER, WeatherType.STARRY, Precipitation.SNOW),
]
SHOW = "svg => { document.querySelector('[data-part=drawing]').innerHTML = svg }"
# The plants of which no point answers: a fine grid over each, so that one may stand half behind another.
UNREACHED = """() => [...document.querySelectorAll('.picture .plant')].filter(plant => {
    const { left, top, width, height } = plant.getBoundingClientRect()
    for (let row = 1; row < 16; row++)
        for (let column = 1; column < 16; column++) {
            const hit = document.elementFromPoint(left + width * column / 16, top + height * row / 16)
            if (hit && plant.contains(hit)) return false
        }
    return true
}).map(plant => plant.querySelector('title').textContent)"""


def drawn_garden() -> list[DrawnPlant]:
    """Grown plants of every kind."""
    genomes = [
        express(seed=7 + index, plant_type=kind, technologies=[], languages={}) for index, kind in enumerate(KINDS)
    ]
    places = place_all([Newcomer(genome.seed, genome.variant, 0.8) for genome in genomes])
    return [
        DrawnPlant(f"plant-{index}", f"Plant {index}", genome, 0.8, 0.9, at.x, at.z, "mature")
        for index, (genome, at) in enumerate(zip(genomes, places, strict=True))
    ]


@pytest.mark.parametrize("sky", SKIES, ids=lambda sky: f"{sky[1]} {sky[0]}")
def test_every_drawn_plant_can_be_clicked(
    garden: Greenhouse, visit: Visit, sky: tuple[TimeOfDay, Season, WeatherType, Precipitation]
) -> None:
    time_of_day, season, weather, falling = sky
    plants = drawn_garden()
    assert island_radius([plant.genome.variant for plant in plants]) > 5
    svg = garden_svg(plants, season=season, time_of_day=time_of_day, weather_type=weather, precipitation=falling)
    page = visit(garden)
    expect(page.locator(".tools")).to_be_visible()
    page.evaluate(SHOW, svg)
    assert page.evaluate(UNREACHED) == []
