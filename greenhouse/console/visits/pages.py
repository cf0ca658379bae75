"""The pages about visitors, one function each; what they say is read from the figures."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format

from greenhouse.console.visits.asked import asked, context_of
from greenhouse.console.visits.pictures import columns, interval
from greenhouse.console.visits.reads import bare_plan, practised, warmth, weather_days
from greenhouse.console.visits.rights import may_see_visits
from visitors.figures.annotations import annotations_of
from visitors.figures.comparing import NO_EARLIER, changes, compared
from visitors.figures.dashboard import figures
from visitors.figures.funnels import funnels
from visitors.figures.growth import growth_trends
from visitors.figures.journeys import journeys
from visitors.figures.labels import GONE, TITLES, labelled, plant_names
from visitors.figures.realtime import realtime
from visitors.figures.vitals import speeds
from visitors.figures.windows import DateRange
from visitors.insights.report import insights
from visitors.models import Funnel
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from greenhouse.console.visits.asked import Asked
    from visitors.figures.annotations import Group
    from visitors.figures.dashboard import Figures, Row
    from visitors.figures.growth import GrowthTrend
    from visitors.figures.reading import Point

TABS: Final = (
    ("visits", "Visits"),
    ("visits-now", "Just now"),
    ("visits-journeys", "Journeys"),
    ("visits-plan", "On the plan"),
    ("visits-growth", "Growth, weather, skills"),
    ("visits-insights", "Insights"),
)
MINUTES: Final = 30


@dataclass(frozen=True, slots=True)
class Total:
    """One sum of a while, and how it was before."""

    label: str
    said: str
    compared: str  # "40 before, +12%"


@dataclass(frozen=True, slots=True)
class Line:
    """One value of a dimension."""

    name: str
    query: str  # that narrows by it
    visits: int
    told: str  # what it was before, and how it changed


@dataclass(frozen=True, slots=True)
class Top:
    """A dimension: its first ten, the most that one of them has, and what came no more."""

    title: str
    lines: Sequence[Line]
    most: float
    gone: Sequence[Line]


def visits_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The figures of a while, compared with the one before."""
    question = _question(request)
    found = figures(question.window, question.filters)
    groups, since_raw = annotations_of(question.window), found.counted_until or question.window.since
    more = {
        "totals": _totals(found),
        "picture": columns(_visits(found.series), list(_said(found)), _visits(found.series_before)),
        "points": list(zip_longest(found.series, found.series_before)),
        "earlier": found.earlier,
        "hourly": question.window.hourly,
        "beside": _beside(found, groups),
        "groups": groups[::-1],
        "tops": _tops(found, question),
        "speeds": speeds(question.window, since_raw=since_raw, earlier=found.earlier),
        "set_aside": found.set_aside,
        "notes": found.notes,
        "is_empty": not found.totals.sessions and not found.before.sessions and not question.filters,
    }
    return _page(request, context, "visits", "Visits", context_of(question) | more)


def now_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """What goes on just now; `static/console/visits.js` keeps it so."""
    _check(request)
    now = timezone.now()
    found = realtime(now)
    said = [f"{count} steps, {MINUTES - 1 - back} minutes ago" for back, count in enumerate(found.steps_by_minute)]
    more = {"now": found, "picture": columns(found.steps_by_minute, said), "plan": bare_plan(now), "minutes": said}
    return _page(request, context, "visits-now", "Just now", more)


def journeys_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """What journeys have in common, and the owner's funnels."""
    question = _question(request)
    found = journeys(question.window, question.filters)
    names = plant_names(spot.value for spot in found.engagement_hotspots if spot.dimension is Dimension.PROJECT)
    more = {
        "journeys": found,
        "hotspots": [
            (names.get(spot.value, GONE) if spot.dimension is Dimension.PROJECT else spot.value, spot)
            for spot in found.engagement_hotspots
        ],
        "funnels": funnels(list(Funnel.objects.order_by("name")), question.window, question.filters),
    }
    return _page(request, context, "visits-journeys", "Journeys", context_of(question) | more)


def plan_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Where visitors stood and walked, on the garden's plan."""
    question = _question(request)
    more = {"warmth": warmth(question.window, question.filters)}
    return _page(request, context, "visits-plan", "On the plan", context_of(question) | more)


def growth_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """How plants and skills went beside the visits, and the visits beside the weather."""
    question = _question(request)
    found = figures(question.window, question.filters)
    weather = weather_days(found)
    more = {
        "trends": [_grown(one) for one in growth_trends(question.window, found.plants)],
        "weather": weather,
        "most_visits": max((one.mean for one in weather), default=0.0),
        "skills": practised(question.window.until.date()),
    }
    return _page(request, context, "visits-growth", "Growth, weather, skills", context_of(question) | more)


def insights_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """What goes together, how sure that is, and what the asker could do about it."""
    from greenhouse.console.people.rights import (
        may_open,  # late: it needs the admin's pages, and their site needs this page
    )

    question = _question(request, unless_said=DateRange.QUARTER)
    found = insights(question.window)
    parts = (
        ("Visitors", found.visitor_engagement),
        ("Plants", found.project_growth_trends),
        ("Weather", found.weather_impact),
        ("Skills", found.skill_development),
    )
    findings = [
        *found.visitor_engagement.findings,
        *found.weather_impact.findings,
        *found.skill_development.findings,
    ]
    more = {
        "found": found,
        "recommendations": [one for one in found.recommendations if may_open(request, one.link)],
        "parts": [(title, part.sentences) for title, part in parts],
        "findings": [(one, interval(one.correlation.low, one.correlation.high)) for one in findings],
    }
    return _page(request, context, "visits-insights", "Insights", context_of(question) | more)


def _grown(trend: GrowthTrend) -> tuple[GrowthTrend, float, float, str, str]:
    """A trend with its picture: percent of a whole life that were there before, and that came since; and in words what
    came since, and what had come in the period before, empty where that is nothing."""
    change = 100 * trend.growth_change
    was = 100 * trend.growth_factor - max(0.0, change)
    return trend, was, max(0.0, change), _points(change) or "–", _points(100 * trend.before.growth_change)


def _points(change: float) -> str:
    return f"{change:+.1f}%" if abs(change) >= 0.05 else ""


def _check(request: HttpRequest) -> None:
    if not may_see_visits(request):
        raise PermissionDenied


def _question(request: HttpRequest, *, unless_said: DateRange = DateRange.WEEK) -> Asked:
    _check(request)
    return asked(request.GET, timezone.now(), unless_said)


def _page(request: HttpRequest, context: dict[str, Any], name: str, title: str, more: dict[str, Any]) -> HttpResponse:
    template = f"admin/visits/{name.partition('-')[2] or 'visits'}.html"
    return TemplateResponse(request, template, {**context, "title": title, "tabs": TABS, "tab": name, **more})


def _totals(found: Figures) -> list[Total]:
    now, before, change = found.totals, found.before, changes(found.totals, found.before)
    told = [
        ("visits", f"{now.sessions:,.0f}", f"{before.sessions:,.0f}", change["sessions"]),
        ("visitor-days", f"{now.visitors:,.0f}", f"{before.visitors:,.0f}", change["visitors"]),
        ("page views", f"{now.page_views:,.0f}", f"{before.page_views:,.0f}", change["page_views"]),
        ("interactions", f"{now.interactions:,.0f}", f"{before.interactions:,.0f}", change["interactions"]),
        ("a visit", _minutes(now.seconds_per_session), _minutes(before.seconds_per_session), None),
        ("left at once", f"{now.bounce_rate:.0%}", f"{before.bounce_rate:.0%}", None),
    ]
    return [
        Total(label, said, compared(f"{was} before", share) if found.earlier.is_known else NO_EARLIER)
        for label, said, was, share in told
    ]


def _minutes(seconds: float) -> str:
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s" if seconds >= 60 else f"{seconds:.0f} s"


def _visits(series: Sequence[Point]) -> list[float]:
    return [point.sums.sessions for point in series]


def _said(found: Figures) -> Iterator[str]:
    for point, then in zip_longest(found.series, found.series_before):
        when = f"{date_format(point.at, 'j F, H:i')} UTC" if found.window.hourly else date_format(point.at, "D j F Y")
        before = f"; {then.sums.sessions:.0f} before" if then else ""
        yield f"{point.sums.sessions:.0f} visits, {when}{before}"


def _beside(found: Figures, groups: Sequence[Group]) -> list[tuple[float, str, str]]:
    """Where on the picture's axis something happened: x, of which kind, and what in words."""
    place: dict[datetime, int] = {point.at: number for number, point in enumerate(found.series)}
    return [
        (place[group.at] * 10.0, group.annotations[-1].kind.value, "; ".join(one.text for one in group.annotations))
        for group in groups
        if group.at in place
    ]


def _tops(found: Figures, question: Asked) -> list[Top]:
    """The first ten of each dimension that has any, and what of it came no more."""
    first, gone = (_lines(rows, question) for rows in (found.top, found.gone))
    tops = [(title, first.get(dimension, []), gone.get(dimension, [])) for dimension, title in TITLES.items()]
    return [
        Top(title, lines, float(max((line.visits for line in lines), default=0) or 1), left)
        for title, lines, left in tops
        if lines or left
    ]


def _lines(rows: Mapping[Dimension, Sequence[Row]], question: Asked) -> dict[Dimension, list[Line]]:
    """Rows as lines, each with the question that is narrowed by it. One query where plants are among them."""
    names = labelled(rows)
    return {
        dimension: [
            Line(str(said["name"]), question.narrow(dimension, row.value), int(row.sums.sessions), row.told)
            for row, said in zip(some, names[dimension.value], strict=True)
        ]
        for dimension, some in rows.items()
    }
