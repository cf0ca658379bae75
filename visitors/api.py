"""What visitors do."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID  # noqa: TC003 - the router reads it

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from garden import services
from garden.api import IDEMPOTENCY
from garden.idempotency import idempotent
from garden.models import Project
from garden.serializers import InteractIn, InteractOut
from garden.vocabulary import InteractionKind
from visitors.services import visitor_of

if TYPE_CHECKING:
    from rest_framework.request import Request


class PlantTakesNoVisitors(APIException):
    """The plant is archived or not public."""

    status_code = 409
    default_code = "interaction_refused"
    default_detail = "This plant is not open to visitors."


class InteractView(APIView):
    """Give a plant some attention."""

    permission_classes = [AllowAny]
    limit_scope = "interaction"

    @extend_schema(
        summary="Interact with a plant",
        description="Counted once a visitor, kind and day. With DNT or Sec-GPC nothing is counted or stored.",
        request=InteractIn,
        responses=InteractOut,
        parameters=[IDEMPOTENCY],
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        project = get_object_or_404(Project.objects.reachable(), pk=pk)
        action = InteractIn(data=request.data)
        action.is_valid(raise_exception=True)
        now = timezone.now()
        try:
            growth = services.interact(
                project=project,
                kind=InteractionKind(action.validated_data["kind"]),
                visitor=visitor_of(request._request, now=now),
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
