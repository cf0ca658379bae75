"""Where plants stand on the island.

A place is found once, when the project is planted, and stored: a plant never moves, whoever comes after it, unless the
owner has the whole garden laid anew. What grows with the garden is the island (`island.py`): a place is free of path
and pond as they are and as they will be.

Metres; y is up and the camera looks towards -z, so -z is the back. Positions are on the ground plane (y = 0); the scene
adds the terrain's height.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from garden.engine.genome import Rng
from garden.engine.island import (
    FOOTPRINTS,
    RADIUS,
    Terrain,
    is_tree,
    island_radius,
    pond_distance,
    roomiest_radius,
    terrain,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PATH_CLEARANCE = 0.62  # from the path's middle, plus a share of the plant's radius
PATH_CLEARANCE_PER_RADIUS = 0.30
POND_CLEARANCE = 0.25
POND_CLEARANCE_PER_RADIUS = 0.45
WIDENING = 0.25  # metres by which an island is made larger until everybody stands dry
POND_STEPS = 6  # sizes of the pond, from now to full, in which a place has to be dry
RIM_CLEARANCE_PER_RADIUS = 0.55  # what is high stands under the glass
RIM_CLEARANCE_PER_HEIGHT = (
    0.45  # and more under a small glasshouse, which curves in lower; trees are drawn smaller there
)
HIGH = 2.0  # metres
LOW_RIM_CLEARANCE_PER_RADIUS = 0.35  # what is low leans over the rim, less so on a small island

# --- the search -----------------------------------------------------------------------------------

CANDIDATES = 60  # looked at before the best is taken
MORE_CANDIDATES = 600  # looked at only where none of the first was free
COMFORTABLE_GAP = 0.5  # metres; more room than this is no better
GAP_WEIGHT = 5.0
OVERLAP_PENALTY = 6.0
TALL = 0.7  # of TALL_UNIT
TALL_UNIT = 5.0
YOUNG = 0.3  # growth below which a plant stands behind those that have something to show
YOUNG_ROW = -0.25  # where, as a share of the radius towards the visitor
CELL = 3.0  # metres; no plant reaches further than one cell
WITHIN, STEP = 6.0, 0.25  # metres round a wanted place that are looked at, and between the looks
SMALLEST = min(FOOTPRINTS, key=lambda variant: FOOTPRINTS[variant])  # stands where any plant can

# The first few gather round anchors (x and z in shares of the radius, the best first): on the thirds of the picture,
# near the middle, the water in view.
FEW = 10
GATHERING = 6.4  # what the first one loses by standing a radius away from its anchor
RANK = 0.12  # of a radius: how much better an anchor is than the next
STRAY = (0.24, 0.16)  # metres that a plant may stand beside its anchor, across and towards the visitor
NEAR = 0.4  # of a radius: how wide the places round an anchor lie that are looked at as well
MIDDLE_HEIGHT = 1.25
ANCHORS_OF_TREES = ((-0.40, -0.36), (0.34, -0.62), (-0.02, -0.62), (0.70, -0.10), (-0.72, -0.12))
ANCHORS_OF_MIDDLE = ((-0.16, -0.06), (0.56, 0.22), (-0.62, 0.02), (0.60, -0.28), (-0.10, -0.45))
ANCHORS_OF_LOW = ((0.47, 0.46), (-0.10, 0.10), (0.62, 0.14), (-0.58, 0.10), (0.30, 0.70), (0.06, -0.32))


class Obstacle(StrEnum):
    """What keeps a form from standing at a place."""

    RIM = "rim"
    PATH = "path"
    POND = "pond"


@dataclass(frozen=True, slots=True)
class Position:
    """A place on the island, in metres."""

    x: float
    z: float
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A plant that has no place yet. `growth` (0–1) is the visual growth; who does not know it plants for the grown."""

    seed: int
    variant: str
    growth: float = 1.0


@dataclass(frozen=True, slots=True)
class PlacedPlant:
    """A plant that has one."""

    variant: str
    x: float
    z: float


def gap(variant: str, x: float, z: float, other: PlacedPlant) -> float:
    """Metres of room between two plants; negative where they overlap."""
    return (
        math.hypot(other.x - x, other.z - z) - (FOOTPRINTS[variant][0] + FOOTPRINTS[other.variant][0]) * RADIUS.crowding
    )


def place(newcomer: Newcomer, placed: Sequence[PlacedPlant], *, radius: float) -> Position:
    """A free place for one plant among those that stand.

    The same garden and the same seed give the same place. Where the island is full, the place with the most room.
    """
    island, neighbours = terrain(radius), _Neighbourhood(placed)
    gathering = GATHERING * max(0.0, 1 - len(placed) / FEW)
    anchors = [(x * radius, z * radius) for x, z in _anchors(newcomer.variant)] if gathering else []
    best: tuple[float, float, float] | None = None
    for index, (x, z, whim) in enumerate(_candidates(newcomer.seed, anchors, radius)):
        if index >= CANDIDATES and best is not None and best[0] > -OVERLAP_PENALTY / 2:
            break
        if not is_plantable(newcomer.variant, x, z, island):
            continue
        room = neighbours.room(newcomer.variant, x, z)
        score = min(room, COMFORTABLE_GAP) * GAP_WEIGHT + _fitness(newcomer, x, z, radius) + whim * 0.5
        score -= gathering * _away(x, z, anchors, radius)
        if room < 0:
            score += room * GAP_WEIGHT * 4 - OVERLAP_PENALTY * 2
        if best is None or score > best[0]:
            best = (score, x, z)
    if best is None:  # only if the path and the pond covered everything
        return Position(0.0, -radius / 2)
    return Position(round(best[1], 3), round(best[2], 3))


def place_all(newcomers: Sequence[Newcomer], *, radius: float | None = None) -> list[Position]:
    """Places for a whole garden at once, in the order given. Trees choose first, then the grown, then the broad."""
    island = island_radius([newcomer.variant for newcomer in newcomers]) if radius is None else radius
    order = sorted(range(len(newcomers)), key=lambda index: (*_rank(newcomers[index]), index))
    placed: list[PlacedPlant] = []
    places: dict[int, Position] = {}
    for index in order:
        newcomer = newcomers[index]
        places[index] = found = place(newcomer, placed, radius=island)
        placed.append(PlacedPlant(newcomer.variant, found.x, found.z))
    return [places[index] for index in range(len(newcomers))]


def nearest_free(variant: str, wanted: Position, placed: Sequence[PlacedPlant]) -> Position | None:
    """The wanted place if a form may stand there with room to its neighbours, else the nearest such.

    `None` where none is near.
    """
    standing = standing_radius(placed, and_also=[variant])
    furthest = max(roomiest_radius(len(placed) + 1), standing_radius(placed))
    neighbours = _Neighbourhood(placed)

    def bears(x: float, z: float) -> bool:
        island = _island_for([PlacedPlant(variant, x, z)], standing, furthest)
        return is_plantable(variant, x, z, island)

    for ring in range(math.ceil(WITHIN / STEP)):
        turns = max(1, math.ceil(math.tau * ring))  # a step apart from one another, too
        for turn in range(turns):
            angle = math.tau * turn / turns
            x = round(wanted.x + math.cos(angle) * ring * STEP, 3) if ring else wanted.x
            z = round(wanted.z + math.sin(angle) * ring * STEP, 3) if ring else wanted.z
            if bears(x, z) and neighbours.room(variant, x, z) >= 0:
                return Position(x, z)
    return None


def is_plantable(variant: str, x: float, z: float, island: Terrain) -> bool:
    """Whether a form may stand here: on the island, off the path, and out of the pond now and when it has grown."""
    return obstacle(variant, x, z, island) is None


def obstacle(variant: str, x: float, z: float, island: Terrain) -> Obstacle | None:
    """What keeps a form from standing here; `None` where it may."""
    reach = FOOTPRINTS[variant][0]
    if math.hypot(x, z) > island.radius * RADIUS.rim - _verge(variant, island.small):
        return Obstacle.RIM
    if island.path_distance(x, z) < PATH_CLEARANCE * island.path_width + reach * PATH_CLEARANCE_PER_RADIUS:
        return Obstacle.PATH
    shore = POND_CLEARANCE + reach * POND_CLEARANCE_PER_RADIUS
    dry = all(pond_distance(x, z, share) >= shore * share for share in _pond_sizes(island.small))
    return None if dry else Obstacle.POND


def _verge(variant: str, small: float) -> float:
    """Metres that a form keeps off the stones along the rim."""
    reach, height = FOOTPRINTS[variant]
    if height <= HIGH:
        return reach * LOW_RIM_CLEARANCE_PER_RADIUS * (1 - small)
    under_low_glass = 0.0 if is_tree(variant) else height * (1 - small) * RIM_CLEARANCE_PER_HEIGHT
    return reach * RIM_CLEARANCE_PER_RADIUS + under_low_glass


def obstacles(wanted: Sequence[PlacedPlant], staying: Sequence[PlacedPlant]) -> list[Obstacle | None]:
    """What keeps each plant from standing where the owner would have it, beside those that stay and each other.

    The island grows to them, as far as islands do. None of the wanted carries another further out.
    """
    standing = standing_radius(staying, and_also=[plant.variant for plant in wanted])
    furthest = max(roomiest_radius(len(staying) + len(wanted)), standing_radius(staying))
    island = _island_for(wanted, standing, furthest)
    return [obstacle(plant.variant, plant.x, plant.z, island) for plant in wanted]


def _island_for(wanted: Iterable[PlacedPlant], standing: float, furthest: float) -> Terrain:
    """The island that has grown to these, from `standing` metres and to `furthest` at most."""
    reached = ((math.hypot(plant.x, plant.z) + _verge(plant.variant, small=0.0)) / RADIUS.rim for plant in wanted)
    return terrain(min(max(standing, *reached, 0.0), furthest))


def standing_radius(placed: Iterable[PlacedPlant], *, and_also: Sequence[str] = ()) -> float:
    """Metres from the centre to the rim of the island on which these stand dry, with room for more forms.

    A small island's pond may not lie where somebody found a place when the island was larger.
    """
    standing = list(placed)
    outermost = max((math.hypot(plant.x, plant.z) for plant in standing), default=0.0)
    variants = [plant.variant for plant in standing]
    radius = island_radius([*variants, *and_also], outermost=outermost)
    while radius < RADIUS.base and not all(_is_dry(plant, radius) for plant in standing):
        radius = min(RADIUS.base, radius + WIDENING)
    return radius


def _is_dry(plant: PlacedPlant, radius: float) -> bool:
    """Whether a plant stands off the pond of an island so large, with a little shore between."""
    share = min(1.0, radius / RADIUS.base)
    return pond_distance(plant.x, plant.z, share) >= POND_CLEARANCE * share


def _candidates(
    seed: int, anchors: Sequence[tuple[float, float]], radius: float
) -> Iterator[tuple[float, float, float]]:
    """Places to look at (x, z) with a whim from 0 to 1 each: the anchors, then every second one near them."""
    rng, small = Rng(seed), radius < RADIUS.base
    for index in range(CANDIDATES + MORE_CANDIDATES):
        angle, distance = rng.uniform(0, math.tau), math.sqrt(rng.random()) * radius * RADIUS.rim
        whim = rng.random()
        if index < len(anchors):
            (x, z), (across, towards) = anchors[index], STRAY
            yield x + (whim - 0.5) * across, z + (whim - 0.5) * towards, whim
        elif anchors and small and index < CANDIDATES and index % 2:
            x, z = anchors[index % len(anchors)]
            yield x + (rng.random() - 0.5) * radius * NEAR, z + (rng.random() - 0.5) * radius * NEAR, whim
        else:
            yield math.cos(angle) * distance, math.sin(angle) * distance, whim


def _anchors(variant: str) -> tuple[tuple[float, float], ...]:
    if is_tree(variant):
        return ANCHORS_OF_TREES
    return ANCHORS_OF_MIDDLE if FOOTPRINTS[variant][1] > MIDDLE_HEIGHT else ANCHORS_OF_LOW


def _away(x: float, z: float, anchors: Sequence[tuple[float, float]], radius: float) -> float:
    """How far from its best anchor a place is, in radii; lesser anchors count as further away."""
    return min((math.hypot(ax - x, az - z) / radius + rank * RANK for rank, (ax, az) in enumerate(anchors)), default=0)


def _rank(newcomer: Newcomer) -> tuple[bool, int, float]:
    return not is_tree(newcomer.variant), -round(newcomer.growth * 2), -FOOTPRINTS[newcomer.variant][0]


def _pond_sizes(small: float) -> Sequence[float]:
    if small >= 1:
        return (1.0,)
    return [small + (1 - small) * step / POND_STEPS for step in range(POND_STEPS + 1)]


def _fitness(newcomer: Newcomer, x: float, z: float, radius: float) -> float:
    """How well a place suits a plant: trees to the back and the flanks, the low to the front, the young behind them."""
    tallness = FOOTPRINTS[newcomer.variant][1] / TALL_UNIT
    back, side = -z / radius, abs(x) / radius
    if tallness > TALL:
        in_the_way = z > radius * 0.1 and side < 0.55
        return back * 1.5 + side * 1.3 - (4 if in_the_way else 0)
    if newcomer.growth < YOUNG:
        return -abs(z / radius - YOUNG_ROW) * 0.9
    return -abs(z / radius - (0.92 - tallness * 1.25)) * 0.9 + min(0.0, 0.55 - side) * 0.4


class _Neighbourhood:
    """The placed plants by cell, so that a candidate looks only at those near it."""

    def __init__(self, placed: Sequence[PlacedPlant]) -> None:
        self._cells: dict[tuple[int, int], list[PlacedPlant]] = {}
        for plant in placed:
            self._cells.setdefault((math.floor(plant.x / CELL), math.floor(plant.z / CELL)), []).append(plant)

    def room(self, variant: str, x: float, z: float) -> float:
        """The smallest gap to a neighbour; a comfortable one where there is none."""
        column, row = math.floor(x / CELL), math.floor(z / CELL)
        near = (
            plant for dx in (-1, 0, 1) for dz in (-1, 0, 1) for plant in self._cells.get((column + dx, row + dz), ())
        )
        return min((gap(variant, x, z, plant) for plant in near), default=COMFORTABLE_GAP)
