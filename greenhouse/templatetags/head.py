"""What the head of every page says, where it takes more than a variable."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from greenhouse.site.metadata import fediverse_page
from greenhouse.web.assets import address_of, content_of

register = template.Library()


@register.simple_tag
def fediverse_creator() -> dict[str, str]:
    """The owner's account in the fediverse, as previews name it, and its page; empty where there is none."""
    account = settings.MASTODON_ACCOUNT
    return {"account": f"@{account.removeprefix('@')}", "page": fediverse_page(account)}


@register.simple_tag
def stylesheet(entry: str) -> SafeString:
    """A link to one that was built; nothing where there is no build."""
    address = address_of(entry)
    return format_html('<link rel="stylesheet" href="{}">', address) if address else SafeString()


@register.simple_tag
def stylesheet_within(entry: str) -> SafeString:
    """The same as a part of the page itself, so that nothing has to be waited for; a link while Vite serves it."""
    content = content_of(entry)
    return mark_safe(f"<style>{content}</style>") if content else stylesheet(entry)  # noqa: S308 - built by us
