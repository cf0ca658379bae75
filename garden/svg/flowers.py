"""Flowers and herbs: clumps of stems with a head on each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from garden.looks import PLANTS
from garden.svg.draw import curve, half_leaf, leaf, rounds
from garden.svg.specimen import Specimen, flat, part
from garden.svg.stamps.shapes import GOLDEN_ANGLE
from garden.vocabulary import Season

if TYPE_CHECKING:
    from collections.abc import Mapping

    from garden.looks.plants import FlowerForm

FLOWER, HERBS = PLANTS.flower, PLANTS.herbs
OPENING = 0.19  # of the growth: from the bud's first colour to the open flower


@dataclass(frozen=True, slots=True)
class FlowerDrawing:
    """What the drawing adds to a flower's form, in metres; `head` is the radius of the open flower."""

    stem_width: float
    leaves: int
    leaf_length: float
    leaf_width: float
    leaf_rise: float  # 0 level, 1 upright
    from_base: bool
    head: float
    symbol: str
    facing: float  # the head's height over its width, as the visitor sees it


DRAWINGS: Mapping[str, FlowerDrawing] = {
    "daisy": FlowerDrawing(2.4, 3, 0.3, 0.055, 0.35, False, 0.185, "daisy", 0.7),
    "tulip": FlowerDrawing(2.6, 2, 0.55, 0.075, 0.8, True, 0.26, "tulip", 1.0),
    "sunflower": FlowerDrawing(5.5, 6, 0.46, 0.2, 0.25, False, 0.38, "sunflower", 1.0),
    "allium": FlowerDrawing(2.6, 2, 0.6, 0.06, 0.6, True, 0.21, "allium", 1.0),
}


@dataclass(frozen=True, slots=True)
class Stem:
    """One stem: its foot, its middle and its head on the drawing, and when it comes."""

    points: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
    depth: float
    angle: float
    birth: float
    bud: float
    size: float


def draw_flower(plant: Specimen) -> None:
    """Stems and leaves behind, heads before them."""
    form, drawing = PLANTS.flowers[plant.genome.variant], DRAWINGS[plant.genome.variant]
    stems = [_stem(plant, form, index) for index in range(form.stems)]
    stems = sorted(stems[: plant.some(form.stems)], key=lambda stem: stem.depth)
    dark, light = plant.greens(FLOWER.leaf.dark, FLOWER.leaf.light)
    tones = plant.tone(dark), plant.tone(light)
    half = len(stems) // 2
    for some in (stems[:half], stems[half:]):
        _draw_stems(plant, drawing, some, tones)
    for stem in stems:
        _draw_head(plant, drawing, stem)


def _stem(plant: Specimen, form: FlowerForm, index: int) -> Stem:
    rng, habit = plant.rng, plant.genome.habit
    angle = index * GOLDEN_ANGLE + plant.genome.yaw + rng.random() * 0.5
    spread = FLOWER.spread * (0.86 + 0.28 * habit) * math.sqrt(index / form.stems) * form.spread
    height = form.height * rng.uniform(0.74, 1.08) * (1.05 - 0.1 * habit)
    far = spread * (1 + 2 * form.lean) + 0.05 + 0.12 * plant.droop
    foot = flat(math.cos(angle) * spread * 0.6, 0.0, math.sin(angle) * spread * 0.6)
    sag = 1 - 0.2 * plant.droop
    head = flat(math.cos(angle) * far, height * sag, math.sin(angle) * far)
    middle = ((foot[0] * 1.4 + head[0] * 0.6) / 2, (foot[1] + head[1]) / 2 - 6 - 14 * plant.droop)
    birth, bud = FLOWER.stem.at(index / form.stems), FLOWER.head.at(index / form.stems)
    return Stem(
        (foot, middle, head), math.sin(angle) * far, angle, birth, bud + 0.04 * rng.random(), rng.uniform(0.86, 1.14)
    )


def _along(stem: Stem, t: float) -> tuple[float, float]:
    (ax, ay), (bx, by), (cx, cy) = stem.points
    u = 1 - t
    return u * u * ax + 2 * u * t * bx + t * t * cx, u * u * ay + 2 * u * t * by + t * t * cy


def _draw_stems(plant: Specimen, form: FlowerDrawing, stems: list[Stem], tones: tuple[str, str]) -> None:
    """Stems and leaves of one depth, in as few elements as can be."""
    stalks, dark_leaves, light_leaves, width = "", "", "", 0.0
    for stem in stems:
        grown = plant.lengthen(stem.birth, stem.birth + 0.34)
        if grown > 0:
            width = max(width, form.stem_width * (0.6 + 0.4 * grown))
            stalks += curve(part([_along(stem, t / 4) for t in range(5)], grown))
        for index in range(form.leaves):
            t = 0.03 if form.from_base else 0.1 + 0.62 * index / form.leaves
            angle = stem.angle + index * (math.pi if form.leaves < 5 else 2.1) + plant.rng.random()
            size = plant.unfold(stem.birth + t * 0.34 + 0.03)
            if size <= 0:
                continue
            x, y = _along(stem, t)
            across = math.cos(angle)
            direction = math.atan2(-form.leaf_rise - 0.12 + 0.6 * plant.droop, across * (1 - form.leaf_rise * 0.62))
            length = form.leaf_length * 100 * size * (0.55 + 0.45 * abs(across)) * (1.15 - t * 0.5)
            width_of_leaf = form.leaf_width * 130 * size
            bend = (0.22 if across > 0 else -0.22) * (1 - form.leaf_rise * 0.4)
            dark_leaves += leaf(x, y, direction, length, width_of_leaf, bend)
            light_leaves += half_leaf(
                x, y, direction, length, -width_of_leaf if across > 0 else width_of_leaf, -abs(bend)
            )
    if stalks:
        plant.sketch.stroke(tones[0], width, stalks)
    if dark_leaves:
        plant.sketch.fill(tones[0], dark_leaves)
        plant.sketch.fill(tones[1], light_leaves)


def _draw_head(plant: Specimen, form: FlowerDrawing, stem: Stem) -> None:
    opened = plant.unfold(stem.bud, OPENING)
    if opened <= 0:
        return
    x, y = stem.points[2]
    size = form.head * 100 * opened * stem.size
    turn = math.cos(stem.angle) * 0.32 * (1 + plant.droop)
    squash = form.facing * (1.5 - 0.5 * min(1.0, opened))
    plant.sketch.stamp(
        form.symbol, x, y, size * 1.1, plant.accent(0.1 if stem.size > 1 else 0.0), turn=turn, squash=squash
    )
    if plant.season is Season.WINTER and plant.detail:
        plant.sketch.stamp("cap", x, y - size * (0.9 if form.symbol == "tulip" else 0.62) * squash, size * 0.62)


# --- herbs ---------------------------------------------------------------------------------------


def draw_herb(plant: Specimen) -> None:
    """Lavender or basil."""
    if plant.genome.variant == "lavender":
        _draw_lavender(plant)
    else:
        _draw_basil(plant)


def _draw_lavender(plant: Specimen) -> None:
    look = HERBS.lavender
    dark, middle, light = plant.steps(plant.greens(look.leaf.dark, look.leaf.light, evergreen=True), 3)
    count = 24
    stalks, needles, spikes = "", ["", ""], []
    for index in range(count):
        angle = index * GOLDEN_ANGLE
        out = math.sqrt(index / count)
        height = look.height - 0.22 * out * out + plant.rng.bell() * 0.05
        late = plant.rng.random()
        if index % 3 == 2 and plant.detail < 2:
            continue
        birth = look.birth.at(index / count)
        grown = plant.lengthen(birth, birth + 0.3)
        if grown <= 0:
            continue
        spread = look.reach * (0.94 + 0.24 * plant.genome.habit) * (1 + 0.25 * plant.droop)
        foot = flat(math.cos(angle) * out * 0.14, 0.02, math.sin(angle) * out * 0.14)
        top = flat(math.cos(angle) * out * spread, height * (1 - 0.22 * plant.droop), math.sin(angle) * out * spread)
        tip = foot[0] + (top[0] - foot[0]) * grown, foot[1] + (top[1] - foot[1]) * grown
        stalks += (
            f"M{rounds(*foot)}Q{rounds(foot[0] + (tip[0] - foot[0]) * 0.35, foot[1] + (tip[1] - foot[1]) * 0.6, *tip)}"
        )
        lean = math.atan2(top[1] - foot[1], top[0] - foot[0])
        for step in range(3):
            t = 0.1 + step * 0.14
            size = plant.unfold(birth + 0.06 + t * 0.2)
            if size > 0:
                x, y = foot[0] + (top[0] - foot[0]) * t, foot[1] + (top[1] - foot[1]) * t
                side = 0.5 if (index + step) % 2 else -0.5
                needles[step % 2] += leaf(x, y, lean + side, 26 * size, 3.4)
        bloom = plant.unfold(0.5 + 0.12 * late, 0.16)
        if bloom > 0:
            spikes.append((math.sin(angle) * out, top, lean + math.pi / 2, bloom))
    plant.sketch.stroke(dark, 1.8, stalks)
    plant.sketch.fill(middle, needles[0])
    plant.sketch.fill(light, needles[1])
    for _, (x, y), turn, bloom in sorted(spikes):
        plant.sketch.stamp("spike", x, y + 12, 34 * bloom, plant.accent(), turn=turn)


def _draw_basil(plant: Specimen) -> None:
    look = HERBS.basil
    colours = plant.steps(plant.greens(look.leaf.dark, look.leaf.light), 5)
    stems = []
    for index in range(8):
        angle = index * GOLDEN_ANGLE + plant.genome.yaw
        out = look.reach * math.sqrt(index / 8) * (0.85 + 0.4 * plant.genome.habit)
        height = look.height * plant.rng.uniform(0.75, 1.1) - out * 0.3
        foot = flat(math.cos(angle) * out * 0.5, 0.02, math.sin(angle) * out * 0.5)
        top = flat(math.cos(angle) * out * 1.9, height * (1 - 0.2 * plant.droop), math.sin(angle) * out * 1.9)
        stems.append((math.sin(angle) * out, angle, look.birth.at(index / 8), foot, top))
    for depth, angle, birth, foot, top in sorted(stems[: plant.some(8)]):
        grown = plant.lengthen(birth, birth + 0.3)
        if grown <= 0:
            continue
        tip = foot[0] + (top[0] - foot[0]) * grown, foot[1] + (top[1] - foot[1]) * grown
        plant.sketch.stroke(colours[0], 2.4, f"M{rounds(*foot)}L{rounds(*tip)}")
        for whorl in range(3):
            t = 0.34 + whorl * 0.32
            size = plant.unfold(birth + t * 0.3)
            if size <= 0:
                continue
            x, y = foot[0] + (top[0] - foot[0]) * t, foot[1] + (top[1] - foot[1]) * t
            for side in (-1, 1):
                turn = (-0.35 if whorl < 2 else -0.9) + 0.5 * plant.droop + 0.25 * math.sin(angle + whorl)
                length = (28 if whorl < 2 else 19) * size * (0.75 + 0.25 * math.sin(whorl * 1.7 + angle * side))
                tone = colours[min(4, max(0, round(1 + whorl * 1.1 + depth * 3)))]
                plant.sketch.stamp("broad", x, y, length, tone, turn=turn if side > 0 else math.pi - turn, squash=0.9)
        bloom = plant.unfold(0.62 + 0.1 * birth)
        if bloom > 0:
            plant.sketch.stamp("spike", top[0], top[1], 21 * bloom, plant.accent(0.35))
