"""Places on the island: found once, free, sensible, and kept."""

from __future__ import annotations

import math

import pytest

from garden.engine.genome import VARIANTS, Rng, seed_for
from garden.engine.island import (
    FOOTPRINTS,
    RADIUS,
    island_radius,
    pond_distance,
    roomiest_radius,
    terrain,
)
from garden.engine.layout import (
    Newcomer,
    Obstacle,
    PlacedPlant,
    gap,
    is_plantable,
    obstacles,
    place,
    place_all,
    standing_radius,
)
from garden.looks import ISLAND
from tests.effort import counted

FORMS = [variant for variants in VARIANTS.values() for variant in variants]


def newcomers(count: int) -> list[Newcomer]:
    """A mixed crowd."""
    rng = Rng(count)
    return [Newcomer(seed_for(f"owner/{index}"), rng.pick(FORMS)) for index in range(count)]


def grown_garden(count: int, *, seed: int | None = None) -> list[PlacedPlant]:
    """A garden planted one by one, the island growing with it."""
    placed: list[PlacedPlant] = []
    for newcomer in newcomers(count if seed is None else seed)[:count]:
        found = place(newcomer, placed, radius=standing_radius(placed, and_also=[newcomer.variant]))
        placed.append(PlacedPlant(newcomer.variant, found.x, found.z))
    return placed


def overlapping(placed: list[PlacedPlant], by: float) -> list[PlacedPlant]:
    """Plants that reach so many metres into another."""
    return [
        plant
        for plant in placed
        if any(gap(plant.variant, plant.x, plant.z, other) < -by for other in placed if other is not plant)
    ]


@pytest.fixture(scope="module")
def garden() -> list[PlacedPlant]:
    return grown_garden(200)


def test_every_form_has_a_footprint() -> None:
    assert set(FOOTPRINTS) == set(FORMS)
    assert FOOTPRINTS["oak"] == (1.9, 4.9)
    assert terrain(RADIUS.base).display_scale("oak") == 1
    assert terrain(RADIUS.least).display_scale("oak") == pytest.approx(0.79, abs=0.01)
    assert terrain(RADIUS.least).display_scale("daisy") == terrain(20.0).display_scale("daisy") > 1


def test_the_island_is_as_large_as_its_plants_need_but_never_larger_than_a_rule_of_their_number() -> None:
    assert island_radius([]) == island_radius(["basil"]) == RADIUS.least
    assert island_radius(["oak"] * 6) > island_radius(["basil"] * 6)
    assert island_radius(["oak"] * 15) == RADIUS.base
    assert island_radius(["oak"] * 40) == pytest.approx(roomiest_radius(40), abs=0.001)
    assert roomiest_radius(40) == pytest.approx(7.84, abs=0.01)
    radii = [island_radius(["fern"] * count) for count in range(80)]
    assert radii == sorted(radii)


def test_growing_is_a_journey_of_small_steps() -> None:
    placed: list[PlacedPlant] = []
    radius = RADIUS.least
    for newcomer in newcomers(60):
        found = place(newcomer, placed, radius=standing_radius(placed, and_also=[newcomer.variant]))
        placed.append(PlacedPlant(newcomer.variant, found.x, found.z))
        assert radius <= standing_radius(placed) <= radius * 1.25
        radius = standing_radius(placed)


def test_a_garden_from_before_keeps_its_places_and_so_its_island() -> None:
    placed = [PlacedPlant("oak", -3.5, -4.5), PlacedPlant("basil", 2.0, 3.0)]
    assert standing_radius(placed) == pytest.approx(math.hypot(3.5, 4.5) / RADIUS.rim, abs=0.001)


@pytest.mark.parametrize(("x", "z"), [(-1.05, 1.0), (-0.6, 1.2), (-1.5, 0.8), (-0.5, 1.6)])
def test_nobody_is_flooded_where_the_island_would_be_small(x: float, z: float) -> None:
    """A garden that lost plants, or was planted by an older rule, may have somebody where a small pond would lie."""
    there = PlacedPlant("daisy", x, z)
    assert terrain(RADIUS.least).pond_distance(x, z) < 0
    island = terrain(standing_radius([there]))
    assert island.pond_distance(there.x, there.z) > 0


def test_the_same_garden_and_seed_give_the_same_place(garden: list[PlacedPlant]) -> None:
    newcomer = Newcomer(7, "fern")
    assert place(newcomer, garden, radius=20) == place(newcomer, garden, radius=20)


def test_plants_put_one_by_one_seldom_reach_into_each_other() -> None:
    gardens = [grown_garden(40, seed=1000 + number) for number in range(12)]
    crowded = [plant for garden in gardens for plant in overlapping(garden, by=0.25)]
    assert len(crowded) / sum(map(len, gardens)) < 0.08


def test_two_hundred_plants_one_by_one_touch_only_where_the_island_was_young(garden: list[PlacedPlant]) -> None:
    assert len(overlapping(garden, by=0.25)) <= 6
    assert overlapping(garden[60:], by=0.05) == []


def test_nobody_stands_on_the_path_or_in_the_pond_however_large_the_island_gets(garden: list[PlacedPlant]) -> None:
    for count in (200, 400, 1000):
        island = terrain(roomiest_radius(count))
        assert all(is_plantable(plant.variant, plant.x, plant.z, island) for plant in garden)


@pytest.mark.parametrize("number", range(8))
def test_nobody_of_a_young_garden_is_reached_by_path_or_pond_as_the_island_grows(number: int) -> None:
    placed: list[PlacedPlant] = []
    for newcomer in newcomers(100 + number)[:24]:
        found = place(newcomer, placed, radius=standing_radius(placed, and_also=[newcomer.variant]))
        placed.append(PlacedPlant(newcomer.variant, found.x, found.z))
        island = terrain(standing_radius(placed))
        for plant in placed:
            assert island.pond_distance(plant.x, plant.z) > 0
            assert island.path_distance(plant.x, plant.z) > ISLAND.path.worn * island.path_width


def test_the_first_plants_gather_round_the_middle() -> None:
    for form in FORMS:
        for seed in range(20):
            for radius in (RADIUS.least, RADIUS.base):
                found = place(Newcomer(seed, form), [], radius=radius)
                assert math.hypot(found.x, found.z) < radius * 0.75, (form, seed, radius)


def test_what_has_hardly_grown_stands_behind_what_has() -> None:
    crowd = [Newcomer(seed_for(str(index)), "daisy", growth=0.1 if index % 2 else 0.9) for index in range(30)]
    depths = [found.z for found in place_all(crowd, radius=7.5)]
    assert sum(depths[::2]) > sum(depths[1::2]) + 15


def test_the_owner_may_plant_as_far_out_as_islands_reach_and_the_island_follows() -> None:
    beside = [PlacedPlant("basil", 1.5, -1.5)]
    assert obstacles([PlacedPlant("daisy", 3.0, -5.0)], beside) == [None]
    assert standing_radius([*beside, PlacedPlant("daisy", 3.0, -5.0)]) > 6
    for x, z, found in [
        (4.0, -7.0, Obstacle.RIM),
        (ISLAND.pond.x, ISLAND.pond.z, Obstacle.POND),
        (0.7, 0.28, Obstacle.PATH),
    ]:
        assert obstacles([PlacedPlant("daisy", x, z)], beside) == [found]


def test_of_plants_that_are_moved_together_none_carries_another_off_the_island() -> None:
    far = [PlacedPlant("daisy", 90.0, 3.0), PlacedPlant("fern", -90.0, 3.0)]
    near = PlacedPlant("basil", 2.0, -6.0)
    assert obstacles([*far, near], []) == [Obstacle.RIM, Obstacle.RIM, None]


def test_nobody_stands_off_the_island() -> None:
    placed: list[PlacedPlant] = []
    for newcomer in newcomers(60):
        radius = standing_radius(placed, and_also=[newcomer.variant])
        found = place(newcomer, placed, radius=radius)
        assert math.hypot(found.x, found.z) <= radius * RADIUS.rim + 0.001
        assert found.y == 0
        placed.append(PlacedPlant(newcomer.variant, found.x, found.z))


def test_two_hundred_places_are_found_with_little_work() -> None:
    _, calls = counted(lambda: grown_garden(200))
    assert calls < 6_000_000  # 3.1 million


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
    assert overlapping(placed, by=0.2) == []
    assert place_all([]) == []


def test_a_full_island_still_gives_a_place() -> None:
    crowd = [PlacedPlant("oak", x * 0.9, z * 0.9) for x in range(-8, 9) for z in range(-8, 9)]
    found = place(Newcomer(1, "oak"), crowd, radius=RADIUS.base)
    assert is_plantable("oak", found.x, found.z, terrain(RADIUS.base))


def test_the_path_keeps_its_course_when_the_island_grows() -> None:
    small, large = terrain(RADIUS.base), terrain(20.0)
    assert large.path[-len(small.path) :] == small.path
    assert large.path[0][1] >= 20
    assert small.path_distance(ISLAND.path.points[2].x, ISLAND.path.points[2].z) < 0.1


def test_the_pond_is_wet_and_the_ground_rises_behind() -> None:
    island = terrain(RADIUS.base)
    assert pond_distance(ISLAND.pond.x, ISLAND.pond.z) < 0
    assert not is_plantable("basil", ISLAND.pond.x, ISLAND.pond.z, island)
    assert island.height(0, -5) > island.height(0, 5)
    assert island.height(0, RADIUS.base) == pytest.approx(0)
    assert island.edge(0.0) == pytest.approx(RADIUS.base, rel=0.1)
