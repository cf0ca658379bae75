"""The looks that the drawing and the scene share: read strictly, and understood alike on both sides."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pytest

from garden.looks import LIGHTS, PLANTS
from garden.looks.lights import LightChange, LightLooks, Tint
from garden.looks.reading import Colour, LooksError, made, snake_case
from garden.svg import trees
from garden.svg.light import light_for, resolved
from garden.tests import golden
from garden.vocabulary import Precipitation, Season, TimeOfDay, WeatherType


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


@dataclass(frozen=True)
class Leaf:
    color: Colour
    long_side: float = 1.0


@dataclass(frozen=True)
class Tree:
    leaf: Leaf
    balls: int
    sizes: Mapping[Size, float]
    hoops: tuple[float, ...] = ()
    by_name: Mapping[str, Leaf] = field(default_factory=dict)
    spare: Leaf | None = None


SOUND: dict[str, Any] = {"leaf": {"color": "#a0b1c2"}, "balls": 3, "sizes": {"small": 1, "large": 2.5}}


def test_json_becomes_frozen_dataclasses() -> None:
    tree = made(Tree, SOUND | {"hoops": [0.5, 1], "byName": {"oneLeaf": {"color": "#000000", "longSide": 2}}}, "tree")
    assert tree == Tree(
        leaf=Leaf(Colour("#a0b1c2")),
        balls=3,
        sizes={Size.SMALL: 1.0, Size.LARGE: 2.5},
        hoops=(0.5, 1.0),
        by_name={"one_leaf": Leaf(Colour("#000000"), 2.0)},
    )
    assert made(Tree, SOUND | {"spare": {"color": "#ffffff"}}, "tree").spare == Leaf(Colour("#ffffff"))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"leaf": {"color": "green"}}, "tree.leaf.color"),
        ({"leaf": {"color": "#A0B1C2"}}, "tree.leaf.color"),
        ({"leaf": {"color": 5}}, "tree.leaf.color"),
        ({"leaf": {}}, "color is missing"),
        ({"leaf": []}, "tree.leaf"),
        ({"balls": 2.5}, "tree.balls"),
        ({"balls": True}, "tree.balls"),
        ({"balls": "3"}, "tree.balls"),
        ({"sizes": {"small": 1}}, "small, large"),
        ({"sizes": {"small": 1, "large": 2, "huge": 3}}, "small, large"),
        ({"hoops": [1, "2"]}, r"tree.hoops\[1\]"),
        ({"hoops": 1}, "tree.hoops"),
        ({"byName": {"oak": {"color": "#000000", "wide": 1}}}, "nobody reads wide"),
        ({"root": 1}, "nobody reads root"),
    ],
)
def test_a_gap_or_a_wrong_value_is_named(change: dict[str, Any], place: str) -> None:
    with pytest.raises(LooksError, match=place):
        made(Tree, SOUND | change, "tree")


@pytest.mark.parametrize(("camel", "snake"), [("discSize", "disc_size"), ("atLeast", "at_least"), ("oak", "oak")])
def test_words_of_json_are_written_as_python_does(camel: str, snake: str) -> None:
    assert snake_case(camel) == snake
    assert golden.camel_case(snake) == camel


@pytest.mark.parametrize(
    "change",
    [
        LightChange(layers={"haze": 1.0}),
        LightChange(tint={"stars": Tint(Colour("#ffffff"), 1.0)}),
        LightChange(set={"zenith": 1.0}),
        LightChange(at_least={"brightness": 1.0}),
    ],
)
def test_a_change_of_what_no_light_has_is_refused(change: LightChange) -> None:
    looks = {name: getattr(LIGHTS, name) for name in LightLooks.__dataclass_fields__}
    with pytest.raises(LooksError, match="nobody reads"):
        LightLooks(**(looks | {"winter_sun": change}))


def test_every_form_has_its_looks() -> None:
    def named(*kinds: str) -> set[str]:
        return {name for kind, forms in PLANTS.variants.items() for name in forms if kind in kinds}

    assert PLANTS.trees.keys() | {"conifer"} == named("tree")
    assert PLANTS.trees.keys() == trees.SYMBOLS.keys()
    assert PLANTS.bushes.keys() == named("bush")
    assert PLANTS.flowers.keys() == named("flower")
    assert PLANTS.perennials.keys() == named("generic")


def test_a_storm_brings_its_own_rain() -> None:
    dry, wet = (
        resolved(TimeOfDay.DAY, Season.SUMMER, WeatherType.STORMY, falling)
        for falling in (Precipitation.CLEAR, Precipitation.RAIN)
    )
    assert dry == wet


def test_the_sun_hides_behind_clouds_by_day_and_the_moon_does_not() -> None:
    day, night = (
        light_for(hour, Season.SUMMER, WeatherType.CLOUDY, "clear") for hour in (TimeOfDay.DAY, TimeOfDay.NIGHT)
    )
    assert day.disc_size == 0
    assert night.disc_size > 0


def test_both_sides_are_tested_against_what_python_finds_today() -> None:
    """Where this fails on purpose: `python -m garden.tests.golden`, then the tests of the frontend."""
    assert json.loads(golden.FILE.read_text()) == json.loads(golden.text(golden.golden()))
