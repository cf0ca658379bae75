from __future__ import annotations

import math
from random import Random
from typing import Any

import pytest

from visitors import walks
from visitors.walks import MOST_SHOWN, SILENT_SECONDS, Stage, StepRefused, Walk, read_step

HERE: dict[str, Any] = {"x": 1.1, "y": 0.4, "z": -2.3}


def said(position: Any = HERE, activity_type: Any = "navigation", **more: Any) -> dict[str, Any]:
    data = {"position": position, "activity_type": activity_type, **more}
    return {"event_type": "journey_step", "data": data}


def walk(x: float, z: float = 0.0, activity: str = "navigation") -> Walk:
    return Walk(x, z, activity)


# --- What is taken ----------------------------------------------------------------------------------------------------


def test_a_step_is_snapped_to_the_grid() -> None:
    assert read_step(said(), radius=8.0) == walk(1.0, -2.5)
    assert math.copysign(1, read_step(said({"x": -0.1, "y": 0, "z": 0}), radius=8.0).x) == 1


def test_what_a_visitor_does_is_navigation_unless_they_say_otherwise() -> None:
    bare = {"event_type": "journey_step", "data": {"position": HERE}}
    assert read_step(bare, radius=8.0).activity == "navigation"
    assert read_step(said(activity_type="interaction"), radius=8.0).activity == "interaction"


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        "journey_step",
        {"token": "late"},
        {"event_type": "journey_step"},
        {"event_type": "journey_step", "data": []},
        {**said(), "seq": 1},
        said(project_id="no field of a step"),
        said(activity_type="dancing"),
        said(activity_type=["interaction"]),
        said(position=None),
        said(position={"x": 1, "z": 1}),
        said(position={**HERE, "w": 0}),
        *[
            said(position={**HERE, axis: value})
            for axis in "xyz"
            for value in (math.inf, -math.inf, math.nan, 10**400, 1e9, True, "1", None, [1])
        ],
        said(position={"x": 7, "y": 0, "z": 7}),  # each for itself would be on the island
    ],
)
def test_what_is_no_step_on_the_island_is_refused(message: Any) -> None:
    with pytest.raises(StepRefused):
        read_step(message, radius=8.0)


# --- What is shown ----------------------------------------------------------------------------------------------------


def test_a_step_is_shown_one_to_two_seconds_later_and_once() -> None:
    stage = Stage(Random(1))
    stage.step("ada", walk(1.0), 10.0)
    assert stage.due(11.0 - 0.001) == []
    assert stage.due(11.5) == [["ada", 1.0, 0.0, 1.0, 0.0, "navigation"]]
    assert stage.due(13.0) == []


def test_only_the_newest_step_is_shown_and_where_it_came_from() -> None:
    stage = Stage(Random(1))
    stage.step("ada", walk(1.0), 0.0)
    stage.due(2.0)
    for tenth in range(5):
        stage.step("ada", walk(2.0 + tenth), 3.0 + tenth / 10)
    assert stage.due(6.0) == [["ada", 1.0, 0.0, 6.0, 0.0, "navigation"]]


def test_what_a_visitor_did_between_two_steps_is_not_lost() -> None:
    stage = Stage(Random(1))
    stage.step("ada", walk(1.0, activity="interaction"), 0.0)
    stage.step("ada", walk(2.0), 0.1)
    assert stage.due(3.0)[0][-1] == "interaction"


def test_at_most_24_are_shown_and_they_keep_their_places_while_they_walk() -> None:
    stage = Stage(Random(1))
    for tick in range(3):
        for number in range(MOST_SHOWN + 10):
            stage.step(f"visitor {number}", walk(tick), tick / 4)
    assert [row[0] for row in stage.due(5.0, most=2)] == ["visitor 0", "visitor 1"]  # beside other processes
    assert {row[0] for row in stage.due(5.0)} == {f"visitor {number}" for number in range(2, MOST_SHOWN)}


def test_a_place_is_free_once_its_visitor_left_or_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walks, "MOST_SHOWN", 2)
    stage = Stage(Random(1))
    stage.step("ada", walk(1.0), 0.0)
    stage.step("bob", walk(1.0), 1.0)
    stage.leave("ada")
    stage.step("cy", walk(2.0), 2.0)
    assert [row[0] for row in stage.due(4.0)] == ["bob", "cy"]
    stage.step("dan", walk(3.0), 1.0 + SILENT_SECONDS)
    assert [row[0] for row in stage.due(20.0)] == ["dan"]


def test_of_a_visitor_who_left_nothing_more_is_shown() -> None:
    stage = Stage(Random(1))
    stage.step("ada", walk(1.0), 0.0)
    stage.leave("ada")
    assert stage.due(5.0) == []
    stage.leave("never seen")


def test_a_visitor_who_floods_is_kept_in_bounds() -> None:
    stage = Stage(Random(1))
    for number in range(1000):
        stage.step("ada", walk(float(number)), 0.0)
    assert len(stage._visitors["ada"].waiting) == walks.MOST_WAITING
