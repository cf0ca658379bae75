"""Flower heads and clumps of blossom: symbols that take the blossom colour of the plant that bears them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from garden.engine.genome import Rng
from garden.looks import PLANTS
from garden.svg.draw import Point, dots, fraction, leaf, rounds
from garden.svg.stamps.shapes import GOLDEN_ANGLE, filled, lined, moved, polar

if TYPE_CHECKING:
    from collections.abc import Callable

    from garden.svg.light import Light


def blossom_clump(seed: int, lobes: int, florets: int, size: float) -> Callable[[Light], str]:
    """A ball of little flowers: cherry boughs and the heads of hydrangeas."""

    def draw(light: Light) -> str:
        rng = Rng(seed)
        rows: tuple[list[Point], list[Point], list[Point]] = ([], [], [])
        for index in range(florets):
            x, y = polar(index * GOLDEN_ANGLE, 84 * math.sqrt((index + 0.5) / florets))
            lit = (-x * 0.5 - y * 0.85) / 88 + rng.bell() * 0.3
            if lit > 0.05:
                rows[0].extend(
                    polar(index + petal * math.pi / 2, size * 0.42, (round(x), round(y))) for petal in range(4)
                )
                rows[2].append((round(x), round(y)))
            elif lit < -0.2:
                rows[1].append((round(x), round(y)))
        sunny, dark, hearts = ("".join(f"M{rounds(*point)}h.1" for point in row) for row in rows)
        return (
            filled(scalloped_outline(rng, lobes, 92, 0.07))
            + filled(scalloped_outline(rng, lobes - 3, 66, 0.09, (-14, -18)), "#fff", 0.2)
            + f'<g stroke-linecap="round"><path stroke="{light.shadow}" stroke-width="{fraction(size * 1.5)}" '
            f'opacity=".12" d="{dark}"/>'
            f'<path stroke="#fff" stroke-width="{fraction(size * 0.8)}" opacity=".5" d="{sunny}"/>'
            f'<path stroke="{light.lit("#c2527e")}" stroke-width="{fraction(size * 0.34)}" opacity=".5" '
            f'd="{hearts}"/></g>'
        )

    return draw


def scalloped_outline(rng: Rng, lobes: int, radius: float, reach: float, centre: Point = (0, 0)) -> str:
    """A ball whose edge is round, like petals."""
    step = math.tau / lobes
    start = rng.uniform(0, step)
    data = f"M{rounds(*polar(start, radius, centre))}"
    for index in range(lobes):
        angle = start + index * step
        swell = radius * (1 + reach * rng.uniform(1.2, 2.2))
        data += (
            f"C{rounds(*polar(angle + step * 0.1, swell, centre), *polar(angle + step * 0.9, swell, centre))}"
            f" {rounds(*polar(angle + step, radius, centre))}"
        )
    return data + "z"


def daisy(light: Light) -> str:
    rng = Rng(5)
    petals, back, creases = "", "", ""
    for index in range(10):
        angle = index / 10 * math.tau
        petals += round_petal(angle, rng.uniform(92, 104), 19)
        back += round_petal(angle + 0.28, rng.uniform(84, 94), 17)
        creases += f"M{rounds(*polar(angle, 34))}L{rounds(*polar(angle, 72))}"
    gold, amber = light.lit(PLANTS.flower.daisy_disc), light.lit("#d98a1e")
    return (
        filled(back)
        + filled(back, light.shadow, 0.2)
        + filled(petals)
        + lined(creases, light.shadow, 2.5, 0.14)
        + f'<circle r="38" fill="{light.shadow}" opacity=".14"/><circle r="27" fill="{amber}"/><circle cx="-3" '
        f'cy="-4" r="22" fill="{gold}"/>'
    )


def round_petal(angle: float, length: float, width: float) -> str:
    """A petal from the middle of the flower, broadest towards its end."""
    (x, y), (mx, my), tip = polar(angle, 14), polar(angle, length * 0.7), polar(angle, length)
    sx, sy = -math.sin(angle) * width, math.cos(angle) * width
    out = rounds(x + sx * 0.6, y + sy * 0.6, mx + sx * 1.5, my + sy * 1.5, *tip)
    back = rounds(mx - sx * 1.5, my - sy * 1.5, x - sx * 0.6, y - sy * 0.6, x, y)
    return f"M{rounds(x, y)}C{out}C{back}"


def tulip(light: Light) -> str:
    """A cup from its stalk (0, 0) upwards."""
    return (
        filled("M-30-30C-34-70-20-96-10-110C2-96 8-84 8-60C10-84 16-98 26-108C36-92 38-66 30-30z")
        + filled("M-30-30C-34-70-20-96-10-110C2-96 8-84 8-60C10-84 16-98 26-108C36-92 38-66 30-30z", light.shadow, 0.26)
        + filled("M0 2C-44 2-52-40-44-96C-22-84-6-52 0 2z")
        + filled("M0 2C44 2 52-40 46-94C22-82 6-52 0 2z")
        + filled("M0 2C44 2 52-40 46-94C22-82 6-52 0 2z", light.shadow, 0.16)
        + filled("M0 4C-34-4-32-60-1-92C32-60 34-4 0 4z")
        + filled("M0 4C-34-4-32-60-1-92C-12-50-10-20 0 4z", light.highlight, 0.32)
        + filled("M-40-80C-44-40-38-14-22-2C-38-24-40-50-40-80z", light.highlight, 0.3)
    )


def sunflower(light: Light) -> str:
    rng = Rng(9)
    back, front, creases = "", "", ""
    for index in range(18):
        angle = index / 18 * math.tau
        back += leaf(*polar(angle + 0.17, 40), angle + 0.17, rng.uniform(54, 62), 15)
        front += leaf(*polar(angle, 36), angle + rng.bell() * 0.08, rng.uniform(56, 66), 14)
        creases += f"M{rounds(*polar(angle, 46))}L{rounds(*polar(angle, 80))}"
    disc_of = PLANTS.flower.sunflower_disc
    rim = light.lit(disc_of.dark)
    seeds = [polar(index * GOLDEN_ANGLE, 40 * math.sqrt((index + 0.5) / 46)) for index in range(46)]
    return (
        filled(back, light.lit("#ee8a1c"))
        + filled(front)
        + lined(creases, light.lit("#d9770f"), 2.5, 0.5)
        + f'<circle r="47" fill="{rim}"/>'
        + f'<circle cx="-3" cy="-4" r="40" fill="{light.lit(disc_of.light)}"/>'
        + f'<path stroke="{light.lit("#a5692c")}" stroke-width="4.5" stroke-linecap="round" d="{dots(seeds)}"/>'
        + f'<circle r="15" fill="{rim}" opacity=".6"/>'
    )


def allium(light: Light) -> str:
    """A globe of small stars."""
    dark, sunny, centres = "", "", []
    for index in range(20):
        x, y = polar(index * GOLDEN_ANGLE, 82 * math.sqrt((index + 0.5) / 20))
        star = "".join(leaf(x, y, index + ray * math.tau / 5, 31, 9) for ray in range(5))
        if -x * 0.5 - y > 8:
            sunny += star
            centres.append((x, y))
        elif -x * 0.5 - y < -22:
            dark += star
    rays = "".join(leaf(*polar(index / 22 * math.tau, 80), index / 22 * math.tau, 26, 10) for index in range(22))
    return (
        filled(rays)
        + '<circle r="88"/>'
        + f'<circle cx="8" cy="12" r="86" fill="{light.shadow}" opacity=".16"/>'
        + '<circle cx="-18" cy="-24" r="56" fill="#fff" opacity=".1"/>'
        + filled(dark, light.shadow, 0.3)
        + filled(sunny, "#fff", 0.4)
        + f'<path stroke="#fff" stroke-width="7" stroke-linecap="round" opacity=".6" d="{dots(centres)}"/>'
    )


def blossom(light: Light) -> str:
    """Five round petals and a yellow heart."""
    petals = "".join(round_petal(-math.pi / 2 + index * math.tau / 5, 100, 37) for index in range(5))
    lights = ""
    for index in range(5):
        angle = -math.pi / 2 + index * math.tau / 5
        lights += f"M{rounds(*polar(angle, 40))}L{rounds(*polar(angle, 76))}"
    return (
        filled(petals)
        + f'<circle r="46" fill="{light.shadow}" opacity=".15"/>'
        + lined(lights, "#fff", 9, 0.45)
        + f'<circle r="20" fill="{light.lit("#ffd75e")}"/>'
    )


def rose(light: Light) -> str:
    """A camellia: three whorls of petals."""
    out = []
    for count, reach, size, opacity in ((7, 56, 44, 0.0), (6, 36, 36, 0.2), (5, 17, 26, 0.24)):
        petals = "".join(disc(polar(index / count * math.tau + reach, reach), size) for index in range(count))
        out.append(filled(petals) if not opacity else filled(petals, "#fff", opacity))
        if not opacity:
            edge = "".join(
                disc((x + 3, y + 6), size * 0.5)
                for x, y in (polar(index / count * math.tau + reach, reach * 0.72) for index in range(count))
            )
            out.append(filled(edge, light.shadow, 0.12))
    return "".join(out) + f'<circle r="11" fill="{light.shadow}" opacity=".25"/>'


def disc(centre: Point, radius: float) -> str:
    return (
        f"M{rounds(centre[0] - radius, centre[1])}a{rounds(radius, radius)} 0 1 0 {rounds(2 * radius)} "
        f"0a{rounds(radius, radius)} 0 1 0{rounds(-2 * radius)} 0"
    )


def spike(light: Light) -> str:
    """Lavender, from its lowest whorl (0, 0) up to -100."""
    body, sunny, dark = "", "", ""
    for level in range(7):
        y, width = -level * 15, 19 * (1 - level / 9)
        for side in (-1, 1):
            body += leaf(0, y, -math.pi / 2 + side * 0.85, width * 1.15, 7)
        body += leaf(0, y + 2, -math.pi / 2, 21, 8)
        sunny += leaf(-1, y, -math.pi / 2 - 0.85, width, 4)
        dark += leaf(2, y + 2, -math.pi / 2 + 0.9, width * 0.9, 4)
    return filled(body) + filled(dark, light.shadow, 0.3) + filled(sunny, "#fff", 0.38)


# A hanging bell from its stalk (0, 0) downwards: the whole of it, its dark side, its light.
BELL = (
    "M0 0C-36 8-30 52-50 84C-30 78-26 96-14 82C-6 100 8 100 14 82C26 96 32 78 50 84C30 52 36 8 0 0z",
    "M6 0C36 8 30 52 50 84C32 78 26 96 14 82C22 50 20 20 6 0z",
    "M-8 4C-30 14-26 50-40 76C-26 66-16 36-8 4z",
)


def spire(light: Light) -> str:
    """Bells on both sides of a stalk that ends at (0, -100); the lowest are the largest."""
    parts = []
    for outline in BELL:
        bells = ""
        for index in range(10):
            t = index / 10
            side, size = (1 if index % 2 else -1), 0.36 - 0.2 * t
            bells += moved(outline, side * 5, -96 * t - 4, turn=math.radians(-side * 32), scale=size)
        parts.append(bells)
    whole, dark, sunny = parts
    return filled(whole) + filled(dark, light.shadow, 0.2) + filled(sunny, "#fff", 0.42)


def raceme(light: Light) -> str:
    """Wisteria: a hanging cone of petals, 100 long."""
    rng = Rng(31)
    body, sunny, dark = "", "", ""
    for index in range(34):
        along = index / 34
        width = 30 * (1 - along * 0.86)
        x, y = math.sin(index * GOLDEN_ANGLE) * width, along * 100
        petal = leaf(x, y - 6, math.pi / 2 + rng.bell() * 0.9, 19 - 7 * along, 9 - 3 * along)
        body += petal
        if x < -width * 0.2 or index % 5 == 0:
            sunny += leaf(x, y - 4, math.pi / 2 + rng.bell() * 0.7, 13, 5)
        elif x > width * 0.4:
            dark += petal
    return filled(body) + filled(dark, light.shadow, 0.22) + filled(sunny, "#fff", 0.42)


def posy(light: Light) -> str:
    """Three or four meadow flowers standing about."""
    out = ""
    for x, y, size in ((-80, -26, 12), (-22, -46, 10), (34, -30, 13), (78, -40, 9)):
        out += "".join(leaf(x, y, -math.pi / 2 + petal * math.tau / 5, size, size * 0.5) for petal in range(5))
    hearts = dots([(-80, -26), (-22, -46), (34, -30), (78, -40)])
    return filled(out) + f'<path stroke="{light.lit("#ffc94a")}" stroke-width="7" d="{hearts}"/>'
