"""The report over the API, for the owner."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from common.strict import Query, operation
from visitors.figures.api import FiguresView
from visitors.figures.windows import DateRange, Window
from visitors.insights.report import insights
from visitors.insights.serializers import InsightsOut

if TYPE_CHECKING:
    from rest_framework.request import Request


class InsightsQuery(Query):
    """Which while."""

    range = serializers.ChoiceField(
        choices=[(one.value, one.value) for one in DateRange],
        default=DateRange.QUARTER.value,
        help_text="Correlations need three weeks at least; shorter ranges tell of none.",
    )


class InsightsView(FiguresView):
    """What goes together with what (owner)."""

    @operation(
        "What work, visits, interactions, weather and skills tell together (owner)",
        description="Spearman's rank correlations of days, tried on the same day and up to three days later, each day "
        "against its weekday's mean; told is what holds against chance after Holm's correction for all that was tried.",
        query=InsightsQuery,
        responses=InsightsOut,
    )
    def get(self, request: Request, query: dict[str, Any]) -> Response:
        window = Window.of(DateRange(query["range"]), timezone.now())
        found = insights(window)
        head = {"range": query["range"], "since": window.since, "until": window.until}
        return Response(InsightsOut(head | {one.name: getattr(found, one.name) for one in fields(found)}).data)
