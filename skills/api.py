"""Skills over REST: the list, the sky, and what the owner says about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID  # noqa: TC003 - the router reads it

import django_filters
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from garden.permissions import OwnerWrites, is_owner
from skills import curation, selectors
from skills.models import Skill
from skills.serializers import ConstellationOut, SkillIn, SkillOut

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request


class SkillFilter(django_filters.FilterSet):
    """`?group=&search=&ordering=`."""

    group = django_filters.CharFilter(field_name="constellation_group")
    search = django_filters.CharFilter(field_name="name", lookup_expr="icontains")
    ordering = django_filters.OrderingFilter(
        fields=["name", "proficiency_level", "hours_practiced", "learning_velocity", "last_used_date", "brightness"]
    )

    class Meta:
        model = Skill
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(summary="The skills, a page at a time"),
    retrieve=extend_schema(summary="A skill with its practice"),
    partial_update=extend_schema(summary="Say something about a skill (owner)", request=SkillIn, responses=SkillOut),
)
class SkillViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Skill]):
    """Skills as stars. The owner sees the hidden ones, too."""

    permission_classes = [OwnerWrites]
    serializer_class = SkillOut
    filterset_class = SkillFilter
    lookup_value_converter = "uuid"
    queryset = Skill.objects.none()

    def get_queryset(self) -> QuerySet[Skill]:
        skills = Skill.objects.order_by("name")
        return skills if is_owner(self.request) else skills.filter(pk__in=selectors.sky().skills)

    def partial_update(self, request: Request, pk: UUID) -> Response:
        skill = get_object_or_404(self.get_queryset(), pk=pk)
        said = SkillIn(skill, data=request.data, partial=True)
        said.is_valid(raise_exception=True)
        return Response(SkillOut(_curated(skill, said.validated_data)).data)


def _curated(skill: Skill, changes: dict[str, Any]) -> Skill:
    try:
        return curation.curate(skill=skill, changes=changes, now=timezone.now())
    except curation.NameTaken as taken:
        raise ValidationError({"name": [str(taken)]}) from taken


class ConstellationView(APIView):
    """The sky of skills: every star with its place, and the lines between them."""

    permission_classes = [AllowAny]

    @extend_schema(summary="The constellation of skills", responses=ConstellationOut)
    def get(self, request: Request) -> Response:
        return Response(ConstellationOut(selectors.constellation()).data)
