"""The sky over every page: season, hour and weather over the owner's place, and what the owner announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from common.clock import local_words
from garden import selectors
from garden.svg import Light, light_for
from garden.vocabulary import Precipitation, Season, TimeOfDay, WeatherType
from owner.selectors import SiteView, site_in_settings, site_now
from weather import selectors as weather_selectors
from weather import sky
from weather.clock import garden_zone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from garden.event_types import SystemUpdate
    from weather.models import Place

MAX_AGE = timedelta(seconds=60)  # the sun moves without an event, so a state is looked at again this often
HOLDS_UNASKED = timedelta(hours=1)  # weather and announcement, where nobody may ask whether they are over


@dataclass(frozen=True, slots=True)
class Sky:
    """What stands over every page: season, time of day and weather, where the garden lies and whose it is, what its
    owner announces."""

    season: Season
    time_of_day: TimeOfDay
    weather_type: WeatherType
    weather: Mapping[str, Any]  # everything that visitors learn of it
    place: str
    zone: tzinfo  # in which the pages tell the hour
    site: SiteView
    announcement: SystemUpdate | None
    version: int | None = None  # of the garden, where the database was asked

    @property
    def precipitation(self) -> Precipitation:
        """What falls."""
        return Precipitation(self.weather["precipitation"] or Precipitation.CLEAR)

    @property
    def light(self) -> Light:
        """The light of the moment, as the drawing has it."""
        return light_for(self.time_of_day, self.season, self.weather_type, self.precipitation)

    def clock(self, at: datetime, form: str) -> str:
        """A moment as the pages write it: `form` is Django's for dates, and the zone is named behind it."""
        return local_words(at, form, self.zone)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was read of place, weather, owner and announcement, and when."""

    version: int
    place: Place
    weather: Mapping[str, Any]
    zone: tzinfo
    site: SiteView
    announcement: SystemUpdate | None
    at: datetime


_seen: _Seen | None = None


def sky_now(now: datetime, version: int | None = None) -> Sky:
    """The sky over the owner's place as the garden's `version` has it; without one, as it was within the last minute.

    Seven queries where something may have changed, else none.
    """
    global _seen
    seen = _seen
    if seen is None or version not in (None, seen.version) or abs(now - seen.at) > MAX_AGE:
        newest = selectors.state_version() if version is None else version
        seen = _seen = _Seen(newest, *weather_over(now), site_now(), selectors.announcement(now), now)
    return sky_of(now, seen.place, seen.weather, seen.zone, seen.site, seen.announcement, seen.version)


def sky_last_seen(now: datetime) -> Sky:
    """The same for a page that must not ask the database. No query.

    Weather that this process read longer than an hour ago, or never, is what the hour would have. An announcement goes
    with it, and at its end.
    """
    if (seen := _seen) is None:
        place = weather_selectors.place_in_settings()
        return sky_of(now, place, weather_selectors.report_by_clock(now, place), garden_zone(None), site_in_settings())
    if abs(now - seen.at) > HOLDS_UNASKED:
        return sky_of(now, seen.place, weather_selectors.report_by_clock(now, seen.place), seen.zone, seen.site)
    announced = seen.announcement if seen.announcement and seen.announcement.holds(now) else None
    return sky_of(now, seen.place, seen.weather, seen.zone, seen.site, announced)


def weather_over(now: datetime, *, at: datetime | None = None) -> tuple[Place, dict[str, Any], tzinfo]:
    """Place, weather and time zone, now or at a moment of the past. Four queries."""
    place, seen = weather_selectors.place_now(), weather_selectors.observation_now(now)
    if at is None:
        return place, weather_selectors.report_with(seen, now, place), garden_zone(seen)
    return place, weather_selectors.report_of_the_past(at, place), garden_zone(seen)


def sky_of(
    now: datetime,
    place: Place,
    weather: Mapping[str, Any],
    zone: tzinfo,
    site: SiteView,
    announcement: SystemUpdate | None = None,
    version: int | None = None,
) -> Sky:
    return Sky(
        sky.season_at(now, *place.coordinates),
        sky.time_of_day(now, *place.coordinates),
        WeatherType(weather["weather_type"]),
        weather,
        place.name,
        zone,
        site,
        announcement if announcement and announcement.holds(now) else None,
        version,
    )


def forget() -> None:
    """Something changed: what was read is asked for again."""
    global _seen
    _seen = None
