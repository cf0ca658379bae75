"""The figures over the API, for the owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from common.permissions import IsOwner, Scope
from common.strict import Query, operation
from visitors.figures import journey_serializers as journeys_out
from visitors.figures import serializers as out
from visitors.figures.annotations import annotations_of
from visitors.figures.comparing import changes
from visitors.figures.dashboard import Figures, FiltersRefused, figures
from visitors.figures.funnels import funnel, funnels
from visitors.figures.growth import growth_trends
from visitors.figures.heat import CELL, heat
from visitors.figures.journeys import journeys, retention
from visitors.figures.labels import GONE, labelled, plant_names
from visitors.figures.realtime import realtime
from visitors.figures.times import times
from visitors.figures.visits import LONGEST_VALUE
from visitors.figures.vitals import speeds
from visitors.figures.windows import DateRange, Window
from visitors.models import Funnel
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rest_framework.request import Request

    from visitors.figures.funnels import FunnelResult

WARMEST: Final = 2_000  # squares of the heat map that an answer holds


class FiguresQuery(Query):
    """Which while, and narrowed by what: one value of any dimension, two within the days whose visits are kept."""

    date_range = serializers.ChoiceField(choices=[(one.value, one.value) for one in DateRange], default="7d")
    area = serializers.CharField(required=False, max_length=LONGEST_VALUE)
    project = serializers.UUIDField(required=False)
    channel = serializers.CharField(required=False, max_length=LONGEST_VALUE)
    referrer = serializers.CharField(required=False, max_length=LONGEST_VALUE)
    campaign = serializers.CharField(required=False, max_length=LONGEST_VALUE)
    country = serializers.CharField(required=False, max_length=LONGEST_VALUE)
    device = serializers.CharField(required=False, max_length=LONGEST_VALUE)
    browser = serializers.CharField(required=False, max_length=LONGEST_VALUE)
    os = serializers.CharField(required=False, max_length=LONGEST_VALUE)
    screen = serializers.CharField(required=False, max_length=LONGEST_VALUE)
    entry = serializers.CharField(required=False, max_length=LONGEST_VALUE)
    exit = serializers.CharField(required=False, max_length=LONGEST_VALUE)


class FiguresView(APIView):
    """What all the figures' endpoints share."""

    permission_classes = [IsOwner]
    key_scope = Scope.ANALYTICS
    limit_scope = "analytics"
    owner_limit_scope = "analytics"  # by token; the console, which is signed in by session, has the owner's limit

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """For the owner: no cache keeps it."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ("Authorization", "Cookie"))
        return response

    def handle_exception(self, exc: Exception) -> Response:
        """A refusal to narrow is a wrong request."""
        if isinstance(exc, FiltersRefused):
            exc = serializers.ValidationError(str(exc))
        return super().handle_exception(exc)


def asked(query: Mapping[str, Any]) -> tuple[dict[str, Any], Window, dict[Dimension, str]]:
    """What a query means: the head of its answer, the while, and the values that it is narrowed by."""
    window = Window.of(DateRange(query["date_range"]), timezone.now())
    filters: dict[Dimension, str] = {
        one: str(query[one.value]) for one in Dimension if one is not Dimension.ALL and one.value in query
    }
    head = {
        "date_range": query["date_range"],
        "since": window.since,
        "until": window.until,
        "filters": {dimension.value: value for dimension, value in filters.items()},
    }
    return head, window, filters


class DashboardView(FiguresView):
    """The figures of a while (owner)."""

    @operation(
        "The figures of a while, compared with the one before (owner)",
        description="Totals, how they went, the first ten of every dimension, how plants grew beside, Web Vitals of "
        "real visitors, what was set aside and why, and what the owner did meanwhile. Days are UTC.",
        query=FiguresQuery,
        responses=out.DashboardOut,
    )
    def get(self, request: Request, query: dict[str, Any]) -> Response:
        head, window, filters = asked(query)
        found = figures(window, filters)
        more = {
            "growth": growth_trends(window, found.plants),
            "performance": speeds(window, since_raw=found.counted_until or window.since, earlier=found.earlier),
            "annotations": annotations_of(window),
        }
        return Response(out.DashboardOut(head | told(found) | more).data)


def told(found: Figures, *, public: bool = False) -> dict[str, Any]:
    """The figures as their answer has them."""
    return {
        "counted_until": found.counted_until,
        "totals": found.totals,
        "before": found.before,
        "change": changes(found.totals, found.before),
        "earlier": found.earlier,
        "series": found.series,
        "series_before": found.series_before,
        "top": labelled(found.top, public=public),
        "gone": labelled(found.gone, public=public),
        "top_since": found.top_since,
        "set_aside": found.set_aside,
        "notes": found.notes,
    }


class RealtimeView(FiguresView):
    """What goes on just now (owner)."""

    @operation("What goes on just now (owner)", responses=out.RealtimeOut)
    def get(self, request: Request) -> Response:
        return Response(out.RealtimeOut(realtime(timezone.now())).data)


class VisitorsView(FiguresView):
    """How visitors behave (owner)."""

    @operation(
        "How visitors behave: from where, with what, when, how long, and where they stand (owner)",
        query=FiguresQuery,
        responses=journeys_out.VisitorsOut,
    )
    def get(self, request: Request, query: dict[str, Any]) -> Response:
        head, window, filters = asked(query)
        found = figures(window, filters)
        cells, since = heat(window, filters)
        warmest = sorted(cells.items(), key=lambda one: (-one[1].seconds, -one[1].steps, one[0]))[:WARMEST]
        when = times(window, found.earlier)
        return Response(
            journeys_out.VisitorsOut(
                head
                | {
                    "totals": found.totals,
                    "before": found.before,
                    "earlier": found.earlier,
                    "top": labelled(found.top),
                    "gone": labelled(found.gone),
                    "average_journey_duration": found.totals.seconds_per_session,
                    "retention": retention(window, filters),
                    "by_hour": when.by_hour,
                    "by_weekday": when.by_weekday,
                    "by_hour_before": when.before.by_hour if when.before else None,
                    "by_weekday_before": when.before.by_weekday if when.before else None,
                    "heat_since": since,
                    "heat_cell": CELL,
                    "heat": [[(x + 0.5) * CELL, (z + 0.5) * CELL, *warmth] for (x, z), warmth in warmest],
                }
            ).data
        )


class JourneysView(FiguresView):
    """What journeys have in common (owner)."""

    @operation(
        "What journeys have in common: paths, ends, warm places, durations, conversions (owner)",
        query=FiguresQuery,
        responses=journeys_out.JourneysOut,
    )
    def get(self, request: Request, query: dict[str, Any]) -> Response:
        head, window, filters = asked(query)
        found = journeys(window, filters)
        names = plant_names(spot.value for spot in found.engagement_hotspots if spot.dimension is Dimension.PROJECT)
        spots = [
            {"dimension": spot.dimension, "value": spot.value, "sums": spot.sums, "share": spot.share}
            | {"before": spot.before, "change": spot.change, "is_new": spot.is_new}
            | {"name": names.get(spot.value, GONE) if spot.dimension is Dimension.PROJECT else spot.value}
            for spot in found.engagement_hotspots
        ]
        conversions = [
            {"name": one.name, "count": one.count, "rate": one.rate, "before": one.before, "change": one.change}
            | {"places": [{"area": area, "count": count} for area, count in one.places]}
            for one in found.conversion_points
        ]
        answer = head | {
            "visits": found.visits,
            "visits_before": found.visits_before,
            "earlier": found.earlier,
            "common_navigation_patterns": found.common_navigation_patterns,
            "high_drop_off_areas": found.high_drop_off_areas,
            "engagement_hotspots": spots,
            "average_journey_duration": found.average_journey_duration,
            "average_journey_duration_before": found.duration_before,
            "conversion_points": conversions,
            "retention": found.retention,
            "patterns_since": found.since,
            "conversions_since": found.raw_since,
            "conversions_earlier": found.earlier_raw,
        }
        return Response(journeys_out.JourneysOut(answer).data)


class FunnelsView(FiguresView):
    """Every funnel (owner)."""

    @operation(
        "Every funnel over a while (owner)",
        operation_id="analytics_funnels_list",
        query=FiguresQuery,
        responses=journeys_out.FunnelsOut,
    )
    def get(self, request: Request, query: dict[str, Any]) -> Response:
        head, window, filters = asked(query)
        many = list(Funnel.objects.order_by("name"))
        found = [_funnel(*one) for one in zip(many, funnels(many, window, filters), strict=True)]
        return Response(journeys_out.FunnelsOut(head | {"funnels": found}).data)


class FunnelView(FiguresView):
    """One funnel (owner)."""

    @operation("One funnel over a while (owner)", query=FiguresQuery, responses=journeys_out.FunnelOut)
    def get(self, request: Request, slug: str, query: dict[str, Any]) -> Response:
        _, window, filters = asked(query)
        one = get_object_or_404(Funnel, slug=slug)
        return Response(journeys_out.FunnelOut(_funnel(one, funnel(one, window, filters))).data)


def _funnel(which: Funnel, found: FunnelResult) -> dict[str, Any]:
    return {
        "name": found.name,
        "slug": which.slug,
        "visits": found.visits,
        "visits_before": found.visits_before,
        "earlier": found.earlier,
        "since": found.since,
        "steps": found.steps,
    }
