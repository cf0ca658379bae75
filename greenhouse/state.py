"""The whole garden in one answer: assembled once a version, kept as bytes, handed out without a query."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from rest_framework.utils.encoders import JSONEncoder

from common.byte_cache import ByteCache
from common.clock import local_words
from common.rows import values_of
from garden import plant_views, selectors
from garden.engine.dressing import Occupant, dressing
from garden.engine.island import terrain
from garden.engine.layout import PlacedPlant, standing_radius
from garden.serializers import PlantOut
from garden.svg import Light, light_for
from garden.vocabulary import Precipitation, Season, TimeOfDay, Visibility, WeatherType
from greenhouse.past import GardenFacts, GardenView, garden_at
from owner.selectors import SiteView, site_in_settings, site_now
from skills import selectors as skill_selectors
from skills.serializers import ConstellationOut
from social.api import ButterflyOut
from social.selectors import butterflies
from visitors.suggestions import Plant, for_everyone
from weather import selectors as weather_selectors
from weather import sky
from weather.clock import garden_zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from uuid import UUID

    from garden.engine.plants import PlantView
    from garden.event_types import SystemUpdate
    from visitors.suggestions import VisitorContext
    from visitors.vocabulary import Channel
    from weather.models import Place

GZIP_LEVEL = 6  # half the time of the best, for 5 % more bytes
PAST_DAYS_KEPT: Final = 16
PAST_BYTES: Final = 16 * 1024 * 1024
PAST_PLANT_BYTES: Final = 1200  # of a plant on a day, as measured
_CONTEXT = b'"visitor_context":'
_MADE = b'"generated_at":'
_NEVER = _MADE + b"null"
_SUGGESTED = ("id", "name", "slug", "growth_factor", "vitality", "commit_count")
_fields_of_suggested = attrgetter(*_SUGGESTED)
MAX_AGE = timedelta(seconds=60)  # the sun moves without an event, so a state is looked at again this often
HOLDS_UNASKED = timedelta(hours=1)  # weather and announcement, where nobody may ask whether they are over


@dataclass(frozen=True, slots=True)
class StateBytes:
    """One version of the garden, ready to send."""

    version: int  # the seq of the last event that altered it
    etag: str  # as in the header, with its quotes
    raw: bytes  # UTF-8 JSON
    gzipped: bytes
    made_at: datetime


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
        seen = _seen = _Seen(newest, *_weather(now), site_now(), selectors.announcement(now), now)
    return _sky(now, seen.place, seen.weather, seen.zone, seen.site, seen.announcement, seen.version)


def sky_last_seen(now: datetime) -> Sky:
    """The same for a page that must not ask the database. No query.

    Weather that this process read longer than an hour ago, or never, is what the hour would have. An announcement goes
    with it, and at its end.
    """
    if (seen := _seen) is None:
        place = weather_selectors.place_in_settings()
        return _sky(now, place, weather_selectors.report_by_clock(now, place), garden_zone(None), site_in_settings())
    if abs(now - seen.at) > HOLDS_UNASKED:
        return _sky(now, seen.place, weather_selectors.report_by_clock(now, seen.place), seen.zone, seen.site)
    announced = seen.announcement if seen.announcement and seen.announcement.holds(now) else None
    return _sky(now, seen.place, seen.weather, seen.zone, seen.site, announced)


def _weather(now: datetime, *, at: datetime | None = None) -> tuple[Place, dict[str, Any], tzinfo]:
    """Place, weather and time zone, now or at a moment of the past. Four queries."""
    place, seen = weather_selectors.place_now(), weather_selectors.observation_now(now)
    if at is None:
        return place, weather_selectors.report_with(seen, now, place), garden_zone(seen)
    return place, weather_selectors.report_of_the_past(at, place), garden_zone(seen)


def _sky(
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


class _Keeper:
    """Keeps the newest state of this process, and sees to it that only one thread assembles at a time."""

    def __init__(self) -> None:
        self._kept: StateBytes | None = None
        self._kept_generation = -1
        self._generation = 0
        self._assembling = threading.Lock()

    def invalidate(self) -> None:
        """Something changed: what is kept must not be handed out again unchecked."""
        self._generation += 1

    def cached(self, now: datetime) -> StateBytes | None:
        """The kept state if nothing is known to have changed since. No query."""
        kept = self._kept
        if kept is None or self._kept_generation != self._generation or now - kept.made_at > MAX_AGE:
            return None
        return kept

    def current(self, now: datetime) -> StateBytes:
        """The state as the database has it."""
        newest = selectors.state_version()
        if (kept := self.cached(now)) and kept.version == newest:
            return kept
        with self._assembling:
            if (kept := self.cached(now)) and kept.version >= newest:
                return kept
            generation = self._generation  # taken first: what changes during assembly leaves it outdated
            self._kept = assemble_bytes(now)
            self._kept_generation = generation
            return self._kept


_keeper = _Keeper()


def invalidate() -> None:
    """Something changed: nothing that is kept must be handed out again unchecked."""
    global _seen
    _seen = None
    _keeper.invalidate()


def cached() -> StateBytes | None:
    """The kept state, or `None` when it may be outdated. Trustworthy only while the live hub follows the outbox."""
    return _keeper.cached(datetime.now(UTC))


def current() -> StateBytes:
    """The garden's present state; assembled when something changed since the last one."""
    return _keeper.current(datetime.now(UTC))


def assemble_bytes(now: datetime) -> StateBytes:
    """The present garden as bytes. The ETag names the content, without the moment it was made."""
    body = assemble(now)
    version: int = body["version"]
    timeless = _encode({**body, "generated_at": None})
    digest = hashlib.sha256(timeless).hexdigest()[:12]
    raw = timeless.replace(_NEVER, _MADE + _encode(now), 1)
    return StateBytes(version, f'"{version}-{digest}"', raw, gzip.compress(raw, GZIP_LEVEL, mtime=0), now)


def for_channel(kept: StateBytes, channel: Channel) -> StateBytes:
    """The same state with the words for those who come from a kind of site. One query."""
    return with_context(kept, for_everyone(suggested_now(), sky_now(kept.made_at).time_of_day, channel))


def with_context(kept: StateBytes, context: VisitorContext) -> StateBytes:
    """The same state with other words for its visitor, which stand last in it."""
    said = _encode(context.as_json())
    place = kept.raw.rindex(_CONTEXT) + len(_CONTEXT)  # inside a text its quotes would be escaped
    raw = kept.raw[:place] + said + b"}"
    etag = f'{kept.etag[:-1]}-{hashlib.sha256(said).hexdigest()[:8]}"'
    return replace(kept, raw=raw, gzipped=gzip.compress(raw, GZIP_LEVEL, mtime=0), etag=etag)


def assemble(
    now: datetime,
    *,
    season: Season | None = None,
    weather_type: WeatherType | None = None,
    at: datetime | None = None,
) -> dict[str, Any]:
    """The garden as JSON-ready values, in a constant number of queries.

    `season` and `weather_type` show it under another sky; `at` shows it on the UTC day of a moment, under that moment's
    sky. The end of today is now. Raises `ValueError` for a later day.
    """
    version = selectors.state_version()  # read first, so that the state is never older than it says
    past = at if at and at < now else None
    above = _sky(past or now, *_weather(now, at=past), site_in_settings())
    garden = _garden_on(at or now, now, version)
    announcement = None if past else selectors.announcement(now)
    return {
        "version": version,
        "generated_at": now,
        "season": season or above.season,
        "time_of_day": above.time_of_day,
        "island": _island(garden),
        "projects": PlantOut(garden.plants, many=True).data,
        "weather": {**above.weather, "weather_type": weather_type or above.weather_type},
        "skills": ConstellationOut(garden.sky).data,
        "announcement": announcement.data if announcement else None,
        "social": ButterflyOut(butterflies(past or now), many=True).data,
        "visitor_context": None if at else for_everyone(suggested(garden.plants), above.time_of_day).as_json(),
    }


def suggested(plants: Iterable[PlantView]) -> list[Plant]:
    """Those that may be named, as the suggestions see them."""
    return [_suggested(*_fields_of_suggested(each)) for each in plants if not each.anonymous]


def suggested_now() -> list[Plant]:
    """The same of the plants as they stand now, of which nothing else is read. One query."""
    named = selectors.shown_in_order().exclude(visibility=Visibility.ANONYMOUS)
    return [_suggested(*row) for row in named.values_list(*_SUGGESTED)]


def _suggested(pk: UUID, name: str, slug: str, growth_factor: float, vitality: float, commits: int) -> Plant:
    return Plant(pk, name, partial(reverse, "project", args=[slug]), growth_factor, vitality, commits)


_working_out = threading.Lock()  # a past day is much work: whoever asks meanwhile waits for the answer


def _garden_on(moment: datetime, now: datetime, version: int) -> GardenView:
    """The garden on the UTC day of a moment: of today as it stands, of a past day as its facts have it."""
    day, today = moment.astimezone(UTC).date(), now.astimezone(UTC).date()
    if day == today:
        return GardenView(plant_views.plants(now), skill_selectors.constellation())
    facts = (version, *selectors.facts_version(), *skill_selectors.facts_version())
    return past_day(day, today, facts)


def _island(garden: GardenView) -> dict[str, Any]:
    """The ground that these plants need, and what dresses it."""
    plants = garden.plants
    radius = standing_radius(PlacedPlant(each.genome.variant, each.position.x, each.position.z) for each in plants)
    occupants = [
        Occupant(
            variant=each.genome.variant,
            x=each.position.x,
            z=each.position.z,
            growth=each.growth,
            vitality=each.vitality,
            assisted=0.0 if each.anonymous else each.assisted_share,  # how it was made is not told of an anonymous one
            featured=each.featured and not each.anonymous,
        )
        for each in plants
    ]
    return {"radius": radius, "props": [values_of(prop) for prop in dressing(terrain(radius), occupants)]}


@dataclass(frozen=True, slots=True)
class PastDay:
    """A day that was worked out, and what it was worked out of."""

    version: tuple[Any, ...]
    garden: GardenView

    @property
    def weight(self) -> int:
        """Bytes, roughly."""
        return PAST_PLANT_BYTES * len(self.garden.plants)


past_days: Final[ByteCache[PastDay]] = ByteCache(PAST_BYTES, PAST_DAYS_KEPT)


def past_day(day: date, today: date, facts_version: tuple[Any, ...]) -> GardenView:
    """The garden on a day before `today`, kept as long as the facts have the same version. Seven queries, or none."""
    version = (today, facts_version)
    with _working_out:
        kept = past_days.get(day)
        if kept is None or kept.version != version:
            tallies = selectors.disclosed_tallies()
            facts = GardenFacts(today, plant_views.plant_facts(tallies), skill_selectors.sky_facts(tallies))
            kept = PastDay(version, garden_at(day, facts))
            past_days.put(day, kept)
    return kept.garden


def _encode(body: dict[str, Any] | datetime) -> bytes:
    return json.dumps(body, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
