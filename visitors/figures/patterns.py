"""What many journeys have in common: paths, ends, warm places, durations, conversions, returns. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from visitors.figures.comparing import Comparable, beside
from visitors.figures.counting import DOOR
from visitors.marks import furthest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from visitors.figures.counting import Sums
    from visitors.marks import Stage, Taken
    from visitors.vocabulary import Dimension

MOST: Final = 20  # of each list
NORMAL_95: Final = 1.96


@dataclass(frozen=True, slots=True)
class CommonPath(Comparable):
    """Two to four areas that often follow each other."""

    areas: tuple[str, ...]
    count: int

    @property
    def counted(self) -> float:
        """How often."""
        return self.count


@dataclass(frozen=True, slots=True)
class DropOff(Comparable):
    """How often a visit ended in an area, of all the times that one left it."""

    area: str
    ended: int
    left: int

    @property
    def counted(self) -> float:
        """The visits that ended there."""
        return self.ended

    @property
    def share(self) -> float:
        """0–1."""
        return self.ended / self.left


@dataclass(frozen=True, slots=True)
class Hotspot(Comparable):
    """Where visitors stay and act."""

    dimension: Dimension  # area or plant
    value: str
    sums: Sums
    share: float  # of all seconds in areas, or at plants; 0–1

    @property
    def counted(self) -> float:
        """The seconds there."""
        return self.sums.seconds

    @property
    def said(self) -> str:
        """In minutes, and in seconds where it is less than one: a change of nothing would say nothing."""
        return f"{self.sums.seconds:.0f} s" if self.sums.seconds < 60 else f"{self.sums.seconds / 60:,.0f} min"


@dataclass(frozen=True, slots=True)
class Reached(Comparable):
    """How many visits came to a step of a funnel."""

    count: int
    of_first: float  # 0–1
    of_previous: float  # 0–1
    previous: int  # how many came to the stage before; of the first, to itself

    @property
    def counted(self) -> float:
        """The visits."""
        return self.count


@dataclass(frozen=True, slots=True)
class Conversion(Comparable):
    """How many visits did what was hoped for, and where."""

    name: str
    count: int
    rate: float  # of all visits, 0–1
    places: Sequence[tuple[str, int]]  # areas where it was done first, the most frequent first

    @property
    def counted(self) -> float:
        """The visits."""
        return self.count


@dataclass(frozen=True, slots=True)
class Retention(Comparable):
    """Who came again, as far as anyone can know."""

    visits: int
    again_on_the_same_day: int
    came_back: int  # on a later day, of those who agreed to be recognised

    @property
    def counted(self) -> float:
        """Those who came again on the same day."""
        return self.again_on_the_same_day

    @property
    def same_day_share(self) -> float:
        """Of all visits, 0–1."""
        return self.again_on_the_same_day / self.visits if self.visits else 0.0

    note: str = (
        "The salt that visitors are told apart with is another one each day, so returns are known within a day; on a "
        "later day only of those who agreed to be recognised."
    )


def common_paths(
    sequences: Mapping[tuple[str, ...], int], before: Mapping[tuple[str, ...], int] | None = None, most: int = MOST
) -> list[CommonPath]:
    """The most frequent ones; of equally frequent ones the longer says more."""
    ordered = sorted(sequences.items(), key=lambda one: (-one[1], -len(one[0]), one[0]))
    then = None if before is None else [CommonPath(*one) for one in before.items()]
    return beside([CommonPath(*one) for one in ordered[:most]], then, attrgetter("areas"))


def drop_offs(
    paths: Mapping[tuple[str, str], int], before: Mapping[tuple[str, str], int] | None = None, most: int = MOST
) -> list[DropOff]:
    """Areas by how surely visits end there: the least that their share is with 95 % confidence, so that one visit that
    ended where nobody else came is not the worst of all."""
    found = [one for one in _left(paths) if one.ended]
    ordered = sorted(found, key=lambda one: (-at_least(one.ended, one.left), -one.left, one.area))
    return beside(ordered[:most], None if before is None else _left(before), attrgetter("area"))


def _left(paths: Mapping[tuple[str, str], int]) -> list[DropOff]:
    left: Counter[str] = Counter()
    for (source, _), often in paths.items():
        left[source] += often
    return [DropOff(area, paths.get((area, DOOR), 0), often) for area, often in left.items() if area != DOOR]


def at_least(hits: int, tries: int) -> float:
    """The lower end of Wilson's 95 % interval of a share, 0–1."""
    if not tries:
        return 0.0
    share, z = hits / tries, NORMAL_95
    spread = z * sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries))
    return max(0.0, (share + z * z / (2 * tries) - spread) / (1 + z * z / tries))


def hotspots(
    dimension: Dimension, places: Mapping[str, Sums], before: Mapping[str, Sums] | None = None, most: int = MOST
) -> list[Hotspot]:
    """Areas or plants by the time that visitors spent there, then by what they did."""
    found = sorted(_spots(dimension, places), key=lambda one: (-one.sums.seconds, -one.sums.interactions, one.value))
    return beside(found[:most], None if before is None else _spots(dimension, before), attrgetter("value"))


def _spots(dimension: Dimension, places: Mapping[str, Sums]) -> list[Hotspot]:
    seconds = sum(sums.seconds for sums in places.values())
    return [
        Hotspot(dimension, value, sums, sums.seconds / seconds if seconds else 0.0) for value, sums in places.items()
    ]


def funnels(paths: Iterable[Sequence[Taken]], many: Sequence[Sequence[Stage]]) -> list[list[Reached]]:
    """How many paths reached each stage of some funnels after the ones before it. Looks at each path once."""
    ends: list[Counter[int]] = [Counter() for _ in many]
    for path in paths:
        for wanted, reached in zip(many, ends, strict=True):
            reached[furthest(path, wanted)] += 1
    return [_reached(reached, len(wanted)) for wanted, reached in zip(many, ends, strict=True)]


def _reached(ends: Mapping[int, int], stages: int) -> list[Reached]:
    counts = [sum(often for reached, often in ends.items() if reached > number) for number in range(stages)]
    previous = [counts[0], *counts[:-1]]
    return [
        Reached(now, now / counts[0] if counts[0] else 0.0, now / before if before else 0.0, before)
        for now, before in zip(counts, previous, strict=True)
    ]


def conversions(paths: Iterable[Sequence[Taken]], hoped: Sequence[tuple[str, Stage]], visits: int) -> list[Conversion]:
    """How many paths did what is hoped for, by its name, of so many visits. Looks at each path once."""
    places: list[Counter[str]] = [Counter() for _ in hoped]
    for path in paths:
        for (_, wanted), done in zip(hoped, places, strict=True):
            first = next((step for step in path if any(mark.matches(step) for mark in wanted)), None)
            if first is not None:
                done[first.area] += 1
    return [_conversion(name, done, visits) for (name, _), done in zip(hoped, places, strict=True)]


def _conversion(name: str, places: Counter[str], visits: int) -> Conversion:
    done = places.total()
    named = sorted(((area, often) for area, often in places.items() if area), key=lambda one: (-one[1], one[0]))
    return Conversion(name, done, done / visits if visits else 0.0, named[:MOST])
