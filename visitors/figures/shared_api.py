"""Figures that leave the greenhouse: as files for the owner, and by a link for whoever has it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from common.strict import Query, operation, refusal
from visitors.figures.api import FiguresView
from visitors.figures.export import BEFORE, COLUMNS, as_csv, rows_compared, rows_of
from visitors.figures.serializers import CountOut, SharedFiguresOut
from visitors.figures.sharing import link_of, shared
from visitors.figures.windows import DateRange, Window
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from rest_framework.request import Request

RANGES = [(one.value, one.value) for one in DateRange]


class FileType(StrEnum):
    """What an export is written as."""

    CSV = "csv"
    JSON = "json"


class ExportQuery(Query):
    """Which counts, and as what."""

    date_range = serializers.ChoiceField(choices=RANGES, default=DateRange.MONTH.value)
    dimension = serializers.ChoiceField(choices=[(one.value, one.value) for one in Dimension], required=False)
    file_type = serializers.ChoiceField(choices=[(one.value, one.value) for one in FileType], default="csv")
    compared = serializers.BooleanField(
        default=False, help_text="Each day beside the one in its place in the period before, in columns of their own."
    )


class ExportView(FiguresView):
    """The counts as a file (owner)."""

    @operation(  # type: ignore[arg-type]  # a file, that no renderer makes
        "The counts of each day as CSV or JSON (owner)",
        description="A row a day, dimension and value; the dimension `all` has the totals. `compared` adds columns of "
        "the period before: zero where a value did not come then, empty where that day was not counted yet.",
        query=ExportQuery,
        responses={(200, "text/csv"): OpenApiTypes.STR, (200, "application/json"): CountOut(many=True)},
    )
    def get(self, request: Request, query: dict[str, Any]) -> HttpResponse:
        window = Window.of(DateRange(query["date_range"]), timezone.now())
        dimension = Dimension(query["dimension"]) if "dimension" in query else None
        found = rows_compared(window, dimension) if query["compared"] else rows_of(window, dimension)
        if query["file_type"] == FileType.JSON:
            answer: HttpResponse = JsonResponse(list(found), safe=False)
        else:
            answer = HttpResponse(
                as_csv(found, (*COLUMNS, *BEFORE) if query["compared"] else COLUMNS),
                content_type="text/csv; charset=utf-8",
            )
        name = f"visits-{window.since:%Y-%m-%d}-{window.until:%Y-%m-%d}.{query['file_type']}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


class SharedQuery(Query):
    """Which while."""

    date_range = serializers.ChoiceField(choices=RANGES, default=DateRange.MONTH.value)


class SharedFiguresView(APIView):
    """The figures of one segment, for whoever has the link."""

    permission_classes = [AllowAny]
    limit_scope = "analytics"

    @operation(
        "The figures that a link of the owner's opens",
        description="Sums of one segment with what is public anyway. Values of few visits are left out.",
        query=SharedQuery,
        responses={200: SharedFiguresOut, 404: refusal("The link does not exist, or is switched off.")},
    )
    def get(self, request: Request, key: str, query: dict[str, Any]) -> Response:
        link = link_of(key)
        if link is None:
            raise Http404
        window = Window.of(DateRange(query["date_range"]), timezone.now())
        head = {
            "date_range": query["date_range"],
            "since": window.since,
            "until": window.until,
            "filters": {link.dimension: link.value} if link.dimension else {},
        }
        return Response(SharedFiguresOut(head | shared(link, window)).data)
