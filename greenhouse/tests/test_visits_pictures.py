from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from garden.engine.island import terrain
from greenhouse.console.visits.days import by_weather, weather_of_days
from greenhouse.console.visits.pictures import SHADES, Standing, columns, interval, place, plan, shade

MONDAY = datetime(2026, 6, 15, tzinfo=UTC)
PLANTS = [Standing("Moss Map", 2.0, -1.0)]


def test_the_highest_column_is_as_high_as_the_picture() -> None:
    picture = columns([0, 5, 10], ["none", "five", "ten"])
    assert [(one.y, one.height) for one in picture.columns] == [(100.0, 0.0), (50.0, 50.0), (0.0, 100.0)]
    assert (picture.width, picture.most, picture.is_empty) == (30.0, 10, False)
    assert columns([0, 0], ["", ""]).is_empty


def test_what_was_before_stands_behind_in_the_same_measure_as_far_as_it_is_known() -> None:
    picture = columns([1, 2], ["one", "two"], [4])
    assert [(one.height, one.height_before, one.y_before) for one in picture.columns] == [
        (25.0, 100.0, 0.0),
        (50.0, 0.0, 100.0),
    ]


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(-1, 1, (0, 200)), (0.25, 0.75, (125, 50)), (0.5, 0.5, (150, 2))]
)
def test_an_interval_lies_between_minus_one_and_one(low: float, high: float, expected: tuple[float, float]) -> None:
    found = interval(low, high)
    assert (found.x, found.width) == expected


def test_a_picture_of_nothing_has_a_width() -> None:
    assert columns([], []).width > 0


@pytest.mark.parametrize(("value", "expected"), [(1, 1), (25, 3), (100, SHADES)])
def test_one_warm_place_leaves_the_others_not_cold(value: float, expected: int) -> None:
    assert shade(value, 100) == expected


def test_a_place_is_told_by_the_plant_that_stands_there_or_by_its_distance() -> None:
    assert place(2.4, -1.2, PLANTS) == "at Moss Map"
    assert place(0.2, 0.3, PLANTS) == "in the middle"
    assert place(-4.0, 3.0, PLANTS) == "3.0 m to the front, 4.0 m to the left"
    assert place(4.0, -3.0, []) == "3.0 m to the back, 4.0 m to the right"


def test_the_plan_has_the_garden_in_metres_and_where_visitors_were() -> None:
    ground = terrain(8.0)
    drawn = plan(
        ground,
        PLANTS,
        cell=0.5,
        warmth={(4, -2): 30.0, (5, -2): 3.0, (0, 0): 0.0},
        ways=[((2.0, -1.0), (0.0, 0.0), 1.0)],
    )
    assert [(one.x, one.z, one.shade, one.said) for one in drawn.squares] == [
        (2.0, -1.0, SHADES, "30 s"),
        (2.5, -1.0, 2, "3 s"),
    ]
    assert drawn.lines[0].said == "at Moss Map – in the middle"
    reach = float(drawn.ground.box.split()[3]) / 2
    assert all(abs(float(number)) <= reach for point in drawn.ground.outline.split() for number in point.split(","))
    assert [one.text for one in drawn.labels] == [plant.name for plant in PLANTS]


def test_names_on_the_plan_cover_neither_each_other_nor_a_plant() -> None:
    close = [Standing("Sapling Press", 0.0, 0.0), Standing("Rope Ladder", 0.8, 0.0)]
    beside = {one.text: one.z for one in plan(terrain(8.0), close, cell=0.5, warmth={}).labels}
    assert beside["Sapling Press"] < 0.0 < beside["Rope Ladder"]
    between = [*close, Standing("Tide Table", 0.4, -0.5), Standing("Windfall", 0.4, 0.5)]
    assert not {"Sapling Press", "Rope Ladder"} & {
        one.text for one in plan(terrain(8.0), between, cell=0.5, warmth={}).labels
    }


def test_a_long_name_is_cut_on_the_plan() -> None:
    (name,) = plan(terrain(8.0), [Standing("A name of many letters", 0.0, 0.0)], cell=0.5, warmth={}).labels
    assert name.text == "A name of many le…"


def test_a_day_has_the_weather_that_stood_longest() -> None:
    begins = {(MONDAY + timedelta(days=number)).date(): MONDAY + timedelta(days=number) for number in range(3)}
    stood = [
        ("sunny", MONDAY - timedelta(days=3), MONDAY + timedelta(hours=10)),
        ("stormy", MONDAY + timedelta(hours=10), MONDAY + timedelta(hours=30)),
    ]
    assert weather_of_days(stood, begins) == {date(2026, 6, 15): "stormy", date(2026, 6, 16): "stormy"}


def test_few_days_of_a_weather_say_nothing_and_come_last() -> None:
    days = [MONDAY.date() + timedelta(days=number) for number in range(7)]
    weather = {day: "sunny" if number < 6 else "stormy" for number, day in enumerate(days)}
    visits = {day: float(number) for number, day in enumerate(days)} | {date(2020, 1, 1): 99.0}
    sunny, stormy = by_weather(visits, weather)
    assert (sunny.weather, sunny.days, sunny.mean, sunny.least, sunny.most) == ("sunny", 6, 2.5, 0.0, 5.0)
    assert (stormy.weather, stormy.is_too_few) == ("stormy", True)
