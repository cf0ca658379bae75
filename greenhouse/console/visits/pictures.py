"""Geometry of the figures' pictures. Pure: numbers in, shapes out; colours are the stylesheet's.

Pictures of time stretch with the page and hold no letters; the plan is drawn in metres of the garden, seen from above.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from garden.svg.plan import LINE, Named, Side, ground_of, place_in_words, shortened, with_room

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from garden.engine.island import Terrain
    from garden.svg.plan import Ground

COLUMN: Final = 10.0  # width of a step of time, its gap included
GAP: Final = 2.0
HIGHEST: Final = 100.0
SHADES: Final = 5  # that the heat map tells apart
WIDTH: Final = 672.0  # pixels of the plan: 42rem in visits.css
LETTER: Final = 12.0  # pixels high on it
BASELINE: Final = 0.95  # of a letter, below the top of its line
DOT: Final = 0.25  # metres: the room of a plant, which names keep clear of
NEARBY: Final = 1.5  # metres: nearer than that is at a plant


@dataclass(frozen=True, slots=True)
class Column:
    """One step of time."""

    x: float
    y: float
    height: float
    said: str
    height_before: float = 0.0  # in the period before, where that is drawn behind it

    @property
    def y_before(self) -> float:
        """Where what was before begins."""
        return round(HIGHEST - self.height_before, 2)


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


def columns(values: Sequence[float], said: Sequence[str], before: Sequence[float] = ()) -> Columns:
    """A column a value, the highest as high as the picture; `said` are their words.

    `before` are the values of the period before, in step with these as far as there are any; they stand behind.
    """
    most = max([*values, *before], default=0.0)
    heights, behind = ([round(HIGHEST * one / most, 2) if most else 0.0 for one in some] for some in (values, before))
    return Columns(
        [
            Column(number * COLUMN, round(HIGHEST - height, 2), height, words, then)
            for number, (height, words, then) in enumerate(
                zip(heights, said, [*behind, *[0.0] * (len(heights) - len(behind))], strict=True)
            )
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


@dataclass(frozen=True, slots=True)
class Label:
    """What is written beside a plant."""

    text: str
    x: float  # its middle
    z: float  # its baseline


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

    ground: Ground
    plants: Sequence[Standing]
    labels: Sequence[Label]  # those that cover neither another nor a plant
    letter: float
    squares: Sequence[Square]
    lines: Sequence[Line]
    cell: float


def plan(
    terrain: Terrain,
    plants: Sequence[Standing],
    *,
    cell: float,
    warmth: Mapping[tuple[int, int], float],
    ways: Iterable[tuple[tuple[float, float], tuple[float, float], float]] = (),
) -> Plan:
    """The plan with the seconds that visitors stood in each square of `cell` metres, and the ways they took."""
    most = max(warmth.values(), default=0.0)
    ground = ground_of(terrain)
    letter = LETTER * ground.across / WIDTH
    return Plan(
        ground=ground,
        plants=plants,
        labels=_labels(plants, letter),
        letter=letter,
        squares=[
            Square(x * cell, z * cell, shade(seconds, most), f"{round(seconds)} s")
            for (x, z), seconds in sorted(warmth.items())
            if seconds > 0
        ],
        lines=[
            Line(*one, *other, round(0.05 + 0.11 * strength, 2), f"{place(*one, plants)} – {place(*other, plants)}")
            for one, other, strength in ways
        ],
        cell=cell,
    )


def _labels(plants: Sequence[Standing], letter: float) -> list[Label]:
    """The names that have room in letters of so many metres, below their plants or above."""
    asked = {number: Named(shortened(one.name), one.x, one.z, DOT) for number, one in enumerate(plants)}
    baseline = {Side.BELOW: DOT + letter * BASELINE, Side.ABOVE: letter * (BASELINE - LINE) - DOT}
    return [
        Label(asked[number].label, asked[number].x, asked[number].z + baseline[side])
        for number, side in with_room(asked, letter).items()
    ]


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
    return place_in_words(x, z)
