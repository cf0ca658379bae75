"""Leaves: clumps for crowns, single ones for rosettes, and the grass of the meadow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from garden.engine.genome import Rng
from garden.looks import PLANTS
from garden.svg.draw import Point, curve, half_leaf, leaf, rounds
from garden.svg.stamps.shapes import GOLDEN_ANGLE, filled, lined, polar

if TYPE_CHECKING:
    from collections.abc import Callable

    from garden.svg.light import Light


def leafy_outline(rng: Rng, tips: int, radius: float, reach: float, centre: Point = (0, 0)) -> str:
    """A ball whose edge is leaf tips."""
    step = math.tau / tips
    start = rng.uniform(0, step)
    data = f"M{rounds(*polar(start, radius, centre))}"
    for index in range(tips):
        angle = start + index * step
        tip = polar(angle + step * rng.uniform(0.45, 0.85), radius * (1 + reach * rng.uniform(0.55, 1.2)), centre)
        valley = polar(angle + step, radius * rng.uniform(0.95, 1.03), centre)
        out, back = (
            polar(angle + step * 0.15, radius * (1 + reach * 0.75), centre),
            polar(angle + step * 1.02, radius * 1.05, centre),
        )
        data += f"Q{rounds(*out, *tip)}Q{rounds(*back, *valley)}"
    return data + "z"


def clump(seed: int, tips: int, leaf_length: float, leaf_width: float, leaves: int) -> Callable[[Light], str]:
    """A ball of leaves lit from the upper left: a dark edge below, two lighter shells, single leaves on top."""

    def draw(light: Light) -> str:
        rng = Rng(seed)
        out = [filled(leafy_outline(rng, tips, 92, leaf_length / 190))]
        dark: list[str] = []
        sunny: list[str] = []
        bright: list[str] = []
        for index in range(leaves):
            radius = 96 * math.sqrt((index + 0.5) / leaves)
            x, y = polar(index * GOLDEN_ANGLE + seed, radius)
            lit = (-x * 0.55 - y * 0.85) / 96 + rng.bell() * 0.28
            angle = math.atan2(y + 22, x) + rng.bell() * 0.7
            shape = leaf(x * 0.8, y * 0.8, angle, leaf_length * rng.uniform(0.8, 1.15), leaf_width, 0.12 * rng.bell())
            (bright if lit > 0.55 else sunny if lit > 0.12 else dark if lit < -0.18 else []).append(shape)
        out.append(filled(leafy_outline(rng, tips - 2, 70, leaf_length / 160, (-13, -17)), light.highlight, 0.13))
        out.append(filled("".join(dark), light.shadow, 0.24))
        out.append(filled(leafy_outline(rng, tips - 4, 44, leaf_length / 110, (-24, -32)), light.highlight, 0.12))
        out.append(filled("".join(sunny), light.highlight, 0.2))
        out.append(filled("".join(bright), light.highlight, 0.34))
        return "".join(out)

    return draw


def twigs(light: Light) -> str:
    """A winter bough: fine branches fanning upwards from the middle. A symbol of lines: the stamp gives the stroke."""
    rng = Rng(77)
    thick, thin = "", ""
    frost = ""
    for index in range(6):
        angle = -math.pi / 2 + (index - 2.5) * 0.5 + rng.bell() * 0.1
        length = rng.uniform(92, 120)
        end, bow = polar(angle, length, (0, 34)), polar(angle - 0.2, length * 0.55, (0, 34))
        thick += f"M0 34Q{rounds(*bow, *end)}"
        for index_of_fork, fork in enumerate((0.42, 0.58, 0.72, 0.86)):
            u = 1 - fork
            root = (
                2 * u * fork * bow[0] + fork * fork * end[0],
                u * u * 34 + 2 * u * fork * bow[1] + fork * fork * end[1],
            )
            side = 1 if (index + index_of_fork) % 2 else -1
            length_of_twig = length * (0.52 - fork * 0.36)
            tip = polar(angle + side * rng.uniform(0.4, 0.65), length_of_twig, root)
            twig = f"M{rounds(*root)}L{rounds(*tip)}"
            thin += twig
            frost += twig if side > 0 else ""
    snow = light.lit("#fbfdff")
    return (
        f'<g fill="none"><path stroke-width="4.4" d="{thick}"/><path stroke-width="2.4" d="{thin}"/>'
        f'<path stroke="{snow}" stroke-width="2.2" opacity=".85" transform="translate(-1-2)" d="{frost}{thick}"/></g>'
    )


def broad_leaf(light: Light) -> str:
    """A hosta's leaf from its stalk (0, 0) to the right, veined."""
    veins = "".join(
        f"M{rounds(10 + k * 13, 0)}Q{rounds(30 + k * 12, s * 12, 44 + k * 9.5, s * (30 - k * 3.5))}"
        for k in range(5)
        for s in (-1, 1)
    )
    return (
        filled("M0 0C14-46 62-44 100 0C62 44 14 46 0 0z")
        + filled("M0 0C14-46 62-44 100 0C62-8 30-6 0 0z", light.highlight, 0.3)
        + filled("M0 0C14 46 62 44 100 0C62 10 30 8 0 0z", light.shadow, 0.16)
        + lined("M0 0Q50-6 100 0" + veins, light.highlight, 1.6, 0.4)
    )


def sword(light: Light) -> str:
    """An agave's leaf to the right: thick, channelled, with a pale edge."""
    return (
        filled("M0 12C30 22 66 14 102-6C66-18 30-22 0-12z")
        + filled("M0-12C30-22 66-18 102-6C64-6 30-6 0 0z", light.highlight, 0.34)
        + filled("M0 12C30 22 66 14 102-6C66 4 32 8 0 4z", light.shadow, 0.22)
        + lined("M0-12C30-22 66-18 102-6M0 12C30 22 66 14 102-6", light.lit("#eef0b8"), 1.8, 0.6)
    )


def scale_leaf(light: Light) -> str:
    """An echeveria's leaf to the right: a fleshy spoon with a point, rosy at its edge."""
    outline = "M0-9C30-18 52-40 78-32C92-26 98-10 108 0C98 10 92 26 78 32C52 40 30 18 0 9z"
    return (
        filled(outline)
        + filled("M0-9C30-18 52-40 78-32C92-26 98-10 108 0C70-6 34-4 0 0z", light.highlight, 0.3)
        + filled("M0 9C30 18 52 40 78 32C92 26 98 10 108 0C74 12 34 8 0 4z", light.shadow, 0.18)
        + lined("M66-36C92-30 98-10 108 0C98 10 92 30 66 36", light.lit(PLANTS.echeveria.outer.light), 4.5, 0.75)
    )


def frond(light: Light) -> str:
    """A fern's frond arching to the right from (0, 0), about 100 long."""
    dark, sunny, spine = "", "", [(0.0, 0.0)]
    elevation = 1.25
    x = y = 0.0
    steps = 15
    for index in range(1, steps + 1):
        along = index / steps
        slope = elevation - along * along * 1.55
        x, y = x + math.cos(slope) * 100 / steps, y - math.sin(slope) * 100 / steps
        spine.append((x, y))
        if index == 1:
            continue
        width = 30 * math.sin(math.pi * along**0.72) + 4
        dark += leaf(x, y, -slope + 1.05, width, 4.2, 0.12)
        sunny += leaf(x, y, -slope - 1.0, width * 0.92, 4.2, -0.12)
    sunny += leaf(x, y, -slope, 9, 3)
    return (
        filled(dark)
        + filled(dark, light.shadow, 0.2)
        + filled(sunny)
        + filled(sunny, light.highlight, 0.24)
        + lined(curve(spine), light.highlight, 1.8, 0.45)
    )


def tier(light: Light) -> str:
    """One skirt of a conifer: from its top (0, 0), tips hanging to ±100."""
    rng = Rng(3)
    tips = 9
    lower: list[Point] = []
    for index in range(tips):
        share = index / (tips - 1) * 2 - 1
        x = share * 100
        droop = 40 - 20 * share * share + rng.bell() * 5
        lower.append((x, droop + (0 if index % 2 else 5)))
        if index < tips - 1:
            between = share + 1 / (tips - 1)
            lower.append((between * 92, 18 - 8 * between * between))
    lower.reverse()
    body = (
        f"M0-26Q{rounds(50, -6)} {rounds(*lower[0])}"
        + "".join(f"L{rounds(*point)}" for point in lower[1:])
        + "Q-50-6 0-26z"
    )
    rays = "".join(f"M{rounds(x * 0.25, -8)}L{rounds(x * 0.86, y * 0.8)}" for x, y in lower[::2])
    lights = "".join(
        half_leaf(x * 0.3, -6, math.atan2(y + 6, x * 0.7), math.hypot(x * 0.68, y + 4), -11)
        for x, y in lower[::2]
        if x < 45
    )
    return (
        filled(body)
        + filled(
            f"M0-26Q50-6 {rounds(*lower[0])}" + "".join(f"L{rounds(*p)}" for p in lower[1:9]) + "z", light.shadow, 0.26
        )
        + filled(lights, light.highlight, 0.2)
        + lined(rays, light.shadow, 2, 0.26)
    )


def snowy_tier(light: Light) -> str:
    snow = light.lit("#f8fbff")
    return (
        tier(light)
        + filled(
            "M0-28Q-50-8-96 16C-80 16-74 26-62 20C-50 18-48 34-34 26C-22 22-20 36-6 28C8 22 12 34 24 24C38 18 "
            "44 28 54 16C64 10 78 18 88 10Q44-10 0-28z",
            snow,
            0.94,
        )
        + filled("M10-24Q50-6 88 10C78 18 64 10 54 16C44 10 24 0 10-24z", light.lit("#b9cce8"), 0.6)
    )


def tuft(seed: int, blades: int, spread: float) -> Callable[[Light], str]:
    """Grass: curved blades from (0, 0), some of them lit."""

    def draw(light: Light) -> str:
        rng = Rng(seed)
        body, sunny = "", ""
        for index in range(blades):
            lean = (index - (blades - 1) / 2) / blades * 2
            x, height = lean * spread * 0.5, rng.uniform(62, 104) * (1 - 0.35 * abs(lean))
            tip = (x + lean * spread * rng.uniform(0.7, 1.2), -height)
            blade = (
                f"M{rounds(x - 6, 4)}Q{rounds(x + lean * 8, -height * 0.6, *tip)}"
                f"Q{rounds(x + lean * 14 + 6, -height * 0.5, x + 7, 4)}"
            )
            body += blade
            if index % 3 == 1:
                sunny += blade
        return filled(body) + filled(sunny, light.highlight, 0.26)

    return draw


def sward(seed: int) -> Callable[[Light], str]:
    """A patch of meadow, some two hundred wide: blades in small groups, the rear ones darker."""

    def draw(light: Light) -> str:
        rng = Rng(seed)
        groups = sorted((rng.uniform(-34, 34), rng.uniform(-112, 112)) for _ in range(15))
        body, sunny = "", ""
        for y, x in groups:
            height = rng.uniform(13, 24)
            for blade in range(3):
                lean = (blade - 1) * rng.uniform(4, 9) + 2 * rng.bell()
                foot = x + (blade - 1) * 3
                tall = height * (1 - 0.2 * abs(blade - 1))
                rise = rounds(0, -height * 0.6, lean + 1, -tall)
                fall = rounds(1 - lean * 0.5, height * 0.5, 3 - lean, height)
                shape = f"M{rounds(foot - 2, y)}q{rise}q{fall}"
                body += shape
                if blade == 1:
                    sunny += shape
        return filled(body) + filled(sunny, light.highlight, 0.3)

    return draw


def lily(light: Light) -> str:
    return filled(
        "M0 0L92-16C80-34 30-42-20-38C-70-34-100-16-98 2C-94 26-40 38 10 36C60 34 98 20 98 2z", light.lit("#4f9a5a")
    ) + filled("M0 0L-60-28C-90-18-100-8-98 2C-96 12-90 18-80 24z", light.lit("#8fcb74"), 0.7)
