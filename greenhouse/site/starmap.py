"""Geometry of the star map of skills: numbers in, SVG attributes out; colours are the stylesheet's. Pure.

Places are percentages of whatever box the map gets, so that the same drawing fills a phone and a wide screen with round
stars and letters of one size. Which names have room is worked out for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

EDGE_X, EDGE_Y = 4.0, 6.0  # percent of the box kept free at each side: names need room
LETTER = 0.53  # of the font's size: how wide a letter is on average
GAP = 5.0  # pixels between a star and its name
FAINT_RADIUS, BRIGHT_RADIUS = 1.0, 4.8  # pixels
HALO = 4.5  # times the star's radius
TITLE_ABOVE = 24.0  # pixels from a constellation's highest star up to its title


class Box(NamedTuple):
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Screen:
    """A size that the map is likely to have, in pixels, and the size of its letters there."""

    width: float
    height: float
    letters: float


WIDE = Screen(1180, 600, 13)
NARROW = Screen(358, 560, 11)


@dataclass(frozen=True, slots=True)
class StarIn:
    """A skill as the map needs it. `x` and `y` are 0–1 from the left and from the horizon upwards."""

    id: str
    name: str
    url: str
    group: str
    level: int | None
    brightness: float  # 0–1
    x: float
    y: float
    is_pinned: bool = False


@dataclass(frozen=True, slots=True)
class Star:
    """A star as it is drawn. Places in percent, sizes in pixels."""

    name: str
    url: str
    title: str
    colour: int  # which of the stylesheet's
    x: float
    y: float
    radius: float
    halo: float
    dx: float
    dy: float
    anchor: str
    shown: str  # where its name has room: "everywhere", "wide", or "nowhere" but under the pointer


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line between two stars, in percent."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: int


@dataclass(frozen=True, slots=True)
class Title:
    """The name of a constellation, in percent and pixels above."""

    text: str
    x: float
    y: float
    dy: float
    colour: int


@dataclass(frozen=True, slots=True)
class StarMap:
    """The whole map."""

    stars: Sequence[Star]
    strokes: Sequence[Stroke]
    titles: Sequence[Title]


def star_map(skills: Sequence[StarIn], figure: Iterable[tuple[str, str]], *, labels: Mapping[str, str]) -> StarMap:
    """Draw skills as stars, the pairs of `figure` as lines, and a title over each group that `labels` names."""
    colours = {group: turn for turn, group in enumerate(labels)}
    groups = {skill.id: skill.group for skill in skills}
    points = {skill.id: (_x(skill.x), _y(skill.y)) for skill in skills}
    strokes = [Stroke(*points[a], *points[b], colours.get(groups[a], 0)) for a, b in figure]
    titles = _titles(skills, labels, colours)
    return StarMap(
        stars=_named(skills, titles, strokes, colours),
        strokes=strokes,
        titles=titles,
    )


def _x(x: float) -> float:
    return round(EDGE_X + x * (100 - 2 * EDGE_X), 2)


def _y(y: float) -> float:
    return round(100 - EDGE_Y - y * (100 - 2 * EDGE_Y), 2)


def _titles(skills: Sequence[StarIn], labels: Mapping[str, str], colours: Mapping[str, int]) -> list[Title]:
    titles = []
    for group, text in labels.items():
        members = [skill for skill in skills if skill.group == group]
        if members and text:
            middle = sum(member.x for member in members) / len(members)
            highest = max(member.y for member in members)
            titles.append(Title(text, _x(middle), _y(highest), -TITLE_ABOVE, colours[group]))
    return titles


def _named(
    skills: Sequence[StarIn], titles: Sequence[Title], strokes: Sequence[Stroke], colours: Mapping[str, int]
) -> list[Star]:
    """Give every star its name where there is room for it, off the lines where it can be, the brightest first."""
    taken = {screen: [_title_box(title, screen) for title in titles] for screen in (WIDE, NARROW)}
    for skill, screen in ((skill, screen) for skill in skills for screen in (WIDE, NARROW)):
        taken[screen].append(_star_box(skill, screen))
    stars = []
    for skill in sorted(skills, key=lambda one: (not one.is_pinned, -one.brightness, one.name)):
        shown, offset = _room(skill, taken, strokes)
        if shown != "nowhere":
            taken[WIDE].append(_name_box(skill, WIDE, offset))
        if shown == "everywhere":
            taken[NARROW].append(_name_box(skill, NARROW, offset))
        stars.append(
            Star(
                name=skill.name,
                url=skill.url,
                title=f"{skill.name}, level {skill.level} of 10" if skill.level else skill.name,
                colour=colours.get(skill.group, 0),
                x=_x(skill.x),
                y=_y(skill.y),
                radius=round(_radius(skill), 1),
                halo=round(_radius(skill) * HALO, 1),
                dx=round(offset.dx, 1),
                dy=round(offset.dy, 1),
                anchor=offset.anchor,
                shown=shown,
            )
        )
    return stars


class _Offset(NamedTuple):
    """Where a name stands, in pixels from its star."""

    dx: float
    dy: float
    anchor: str


def _room(skill: StarIn, taken: Mapping[Screen, Sequence[Box]], strokes: Sequence[Stroke]) -> tuple[str, _Offset]:
    """Where a star's name is shown, and on which side of it: one with room on both screens, else on the wide one.

    Of several sides it is the one that the fewest lines cross.
    """
    radius = _radius(skill)
    sides = (
        _Offset(0.0, radius + GAP + 9, "middle"),
        _Offset(radius + GAP, 4.0, "start"),
        _Offset(-radius - GAP, 4.0, "end"),
        _Offset(0.0, -radius - GAP - 1, "middle"),
        _Offset(radius, -radius - 2, "start"),
        _Offset(radius, radius + 9, "start"),
        _Offset(-radius, -radius - 2, "end"),
        _Offset(-radius, radius + 9, "end"),
    )
    wide = [side for side in sides if _free(_name_box(skill, WIDE, side), taken[WIDE], WIDE)]
    both = [side for side in wide if _free(_name_box(skill, NARROW, side), taken[NARROW], NARROW)]

    def crossed(side: _Offset) -> int:
        return sum(_crosses(stroke, _name_box(skill, WIDE, side), WIDE) for stroke in strokes)

    if both:
        return "everywhere", min(both, key=crossed)
    return ("wide", min(wide, key=crossed)) if wide else ("nowhere", sides[0])


def _crosses(stroke: Stroke, box: Box, screen: Screen) -> bool:
    """Whether a line runs through a box: what of it is left after cutting at each side (Liang and Barsky)."""
    (x1, y1), (x2, y2) = _at(stroke.x1, stroke.y1, screen), _at(stroke.x2, stroke.y2, screen)
    begin, end = 0.0, 1.0
    for step, room in (
        (x1 - x2, x1 - box.left),
        (x2 - x1, box.right - x1),
        (y1 - y2, y1 - box.top),
        (y2 - y1, box.bottom - y1),
    ):
        if step == 0:
            if room < 0:
                return False
        elif step < 0:
            begin = max(begin, room / step)
        else:
            end = min(end, room / step)
    return begin <= end


def _radius(skill: StarIn) -> float:
    return FAINT_RADIUS + (BRIGHT_RADIUS - FAINT_RADIUS) * skill.brightness


def _free(box: Box, taken: Iterable[Box], screen: Screen) -> bool:
    inside = box.left >= 2 and box.right <= screen.width - 2 and box.top >= 2 and box.bottom <= screen.height - 2
    return inside and not any(box.meets(other) for other in taken)


def _at(x: float, y: float, screen: Screen) -> tuple[float, float]:
    return x / 100 * screen.width, y / 100 * screen.height


def _star_box(skill: StarIn, screen: Screen) -> Box:
    x, y = _at(_x(skill.x), _y(skill.y), screen)
    half = _radius(skill)
    return Box(x - half, y - half, x + half, y + half)


def _name_box(skill: StarIn, screen: Screen, offset: _Offset) -> Box:
    x, y = _at(_x(skill.x), _y(skill.y), screen)
    width = len(skill.name) * LETTER * screen.letters
    left = x + offset.dx - {"start": 0.0, "middle": width / 2, "end": width}[offset.anchor]
    return Box(left, y + offset.dy - 0.8 * screen.letters, left + width, y + offset.dy + 0.25 * screen.letters)


def _title_box(title: Title, screen: Screen) -> Box:
    x, y = _at(title.x, title.y, screen)
    half = len(title.text) * 0.42 * screen.letters
    return Box(x - half, y + title.dy - screen.letters, x + half, y + title.dy + 4)
