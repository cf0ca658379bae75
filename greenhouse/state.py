"""The whole garden in one answer: assembled once a version, kept as bytes, handed out without a query."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from rest_framework.utils.encoders import JSONEncoder

from common.rows import values_of
from garden import plant_views, selectors
from garden.engine.dressing import Occupant, dressing
from garden.engine.island import terrain
from garden.engine.layout import PlacedPlant, standing_radius
from garden.serializers import PlantOut
from garden.vocabulary import Season, Visibility, WeatherType
from greenhouse import sky
from greenhouse.past import GardenView
from greenhouse.past_days import past_day
from greenhouse.sky import MAX_AGE, sky_now, sky_of, weather_over
from owner.selectors import site_in_settings
from skills import selectors as skill_selectors
from skills.serializers import ConstellationOut
from social.api import ButterflyOut
from social.selectors import butterflies
from visitors.suggestions import Plant, for_everyone

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from garden.engine.plants import PlantView
    from visitors.suggestions import VisitorContext
    from visitors.vocabulary import Channel

GZIP_LEVEL = 5  # a quarter of the time of the best, for a tenth more bytes
_CONTEXT = b'"visitor_context":'
_MADE = b'"generated_at":'
_NEVER = _MADE + b"null"
_SUGGESTED = ("id", "name", "slug", "growth_factor", "vitality", "commit_count")
_fields_of_suggested = attrgetter(*_SUGGESTED)


@dataclass(frozen=True, slots=True)
class StateBytes:
    """One version of the garden, ready to send."""

    version: int  # the seq of the last event that altered it
    etag: str  # as in the header, with its quotes
    raw: bytes  # UTF-8 JSON
    gzipped: bytes
    made_at: datetime


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
    sky.forget()
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
    above = sky_of(past or now, *weather_over(now, at=past), site_in_settings())
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


def _encode(body: dict[str, Any] | datetime) -> bytes:
    return json.dumps(body, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
