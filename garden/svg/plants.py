"""One plant, whole: its bed, what lives before it is itself, and the form that its genome gives it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from garden.engine.island import FOOTPRINTS
from garden.looks import PLANTS
from garden.svg.colour import mix
from garden.svg.draw import Sketch, coordinates, curve, dots, fraction, half_leaf, leaf, safe_text
from garden.svg.flowers import draw_flower, draw_herb
from garden.svg.island import greens_of
from garden.svg.light import Light, light_for
from garden.svg.rosettes import draw_broadleaf, draw_fern, draw_succulent
from garden.svg.shrubs import draw_bush, draw_vine
from garden.svg.specimen import FROST, Specimen, flat, part, plant_size, smoothstep
from garden.svg.symbols import definitions
from garden.svg.trees import draw_tree
from garden.vocabulary import PlantType, Season, TimeOfDay

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from garden.engine.genome import Genome

DRAWINGS: Mapping[PlantType, Callable[[Specimen], None]] = {
    PlantType.TREE: draw_tree,
    PlantType.FLOWER: draw_flower,
    PlantType.HERB: draw_herb,
    PlantType.BUSH: draw_bush,
    PlantType.VINE: draw_vine,
    PlantType.SUCCULENT: draw_succulent,
    PlantType.FERN: draw_fern,
    PlantType.GENERIC: draw_broadleaf,
}
LOOKS = PLANTS.starter
STAKE = 40  # centimetres
SEED_GONE, SPROUT_GONE = PLANTS.growth.seed_gone, PLANTS.growth.sprout_gone
SMALLEST_FRAME = 120.0  # centimetres: a seed is shown small, but shown


def plant_group(
    sketch: Sketch,
    genome: Genome,
    growth: float,
    *,
    light: Light,
    season: Season,
    vitality: float = 1.0,
    depth: float = 0.0,
    detail: int = 2,
    thin: int = 1,
) -> str:
    """The drawing of one plant, its foot at (0, 0), in centimetres, y down; symbols it stamps are noted in `sketch`.

    With a `thin` above 1 one stamp stands for so many: what is far away needs no leaf of its own.
    The growing part stands in a group of class `sway` that carries no transform of its own, so that a page can move it.
    """
    growth = min(1.0, max(0.0, growth))
    base = Sketch(sketch.prefix, sketch.symbols, plain=thin > 1)
    body = Sketch(sketch.prefix, sketch.symbols, thin, plain=thin > 1)
    plant = Specimen(genome, growth, min(1.0, max(0.0, vitality)), season, light, depth, detail, body)
    _draw_bed(plant, base)
    _draw_starter(plant, base)
    climber = genome.kind is PlantType.VINE
    DRAWINGS[genome.kind](plant)
    scale = 1.0 if climber else plant.size
    drawn = str(body)
    swaying = f'<g class="sway" transform="scale({fraction(scale)})">{drawn}</g>' if drawn else ""
    front = Sketch(sketch.prefix, sketch.symbols)
    if plant.detail:
        _draw_foreground(plant, front)
    return f"{base}{swaying}{front}"


def mound_radius(kind: PlantType) -> float:
    """Of the heap a plant stands on, in centimetres."""
    return LOOKS.mounds[kind] * 100


def size_of(kind: PlantType, growth: float) -> float:
    """The share of its full measure that a plant shows; a climber's trellis stands from the first day."""
    return 1.0 if kind is PlantType.VINE else plant_size(growth)


def plant_shadow(sketch: Sketch, genome: Genome, growth: float, *, lit_from_right: bool) -> None:
    """The soft shadow on the ground, away from the light."""
    reach, height = FOOTPRINTS[genome.variant]
    size = plant_size(growth)
    radius = max(38.0, reach * 100 * size * 1.12)
    away = (-1 if lit_from_right else 1) * (0.22 * radius + 0.1 * height * 100 * size)
    sketch.stamp("shadow", away, 4, radius * 1.15 + abs(away) * 0.5, squash=0.85)
    sketch.stamp("shadow", 0, 4, radius * 0.8, squash=0.8)


def plant_svg(
    genome: Genome,
    growth: float,
    *,
    vitality: float = 1.0,
    season: Season = Season.SUMMER,
    time_of_day: TimeOfDay = TimeOfDay.DAY,
    title: str = "",
    prefix: str = "p",
    fit: bool = True,
) -> str:
    """A small drawing of one plant on a transparent ground, for cards, previews and the admin.

    With `fit` the frame follows the plant's present size; without it, that of the grown plant, so that stages compare.
    """
    season = Season(season)
    light = light_for(time_of_day, season)
    sketch = Sketch(prefix)
    plant_shadow(sketch, genome, growth, lit_from_right=light.lit_from_right)
    group = plant_group(sketch, genome, growth, light=light, season=season, vitality=vitality)
    reach, height = FOOTPRINTS[genome.variant]
    size = size_of(genome.kind, growth) if fit else 1.0
    tall = max(SMALLEST_FRAME, (height * 1.08 + 0.15) * 100 * size)
    wide = max(SMALLEST_FRAME, (reach * 2.3 + 0.3) * 100 * size)
    foot = max(24.0, wide * 0.13)
    frame = coordinates(-wide / 2, -tall, wide, tall + foot)
    label = (
        f' role="img" aria-label="{safe_text(title)}"><title>{safe_text(title)}</title>'
        if title
        else ' aria-hidden="true">'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{frame}" class="plant-drawing" '
        f'stroke-linecap="round" stroke-linejoin="round"{label}'
        f"<defs>{definitions(sketch.symbols, light, prefix)}</defs>{sketch}{group}</svg>"
    )


def _draw_bed(plant: Specimen, base: Sketch) -> None:
    radius = mound_radius(plant.genome.kind)
    base.stamp(
        "mound", 0, 4, radius * (1.2 - 0.34 * smoothstep(plant.growth)), squash=1 - 0.25 * smoothstep(plant.growth)
    )
    if plant.season is Season.WINTER:
        base.stamp("cap", 0, -radius * 0.1, radius * 0.86, squash=0.62)
    _draw_litter(plant, base, radius)


def _draw_litter(plant: Specimen, base: Sketch, radius: float) -> None:
    """What a tree lets fall: leaves in autumn, the cherry's petals in spring."""
    autumn = plant.season is Season.AUTUMN
    petals = plant.genome.variant == "cherry" and plant.season is Season.SPRING
    if plant.genome.variant == "conifer" or plant.genome.kind is not PlantType.TREE or not (autumn or petals):
        return
    if plant.growth < 0.5 or not plant.detail:
        return
    dark, light = plant.greens("#8a5a2a", "#d8a03c")
    fallen = [(math.cos(i * 2.4) * 30 * math.sqrt(i), math.sin(i * 2.4) * 10 * math.sqrt(i)) for i in range(3, 25)]
    first, second = (
        (plant.accent(0.2), plant.accent(0.6)) if petals else (plant.tone(light), plant.tone(mix(dark, light, 0.4)))
    )
    base.fill(first, "".join(leaf(x, y, x, 13, 4) for x, y in fallen[::2]))
    base.fill(second, "".join(leaf(x, y, y, 12, 4) for x, y in fallen[1::2]))


def _draw_starter(plant: Specimen, base: Sketch) -> None:
    """The seed on its heap, then the first two pairs of leaves; both are gone when the plant is itself."""
    radius = mound_radius(plant.genome.kind)
    if plant.growth < PLANTS.starter.stake_gone and plant.detail:
        base.stamp("stake", radius * 1.02, radius * 0.24, STAKE, turn=0.06)
    if plant.growth < SEED_GONE:
        left = min(1.0, (SEED_GONE - plant.growth) / PLANTS.growth.fading)
        base.stamp("seed", 2, -radius * 0.32 - 8, 16 * left, turn=0.3)
    fading = min(1.0, max(0.0, (SPROUT_GONE - plant.growth) / PLANTS.growth.fading))
    shoot = plant.lengthen(0.05, 0.12)
    if shoot <= 0 or fading <= 0:
        return
    dark, light = plant.tone(LOOKS.cotyledon.dark), plant.tone(LOOKS.cotyledon.light)
    if plant.season is Season.WINTER:
        dark, light = mix(dark, FROST, 0.3), mix(light, FROST, 0.3)
    stem = [flat(0, 0.06), flat(0.03, 0.3), flat(0, 0.52)]
    base.stroke(plant.tone(LOOKS.shoot.dark), 4.4 * fading, curve(part(stem, shoot)))
    whole, lit = "", ""
    for index, (height, angle, length) in enumerate(
        ((0.32, -0.42, 26), (0.32, -math.pi + 0.42, 26), (0.5, -0.78, 31), (0.5, -math.pi + 0.78, 31))
    ):
        size = plant.unfold(0.09 + index * 0.012) * fading
        if size > 0:
            x, y = flat(0.01, height * shoot)
            droop = 0.5 * plant.droop * (1 if index % 2 == 0 else -1)
            whole += leaf(x, y, angle + droop, length * size, 13 * size, 0.08)
            lit += half_leaf(x, y, angle + droop, length * size, (-13 if index % 2 == 0 else 13) * size)
    if whole:
        base.fill(dark, whole)
        base.fill(light, lit)


def _draw_foreground(plant: Specimen, front: Sketch) -> None:
    """Grass that stands before the bed, so that the plant grows out of the meadow and not on top of it."""
    radius = mound_radius(plant.genome.kind)
    colour = plant.light.lit(mix(*greens_of(plant.light)[:2], 0.5), plant.depth)
    front.stamp("sward", -radius * 0.2, radius * 0.3, radius * 0.9, colour)
    if plant.season is Season.WINTER and plant.detail:
        flakes = [(radius * 0.6, radius * 0.42), (-radius * 0.6, radius * 0.5), (radius * 0.1, radius * 0.58)]
        front.markup(f'<path stroke="#fff" stroke-width="6" stroke-linecap="round" opacity=".8" d="{dots(flakes)}"/>')
