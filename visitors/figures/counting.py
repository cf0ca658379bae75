"""From visits to counts, in one pass. Pure: rows of raw visits in, sums by dimension and value out.

Facts of a visit (its channel, its country) stand for the whole of it; an area and a plant stand for the steps that were
taken there, and for each visit that came there once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import combinations, groupby, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from visitors.figures.windows import hour_of
from visitors.vocabulary import Dimension, StepKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from visitors.marks import Taken

KeyT = TypeVar("KeyT")

PLACES: Final = (Dimension.AREA, Dimension.PROJECT)  # told by the steps; all others by the visit
SHORTEST, LONGEST = 2, 4  # areas of a sequence
DOOR: Final = ""  # where every path begins and ends


class Sums(NamedTuple):
    """What is added up, in the order of the tables' columns."""

    steps: float = 0
    page_views: float = 0
    sessions: float = 0
    visitors: float = 0  # visitor-days: whoever comes on two days counts twice, since nothing joins days
    seconds: float = 0.0
    bounces: float = 0
    interactions: float = 0

    @property
    def bounce_rate(self) -> float:
        """0–1."""
        return self.bounces / self.sessions if self.sessions else 0.0

    @property
    def seconds_per_session(self) -> float:
        """The mean."""
        return self.seconds / self.sessions if self.sessions else 0.0

    def plus(self, other: Sequence[float]) -> Sums:
        """Both together."""
        return Sums(*(one + two for one, two in zip(self, other, strict=True)))


@dataclass(frozen=True, slots=True)
class Visit:
    """A session and its steps in their order."""

    started_at: datetime  # UTC
    first_of_day: bool
    sums: Sums  # of the whole of it
    values: Mapping[Dimension, str]  # without the empty ones
    path: Sequence[Taken] = ()

    @property
    def areas(self) -> list[str]:
        """Where it went, each change once."""
        return [area for area, _ in groupby(step.area for step in self.path if step.area)]

    def within(self, places: Mapping[Dimension, str]) -> Visit | None:
        """What of it took place in an area or at a plant; `None` where nothing did."""
        area, project = places.get(Dimension.AREA), places.get(Dimension.PROJECT)
        path = [step for step in self.path if area in (None, step.area) and project in (None, step.project)]
        return replace(self, path=path, sums=_part(self, path)) if path else None


Key = tuple[Dimension, str]
Table = dict[tuple[Dimension, str], list[float]]


@dataclass(slots=True)
class Counts:
    """What the visits of a while come to."""

    all: list[float] = field(default_factory=lambda: [0] * len(Sums._fields))
    values: Table = field(default_factory=dict)
    hours: dict[datetime, Table] = field(default_factory=lambda: defaultdict(dict))
    pairs: dict[tuple[Key, Key], list[float]] = field(default_factory=dict)  # each once, in the order of dimensions
    paths: Counter[tuple[str, str]] = field(default_factory=Counter)  # from area to area
    sequences: Counter[tuple[str, ...]] = field(default_factory=Counter)

    @property
    def pairs_both_ways(self) -> Iterator[tuple[Key, Key, list[float]]]:
        """Each pair by either of its values."""
        for (one, other), sums in self.pairs.items():
            yield one, other, sums
            yield other, one, sums


def bounced(*, page_views: int, interactions: int, path: Iterable[Taken]) -> bool:
    """Whether a visit saw one page, walked no farther than one area of the garden, and did nothing there."""
    walked = {step.area for step in path if step.area and step.kind != StepKind.PAGE_VIEW}
    return page_views <= 1 and len(walked) <= 1 and not interactions


def count(visits: Iterable[Visit], *, pairs: bool = True, paths: bool = True) -> Counts:
    """Add the visits up. Pairs take most of the time."""
    counts = Counts()
    for visit in visits:
        parts = _parts(visit)
        ours: list[tuple[Key, Sums]] = [((dimension, value), visit.sums) for dimension, value in visit.values.items()]
        hour = counts.hours[hour_of(visit.started_at)]
        _add(hour, (Dimension.ALL, ""), visit.sums)
        for at, one in enumerate(visit.sums):
            counts.all[at] += one
        for key, sums in (*ours, *parts):
            _add(counts.values, key, sums)
            _add(hour, key, sums)
        if pairs:
            _count_pairs(counts, visit, ours, parts)
        if paths:
            _count_paths(counts, visit.areas)
    return counts


def _count_pairs(
    counts: Counts, visit: Visit, ours: Sequence[tuple[Key, Sums]], parts: Sequence[tuple[Key, Sums]]
) -> None:
    pairs = counts.pairs
    for (one, _), (other, _) in combinations(ours, 2):
        _add(pairs, (one, other), visit.sums)
    for part, sums in parts:
        for one, _ in ours:
            _add(pairs, (part, one), sums)
    together: dict[tuple[str, str], list[Taken]] = defaultdict(list)
    for step in visit.path:
        if step.area and step.project:
            together[step.area, step.project].append(step)
    for (area, project), steps in together.items():
        _add(pairs, ((Dimension.AREA, area), (Dimension.PROJECT, project)), _part(visit, steps))


def _count_paths(counts: Counts, areas: Sequence[str]) -> None:
    if areas:
        counts.paths.update(pairwise([DOOR, *areas, DOOR]))
    counts.sequences.update(sequences(areas))


def sequences(areas: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every two to four areas that follow each other, as often as they do."""
    for length in range(SHORTEST, LONGEST + 1):
        yield from (tuple(areas[at : at + length]) for at in range(len(areas) - length + 1))


def _parts(visit: Visit) -> list[tuple[Key, Sums]]:
    """The steps of a visit by area and by plant."""
    steps: dict[Key, list[Taken]] = {}
    for step in visit.path:
        if step.area:
            steps.setdefault((Dimension.AREA, step.area), []).append(step)
        if step.project:
            steps.setdefault((Dimension.PROJECT, step.project), []).append(step)
    return [(key, _part(visit, taken)) for key, taken in steps.items()]


def _part(visit: Visit, steps: Sequence[Taken]) -> Sums:
    return Sums(
        steps=len(steps),
        page_views=sum(step.kind == StepKind.PAGE_VIEW for step in steps),
        sessions=1,
        visitors=int(visit.first_of_day),
        seconds=sum(step.duration for step in steps),
        bounces=visit.sums.bounces,
        interactions=sum(step.kind == StepKind.INTERACTION for step in steps),
    )


def _add(table: dict[KeyT, list[float]], key: KeyT, sums: Sequence[float]) -> None:
    row = table.get(key)
    if row is None:
        table[key] = list(sums)
        return
    row[0] += sums[0]  # written out: this is where a rollup spends its time
    row[1] += sums[1]
    row[2] += sums[2]
    row[3] += sums[3]
    row[4] += sums[4]
    row[5] += sums[5]
    row[6] += sums[6]
