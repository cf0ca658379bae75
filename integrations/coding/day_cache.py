"""Days in a row as they go over the wire. A day that did not change since it was last cached is not worked out again.

A year is 365 days of which one is new: what is kept are their texts, a few kilobytes each, in this process alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from integrations.coding import selectors, shapes

if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import date, tzinfo

MAX_DAYS: Final = 2 * 366  # days: a year and the one before it; about 4 MB

_days: dict[date, CachedDay] = {}


@dataclass(frozen=True, slots=True)
class CachedDay:
    """One day as text."""

    version: Hashable
    seconds: float
    text: str


def summaries(first: date, last: date, zone: tzinfo) -> str:
    """The days from `first` to `last` as JSON, in the words of WakaTime's API.

    Three queries where nothing changed; two more for the days that did, and what `selectors.shares` says of unsettled
    ones.
    """
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    fresh = selectors.unsettled_days(first, last)
    versions: dict[date, Hashable] = {
        day: (version, str(zone)) for day, version in selectors.versions(first, last).items()
    }
    known = {day: _days[day] for day in days if day in _days and _days[day].version == versions.get(day)}
    cached = {day: one for day, one in known.items() if day not in fresh}
    if worked := [day for day in days if day not in cached and (day in versions or day in fresh)]:
        by_day = shapes.by_day(selectors.shares_on(worked, fresh))
        for day in worked:
            cached[day] = CachedDay(
                versions.get(day),
                shapes.seconds_of(by_day[day]),
                _text(shapes.day_of(by_day[day], day, zone)),
            )
        _store({day: cached[day] for day in worked if day not in fresh})
    texts = [cached[day].text if day in cached else _text(shapes.day_of([], day, zone)) for day in days]
    whole = _text(shapes.whole([cached[day].seconds if day in cached else 0.0 for day in days], first, last, zone))
    return f'{{"data":[{",".join(texts)}],{whole[1:]}'


def forget() -> None:
    """Work every day out again when it is next asked for."""
    _days.clear()


def _store(cached: dict[date, CachedDay]) -> None:
    if len(_days) + len(cached) > MAX_DAYS:
        _days.clear()
    _days.update(cached)


def _text(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
