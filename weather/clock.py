"""The garden's clock: in which time zone its pages tell the hour."""

from __future__ import annotations

from datetime import timedelta, timezone, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

if TYPE_CHECKING:
    from weather.models import SkyObservation


def garden_zone(seen: SkyObservation | None) -> tzinfo:
    """`TIME_ZONE`; where that is not set, the zone of the place as the newest look at its sky tells it, else UTC."""
    if settings.TIME_ZONE_BY_PLACE and seen is not None:
        return _zone_of_place(seen.forecast.get("zone", ""), seen.forecast.get("utc_offset"))
    return ZoneInfo(settings.TIME_ZONE)


def _zone_of_place(name: str, offset: int | None) -> tzinfo:
    """The zone by its name, or the clocks' seconds ahead of UTC where only they are known (then without DST)."""
    try:
        return ZoneInfo(name) if name else timezone(timedelta(seconds=offset or 0))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last for a part of a name, such as Europe
        return timezone(timedelta(seconds=offset or 0))
