"""What a visitor agrees to, and what they may ask for and take back with their token."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from common.strict import operation, refusal
from visitors.consent import services
from visitors.consent.bearer import bearer_of, keep_private, token_of
from visitors.consent.export import export_of
from visitors.consent.models import Consent
from visitors.consent.serializers import ConsentIn, ConsentOut, ExportOut, RequestIn, RequestOut
from visitors.consent.vocabulary import RequestType, chosen

if TYPE_CHECKING:
    from django.http import HttpRequest
    from rest_framework.request import Request


TOKEN: Final = OpenApiParameter(
    "Authorization", str, OpenApiParameter.HEADER, description="`Visitor TOKEN`, as `visitors/consent/` gave it."
)
UNKNOWN: Final = refusal("No token, or one that expired or was erased: nothing is kept under it.")


class UnknownToken(Http404):
    """Nothing is kept under the token."""


class PrivateView(APIView):
    """Answers for one visitor, which no cache keeps."""

    permission_classes = [AllowAny]
    limit_scope = "consent"

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Mark it as private."""
        response = super().finalize_response(request, response, *args, **kwargs)
        keep_private(response)
        return response


class ConsentView(PrivateView):
    """What a visitor agrees to."""

    @operation(
        "Agree, or change what was agreed to",
        description="Whatever is left out is a no. The token is shown once and kept nowhere: its bearer exports, "
        "erases and changes what is kept. Sent along (`Authorization: Visitor TOKEN`), its own consent is changed, and "
        "what is no longer agreed to ends at once; then the answer is 200, with the same token.",
        request=ConsentIn,
        responses={200: ConsentOut, 201: ConsentOut},
        parameters=[TOKEN],
    )
    def post(self, request: Request) -> Response:
        said = ConsentIn(data=request.data)
        said.is_valid(raise_exception=True)
        categories, now = chosen(said.validated_data["categories"]), timezone.now()
        given, consent = services.choose(token_of(request._request), categories=categories, now=now)
        token = given or token_of(request._request)
        reply = ConsentOut({"token": token, "categories": consent.choices, "expires_at": consent.expires_at})
        return Response(reply.data, status=HTTPStatus.CREATED if given else HTTPStatus.OK)


class MeView(PrivateView):
    """All that is kept under a token."""

    @operation(
        "Export what is kept of you",
        description="Everything under the token: what was agreed to, the visits linked to it with every step, and what "
        "was asked of the owner. Counts name nobody and are not in it.",
        responses={200: ExportOut, 404: UNKNOWN},
        parameters=[TOKEN],
    )
    def get(self, request: Request) -> Response:
        return Response(ExportOut(export_of(_bearer(request._request, or_cookie=True), now=timezone.now())).data)

    @operation(
        "Erase what is kept of you",
        description="At once and for good: consent, visits, steps. The token is worth nothing afterwards. Counts that "
        "the visits went into stay; they lead to nobody.",
        responses={204: None, 404: UNKNOWN},
        parameters=[TOKEN],
    )
    def delete(self, request: Request) -> Response:
        services.erase(_bearer(request._request), now=timezone.now())
        return Response(status=HTTPStatus.NO_CONTENT)


class RequestsView(PrivateView):
    """What a visitor asks of the owner."""

    @operation(
        "Ask the owner for access, deletion or a portable copy",
        description="`visitors/me/` does all three at once. This is for who wants a person to look: the owner has it "
        "before them with its deadline. Asked again while it is open, it is the same request.",
        request=RequestIn,
        responses={201: RequestOut, 404: UNKNOWN},
        parameters=[TOKEN],
    )
    def post(self, request: Request) -> Response:
        asked = RequestIn(data=request.data)
        asked.is_valid(raise_exception=True)
        consent, kind = _bearer(request._request), RequestType(asked.validated_data["type"])
        try:
            reply = RequestOut(services.ask(consent, kind=kind, now=timezone.now()))
        except Consent.DoesNotExist as error:
            raise UnknownToken from error
        return Response(reply.data, status=HTTPStatus.CREATED)


def _bearer(request: HttpRequest, *, or_cookie: bool = False) -> Consent:
    consent = bearer_of(request, or_cookie=or_cookie)
    if consent is None:
        raise UnknownToken
    return consent
