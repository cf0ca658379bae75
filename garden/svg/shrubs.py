"""Bushes, and vines on their obelisk or arch."""

from __future__ import annotations

import math

from garden.looks import PLANTS
from garden.svg.colour import mix
from garden.svg.draw import Point, curve, leaf, polyline, rounds
from garden.svg.specimen import Specimen, flat, part
from garden.svg.stamps.shapes import GOLDEN_ANGLE
from garden.vocabulary import Season

BUSH = PLANTS.bush
WOOD, WOOD_LIGHT = PLANTS.trellis.dark, PLANTS.trellis.light
OBELISK, ARCH = PLANTS.obelisk, PLANTS.arch


def draw_bush(plant: Specimen) -> None:
    """A low dome of leaves with its flowers on it."""
    variant = plant.genome.variant
    leaf_of = PLANTS.bushes[variant]
    colours = plant.steps(plant.greens(leaf_of.dark, leaf_of.light, evergreen=not plant.turns), 5)
    balls = []
    for index in range(BUSH.balls):
        angle = index * GOLDEN_ANGLE + plant.genome.yaw
        out = 0.0 if index == 0 else (0.44 + 0.16 * plant.genome.habit) * math.sqrt(index / BUSH.balls) + 0.14
        height = 0.36 + (1 - out) * 0.36 + plant.rng.bell() * 0.07
        radius = plant.rng.uniform(BUSH.ball.least, BUSH.ball.most)
        birth = BUSH.birth.at(index / BUSH.balls)
        balls.append((math.sin(angle) * out, math.cos(angle) * out, height, radius, birth, index))
    balls.sort()
    twigs = "".join(
        f"M{rounds(x * 15, -4)}Q{rounds(x * 45, -height * 40)} {rounds(*flat(x, height, z))}"
        for z, x, height, _, birth, _ in balls
        if plant.growth > birth - 0.04
    )
    if twigs:
        plant.sketch.stroke(plant.tone(BUSH.bark.dark), 4, twigs)
    bare = plant.season is Season.WINTER and plant.turns
    symbol = "fine" if variant == "whitebush" else "leaves"
    for z, x, height, radius, birth, index in balls:
        size = plant.unfold(birth, 0.16)
        if size <= 0:
            continue
        px, py = flat(x, height * (1 - 0.16 * plant.droop), z)
        side = x if plant.light.lit_from_right else -x
        tone = colours[min(4, max(0, round(1.4 + height * 1.8 + side * 0.7 + z * 1.2)))]
        if bare:
            plant.sketch.stamp("twigs", px, py, radius * 118 * size, plant.tone(BUSH.bark.dark), turn=x * 0.6)
        plant.sketch.stamp(
            symbol,
            px,
            py,
            radius * (64 if bare else 100) * size,
            tone,
            turn=0.45 * (index % 2),
            squash=BUSH.squash,
            mirror=plant.light.lit_from_right,
        )
        if plant.season is Season.WINTER:
            plant.sketch.stamp("cap", px, py - radius * 48 * size, radius * 66 * size)
    _draw_bush_flowers(plant, balls)


def _draw_bush_flowers(plant: Specimen, balls: list[tuple[float, float, float, float, float, int]]) -> None:
    variant = plant.genome.variant
    if variant == "hydrangea":
        for z, x, height, radius, _, index in balls:
            size = plant.unfold(0.58 + 0.02 * index, 0.17)
            if size > 0 and (plant.detail or index % 2 == 0):
                px, py = flat(x * 1.15, height + radius * (0.5 if z < 0 else 0.26), z + radius * 0.4)
                tone = plant.accent(0.16 * (index % 3))
                plant.sketch.stamp("head", px, py, 23 * size, tone, squash=0.86, mirror=plant.light.lit_from_right)
        return
    symbol, size, count = ("rose", 11.5, 16) if variant == "camellia" else ("blossom", 8.0, 26)
    for index in range(count):
        _, x, height, radius, _, _ = balls[int(plant.rng.random() * len(balls))]
        angle, out = plant.rng.uniform(0, math.tau), math.sqrt(plant.rng.random()) * 0.85
        opened = plant.unfold(0.6 + plant.rng.random() * 0.2, 0.17)
        if opened <= 0 or (plant.detail < 2 and index % 2):
            continue
        px, py = flat(x + math.cos(angle) * out * radius, height + math.sin(angle) * out * radius * 0.9 + 0.04, 0.25)
        tone = plant.accent(0.7 if variant == "whitebush" else 0.12 * (index % 3))
        plant.sketch.stamp(symbol, px, py, size * opened, tone, squash=0.92)


# --- vines ---------------------------------------------------------------------------------------


def draw_vine(plant: Specimen) -> None:
    """The wood stands from the first day; the plant climbs it."""
    if plant.genome.variant == "obelisk":
        _draw_obelisk(plant)
    else:
        _draw_arch(plant)


def _draw_obelisk(plant: Specimen) -> None:
    height, wood, light = OBELISK.height, plant.tone(WOOD), plant.tone(WOOD_LIGHT)
    feet = [(0.44, -0.18), (-0.4, -0.24), (-0.46, 0.2), (0.36, 0.26)]
    legs = [(flat(x, -0.02, z), flat(x * OBELISK.taper, height, z * OBELISK.taper)) for x, z in feet]
    plant.sketch.stroke(wood, 5.5, "".join(f"M{rounds(*foot)}L{rounds(*top)}" for foot, top in legs[:2]))
    spiral = _spiral(plant, height)
    back = [point for point in spiral if point[2] < 0]
    _draw_climbing_leaves(plant, back, shade=True)
    rungs, narrowing = "", 1 - OBELISK.taper
    for t in OBELISK.hoops:
        corners = [flat(x * (1 - narrowing * t), height * t, z * (1 - narrowing * t)) for x, z in feet]
        rungs += polyline([*corners, corners[0]])
    plant.sketch.stroke(wood, 3.4, rungs)
    plant.sketch.stroke(wood, 6, "".join(f"M{rounds(*foot)}L{rounds(*top)}" for foot, top in legs[2:]))
    plant.sketch.stroke(
        light, 2.2, "".join(f"M{rounds(foot[0] - 1, foot[1])}L{rounds(top[0] - 1, top[1])}" for foot, top in legs[2:])
    )
    plant.sketch.fill(light, f"M{rounds(-8, -height * 100 - 4)}a8 8 0 1 0 16 0a8 8 0 1 0-16 0")
    if plant.season is Season.WINTER:
        plant.sketch.stamp("cap", 0, -height * 100 - 9, 10)
    grown = plant.lengthen(0.1, 0.72)
    front = [(x, y) for x, y, z, _ in spiral]
    if grown > 0:
        plant.sketch.stroke(plant.tone(OBELISK.shoot.dark), 3.2, curve(part(front, grown)))
    _draw_climbing_leaves(plant, [point for point in spiral if point[2] >= 0], shade=False)
    _draw_climbing_flowers(plant, [point for point in spiral if point[2] >= -0.1])


Climb = tuple[float, float, float, float]  # x, y on the drawing, nearness, share of the way up


def _spiral(plant: Specimen, height: float) -> list[Climb]:
    start, points = plant.genome.yaw, []
    for index in range(26):
        t = index / 25
        radius = OBELISK.foot * (1 - t * 0.82) + 0.04
        angle = start + t * OBELISK.turns
        x, y = flat(math.cos(angle) * radius, 0.05 + t * (height + 0.06), math.sin(angle) * radius)
        points.append((x, y, math.sin(angle), t))
    return points


def _draw_climbing_leaves(plant: Specimen, points: list[Climb], *, shade: bool) -> None:
    dark, middle, light = plant.steps(plant.greens(OBELISK.leaf.dark, OBELISK.leaf.light), 3)
    tones = dict.fromkeys(((dark,) if shade else (dark, middle, light)), "")
    names = list(tones)
    for index, (x, y, _, t) in enumerate(points):
        for side in range(2):
            angle = plant.rng.uniform(-0.6, 0.9) + (math.pi if side % 2 else 0)
            length = 36 * plant.rng.uniform(0.7, 1.15)
            size = plant.unfold(0.13 + 0.6 * t)
            if size <= 0 or (plant.detail < 2 and side and index % 2):
                continue
            if plant.season is Season.WINTER and side:
                continue
            dx, dy = 9 * (1 if side == 0 else -1), -7 + side * 7
            tones[names[(index + side) % len(names)]] += leaf(
                x + dx, y + dy, angle, length * size, length * size * 0.42, 0.15
            )
    for tone, data in tones.items():
        if data:
            plant.sketch.fill(tone, data)


def _draw_climbing_flowers(plant: Specimen, points: list[Climb]) -> None:
    for index, (x, y, _, t) in enumerate(points):
        dx, dy = plant.rng.uniform(-16, 16), plant.rng.uniform(-12, 10)
        opened = plant.unfold(0.55 + t * 0.24, 0.15)
        if opened > 0 and (index % 2 == 0 or plant.detail == 2) and plant.rng.random() < 0.72:
            plant.sketch.stamp("blossom", x + dx, y + dy, 11.5 * opened, plant.accent(0.18 * (index % 2)), turn=dx / 30)


def _arch_line(z: float) -> list[Point]:
    wide, spring, rise = ARCH.half_width, ARCH.height, ARCH.rise
    points = []
    for index in range(19):
        t = index / 18
        if t < 0.3:
            points.append(flat(-wide, spring * t / 0.3, z))
        elif t > 0.7:
            points.append(flat(wide, spring * (1 - t) / 0.3, z))
        else:
            turn = (t - 0.3) / 0.4 * math.pi
            points.append(flat(-wide * math.cos(turn), spring + math.sin(turn) * rise, z))
    return points


def _draw_arch(plant: Specimen) -> None:
    wood, light = plant.tone(WOOD), plant.tone(WOOD_LIGHT)
    rear, front = _arch_line(-ARCH.depth), _arch_line(ARCH.depth)
    plant.sketch.stroke(mix(wood, plant.light.shadow, 0.2), 6, polyline(rear))
    slats = "".join(
        f"M{rounds(*rear[index])}L{rounds(*front[index])}" for index in (1, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 17)
    )
    colours = plant.steps(plant.greens(ARCH.leaf.dark, ARCH.leaf.light), 5)
    _draw_arch_leaves(plant, rear, colours, shade=True)
    plant.sketch.stroke(wood, 3.6, slats)
    plant.sketch.stroke(wood, 7, polyline(front))
    plant.sketch.stroke(light, 2.4, polyline([(x - 1, y - 1) for x, y in front]))
    if plant.season is Season.WINTER:
        plant.sketch.stroke(plant.tone("#fbfdff"), 5, curve([(x, y - 5) for x, y in front[6:13]]), 0.95)
    grown = plant.lengthen(0.08, 0.7)
    if grown > 0:
        for line, side in ((front, 1), (list(reversed(front)), -1)):
            vine = [(x + side * 5 * math.sin(index * 1.4), y) for index, (x, y) in enumerate(line[:11])]
            plant.sketch.stroke(plant.tone(ARCH.shoot.dark), 4.2, curve(part(vine, grown)))
    _draw_arch_leaves(plant, front, colours, shade=False)
    for index in range(4, 15):
        x, y = front[index]
        way = 1 - abs(index - 9) / 9
        dx, length = plant.rng.uniform(-9, 9), plant.rng.uniform(46, 74)
        opened = plant.unfold(0.56 + 0.16 * way, 0.16)
        if opened > 0 and (plant.detail == 2 or index % 2 == 0):
            tone = plant.accent(0.14 * (index % 3))
            plant.sketch.stamp("raceme", x + dx, y + 8, length * opened, tone, turn=0.05 * dx / 9)


def _draw_arch_leaves(plant: Specimen, line: list[Point], colours: list[str], *, shade: bool) -> None:
    for index in range(1, 18):
        way = 1 - abs(index - 9) / 9
        dx, dy, radius = plant.rng.bell() * 17, plant.rng.bell() * 9, plant.rng.uniform(20, 35)
        size = plant.unfold(0.14 + 0.5 * way, 0.16)
        if size <= 0 or (plant.season is Season.WINTER and index % 2) or (shade and (index % 2 or not plant.detail)):
            continue
        x, y = line[index][0] + dx, line[index][1] + dy
        tone = colours[0 if shade else 1 + (index % 3) + (index % 2 == 0)]
        plant.sketch.stamp("leaves", x, y, radius * size, tone, turn=dx / 40, squash=0.86)
