"""Where plants stand on the island.

A place is found once, when the project is planted, and stored: a plant never moves, whoever comes after it. The
island grows with the number of plants; its path and its pond stay where they are and the path is continued to the new
rim, so growth floods nobody.

Metres; y is up and the camera looks towards -z, so -z is the back. Positions are on the ground plane (y = 0); the scene
adds the terrain's height.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from garden.genome import Rng
from garden.looks import ISLAND, PLANTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from garden.looks.island import Lobe

# --- the island (its numbers are the scene's too: `garden/looks/island.json`) ---------------------

BASE_RADIUS = ISLAND.radius.least  # a garden of one must not look lost
RIM = ISLAND.radius.rim  # plants keep off the stones along the edge (share of the radius)
POND_CENTRE = (ISLAND.pond.x, ISLAND.pond.z)

# Radius and height in metres of every form, fully grown, as drawn before the plant's own scale.
FOOTPRINTS: Mapping[str, tuple[float, float]] = {
    name: (form.radius, form.height) for forms in PLANTS.variants.values() for name, form in forms.items()
}
SMALLEST = min(FOOTPRINTS, key=lambda variant: FOOTPRINTS[variant])  # stands where any plant can

PATH_CLEARANCE = 0.62  # from the path's middle, plus a share of the plant's radius
PATH_CLEARANCE_PER_RADIUS = 0.30
POND_CLEARANCE = 0.25
POND_CLEARANCE_PER_RADIUS = 0.45

# --- the search -----------------------------------------------------------------------------------

CANDIDATES = 60  # looked at before the best is taken
MORE_CANDIDATES = 600  # looked at only where none of the first was free
CROWDING = 0.62  # two plants may touch with this share of their radii: crowns and leaves overlap in a garden
COMFORTABLE_GAP = 0.5  # metres; more room than this is no better
GAP_WEIGHT = 5.0
OVERLAP_PENALTY = 6.0
FEW = 8  # so many plants gather round the middle first: one alone at the rim looks lost
GATHERING = 4.0  # what the first one loses by standing at the rim
TALL = 0.7  # of TALL_UNIT
TALL_UNIT = 5.0
CELL = 3.0  # metres; no plant reaches further than one cell
NEAR, STEP = 6.0, 0.25  # metres round a wanted place that are looked at, and between the looks


@dataclass(frozen=True, slots=True)
class Position:
    """A place on the island, in metres."""

    x: float
    z: float
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A plant that has no place yet."""

    seed: int
    variant: str


@dataclass(frozen=True, slots=True)
class PlacedPlant:
    """A plant that has one."""

    variant: str
    x: float
    z: float


@dataclass(frozen=True, slots=True)
class Terrain:
    """The island's shape at one size. `path` runs from the front rim to the rear as (x, z)."""

    radius: float
    path: tuple[tuple[float, float], ...]

    def path_distance(self, x: float, z: float) -> float:
        """Metres from the middle of the path."""
        return math.sqrt(min((px - x) * (px - x) + (pz - z) * (pz - z) for px, pz in self.path))

    def height(self, x: float, z: float) -> float:
        """The broad rise of the ground: the rear stands higher, so that the back rows are seen."""
        distance = min(1.0, math.hypot(x, z) / self.radius)
        back = max(0.0, -z / self.radius)
        rise = ISLAND.rise
        broad = back * back * rise.rear * max(0.0, 1 - abs(distance - rise.crest) * rise.falloff) + rise.foot
        return broad * (1 - math.pow(distance, rise.rim_power))

    def edge(self, angle: float) -> float:
        """Metres from the centre to the rim in a direction (radians, 0 = +x, π/2 = +z)."""
        return self.radius * (1 + _lobes(ISLAND.edge, angle))


def pond_edge(angle: float) -> float:
    """Metres from the pond's centre to its shore in a direction."""
    return ISLAND.pond.radius * (1 + _lobes(ISLAND.pond.lobes, angle))


def pond_distance(x: float, z: float) -> float:
    """Metres from the pond's shore; negative in the water."""
    dx, dz = x - POND_CENTRE[0], z - POND_CENTRE[1]
    return math.hypot(dx, dz) - pond_edge(math.atan2(dz, dx))


def island_radius(plants: int) -> float:
    """Metres from the centre to the rim for a garden of so many plants."""
    return max(BASE_RADIUS, ISLAND.radius.per_root_plant * math.sqrt(max(0, plants)))


def display_scale(variant: str) -> float:
    """What the drawing multiplies the form's metres by (the genome's own scale comes on top)."""
    return 1.0 if FOOTPRINTS[variant][1] > PLANTS.display.tree_height else PLANTS.display.small_plant_scale


def gap(variant: str, x: float, z: float, other: PlacedPlant) -> float:
    """Metres of room between two plants; negative where they overlap."""
    return math.hypot(other.x - x, other.z - z) - (FOOTPRINTS[variant][0] + FOOTPRINTS[other.variant][0]) * CROWDING


@lru_cache(maxsize=64)
def terrain(radius: float) -> Terrain:
    """The island of a size. Within the base radius every island is the same."""
    corners = [(point.x, point.z) for point in ISLAND.path.points]
    points = list(_centripetal_spline(corners, ISLAND.path.samples))
    (x, z), more = corners[0], ISLAND.path.extension
    extension = []
    while z < radius:
        z += more.step
        beyond = z - BASE_RADIUS
        extension.append((x + more.drift * beyond + more.sway * math.sin(beyond * more.frequency), z))
    return Terrain(
        radius=radius, path=tuple((round(px, 4), round(pz, 4)) for px, pz in [*reversed(extension), *points])
    )


def place(newcomer: Newcomer, placed: Sequence[PlacedPlant], *, radius: float) -> Position:
    """A free place for one plant among those that stand.

    The same garden and the same seed give the same place. Where the island is full, the place with the most room.
    """
    island = terrain(radius)
    neighbours = _Neighbourhood(placed)
    gathering = GATHERING * max(0.0, 1 - len(placed) / FEW)
    rng = Rng(newcomer.seed)
    best: tuple[float, float, float] | None = None
    for index in range(CANDIDATES + MORE_CANDIDATES):
        if index >= CANDIDATES and best is not None and best[0] > -OVERLAP_PENALTY / 2:
            break
        angle, distance = rng.uniform(0, math.tau), math.sqrt(rng.random()) * radius * RIM
        x, z = math.cos(angle) * distance, math.sin(angle) * distance
        whim = rng.random()
        if not is_plantable(newcomer.variant, x, z, island):
            continue
        room = neighbours.room(newcomer.variant, x, z)
        score = min(room, COMFORTABLE_GAP) * GAP_WEIGHT + _fitness(newcomer.variant, x, z, radius) + whim * 0.5
        score -= gathering * distance / radius
        if room < 0:
            score += room * GAP_WEIGHT * 4 - OVERLAP_PENALTY * 2
        if best is None or score > best[0]:
            best = (score, x, z)
    if best is None:  # only if the path and the pond covered everything
        return Position(0.0, -radius / 2)
    return Position(round(best[1], 3), round(best[2], 3))


def place_all(newcomers: Sequence[Newcomer], *, radius: float | None = None) -> list[Position]:
    """Places for a whole garden at once, in the order given. Large plants choose first."""
    island = island_radius(len(newcomers)) if radius is None else radius
    order = sorted(range(len(newcomers)), key=lambda index: (-FOOTPRINTS[newcomers[index].variant][0], index))
    placed: list[PlacedPlant] = []
    places: dict[int, Position] = {}
    for index in order:
        newcomer = newcomers[index]
        places[index] = found = place(newcomer, placed, radius=island)
        placed.append(PlacedPlant(newcomer.variant, found.x, found.z))
    return [places[index] for index in range(len(newcomers))]


def nearest_free(variant: str, wanted: Position, others: Sequence[PlacedPlant], *, radius: float) -> Position | None:
    """The wanted place if a form can stand there with room to its neighbours, else the nearest such.

    `None` where none is near.
    """
    island, neighbours = terrain(radius), _Neighbourhood(others)
    for ring in range(math.ceil(NEAR / STEP)):
        turns = max(1, math.ceil(math.tau * ring))  # a step apart from one another, too
        for turn in range(turns):
            angle = math.tau * turn / turns
            x = round(wanted.x + math.cos(angle) * ring * STEP, 3) if ring else wanted.x
            z = round(wanted.z + math.sin(angle) * ring * STEP, 3) if ring else wanted.z
            if is_plantable(variant, x, z, island) and neighbours.room(variant, x, z) >= 0:
                return Position(x, z)
    return None


def is_plantable(variant: str, x: float, z: float, island: Terrain) -> bool:
    """Whether a form may stand here: on the island, off the path, out of the pond."""
    reach = FOOTPRINTS[variant][0]
    if (
        math.hypot(x, z) > island.radius * RIM
        or pond_distance(x, z) < POND_CLEARANCE + reach * POND_CLEARANCE_PER_RADIUS
    ):
        return False
    return island.path_distance(x, z) >= PATH_CLEARANCE + reach * PATH_CLEARANCE_PER_RADIUS


def _fitness(variant: str, x: float, z: float, radius: float) -> float:
    """How well a place suits a height: the tall to the back and the flanks, the small to the front; all are seen."""
    tallness = FOOTPRINTS[variant][1] / TALL_UNIT
    back, side = -z / radius, abs(x) / radius
    if tallness > TALL:
        in_the_way = z > radius * 0.1 and side < 0.55
        return back * 1.5 + side * 1.3 - (4 if in_the_way else 0)
    return -abs(z / radius - (0.55 - tallness * 1.1)) * 0.9


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


def _lobes(lobes: Sequence[Lobe], angle: float) -> float:
    return sum(lobe.amplitude * math.sin(angle * lobe.frequency + lobe.phase) for lobe in lobes)


def _centripetal_spline(points: Sequence[tuple[float, float]], samples: int) -> Iterator[tuple[float, float]]:
    """Samples along a centripetal Catmull–Rom curve through the points, as three.js draws its `CatmullRomCurve3`."""
    first = (2 * points[0][0] - points[1][0], 2 * points[0][1] - points[1][1])
    last = (2 * points[-1][0] - points[-2][0], 2 * points[-1][1] - points[-2][1])
    padded = [first, *points, last]
    for sample in range(samples + 1):
        along = sample / samples * (len(points) - 1)
        segment = min(int(along), len(points) - 2)
        corners = padded[segment : segment + 4]
        gaps = [max(1e-4, math.dist(corners[i], corners[i + 1]) ** 0.5) for i in range(3)]
        local = along - segment
        yield (
            _hermite([corner[0] for corner in corners], gaps, local),
            _hermite([corner[1] for corner in corners], gaps, local),
        )


def _hermite(values: Sequence[float], gaps: Sequence[float], local: float) -> float:
    """One coordinate between values[1] and values[2], with tangents from the uneven gaps."""
    before, start, end, after = values
    left, middle, right = gaps
    leaving = ((start - before) / left - (end - before) / (left + middle) + (end - start) / middle) * middle
    arriving = ((end - start) / middle - (after - start) / (middle + right) + (after - end) / right) * middle
    square, cube = local * local, local**3
    return (
        start
        + leaving * local
        + (-3 * start + 3 * end - 2 * leaving - arriving) * square
        + (2 * start - 2 * end + leaving + arriving) * cube
    )
