"""Whose site this is, as its pages say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from owner.models import Site

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Link:
    """Another place where the owner is."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Portrait:
    """The owner's picture."""

    url: str
    width: int  # pixels
    height: int


@dataclass(frozen=True, slots=True)
class SiteView:
    """Whose site this is: what was set in the console, else what the environment says, else nothing."""

    site_name: str
    owner_name: str
    line: str = ""
    now: str = ""
    now_at: datetime | None = None
    portrait: Portrait | None = None
    links: Sequence[Link] = ()
    email: str = ""
    about: str = ""  # Markdown
    cv: str = ""  # Markdown


def site_now() -> SiteView:
    """Whose site this is: as set in the console, else in the settings. One query."""
    site = Site.objects.first()
    if site is None:
        return site_in_settings()
    return SiteView(
        site_name=site.site_name or settings.SITE_NAME,
        owner_name=site.owner_name or settings.OWNER_NAME,
        line=site.line,
        now=site.now,
        now_at=site.now_at,
        portrait=Portrait(site.portrait.url, site.portrait_width or 0, site.portrait_height or 0)
        if site.portrait
        else None,
        links=[Link(label, url) for label, url in site.links],
        email=site.email,
        about=site.about,
        cv=site.cv,
    )


def site_in_settings() -> SiteView:
    """Whose site this is by the settings alone. No query."""
    return SiteView(settings.SITE_NAME, settings.OWNER_NAME)
