"""The whole garden as one picture: the same island, places and plants as the scene, drawn flat."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from garden.engine.genome import Rng
from garden.engine.island import terrain
from garden.looks import LIGHTS
from garden.svg.camera import Camera
from garden.svg.colour import mix
from garden.svg.dome import Dome
from garden.svg.draw import Sketch, fraction, leaf, number, rounds, safe_text
from garden.svg.island import Island, fallen
from garden.svg.light import Light, light_for
from garden.svg.painter import MANY, DrawnPlant, Painter, radius_of, tallest_of
from garden.svg.props import draw_props
from garden.svg.sky import draw_foreground_mist, draw_sky, sky_gradients
from garden.svg.symbols import definitions
from garden.vocabulary import Season, TimeOfDay, WeatherType

if TYPE_CHECKING:
    from collections.abc import Sequence

FIREFLIES = 34
BUTTERFLIES = ("#ffc740", "#8cbfff", "#fffaea", "#ff854d")  # as in the scene
FEW_FIREFLIES = 0.3  # fewer are not drawn


def garden_svg(
    plants: Sequence[DrawnPlant],
    *,
    season: Season,
    time_of_day: TimeOfDay,
    weather_type: WeatherType | None = None,
    precipitation: str | None = None,
    width: int = 1600,
    height: int = 1000,
    links: bool = True,
    title: str = "The garden",
    prefix: str = "g",
    radius: float | None = None,
    own_forms: int | None = None,
    butterflies: int = 0,
) -> str:
    """The garden's picture. `radius` (metres) where the caller knows the island; else it follows the plants.

    The first `own_forms` plants are drawn each as itself, all of them without a number; of the others, those that are
    nearly alike show one form, each at its own place and height. `butterflies` fly over the beds while it is dry.
    """
    season, time_of_day = Season(season), TimeOfDay(time_of_day)
    light = light_for(time_of_day, season, weather_type, precipitation)
    ground_plan = terrain(radius or radius_of(plants))
    dome_height = ground_plan.dome_height(tallest_of(plants, ground_plan))
    camera = Camera(ground_plan.radius, dome_height, width, height, look_up=light.look_up)
    island = Island(ground_plan, camera, light, season, prefix)
    dome = Dome(ground_plan, dome_height, camera, light, prefix)
    noted = Sketch(prefix)
    ground = island.draw(noted)
    painter = Painter(island, noted, len(plants), links=links)
    own = len(plants) if own_forms is None else own_forms
    shadows = painter.shadows(plants[:own])
    plants_and_grass = _plants_and_grass(painter, plants, own, dome)
    air = draw_air(light, camera, noted) + draw_butterflies(butterflies, light, camera, noted)
    lights = dome.lights(noted)
    mist = draw_foreground_mist(camera, prefix)
    gradients = sky_gradients(light, camera, prefix) + island.gradients() + dome.gradients()
    aside = camera.see(0, 0, 0).x / width - 0.5  # how far beside the picture's middle the garden's is, of its width
    summary = (
        f"{len(plants)} plant{'' if len(plants) == 1 else 's'} on a floating island under a glass dome, "
        f"{season} {time_of_day}."
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" role="group" '
        f'class="garden-drawing" data-aside="{aside:.3f}" '
        f'aria-labelledby="{prefix}title {prefix}desc" preserveAspectRatio="xMidYMid slice" '
        f'stroke-linecap="round" stroke-linejoin="round">'
        f'<title id="{prefix}title">{safe_text(title)}</title><desc id="{prefix}desc">{summary}</desc>'
        f"<defs>{gradients}{definitions(noted.symbols, light, prefix)}{painter.shared}</defs>"
        f"{draw_sky(light, camera, prefix)}{ground}{dome.behind()}{shadows}{plants_and_grass}"
        f'<g pointer-events="none">{mist}{lights}{air}</g></svg>'
    )


def _plants_and_grass(painter: Painter, plants: Sequence[DrawnPlant], own: int, dome: Dome) -> str:
    """Plants, what stands between them, wild grass and the dome's open edge, rear ones first."""
    island, noted = painter.island, painter.noted
    meadow = 1.0 if len(plants) <= MANY else 0.8
    items: list[tuple[float, str]] = [(dome.front, dome.before())]
    items += island.wild(noted, [(plant.x, plant.z) for plant in plants], meadow)
    items += [(plant.z, painter.itself(plant)) for plant in plants[:own]]
    items += [(plant.z, painter.alike(plant)) for plant in plants[own:]]
    items += draw_props(island, noted, plants)
    return "".join(drawing for _, drawing in sorted(items, key=lambda item: item[0]))


def draw_air(light: Light, camera: Camera, noted: Sketch) -> str:
    """What drifts between the visitor and the garden."""
    rng = Rng(8)
    width, height = camera.width, camera.height
    out = Sketch(noted.prefix, noted.symbols)
    if light.rainfall > 0:
        drops = ""
        for index in range(130):
            start = rounds(rng.random() * width * 1.1, rng.random() * height)
            drops += f"M{start}l{rounds(-5 - 4 * (index % 2), 17 + 7 * (index % 3))}"
        out.stroke(LIGHTS.air.rain, 1.2, drops, 0.45)
    elif light.snowfall > 0:
        for count, size, opacity in ((64, 2.2, 0.7), (36, 3.8, 0.8), (12, 6.0, 0.75)):
            flakes = [(round(rng.random() * width), round(rng.random() * height)) for _ in range(count)]
            out.markup(f'<g opacity="{fraction(opacity)}">{fallen(flakes, "#ffffff", size)}</g>')
    elif light.falling_leaves > 0:
        leaves, petals = LIGHTS.air.leaves, LIGHTS.air.petals
        colours: tuple[str, ...] = (petals.deep, mix(petals.deep, petals.pale, 0.5), petals.pale)
        size, count = 6, 14
        if light.petals == 0:
            colours, size, count = (leaves.red, leaves.orange, leaves.gold), 9, 22
        for index in range(count):
            x, y, turn = rng.random() * width, rng.random() ** 0.8 * height * 0.9, rng.uniform(0, math.tau)
            out.fill(light.lit(colours[index % 3]), leaf(x, y, turn, size * rng.uniform(0.8, 1.4), size * 0.42), 0.9)
    if light.fireflies > FEW_FIREFLIES and light.rainfall == 0:
        for _ in range(round(FIREFLIES * min(1.0, light.fireflies))):
            angle, out_to = rng.uniform(0, math.tau), math.sqrt(rng.random()) * camera.radius * 0.95
            shot = camera.see(math.cos(angle) * out_to, rng.uniform(0.4, 2.4), math.sin(angle) * out_to)
            out.stamp("firefly", shot.x, shot.y, rng.uniform(0.12, 0.24) * shot.scale)
    drawn = str(out)
    return f'<g class="air">{drawn}</g>' if drawn else ""


def draw_butterflies(count: int, light: Light, camera: Camera, noted: Sketch) -> str:
    """So many of them over the beds; none fly in rain or snow."""
    if count <= 0 or light.rainfall > 0 or light.snowfall > 0:
        return ""
    rng, out = Rng(9), Sketch(noted.prefix, noted.symbols)
    for index in range(count):
        angle, out_to = rng.uniform(0, math.tau), math.sqrt(rng.random()) * camera.radius * 0.75
        shot = camera.see(math.cos(angle) * out_to, rng.uniform(0.9, 2.2), math.sin(angle) * out_to)
        wing = light.lit(BUTTERFLIES[index % len(BUTTERFLIES)])
        out.stamp("butterfly", shot.x, shot.y, rng.uniform(0.07, 0.11) * shot.scale, wing)
    return f'<g class="butterflies">{out}</g>'
