"""Endpoints about the outside world: webhooks in, syncs on demand, how the connections are."""

from __future__ import annotations

from datetime import timedelta
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

import structlog
from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from common.parsers import BodyTooLarge
from common.permissions import IsOwner, Scope
from common.strict import Query, operation, refusal
from integrations import activity, connections, registry, selectors, sync, tasks, webhooks
from integrations.listening.trends import listening_trends
from integrations.models import SyncTrigger
from integrations.problems import Malformed, Problem
from integrations.providers.base import BadSignature, HookProvider
from integrations.providers.signatures import SIGNATURE_HEADER
from integrations.serializers import (
    ActivityOut,
    DeliveryOut,
    DeploymentIn,
    DeploymentTakenOut,
    IntegrationStatusOut,
    ListeningOut,
    ListeningTrendsOut,
    RecentCommitOut,
    SyncRunOut,
)

if TYPE_CHECKING:
    from rest_framework.request import Request

VERIFIED_AT_ONCE = 4  # anybody can send 25 MB here; until it is read, it lies on the disk
_turns = BoundedSemaphore(VERIFIED_AT_ONCE)
log = structlog.get_logger(__name__)

COMMITS_SHOWN = 200
MOST_DAYS_HEARD = 90
DAYS_BACK = 365
LONGEST_EVENT, LONGEST_DELIVERY_ID = 60, 200  # as the columns have it


class NotReady(APIException):
    """Something has to be set first."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "not_configured"


class CannotSync(APIException):
    """A sync that cannot begin."""

    status_code = status.HTTP_409_CONFLICT


class BadDelivery(APIException):
    """A delivery that cannot be taken."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "bad_delivery"


def _hook_headers() -> str:
    """The headers of every provider that calls us, for the documentation."""
    hooks = [one for one in registry.PROVIDERS if isinstance(one, HookProvider)]
    named = {one.label: (one.signature_header, one.event_header, one.delivery_header) for one in hooks}
    return "; ".join(f"{label}: {', '.join(f'`{one}`' for one in names if one)}" for label, names in named.items())


class WebhookView(APIView):
    """Where a service tells what happened."""

    authentication_classes = []
    permission_classes = [AllowAny]
    parser_classes = []  # The signature is over the raw bytes.
    limit_scope = "webhook"
    taken: str = webhooks.Receipt.ACCEPTED  # the word for a delivery that is in the inbox now

    @extend_schema(
        summary="A signed delivery from a service that calls",
        description="JSON, or a form with the JSON in its `payload` field. Repeated deliveries are taken once. "
        f"The headers are the service's own. {_hook_headers()}.",
        request={"application/json": OpenApiTypes.OBJECT, webhooks.FORM: OpenApiTypes.OBJECT},
        responses={
            200: DeliveryOut,
            202: DeliveryOut,
            403: refusal("The signature is not that of the body."),
            503: refusal("Webhooks are not set up here, or the database does not answer."),
        },
    )
    def post(self, request: Request, provider: str) -> Response:
        try:
            found = registry.hook_provider(provider)
        except KeyError as error:
            raise Http404 from error
        return self._receive(request, found)

    def _receive(self, request: Request, provider: HookProvider) -> Response:
        secret = connections.hook_secret(provider)
        if not connections.enabled(provider):
            raise NotReady(sync.switched_off(provider).message, code="disabled")
        if not secret:
            raise NotReady(f"Webhooks are not set up here: set {provider.hook_settings} ({provider.docs}).")
        body = _verified_body(request, provider, secret)
        try:
            event, delivery = provider.name_of(body, request.headers)
        except Malformed as malformed:
            raise BadDelivery(malformed.message, code="malformed") from malformed
        if not 0 < len(event) <= LONGEST_EVENT or not 0 < len(delivery) <= LONGEST_DELIVERY_ID:
            raise BadDelivery(f"{provider.event_header} and {provider.delivery_header} have to say what this is.")
        try:
            receipt = webhooks.receive(
                provider=provider,
                event=event,
                delivery_id=delivery,
                content_type=(request.content_type or "")[:100],
                body=body,
                now=timezone.now(),
                dispatch=tasks.dispatch_delivery,
            )
        except webhooks.Unreadable as error:
            raise BadDelivery(f"{error}.", code="malformed") from error
        if receipt is webhooks.Receipt.KNOWN:
            return Response({"status": receipt})
        return Response({"status": self.taken}, status=status.HTTP_202_ACCEPTED)


class DeploymentView(WebhookView):
    """Where a pipeline tells how a deployment ended."""

    taken = "processed"

    @extend_schema(
        summary="A deployment of any pipeline",
        description=f"Signed with `CICD_WEBHOOK_SECRET`: `{SIGNATURE_HEADER}: sha256=` and the HMAC-SHA-256 of the raw "
        "body in hexadecimal. The same `id` of a repository, or without one the same body, counts once. A repository "
        "that does not stand in the garden, and any other status, are taken without effect.",
        request=DeploymentIn,
        responses={
            200: DeploymentTakenOut,
            202: DeploymentTakenOut,
            403: refusal("The signature is not that of the body."),
            503: refusal("Deployments are not set up here, or the database does not answer."),
        },
    )
    def post(self, request: Request) -> Response:  # type: ignore[override]  # one provider's own address
        return self._receive(request, registry.hook_provider("cicd"))


def _verified_body(request: Request, provider: HookProvider, secret: str) -> bytes:
    """The body as it came, up to what a delivery may weigh, which is more than other requests may.

    Raises `BodyTooLarge`, and `PermissionDenied` where the signature does not fit.
    """
    with _turns:
        body: bytes = request._request.read(webhooks.LARGEST_BODY + 1)
        if len(body) > webhooks.LARGEST_BODY:
            raise BodyTooLarge
        try:
            provider.verify(body, request.headers, secret)
        except BadSignature as error:
            why = str(error)
        else:
            return body
        del body  # and no traceback holds it either
    raise PermissionDenied(f"{why}.", code="bad_signature")


class RecentQuery(Query):
    """How far back, and how many at most."""

    days = serializers.IntegerField(default=14, min_value=1, max_value=DAYS_BACK)
    limit = serializers.IntegerField(default=50, min_value=1, max_value=COMMITS_SHOWN)


class RecentActivityView(APIView):
    """What was committed lately."""

    permission_classes = [AllowAny]

    @operation("The newest commits in public projects", query=RecentQuery, responses=RecentCommitOut(many=True))
    def get(self, request: Request, query: dict[str, Any]) -> Response:
        back = timedelta(days=query["days"])
        commits = selectors.recent_commits(now=timezone.now(), back=back, limit=query["limit"])
        return Response(RecentCommitOut(commits, many=True).data)


class ActivityQuery(Query):
    """How far back."""

    days = serializers.IntegerField(default=30, min_value=1, max_value=DAYS_BACK, help_text="UTC days, today included.")


class ActivityView(APIView):
    """What was done, counted."""

    permission_classes = [AllowAny]

    @operation(
        "Commits, pull requests, issues and releases by day and by project",
        description="Of plants that everyone sees, whichever way a fact came. Bots' commits are counted apart.",
        query=ActivityQuery,
        responses=ActivityOut,
    )
    def get(self, request: Request, query: dict[str, Any]) -> Response:
        return Response(ActivityOut(activity.counted(now=timezone.now(), days=query["days"])).data)


class ListeningView(APIView):
    """What the owner listens to."""

    permission_classes = [AllowAny]

    @operation(
        "What the owner listens to, as far as the owner shows it",
        description="From whichever connected player looked last, not Spotify alone.",
        responses=ListeningOut,
    )
    def get(self, request: Request) -> Response:
        return Response(ListeningOut(selectors.listening_now(now=timezone.now())).data)


class TrendsQuery(Query):
    """How far back."""

    days = serializers.IntegerField(default=7, min_value=1, max_value=MOST_DAYS_HEARD, help_text="Today included.")


class ListeningTrendsView(APIView):
    """How the last days sounded."""

    permission_classes = [AllowAny]

    @operation(
        "How the owner's music went by day, as far as the owner shows it",
        description="Of every player and every export together, each play once. How much was heard is told where the "
        "artist is shown; `shown` says what the owner chose.",
        query=TrendsQuery,
        responses=ListeningTrendsOut,
    )
    def get(self, request: Request, query: dict[str, Any]) -> Response:
        return Response(ListeningTrendsOut(listening_trends(now=timezone.now(), days=query["days"])).data)


class IntegrationStatusView(APIView):
    """How the connections to the outside world are (owner)."""

    permission_classes = [IsOwner]
    key_scope = Scope.READ

    @operation("Every provider, its last run and its webhook (owner)", responses=IntegrationStatusOut)
    def get(self, request: Request) -> Response:
        return Response(IntegrationStatusOut({"integrations": selectors.status(now=timezone.now())}).data)


class SyncView(APIView):
    """Bring in what a provider knows, now (owner)."""

    permission_classes = [IsOwner]
    key_scope = Scope.SYNC

    @operation(
        "Ask for a sync (owner)",
        description="Answers at once with the run; `integrations/status` shows how it goes. A run that is waiting or "
        "under way already is returned instead of a second one.",
        responses={202: SyncRunOut, 409: refusal("It is switched off or not set up.")},
    )
    def post(self, request: Request, provider: str) -> Response:
        try:
            found = registry.provider(provider)
        except KeyError as error:
            raise Http404 from error
        try:
            run = sync.request(provider=found, trigger=SyncTrigger.OWNER, now=timezone.now())
        except Problem as problem:
            raise CannotSync(f"{problem.message} {problem.fix}", code=problem.code) from problem
        tasks.dispatch_run(run)
        return Response(SyncRunOut(run).data, status=status.HTTP_202_ACCEPTED)
