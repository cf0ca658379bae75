"""The page of figures that a link of the owner's opens, for whoever has its address."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from greenhouse.site.refusals import over_limit
from greenhouse.sky import sky_now
from greenhouse.web.page_cache import page_context
from visitors.figures.labels import TITLES, plant_names
from visitors.figures.sharing import link_of, shared
from visitors.figures.windows import DateRange, Window
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visitors.figures.reading import Point
    from visitors.models import FiguresLink

HIGH, WIDE = 60.0, 10.0  # of the picture, and of one of its columns
LABELS: Final = {
    DateRange.DAY: "24 hours",
    DateRange.WEEK: "7 days",
    DateRange.MONTH: "30 days",
    DateRange.QUARTER: "90 days",
    DateRange.YEAR: "a year",
}


@require_safe
def figures(request: HttpRequest, key: str) -> HttpResponse:
    """The same as `analytics/shared/{key}/` tells, to read; a while that is not known is a month."""
    if refusal := over_limit(request, "analytics"):
        return refusal
    link = link_of(key)
    if link is None:
        raise Http404("no such link")
    now = timezone.now()
    said = request.GET.get("date_range", "")
    chosen = DateRange(said) if said in LABELS else DateRange.MONTH
    window = Window.of(chosen, now)
    found = shared(link, window)
    context = page_context(sky_now(now), now) | found
    context |= {
        "segment": _segment(link),
        "window": window,
        "ranges": [(one.value, label, one is chosen) for one, label in LABELS.items()],
        "sums": _compared(found["totals"], found["before"]),
        "columns": _columns(found["series"], found["series_before"]),
        "width": len(found["series"]) * WIDE,
        "tops": [(TITLES[Dimension(of)], rows) for of, rows in found["top"].items() if rows],
        "happened": [one for group in found["annotations"] for one in group.annotations],
    }
    response = HttpResponse(render_to_string("figures.html", context))
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _segment(link: FiguresLink) -> str:
    """Which visits a link tells of, by what they have in common; a plant by its name, and never by its identifier."""
    if link.dimension == Dimension.PROJECT:
        return plant_names([link.value], public=True).get(link.value, "one plant")
    return f"{link.get_dimension_display()}: {link.value}" if link.dimension else ""


def _compared(now: Any, before: Any) -> list[tuple[str, float, float]]:
    return [
        ("Visits", now.sessions, before.sessions),
        ("Visitor-days", now.visitors, before.visitors),
        ("Page views", now.page_views, before.page_views),
        ("Interactions", now.interactions, before.interactions),
    ]


def _columns(series: Sequence[Point], before: Sequence[Point]) -> list[dict[str, Any]]:
    """A column a point, the highest as high as the picture, and behind it that of the period before."""
    most = max((point.sums.sessions for point in [*series, *before]), default=0) or 1
    return [
        {
            "at": point.at,
            "visits": point.sums.sessions,
            "visits_before": then.sums.sessions if then else None,
            "x": number * WIDE,
            "now": _column(point, most),
            "before": _column(then, most) if then else None,
        }
        for number, (point, then) in enumerate(zip_longest(series, before))
    ]


def _column(point: Point, most: float) -> dict[str, float]:
    high = round(HIGH * point.sums.sessions / most, 1)
    return {"y": round(HIGH - high, 1), "high": high}
