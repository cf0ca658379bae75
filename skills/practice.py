"""How hours of practice become a level, a learning velocity and a star's brightness. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from math import exp, inf, log1p
from typing import TYPE_CHECKING, Final, NamedTuple

from garden.engine.life import HOURS_DAY_ESTIMATED
from skills.technologies import LANGUAGE, NEEDS, canonical_key, technology

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# An hour in a project is shared among what the project is made of. A language has its part of the bytes. A framework
# has a part of the hours in the language it needs; what merely runs or checks a project is touched now and then.
SHARE_OF_GROUP: Final = {
    LANGUAGE: 0.3,  # named as a technology, but with no bytes of its own
    "frontend": 0.6,
    "backend": 0.6,
    "mobile": 0.6,
    "ai": 0.4,
    "data": 0.15,
    "testing": 0.12,
    "devops": 0.05,
    "tools": 0.05,
}
SHARE_OF_OTHERS: Final = 0.1
DIALECTS: Final = {"typescript": "javascript"}  # who works in the one also practises what builds on the other

HOURS_SCALE: Final = 8.0  # a day: below it every hour tells, above it every doubling
HOURS_FULL: Final = 3_000.0  # two working years with nothing else: more hours add no level
PROJECTS_SCALE: Final = 3.0  # the third project teaches what the first could not; the tenth hardly
DEPTH: Final = 0.8  # of what can be had, hours give so much, projects the rest
RUST_HALF_LIFE: Final = 730.0  # days: what is not used for two years is half as rusty as it gets
RUST_FLOOR: Final = 0.65  # it is never unlearnt: this much stays
LOWEST, HIGHEST = 1, 10
QUARTER: Final = 91  # days over which learning velocity is measured

FAINTEST: Final = 0.2  # every star can be seen
LEVEL_IN_BRIGHTNESS: Final = 0.6  # the rest is how lately it was used
GLOW_HALF_LIFE: Final = 180.0  # days


class Worked(NamedTuple):
    """Hours of work on one UTC day of one project, and how many of them were measured rather than estimated."""

    day: date
    hours: float
    tracked: float


class Quarter(NamedTuple):
    """Hours of practice in one quarter of a year, named by its first day."""

    start: date
    hours: float
    tracked: float


@dataclass(frozen=True, slots=True)
class Practice:
    """All practice of one skill, by day, oldest first."""

    days: Sequence[date]
    hours: Sequence[float]  # of each day
    tracked: Sequence[float]
    until: Sequence[float]  # hours up to the end of each day

    def total(self, day: date = date.max) -> float:
        """Hours by the end of `day`."""
        passed = bisect_right(self.days, day)
        return self.until[passed - 1] if passed else 0.0

    def last(self, day: date = date.max) -> date | None:
        """The last day with practice up to `day`."""
        passed = bisect_right(self.days, day)
        return self.days[passed - 1] if passed else None

    def quarters(self) -> list[Quarter]:
        """Practice by quarter, oldest first; quarters without any are left out."""
        sums: dict[date, list[float]] = {}
        for day, hours, tracked in zip(self.days, self.hours, self.tracked, strict=True):
            held = sums.setdefault(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), [0.0, 0.0])
            held[0] += hours
            held[1] += tracked
        return [Quarter(start, hours, tracked) for start, (hours, tracked) in sums.items()]


def practise(works: Iterable[tuple[Iterable[Worked], float]]) -> Practice:
    """The practice of one skill from the days of each project that uses it and the skill's share (0–1) of them.

    A day of several projects is estimated as one working day at most; measured hours count in full.
    """
    estimated: dict[date, float] = {}  # a flat number a day: a list for each would keep the garbage collector busy
    measured: dict[date, float] = {}
    for worked, share in works:
        for day, hours, tracked in worked:
            estimated[day] = estimated.get(day, 0.0) + hours * share
            if tracked:
                measured[day] = measured.get(day, 0.0) + tracked * share
    days = sorted(estimated)
    tracked_hours = [measured.get(day, 0.0) for day in days]
    hours_a_day = [
        max(tracked, min(estimated[day], HOURS_DAY_ESTIMATED)) for day, tracked in zip(days, tracked_hours, strict=True)
    ]
    return Practice(days, hours_a_day, tracked_hours, list(accumulate(hours_a_day)))


def shares(languages: Mapping[str, int], technologies: Iterable[str]) -> dict[str, float]:
    """Which part of a project's hours practises each of its skills, 0–1, by the keys of their usual names.

    `languages` holds bytes. The parts overlap: an hour of Django is an hour of Python, too.
    """
    sizes: dict[str, int] = defaultdict(int)
    for name, size in languages.items():
        sizes[canonical_key(name)] += max(0, size)
    everything = sum(sizes.values())
    parts = {name: size / everything if everything else SHARE_OF_GROUP[LANGUAGE] for name, size in sizes.items()}
    homes = dict(parts)
    for dialect, language in DIALECTS.items():
        if dialect in parts:
            homes[language] = homes.get(language, 0.0) + parts[dialect]
    for name in technologies:
        key, known = canonical_key(name), technology(name)
        if name in languages or (key in sizes and known and known.group == LANGUAGE):
            continue  # its bytes say it better
        share = SHARE_OF_GROUP.get(known.group, SHARE_OF_OTHERS) if known else SHARE_OF_OTHERS
        at_home = [homes[home] for home in NEEDS.get(key, ()) if home in homes]
        parts[key] = max(parts.get(key, 0.0), share * (min(1.0, sum(at_home)) if at_home else 1.0))
    return parts


def proficiency(*, hours: float, projects: int, idle_days: float) -> float:
    """How well a skill is known, 1–10, from hours of practice, the projects it is used in and the days since."""
    depth = min(1.0, log1p(hours / HOURS_SCALE) / log1p(HOURS_FULL / HOURS_SCALE))
    breadth = 1 - exp(-projects / PROJECTS_SCALE)
    kept = RUST_FLOOR + (1 - RUST_FLOOR) * _faded(idle_days, RUST_HALF_LIFE)
    return LOWEST + (HIGHEST - LOWEST) * (DEPTH * depth + (1 - DEPTH) * breadth) * kept


def level_of(score: float) -> int:
    """The level, a whole number, that a proficiency is shown as."""
    return max(LOWEST, min(HIGHEST, round(score)))


def proficiency_on(practice: Practice, *, projects: int, on: date) -> float:
    """The proficiency by the end of a day; the lowest where there was no practice yet."""
    last = practice.last(on)
    if last is None:
        return float(LOWEST)
    return proficiency(hours=practice.total(on), projects=projects, idle_days=(on - last).days)


def velocity(practice: Practice, *, projects: int, on: date) -> float:
    """Learning velocity: levels gained in the quarter before a day, negative where the skill got rusty."""
    before = on - timedelta(days=QUARTER)
    return proficiency_on(practice, projects=projects, on=on) - proficiency_on(practice, projects=projects, on=before)


class Said(NamedTuple):
    """What the owner said about a skill; `None` where nothing."""

    level: float | None = None  # 1–10
    hours: float | None = None

    def scaled(self, share: float) -> Said:
        """The same when only a part (0–1) of the practice was done: the lowest level and no hours at none of it."""
        return Said(
            None if self.level is None else LOWEST + (self.level - LOWEST) * share,
            None if self.hours is None else self.hours * share,
        )


class Known(NamedTuple):
    """How well a skill is known on one day."""

    level: int | None  # 1–10, None where nothing tells
    hours: int
    brightness: float  # 0–1
    velocity: float  # levels gained in the quarter before
    first: date | None  # days of practice
    last: date | None


def known_on(day: date, practice: Practice, *, projects: int, said: Said = Said()) -> Known:  # noqa: B008 - immutable
    """How well a skill is known by the end of a day from its practice and the projects that use it then."""
    last = practice.last(day)
    hours = round(practice.total(day) if said.hours is None else said.hours)
    idle = (day - last).days if last else 0
    if said.level is not None:
        score = said.level
    elif said.hours is not None:
        score = proficiency(hours=hours, projects=projects, idle_days=idle)
    else:
        score = proficiency_on(practice, projects=projects, on=day)
    tells = said.level is not None or said.hours is not None or projects
    return Known(
        level=level_of(score) if tells else None,
        hours=hours,
        brightness=round(brightness(score, idle_days=idle if last else inf), 2),
        velocity=round(velocity(practice, projects=projects, on=day), 2),
        first=practice.days[0] if last else None,
        last=last,
    )


def brightness(score: float, *, idle_days: float) -> float:
    """How bright a star shines, 0–1, from its proficiency (1–10) and the days since it was used."""
    known = (score - LOWEST) / (HIGHEST - LOWEST)
    glow = LEVEL_IN_BRIGHTNESS * known + (1 - LEVEL_IN_BRIGHTNESS) * _faded(idle_days, GLOW_HALF_LIFE)
    return FAINTEST + (1 - FAINTEST) * min(1.0, glow)


def _faded(days: float, half_life: float) -> float:
    return float(0.5 ** (max(0.0, days) / half_life))
