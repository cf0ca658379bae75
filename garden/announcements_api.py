"""What the owner announces, over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from common.permissions import IsOwner, Scope
from common.strict import StrictSerializer, operation
from garden import announcements
from garden.models import Announcement
from garden.vocabulary import AnnouncementLevel, choices

if TYPE_CHECKING:
    from rest_framework.request import Request


class AnnouncementIn(StrictSerializer):
    """What to say, and for how long."""

    message = serializers.CharField(max_length=Announcement.LONGEST)
    level = serializers.ChoiceField(choices=choices(AnnouncementLevel), default=AnnouncementLevel.INFO.value)
    until = serializers.DateTimeField(
        required=False, allow_null=True, help_text="When it ends; without it, when it is taken back."
    )


class AnnouncementOut(serializers.Serializer[Any]):
    """What the owner announces, as in the event `system_update`."""

    message = serializers.CharField()
    level = serializers.ChoiceField(choices=choices(AnnouncementLevel))
    until = serializers.DateTimeField(allow_null=True)


class AnnouncementsView(APIView):
    """The note on every page (owner)."""

    permission_classes = [IsOwner]
    key_scope = Scope.WRITE

    @operation(
        "Announce something on every page (owner)",
        description="One announcement at a time: it takes the place of the one before.",
        request=AnnouncementIn,
        responses={201: AnnouncementOut},
    )
    def post(self, request: Request) -> Response:
        said = AnnouncementIn(data=request.data)
        said.is_valid(raise_exception=True)
        wanted = said.validated_data
        try:
            announced = announcements.announce(
                message=wanted["message"],
                level=AnnouncementLevel(wanted["level"]),
                until=wanted.get("until"),
                now=timezone.now(),
            )
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return Response(AnnouncementOut(announced).data, status=status.HTTP_201_CREATED)

    @operation("Take the announcement back (owner)", responses={204: None})
    def delete(self, request: Request) -> Response:
        announcements.end_announcement(now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
