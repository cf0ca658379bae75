"""Figures that the owner shows to whoever has the link: one segment, in sums, with what is public anyway."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from garden.models import Project
from visitors.figures.annotations import annotations_of
from visitors.figures.dashboard import figures
from visitors.figures.labels import labelled
from visitors.light import LEAST_VISITS
from visitors.models import FiguresLink
from visitors.selectors import digest_of
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from visitors.figures.counting import Sums
    from visitors.figures.dashboard import Figures, Row
    from visitors.figures.windows import Window

SAID: Final = frozenset({Dimension.REFERRER, Dimension.CAMPAIGN})
KEY_BYTES: Final = 18  # 24 characters that nobody guesses
OPEN_PAGES: Final = frozenset({"/", "/about/", "/cv/", "/posts/", "/privacy/", "/seeds/", "/skills/"})
PLANT_PAGE: Final = re.compile(r"/projects/([-\w]+)/")


def new_key(link: FiguresLink) -> str:
    """Give a link a key, and so another address, and save it. The key is returned this once, and kept nowhere."""
    key = secrets.token_urlsafe(KEY_BYTES)
    link.digest = digest_of(key)
    link.save()
    return key


def link_of(key: str) -> FiguresLink | None:
    """The link that a key opens, if it is on. One query."""
    return FiguresLink.objects.filter(digest=digest_of(key), is_on=True).first()


def shared(link: FiguresLink, window: Window) -> dict[str, Any]:
    """What everyone who has a link is told of a while."""
    filters = {Dimension(link.dimension): link.value} if link.dimension else {}
    found = figures(window, filters)
    return {
        "totals": found.totals,
        "before": found.before,
        "earlier": found.earlier,
        "series": found.series,
        "series_before": found.series_before,
        "top": labelled(_shown(found), public=True),
        "top_since": found.top_since,
        "annotations": annotations_of(window, public=True),
        "notes": [
            *found.notes,
            f"Values behind which fewer than {LEAST_VISITS} visits stand are left out, "
            f"sites and campaigns also where fewer than {LEAST_VISITS} of them looked at more than one page.",
        ],
    }


def _shown(found: Figures) -> Mapping[Dimension, Sequence[Row]]:
    """Without values of few, without pages that not everyone may know of, and without what strangers made up.

    What a value was when few stood behind it is not told either, and so not whether it is new.
    """
    rows = {at: [_as_shown(at, row) for row in some if _is_of_many(at, row.sums)] for at, some in found.top.items()}
    pages = [at for at in (Dimension.AREA, Dimension.ENTRY, Dimension.EXIT) if at in rows]
    slugs = {match[1] for at in pages for row in rows[at] if (match := PLANT_PAGE.fullmatch(row.value))}
    public = set(Project.objects.listed().filter(slug__in=slugs).values_list("slug", flat=True))
    for at in pages:
        rows[at] = [row for row in rows[at] if _is_open(row.value, public)]
    return rows


def _as_shown(dimension: Dimension, row: Row) -> Row:
    was_of_many = row.before is not None and _is_of_many(dimension, row.before.sums)
    return replace(row, before=row.before if was_of_many else None, is_new=False)


def _is_of_many(dimension: Dimension, sums: Sums) -> bool:
    """Whether enough visits stand behind a value; of what a visit may say as it likes, visits that did more than knock.

    A host that says in passing that it sent somebody wants to be read on the owner's page: that is all there is to it.
    """
    if dimension not in SAID:
        return sums.sessions >= LEAST_VISITS
    return min(sums.visitors, sums.sessions - sums.bounces) >= LEAST_VISITS


def _is_open(area: str, public: set[str]) -> bool:
    """A page that every garden has, or the page of a plant that may be named.

    No place that is no page: what it is called anybody may make up, and so write on the owner's page.
    """
    match = PLANT_PAGE.fullmatch(area)
    return area in OPEN_PAGES or (match is not None and match[1] in public)
