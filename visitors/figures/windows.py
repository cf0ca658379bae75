"""Which while is asked about, and the one before it to compare with. Pure.

Days are UTC. One day is the last 24 hours by the hour; more are whole days, today among them, by the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


class DateRange(StrEnum):
    """The whiles that can be asked about."""

    DAY = "1d"
    WEEK = "7d"
    MONTH = "30d"
    QUARTER = "90d"
    YEAR = "365d"

    @property
    def days(self) -> int:
        """How many."""
        return int(self.removesuffix("d"))


@dataclass(frozen=True, slots=True)
class Window:
    """From a full hour or the begin of a day until a moment."""

    since: datetime  # UTC
    until: datetime  # UTC
    length: timedelta  # from one window's begin to that of the next
    hourly: bool = False

    @classmethod
    def of(cls, date_range: DateRange, now: datetime) -> Window:
        """The newest one, which ends now."""
        now = now.astimezone(UTC)
        if date_range is DateRange.DAY:
            return cls(hour_of(now) - 23 * HOUR, now, DAY, hourly=True)
        length = date_range.days * DAY
        return cls(begin_of(now.date()) + DAY - length, now, length)

    @property
    def before(self) -> Window:
        """As long a while before it, which ends at the same hour: a day that still runs is compared with a part."""
        return Window(self.since - self.length, self.until - self.length, self.length, self.hourly)

    @property
    def days(self) -> list[date]:
        """The days that it touches."""
        count = (self.until.date() - self.since.date()).days + 1
        return [self.since.date() + timedelta(days=number) for number in range(count)]

    @property
    def moments(self) -> list[datetime]:
        """Where its hours or days begin."""
        step = HOUR if self.hourly else DAY
        found, moment = [], self.since
        while moment < self.until:
            found.append(moment)
            moment += step
        return found


def hour_of(moment: datetime) -> datetime:
    """The full hour before it."""
    return moment.replace(minute=0, second=0, microsecond=0)


def midnight_before(moment: datetime) -> datetime:
    """The begin of its UTC day."""
    return begin_of(moment.astimezone(UTC).date())


def begin_of(day: date) -> datetime:
    """Its first moment."""
    return datetime.combine(day, datetime.min.time(), tzinfo=UTC)
