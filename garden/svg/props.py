"""What dresses the garden besides its plants: boxes as the camera sees them, and round things."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from garden.engine.dressing import Occupant, Prop, dressing
from garden.looks import PROPS
from garden.svg.colour import mix
from garden.svg.draw import Point, Sketch, coordinates, crisp, number, polygon
from garden.vocabulary import PropKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from garden.svg.island import Island
    from garden.svg.painter import DrawnPlant

Place = tuple[float, float, float]

LIT = 0.3  # of the lamps' strength: from here on lanterns shine
UNLIT_GLASS = "#c9a56a"
GLOW = 0.3  # metres: a lantern's
LANTERN_SCALE = 0.72
NEARER = {PropKind.CAT: 0.01, PropKind.CANE: -0.1}  # metres: painted on the bench; behind leaves and blossom
TIES = (0.45, 0.8)  # of a cane's height
# The five sides that can be seen: their outward normals, and how much paler the light makes them.
SIDES: tuple[tuple[Place, float], ...] = (
    ((0, 1, 0), 0.18),
    ((1, 0, 0), 0.0),
    ((-1, 0, 0), 0.0),
    ((0, 0, 1), 0.0),
    ((0, 0, -1), 0.0),
)
CORNERS = ((-1, -1), (1, -1), (1, 1), (-1, 1))


def draw_props(island: Island, noted: Sketch, plants: Iterable[DrawnPlant]) -> list[tuple[float, str]]:
    """Everything but the water lilies as (z, drawing), to be sorted among the plants."""
    occupants = [_occupant(plant) for plant in plants]
    things = [prop for prop in dressing(island.terrain, occupants) if prop.kind is not PropKind.LILY]
    return [(prop.z + NEARER.get(prop.kind, 0.0), _Thing(prop, island, noted).drawn()) for prop in things]


def _occupant(plant: DrawnPlant) -> Occupant:
    genome, helped = plant.genome, plant.assisted_share
    return Occupant(genome.variant, plant.x, plant.z, plant.growth, plant.vitality, helped, plant.featured)


class _Thing:
    """One thing in one picture."""

    def __init__(self, prop: Prop, island: Island, noted: Sketch) -> None:
        self.prop, self.island, self.light, self.camera = prop, island, island.light, island.camera
        self.sketch = Sketch(island.prefix, noted.symbols)
        self.ground = island.terrain.height(prop.x, prop.z) + prop.lift
        self.cos, self.sin = math.cos(prop.yaw), math.sin(prop.yaw)
        self.depth = island.depth(prop.z)
        self._faces: list[tuple[float, str, list[Point]]] = []

    def drawn(self) -> str:
        """The thing as a group that no pointer meets: it hides no plant from the hand."""
        DRAWERS[self.prop.kind](self)
        return f'<g class="prop" pointer-events="none">{self.sketch}</g>'

    # --- what things are made of ---

    def at(self, x: float, y: float, z: float) -> Place:
        """A point of the thing, in metres of the garden."""
        size = self.prop.scale
        return (
            self.prop.x + (x * self.cos + z * self.sin) * size,
            self.ground + y * size,
            self.prop.z + (z * self.cos - x * self.sin) * size,
        )

    def box(self, middle: Place, size: Place, colour: str) -> None:
        """A box, seen from the camera; the sides appear when `finish` is called."""
        lit = self.light.lit(colour, self.depth)
        for normal, pale in SIDES:
            nx, ny, nz = normal
            face = self.at(*(m + n * s / 2 for m, n, s in zip(middle, normal, size, strict=True)))
            out_x, out_z = nx * self.cos + nz * self.sin, nz * self.cos - nx * self.sin
            view = [eye - part for eye, part in zip(self.camera.position, face, strict=True)]
            if out_x * view[0] + ny * view[1] + out_z * view[2] <= 0:
                continue
            u, v = ((1, 0, 0), (0, 0, 1)) if ny else ((0, 1, 0), (abs(nz), 0, abs(nx)))
            corners = [
                self.at(
                    *(m + (n + a * p + b * q) * s / 2 for m, n, p, q, s in zip(middle, normal, u, v, size, strict=True))
                )
                for a, b in CORNERS
            ]
            away = max(0.0, -out_x if self.light.lit_from_right else out_x)
            dark = 0.12 + 0.2 * away + (0.06 if nx else 0.0)
            tone = mix(lit, "#ffffff", pale) if ny else mix(lit, self.light.shadow, round(dark, 2))
            points = [crisp(self.camera.point(*corner)) for corner in corners]
            self._faces.append((math.dist(self.camera.position, face), tone, points))

    def finish(self) -> None:
        """Paints the boxes' sides, the furthest first."""
        for _, tone, points in sorted(self._faces, key=lambda face: -face[0]):
            self.sketch.fill(tone, polygon(points))
        self._faces.clear()

    def ellipse(self, place: Place, across: float, up: float, colour: str) -> None:
        """Something round."""
        shot = self.camera.see(*self.at(*place))
        size = shot.scale * self.prop.scale
        self.sketch.markup(
            f'<ellipse cx="{number(shot.x)}" cy="{number(shot.y)}" rx="{number(across * size)}" '
            f'ry="{number(up * size)}" fill="{self.light.lit(colour, self.depth)}"/>'
        )

    def shadow(self, radius: float) -> None:
        """What it throws on the ground."""
        shot = self.camera.see(self.prop.x, self.ground, self.prop.z)
        self.sketch.stamp("shadow", shot.x, shot.y, radius * shot.scale, squash=0.3)

    def flat(self, points: Iterable[Point], colour: str) -> None:
        """A flat shape that faces the visitor: metres to the right of the foot and above it."""
        shot = self.camera.see(self.prop.x, self.ground, self.prop.z)
        size = shot.scale * self.prop.scale
        outline = [crisp((shot.x + x * size, shot.y - y * size)) for x, y in points]
        self.sketch.fill(self.light.lit(colour, self.depth), polygon(outline))


def _table(thing: _Thing) -> None:
    thing.shadow(0.8)
    thing.box((0, 0.74, 0), (1.15, 0.05, 0.5), PROPS.wood.light)
    thing.box((0, 0.98, -0.235), (1.15, 0.34, 0.035), PROPS.wood.dark)
    thing.box((0, 1.16, -0.2), (1.15, 0.03, 0.13), PROPS.wood.light)
    thing.box((0, 0.22, 0), (1.05, 0.035, 0.42), PROPS.wood.dark)
    for x in (-0.52, 0.52):
        for z in (-0.2, 0.2):
            thing.box((x, 0.36, z), (0.06, 0.72, 0.06), PROPS.wood.dark)
    for x, size in ((-0.36, 0.2), (-0.08, 0.16), (0.14, 0.16), (0.38, 0.2)):
        thing.box((x, 0.765 + size / 2, 0.03), (size * 0.8, size, size * 0.8), PROPS.clay.light)
    for x in (-0.4, -0.2):
        thing.box((x, 1.24, -0.2), (0.12, 0.13, 0.1), PROPS.clay.light)
    thing.finish()


def _bench(thing: _Thing) -> None:
    thing.shadow(0.85)
    for z in (-0.14, 0.0, 0.14):
        thing.box((0, 0.44, z), (1.25, 0.035, 0.12), PROPS.paint.light)
    for y in (0.62, 0.78):
        thing.box((0, y, -0.25), (1.25, 0.11, 0.03), PROPS.paint.light)
    for x in (-0.54, 0.54):
        thing.box((x, 0.22, 0.16), (0.06, 0.44, 0.06), PROPS.paint.dark)
        thing.box((x, 0.43, -0.22), (0.06, 0.86, 0.06), PROPS.paint.dark)
        thing.box((x, 0.6, -0.02), (0.06, 0.035, 0.44), PROPS.paint.light)
    thing.finish()


def _lantern(thing: _Thing) -> None:
    shines = thing.light.lamps > LIT
    size = LANTERN_SCALE
    thing.box((0, 0.28 * size, 0), (0.05 * size, 0.56 * size, 0.05 * size), PROPS.iron)
    thing.box((0, 0.565 * size, 0), (0.17 * size, 0.025 * size, 0.17 * size), PROPS.iron)
    thing.box((0, 0.66 * size, 0), (0.11 * size, 0.16 * size, 0.11 * size), PROPS.glow if shines else UNLIT_GLASS)
    thing.box((0, 0.77 * size, 0), (0.17 * size, 0.06 * size, 0.17 * size), PROPS.iron)
    thing.finish()
    if shines:
        shot = thing.camera.see(*thing.at(0, 0.66 * size, 0.06))
        thing.sketch.stamp("lamp", shot.x, shot.y, GLOW * shot.scale)


def _can(thing: _Thing) -> None:
    thing.shadow(0.22)
    thing.flat(((0.1, 0.05), (0.3, 0.29), (0.33, 0.27), (0.14, 0.02)), PROPS.tin.dark)
    thing.flat(((-0.13, 0), (-0.13, 0.22), (0.13, 0.22), (0.13, 0)), PROPS.tin.light)
    thing.flat(((-0.12, 0.2), (-0.2, 0.27), (-0.08, 0.33), (0.08, 0.24), (-0.07, 0.29), (-0.15, 0.25)), PROPS.tin.dark)
    thing.ellipse((0, 0.22, 0), 0.13, 0.04, PROPS.tin.dark)


def _pot(thing: _Thing) -> None:
    thing.shadow(0.24)
    thing.flat(((-0.15, 0.26), (0.15, 0.26), (0.11, 0), (-0.11, 0)), PROPS.clay.light)
    thing.flat(((-0.17, 0.31), (0.17, 0.31), (0.17, 0.24), (-0.17, 0.24)), mix(PROPS.clay.light, "#ffffff", 0.14))
    for index in range(9):
        angle = math.pi / 2 + (index - 4) * 0.28
        tip, side = (math.cos(angle) * 0.27, 0.3 + math.sin(angle) * 0.24), 0.025
        thing.flat(((-side, 0.3), tip, (side, 0.3)), PROPS.leaf.dark)
    for index in range(6):
        angle = math.pi / 2 + (index - 2.5) * 0.5
        x, y = math.cos(angle) * 0.24, 0.32 + math.sin(angle) * (0.2 + 0.06 * (index % 2))
        _flower(thing, x, y)


def _flower(thing: _Thing, x: float, y: float) -> None:
    shot = thing.camera.see(thing.prop.x, thing.ground, thing.prop.z)
    size = shot.scale * thing.prop.scale
    colour = thing.light.lit(thing.prop.color or PROPS.lily, thing.depth)
    thing.sketch.stamp("blossom", shot.x + x * size, shot.y - y * size, 0.075 * size, colour)


def _hedge(thing: _Thing) -> None:
    shot = thing.camera.see(*thing.at(0, 0.24, 0))
    tone = mix(PROPS.hedge.dark, PROPS.hedge.light, 0.45)
    thing.sketch.stamp("fine", shot.x, shot.y, 0.32 * thing.prop.scale * shot.scale, thing.light.lit(tone, thing.depth))


def _cat(thing: _Thing) -> None:
    fur, pale = PROPS.fur.light, mix(PROPS.fur.light, PROPS.muzzle, 0.3)
    thing.shadow(0.3)
    thing.ellipse((0, 0.1, 0), 0.21, 0.11, fur)
    thing.ellipse((-0.07, 0.12, 0), 0.11, 0.09, pale)
    thing.ellipse((0.14, 0.1, 0.1), 0.085, 0.075, pale)
    thing.ellipse((0.15, 0.085, 0.12), 0.04, 0.03, PROPS.muzzle)
    head = thing.camera.see(*thing.at(0.14, 0.1, 0.1))
    size = head.scale * thing.prop.scale
    for side in (-1, 1):
        ear = ((0.07, 0.03), (0.065, 0.12), (0.015, 0.07))
        outline = [crisp((head.x + side * x * size, head.y - y * size)) for x, y in ear]
        thing.sketch.fill(thing.light.lit(PROPS.fur.dark, thing.depth), polygon(outline))


def _cane(thing: _Thing) -> None:
    """Its height is its scale, its thickness is not."""
    foot, top = thing.camera.see(*thing.at(0, 0, 0)), thing.camera.see(*thing.at(0.03, 1, 0))
    lit = thing.light.lit(PROPS.cane.light, thing.depth)
    thing.sketch.stroke(lit, 0.03 * foot.scale, f"M{coordinates(foot.x, foot.y)}L{coordinates(top.x, top.y)}")
    ties = ""
    for share in TIES:
        x, y = foot.x + (top.x - foot.x) * share, foot.y + (top.y - foot.y) * share
        ties += f"M{coordinates(x - 0.1 * foot.scale, y + 0.02 * foot.scale)}L{coordinates(x + 0.02 * foot.scale, y)}"
    thing.sketch.stroke(thing.light.lit(PROPS.tie, thing.depth), 0.035 * foot.scale, ties)


def _bed(thing: _Thing) -> None:
    thing.shadow(0.8)
    thing.ellipse((0, 0.03, 0), 0.55, 0.17, PROPS.soil.dark)
    thing.ellipse((0, 0.08, 0), 0.42, 0.11, PROPS.soil.light)
    thing.box((0.3, 0.2, 0.1), (0.025, 0.5, 0.02), PROPS.grey_wood)
    thing.box((0.3, 0.42, 0.12), (0.2, 0.13, 0.015), PROPS.wood.light)
    thing.box((-0.32, 0.42, 0), (0.032, 0.62, 0.032), PROPS.wood.light)
    thing.box((-0.32, 0.74, 0), (0.16, 0.035, 0.035), PROPS.wood.dark)
    thing.finish()


DRAWERS: Mapping[PropKind, Callable[[_Thing], None]] = {
    PropKind.TABLE: _table,
    PropKind.BENCH: _bench,
    PropKind.LANTERN: _lantern,
    PropKind.CAN: _can,
    PropKind.POT: _pot,
    PropKind.HEDGE: _hedge,
    PropKind.CAT: _cat,
    PropKind.CANE: _cane,
    PropKind.BED: _bed,
}
