"""The hour as the public pages write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

if TYPE_CHECKING:
    from datetime import datetime

register = template.Library()


@register.simple_tag(takes_context=True)
def clock(context: dict[str, Any], at: datetime, form: str) -> str:
    """A moment in the garden's time zone, with its name: `{% clock now "H:i" %}` is "12:49 in Tokyo"."""
    said: str = context["sky"].clock(at, form)
    return said
