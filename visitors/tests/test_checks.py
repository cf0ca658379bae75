"""What a body of the intake may say, and what is told of one that may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.parsers import load_json_of_items
from visitors.intake import checks
from visitors.intake.checks import Misfit, TooMany, check_journey, check_page_view
from visitors.vocabulary import StepKind

PLANT = "0b6ff6d2-94b1-4f08-8dd5-2a0a0f5cbb1d"
GOOD: dict[str, Any] = {
    "step_type": "project_view",
    "project_id": PLANT,
    "area": "grove",
    "position": {"x": 1.234, "y": 2, "z": -3},
    "duration": 4.5,
    "scroll_depth": 0.5,
    "at": "2026-06-15T12:00:00Z",
    "context": {"how": "tour", "times": 3, "trusted": True},
}


def step(**said: Any) -> checks.Step:
    return checks.check_step(0, {"step_type": "navigation", **said})


def test_a_step_comes_through_as_it_was_said() -> None:
    checked = checks.check_step(7, GOOD)
    assert (checked.index, checked.kind, str(checked.project_id)) == (7, StepKind.PROJECT_VIEW, PLANT)
    assert (checked.area, checked.x, checked.z, checked.duration) == ("grove", 1.23, -3.0, 4.5)
    assert (checked.scroll_depth, checked.at) == (0.5, datetime(2026, 6, 15, 12, tzinfo=UTC))
    assert checked.context == {"how": "tour", "times": 3, "trusted": True}


def test_only_the_type_is_needed_and_null_says_nothing() -> None:
    nothing = dict.fromkeys(checks.STEP - {"step_type"})
    assert step() == step(**nothing)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"step_type": "page_view"}, "step_type"),  # the beacon's alone
        ({"step_type": ["navigation"]}, "step_type"),
        ({"step_type": None}, "step_type"),
        ({"project_id": 5}, "project_id"),
        ({"project_id": "0b6ff6d294b14f088dd52a0a0f5cbb1d"}, "project_id"),
        ({"project_id": "z" * 36}, "project_id"),
        ({"area": 5}, "area"),
        ({"area": "x" * 121}, "area"),
        ({"area": "a\x00b"}, "area"),
        ({"area": "a\nb"}, "area"),  # parts the areas of a sequence
        ({"area": "\ud800"}, "area"),
        ({"area": "https://elsewhere.example/secret"}, "area"),
        ({"area": "ada@example.org"}, "area"),
        ({"position": [1, 2, 3]}, "position"),
        ({"position": {"x": 1}}, "position"),
        ({"position": {"x": 1, "z": None}}, "position"),
        ({"position": {"x": 1, "z": 2, "w": 3}}, "position"),
        ({"position": {"x": float("nan"), "z": 2}}, "position"),
        ({"position": {"x": float("inf"), "z": 2}}, "position"),
        ({"position": {"x": 1, "y": float("-inf"), "z": 2}}, "position"),
        ({"position": {"x": True, "z": 2}}, "position"),
        ({"duration": -1}, "duration"),
        ({"duration": "3"}, "duration"),
        ({"duration": True}, "duration"),
        ({"duration": float("nan")}, "duration"),
        ({"duration": 1e9}, "duration"),
        ({"scroll_depth": 1.01}, "scroll_depth"),
        ({"at": "yesterday"}, "at"),
        ({"at": 1781524800}, "at"),
        ({"at": "2026-06-15T12:00:00"}, "at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"context": []}, "context"),
        ({"context": {"Name": 1}}, "context"),
        ({"context": {"deep": {"er": 1}}}, "context"),
        ({"context": {"long": "x" * 121}}, "context"),
        ({"context": {"surrogate": "\udfff"}}, "context"),
        ({"context": {"big": float("inf")}}, "context"),
        ({"context": {f"fact_{number}": 1 for number in range(13)}}, "context"),
        ({"user": "ada"}, "user"),
        ({"\ud800": 1}, "\\ud800"),
    ],
)
def test_what_is_wrong_with_a_step_names_the_field(said: dict[str, Any], field: str) -> None:
    with pytest.raises(Misfit) as misfit:
        step(**said)
    assert str(misfit.value).startswith(field)
    str(misfit.value).encode()  # it can be sent


def test_each_step_is_judged_by_itself() -> None:
    journey = check_journey({"batch_id": PLANT, "steps": [GOOD, {**GOOD, "duration": -1}, 5, GOOD]})
    assert [one.index for one in journey.steps] == [0, 3]
    assert [(one.index, one.reason.partition(" ")[0]) for one in journey.refused] == [(1, "duration"), (2, "a")]
    assert str(journey.batch_id) == PLANT


def test_one_step_alone_is_a_body() -> None:
    assert check_journey({**GOOD, "batch_id": PLANT}).steps == [checks.check_step(0, GOOD)]


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "steps",
        {},
        {"steps": {}},
        {"steps": [GOOD], "visitor": "me"},  # at the top: whoever reads it thinks it had an effect
        {"steps": [], "batch_id": "mine"},
        {"step_type": "navigation", "visitor": "me"},
        {"step_type": "navigation", "duration": -1},
    ],
)
def test_a_body_that_is_none_is_refused_whole(body: Any) -> None:
    with pytest.raises(Misfit):
        check_journey(body)


def test_a_body_brings_five_hundred_steps_at_most() -> None:
    assert len(check_journey({"steps": [GOOD] * 500}).steps) == 500
    with pytest.raises(TooMany):
        check_journey({"steps": [GOOD] * 501})


def test_an_infinite_number_costs_its_step_and_no_other() -> None:
    raw = b'{"steps": [{"step_type": "navigation", "position": {"x": 1e999, "z": 0}}, {"step_type": "navigation"}]}'
    journey = check_journey(load_json_of_items(raw))
    assert ([one.index for one in journey.steps], [one.index for one in journey.refused]) == ([1], [0])


def test_times_come_in_any_offset_and_leave_in_utc() -> None:
    assert step(at="2026-06-15T14:00:00+02:00").at == datetime(2026, 6, 15, 12, tzinfo=UTC)
    assert step(at="2026-06-15T12:00:00Z").at.utcoffset() == timedelta(0)  # type: ignore[union-attr]
    assert step(at=datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-3))).isoformat()).at is not None


def test_what_stands_behind_a_path_goes_no_further() -> None:
    assert step(area="/projects/moss/?token=secret#me").area == "/projects/moss/"
    assert check_page_view({"path": "/about/?mail=ada@example.org"}).path == "/about/"


def test_a_page_view_comes_through_as_it_was_said() -> None:
    seen = check_page_view(
        {
            "path": "/",
            "referrer": "https://example.org/page?q=1",
            "utm": {"source": "News Letter", "medium": None, "campaign": "ada@example.org"},
            "screen": "1280x800",
            "scroll_depth": 1,
            "clicks": 3,
            "engaged": 12.5,
            "vitals": {"lcp": 1200, "cls": 0.05, "inp": None},
        }
    )
    assert seen.utm == {"source": "news letter"}  # what could be somebody's address is no campaign
    assert (seen.screen, seen.scroll_depth, seen.clicks, seen.engaged) == ("large", 1.0, 3, 12.5)
    assert seen.vitals == {"lcp": 1200.0, "cls": 0.05}


@pytest.mark.parametrize(
    ("screen", "kept"),
    [("360x800", "small"), ("480x800", "medium"), ("1920x1080", "huge"), ("1919x1", "large"), ("tiny", None)],
)
def test_of_a_screen_its_class_is_kept(screen: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(Misfit):
            check_page_view({"path": "/", "screen": screen})
    else:
        assert check_page_view({"path": "/", "screen": screen}).screen == kept


@pytest.mark.parametrize(
    "said",
    [
        {"path": None},
        {"path": "about"},
        {"path": "/\x00"},
        {"referrer": 5},
        {"utm": {"term": "x"}},
        {"clicks": 1.5},
        {"clicks": -1},
        {"engaged": float("nan")},
        {"vitals": {"fcp": 1}},
        {"vitals": {"lcp": -1}},
        {"vitals": 1},
        {"user_agent": "me"},
    ],
)
def test_a_beacon_that_says_it_wrong_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(Misfit) as misfit:
        check_page_view({"path": "/", **said})
    assert misfit.value.fields


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(sorted(checks.STEP)), ANYTHING))
def test_whatever_a_step_says_it_is_taken_or_refused(said: dict[str, Any]) -> None:
    journey = check_journey({"steps": [said]})
    assert len(journey.steps) + len(journey.refused) == 1


@given(st.dictionaries(st.sampled_from(sorted(checks.BEACON)), ANYTHING))
def test_whatever_a_beacon_says_it_is_taken_or_refused(said: dict[str, Any]) -> None:
    try:
        check_page_view(said)
    except Misfit as misfit:
        str(misfit).encode()
