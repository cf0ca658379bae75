"""What grows from one point at the ground: succulents, ferns, hostas and bellflowers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from garden.looks import PLANTS
from garden.svg.colour import mix
from garden.svg.draw import coordinates, curve, dots, leaf, rounds
from garden.svg.specimen import Specimen, flat, part
from garden.svg.stamps.shapes import GOLDEN_ANGLE
from garden.vocabulary import Season

if TYPE_CHECKING:
    from garden.looks.plants import PerennialLook

ECHEVERIA, AGAVE, CACTUS, FERN = PLANTS.echeveria, PLANTS.agave, PLANTS.cactus, PLANTS.fern


def draw_succulent(plant: Specimen) -> None:
    """Echeveria, agave or cactus."""
    {"echeveria": _draw_echeveria, "agave": _draw_agave, "cactus": _draw_cactus}[plant.genome.variant](plant)


def _draw_echeveria(plant: Specimen) -> None:
    colours = plant.steps(plant.greens(ECHEVERIA.inner.dark, ECHEVERIA.outer.dark, evergreen=True), 5)
    for index, rosette in sorted(enumerate(ECHEVERIA.rosettes), key=lambda item: item[1].z):
        x, z, radius = rosette.x, rosette.z, rosette.size
        spread = 0.85 + 0.3 * plant.genome.habit
        leaves = plant.some(15 if index == 0 else 9)
        px, py = flat(x * spread, 0.05, z * spread)
        for number in range(leaves):
            t = number / leaves
            size = plant.unfold(0.08 + 0.12 * index + 0.3 * (1 - t), 0.16)
            if size <= 0:
                continue
            angle = number * GOLDEN_ANGLE + plant.genome.yaw + index
            length = radius * 100 * (1.05 - t * 0.66) * size
            across, down = math.cos(angle) * length * 0.1, math.sin(angle) * length * 0.06
            flatness = 0.62
            turn = math.atan2(math.sin(angle) * flatness, math.cos(angle))
            foreshortened = length * math.hypot(math.cos(angle), math.sin(angle) * flatness)
            tone = colours[min(4, round(1 + 3.2 * t))]
            plant.sketch.stamp("scale", px + across, py + down - t * 14, foreshortened, tone, turn=turn, squash=0.95)
        if plant.season is Season.WINTER and plant.detail:
            plant.sketch.stamp("cap", px, py - 12, radius * 36)
    _draw_echeveria_flowers(plant)


def _draw_echeveria_flowers(plant: Specimen) -> None:
    grown = plant.lengthen(0.55, 0.68)
    if grown <= 0:
        return
    stalk = [flat(0, 0.12), flat(0.04, 0.45), flat(0.16, 0.74)]
    plant.sketch.stroke(plant.tone(ECHEVERIA.stalk.light), 2.6, curve(part(stalk, grown)))
    for index in range(6):
        x, y = flat(0.16 + plant.rng.bell() * 0.12, 0.74 + plant.rng.bell() * 0.1)
        opened = plant.unfold(0.68 + index * 0.02)
        if opened > 0:
            plant.sketch.stamp("blossom", x, y, 9.5 * opened, plant.accent(0.12 * (index % 2)))


def _draw_agave(plant: Specimen) -> None:
    colours = plant.steps(plant.greens(AGAVE.base, AGAVE.tip.dark, evergreen=True), 5)
    leaves = []
    count = plant.some(24)
    for index in range(count):
        t = index / count
        angle = index * GOLDEN_ANGLE + plant.genome.yaw
        rise = 0.26 + t * 1.05 - 0.16 * plant.droop
        length = AGAVE.length * (1 - t * 0.25) * plant.rng.uniform(0.9, 1.08) * (0.92 + 0.16 * plant.genome.habit)
        x, y = flat(math.cos(angle) * math.cos(rise), math.sin(rise), math.sin(angle) * math.cos(rise))
        leaves.append(
            (math.sin(angle) * math.cos(rise), math.atan2(y, x), length * math.hypot(x, y), AGAVE.birth.at(1 - t), t)
        )
    _draw_agave_spire(plant)
    for depth, turn, length, birth, t in sorted(leaves):
        size = plant.unfold(birth, 0.16)
        if size > 0:
            tone = colours[min(4, max(0, round(1.2 + 1.6 * t + depth * 1.3)))]
            upside = math.cos(turn) < 0
            plant.sketch.stamp("sword", 0, -6, length * size, tone, turn=turn, squash=-0.8 if upside else 0.8)
    if plant.season is Season.WINTER and plant.growth > 0.3:
        plant.sketch.stamp("cap", 0, -22, 30)


def _draw_agave_spire(plant: Specimen) -> None:
    grown = plant.lengthen(0.56, 0.72)
    if grown <= 0:
        return
    stalk = [flat(0, 0.3), flat(0.0, 0.8), flat(0.04, 1.3), flat(0.08, 1.78)]
    plant.sketch.stroke(plant.tone(mix(AGAVE.stalk.dark, AGAVE.stalk.light, 0.3)), 5, curve(part(stalk, grown)))
    for index in range(16):
        t = index / 15
        x, y = flat(0.02 + 0.06 * t, 0.95 + 0.82 * t)
        opened = plant.unfold(0.68 + t * 0.14)
        if opened > 0:
            side = 1 if index % 2 else -1
            data = "".join(leaf(x, y, -math.pi / 2 + side * spread, (26 - 13 * t) * opened, 5) for spread in (1.1, 0.6))
            plant.sketch.fill(plant.accent(0.2 * (index % 2)), data)


def _draw_cactus(plant: Specimen) -> None:
    dark, low, middle, light = plant.steps(plant.greens(CACTUS.skin.dark, CACTUS.skin.light, evergreen=True), 4)
    for column in reversed(CACTUS.columns):  # the arms stand behind the trunk
        birth = column.birth.start
        grown = plant.lengthen(birth, column.birth.at(1))
        if grown <= 0:
            continue
        width = column.radius * 200 * (0.6 + 0.4 * grown)
        foot = column.radius * 0.6  # its round end would stand in the ground
        line = part([flat(point.x, max(point.y, foot), point.z) for point in column.line], grown)
        path = curve(line)
        plant.sketch.stroke(dark, width, path)
        shift = (1 if plant.light.lit_from_right else -1) * width
        plant.sketch.stroke(low, width * 0.72, curve([(x + shift * 0.1, y - 1) for x, y in line]))
        for offset, tone in ((-0.3, middle), (-0.05, middle), (0.2, middle), (-0.18, light)):
            rib = [
                (x + math.copysign(offset, offset * shift) * width if shift > 0 else x + offset * width, y)
                for x, y in line
            ]
            plant.sketch.stroke(tone, width * 0.075, curve(rib), 0.9)
        spines = [(x + side * width * 0.36, y + step) for x, y in line[1:] for side in (-1, 0.1, 1) for step in (0, 12)]
        plant.sketch.markup(
            f'<path stroke="{plant.tone("#f3eed2")}" stroke-width="2" stroke-linecap="round" d="{dots(spines)}"/>'
        )
        x, y = line[-1]
        opened = plant.unfold(0.66 + birth * 0.12)
        if opened > 0:
            plant.sketch.stamp("blossom", x, y - width * 0.48, 15 * opened, plant.accent(), squash=0.7)
            plant.sketch.stamp("blossom", x, y - width * 0.52, 9 * opened, plant.accent(0.3), squash=0.7)
        if plant.season is Season.WINTER:
            plant.sketch.stamp("cap", x, y - width * 0.34, width * 0.5)


# --- ferns ---------------------------------------------------------------------------------------


def draw_fern(plant: Specimen) -> None:
    """Fronds round a crown, the inner ones upright."""
    colours = plant.steps(plant.greens(FERN.dark, mix(FERN.near, FERN.far, 0.5), evergreen=True), 5)
    fronds = []
    for index in range(plant.some(17)):
        angle = index * GOLDEN_ANGLE + plant.genome.yaw
        rise = 0.75 + 0.5 * index / 17 + plant.rng.bell() * 0.1
        length = plant.rng.uniform(0.98, 1.3) * (0.9 + 0.2 * plant.genome.habit)
        fronds.append((math.sin(angle), math.cos(angle), rise, length, FERN.birth.at(1 - index / 17)))
    for depth, across, rise, length, birth in sorted(fronds):
        size = plant.unfold(birth, 0.22)
        if size <= 0:
            continue
        tilt = (0.32 - (rise - 0.75) * 1.1) + 0.3 * depth + 0.35 * plant.droop
        turn = tilt if across > 0 else -tilt
        tone = colours[min(4, max(0, round(2 + depth * 1.8)))]
        wide = max(0.45, abs(across))
        plant.sketch.stamp(
            "frond",
            across * 5,
            -4 + depth * 3,
            length * 100 * size * (0.7 + 0.3 * wide),
            tone,
            turn=turn,
            mirror=across < 0,
        )
    curl = plant.lengthen(0.3, 0.6)
    if curl > 0 and plant.detail:
        x, y = flat(0.04, 0.42 * curl)
        young = plant.tone(mix(FERN.rib.light, FERN.far, 0.7))
        plant.sketch.stroke(young, 2.4, f"M2-4Q{coordinates(-3, y / 2, x, y)}q3-9 9-5q2 6-4 5")
    if plant.season is Season.WINTER and plant.growth > 0.3:
        plant.sketch.stamp("cap", 0, -18, 26)


# --- broad leaves --------------------------------------------------------------------------------


def draw_broadleaf(plant: Specimen) -> None:
    """Hosta or bellflower: a bowl of leaves, then spires of bells."""
    look = PLANTS.perennials[plant.genome.variant]
    colours = plant.steps(plant.greens(look.leaf.dark, look.leaf.light), 5)
    leaves = []
    for index in range(plant.some(15)):
        t = index / 15
        angle = index * GOLDEN_ANGLE + plant.genome.yaw
        rise = 0.42 + t * 0.8 - 0.15 * plant.droop
        x, y = flat(
            math.cos(angle) * math.cos(rise) * 0.5, math.sin(rise) * 0.5 + 0.05, math.sin(angle) * math.cos(rise) * 0.5
        )
        size = look.leaf_size
        length = plant.rng.uniform(size.least, size.most) * (1 - t * 0.25) * 100 * (0.9 + 0.2 * plant.genome.habit)
        leaves.append((math.sin(angle), math.cos(angle), x, y, length, PLANTS.perennial_birth.at(1 - t), t))
    leaves.sort()
    rear = [item for item in leaves if item[0] < -0.2]
    front = [item for item in leaves if item[0] >= -0.2]
    _draw_bowl(plant, rear, colours, look)
    _draw_spires(plant, colours, look)
    _draw_bowl(plant, front, colours, look)


def _draw_bowl(
    plant: Specimen,
    leaves: list[tuple[float, float, float, float, float, float, float]],
    colours: list[str],
    look: PerennialLook,
) -> None:
    stalks = ""
    for _, _, x, y, _, birth, _ in leaves:
        stalk = plant.lengthen(birth, birth + 0.12)
        if stalk > 0:
            stalks += f"M0-3Q{rounds(x * 0.3, y * 0.7, x * stalk, y * stalk)}"
    if stalks:
        plant.sketch.stroke(colours[1], 3, stalks)
    for depth, across, x, y, length, birth, t in leaves:
        size = plant.unfold(birth + 0.12)
        if size <= 0:
            continue
        turn = math.atan2(
            0.3 + 0.55 * depth - t * 0.5 + 0.4 * plant.droop,
            across if abs(across) > 0.25 else math.copysign(0.25, across),
        )
        tone = colours[min(4, max(0, round(1.4 + 1.2 * t + depth * 1.4)))]
        squash = look.breadth * 1.08 * (-1 if math.cos(turn) < 0 else 1)
        plant.sketch.stamp("broad", x, y, length * size * (0.72 + 0.28 * abs(across)), tone, turn=turn, squash=squash)


def _draw_spires(plant: Specimen, colours: list[str], look: PerennialLook) -> None:
    for index in range(look.spires):
        angle = index * 2.1 + plant.genome.yaw
        height = look.spire_height - index * 0.36 / look.spires
        foot, top = (
            flat(0, 0.1),
            flat(math.cos(angle) * 0.22, height * (1 - 0.15 * plant.droop), math.sin(angle) * 0.1),
        )
        grown = plant.lengthen(0.5, 0.66)
        if grown <= 0:
            continue
        plant.sketch.stroke(
            colours[2], 2.8, curve(part([foot, (foot[0] * 0.4 + top[0] * 0.3, top[1] * 0.5), top], grown))
        )
        opened = plant.unfold(0.6 + 0.03 * index, 0.17)
        if opened > 0:
            x, y = foot[0] + (top[0] - foot[0]) * 0.5, foot[1] + (top[1] - foot[1]) * 0.5
            lean = math.atan2(top[0] - foot[0], foot[1] - top[1])
            length = math.hypot(top[0] - foot[0], top[1] - foot[1]) * 0.54
            plant.sketch.stamp(
                "spire",
                x,
                y,
                length * (0.6 + 0.4 * opened),
                plant.accent(0.1 * (index % 3)),
                turn=lean,
                squash=1 / (0.6 + 0.4 * opened),
            )
