from __future__ import annotations

from visitors.figures.counting import sequences
from visitors.figures.patterns import CommonPath, DropOff, at_least, common_paths, drop_offs


def test_every_run_of_two_to_four_areas_is_a_sequence() -> None:
    assert list(sequences(["a", "b", "c"])) == [("a", "b"), ("b", "c"), ("a", "b", "c")]
    assert len(list(sequences("abcde"))) == 4 + 3 + 2
    assert list(sequences(["a"])) == []


def test_of_equally_frequent_paths_the_longer_says_more() -> None:
    found = common_paths({("a", "b"): 3, ("a", "b", "c"): 3, ("c", "d"): 7})
    assert found == [CommonPath(("c", "d"), 7), CommonPath(("a", "b", "c"), 3), CommonPath(("a", "b"), 3)]


def test_areas_where_visits_surely_end_come_before_those_where_one_did_by_chance() -> None:
    paths = {
        ("", "gate"): 100,
        ("gate", "pond"): 60,
        ("gate", ""): 40,
        ("pond", "shed"): 1,
        ("pond", ""): 59,
        ("shed", ""): 1,
    }
    assert drop_offs(paths) == [DropOff("pond", 59, 60), DropOff("gate", 40, 100), DropOff("shed", 1, 1)]


def test_an_area_where_no_visit_ends_is_no_drop_off() -> None:
    assert drop_offs({("", "gate"): 5, ("gate", "pond"): 5, ("pond", ""): 5}) == [DropOff("pond", 5, 5)]


def test_a_share_is_at_least_what_wilson_says() -> None:
    assert round(at_least(50, 100), 3) == 0.404
    assert at_least(0, 10) == at_least(0, 0) == 0.0
