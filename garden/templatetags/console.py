"""What the console says the same way in its templates and in its Python."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.timesince import timesince, timeuntil

from common.clock import EXACTLY, local_words

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.safestring import SafeString

JUST_NOW = timedelta(minutes=1)
register = template.Library()


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """How long ago (or how soon), in words, with the moment itself on hover."""
    if moment is None:
        return "–"
    now = timezone.now()
    distance = abs(now - moment)
    if distance < JUST_NOW:
        words = "just now"
    else:
        words = f"{timesince(moment, now, depth=1)} ago" if moment < now else f"in {timeuntil(moment, now, depth=1)}"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), local_words(moment), words)


@register.filter
def by_parts(path: str) -> SafeString:
    """A path that breaks after its slashes before it breaks within a word."""
    return format_html_join(mark_safe("/<wbr>"), "{}", ((part,) for part in path.split("/")))


@register.filter
def local(moment: datetime, form: str = EXACTLY) -> str:
    """The moment itself in `TIME_ZONE`, which is named."""
    return local_words(moment, form)
