"""Skills over REST: the list, the sky, and what the owner says about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID  # noqa: TC003 - the router reads it

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers, status, viewsets
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from common.permissions import OwnerWrites, is_owner
from common.strict import PageQuery, operation, refusal
from skills import curation, selectors
from skills.models import Skill
from skills.serializers import ConstellationOut, SkillIn, SkillOut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from rest_framework.request import Request

ORDERS = (
    "name",
    "proficiency_level",
    "hours_practiced",
    "learning_velocity",
    "last_used_date",
    "brightness",
)


class SkillInUse(APIException):
    """It would come back."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "skill_in_use"


class SkillsQuery(PageQuery):
    """Which skills, and in which order."""

    group = serializers.CharField(required=False, help_text="A constellation, by its name.")
    category = serializers.CharField(required=False)
    search = serializers.CharField(required=False, help_text="Part of the name.")
    ordering = serializers.ChoiceField(
        choices=[f"{sign}{name}" for name in ORDERS for sign in ("", "-")], required=False
    )

    @staticmethod
    def select(skills: QuerySet[Skill], query: Mapping[str, Any]) -> QuerySet[Skill]:
        """Those that are asked for."""
        asked = {"group": "constellation_group", "category": "category", "search": "name__icontains"}
        skills = skills.filter(**{field: query[name] for name, field in asked.items() if name in query})
        return skills.order_by(query["ordering"], "name", "pk") if "ordering" in query else skills


class SkillViewSet(OwnerWrites, viewsets.GenericViewSet[Skill]):
    """Skills as stars. The owner sees the hidden ones, too."""

    serializer_class = SkillOut
    lookup_value_converter = "uuid"
    queryset = Skill.objects.none()

    def get_queryset(self) -> QuerySet[Skill]:
        skills = Skill.objects.order_by("name")
        return skills if is_owner(self.request) else skills.filter(pk__in=[skill.pk for skill in selectors.visible()])

    @operation("The skills, a page at a time", query=SkillsQuery)
    def list(self, request: Request, query: dict[str, Any]) -> Response:
        page = self.paginate_queryset(SkillsQuery.select(self.get_queryset(), query))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @operation("A skill with its practice")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        return Response(SkillOut(get_object_or_404(self.get_queryset(), pk=pk)).data)

    @operation("Add a skill (owner)", request=SkillIn, responses={201: SkillOut})
    def create(self, request: Request) -> Response:
        said = SkillIn(data=request.data)
        said.is_valid(raise_exception=True)
        return Response(SkillOut(_curated(Skill(), said.validated_data)).data, status=status.HTTP_201_CREATED)

    @operation("Say something about a skill (owner)", request=SkillIn, responses=SkillOut)
    def partial_update(self, request: Request, pk: UUID) -> Response:
        skill = get_object_or_404(self.get_queryset(), pk=pk)
        said = SkillIn(skill, data=request.data, partial=True)
        said.is_valid(raise_exception=True)
        return Response(SkillOut(_curated(skill, said.validated_data)).data)

    @operation(
        "Remove a skill (owner)", responses={204: None, 409: refusal("Projects use it, so that it would come back.")}
    )
    def destroy(self, request: Request, pk: UUID) -> Response:
        try:
            curation.remove(skill=get_object_or_404(self.get_queryset(), pk=pk), now=timezone.now())
        except curation.StillUsed as used:
            raise SkillInUse(str(used)) from used
        return Response(status=status.HTTP_204_NO_CONTENT)


def _curated(skill: Skill, changes: dict[str, Any]) -> Skill:
    try:
        return curation.curate(skill=skill, changes=changes, now=timezone.now())
    except curation.NameTaken as taken:
        raise ValidationError({"name": [str(taken)]}) from taken


class ConstellationView(APIView):
    """The sky of skills: every star with its place, and the lines between them."""

    permission_classes = [AllowAny]

    @operation("The constellation of skills", responses=ConstellationOut)
    def get(self, request: Request) -> Response:
        return Response(ConstellationOut(selectors.constellation()).data)
