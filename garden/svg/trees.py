"""Oak, cherry, birch and conifer.

A tree is laid out crown first, as the scene does it: balls of leaves on an ellipsoid, then one branch from the trunk to
each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from garden.looks import PLANTS
from garden.svg.colour import mix
from garden.svg.draw import Point, coordinates, curve, leaf, polygon, rounds
from garden.svg.specimen import Specimen, flat
from garden.svg.stamps.shapes import GOLDEN_ANGLE
from garden.vocabulary import Season

if TYPE_CHECKING:
    from garden.looks.plants import TreeLook


SYMBOLS = {"oak": "leaves", "cherry": "leaves", "birch": "fine"}
BIRTHS = PLANTS.tree_births
CONIFER = PLANTS.conifer
SNOW = "#fbfdff"
SEGMENTS = 9  # of the trunk
TIER_HANGS = 0.25  # metres that a skirt's tips lie below its stamp's middle


@dataclass(frozen=True, slots=True)
class Ball:
    """One ball of leaves of the crown."""

    x: float
    y: float
    z: float
    radius: float
    birth: float  # inner balls come first
    lit: float  # 0 in the crown's shade, 1 in the light
    twist: float
    even: bool


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A tree before it is drawn: the trunk's middle line from its foot, and the crown's balls, rear ones first."""

    form: TreeLook
    trunk: tuple[tuple[float, float], ...]
    balls: tuple[Ball, ...]

    def trunk_at(self, height: float) -> float:
        """How far the trunk has leaned at a height."""
        share = min(SEGMENTS - 0.001, max(0.0, height / self.trunk[-1][1] * SEGMENTS))
        index = int(share)
        (low, _), (high, _) = self.trunk[index], self.trunk[index + 1]
        return low + (high - low) * (share - index)


def draw_tree(plant: Specimen) -> None:
    """Trunk, branches and crown."""
    if plant.genome.variant == "conifer":
        _draw_conifer(plant)
        return
    if plant.lengthen(BIRTHS.trunk.start, BIRTHS.trunk.at(1)) <= 0:
        return
    tree = _skeleton(plant, PLANTS.trees[plant.genome.variant])
    bark = (plant.tone(tree.form.bark.dark), plant.tone(tree.form.bark.light))
    _draw_balls(plant, tree, rear=True)
    _draw_branches(plant, tree, bark)
    _draw_trunk(plant, tree, bark)
    _draw_balls(plant, tree, rear=False)


def _skeleton(plant: Specimen, form: TreeLook) -> Skeleton:
    rng, habit = plant.rng, plant.genome.habit
    sway = rng.uniform(0, math.tau)
    lean = form.lean * rng.uniform(0.6, 1.2) * (1 if plant.genome.phase < 0.5 else -1)
    trunk = tuple(
        (lean * t * t + math.sin(t * 5 + sway) * form.gnarl * t, form.crown.y * t)
        for t in (index / SEGMENTS for index in range(SEGMENTS + 1))
    )
    top = trunk[-1][0]
    wide, high = form.crown.width * (0.86 + 0.28 * habit), form.crown.height * (1.08 - 0.14 * habit)
    from_left = -1 if plant.light.lit_from_right else 1
    balls = []
    for index in range(form.crown.balls):
        y = 1 - (index + 0.5) / form.crown.balls * 1.55
        ring = math.sqrt(max(0.0, 1 - min(1.0, y * y)))
        angle = index * GOLDEN_ANGLE + plant.genome.yaw
        pull = (0.45 if index % 4 == 3 else 0.8) * rng.uniform(0.86, 1.1)
        x, z = math.cos(angle) * ring * wide * pull, math.sin(angle) * ring * wide * pull
        reach = min(1.0, math.dist((x, y * high * pull, z), (0, -high * 0.28, 0)) / (wide + high) * 1.5)
        balls.append(
            Ball(
                x=x + top,
                y=form.crown.y + high * (0.28 + y * pull),
                z=z,
                radius=rng.uniform(form.ball.least, form.ball.most) * (1.08 - 0.22 * abs(y)),
                birth=BIRTHS.crown.at(reach),
                lit=0.5 + 0.45 * y * pull - from_left * 0.16 * x / wide + 0.3 * z / wide,
                twist=rng.bell() * 0.5,
                even=index % 2 == 0,
            )
        )
    leader = form.ball.least * 0.95
    balls.append(Ball(top, form.crown.y + leader * 0.35, 0.2, leader, BIRTHS.crown.start, 0.45, 0.0, True))
    return Skeleton(form, trunk, tuple(sorted(balls, key=lambda ball: (ball.z, ball.y))))


def _draw_trunk(plant: Specimen, tree: Skeleton, bark: tuple[str, str]) -> None:
    dark, light = bark
    grown = plant.lengthen(BIRTHS.trunk.start, BIRTHS.trunk.at(1))
    thickness = tree.form.trunk * (0.5 + 0.5 * plant.growth)
    rims: list[list[Point]] = [[], [], []]
    for index, (x, y) in enumerate(tree.trunk):
        t = index / SEGMENTS
        radius = thickness * (1 - t * 0.72) * (1 + 0.95 * (1 - t) ** 7)
        for rim, side in zip(rims, (-radius, radius, radius * 0.15), strict=True):
            rim.append(flat(x + side, y * grown))
    left, right, middle = rims
    foot = thickness * 2.7
    roots = [
        flat(foot, -0.05),
        flat(0.55 * foot, -0.09),
        flat(0.1 * foot, -0.04),
        flat(-0.5 * foot, -0.1),
        flat(-foot, -0.05),
    ]
    lit = right if plant.light.lit_from_right else left
    plant.sketch.fill(dark, polygon([*left, *reversed(right), *roots]))
    plant.sketch.fill(light, polygon([*lit, *reversed(middle)]), 0.8 if plant.genome.variant == "birch" else 0.5)
    if plant.genome.variant == "birch" and plant.detail:
        _draw_bands(plant, tree, grown, thickness * 0.62)
    if plant.season is Season.WINTER and plant.growth > 0.3:
        plant.sketch.stroke(plant.tone(SNOW), max(2.0, thickness * 24), curve(lit[2:8]), 0.7)


def _draw_bands(plant: Specimen, tree: Skeleton, grown: float, radius: float) -> None:
    """The dark marks of a birch."""
    marks = ""
    for index in range(PLANTS.birch_bands.count):
        height = (0.06 + index * 0.068 + plant.rng.random() * 0.03) * tree.form.crown.y
        offset, width = plant.rng.uniform(-1.0, 0.1) * radius, plant.rng.uniform(0.7, 1.4) * radius
        marks += leaf(*flat(tree.trunk_at(height) + offset, height * grown), 0.1 * plant.rng.bell(), width * 100, 3.2)
    plant.sketch.fill(plant.tone(PLANTS.birch_bands.color), marks)


def _draw_branches(plant: Specimen, tree: Skeleton, bark: tuple[str, str]) -> None:
    snow: list[str] = []
    for ball in tree.balls:
        thick = plant.thicken(ball.birth, 0.12)
        if thick <= 0:
            continue
        height = min(0.97, max(tree.form.fork, ball.y / tree.form.crown.y * 0.72)) * tree.form.crown.y
        x, y = flat(tree.trunk_at(height), height)
        end_x, end_y = flat(ball.x, ball.y, ball.z)
        sag = abs(end_x - x) * 0.16
        bow_x, bow_y = x + (end_x - x) * 0.62, (y + end_y) / 2 + sag
        width = max(2, round(tree.form.trunk * 56 * (1.35 - ball.birth) * thick))
        tone = bark[0] if ball.z < 0.3 else mix(bark[0], bark[1], 0.35)
        plant.sketch.stroke(tone, width, f"M{coordinates(x, y)}Q{rounds(bow_x, bow_y, end_x, end_y)}")
        if plant.season is Season.WINTER and plant.detail:
            rise = width * 0.4
            snow.append(f"M{rounds(x, y - rise)}Q{rounds(bow_x, bow_y - rise, end_x, end_y - rise)}")
    if snow:
        plant.sketch.stroke(plant.tone(SNOW), 3.5, "".join(snow), 0.9)


def _draw_balls(plant: Specimen, tree: Skeleton, *, rear: bool) -> None:
    form = tree.form
    colours = plant.steps(_leaf_colours(plant, form), 6)
    for ball in tree.balls:
        size = plant.unfold(ball.birth + 0.06, 0.2)
        if size <= 0 or (ball.z < -0.15) is not rear:
            continue
        x, y = flat(ball.x, ball.y - 0.2 * plant.droop * ball.birth, ball.z)
        radius = ball.radius * 100 * size
        if plant.season is Season.WINTER:
            plant.sketch.stamp("twigs", x, y, radius * 1.15, plant.tone(form.bark.dark), turn=ball.twist + (x / 500))
            if plant.detail and not rear:
                plant.sketch.stamp("cap", x, y - radius * 0.25, radius * 0.42, turn=ball.twist * 0.3)
            continue
        lit = min(1.0, max(0.0, ball.lit - (0.12 if rear else 0.0)))
        symbol = "bough" if _blossoms(plant) and ball.lit > 0.2 else SYMBOLS[plant.genome.variant]
        plant.sketch.stamp(
            symbol,
            x,
            y,
            radius,
            colours[round(lit * 5)],
            turn=0.0 if ball.even else 0.5,
            squash=form.squash,
            mirror=plant.light.lit_from_right,
        )


def _blossoms(plant: Specimen) -> bool:
    return plant.genome.variant == "cherry" and plant.season is Season.SPRING and plant.growth > 0.4


def _leaf_colours(plant: Specimen, form: TreeLook) -> tuple[str, str]:
    if _blossoms(plant):
        return mix(plant.genome.accent, "#d0638f", 0.5), mix(plant.genome.accent, "#ffffff", 0.25)
    return plant.greens(form.leaf.dark, form.leaf.light)


def _draw_conifer(plant: Specimen) -> None:
    """A spire of skirts, each a little smaller than the one below it."""
    grown = plant.lengthen(CONIFER.birth.start, 0.5)
    if grown <= 0:
        return
    height = CONIFER.height * (1.04 - 0.08 * plant.genome.habit)
    plant.sketch.fill(
        plant.tone(CONIFER.bark.dark),
        polygon(
            [flat(-0.2, -0.04), flat(-0.1, height * 0.4 * grown), flat(0.1, height * 0.4 * grown), flat(0.22, -0.04)]
        ),
    )
    colours = plant.steps(plant.greens(CONIFER.leaf.dark, CONIFER.leaf.light, evergreen=True), 5)
    tiers = CONIFER.tiers if plant.detail else CONIFER.tiers - 5
    rise, reach, spread = CONIFER.rise, CONIFER.reach, 0.9 + 0.2 * plant.genome.habit
    for index in range(tiers):
        t = index / (tiers - 1)
        jitter = plant.rng.bell()
        size = plant.unfold(CONIFER.birth.at(t), 0.2)
        if size <= 0:
            continue
        x, y = flat(0.04 * jitter, height * (rise.foot + rise.span * t**rise.exponent) + TIER_HANGS)
        radius = (reach.most * (1 - t) ** reach.taper + reach.tip) * spread * 100 * size
        symbol = "snowtier" if plant.season is Season.WINTER else "tier"
        tone = colours[min(4, round(t * 2.6 + (index % 2) * 0.9 + 0.2))]
        squash = (0.95 if plant.detail else 1.25) + 0.45 * t
        plant.sketch.stamp(
            symbol, x, y, radius, tone, squash=squash, mirror=plant.light.lit_from_right, turn=0.05 * jitter
        )
