"""The garden's endpoints: projects, events, health."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID  # noqa: TC003 - the router reads it

import django_filters
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from garden import planting, selectors, services
from garden.event_serializers import EventsOut
from garden.layout import Position
from garden.models import Project
from garden.permissions import OwnerWrites, is_owner
from garden.serializers import (
    GardenHealthOut,
    ProjectDetailOut,
    ProjectIn,
    ProjectOut,
)
from garden.vocabulary import GrowthStage, PlantType, ProjectStatus, choices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.serializers import BaseSerializer

EVENTS_A_PAGE = 200


class ProjectFilter(django_filters.FilterSet):
    """`?plant_type=&growth_stage=&status=&technology=&is_demo=&search=&ordering=`."""

    plant_type = django_filters.ChoiceFilter(choices=choices(PlantType))
    growth_stage = django_filters.ChoiceFilter(choices=choices(GrowthStage))
    status = django_filters.ChoiceFilter(choices=choices(ProjectStatus))
    is_demo = django_filters.BooleanFilter()
    technology = django_filters.CharFilter(method="with_technology", label="Name of a technology, in any case.")
    search = django_filters.CharFilter(field_name="name", lookup_expr="icontains")
    ordering = django_filters.OrderingFilter(
        fields=["name", "growth_factor", "vitality", "planted_date", "last_activity_at", "commit_count"]
    )

    class Meta:
        model = Project
        fields: list[str] = []

    def with_technology(self, projects: QuerySet[Project], _field: str, name: str) -> QuerySet[Project]:
        # JSON containment exists on PostgreSQL only; the quoted word in the text works on both, as SQLite escapes it.
        said = projects.annotate(technology_text=Cast("technologies", TextField()))
        return said.filter(Q(technology_text__icontains=f'"{name}"') | Q(technology_text__icontains=json.dumps(name)))


@extend_schema_view(
    list=extend_schema(summary="The projects, a page at a time"),
    create=extend_schema(summary="Plant a project (owner)", request=ProjectIn, responses={201: ProjectDetailOut}),
    partial_update=extend_schema(summary="Change a project (owner)", request=ProjectIn, responses=ProjectDetailOut),
    destroy=extend_schema(summary="Remove a project for good (owner)"),
)
class ProjectViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet[Project]
):
    """Projects as plants. The owner sees all of them, everyone else the public ones."""

    permission_classes = [OwnerWrites]
    serializer_class = ProjectOut
    filterset_class = ProjectFilter
    lookup_value_converter = "uuid"
    queryset = Project.objects.none()

    def get_queryset(self) -> QuerySet[Project]:
        if is_owner(self.request):
            projects = Project.objects.all()
        else:
            projects = Project.objects.reachable() if self.action == "retrieve" else Project.objects.listed()
        return projects.prefetch_related("sources")

    def get_serializer_context(self) -> dict[str, Any]:
        return {
            **super().get_serializer_context(),
            "commit_heat": selectors.commit_heat(timezone.now()),
        }

    @extend_schema(summary="A project with its past and its reasons", responses=ProjectDetailOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        project = get_object_or_404(self.get_queryset().prefetch_related("growth_log", "media"), pk=pk)
        return Response(self._detail(project))

    def create(self, request: Request) -> Response:
        fields = self._valid(ProjectIn(data=request.data))
        at = fields.pop("position", {"x": 0.0, "z": 0.0})
        now = timezone.now()
        project = planting.plant_seed(
            name=fields.pop("name"),
            description=fields.pop("description", ""),
            at=Position(at["x"], at["z"]),
            now=now,
            changes=fields,
        )
        return Response(self._detail(project), status=status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: UUID) -> Response:
        project = get_object_or_404(self.get_queryset(), pk=pk)
        fields = self._valid(ProjectIn(project, data=request.data, partial=True))
        if at := fields.pop("position", None):
            fields |= {"position_x": at["x"], "position_z": at["z"]}
        now = timezone.now()
        planting.curate(project=project, changes=fields, now=now)
        if project.recount_due:
            services.grow(project=project, now=now, source="owner")
        return Response(self._detail(project))

    def perform_destroy(self, instance: Project) -> None:
        planting.remove(projects=Project.objects.filter(pk=instance.pk), source="owner", now=timezone.now())

    @staticmethod
    def _valid(serializer: BaseSerializer[Any]) -> dict[str, Any]:
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _detail(self, project: Project) -> Any:
        context = {
            **self.get_serializer_context(),
            "metrics": selectors.activity_totals(project),
            "related": selectors.related_projects(project),
            "skills": self.skills_of(project),
        }
        return ProjectDetailOut(project, context=context).data

    def skills_of(self, project: Project) -> Sequence[Mapping[str, Any]]:
        """What a project's skills are, best known first, as `ProjectSkillOut` has them; who knows the sky says it."""
        return ()


class EventsView(APIView):
    """What happened since a `seq`: the same envelopes as on the socket."""

    permission_classes = [AllowAny]

    @extend_schema(
        summary="Live events since a seq",
        parameters=[OpenApiParameter("since", int, description="The last seq the client has. Default: the newest.")],
        responses=EventsOut,
    )
    def get(self, request: Request) -> Response:
        oldest, newest = selectors.seq_range()
        since = _whole_number(request.query_params.get("since"), default=newest)
        if since > newest or since < oldest - 1:
            return Response({"resync": True, "newest": newest, "events": []})
        rows = selectors.events_since(since, EVENTS_A_PAGE)
        return Response({"resync": False, "newest": newest, "events": [row.envelope() for row in rows]})


def _whole_number(text: str | None, *, default: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise ValidationError({"since": ["A whole number, as in an event's seq."]})
    return int(text)


class GardenHealthView(APIView):
    """How the ecosystem is doing."""

    permission_classes = [AllowAny]

    @extend_schema(summary="The garden's health", responses=GardenHealthOut)
    def get(self, request: Request) -> Response:
        figures = selectors.health_of_garden(timezone.now())
        return Response(GardenHealthOut({**figures, "status": _ecosystem(figures)}).data)


def _ecosystem(figures: Mapping[str, Any]) -> str:
    """One word for the whole garden: what most of its plants do."""
    if not figures["plants"]:
        return "empty"
    if 2 * figures["thriving"] >= figures["plants"]:
        return "thriving"
    return "resting" if 2 * figures["resting"] > figures["plants"] else "calm"
