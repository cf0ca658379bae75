"""What players talk to: ListenBrainz's API as far as scrobblers use it, so that any of them can point here."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from common.parsers import ForeignJSONParser
from common.permissions import Scope
from integrations import keys
from integrations.key_authentication import ApiKeyAuthentication, ReportsHere
from integrations.listening.listens import LISTENS_BODY, MOST_AT_ONCE, Refused, read
from integrations.models import Intake
from weather.music_history import record_history
from weather.music_services import record_listening, record_past
from weather.services import OBSERVATIONS_KEPT

if TYPE_CHECKING:
    from collections.abc import Callable

    from rest_framework.request import Request

SOURCE = "scrobbler"  # of what players submit
A_LISTEN = OpenApiExample(
    "A listen",
    {
        "listen_type": "single",
        "payload": [
            {
                "listened_at": 1760000000,
                "track_metadata": {
                    "artist_name": "Fern & Lichen",
                    "track_name": "Slow Moss",
                    "additional_info": {"duration_ms": 204000},
                },
            }
        ],
    },
    request_only=True,
)
TOLD_AS_LISTENBRAINZ_DOES = OpenApiResponse(
    {
        "type": "object",
        "required": ["code", "error"],
        "properties": {"code": {"type": "integer"}, "error": {"type": "string"}},
    },
    description="`error` says what is wrong.",
)
ERRORS = dict.fromkeys((400, 401, 413, 429), TOLD_AS_LISTENBRAINZ_DOES)


class TokenAuthentication(ApiKeyAuthentication):
    """A key, also as players send their user token: `Authorization: Token …`."""

    intake = Intake.LISTENS

    def elsewhere(self, request: Request, header: str) -> str:
        return keys.in_header(header, "Token")

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class TokenScheme(OpenApiAuthenticationExtension):
    """The key in the documentation."""

    target_class = "integrations.listening.api.TokenAuthentication"
    name = "listenKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token ` and a key with the scope `intake`.",
        }


class ListensParser(ForeignJSONParser):
    """JSON of whatever content type, and a thousand listens of it; with a NUL in a text none, as at ListenBrainz."""

    media_type = "*/*"
    takes_nul = False
    most_items = 100_000


class PlayerView(APIView):
    """What these addresses share: their errors are worded as ListenBrainz words them."""

    parser_classes = [ListensParser]
    body_limit = LISTENS_BODY
    limit_scope = "listens"

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        handler: Callable[[Exception, dict[str, Any]], Response | None] = super().get_exception_handler()

        def answer(error: Exception, context: dict[str, Any]) -> Response | None:
            response = handler(error, context)
            if response is not None:
                response.data = {"code": response.status_code, "error": response.data["error"]["message"]}
            return response

        return answer


class SubmitListensView(PlayerView):
    """Listens in."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [ReportsHere]
    key_scope = Scope.INTAKE
    intake = Intake.LISTENS

    @extend_schema(
        summary="What a player plays or played, as it tells ListenBrainz (key)",
        description=f"`single`, `playing_now` or `import` with up to {MOST_AT_ONCE} listens. A listen that cannot be "
        "read is named in `broken`, and the others are kept; what was told before counts once.",
        request=OpenApiTypes.OBJECT,
        examples=[A_LISTEN],
        responses={200: OpenApiTypes.OBJECT, **ERRORS},
    )
    def post(self, request: Request) -> Response:
        now = timezone.now()
        try:
            submitted = read(request.data, now=now)
        except Refused as refused:
            return _refusal(HTTPStatus.BAD_REQUEST, str(refused))
        if submitted.now:
            record_listening(drafts=[submitted.now], source=SOURCE, now=now)
        else:
            kept_from = now - OBSERVATIONS_KEPT
            lately = [play for play in submitted.plays if play.played_at > kept_from]
            long_ago = [play for play in submitted.plays if play.played_at <= kept_from]
            record_past(drafts=lately, source=SOURCE, now=now, several_devices=True)
            record_history(drafts=long_ago, source=SOURCE, now=now)
        broken = [f"{one.name}: {one.why}" for one in submitted.broken]
        return Response({"status": "ok", **({"broken": broken} if broken else {})})


class ValidateTokenView(PlayerView):
    """Whether a key opens."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        summary="Whether a key for players opens, as they ask before they submit",
        description="The key goes as `Authorization: Token …`.",
        parameters=[OpenApiParameter("token", str, description="The key, where the header cannot carry it.")],
        responses={200: OpenApiTypes.OBJECT, 400: TOLD_AS_LISTENBRAINZ_DOES, 429: TOLD_AS_LISTENBRAINZ_DOES},
    )
    def get(self, request: Request) -> Response:
        header = request.headers.get("Authorization", "")
        text = keys.in_header(header, "Token") or request.query_params.get("token", "")
        if not text:
            return _refusal(HTTPStatus.BAD_REQUEST, "You need to provide an Authorization token.")
        if not keys.opens(text, intake=Intake.LISTENS, now=timezone.now()):
            return Response({"code": 200, "message": "Token invalid.", "valid": False})
        name = settings.OWNER_NAME or settings.SITE_NAME
        return Response({"code": 200, "message": "Token valid.", "valid": True, "user_name": name})


def _refusal(status: HTTPStatus, why: str) -> Response:
    return Response({"code": status.value, "error": why}, status=status)
