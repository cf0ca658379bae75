"""What dresses a garden: always in its place, never in a plant's."""

from __future__ import annotations

import math
from itertools import combinations

import pytest

from garden.engine.dressing import FURNISHED, POTTED, Occupant, dressing
from garden.engine.genome import VARIANTS, Rng, seed_for
from garden.engine.island import RADIUS, terrain
from garden.engine.layout import Newcomer, PlacedPlant, place, standing_radius
from garden.looks import PROPS
from garden.vocabulary import PropKind

FORMS = [variant for variants in VARIANTS.values() for variant in variants]
AFLOAT = PropKind.LILY


def garden_of(count: int, seed: int = 0) -> tuple[list[Occupant], float]:
    """So many grown plants, put one by one, and the radius of their island."""
    rng, placed = Rng(seed), list[PlacedPlant]()
    for index in range(count):
        newcomer = Newcomer(seed_for(f"{seed}/{index}"), rng.pick(FORMS))
        found = place(newcomer, placed, radius=standing_radius(placed, and_also=[newcomer.variant]))
        placed.append(PlacedPlant(newcomer.variant, found.x, found.z))
    occupants = [Occupant(each.variant, each.x, each.z, 0.8, 0.1 * (at % 9)) for at, each in enumerate(placed)]
    return occupants, standing_radius(placed)


def test_an_empty_garden_has_everything_and_a_bed_that_waits() -> None:
    things = dressing(terrain(RADIUS.least), [])
    kinds = [prop.kind for prop in things]
    assert set(kinds) == set(PropKind) - {PropKind.CANE}
    assert kinds.count(PropKind.LANTERN) == 3
    cat = next(prop for prop in things if prop.kind is PropKind.CAT)
    bench = next(prop for prop in things if prop.kind is PropKind.BENCH)
    assert (cat.x, cat.z) == (bench.x, bench.z)
    assert cat.lift > 0.4


@pytest.mark.parametrize("count", [0, 1, 4, 9, 15, 40])
def test_things_stand_on_the_island_beside_plants_path_and_pond(count: int) -> None:
    plants, radius = garden_of(count, seed=count)
    island = terrain(radius)
    for prop in dressing(island, plants):
        if prop.kind is AFLOAT:
            assert island.pond_distance(prop.x, prop.z) < -0.05
            continue
        assert math.hypot(prop.x, prop.z) < radius * 0.95
        assert island.pond_distance(prop.x, prop.z) > 0
        assert all(math.hypot(plant.x - prop.x, plant.z - prop.z) > plant.spread * 0.55 for plant in plants), prop


@pytest.mark.parametrize("count", [0, 4, 12])
def test_no_thing_stands_in_another(count: int) -> None:
    plants, radius = garden_of(count, seed=7)
    loose = {AFLOAT, PropKind.HEDGE, PropKind.BED}  # the hedge is one thing of many balls
    solid = [prop for prop in dressing(terrain(radius), plants) if prop.kind not in loose and not prop.lift]
    for one, other in combinations(solid, 2):
        room = min(PROPS.sizes[one.kind].needed, PROPS.sizes[other.kind].needed)
        assert math.hypot(one.x - other.x, one.z - other.z) > room, (one, other)


def test_the_same_plants_give_the_same_dressing() -> None:
    plants, radius = garden_of(9)
    assert dressing(terrain(radius), plants) == dressing(terrain(radius), list(plants))


def test_the_cat_sleeps_beside_the_plant_that_is_best_looked_after() -> None:
    tended, other = Occupant("daisy", 1.6, 1.0, 0.9, 1.0), Occupant("daisy", -0.6, -1.4, 0.9, 0.2)
    cat = next(prop for prop in dressing(terrain(RADIUS.least), [other, tended]) if prop.kind is PropKind.CAT)
    assert math.hypot(cat.x - tended.x, cat.z - tended.z) < math.hypot(cat.x - other.x, cat.z - other.z)
    assert cat.z > tended.z


def test_a_full_garden_leaves_the_ground_to_its_plants() -> None:
    few, radius = garden_of(FURNISHED)
    assert not {PropKind.TABLE, PropKind.BENCH, PropKind.HEDGE} & {prop.kind for prop in dressing(terrain(radius), few)}
    many, radius = garden_of(POTTED)
    kinds = {prop.kind for prop in dressing(terrain(radius), many)}
    assert PropKind.POT not in kinds
    assert PropKind.LILY in kinds


def test_what_an_agent_helped_to_grow_is_tied_to_a_cane() -> None:
    def canes(assisted: float, growth: float = 0.9) -> list[float]:
        plant = Occupant("daisy", 1.6, 1.0, growth, 1.0, assisted)
        return [prop.scale for prop in dressing(terrain(RADIUS.least), [plant]) if prop.kind is PropKind.CANE]

    assert canes(0.0) == canes(0.05) == canes(0.8, growth=0.1) == []
    (little,), (much,) = canes(0.2), canes(1.0)
    assert little < much < 1.3


def test_a_featured_plant_stands_between_two_lanterns() -> None:
    def lanterns(featured: bool) -> list[tuple[float, float]]:
        plant = Occupant("tulip", 0.4, -1.2, 0.9, 0.6, featured=featured)
        return [(prop.x, prop.z) for prop in dressing(terrain(RADIUS.least), [plant]) if prop.kind is PropKind.LANTERN]

    beside = [spot for spot in lanterns(True) if math.dist(spot, (0.4, -1.2)) < 1]
    assert len(beside) == 2
    assert len(lanterns(False)) == 3
