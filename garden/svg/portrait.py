"""One plant by itself in the light of the hour: sky and hills behind it, a knoll of the meadow under it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from garden.engine.genome import Rng
from garden.engine.island import FOOTPRINTS, RADIUS, terrain
from garden.looks import ISLAND
from garden.svg.camera import Camera
from garden.svg.colour import mix
from garden.svg.draw import Sketch, coordinates, number
from garden.svg.garden import draw_air
from garden.svg.island import greens_of
from garden.svg.light import light_for
from garden.svg.plants import plant_group, plant_shadow, size_of
from garden.svg.sky import draw_sky, sky_gradients
from garden.svg.symbols import definitions

if TYPE_CHECKING:
    from garden.engine.genome import Genome
    from garden.svg.light import Light
    from garden.vocabulary import Season, TimeOfDay, WeatherType

KNOLL = 0.8  # of the height: how far down the crest of the knoll lies
BESIDE = 0.73  # of the width: where the plant stands
TALLEST, BROADEST = 0.66, 0.46  # of the height, of the width: what a grown plant takes up
SMALLEST = 0.62  # of that: a seedling is shown small, but shown
CLOSEST = 3.9  # pixels to the centimetre at most: a sprout is looked at closely, and is no tree
TUFTS = 190


def portrait_svg(
    genome: Genome,
    growth: float,
    *,
    vitality: float,
    season: Season,
    time_of_day: TimeOfDay,
    weather_type: WeatherType | None = None,
    precipitation: str | None = None,
    width: int = 1200,
    height: int = 630,
    prefix: str = "p",
    mist: str = "",
) -> str:
    """The picture. Its left half is sky and meadow, free for words; `mist` is laid over them, behind the plant."""
    light = light_for(time_of_day, season, weather_type, precipitation)
    ground_plan = terrain(RADIUS.base)
    camera = Camera(RADIUS.base, ground_plan.dome_height(0.0), width, height, look_up=light.look_up)
    noted = Sketch(prefix)
    x, y = BESIDE * width, _crest(BESIDE * width, width, height) + 0.045 * height
    shade = Sketch(prefix, noted.symbols)
    plant_shadow(shade, genome, growth, lit_from_right=light.lit_from_right)
    form = plant_group(noted, genome, growth, light=light, season=season, vitality=vitality)
    place = f"translate({coordinates(x, y)})scale({_scale(genome, growth, width, height):.3f})"
    behind, before = _meadow(light, width, height, y, noted)
    knoll = _knoll(width, height)
    air = draw_air(light, camera, noted)
    drawn = (
        f'{draw_sky(light, camera, prefix)}<path fill="url(#{prefix}meadow)" d="{knoll}"/>{behind}{air}{mist}'
        f'<g clip-path="url(#{prefix}knoll)"><g transform="{place}">{shade}</g></g>'
        f'<g transform="{place}">{form}</g>{before}'
        f'<g clip-path="url(#{prefix}beside)">{air}</g>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" '
        f'stroke-linecap="round" stroke-linejoin="round">'
        f"<defs>{sky_gradients(light, camera, prefix)}{_ground(light, prefix)}"
        f'<clipPath id="{prefix}knoll"><path d="{knoll}"/></clipPath>'
        f'<clipPath id="{prefix}beside"><path d="M{number(width / 2)} 0h{width}v{height}h-{width}z"/></clipPath>'
        f"{definitions(noted.symbols, light, prefix)}</defs>{drawn}</svg>"
    )


def _scale(genome: Genome, growth: float, width: int, height: int) -> float:
    """Pixels to the centimetre, so that the plant as it is now fills the place it has."""
    reach, tall = FOOTPRINTS[genome.variant]
    size = size_of(genome.kind, growth)
    fits = min(TALLEST * height / (tall * 1.06 * size * 100), BROADEST * width / (reach * 2.2 * size * 100))
    return min(CLOSEST, fits * (SMALLEST + (1 - SMALLEST) * min(1.0, growth * 1.6)))


def _crest(x: float, width: int, height: int) -> float:
    """The height of the knoll's edge."""
    share = x / width
    return height * (KNOLL + 0.16 * (share - 0.66) ** 2 + 0.006 * math.sin(share * 9))


def _knoll(width: int, height: int) -> str:
    edge = "L".join(coordinates(x, _crest(x, width, height)) for x in range(0, width + 1, 40))
    return f"M{edge}L{width} {height}L0 {height}z"


def _ground(light: Light, prefix: str) -> str:
    dark, middle, pale, _ = greens_of(light)
    return (
        f'<linearGradient id="{prefix}meadow" x2="0" y2="1">'
        f'<stop stop-color="{light.lit(mix(middle, pale, 0.5), 0.25)}"/>'
        f'<stop offset=".4" stop-color="{light.lit(middle)}"/>'
        f'<stop offset="1" stop-color="{light.lit(dark)}"/></linearGradient>'
    )


def _meadow(light: Light, width: int, height: int, foot: float, noted: Sketch) -> tuple[str, str]:
    """Grass and flowers of the knoll, behind the plant's foot and before it."""
    rng = Rng(31)
    dark, _, pale, _ = greens_of(light)
    tufts = []
    for _ in range(TUFTS):
        x, near = rng.random() * width, rng.random() ** 1.4
        crest = _crest(x, width, height)
        tufts.append((crest + near * (height - crest) * 1.05, near, x, rng.random(), rng.random(), rng.random()))
    parts = [Sketch(noted.prefix, noted.symbols), Sketch(noted.prefix, noted.symbols)]
    for y, near, x, kind, tint, bloom in sorted(tufts):
        part, size = parts[y > foot + 8], 16 + 34 * near
        tone = light.lit(mix(dark, pale, 0.2 + 0.2 * round(tint * 3)), 0.3 * (1 - near))
        part.stamp("sward", x, y, size * 1.5, tone, mirror=kind < 0.5)
        if kind > 0.7:
            part.stamp("grass3" if kind > 0.86 else "grass", x, y, size * 0.6, tone)
        if bloom < 0.34 * light.meadow:
            flower = light.lit(ISLAND.meadow[int(bloom / 0.34 * len(ISLAND.meadow))])
            part.stamp("posy", x, y, size * 0.9, flower, mirror=tint > 0.5)
    return str(parts[0]), str(parts[1])
