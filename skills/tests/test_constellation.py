"""Places, lines and figures."""

from __future__ import annotations

from datetime import date
from math import dist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skills.constellation import Place, connect, figure, middle, places
from skills.practice import Quarter
from skills.technologies import GROUPS, OTHER, TECHNOLOGIES
from tests.effort import counted

SKY_SHARE = 0.02  # how far one more skill may move any other
KNOWN = {one.name: one.group for one in TECHNOLOGIES.values()}

groups = st.sampled_from([*GROUPS, "", "my own"])
skies: st.SearchStrategy[dict[str, str]] = st.dictionaries(
    st.text(min_size=1, max_size=12), groups, max_size=40
) | st.builds(dict, st.lists(st.sampled_from(sorted(KNOWN.items())), max_size=60))


@given(skies, st.text(min_size=1, max_size=12) | st.sampled_from(sorted(KNOWN)), groups)
@settings(max_examples=60)
def test_one_more_skill_moves_no_other_by_more_than_two_percent_of_the_sky(
    sky: dict[str, str], new: str, group: str
) -> None:
    before = places({name: of for name, of in sky.items() if name != new})
    after = places({**sky, new: group})
    assert all(dist(place, after[name]) <= SKY_SHARE for name, place in before.items())


@given(skies)
@settings(max_examples=30)
def test_every_star_stands_inside_the_sky_and_the_same_skills_give_the_same_sky(sky: dict[str, str]) -> None:
    placed = places(sky)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in placed.values())
    assert placed == places(dict(reversed(sky.items())))


@pytest.mark.parametrize("group", ["", OTHER, "data", "my own", "mixed"])
def test_three_hundred_skills_take_little_work_and_none_covers_another(group: str) -> None:
    unknown = {f"Skill {number}": group for number in range(300)}
    sky = dict(list((KNOWN | unknown).items())[:300]) if group == "mixed" else unknown
    placed, calls = counted(lambda: places(sky))
    assert calls < 5_000_000  # 2.4 million where all are of one group
    assert len(set(placed.values())) == 300


def test_a_well_known_skill_has_the_same_place_in_everybodys_sky() -> None:
    alone = places({"Python": "language"})["Python"]
    assert dist(alone, places(KNOWN)["Python"]) <= SKY_SHARE / 2


def test_constellations_lie_apart() -> None:
    placed = places(KNOWN)
    for name, group in KNOWN.items():
        nearest = min((key for key in GROUPS if key != OTHER), key=lambda key: dist(placed[name], middle(key)))
        assert nearest == group, name


def quarters(*hours: float) -> list[Quarter]:
    return [Quarter(date(2025 + turn // 4, turn % 4 * 3 + 1, 1), length, 0.0) for turn, length in enumerate(hours)]


def test_skills_of_the_same_projects_are_joined_as_strongly_as_the_projects_are_the_same() -> None:
    practice = {"moss": quarters(1), "fern": quarters(1), "reed": quarters(1)}
    lines = connect([{"moss", "fern"}, {"moss", "fern", "reed"}, {"moss"}], practice)
    assert [(line.a, line.b, line.kind, line.projects) for line in lines] == [
        ("fern", "moss", "co_use", 2),
        ("fern", "reed", "co_use", 1),
        ("moss", "reed", "co_use", 1),
    ]
    assert lines[0].strength == pytest.approx(2 / 3, abs=1e-4)


def test_what_is_known_of_two_technologies_goes_before_common_use() -> None:
    practice = {"django": quarters(1), "python": quarters(1)}
    [line] = connect([{"django", "python"}], practice)
    assert (line.a, line.b, line.kind, line.strength, line.projects) == ("python", "django", "prerequisite", 1.0, 1)
    assert connect([], practice)[0].kind == "prerequisite"


def test_learning_together_is_said_only_where_there_is_enough_to_say_it() -> None:
    def together(one: list[Quarter], other: list[Quarter]) -> float | None:
        return connect([{"moss", "fern"}], {"moss": one, "fern": other})[0].learned_together

    assert together(quarters(1, 2, 3), quarters(1, 2, 3)) is None
    assert together(quarters(1, 2, 3, 4), quarters(2, 4, 6, 8)) == 1
    assert together(quarters(1, 2, 3, 4), quarters(8, 6, 4, 2)) == -1
    assert together(quarters(5, 5, 5, 5), quarters(1, 2, 3, 4)) is None


@given(st.integers(2, 30), st.data())
def test_a_figure_has_no_loop_and_joins_all_that_is_connected(count: int, data: st.DataObject) -> None:
    names = [f"s{number}" for number in range(count)]
    stars = places(dict.fromkeys(names, OTHER))
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=80))
    lines = [(a, b, 0.5) for a, b in pairs if a != b]
    parts = {name: {name} for name in names}
    for a, b, _ in lines:
        both = parts[a] | parts[b]
        parts.update(dict.fromkeys(both, both))
    wanted = count - len({id(part) for part in parts.values()})
    assert len(figure(stars, lines)) == wanted


def test_a_figure_prefers_short_and_strong_lines() -> None:
    stars = {"a": Place(0.1, 0.1), "b": Place(0.2, 0.1), "c": Place(0.9, 0.9)}
    assert set(figure(stars, [("a", "b", 0.5), ("b", "c", 0.5), ("a", "c", 1.0)])) == {("a", "b"), ("a", "c")}
