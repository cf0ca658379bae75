from __future__ import annotations

import pytest

from visitors.marks import Mark, MarkRefused, Taken, furthest, stage, stages, with_plants
from visitors.vocabulary import StepKind

GATE = Taken(StepKind.NAVIGATION, "gate", "", 1)
PAGE = Taken(StepKind.PAGE_VIEW, "/posts/a/", "", 1)
WATERED = Taken(StepKind.INTERACTION, "pond", "1", 1)


def test_a_line_names_what_has_to_be_so_at_once_or_one_of_several() -> None:
    assert stage("interaction plant:oak or page:/posts/*") == (
        Mark(StepKind.INTERACTION, "", "oak"),
        Mark(StepKind.PAGE_VIEW, "/posts/*", ""),
    )


@pytest.mark.parametrize(
    ("line", "step", "matches"),
    [
        ("area:gate", GATE, True),
        ("navigation area:gate", GATE, True),
        ("interaction area:gate", GATE, False),
        ("page:/posts/*", PAGE, True),
        ("page:/posts/", PAGE, False),
        ("page:gate", GATE, False),
        ("interaction plant:1", WATERED, True),
        ("interaction plant:2", WATERED, False),
        ("area:*", PAGE, True),
    ],
)
def test_a_mark_matches_what_it_names(line: str, step: Taken, matches: bool) -> None:
    assert stage(line)[0].matches(step) is matches


@pytest.mark.parametrize("line", ["", "area:", "jump", "page:/ or", "plant:oak wave", "or"])
def test_a_line_that_says_nothing_is_refused(line: str) -> None:
    with pytest.raises(MarkRefused):
        stage(line)


def test_a_funnel_has_one_to_ten_steps() -> None:
    assert len(stages("page:/\n\n area:gate \n")) == 2
    for text in ("", "\n", "view\n" * 11):
        with pytest.raises(MarkRefused):
            stages(text)


def test_stages_are_reached_one_after_the_other() -> None:
    wanted = stages("page:/posts/* or area:bench\narea:gate\ninteraction")
    assert furthest([PAGE, GATE, WATERED], wanted) == 3
    assert furthest([GATE, PAGE, WATERED], wanted) == 1
    assert furthest([WATERED], wanted) == 0


def test_one_step_takes_one_stage() -> None:
    assert furthest([GATE], stages("area:gate\narea:gate")) == 1


def test_a_plant_that_is_gone_is_no_way_any_more() -> None:
    assert with_plants(stage("plant:oak or plant:gone or area:gate"), {"oak": "1"}) == (
        Mark(plant="1"),
        Mark(area="gate"),
    )
