"""Words as the public pages show them."""

from __future__ import annotations

from django import template
from django.template.defaultfilters import stringfilter

from common import words

register = template.Library()


@register.filter
@stringfilter
def shortened(text: str, longest: int) -> str:
    """`text` in one line of about `longest` characters, never cut in the middle of a word."""
    return words.shortened(text, longest)
