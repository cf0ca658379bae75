"""Moments in words, in a time zone that is named behind them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

from django.utils.formats import date_format, get_format
from django.utils.timezone import get_current_timezone

EXACTLY: Final = "DATETIME_FORMAT"  # of greenhouse/formats
HOUR: Final = "H"  # in a form: it has an hour


def local_words(at: datetime, form: str = EXACTLY, zone: tzinfo | None = None) -> str:
    """A moment such as "3 June 2026, 12:49 in Tokyo"; in `TIME_ZONE` by default; `form` is Django's, or its name.

    A day without its hour names no zone.
    """
    zone, form = zone or get_current_timezone(), get_format(form)
    words = date_format(at.astimezone(zone), form)
    return f"{words} {zone_words(zone, at)}" if HOUR in form else words


def zone_words(zone: tzinfo, at: datetime) -> str:
    """What is said behind an hour: "in Tokyo" of `Asia/Tokyo`, else "UTC" or "UTC+05:30"."""
    region, _, town = getattr(zone, "key", "").rpartition("/")
    if region and not region.startswith("Etc"):
        return f"in {town.replace('_', ' ')}"
    offset = at.astimezone(zone).utcoffset() or timedelta(0)
    return str(timezone(offset)) if offset else str(UTC)
