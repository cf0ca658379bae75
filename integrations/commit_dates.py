"""When commits were made: the author's date where it can be, else the committer's, else what lies around it. Pure.

Clocks of machines go wrong by years, and a date can be written by hand. No clock is asked here, this machine's least
of all: a date is held against the others of its history.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DAY: Final = 86_400  # seconds
FAR: Final = 366 * DAY  # a patch may wait for a year before it is taken in; what waited longer came when it came
LATEST: Final = 253_402_300_799  # the last second that a calendar of four-digit years has


@dataclass(frozen=True, slots=True)
class CommitStamp:
    """What a commit says about itself. Times are seconds since 1970, `None` where nothing usable is said."""

    sha: str
    parents: tuple[str, ...]
    authored: int | None
    committed: int | None


def usable(seconds: object) -> int | None:
    """Seconds since 1970, `None` for what is no time. Zero and less is what broken clocks write."""
    try:
        whole = int(seconds)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        return None
    return whole if 0 < whole <= LATEST else None


def believed(stamps: Sequence[CommitStamp]) -> dict[str, int | None]:
    """For the commits whose author's date is not believed, what is taken instead; `None` where nothing can be.

    `stamps` are oldest first, parents before their children, a whole history or a part of one. An author's date is
    believed that lies not far before the committer's, or not far before those of the parents (a rebase makes all
    committers' dates new), and not after the committer's. For a commit without parents its first child stands in.
    """
    committed = _in_order([stamp.committed for stamp in stamps])
    place = {stamp.sha: number for number, stamp in enumerate(stamps)}
    first_child: dict[str, CommitStamp] = {}
    for stamp in stamps:
        for parent in stamp.parents:
            first_child.setdefault(parent, stamp)
    line: list[int | None] = []  # the newest author's date that is believed on the way to each commit
    otherwise: dict[str, int | None] = {}
    for number, stamp in enumerate(stamps):
        before = [line[place[parent]] for parent in stamp.parents if place.get(parent, number) < number]
        child = first_child.get(stamp.sha)
        around = [child.authored] if child and not before else before
        if _is_credible(stamp.authored, committed[number], [moment for moment in around if moment]):
            line.append(stamp.authored)
        else:
            otherwise[stamp.sha] = committed[number]
            line.append(max((moment for moment in before if moment), default=None))
    return otherwise


def _is_credible(authored: int | None, committed: int | None, around: Iterable[int]) -> bool:
    if authored is None:
        return False
    if committed is None:
        return True  # nothing speaks against it
    earliest = min(committed, max(around, default=committed)) - FAR
    return earliest <= authored <= committed + DAY


def _in_order(moments: Sequence[int | None]) -> list[int | None]:
    """Committers' dates without those that cannot be: far off the longest row of dates that follow each other."""
    known = [moment for moment in moments if moment is not None]
    if len(known) == len(moments) and not any(
        before - moment > FAR for before, moment in zip(accumulate(known, max), known, strict=True)
    ):
        return list(moments)
    kept = _longest_in_order([None if _stands_alone(moments, number) else one for number, one in enumerate(moments)])
    before, cleaned = 0, list[int | None]()
    for number, moment in enumerate(moments):
        while before < len(kept) and kept[before] < number:
            before += 1
        earlier = moments[kept[before - 1]] if before else None
        later = moments[kept[before]] if before < len(kept) else None
        if moment is None:
            cleaned.append(later if earlier is None else earlier)
        elif earlier is not None and moment < earlier - FAR:
            cleaned.append(earlier)
        elif later is not None and moment > later + FAR:
            cleaned.append(later)
        else:
            cleaned.append(moment)
    return cleaned


def _stands_alone(moments: Sequence[int | None], number: int) -> bool:
    """Whether a date is far from both beside it, which follow each other without it."""
    if not 0 < number < len(moments) - 1:
        return False
    before, moment, after = moments[number - 1 : number + 2]
    if before is None or moment is None or after is None:
        return False
    return min(abs(moment - before), abs(moment - after)) > FAR and before <= after + FAR


def _longest_in_order(moments: Sequence[int | None]) -> list[int]:
    """The places of the longest row of dates of which none is before the one before it (patience sorting)."""
    ends: list[int] = []  # the smallest last date of a row of each length
    places: list[int] = []  # where it stands
    previous: dict[int, int] = {}
    for number, moment in enumerate(moments):
        if moment is None:
            continue
        length = bisect_right(ends, moment)
        ends[length : length + 1] = [moment]
        places[length : length + 1] = [number]
        previous[number] = places[length - 1] if length else -1
    row = []
    number = places[-1] if places else -1
    while number >= 0:
        row.append(number)
        number = previous[number]
    return row[::-1]
