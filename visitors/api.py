"""What visitors do."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID  # noqa: TC003 - the router reads it

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from common.permissions import Anyone, Scope, is_owner
from common.strict import operation, refusal
from garden import planting, services
from garden.api import refusing_barren_ground
from garden.engine.layout import Position
from garden.input_serializers import InteractIn, PlantSeedIn
from garden.models import Project
from garden.serializers import InteractOut, PlantSeedOut
from garden.vocabulary import InteractionKind
from visitors.addresses import address_of
from visitors.idempotency import PARAMETER, idempotent
from visitors.intake import described, route
from visitors.intake.groups import store
from visitors.services import plant_seed, visitor_of

if TYPE_CHECKING:
    from rest_framework.request import Request


class PlantTakesNoVisitors(APIException):
    """The plant is archived or not public."""

    status_code = HTTPStatus.CONFLICT
    default_code = "interaction_refused"
    default_detail = "This plant is not open to visitors."


class InteractView(APIView):
    """Give a plant some attention."""

    permission_classes = [Anyone]
    key_scope = Scope.WRITE
    limit_scope = "interaction"

    @operation(
        "Interact with a plant",
        description="Counted once a visitor, kind and day. With DNT or Sec-GPC nothing is counted or stored, and the "
        "owner is no visitor.",
        request=InteractIn,
        responses={200: InteractOut, 409: refusal("The plant is archived.")},
        parameters=[PARAMETER],
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        project = get_object_or_404(Project.objects.reachable() | Project.objects.shown(), pk=pk)
        action = InteractIn(data=request.data)
        action.is_valid(raise_exception=True)
        now = timezone.now()
        try:
            growth = services.interact(
                project=project,
                kind=InteractionKind(action.validated_data["kind"]),
                visitor=None if is_owner(request) else visitor_of(request._request, now=now),
                now=now,
            )
        except services.InteractionRefused as refusal:
            raise PlantTakesNoVisitors from refusal
        reply = InteractOut(
            {
                "project_id": project.id,
                "visitor_interactions": project.visitor_interactions,
                "from_stage": growth.from_stage,
                "to_stage": growth.to_stage,
                "stage_changed": growth.stage_changed,
                "growth_factor": growth.growth_factor,
            }
        )
        return Response(reply.data)


class SeedBedIsFull(APIException):
    """Too many seeds wait for the owner already."""

    status_code = HTTPStatus.CONFLICT
    default_code = "seed_bed_full"
    default_detail = "Many seeds wait for the gardener already. Please come back later."


class PlantSeedView(APIView):
    """Plant a seed at a place in the garden."""

    permission_classes = [Anyone]
    key_scope = Scope.WRITE
    limit_scope = "seeds"

    @operation(
        "Plant a seed",
        description="The owner's seed is a project at once; a visitor's waits until the owner approves it, and "
        "has a private address where it grows meanwhile. It is told in this answer alone.",
        request=PlantSeedIn,
        responses={201: PlantSeedOut, 202: PlantSeedOut, 409: refusal("Too many seeds wait already.")},
        parameters=[PARAMETER],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        seed = PlantSeedIn(data=request.data)
        seed.is_valid(raise_exception=True)
        wanted = seed.validated_data["position"]
        by_owner = is_owner(request)
        at = Position(wanted["x"], wanted["z"])
        fields = {name: seed.validated_data[name] for name in ("name", "description")}
        key = ""
        try:
            with refusing_barren_ground():
                if by_owner:
                    project = planting.plant_seed(**fields, at=at, now=timezone.now())
                else:
                    project, key = plant_seed(**fields, at=at, now=timezone.now())
        except planting.SeedBedFull as full:
            raise SeedBedIsFull from full
        message = "Planted." if by_owner else "Thank you. Your seed waits for the gardener's approval."
        if project.position != at:
            message += " There was no room just there, so it got the nearest free place."
        reply = PlantSeedOut(
            {
                "id": project.id,
                "status": project.status,
                "position": project.position,
                "message": message,
                "private_address": request.build_absolute_uri(reverse("seed", args=[key])) if key else None,
            }
        )
        return Response(reply.data, status=HTTPStatus.CREATED if by_owner else HTTPStatus.ACCEPTED)


FOREIGN = refusal("A page of a site sent it that the owner did not let in.")


class _IntakeView(APIView):
    """An address of the intake: described here, and served in front of Django by `greenhouse/web/hot_writes.py`.

    Where nothing stands in front, as under a test client, it stores each request by itself.
    """

    permission_classes = [AllowAny]
    limit_scope = "journey"
    kind: str

    def take(self, request: Request) -> Response:
        """Read, store, answer."""
        now = timezone.now()
        caller = route.Caller(
            address=address_of(request._request),
            headers={name.lower(): value for name, value in request.headers.items()},
            received=now,
        )
        said = route.read(self.kind, request._request.body, caller)
        if not isinstance(said, route.Reply):
            said = route.told(store([said], now=now)[0])
        if said.status == HTTPStatus.ACCEPTED:
            return Response(said.body, status=said.status)
        refusal = APIException(said.message, said.code)
        refusal.status_code = said.status
        raise refusal if not said.fields else ValidationError(said.fields)


class JourneyView(_IntakeView):
    """What a visitor did."""

    kind = "journey"

    @operation(
        "Tell what a visitor did",
        description="Many steps, each taken or refused by itself, or one alone. What is accepted is stored; a batch "
        "that comes twice is stored once. With DNT or Sec-GPC nothing is, nor on the owner's own devices.",
        request=described.JOURNEY,
        responses={202: OpenApiResponse(described.TAKEN), 403: FOREIGN},
    )
    def post(self, request: Request) -> Response:
        return self.take(request)


class BeaconView(_IntakeView):
    """A page that a visitor looked at."""

    kind = "beacon"

    @operation(
        "Tell that a page was looked at",
        description="Counted without a cookie. Of the referrer the host is kept, of the screen its class, of the "
        "browser its family. With DNT or Sec-GPC nothing is counted, nor on the owner's own devices.",
        request=described.BEACON,
        responses={202: OpenApiResponse(described.TAKEN), 403: FOREIGN},
    )
    def post(self, request: Request) -> Response:
        return self.take(request)
