"""How skills become a sky: the lines between them and the places where they stand. Pure.

A star's place depends on its own name and constellation, and on its neighbours only within `NUDGE`. So the sky needs no
memory: the same skills always give the same sky, and one more skill moves no other star by more than twice that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from hashlib import blake2b
from itertools import combinations, product
from math import cos, hypot, pi, sin, sqrt
from statistics import StatisticsError, correlation
from typing import TYPE_CHECKING, Final, NamedTuple

from skills.technologies import GROUP_SIZES, GROUPS, OTHER, RELATED, Kind, technology

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from skills.practice import Quarter

LEAST_QUARTERS: Final = 4  # fewer common quarters say nothing about learning together
REACH_X: Final = 0.14  # half the width of a constellation
REACH_Y: Final = 0.13  # and half its height
LEAST_SLOTS: Final = 20  # a constellation with few known names is not drawn tighter
CROWD: Final = 0.36  # below one half the inmost, whom most skies have, stand wider apart than the outmost
GOLDEN_ANGLE: Final = pi * (3 - sqrt(5))  # successive turns by it fill a disc evenly
CANDIDATES: Final = 12  # places that an unknown name may choose among
MARGIN: Final = 0.03  # of the sky, kept free at its edge
NUDGE: Final = 0.0098  # how far neighbours may push a star from its place
LEAST_DISTANCE: Final = 0.022  # what they try to keep
NUDGES: Final = 8  # rounds of pushing
DIGITS: Final = 4

# --- Lines ------------------------------------------------------------------------------------------------------------


class Line(NamedTuple):
    """Two skills that belong together. Of a prerequisite `a` is what `b` needs."""

    a: str
    b: str
    kind: Kind
    strength: float  # 0–1
    projects: int  # that use both
    learned_together: float | None  # correlation of practice by quarter, -1 to 1; None where there is too little


def connect(used: Iterable[Collection[str]], practice: Mapping[str, Sequence[Quarter]]) -> list[Line]:
    """Every line between the skills in `practice`, strongest first. `used` holds the skills' keys, project by project.

    What joins two well-known technologies is known; of all others, it is being used in the same projects, as strongly
    as their projects are the same (Jaccard).
    """
    alone: Counter[str] = Counter()
    together: Counter[frozenset[str]] = Counter()
    for skills in used:
        here = sorted(skill for skill in skills if skill in practice)
        alone.update(here)
        together.update(map(frozenset, combinations(here, 2)))
    lines = []
    for pair in together.keys() | {pair for pair in RELATED if pair <= practice.keys()}:
        projects = together[pair]
        a, b = sorted(pair)
        kind: Kind = "co_use"
        strength = projects / (alone[a] + alone[b] - projects) if projects else 0.0
        if pair in RELATED:
            a, kind, b, known = RELATED[pair]
            strength = max(strength, known)
        lines.append(Line(a, b, kind, round(strength, DIGITS), projects, _in_step(practice[a], practice[b])))
    return sorted(lines, key=lambda line: (-line.strength, line.a, line.b))


def _in_step(one: Sequence[Quarter], other: Sequence[Quarter]) -> float | None:
    """How far two skills were practised in the same quarters: Pearson's coefficient over all quarters with either."""
    left, right = ({quarter.start: quarter.hours for quarter in quarters} for quarters in (one, other))
    if len(left.keys() & right.keys()) < LEAST_QUARTERS:
        return None
    quarters = sorted(left.keys() | right.keys())
    try:
        together = correlation([left.get(q, 0.0) for q in quarters], [right.get(q, 0.0) for q in quarters])
    except StatisticsError:  # one of them is the same in every quarter
        return None
    return round(max(-1.0, min(1.0, together)), 3)


def figure(stars: Mapping[str, Place], lines: Iterable[tuple[str, str, float]]) -> list[tuple[str, str]]:
    """The lines that draw the constellations: of all (a, b, strength) the short and strong ones, never a closed loop.

    Whatever is connected at all hangs together, with as few lines as that takes.
    """
    ordered = sorted(
        (hypot(stars[a].x - stars[b].x, stars[a].y - stars[b].y) / (0.25 + strength), a, b)
        for a, b, strength in lines
        if a in stars and b in stars
    )
    root = {name: name for name in stars}

    def found(name: str) -> str:
        while root[name] != name:
            name = root[name]
        return name

    drawn = []
    for _, a, b in ordered:
        if (of_a := found(a)) != (of_b := found(b)):
            root[of_a] = of_b
            drawn.append((a, b))
    return drawn


# --- Places -----------------------------------------------------------------------------------------------------------


class Place(NamedTuple):
    """A place in the sky, 0–1 from the left and from the horizon upwards."""

    x: float
    y: float


def places(stars: Mapping[str, str]) -> dict[str, Place]:
    """Where each skill stands, from its name to its constellation (a key of `GROUPS`, or the owner's own word)."""
    homes = {name: _home(name, group) for name, group in sorted(stars.items())}
    return {name: Place(round(x, DIGITS), round(y, DIGITS)) for name, (x, y) in _spread(homes).items()}


@cache
def middle(group: str) -> Place:
    """The middle of a constellation; one of the owner's own lies where its name says, apart from the others."""
    if group in GROUPS:
        return Place(GROUPS[group].x, GROUPS[group].y)
    taken = [Place(known.x, known.y) for known in GROUPS.values()]
    chances = [_chance(f"group:{group}", turn) for turn in range(CANDIDATES)]
    inner = [Place(REACH_X + x * (1 - 2 * REACH_X), REACH_Y + y * (1 - 2 * REACH_Y)) for x, y in chances]
    return max(inner, key=lambda place: _nearest(place, taken))


def _slot(group: str, turn: int) -> Place:
    """The place of a well-known technology: on a spiral that fills the constellation evenly, the best known inmost."""
    radius = ((turn + 0.5) / max(LEAST_SLOTS, GROUP_SIZES[group])) ** CROWD
    angle = turn * GOLDEN_ANGLE + 2 * pi * _fraction(f"turn:{group}")
    x, y = middle(group)
    return Place(x + REACH_X * radius * cos(angle), y + REACH_Y * radius * sin(angle))


@cache
def _slots(group: str) -> tuple[Place, ...]:
    """All places of a constellation that belong to a name."""
    return tuple(_slot(group, turn) for turn in range(GROUP_SIZES[group]))


def _home(name: str, group: str) -> Place:
    """The place that a star has by itself. Unknown names keep clear of all known places, taken or not."""
    known = technology(name)
    if known and known.group == group:
        return _slots(group)[known.turn]
    chances = [_chance(f"star:{name}", turn) for turn in range(CANDIDATES)]
    if group in ("", OTHER):
        taken = [place for one in GROUP_SIZES for place in _slots(one)]
        return max(chances, key=lambda place: _nearest(place, taken))
    x, y = middle(group)
    spots = [
        _inside(x + REACH_X * sqrt(away.x) * cos(2 * pi * away.y), y + REACH_Y * sqrt(away.x) * sin(2 * pi * away.y))
        for away in chances
    ]
    return max(spots, key=lambda place: _nearest(place, _slots(group))) if group in GROUP_SIZES else spots[0]


def _nearest(place: Place, others: Iterable[Place]) -> float:
    return min(hypot(place.x - other.x, place.y - other.y) for other in others)


def _fraction(text: str) -> float:
    """A number of 0–1 that only the text decides, the same on every machine."""
    return int.from_bytes(blake2b(text.encode(), digest_size=7).digest()) / 2**56


def _chance(text: str, turn: int) -> Place:
    return _inside(_fraction(f"{text}:{turn}:x"), _fraction(f"{text}:{turn}:y"))


def _inside(x: float, y: float) -> Place:
    return Place(min(1 - MARGIN, max(MARGIN, x)), min(1 - MARGIN, max(MARGIN, y)))


def _spread(homes: Mapping[str, Place]) -> dict[str, Place]:
    """The same stars, those that stand too close pushed apart, none farther than `NUDGE` from its home."""
    placed = dict(homes)
    for _ in range(NUDGES):
        cells: dict[tuple[int, int], list[str]] = defaultdict(list)
        for name, place in placed.items():
            cells[_cell(place)].append(name)
        placed = {name: _pushed(name, placed, homes[name], _around(placed[name], cells)) for name in placed}
    return placed


def _cell(place: Place) -> tuple[int, int]:
    return int(place.x / LEAST_DISTANCE), int(place.y / LEAST_DISTANCE)


def _around(place: Place, cells: Mapping[tuple[int, int], Sequence[str]]) -> Iterable[str]:
    column, row = _cell(place)
    for cell in product((column - 1, column, column + 1), (row - 1, row, row + 1)):
        yield from cells.get(cell, ())


def _pushed(name: str, placed: Mapping[str, Place], home: Place, neighbours: Iterable[str]) -> Place:
    """Where one star goes when each neighbour that is too close pushes it half of what is missing."""
    x, y = placed[name]
    for other in neighbours:
        if other == name:
            continue
        away_x, away_y = placed[name].x - placed[other].x, placed[name].y - placed[other].y
        distance = hypot(away_x, away_y)
        if distance >= LEAST_DISTANCE:
            continue
        if not distance:  # on the very same spot: part along a line that their names decide
            angle = 2 * pi * _fraction(":".join(sorted((name, other)))) + (pi if name > other else 0.0)
            away_x, away_y, distance = cos(angle), sin(angle), 1.0
            missing = LEAST_DISTANCE
        else:
            missing = LEAST_DISTANCE - distance
        x += away_x / distance * missing / 2
        y += away_y / distance * missing / 2
    moved = hypot(x - home.x, y - home.y)
    if moved > NUDGE:
        x, y = home.x + (x - home.x) * NUDGE / moved, home.y + (y - home.y) * NUDGE / moved
    return Place(x, y)
