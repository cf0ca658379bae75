"""Writes about whose site this is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from garden import events
from garden.event_types import StateRefreshed
from owner.models import Site

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.core.files.base import ContentFile

SITE: Final = "site"  # the component whose change open pages are told


@transaction.atomic
def set_site(*, changes: Mapping[str, Any], now: datetime) -> Site:
    """Say whose site this is, field by field; what is not in `changes` stays. Open pages look again.

    `portrait` is a picture as `common.pictures.reencoded` gives it, or `False` to take it away; the file before it is
    deleted.
    """
    site, _ = Site.objects.select_for_update().get_or_create(pk=Site.THE_ONE)
    changes = dict(changes)
    if "portrait" in changes:
        _set_portrait(site, changes.pop("portrait"))
    if "now" in changes:
        site.now_at = now if changes["now"] else None
    for name, value in changes.items():
        setattr(site, name, value)
    site.save()
    events.publish(StateRefreshed(component=SITE), source="owner", now=now)
    return site


def _set_portrait(site: Site, picture: ContentFile[bytes] | bool) -> None:
    storage, before = site.portrait.storage, site.portrait.name
    site.portrait = picture or ""
    if before:
        transaction.on_commit(partial(storage.delete, before))
