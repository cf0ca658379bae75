"""Finding in the console: the few best of each kind, as far as the asker may look.

Each kind is one query, whatever it finds. Commits are looked up by the beginning of their hash alone: the index of
facts answers that, where a search through every title would read them all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Case, Q, Value, When
from django.urls import reverse

from garden.models import Project
from garden.vocabulary import ActivityKind
from greenhouse.console.search.kinds import COMMITS, KINDS, Kind
from greenhouse.console.sources import sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest

BEST: Final = 5  # of each kind; its own list has all
LONGEST: Final = 100  # characters that anybody types
_HASH: Final = re.compile(r"[0-9a-f]{7,40}")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that fits."""

    name: str
    link: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What fits of one kind, and where all of it stands."""

    title: str
    found: Sequence[Found]
    everything: str = ""  # the address of its list; empty where all of it is here
    more: bool = False


def find(request: HttpRequest, words: str, navigation: Iterable[Mapping[str, Any]]) -> list[Group]:
    """What fits the words, kind by kind; `navigation` is the asker's sidebar. One query a kind, whatever there is."""
    groups = [_pages(words, navigation), *(_group(request, kind, words) for kind in KINDS)]
    groups += [_sources(request, words), _commits(request, words)]
    return [group for group in groups if group and group.found]


def _pages(words: str, navigation: Iterable[Mapping[str, Any]]) -> Group:
    """Pages by what the sidebar calls them, those first that begin so. No query."""
    items = [item for group in navigation for item in group["items"] if _fits(words, item["title"])]
    items.sort(key=lambda item: not item["title"].casefold().startswith(words.casefold()))
    return Group("Pages", [Found(item["title"], item["link"]) for item in items[:BEST]])


def _sources(request: HttpRequest, words: str) -> Group | None:
    """Services by what they are called, connected or not. One query."""
    if not request.user.has_perm("integrations.view_account"):
        return None
    fitting = sources(lambda provider: _fits(words, provider.label) or _fits(words, provider.slug))
    found = [Found(one.provider.label, one.page, "" if one.connected else "not connected") for one in fitting]
    return Group("Sources", found, reverse("admin:integrations_account_changelist"))


def _fits(words: str, name: str) -> bool:
    return all(word in name.casefold() for word in words.casefold().split())


def _group(request: HttpRequest, kind: Kind, words: str) -> Group | None:
    """One kind as its list finds it, those first whose name begins as the words do. One query."""
    page = _page_of(kind, request)
    if page is None:
        return None
    fitting, _ = page.get_search_results(request, page.get_queryset(request).filter(kind.rows), words)
    rows = page.get_queryset(request).filter(pk__in=fitting.order_by().values("pk"))
    return _told(kind, rows.order_by(_closeness(kind.called, words), *page.get_ordering(request), "pk"), words)


def _closeness(field: str, words: str) -> Case:
    """0 for what is called so, and more the further a name is from the words."""
    ways = ("iexact", "istartswith", "icontains")
    nearer = [When(**{f"{field}__{way}": words}, then=Value(rank)) for rank, way in enumerate(ways)]
    return Case(*nearer, default=Value(len(ways)))


def _commits(request: HttpRequest, words: str) -> Group | None:
    """Commits whose hash begins so: a range of the index of each plant's facts. One query."""
    begins, page = words.lower(), _page_of(COMMITS, request)
    if page is None or not _HASH.fullmatch(begins):
        return None
    # Bounds on both sides rather than LIKE, which no collation's index answers; "g" follows every hexadecimal digit.
    of_plants = Q(project__in=Project.objects.values("pk"), kind=ActivityKind.COMMIT)
    rows = page.get_queryset(request).filter(of_plants, external_id__gte=begins, external_id__lt=f"{begins}g")
    return _told(COMMITS, rows.select_related("project").order_by("external_id"), words)


def _page_of(kind: Kind, request: HttpRequest) -> admin.ModelAdmin[Any] | None:
    """The page that lists a kind, for who may look at it."""
    page = admin.site._registry[kind.model]
    return page if page.has_view_permission(request) else None


def _told(kind: Kind, rows: QuerySet[Any], words: str) -> Group:
    best = list(rows[: BEST + 1])
    listed = f"{_address(kind, 'changelist')}?{urlencode({**kind.listed, 'q': words})}"
    found = [
        Found(kind.name_of(row), _address(kind, "change", row.pk) if kind.has_page else listed, kind.mark(row))
        for row in best[:BEST]
    ]
    return Group(kind.title, found, listed, more=len(best) > BEST)


def _address(kind: Kind, page: str, *args: Any) -> str:
    return reverse(f"admin:{kind.model._meta.app_label}_{kind.model._meta.model_name}_{page}", args=args)
