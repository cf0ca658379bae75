"""What plants would stand on, and whose room they would take."""

from __future__ import annotations

import pytest

from garden.engine.footing import Footing, footings
from garden.engine.island import FOOTPRINTS, RADIUS
from garden.engine.layout import Obstacle, PlacedPlant
from garden.looks import ISLAND

TREE = PlacedPlant("oak", -2.0, -3.0)
ROOM = (FOOTPRINTS["oak"][0] + FOOTPRINTS["fern"][0]) * RADIUS.crowding  # metres between a tree and a fern


@pytest.mark.parametrize(
    ("x", "z", "expected"),
    [
        (3.0, -4.0, Footing(None, None)),
        (ISLAND.pond.x, ISLAND.pond.z, Footing(Obstacle.POND, None)),
        (ISLAND.path.points[3].x, ISLAND.path.points[3].z, Footing(Obstacle.PATH, None)),
        (0.0, 60.0, Footing(Obstacle.RIM, None)),
        (-2.0, -3.0 - ROOM + 0.01, Footing(None, "tree")),
        (-2.0, -3.0 - ROOM - 0.01, Footing(None, None)),
    ],
)
def test_a_place_bears_a_plant_or_says_what_keeps_it(x: float, z: float, expected: Footing[str]) -> None:
    assert footings({"fern": PlacedPlant("fern", x, z)}, {"tree": TREE}) == {"fern": expected}


def test_of_several_neighbours_the_one_that_is_reached_into_furthest_is_named() -> None:
    wanted = {"fern": PlacedPlant("fern", 3.0, -4.0), "herb": PlacedPlant("basil", 3.1, -4.0)}
    beside = {"tree": PlacedPlant("oak", 4.0, -4.5), "far": PlacedPlant("oak", -4.0, -2.0)}
    found = footings(wanted, beside)
    assert found["herb"].crowds == "fern"  # moved at the same time
    assert found["fern"].crowds == "herb"


def test_nothing_is_moved_by_nobody() -> None:
    assert footings({}, {"tree": TREE}) == {}
