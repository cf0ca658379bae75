"""What the head of every page says, where it takes more than a variable."""

from __future__ import annotations

from django import template
from django.conf import settings

from greenhouse.site.metadata import fediverse_page

register = template.Library()


@register.simple_tag
def fediverse_creator() -> dict[str, str]:
    """The owner's account in the fediverse, as previews name it, and its page; empty where there is none."""
    account = settings.MASTODON_ACCOUNT
    return {"account": f"@{account.removeprefix('@')}", "page": fediverse_page(account)}
