"""What dresses a garden besides its plants: somebody works here, and something is about to begin.

Things of human size tell how large everything is. Each has a few places that suit the picture and takes the first one
that is free; where the plants need the room they have it, and a full garden keeps only what fits between them. The same
plants give the same dressing, in the drawing and in the scene.

Places are angles and shares of the radius: 0° is to the right, 90° towards the visitor.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from garden.engine.island import FOOTPRINTS
from garden.looks import PROPS
from garden.vocabulary import PropKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from garden.engine.island import Terrain

Spots = tuple[tuple[float, float], ...]

EDGE = 0.93  # of the radius: nothing stands further out
PATH_CLEARANCE = 0.3  # metres from the path's middle, and a share of the thing's own radius
PATH_CLEARANCE_PER_RADIUS = 0.75
SHORE_PER_RADIUS = 0.7
LEAVES = 0.8  # of a plant's spread: one may stand among its outer leaves

FURNISHED = 24  # from so many plants on, table, bench and hedge leave the rear to them
POTTED = 30  # and pots the front

TABLE: Spots = ((-36, 0.66), (-22, 0.68), (-60, 0.7), (-128, 0.68), (-90, 0.7), (14, 0.72), (-75, 0.76), (-110, 0.76))
BENCH: Spots = (
    (196, 0.62), (176, 0.66), (204, 0.72), (168, 0.74), (-140, 0.66), (-128, 0.72), (8, 0.7), (-12, 0.72), (-100, 0.7),
    (-80, 0.74), (152, 0.78),
)  # fmt: skip
CAN: Spots = ((58, 0.62), (52, 0.7), (66, 0.7), (100, 0.72), (40, 0.6), (30, 0.7))
POTS: tuple[Spots, ...] = (
    ((58, 0.8), (46, 0.84)),
    ((47, 0.86), (36, 0.86)),
    ((122, 0.9), (112, 0.9)),
    ((133, 0.86), (128, 0.92)),
    ((20, 0.86), (12, 0.86)),
)
POT_SIZES = (1.0, 1.12, 1.25)
FACING = {PropKind.TABLE: 0.5, PropKind.BENCH: 0.42}  # of the radius before the middle: where a front looks
LANTERNS = ((0.84, 1.0), (0.52, -1.0), (0.2, 1.1))  # beside the path: how far out, and on which side first
LANTERN_ROOM = 0.1
HEDGES = ((-172, -128), (-58, -8))  # from and to, along the rear
HEDGE_OUT, HEDGE_STEP, HEDGE_OFF_PATH, HEDGE_AMONG = 0.87, 0.36, 0.5, 0.7
LILIES = 6
ASSISTED, GROWN = 0.15, 0.35  # from so much help on, and grown so far, a plant has a cane beside it
LAMPLIT = (130, 55, 150, 30)  # degrees: where lanterns may stand beside a featured plant, a pair of them
LAMPLIT_BESIDE = 0.22  # metres off its leaves
CANE = (0.35, 0.5)  # of the plant's height: without much help, and how much more where all of it was helped
CANE_BESIDE_PER_RADIUS = 0.08
CANE_BESIDE = (0.07, 0.05)  # metres to the right of the stem and before it
BED = (-0.14, -0.02)  # of the radius: where the first plant will stand
CAT_ANGLES = (50, 85, 120, 20, 150)
CAT_NEAR, CAT_FURTHEST = 0.3, 0.9  # metres beside the plant's leaves, of which so much counts
SEAT = 0.46  # metres: how high the bench's seat is


@dataclass(frozen=True, slots=True)
class Occupant:
    """A plant, as what stands beside it has to know it. Metres, growth and vitality 0–1."""

    variant: str
    x: float
    z: float
    growth: float
    vitality: float
    assisted: float = 0.0  # the part of its owner's work that an agent helped with
    featured: bool = False

    @property
    def spread(self) -> float:
        """How far it reaches now."""
        return FOOTPRINTS[self.variant][0] * (0.45 + 0.55 * self.growth)


@dataclass(frozen=True, slots=True)
class Prop:
    """One thing. Metres; `yaw` in radians, 0 looks to the visitor; `lift` is above the ground or the water."""

    kind: PropKind
    x: float
    z: float
    yaw: float = 0.0
    scale: float = 1.0
    lift: float = 0.0
    color: str | None = None  # of petals, where it has some


def dressing(terrain: Terrain, plants: Sequence[Occupant]) -> list[Prop]:
    """All that stands between so many plants on an island."""
    room = _Room(terrain, plants)
    out: list[Prop] = []
    bench: list[Prop] = []
    if len(plants) < FURNISHED:
        out += room.first(PropKind.TABLE, TABLE)
        bench = room.first(PropKind.BENCH, BENCH)
    out += [*bench, *_lamplight(room, plants), *_cat(room, plants, bench)]
    out += _lanterns(room)
    out += room.first(PropKind.CAN, CAN)
    if len(plants) < POTTED:
        for number, spots in enumerate(POTS):
            scale, color = POT_SIZES[number * 7 % 3], PROPS.blossoms[number % len(PROPS.blossoms)]
            out += room.first(PropKind.POT, spots, scale=scale, color=color)
    if len(plants) < FURNISHED:
        out += _hedge(room)
    if not plants:
        out.append(Prop(PropKind.BED, round(BED[0] * terrain.radius, 3), round(BED[1] * terrain.radius, 3), yaw=0.15))
    return [*out, *_canes(terrain, plants), *_lilies(terrain)]


class _Room:
    """What is still free."""

    def __init__(self, terrain: Terrain, plants: Iterable[Occupant]) -> None:
        self.terrain = terrain
        self.taken = [(plant.x, plant.z, plant.spread * LEAVES) for plant in plants]

    def is_free(self, x: float, z: float, radius: float, *, path: float = 1.0) -> bool:
        """Whether something so large has room here; `path` is how far it keeps off the path, 1 as usual."""
        if math.hypot(x, z) >= self.terrain.radius * EDGE or not self.is_clear(x, z, radius):
            return False
        if self.terrain.pond_distance(x, z) <= radius * SHORE_PER_RADIUS:
            return False
        return self.terrain.path_distance(x, z) > (PATH_CLEARANCE + radius * PATH_CLEARANCE_PER_RADIUS) * path

    def is_clear(self, x: float, z: float, radius: float, *, among: float = 1.0) -> bool:
        """Whether nothing else is so near; `among` is the share of its room that the others keep."""
        return all(math.hypot(ox - x, oz - z) > reach * among + radius for ox, oz, reach in self.taken)

    def put(self, prop: Prop) -> Prop:
        """Takes the room for it."""
        self.taken.append((prop.x, prop.z, PROPS.sizes[prop.kind].taken))
        return prop

    def first(self, kind: PropKind, spots: Spots, *, scale: float = 1.0, color: str | None = None) -> list[Prop]:
        """The thing at the first of its places that is free, or nothing."""
        radius = self.terrain.radius
        for degrees, share in spots:
            x, z = _at(math.radians(degrees), radius * share)
            if self.is_free(x, z, PROPS.sizes[kind].needed):
                yaw = round(math.atan2(-x, -z + radius * FACING.get(kind, 0.0)), 3)
                return [self.put(Prop(kind, x, z, yaw, scale, color=color))]
        return []


def _canes(terrain: Terrain, plants: Sequence[Occupant]) -> Iterator[Prop]:
    """What an agent helped to grow is tied to a cane, the higher the more help there was."""
    for plant in plants:
        if plant.assisted >= ASSISTED and plant.growth >= GROWN:
            reach, full = FOOTPRINTS[plant.variant]
            height = full * terrain.display_scale(plant.variant) * plant.growth
            across, before = CANE_BESIDE[0] + CANE_BESIDE_PER_RADIUS * reach, CANE_BESIDE[1]
            tall = height * (CANE[0] + CANE[1] * plant.assisted)
            yield Prop(PropKind.CANE, round(plant.x + across, 3), round(plant.z + before, 3), scale=round(tall, 3))


def _lamplight(room: _Room, plants: Sequence[Occupant]) -> Iterator[Prop]:
    """What the owner wants to be seen first stands between two lanterns."""
    for plant in plants:
        if not plant.featured:
            continue
        lit = 0
        for degrees in LAMPLIT:
            dx, dz = _at(math.radians(degrees), plant.spread + LAMPLIT_BESIDE)
            x, z = round(plant.x + dx, 3), round(plant.z + dz, 3)
            if lit < 2 and room.is_free(x, z, LANTERN_ROOM, path=0.4):
                lit += 1
                yield room.put(Prop(PropKind.LANTERN, x, z))


def _cat(room: _Room, plants: Sequence[Occupant], bench: list[Prop]) -> Iterator[Prop]:
    """It sleeps beside the plant that is best looked after, towards the visitor; else on the bench."""
    if plants:
        dearest = max(plants, key=lambda plant: (plant.vitality, plant.growth))
        near = min(dearest.spread, CAT_FURTHEST) + CAT_NEAR
        for degrees in CAT_ANGLES:
            for away in (near, near * 1.3):
                dx, dz = _at(math.radians(degrees), away)
                x, z = round(dearest.x + dx, 3), round(dearest.z + dz, 3)
                if room.is_free(x, z, PROPS.sizes[PropKind.CAT].needed, path=0.6):
                    yield room.put(Prop(PropKind.CAT, x, z, yaw=0.5))
                    return
    if bench:
        yield Prop(PropKind.CAT, bench[0].x, bench[0].z, round(bench[0].yaw + 0.2, 3), scale=0.92, lift=SEAT)


def _lanterns(room: _Room) -> Iterator[Prop]:
    terrain = room.terrain
    aside = 0.34 + 0.32 * terrain.small
    steps = [step for step in zip(terrain.path, terrain.path[1:], strict=False) if step[0][1] > -0.2 * terrain.radius]
    for share, side in LANTERNS:
        (x, z), (next_x, next_z) = min(
            steps, key=lambda step: abs(math.hypot(step[0][0], step[0][1]) / terrain.radius - share)
        )
        length = math.hypot(next_x - x, next_z - z) or 1.0
        for way in (-side, side):
            px = round(x + (next_z - z) / length * aside * way, 3)
            pz = round(z - (next_x - x) / length * aside * way, 3)
            if room.is_clear(px, pz, LANTERN_ROOM) and terrain.pond_distance(px, pz) > LANTERN_ROOM:
                yield room.put(Prop(PropKind.LANTERN, px, pz))
                break


def _hedge(room: _Room) -> Iterator[Prop]:
    radius = room.terrain.radius
    step = math.degrees(HEDGE_STEP / (radius * HEDGE_OUT))
    own = PROPS.sizes[PropKind.HEDGE]
    for start, end in HEDGES:
        for index in range(int((end - start) / step) + 1):
            angle = math.radians(start + index * step)
            x, z = _at(angle, radius * HEDGE_OUT)
            if (
                room.is_clear(x, z, own.needed, among=HEDGE_AMONG)
                and room.terrain.path_distance(x, z) >= HEDGE_OFF_PATH
            ):
                yield Prop(PropKind.HEDGE, x, z, yaw=round(angle, 3), scale=round(0.9 + 0.22 * (index * 7 % 5) / 4, 3))


def _lilies(terrain: Terrain) -> Iterator[Prop]:
    """Pads on the water, every third in flower."""
    middle_x, middle_z = terrain.pond_centre
    for index in range(LILIES):
        angle = index * 2.4 + 0.6
        dx, dz = _at(angle, terrain.pond_edge(angle) * (0.42 + 0.15 * (index * 5 % 3)))
        size = (0.13 + 0.05 * (index % 3)) * (0.6 + 0.4 * terrain.small)
        yield Prop(
            PropKind.LILY,
            round(middle_x + dx, 3),
            round(middle_z + dz, 3),
            yaw=round(index * 1.7, 3),
            scale=round(size, 3),
            color=PROPS.lily if index % 3 == 1 else None,
        )


def _at(angle: float, distance: float) -> tuple[float, float]:
    return round(math.cos(angle) * distance, 3), round(math.sin(angle) * distance, 3)
