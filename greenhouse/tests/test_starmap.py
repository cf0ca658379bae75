"""The star map: who is named, and that no two names cover each other."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from greenhouse.site.starmap import NARROW, WIDE, Screen, StarIn, StarMap, star_map

LABELS = {"data": "Data", "tools": "Tools", "other": ""}
skills = st.lists(
    st.builds(
        StarIn,
        id=st.uuids().map(str),
        name=st.text("abcdefghij ", min_size=1, max_size=24),
        url=st.just("/skills/x/"),
        group=st.sampled_from(sorted(LABELS)),
        level=st.none() | st.integers(1, 10),
        brightness=st.floats(0, 1),
        x=st.floats(0, 1),
        y=st.floats(0, 1),
        is_pinned=st.booleans(),
    ),
    max_size=40,
    unique_by=lambda skill: skill.id,
)


def star(name: str, x: float, y: float, **fields: object) -> StarIn:
    return StarIn(name, name, f"/skills/{name}/", "data", 5, x=x, y=y, **{"brightness": 0.5, **fields})  # type: ignore[arg-type]


def boxes(drawn: StarMap, screen: Screen, shown: set[str]) -> list[tuple[float, float, float, float]]:
    """Where the names are written, taken a little narrower than the map reckons."""
    found = []
    for one in drawn.stars:
        if one.shown in shown:
            width, x = len(one.name) * 0.5 * screen.letters, one.x / 100 * screen.width + one.dx
            left = {"start": x, "middle": x - width / 2, "end": x - width}[one.anchor]
            y = one.y / 100 * screen.height + one.dy
            found.append((left, y - 0.7 * screen.letters, left + width, y))
    return found


@given(skills)
@settings(max_examples=60)
def test_no_two_names_cover_each_other_on_a_wide_screen_nor_on_a_phone(sky: list[StarIn]) -> None:
    drawn = star_map(sky, [], labels=LABELS)
    for screen, shown in ((WIDE, {"everywhere", "wide"}), (NARROW, {"everywhere"})):
        names = boxes(drawn, screen, shown)
        for turn, (left, top, right, bottom) in enumerate(names):
            assert left >= 0
            assert right <= screen.width
            assert not any(left < r and x < right and top < b and y < bottom for x, y, r, b in names[turn + 1 :])


@given(skills)
@settings(max_examples=30)
def test_every_skill_is_a_star_inside_the_map(sky: list[StarIn]) -> None:
    drawn = star_map(sky, [], labels=LABELS)
    assert sorted(one.name for one in drawn.stars) == sorted(skill.name for skill in sky)
    assert all(0 < one.x < 100 and 0 < one.y < 100 and one.radius > 0 for one in drawn.stars)


def test_up_in_the_sky_is_up_on_the_map_and_brighter_is_larger() -> None:
    high, low = star_map([star("high", 0.5, 0.9, brightness=1.0), star("low", 0.5, 0.1)], [], labels=LABELS).stars
    assert (high.name, low.name) == ("high", "low")
    assert high.y < low.y
    assert high.radius > low.radius


def test_of_two_on_the_same_spot_the_pinned_one_is_named_first() -> None:
    drawn = star_map([star("plain", 0.5, 0.5, brightness=1.0), star("pinned", 0.5, 0.5, is_pinned=True)], [], labels={})
    assert [one.name for one in drawn.stars] == ["pinned", "plain"]


def test_lines_end_at_their_stars_and_a_title_stands_over_its_constellation() -> None:
    drawn = star_map([star("a", 0.2, 0.2), star("b", 0.4, 0.6)], [("a", "b")], labels=LABELS)
    [line], [title] = drawn.strokes, drawn.titles
    points = {one.name: (one.x, one.y) for one in drawn.stars}
    assert ((line.x1, line.y1), (line.x2, line.y2)) == (points["a"], points["b"])
    assert (title.text, title.y) == ("Data", points["b"][1])


def test_a_name_stands_where_no_line_runs_through_it() -> None:
    pair = [star("upper", 0.5, 0.7), star("lower", 0.5, 0.3)]
    alone = {one.name: one for one in star_map(pair, [], labels=LABELS).stars}
    joined = {one.name: one for one in star_map(pair, [("upper", "lower")], labels=LABELS).stars}
    assert alone["upper"].anchor == "middle"  # below its star, where the line would come
    assert (joined["upper"].anchor, joined["upper"].dy < 6) != ("middle", False)
    assert joined["lower"].anchor == "middle"  # below it runs nothing
