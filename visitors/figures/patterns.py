"""What many journeys have in common: paths, ends, warm places, durations, conversions, returns. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final

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
class CommonPath:
    """Two to four areas that often follow each other."""

    areas: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class DropOff:
    """How often a visit ended in an area, of all the times that one left it."""

    area: str
    ended: int
    left: int

    @property
    def share(self) -> float:
        """0–1."""
        return self.ended / self.left


@dataclass(frozen=True, slots=True)
class Hotspot:
    """Where visitors stay and act."""

    dimension: Dimension  # area or plant
    value: str
    sums: Sums
    share: float  # of all seconds in areas, or at plants; 0–1


@dataclass(frozen=True, slots=True)
class Reached:
    """How many visits came to a step of a funnel."""

    count: int
    of_first: float  # 0–1
    of_previous: float  # 0–1


@dataclass(frozen=True, slots=True)
class Conversion:
    """How many visits did what was hoped for, and where."""

    name: str
    count: int
    rate: float  # of all visits, 0–1
    places: Sequence[tuple[str, int]]  # areas where it was done first, the most frequent first


@dataclass(frozen=True, slots=True)
class Retention:
    """Who came again, as far as anyone can know."""

    visits: int
    again_on_the_same_day: int
    came_back: int  # on a later day, of those who agreed to be recognised

    @property
    def same_day_share(self) -> float:
        """Of all visits, 0–1."""
        return self.again_on_the_same_day / self.visits if self.visits else 0.0

    note: str = (
        "The salt that visitors are told apart with is another one each day, so returns are known within a day; on a "
        "later day only of those who agreed to be recognised."
    )


def common_paths(sequences: Mapping[tuple[str, ...], int], most: int = MOST) -> list[CommonPath]:
    """The most frequent ones; of equally frequent ones the longer says more."""
    ordered = sorted(sequences.items(), key=lambda one: (-one[1], -len(one[0]), one[0]))
    return [CommonPath(areas, often) for areas, often in ordered[:most]]


def drop_offs(paths: Mapping[tuple[str, str], int], most: int = MOST) -> list[DropOff]:
    """Areas by how surely visits end there: the least that their share is with 95 % confidence, so that one visit that
    ended where nobody else came is not the worst of all."""
    left: Counter[str] = Counter()
    for (source, _), often in paths.items():
        left[source] += often
    found = [DropOff(area, paths.get((area, DOOR), 0), often) for area, often in left.items() if area != DOOR]
    ordered = sorted(found, key=lambda one: (-at_least(one.ended, one.left), -one.left, one.area))
    return [one for one in ordered if one.ended][:most]


def at_least(hits: int, tries: int) -> float:
    """The lower end of Wilson's 95 % interval of a share, 0–1."""
    if not tries:
        return 0.0
    share, z = hits / tries, NORMAL_95
    spread = z * sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries))
    return max(0.0, (share + z * z / (2 * tries) - spread) / (1 + z * z / tries))


def hotspots(dimension: Dimension, places: Mapping[str, Sums], most: int = MOST) -> list[Hotspot]:
    """Areas or plants by the time that visitors spent there, then by what they did."""
    seconds = sum(sums.seconds for sums in places.values())
    ordered = sorted(places.items(), key=lambda one: (-one[1].seconds, -one[1].interactions, one[0]))
    return [
        Hotspot(dimension, value, sums, sums.seconds / seconds if seconds else 0.0) for value, sums in ordered[:most]
    ]


def funnel(paths: Iterable[Sequence[Taken]], wanted: Sequence[Stage]) -> list[Reached]:
    """How many paths reached each stage after the ones before it."""
    ends = Counter(furthest(path, wanted) for path in paths)
    counts = [sum(often for reached, often in ends.items() if reached > number) for number in range(len(wanted))]
    previous = [counts[0], *counts[:-1]]
    return [
        Reached(now, now / counts[0] if counts[0] else 0.0, now / before if before else 0.0)
        for now, before in zip(counts, previous, strict=True)
    ]


def conversion(name: str, paths: Iterable[Sequence[Taken]], wanted: Stage, visits: int) -> Conversion:
    """How many paths did it, of so many visits."""
    first = [next((step for step in path if any(mark.matches(step) for mark in wanted)), None) for path in paths]
    done = [step for step in first if step is not None]
    places = Counter(step.area for step in done if step.area)
    ordered = sorted(places.items(), key=lambda one: (-one[1], one[0]))
    return Conversion(name, len(done), len(done) / visits if visits else 0.0, ordered[:MOST])
