"""Coding time in the words of WakaTime's API, as editors and other tools read it. Pure."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Protocol

from integrations.coding.durations import bounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime, tzinfo
    from uuid import UUID

UNSAID: Final = {
    "name": "Unknown Project",
    "language": "Other",
    "category": "coding",
    "editor": "Unknown Editor",
    "operating_system": "Unknown OS",
}
LISTS: Final = {
    "projects": "name",
    "languages": "language",
    "categories": "category",
    "editors": "editor",
    "operating_systems": "operating_system",
}
SOMETIMES_SAID: Final = "operating_systems"  # empty where no share tells it; other lists then say that it is unknown
ALWAYS_EMPTY: Final = ("dependencies", "machines")


class Share(Protocol):
    """Time of one day, and what it went into."""

    @property
    def day(self) -> date: ...
    @property
    def seconds(self) -> float: ...
    @property
    def operating_system(self) -> str: ...


def summaries(found: Iterable[Share], first: date, last: date, zone: tzinfo) -> dict[str, Any]:
    """The days from `first` to `last`, each with its lists, and their total."""
    shares = by_day(found)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return {
        "data": [day_of(shares[day], day, zone) for day in days],
        **whole([seconds_of(shares[day]) for day in days], first, last, zone),
    }


def whole(seconds_by_day: Sequence[float], first: date, last: date, zone: tzinfo) -> dict[str, Any]:
    """What the days from `first` to `last` come to together."""
    seconds, days = sum(seconds_by_day), len(seconds_by_day)
    worked = sum(1 for one in seconds_by_day if one)
    average = seconds / worked if worked else 0.0
    return {
        "start": _moment(bounds(first, zone)[0]),
        "end": _end(last, zone),
        "cumulative_total": {"seconds": round(seconds, 3), **_plain(seconds)},
        "daily_average": {
            "days_including_holidays": days,
            "days_minus_holidays": worked,
            "holidays": days - worked,
            "seconds": round(average),
            "text": in_words(average),
            "seconds_including_other_language": round(average),
            "text_including_other_language": in_words(average),
        },
    }


def by_day(found: Iterable[Share]) -> defaultdict[date, list[Share]]:
    """The shares of each day; a day without any has an empty list."""
    days: defaultdict[date, list[Share]] = defaultdict(list)
    for share in found:
        days[share.day].append(share)
    return days


def seconds_of(found: Iterable[Share]) -> float:
    """What shares come to."""
    return sum(share.seconds for share in found)


def user(*, user_id: UUID, name: str, zone: tzinfo) -> dict[str, Any]:
    """The account, as far as plugins show it."""
    return {
        "data": {
            "id": str(user_id),
            "username": None,
            "full_name": name,
            "display_name": name,
            "email": None,
            "photo": None,
            "timezone": str(zone),
        }
    }


def status_bar(found: Sequence[Share], day: date, zone: tzinfo, now: datetime) -> dict[str, Any]:
    """Today, as editors show it at their lower edge."""
    return {"cached_at": _moment(now), "data": day_of(found, day, zone), "has_team_features": False}


def day_of(found: Sequence[Share], day: date, zone: tzinfo) -> dict[str, Any]:
    """One day: its total, its lists, and when it begins and ends."""
    seconds = seconds_of(found)
    return {
        "grand_total": _total(seconds),
        **{key: _list(found, by, seconds) for key, by in LISTS.items()},
        **({} if any(share.operating_system for share in found) else {SOMETIMES_SAID: []}),
        **{key: [] for key in ALWAYS_EMPTY},
        "range": {
            "date": day.isoformat(),
            "start": _moment(bounds(day, zone)[0]),
            "end": _end(day, zone),
            "text": f"{day:%a %b} {_ordinal(day.day)} {day.year}",
            "timezone": str(zone),
        },
    }


def in_words(seconds: float) -> str:
    """`2 hrs 17 mins`, `1 min`, `7 secs`."""
    hours, minutes = divmod(int(seconds) // 60, 60)
    if not hours and not minutes:
        return f"{int(seconds)} sec{'' if int(seconds) == 1 else 's'}"
    said_minutes = f"{minutes} min{'' if minutes == 1 else 's'}" if minutes else ""
    said_hours = f"{hours} hr{'' if hours == 1 else 's'}" if hours else ""
    return f"{said_hours} {said_minutes}".strip()


def _list(found: Sequence[Share], by: str, total: float) -> list[dict[str, Any]]:
    sums: defaultdict[str, float] = defaultdict(float)
    said_of = attrgetter(by)
    for share in found:
        sums[said_of(share) or UNSAID[by]] += share.seconds
    return [
        {
            "name": name.title() if by == "category" else name,
            **_total(seconds),
            "digital": f"{int(seconds) // 3600}:{int(seconds) // 60 % 60:02}:{int(seconds) % 60:02}",
            "seconds": int(seconds) % 60,
            "percent": round(100 * seconds / total, 2) if total else 0.0,
        }
        for name, seconds in sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    ]


def _total(seconds: float) -> dict[str, Any]:
    hours, minutes = divmod(int(seconds) // 60, 60)
    return {"hours": hours, "minutes": minutes, "total_seconds": round(seconds, 6), **_plain(seconds)}


def _plain(seconds: float) -> dict[str, str]:
    return {
        "text": in_words(seconds),
        "digital": f"{int(seconds) // 3600}:{int(seconds) // 60 % 60:02}",
        "decimal": f"{seconds / 3600:.2f}",
    }


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def _end(day: date, zone: tzinfo) -> str:
    return _moment(bounds(day, zone)[1] - timedelta(seconds=1))


def _ordinal(number: int) -> str:
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"
