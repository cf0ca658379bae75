"""The island from above, in metres: its ground, the crowns on it, and where there is room for a name. Pure.

The front is below. Colours are the stylesheet's, but for a plant's own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

from garden.engine.island import FOOTPRINTS, RADIUS
from garden.looks import ISLAND
from garden.vocabulary import PlantType

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from garden.engine.island import Terrain

Key = TypeVar("Key", bound="Hashable")
Box = tuple[float, float, float, float]  # left, top, right, bottom
CORNERS: Final = 180  # of the island's and the pond's outline
BEYOND: Final = 1.13  # of the radius: how far the picture reaches
LETTER_WIDTH: Final = 0.56  # of its height
MOST_LETTERS: Final = 18  # of a name
LINE: Final = 1.35  # height of a line of letters, of theirs
RIM: Final = 0.48  # of the picture: how far from its middle is written along its rim
NAME_CLEARANCE: Final = 0.8  # of a plant's room: as near as a name may come
RULER_END: Final = 0.012  # of the picture: how high the ends of the scale are
SHARP: Final = 96  # corners of a crown

# A crown by kind: how many leaves, how deep they are cut, and how pointed they end (below 1 round, above it narrow).
CROWNS: Final = {
    PlantType.TREE: (11, 0.16, 0.6),
    PlantType.BUSH: (8, 0.22, 0.55),
    PlantType.FLOWER: (7, 0.55, 0.5),
    PlantType.VINE: (5, 0.42, 0.7),
    PlantType.SUCCULENT: (9, 0.5, 1.6),
    PlantType.FERN: (9, 0.72, 1.1),
    PlantType.HERB: (13, 0.45, 0.9),
    PlantType.GENERIC: (6, 0.4, 0.6),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """The bare island: outlines as the points of polygons."""

    outline: str
    path: str
    path_width: float
    border_width: float  # of the path with its borders
    pond: str
    radius: float
    box: str  # of the whole picture
    across: float  # metres of it

    @property
    def ruler_metres(self) -> int:
        """How long the scale in the corner is: about a fifth of the picture, in whole metres."""
        return max(1, round(self.across / 5))

    @property
    def ruler(self) -> str:
        """The scale, as the `d` of a path, in the front corner on the left."""
        x, z, end = self.ruler_x, self.rim_of_picture, self.across * RULER_END
        return f"M{x:.2f} {z - end:.2f}V{z:.2f}H{x + self.ruler_metres:.2f}V{z - end:.2f}"

    @property
    def ruler_x(self) -> float:
        """Where the scale begins."""
        return -self.rim_of_picture

    @property
    def rim_of_picture(self) -> float:
        """Metres from the middle to what is written along the rim."""
        return round(self.across * RIM, 2)


def ground_of(terrain: Terrain) -> Ground:
    """The ground of an island."""
    turns = [math.tau * corner / CORNERS for corner in range(CORNERS)]
    centre_x, centre_z = terrain.pond_centre
    reach = terrain.radius * BEYOND
    return Ground(
        outline=_points((terrain.edge(turn) * math.cos(turn), terrain.edge(turn) * math.sin(turn)) for turn in turns),
        path=_points((x, z) for x, z in terrain.path if math.hypot(x, z) <= terrain.edge(math.atan2(z, x))),
        path_width=round(2 * ISLAND.path.worn * terrain.path_width, 2),
        border_width=round(2 * ISLAND.path.border * terrain.path_width, 2),
        pond=_points(
            (
                centre_x + terrain.pond_edge(turn) * math.cos(turn),
                centre_z + terrain.pond_edge(turn) * math.sin(turn),
            )
            for turn in turns
        ),
        radius=terrain.radius,
        box=f"{-reach:.2f} {-reach:.2f} {2 * reach:.2f} {2 * reach:.2f}",
        across=round(2 * reach, 2),
    )


def room_of(variant: str) -> float:
    """Metres round a grown plant that are its own: where two such circles overlap, plants stand too near."""
    return FOOTPRINTS[variant][0] * RADIUS.crowding


def crown(kind: PlantType) -> str:
    """The outline of a crown of one metre, from above, as the `d` of a path."""
    leaves, depth, pointed = CROWNS[kind]
    corners = []
    for corner in range(SHARP):
        turn = math.tau * corner / SHARP
        reach = 1 - depth * (1 - abs(math.cos(turn * leaves / 2)) ** pointed)
        corners.append(f"{reach * math.cos(turn):.3f} {reach * math.sin(turn):.3f}")
    return f"M{'L'.join(corners)}Z"


class Side(StrEnum):
    """Where a name stands beside its plant, the better one first."""

    BELOW = "below"
    ABOVE = "above"


def shortened(name: str) -> str:
    """A name as far as there is room for its letters on a plan."""
    return name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1]}…"


@dataclass(frozen=True, slots=True)
class Named:
    """A plant with what is written beside it, as far as room for it is asked."""

    label: str
    x: float
    z: float
    room: float  # metres round it that are its own


def with_room(plants: Mapping[Key, Named], letter: float) -> dict[Key, Side]:
    """Those whose names, in letters of so many metres, cover neither another name nor a plant, and on which side.

    The broad ones choose first.
    """
    names: dict[Key, Box] = {}
    sides: dict[Key, Side] = {}
    for key, plant in sorted(plants.items(), key=lambda item: (-item[1].room, item[1].label)):
        others = [other for other_key, other in plants.items() if other_key != key]
        for side in Side:
            box = _name_box(plant, letter, side)
            if not any(_overlap(box, name) for name in names.values()) and not any(
                _reaches(box, other) for other in others
            ):
                names[key], sides[key] = box, side
                break
    return sides


def _name_box(plant: Named, letter: float, side: Side) -> Box:
    half = len(plant.label) * letter * LETTER_WIDTH / 2
    top = plant.z + plant.room if side is Side.BELOW else plant.z - plant.room - letter * LINE
    return plant.x - half, top, plant.x + half, top + letter * LINE


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _reaches(box: Box, plant: Named) -> bool:
    """Whether a name would lie on a plant; on the rim of its room it may."""
    x, z = min(max(plant.x, box[0]), box[2]), min(max(plant.z, box[1]), box[3])
    return math.hypot(plant.x - x, plant.z - z) < plant.room * NAME_CLEARANCE


def place_in_words(x: float, z: float) -> str:
    """How far from the middle of the island a place is."""
    side, depth = "right" if x > 0 else "left", "front" if z > 0 else "back"
    return f"{abs(z):.1f} m to the {depth}, {abs(x):.1f} m to the {side}"


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.2f},{z:.2f}" for x, z in points)
