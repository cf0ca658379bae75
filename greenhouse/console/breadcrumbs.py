"""Where in the console a page stands, in the words of the sidebar: it alone says what the pages are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SAID: Final = ("opts", "original", "object", "content_title", "title")  # what is read of a page's context
LAST_WORDS: Final = {"add": "New", "delete": "Delete", "history": "History", "password": "Password"}


@dataclass(frozen=True, slots=True)
class Crumb:
    """A part of the way; without a link it is the page itself, or a heading of the sidebar."""

    title: str
    link: str = ""


def breadcrumbs(path: str, navigation: Sequence[Mapping[str, Any]], context: Mapping[str, Any]) -> list[Crumb]:
    """The way from the sidebar's heading to the page at `path`. No query."""
    group, item = _item_of(path, navigation)
    if item is None:
        return [Crumb(_own_title(context))]
    listed = urlsplit(str(item["link"])).path
    way = [Crumb(str(group.get("title") or "")), Crumb(str(item["title"]), str(item["link"]))]
    way += [one for one in _beyond(path, listed, context) if one.title != way[1].title]
    way[-1] = Crumb(way[-1].title)
    return [one for one in way if one.title]


def _item_of(path: str, navigation: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """The entry of the sidebar that leads to a page: the nearest above it, of two such the one that is active."""
    home = reverse("admin:index")
    above = [
        (len(listed), bool(item.get("active")), group, item)
        for group in navigation
        for item in group["items"]
        if (listed := urlsplit(str(item["link"])).path) == path or (listed != home and path.startswith(listed))
    ]
    if not above:
        return {}, None
    _, _, group, item = max(above, key=lambda one: one[:2])
    return group, item


def _beyond(path: str, listed: str, context: Mapping[str, Any]) -> Iterator[Crumb]:
    """What follows the entry of the sidebar: the object and what is done with it, or a page by its own title."""
    if getattr(_page_of(context), "only_one", False):
        return
    one, opts = context.get("original") or context.get("object"), context.get("opts")
    last = path.rstrip("/").rpartition("/")[2]
    if isinstance(one, Model) and type(one) in admin.site._registry:
        opts = one._meta
        yield Crumb(str(one), reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[one.pk]))
    elif path != listed and (opts is None or last not in LAST_WORDS):
        yield Crumb(_own_title(context))
    if path != listed and opts and last in LAST_WORDS:
        what = f" {opts.verbose_name}" if last == "add" else ""
        yield Crumb(f"{LAST_WORDS[last]}{what}")


def _page_of(context: Mapping[str, Any]) -> admin.ModelAdmin[Any] | None:
    opts = context.get("opts")
    return admin.site._registry.get(opts.model) if opts else None


def _own_title(context: Mapping[str, Any]) -> str:
    return str(context.get("content_title") or context.get("title") or "")
