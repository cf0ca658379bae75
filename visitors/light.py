"""The light that visitors left: which ways were walked by several of them. Pure.

A way is between two squares of a metre. One that fewer than five visits took is nobody's business, and of the others
it is told about how much they were walked beside the most walked one, not how often: who makes visits up, to see
whether one more lights a way, has to come from four addresses for each, and learns nothing of who it was or when.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST_VISITS: Final = 3  # behind anything that others are told; of fewer it would be told who somebody is
LEAST_WALKED: Final = 5  # visits behind a way: each that somebody makes up is one that tells of another's
STRENGTHS: Final = 4  # that are told apart
MOST_WAYS: Final = 60  # what can be told apart in the picture

Square = tuple[float, float]  # its middle, x and z in metres


@dataclass(frozen=True, slots=True)
class Way:
    """Between two squares, in no direction."""

    ends: tuple[Square, Square]
    strength: float  # 0–1 beside the most walked one


def ways(spots: Iterable[tuple[int, float, float]], *, least: int = LEAST_WALKED) -> list[Way]:
    """The most walked ways of many visits, the strongest first.

    Each was taken by `least` of them. `spots` are (visit, x, z), those of a visit together and in the order in which
    they were walked.
    """
    walked: Counter[tuple[Square, Square]] = Counter()
    visit, place, counted = None, None, set[tuple[Square, Square]]()
    for number, x, z in spots:
        square = float(round(x)) + 0.0, float(round(z)) + 0.0
        if number != visit:
            visit, place, counted = number, None, set()
        if place is not None and place != square:
            ends = min(place, square), max(place, square)
            if ends not in counted:  # up and down for an hour is still one visit
                counted.add(ends)
                walked[ends] += 1
        place = square
    shown = sorted((-visits, ends) for ends, visits in walked.items() if visits >= least)[:MOST_WAYS]
    return [Way(ends, ceil(STRENGTHS * visits / shown[0][0]) / STRENGTHS) for visits, ends in shown]
