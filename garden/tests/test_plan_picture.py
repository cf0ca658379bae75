"""The island from above: to scale, with names where there is room for them."""

from __future__ import annotations

import math
import re
from itertools import combinations

import pytest

from garden.engine.island import terrain
from garden.looks import ISLAND
from garden.svg.plan import LETTER_WIDTH, LINE, Named, Side, crown, ground_of, place_in_words, room_of, with_room
from garden.vocabulary import PlantType


def corners(points: str) -> list[tuple[float, float]]:
    return [(float(x), float(z)) for x, z in (point.split(",") for point in points.split())]


@pytest.mark.parametrize("radius", [3.5, 7.0, 17.5])
def test_the_ground_is_drawn_in_metres_and_within_the_picture(radius: float) -> None:
    island = terrain(radius)
    ground = ground_of(island)
    left, top, width, height = map(float, ground.box.split())
    assert width == height == pytest.approx(-2 * left, abs=0.02)
    for x, z in corners(ground.outline) + corners(ground.pond):
        assert left < x < -left
        assert top < z < -top
    for x, z in corners(ground.path):
        assert island.path_distance(x, z) < 0.02
        assert math.hypot(x, z) <= island.edge(math.atan2(z, x)) + 0.02
    assert all(abs(island.pond_distance(x, z)) < 0.02 for x, z in corners(ground.pond))
    assert ground.path_width == pytest.approx(2 * ISLAND.path.worn * island.path_width, abs=0.01)
    assert 0 < ground.ruler_metres < ground.across / 3


@pytest.mark.parametrize("kind", PlantType)
def test_a_crown_is_as_wide_as_a_metre_and_unlike_every_other(kind: PlantType) -> None:
    reaches = [math.hypot(float(x), float(z)) for x, z in re.findall(r"(-?[\d.]+) (-?[\d.]+)", crown(kind))]
    assert max(reaches) == pytest.approx(1.0, abs=0.001)
    assert min(reaches) > 0.2
    assert sum(crown(other) == crown(kind) for other in PlantType) == 1


def box(plant: Named, side: Side, letter: float) -> tuple[float, float, float, float]:
    half = len(plant.label) * letter * LETTER_WIDTH / 2
    top = plant.z + (plant.room if side is Side.BELOW else -plant.room - letter * LINE)
    return plant.x - half, top, plant.x + half, top + letter * LINE


def test_names_cover_no_other_name_and_the_smaller_the_letters_the_more_there_are() -> None:
    crowd = {
        number: Named(f"Plant {number}", (number % 8) * 0.9, (number // 8) * 0.8, room_of("basil"))
        for number in range(40)
    }
    shown = with_room(crowd, 0.25)
    for one, other in combinations([box(crowd[key], side, 0.25) for key, side in shown.items()], 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    assert 0 < len(with_room(crowd, 0.6)) < len(shown) < len(with_room(crowd, 0.05)) == 40


def test_a_name_that_has_no_room_below_stands_above() -> None:
    plants = {"tree": Named("Tree", 0, 0, 1.0), "herb": Named("Herb", 0, 1.3, 0.2)}
    assert with_room(plants, 0.3) == {"tree": Side.ABOVE, "herb": Side.BELOW}


def test_a_place_is_said_from_the_middle() -> None:
    assert place_in_words(-1.25, 2.0) == "2.0 m to the front, 1.2 m to the left"
    assert place_in_words(3.0, -0.5) == "0.5 m to the back, 3.0 m to the right"
