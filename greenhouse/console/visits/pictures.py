"""Geometry of the figures' pictures. Pure: numbers in, shapes out; colours are the stylesheet's.

Pictures of time stretch with the page and hold no letters; the plan is drawn in metres of the garden, seen from above.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from garden.island import Terrain

COLUMN: Final = 10.0  # width of a step of time, its gap included
GAP: Final = 2.0
HIGHEST: Final = 100.0
SHADES: Final = 5  # that the heat map tells apart
CORNERS: Final = 72  # of the island's and the pond's outline
MOST_NAMES: Final = 24  # of plants, before they cover each other
NAME_ROOM: Final = 0.5  # metres from a plant to its name
NEARBY: Final = 1.5  # metres: nearer than that is at a plant


@dataclass(frozen=True, slots=True)
class Column:
    """One step of time."""

    x: float
    y: float
    height: float
    said: str


@dataclass(frozen=True, slots=True)
class Columns:
    """A picture of how something went."""

    columns: Sequence[Column]
    width: float
    most: float

    @property
    def is_empty(self) -> bool:
        """Whether nothing rises above the ground."""
        return self.most == 0


def columns(values: Sequence[float], said: Sequence[str]) -> Columns:
    """A column a value, the highest as high as the picture; `said` are their words."""
    most = max(values, default=0.0)
    heights = [round(HIGHEST * value / most, 2) if most else 0.0 for value in values]
    return Columns(
        [
            Column(number * COLUMN, round(HIGHEST - height, 2), height, words)
            for number, (height, words) in enumerate(zip(heights, said, strict=True))
        ],
        width=max(1, len(values)) * COLUMN,
        most=most,
    )


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a coefficient lies between −1 and 1, in a picture 200 wide."""

    x: float
    width: float


def interval(low: float, high: float) -> Interval:
    """The interval from `low` to `high`; never so short that it is not seen."""
    x = round(100 * (1 + low), 1)
    return Interval(x, max(2.0, round(100 * (high - low), 1)))


# --- The garden from above --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """A plant on the plan."""

    name: str
    x: float
    z: float

    @property
    def below(self) -> float:
        """Where its name stands, before it."""
        return self.z + NAME_ROOM


@dataclass(frozen=True, slots=True)
class Square:
    """Where visitors stood."""

    x: float  # its corner
    z: float
    shade: int  # 1 to `SHADES`
    said: str


@dataclass(frozen=True, slots=True)
class Line:
    """A way that several visits took."""

    x1: float
    z1: float
    x2: float
    z2: float
    width: float
    said: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The garden seen from above, in metres; the front is below."""

    outline: str
    path: str
    path_width: float
    pond: str
    plants: Sequence[Standing]
    squares: Sequence[Square]
    lines: Sequence[Line]
    box: str
    cell: float

    @property
    def named(self) -> bool:
        """Whether there is room for the plants' names."""
        return len(self.plants) <= MOST_NAMES


def plan(
    terrain: Terrain,
    plants: Sequence[Standing],
    *,
    path_width: float,
    cell: float,
    warmth: Mapping[tuple[int, int], float],
    ways: Iterable[tuple[tuple[float, float], tuple[float, float], float]] = (),
) -> Plan:
    """The plan with the seconds that visitors stood in each square of `cell` metres, and the ways they took."""
    turns = [2 * math.pi * corner / CORNERS for corner in range(CORNERS)]
    centre_x, centre_z = terrain.pond_centre
    reach = terrain.radius * 1.08
    most = max(warmth.values(), default=0.0)
    return Plan(
        outline=_polygon((terrain.edge(turn) * math.cos(turn), terrain.edge(turn) * math.sin(turn)) for turn in turns),
        path=_polygon((x, z) for x, z in terrain.path if math.hypot(x, z) <= terrain.radius),
        path_width=round(path_width * terrain.path_width, 2),
        pond=_polygon(
            (
                centre_x + terrain.pond_edge(turn) * math.cos(turn),
                centre_z + terrain.pond_edge(turn) * math.sin(turn),
            )
            for turn in turns
        ),
        plants=plants,
        squares=[
            Square(x * cell, z * cell, shade(seconds, most), f"{round(seconds)} s")
            for (x, z), seconds in sorted(warmth.items())
            if seconds > 0
        ],
        lines=[
            Line(*one, *other, round(0.05 + 0.11 * strength, 2), f"{place(*one, plants)} – {place(*other, plants)}")
            for one, other, strength in ways
        ],
        box=f"{-reach:.2f} {-reach:.2f} {2 * reach:.2f} {2 * reach:.2f}",
        cell=cell,
    )


def shade(value: float, most: float) -> int:
    """How warm something is beside the warmest, 1 to `SHADES`: by the root, or one place leaves all others cold."""
    return max(1, math.ceil(SHADES * math.sqrt(value / most))) if most else 1


def place(x: float, z: float, plants: Iterable[Standing]) -> str:
    """A place in words: the plant that stands there, or how far from the middle it is."""
    nearest = min(plants, key=lambda plant: math.hypot(plant.x - x, plant.z - z), default=None)
    if nearest and math.hypot(nearest.x - x, nearest.z - z) <= NEARBY:
        return f"at {nearest.name}"
    if math.hypot(x, z) < NEARBY:
        return "in the middle"
    side = "right" if x > 0 else "left"
    depth = "front" if z > 0 else "back"
    return f"{abs(z):.1f} m to the {depth}, {abs(x):.1f} m to the {side}"


def _polygon(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.2f},{z:.2f}" for x, z in points)
