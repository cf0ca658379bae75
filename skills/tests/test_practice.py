"""Hours, levels, velocity, brightness."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.practice import (
    HIGHEST,
    LOWEST,
    QUARTER,
    Worked,
    brightness,
    level_of,
    practise,
    proficiency,
    proficiency_on,
    shares,
    velocity,
)

TODAY = date(2026, 6, 15)
hours = st.floats(0, 1e7, allow_nan=False)
few = st.integers(0, 500)
days = st.floats(0, 1e5)


def worked(*lengths: float, until: date = TODAY, tracked: float = 0.0) -> list[Worked]:
    return [Worked(until - timedelta(days=back), length, tracked) for back, length in enumerate(lengths)]


@given(hours, few, days)
def test_a_level_is_always_a_whole_number_of_one_to_ten(spent: float, projects: int, idle: float) -> None:
    score = proficiency(hours=spent, projects=projects, idle_days=idle)
    assert LOWEST <= score <= HIGHEST
    assert LOWEST <= level_of(score) <= HIGHEST


@given(hours, hours, few, few, days, days)
def test_more_practice_never_lowers_and_more_rest_never_raises_a_proficiency(
    one: float, other: float, few_projects: int, many: int, rest: float, longer: float
) -> None:
    less = proficiency(hours=min(one, other), projects=min(few_projects, many), idle_days=max(rest, longer))
    more = proficiency(hours=max(one, other), projects=max(few_projects, many), idle_days=min(rest, longer))
    assert less <= more


@pytest.mark.parametrize(
    ("spent", "projects", "idle", "believable"),
    [
        (2, 1, 0, {2}),
        (20, 1, 0, {3}),
        (150, 3, 0, {5, 6}),
        (600, 4, 0, {7, 8}),
        (3_000, 8, 0, {10}),
        (600, 4, 2000, {5, 6}),
    ],
)
def test_levels_are_what_a_developer_would_say(spent: float, projects: int, idle: float, believable: set[int]) -> None:
    assert level_of(proficiency(hours=spent, projects=projects, idle_days=idle)) in believable


@given(st.floats(1, 10), days, days)
def test_a_star_is_never_invisible_and_fades_while_its_skill_rests(score: float, rest: float, longer: float) -> None:
    assert 0 < brightness(score, idle_days=max(rest, longer)) <= brightness(score, idle_days=min(rest, longer)) <= 1


def test_hours_add_up_by_the_share_a_skill_has_in_each_project() -> None:
    practice = practise([(worked(4, 4), 0.5), (worked(2), 1.0)])
    assert practice.total() == 6
    assert practice.total(TODAY - timedelta(days=1)) == 2


def test_three_projects_of_one_day_are_one_working_day_and_measured_hours_count_in_full() -> None:
    assert practise([(worked(6), 1.0)] * 3).total() == 8
    assert practise([(worked(12, tracked=12), 1.0)]).total() == 12


def test_the_quarters_hold_all_hours_and_leave_out_those_without() -> None:
    practice = practise([([Worked(date(2025, 12, 31), 3, 1), Worked(date(2026, 6, 1), 2, 0)], 1.0)])
    assert practice.quarters() == [(date(2025, 10, 1), 3, 1), (date(2026, 4, 1), 2, 0)]


def test_nobody_practised_is_the_lowest_level_and_no_velocity() -> None:
    practice = practise(())
    assert proficiency_on(practice, projects=0, on=TODAY) == LOWEST
    assert velocity(practice, projects=0, on=TODAY) == 0
    assert practice.last() is None


def test_a_quarter_of_work_is_a_rise_and_a_quarter_of_rest_a_small_fall() -> None:
    assert velocity(practise([(worked(*[5.0] * 60), 1.0)]), projects=1, on=TODAY) > 2
    resting = practise([(worked(*[5.0] * 60, until=TODAY - timedelta(days=QUARTER)), 1.0)])
    assert -0.5 < velocity(resting, projects=1, on=TODAY) < 0


def test_work_of_the_future_does_not_count_yet() -> None:
    practice = practise([(worked(5, until=TODAY + timedelta(days=3)), 1.0)])
    assert proficiency_on(practice, projects=1, on=TODAY) == LOWEST


def test_a_language_has_its_part_of_the_bytes_and_a_framework_a_part_of_its_language() -> None:
    part = shares({"Python": 750, "JavaScript": 250}, ["Django", "React", "Docker"])
    assert (part["python"], part["javascript"]) == (0.75, 0.25)
    assert part["django"] == pytest.approx(0.6 * 0.75)
    assert part["react"] == pytest.approx(0.6 * 0.25)
    assert 0 < part["docker"] < 0.1


def test_what_builds_on_javascript_is_practised_in_typescript_too() -> None:
    assert shares({"TypeScript": 100}, ["React"])["react"] == pytest.approx(0.6)


def test_spellings_of_one_language_are_added_and_a_language_named_as_a_technology_is_no_second_one() -> None:
    part = shares({"Shell": 100, "Python": 300}, ["bash", "python3", "Python"])
    assert part == {"shell": 0.25, "python": 0.75}


def test_a_file_kind_that_is_also_a_tool_counts_as_the_tool_where_the_owner_names_it() -> None:
    assert shares({"Python": 9_999, "Dockerfile": 1}, ["Docker"])["docker"] == 0.05
    assert shares({"Python": 9_999, "Dockerfile": 1}, ["Python", "Dockerfile"])["docker"] == 0.0001


@given(
    st.dictionaries(st.text(max_size=8), st.integers(-5, 10**9), max_size=6), st.lists(st.text(max_size=8), max_size=6)
)
def test_every_share_lies_between_nothing_and_everything(languages: dict[str, int], technologies: list[str]) -> None:
    assert all(0 <= share <= 1 for share in shares(languages, technologies).values())
