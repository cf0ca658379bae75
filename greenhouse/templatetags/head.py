"""What the head of every page says, where it takes more than a variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.conf import settings

from garden.svg.light import light_for
from greenhouse.site.metadata import fediverse_page

if TYPE_CHECKING:
    from greenhouse.state import Sky

register = template.Library()


@register.simple_tag
def zenith(sky: Sky) -> str:
    """The colour of the sky's top now, which a phone gives to the bar above the page."""
    return light_for(sky.time_of_day, sky.season, sky.weather_type, sky.weather["precipitation"]).zenith


@register.simple_tag
def fediverse_creator() -> dict[str, str]:
    """The owner's account in the fediverse, as previews name it, and its page; empty where there is none."""
    account = settings.MASTODON_ACCOUNT
    return {"account": f"@{account.removeprefix('@')}", "page": fediverse_page(account)}
