"""The hour as the public pages write it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import template

from common.clock import zone_words

if TYPE_CHECKING:
    from datetime import datetime

register = template.Library()


@register.simple_tag(takes_context=True)
def ahead(context: dict[str, Any], at: datetime) -> int:
    """How many minutes the garden's clocks are before UTC's, for scripts."""
    return round((at.astimezone(context["sky"].zone).utcoffset() or timedelta(0)).total_seconds() / 60)


@register.simple_tag(takes_context=True)
def zone(context: dict[str, Any], at: datetime) -> str:
    """What is said behind an hour: "in Tokyo"."""
    return zone_words(context["sky"].zone, at)


@register.simple_tag(takes_context=True)
def clock(context: dict[str, Any], at: datetime, form: str) -> str:
    """A moment in the garden's time zone, with its name: `{% clock now "H:i" %}` is "12:49 in Tokyo"."""
    said: str = context["sky"].clock(at, form)
    return said
