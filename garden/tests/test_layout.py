"""Places on the island: found once, free, sensible, and kept."""

from __future__ import annotations

import math
import time

import pytest

from garden.genome import VARIANTS, Rng, seed_for
from garden.layout import (
    BASE_RADIUS,
    FOOTPRINTS,
    POND_CENTRE,
    RIM,
    Newcomer,
    PlacedPlant,
    display_scale,
    gap,
    is_plantable,
    island_radius,
    place,
    place_all,
    pond_distance,
    terrain,
)
from garden.looks import ISLAND

FORMS = [variant for variants in VARIANTS.values() for variant in variants]


def newcomers(count: int) -> list[Newcomer]:
    """A mixed crowd."""
    rng = Rng(count)
    return [Newcomer(seed_for(f"owner/{index}"), rng.pick(FORMS)) for index in range(count)]


def grown_garden(count: int) -> list[PlacedPlant]:
    """A garden planted one by one, the island growing with it."""
    placed: list[PlacedPlant] = []
    for index, newcomer in enumerate(newcomers(count)):
        found = place(newcomer, placed, radius=island_radius(index + 1))
        placed.append(PlacedPlant(newcomer.variant, found.x, found.z))
    return placed


@pytest.fixture(scope="module")
def garden() -> list[PlacedPlant]:
    return grown_garden(200)


def test_every_form_has_a_footprint() -> None:
    assert set(FOOTPRINTS) == set(FORMS)
    assert FOOTPRINTS["oak"] == (1.9, 4.9)
    assert display_scale("oak") == 1
    assert display_scale("daisy") > 1


def test_the_island_is_never_smaller_than_its_base_and_grows_with_its_plants() -> None:
    assert island_radius(0) == island_radius(20) == BASE_RADIUS
    assert island_radius(40) == pytest.approx(7.84, abs=0.01)
    assert island_radius(200) > island_radius(100)


def test_the_same_garden_and_seed_give_the_same_place(garden: list[PlacedPlant]) -> None:
    newcomer = Newcomer(7, "fern")
    assert place(newcomer, garden, radius=20) == place(newcomer, garden, radius=20)


def test_two_hundred_plants_one_by_one_never_overlap(garden: list[PlacedPlant]) -> None:
    overlaps = [
        (first, second)
        for index, first in enumerate(garden)
        for second in garden[:index]
        if gap(first.variant, first.x, first.z, second) < 0
    ]
    assert overlaps == []


def test_nobody_stands_on_the_path_or_in_the_pond_however_large_the_island_gets(garden: list[PlacedPlant]) -> None:
    for count in (200, 400, 1000):
        island = terrain(island_radius(count))
        assert all(is_plantable(plant.variant, plant.x, plant.z, island) for plant in garden)


def test_the_first_plants_gather_round_the_middle() -> None:
    for form in FORMS:
        for seed in range(20):
            found = place(Newcomer(seed, form), [], radius=BASE_RADIUS)
            assert math.hypot(found.x, found.z) < BASE_RADIUS * 0.6, (form, seed)


def test_nobody_stands_off_the_island() -> None:
    placed: list[PlacedPlant] = []
    for index, newcomer in enumerate(newcomers(60)):
        radius = island_radius(index + 1)
        found = place(newcomer, placed, radius=radius)
        assert math.hypot(found.x, found.z) <= radius * RIM + 0.001
        assert found.y == 0
        placed.append(PlacedPlant(newcomer.variant, found.x, found.z))


def test_two_hundred_places_are_found_quickly() -> None:
    start = time.process_time()
    grown_garden(200)
    assert time.process_time() - start < 1.5


def test_trees_stand_behind_small_plants() -> None:
    crowd = newcomers(40)
    places = place_all(crowd)
    trees = [found.z for newcomer, found in zip(crowd, places, strict=True) if FOOTPRINTS[newcomer.variant][1] > 3.5]
    small = [found.z for newcomer, found in zip(crowd, places, strict=True) if FOOTPRINTS[newcomer.variant][1] < 1.2]
    assert sum(trees) / len(trees) < sum(small) / len(small) - 1


def test_a_garden_placed_at_once_keeps_the_order_and_does_not_overlap() -> None:
    crowd = newcomers(40)
    places = place_all(crowd)
    assert len(places) == 40
    placed = [PlacedPlant(who.variant, found.x, found.z) for who, found in zip(crowd, places, strict=True)]
    assert all(
        gap(first.variant, first.x, first.z, second) >= 0
        for index, first in enumerate(placed)
        for second in placed[:index]
    )
    assert place_all([]) == []


def test_a_full_island_still_gives_a_place() -> None:
    crowd = [PlacedPlant("oak", x * 0.9, z * 0.9) for x in range(-8, 9) for z in range(-8, 9)]
    found = place(Newcomer(1, "oak"), crowd, radius=BASE_RADIUS)
    assert is_plantable("oak", found.x, found.z, terrain(BASE_RADIUS))


def test_the_path_keeps_its_course_when_the_island_grows() -> None:
    small, large = terrain(BASE_RADIUS), terrain(20.0)
    assert large.path[-len(small.path) :] == small.path
    assert large.path[0][1] >= 20
    assert small.path_distance(ISLAND.path.points[2].x, ISLAND.path.points[2].z) < 0.1


def test_the_pond_is_wet_and_the_ground_rises_behind() -> None:
    island = terrain(BASE_RADIUS)
    assert pond_distance(*POND_CENTRE) < 0
    assert not is_plantable("basil", *POND_CENTRE, island)
    assert island.height(0, -5) > island.height(0, 5)
    assert island.height(0, BASE_RADIUS) == pytest.approx(0)
    assert island.edge(0.0) == pytest.approx(BASE_RADIUS, rel=0.1)
