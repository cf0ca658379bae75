"""What editors talk to: WakaTime's API as far as plugins use it, so that any of them can point here."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import APIView

from common.parsers import OWNER_BODY, ForeignJSONParser
from common.permissions import Scope
from integrations import keys
from integrations.coding import day_cache, selectors, services, shapes
from integrations.coding.heartbeats import MOST_AT_ONCE, Refused, read
from integrations.key_authentication import ApiKeyAuthentication, ReportsHere
from integrations.models import Intake

if TYPE_CHECKING:
    from rest_framework.request import Request

    from integrations.coding.durations import Beat

MOST_DAYS = 366
RANGES = {
    "today": (0, 0),
    "yesterday": (1, 1),
    "last 7 days": (6, 0),
    "last 14 days": (13, 0),
    "last 30 days": (29, 0),
    "last year": (364, 0),
}  # days ago that the range begins and ends
KEY_PARAMETER = OpenApiParameter("api_key", str, description="The key, where the header cannot carry it.")
A_HEARTBEAT = OpenApiExample(
    "A heartbeat",
    {"time": 1760000000.5, "project": "greenhouse", "language": "Python", "category": "coding", "type": "file"},
    request_only=True,
)


class BadRange(APIException):
    """Days that cannot be told."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "bad_range"


class BadHeartbeats(APIException):
    """A body that is not heartbeats."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "bad_heartbeats"


class KeyAuthentication(ApiKeyAuthentication):
    """A key, also as WakaTime's plugins send theirs: Basic with the key as the user, or `?api_key=`."""

    intake = Intake.HEARTBEATS

    def elsewhere(self, request: Request, header: str) -> str:
        return keys.basic_in_header(header) or request.query_params.get("api_key", "")

    def authenticate_header(self, request: Request) -> str:
        return 'Basic realm="heartbeats"'


class KeyScheme(OpenApiAuthenticationExtension):
    """The key in the documentation."""

    target_class = "integrations.coding.api.KeyAuthentication"
    name = "heartbeatKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "basic",
            "description": "A key with the scope `intake` as the user name, no password.",
        }


class EditorJSONParser(ForeignJSONParser):
    """JSON of whatever content type, and JSON whose only value is a text of JSON: editors in browsers send both."""

    media_type = "*/*"

    def load(self, raw: bytes) -> Any:
        value = super().load(raw)
        return super().load(value.encode()) if isinstance(value, str) else value


class EditorView(APIView):
    """What these addresses share."""

    authentication_classes = [KeyAuthentication]
    parser_classes = [EditorJSONParser]
    permission_classes = [ReportsHere]
    key_scope = Scope.INTAKE
    intake = Intake.HEARTBEATS
    body_limit = OWNER_BODY
    limit_scope = "heartbeats"


class UserView(EditorView):
    """Whose garden this is."""

    @extend_schema(
        summary="The owner, as plugins ask before they report (key)",
        description="Tells whether the key opens.",
        parameters=[KEY_PARAMETER],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        return Response(
            shapes.user(
                user_id=uuid.uuid5(uuid.NAMESPACE_URL, settings.SITE_URL),
                name=settings.OWNER_NAME or settings.SITE_NAME,
                zone=timezone.get_default_timezone(),
            )
        )


class HeartbeatView(EditorView):
    """One heartbeat."""

    @extend_schema(
        summary="A heartbeat of an editor (key)",
        description="As WakaTime's plugins send it. Time, project, language, category and editor are kept of it.",
        parameters=[KEY_PARAMETER],
        request=OpenApiTypes.OBJECT,
        examples=[A_HEARTBEAT],
        responses={202: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        if isinstance(request.data, list):
            raise BadHeartbeats("One heartbeat at a time here. Send several to heartbeats.bulk.")
        now = timezone.now()
        try:
            beat = read(request.data, agent=_agent(request), now=now)
        except Refused as refused:
            raise BadHeartbeats(str(refused)) from refused
        services.accept(beats=[beat], now=now)
        return Response({"data": request.data}, status=status.HTTP_202_ACCEPTED)


class HeartbeatBulkView(EditorView):
    """Up to 25 heartbeats, each with an answer of its own."""

    @extend_schema(
        summary="Up to 25 heartbeats of an editor (key)",
        description='Each is answered by itself, in its order: `[{"data": …}, 201]`, or `[{"error": …}, 400]`.',
        parameters=[KEY_PARAMETER],
        request={"application/json": {"type": "array", "maxItems": MOST_AT_ONCE, "items": {"type": "object"}}},
        responses={202: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request) -> Response:
        items = request.data
        if not isinstance(items, list):
            raise BadHeartbeats("A JSON list of heartbeats belongs here. Send a single one to heartbeats.")
        if len(items) > MOST_AT_ONCE:
            raise BadHeartbeats(
                f"{len(items)} heartbeats are too many at once; {MOST_AT_ONCE} are taken. None of these was kept.",
                code="too_many",
            )
        now, agent = timezone.now(), _agent(request)
        beats: list[Beat] = []
        responses: list[tuple[dict[str, Any], int]] = []
        for item in items:
            try:
                beats.append(read(item, agent=agent, now=now))
                responses.append(({"data": item}, HTTPStatus.CREATED))
            except Refused as refused:
                responses.append(({"error": str(refused)}, HTTPStatus.BAD_REQUEST))
        services.accept(beats=beats, now=now)
        return Response({"responses": responses}, status=status.HTTP_202_ACCEPTED)


class StatusBarView(EditorView):
    """Today, as editors show it."""

    @extend_schema(
        summary="Coding time of today, as an editor's status bar shows it (key)",
        parameters=[KEY_PARAMETER],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        now, zone = timezone.now(), timezone.get_default_timezone()
        today = timezone.localdate(now, zone)
        return Response(shapes.status_bar(selectors.shares(today, today), today, zone, now))


class SummariesView(EditorView):
    """Days in a row."""

    @extend_schema(
        summary="Coding time by day, with projects, languages, categories and editors (key)",
        parameters=[
            OpenApiParameter("start", OpenApiTypes.DATE, description="The first day, in the garden's time zone."),
            OpenApiParameter("end", OpenApiTypes.DATE, description="The last day; a year after the first at most."),
            OpenApiParameter("range", str, description=f"Instead of both: {', '.join(RANGES)}."),
            OpenApiParameter("project", str, description="Only this project, as the editor calls it."),
            KEY_PARAMETER,
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> HttpResponse:
        zone = timezone.get_default_timezone()
        first, last = _range(request, timezone.localdate(timezone.now(), zone))
        if not (project := request.query_params.get("project")):
            return HttpResponse(day_cache.summaries(first, last, zone), content_type="application/json")
        found = [share for share in selectors.shares(first, last) if share.name.casefold() == project.casefold()]
        return Response(shapes.summaries(found, first, last, zone))


def _agent(request: Request) -> str:
    return str(request.headers.get("User-Agent", ""))[:500]


def _range(request: Request, today: date) -> tuple[date, date]:
    asked = request.query_params.get("range", "").lower().replace("_", " ").strip()
    if asked:
        if asked not in RANGES:
            raise BadRange(f"`range` is one of: {', '.join(RANGES)}.")
        begin, end = RANGES[asked]
        return today - timedelta(days=begin), today - timedelta(days=end)
    first, last = _day(request, "start"), _day(request, "end")
    if last < first:
        raise BadRange("`end` lies before `start`.")
    if (last - first).days >= MOST_DAYS:
        raise BadRange(f"{MOST_DAYS} days at most.")
    return first, last


def _day(request: Request, name: str) -> date:
    """A day, given as one or as a moment in it. Years that calendars of others cannot hold are refused too."""
    said = request.query_params.get(name, "")
    try:
        day = datetime.fromisoformat(said).date()
    except ValueError as error:
        raise BadRange(f"`{name}` has to be a day such as 2026-01-31.") from error
    if not 1970 <= day.year <= 9998:
        raise BadRange(f"`{name}` is too far away.")
    return day
