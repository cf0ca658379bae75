"""How long: moments in an editor become seconds a day. Pure, and the same whatever order the moments came in.

The usual rule: two moments in a row that are at most `TIMEOUT` apart belong together, and the time between them went
into what the first of them was about. A moment that stands alone is worth nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator
    from datetime import tzinfo

TIMEOUT: Final = timedelta(minutes=15)  # reading and thinking; a longer silence was something else
LAST_PROJECT, LAST_LANGUAGE = "<<LAST_PROJECT>>", "<<LAST_LANGUAGE>>"  # "as in the heartbeat before", as browsers say


@dataclass(frozen=True, slots=True, order=True)
class Beat:
    """One moment in an editor. The order decides between two of the same moment."""

    at: datetime  # UTC
    project: str = ""
    language: str = ""
    category: str = ""
    editor: str = ""


@dataclass(frozen=True, slots=True)
class Spent:
    """Time of one day that went into one thing. Empty texts mean "not said"."""

    day: date  # in the owner's time zone
    project: str
    seconds: float
    language: str = ""
    category: str = ""
    editor: str = ""
    last_at: datetime | None = None  # UTC; when it ended, where that is known
    operating_system: str = ""  # heartbeats are kept without it


class Counted(Protocol):
    """What `prevailing` has to know of a record."""

    @property
    def day(self) -> date: ...
    @property
    def source(self) -> str: ...
    @property
    def seconds(self) -> float: ...


Record = TypeVar("Record", bound=Counted)


def spent(beats: Iterable[Beat], zone: tzinfo) -> list[Spent]:
    """Seconds by day and by all that is known of the moments; what took no time is left out."""
    seconds: defaultdict[tuple[date, str, str, str, str], float] = defaultdict(float)
    last: dict[tuple[date, str, str, str, str], datetime] = {}
    for beat, following in pairwise(_filled(sorted(beats))):
        if timedelta(0) < following.at - beat.at <= TIMEOUT:
            for day, length, end in _by_day(beat.at, following.at, zone):
                thing = (day, beat.project, beat.language, beat.category, beat.editor)
                seconds[thing] += length
                last[thing] = end
    return [
        Spent(day, project, length, language, category, editor, last[day, project, language, category, editor])
        for (day, project, language, category, editor), length in seconds.items()
    ]


def _filled(beats: Iterable[Beat]) -> Iterator[Beat]:
    """The same moments, each with the project and language that it takes over from those before it, or none."""
    project = ""
    languages: dict[str, str] = {}  # what was last written in each project
    for beat in beats:
        if beat.project != LAST_PROJECT:
            project = beat.project or project
            named = beat
        else:
            named = replace(beat, project=project)
        if named.language == LAST_LANGUAGE:
            named = replace(named, language=languages.get(named.project, ""))
        elif named.language:
            languages[named.project] = named.language
        yield named


def _by_day(begin: datetime, end: datetime, zone: tzinfo) -> Iterator[tuple[date, float, datetime]]:
    """The span in one piece, or in two where midnight lies in it: day, seconds, end."""
    day = begin.astimezone(zone).date()
    midnight = bounds(day, zone)[1]
    if end <= midnight:
        yield day, (end - begin).total_seconds(), end
    else:
        yield day, (midnight - begin).total_seconds(), midnight
        yield day + timedelta(days=1), (end - midnight).total_seconds(), end


@lru_cache(maxsize=1024)
def bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Where a day begins and where the next does, in UTC."""
    first, following = (datetime.combine(one, time.min, zone) for one in (day, day + timedelta(days=1)))
    return first.astimezone(UTC), following.astimezone(UTC)


def touched(at: datetime, zone: tzinfo) -> set[date]:
    """The days that a moment can change: its own, and a neighbour where midnight is near."""
    return {(at + shift).astimezone(zone).date() for shift in (-TIMEOUT, timedelta(0), TIMEOUT)}


def prevailing(records: Iterable[Record], thing: Callable[[Record], Hashable]) -> list[Record]:
    """The records of one source for each day and `thing`: of the source that saw most of it.

    The same hour may be known from the editor and from WakaTime; adding both up would count it twice. Where two saw the
    same, the first by name stands.
    """
    kept = list(records)
    if len({record.source for record in kept}) < 2:
        return kept
    totals: defaultdict[tuple[date, Hashable], defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for record in kept:
        totals[record.day, thing(record)][record.source] += record.seconds
    chosen = {key: min(by_source, key=lambda one: (-by_source[one], one)) for key, by_source in totals.items()}
    return [record for record in kept if chosen[record.day, thing(record)] == record.source]
