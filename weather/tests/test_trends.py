from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from weather.mood import COMPONENT_NAMES
from weather.tests.factories import NOW
from weather.timeline import timeline
from weather.trends import Stretch, trends

HOUR = timedelta(hours=1)
SINCE = NOW - 24 * HOUR


def stretch(begins: float, ends: float, weather: str = "sunny", level: float = 0.5) -> Stretch:
    """From so many hours after the beginning to so many."""
    levels = dict.fromkeys(COMPONENT_NAMES, level)
    return Stretch(SINCE + begins * HOUR, SINCE + ends * HOUR, weather, 0.5, "serene_morning", levels)


def test_a_time_without_looks_has_no_trend() -> None:
    went = trends([], since=SINCE, until=NOW)
    assert (went.dominant, went.components, went.changes) == ("", {}, 0)
    assert timeline(went.stretches, since=SINCE, until=NOW) is None


def test_stretches_are_cut_to_the_time_and_weighed_by_their_length() -> None:
    went = trends([stretch(-10, 6, "starry", 0.2), stretch(6, 30, "sunny", 0.6)], since=SINCE, until=NOW)
    assert went.hours == {"starry": 6.0, "sunny": 18.0}
    assert (went.dominant, went.changes) == ("sunny", 1)
    energy = went.components["energy"]
    assert energy.mean == pytest.approx(0.5)
    assert (energy.low, energy.high) == (0.2, 0.6)
    assert [one.begins for one in went.stretches] == [SINCE, SINCE + 6 * HOUR]
    assert went.stretches[-1].ends == NOW


def test_what_lies_outside_of_the_time_counts_nothing() -> None:
    assert trends([stretch(-5, 0), stretch(24, 30)], since=SINCE, until=NOW).hours == {}


@pytest.mark.parametrize(
    ("first", "second", "direction"), [(0.2, 0.8, "rising"), (0.8, 0.2, "falling"), (0.5, 0.54, "steady")]
)
def test_a_direction_is_from_the_first_half_to_the_second(first: float, second: float, direction: str) -> None:
    went = trends([stretch(0, 12, level=first), stretch(12, 24, level=second)], since=SINCE, until=NOW)
    assert went.components["focus"].direction == direction


def test_one_long_stretch_is_steady() -> None:
    assert trends([stretch(0, 24)], since=SINCE, until=NOW).components["drive"].direction == "steady"


def test_a_gap_in_which_nobody_looked_is_a_gap_in_the_line() -> None:
    picture = timeline([stretch(0, 6), stretch(6, 8), stretch(12, 24)], since=SINCE, until=NOW)
    assert picture is not None
    assert picture.lines[0].path.count("M") == 2
    assert [(band.x, band.width) for band in picture.bands] == [(0.0, 180.0), (180.0, 60.0), (360.0, 360.0)]


def test_hours_are_named_where_there_is_room() -> None:
    picture = timeline([stretch(0, 24)], since=SINCE, until=NOW)
    assert picture is not None
    assert [tick.text for tick in picture.ticks][:3] == ["15:00", "18:00", "21:00"]
    moment = datetime(2026, 6, 15, 12, 10, tzinfo=NOW.tzinfo)
    short = timeline([stretch(0, 24)], since=moment - 2 * HOUR, until=moment)
    assert short is not None
    assert [tick.text for tick in short.ticks] == ["12:00"]
