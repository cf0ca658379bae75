"""The island: how large it is, where its path and its pond lie, how its ground rises, how high its glasshouse stands.

It grows with what stands there. The path keeps its course, cut off at the rim of a small island and led on to that of
a large one. The pond lies in a small island's middle and moves out with it up to the base radius, from which on it
stays as it is: growth floods nobody.

Metres; y is up and the camera looks towards -z, so -z is the back. The numbers (`garden/looks`) are the scene's too,
and so are these formulas: both sides are tested against one golden file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from garden.looks import DOME, ISLAND, PLANTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from garden.looks.island import Lobe

RADIUS = ISLAND.radius

# Radius and height in metres of every form, fully grown, as drawn before the plant's own scale.
FOOTPRINTS: Mapping[str, tuple[float, float]] = {
    name: (form.radius, form.height) for forms in PLANTS.variants.values() for name, form in forms.items()
}


@dataclass(frozen=True, slots=True)
class Terrain:
    """The island's shape at one size. `path` runs from the front rim to the rear as (x, z)."""

    radius: float
    path: tuple[tuple[float, float], ...]

    @property
    def small(self) -> float:
        """How large it is beside the base island, at most 1."""
        return min(1.0, self.radius / RADIUS.base)

    @property
    def path_width(self) -> float:
        """How wide the path is beside that of the base island."""
        narrowest = ISLAND.path.narrowest
        return narrowest + (1 - narrowest) * self.small

    @property
    def pond_centre(self) -> tuple[float, float]:
        """Where the pond lies."""
        return ISLAND.pond.x * self.small, ISLAND.pond.z * self.small

    @property
    def tree_scale(self) -> float:
        """How large a tree is drawn: one of full size would burst a small glasshouse."""
        return min(1.0, ISLAND.trees.reach * self.radius / ISLAND.trees.height)

    def path_distance(self, x: float, z: float) -> float:
        """Metres from the middle of the path."""
        return math.sqrt(min((px - x) * (px - x) + (pz - z) * (pz - z) for px, pz in self.path))

    def pond_edge(self, angle: float) -> float:
        """Metres from the pond's centre to its shore in a direction."""
        return pond_edge(angle) * self.small

    def pond_distance(self, x: float, z: float) -> float:
        """Metres from the pond's shore; negative in the water."""
        return pond_distance(x, z, self.small)

    def height(self, x: float, z: float) -> float:
        """The broad rise of the ground: the rear stands higher, so that the back rows are seen."""
        distance = min(1.0, math.hypot(x, z) / self.radius)
        back = max(0.0, -z / self.radius)
        rise = ISLAND.rise
        steep = rise.rear * self.small
        broad = back * back * steep * max(0.0, 1 - abs(distance - rise.crest) * rise.falloff) + rise.foot
        return broad * (1 - math.pow(distance, rise.rim_power))

    def edge(self, angle: float) -> float:
        """Metres from the centre to the rim in a direction (radians, 0 = +x, π/2 = +z)."""
        return self.radius * (1 + _lobes(ISLAND.edge, angle))

    def display_scale(self, variant: str) -> float:
        """What the drawing multiplies the form's metres by (the genome's own scale comes on top)."""
        return self.tree_scale if is_tree(variant) else PLANTS.display.small_plant_scale

    def dome_share(self, x: float, z: float) -> float:
        """How high the glasshouse is over a place, beside its middle; at the rim a plant may touch it."""
        out = min(DOME.height.flank, math.hypot(x, z) / self.radius / DOME.radius.share)
        return math.sqrt(1 - math.pow(out, 2 / DOME.radius.exponent))

    def dome_height(self, tallest: float) -> float:
        """How high the glasshouse stands over plants that now reach so many metres."""
        height = DOME.height
        roomy = height.roomy.share * min(self.radius, height.roomy.up_to)
        over_plants = min(tallest + height.headroom, height.steepest * self.radius)
        return min(height.most, max(height.share * self.radius, over_plants, roomy))


def is_tree(variant: str) -> bool:
    """Whether a form is as high as a tree."""
    return FOOTPRINTS[variant][1] > PLANTS.display.tree_height


def pond_edge(angle: float) -> float:
    """Metres from the centre of the base island's pond to its shore in a direction."""
    return ISLAND.pond.radius * (1 + _lobes(ISLAND.pond.lobes, angle))


def pond_distance(x: float, z: float, share: float = 1.0) -> float:
    """Metres from the shore of the pond as it is where the island has a share of the base radius."""
    dx, dz = x - ISLAND.pond.x * share, z - ISLAND.pond.z * share
    return math.hypot(dx, dz) - pond_edge(math.atan2(dz, dx)) * share


def roomiest_radius(plants: int) -> float:
    """Metres from the centre to the rim beyond which an island of so many plants never reaches by itself."""
    return max(RADIUS.base, RADIUS.per_root_plant * math.sqrt(plants))


def island_radius(variants: Sequence[str], *, outermost: float = 0.0) -> float:
    """Metres from the centre to the rim for a garden of these forms; its furthest plant stands `outermost` metres out.

    The ground that they cover, with a verge round each, takes a share of it.
    """
    covered = sum((RADIUS.crowding * FOOTPRINTS[variant][0] + RADIUS.verge) ** 2 for variant in variants)
    wanted = min(math.sqrt(covered / RADIUS.packing), roomiest_radius(len(variants)))
    return round(max(RADIUS.least, wanted, outermost / RADIUS.rim), 3)


@lru_cache(maxsize=64)
def terrain(radius: float) -> Terrain:
    """The island of a size."""
    corners = [(point.x, point.z) for point in ISLAND.path.points]
    points = list(_centripetal_spline(corners, ISLAND.path.samples))
    (x, z), more = corners[0], ISLAND.path.extension
    extension = []
    while z < radius:
        z += more.step
        beyond = z - RADIUS.base
        extension.append((x + more.drift * beyond + more.sway * math.sin(beyond * more.frequency), z))
    return Terrain(
        radius=radius, path=tuple((round(px, 4), round(pz, 4)) for px, pz in [*reversed(extension), *points])
    )


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
