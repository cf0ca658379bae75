"""The sky of skills as everyone sees it, and how the facts make it what it was on a day of its past. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from skills.constellation import Place, connect, figure
from skills.practice import known_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from skills.practice import Practice, Said

LINES_A_STAR: Final = 3  # the strongest of each star are told to everyone; a busy project would give hundreds


@dataclass(frozen=True, slots=True)
class StarView:
    """A skill on one day. Its place (0–1) and level (1–10) are `None` until they are worked out."""

    id: UUID
    slug: str
    name: str
    url: str
    category: str
    group: str
    x: float | None
    y: float | None
    brightness: float  # 0–1
    proficiency: int | None
    projects_used_in: int


@dataclass(frozen=True, slots=True)
class LineView:
    """A line between two stars. `figure` marks the few that draw the constellations.

    A line of the past is no row, so that it has no id, and nobody knows how far the two had been learned together.
    """

    a: UUID
    b: UUID
    type: str
    strength: float  # 0–1
    projects_combined: int = 0  # that use both
    id: UUID | None = field(default=None, compare=False)
    learning_correlation: float | None = field(default=None, compare=False)  # of practice by quarter, -1 to 1
    figure: bool = False


@dataclass(frozen=True, slots=True)
class SkyView:
    """The stars of one day, and of the lines between them those that tell most, strongest first."""

    nodes: Sequence[StarView]
    connections: Sequence[LineView]


@dataclass(frozen=True, slots=True)
class StarFacts:
    """All that is known of a skill that shows today."""

    today: StarView
    key: str  # of its name
    practice: Practice
    began: Mapping[UUID, date]  # the first day of each project that uses it
    entered: date | None  # the day from which it shows without a project, if it does
    said: Said


@dataclass(frozen=True, slots=True)
class SkyFacts:
    """The skills that show today, and the lines that the owner drew."""

    stars: Sequence[StarFacts]
    own_lines: Sequence[LineView]


def sky_on(day: date, facts: SkyFacts, *, today: date) -> SkyView:
    """The sky at the end of a UTC day: the skills of the projects that had begun, as well known as they were then.

    What the owner said of a skill has no date; it is scaled by the part of the practice until `today` that was done by
    then. Names and places are today's, so that no star moves from day to day.
    """
    stars = {star.key: view for star in facts.stars if (view := _star_on(day, star, today=today))}
    used: dict[UUID, list[str]] = defaultdict(list)
    for star in facts.stars:
        for project, began in star.began.items():
            if began <= day:
                used[project].append(star.key)
    lines = [
        LineView(stars[line.a].id, stars[line.b].id, line.kind, line.strength, line.projects)
        for line in connect(used.values(), dict.fromkeys(stars, ()))
    ]
    shown = {view.id for view in stars.values()}
    drawn = [line for line in facts.own_lines if {line.a, line.b} <= shown]
    by_pair = {frozenset((line.a, line.b)): line for line in [*lines, *drawn]}  # the owner's in place of another
    return SkyView(list(stars.values()), lines_to_draw(stars.values(), by_pair.values()))


def _star_on(day: date, facts: StarFacts, *, today: date) -> StarView | None:
    """A star at the end of a day; `None` while no project had begun and the owner had not entered it."""
    projects = sum(began <= day for began in facts.began.values())
    if not projects and (facts.entered is None or facts.entered > day):
        return None
    everything = facts.practice.total(today)
    share = facts.practice.total(day) / everything if everything else 1.0
    known = known_on(day, facts.practice, projects=projects, said=facts.said.scaled(share))
    return replace(facts.today, brightness=known.brightness, proficiency=known.level, projects_used_in=projects)


def lines_to_draw(stars: Iterable[StarView], lines: Iterable[LineView]) -> list[LineView]:
    """Of all lines those that draw the constellations and the strongest of each star, the strongest first."""
    places = {str(star.id): Place(star.x, star.y) for star in stars if star.x is not None and star.y is not None}
    ordered = sorted(lines, key=lambda line: (-line.strength, line.a, line.b))
    drawn = set(figure(places, [(str(line.a), str(line.b), line.strength) for line in ordered]))
    ends: Counter[UUID] = Counter()
    told = []
    for line in ordered:
        in_figure = (str(line.a), str(line.b)) in drawn
        if in_figure or min(ends[line.a], ends[line.b]) < LINES_A_STAR:
            ends.update((line.a, line.b))
            told.append(replace(line, figure=in_figure))
    return told
