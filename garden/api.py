"""The garden's endpoints: projects, events, health."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID  # noqa: TC003 - the router reads it

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers, status, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from common.parsers import MAX_NUMBER
from common.permissions import OwnerWrites, is_owner
from common.strict import PageQuery, Query, operation
from garden import ground, planting, portfolio, selectors, services
from garden.engine.layout import Position
from garden.event_serializers import EventsOut
from garden.input_serializers import ProjectIn
from garden.models import Project
from garden.overview_serializers import PortfolioOut
from garden.serializers import ProjectDetailOut, ProjectOut
from garden.vocabulary import GrowthStage, PlantType, ProjectStatus, Visibility, choices

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rest_framework.request import Request
    from rest_framework.serializers import BaseSerializer

    from garden.models import ProjectQuerySet

EVENTS_A_PAGE = 200
ORDERS = ("name", "growth_factor", "vitality", "planted_date", "last_activity_at", "commit_count")


class ProjectsQuery(PageQuery):
    """Which projects, and in which order."""

    plant_type = serializers.ChoiceField(choices=choices(PlantType), required=False)
    growth_stage = serializers.ChoiceField(choices=choices(GrowthStage), required=False)
    status = serializers.ChoiceField(choices=choices(ProjectStatus), required=False)
    visibility = serializers.ChoiceField(choices=choices(Visibility), required=False, help_text="For the owner.")
    featured = serializers.BooleanField(required=False)
    is_demo = serializers.BooleanField(required=False)
    language = serializers.CharField(required=False, help_text="In any case, like the next two.")
    technology = serializers.CharField(required=False)
    topic = serializers.CharField(required=False)
    search = serializers.CharField(required=False, help_text="Part of the name.")
    ordering = serializers.ChoiceField(
        choices=[f"{sign}{name}" for name in ORDERS for sign in ("", "-")], required=False
    )

    def validate_visibility(self, visibility: str) -> str:
        """The owner's alone: everyone else sees the public ones in any case."""
        if not is_owner(self.context["request"]):
            raise serializers.ValidationError("Only the owner can ask for it.")
        return visibility

    @staticmethod
    def select(projects: ProjectQuerySet, query: Mapping[str, Any]) -> ProjectQuerySet:
        """Those that are asked for."""
        equal = ("plant_type", "growth_stage", "status", "visibility", "is_demo")
        projects = projects.filter(**{name: query[name] for name in equal if name in query})
        if "featured" in query:
            featured = Q(status=ProjectStatus.FEATURED)
            projects = projects.filter(featured if query["featured"] else ~featured)
        for name, field in (("language", "languages"), ("technology", "technologies"), ("topic", "topics")):
            if name in query:
                projects = _with_word(projects, field, query[name])
        if "search" in query:
            projects = projects.filter(name__icontains=query["search"])
        return projects.order_by(query["ordering"], "name", "pk") if "ordering" in query else projects


def _with_word(projects: ProjectQuerySet, field: str, word: str) -> ProjectQuerySet:
    """Those with a word, in any case, in a field that holds words: a list, or names with their figures."""
    # JSON containment exists on PostgreSQL only; the quoted word in the text works on both, as SQLite escapes it.
    text = f"{field}_text"
    found = Q(**{f"{text}__icontains": f'"{word}"'}) | Q(**{f"{text}__icontains": json.dumps(word)})
    return projects.annotate(**{text: Cast(field, TextField())}).filter(found)


class ProjectViewSet(OwnerWrites, viewsets.GenericViewSet[Project]):
    """Projects as plants. The owner sees all of them, everyone else the public ones."""

    serializer_class = ProjectOut
    lookup_value_converter = "uuid"
    queryset = Project.objects.none()

    def get_queryset(self) -> ProjectQuerySet:
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

    @operation("The projects, a page at a time", query=ProjectsQuery)
    def list(self, request: Request, query: dict[str, Any]) -> Response:
        page = self.paginate_queryset(ProjectsQuery.select(self.get_queryset(), query))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @operation("A project with its past and its reasons", responses=ProjectDetailOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        project = get_object_or_404(self.get_queryset().prefetch_related("growth_log", "media"), pk=pk)
        return Response(self._detail(project))

    @operation("Plant a project (owner)", request=ProjectIn, responses={201: ProjectDetailOut})
    def create(self, request: Request) -> Response:
        fields = self._valid(ProjectIn(data=request.data))
        at = fields.pop("position", None)
        with refusing_barren_ground():
            project = planting.plant_seed(
                name=fields.pop("name"),
                description=fields.pop("description", ""),
                at=Position(at["x"], at["z"]) if at else None,
                now=timezone.now(),
                changes=fields,
            )
        return Response(self._detail(project), status=status.HTTP_201_CREATED)

    @operation("Change a project (owner)", request=ProjectIn, responses=ProjectDetailOut)
    def partial_update(self, request: Request, pk: UUID) -> Response:
        project = get_object_or_404(self.get_queryset(), pk=pk)
        fields = self._valid(ProjectIn(project, data=request.data, partial=True))
        if at := fields.pop("position", None):
            fields |= {"position_x": at["x"], "position_z": at["z"]}
        now = timezone.now()
        with refusing_barren_ground():
            planting.curate(project=project, changes=fields, now=now)
        if project.recount_due:
            services.grow(project=project, now=now, source="owner")
        return Response(self._detail(project))

    @operation("Remove a project for good (owner)", responses={204: None})
    def destroy(self, request: Request, pk: UUID) -> Response:
        get_object_or_404(self.get_queryset(), pk=pk)
        planting.remove(projects=Project.objects.filter(pk=pk), source="owner", now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @staticmethod
    def _valid(serializer: BaseSerializer[Any]) -> dict[str, Any]:
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _detail(self, project: Project) -> Any:
        context = {
            **self.get_serializer_context(),
            "metrics": selectors.activity_totals(project, now=timezone.now()),
            "related": selectors.related_projects(project),
            "skills": self.skills_of(project),
        }
        return ProjectDetailOut(project, context=context).data

    def skills_of(self, project: Project) -> Sequence[Mapping[str, Any]]:
        """What a project's skills are, best known first, as `ProjectSkillOut` has them; who knows the sky says it."""
        return ()


@contextmanager
def refusing_barren_ground() -> Iterator[None]:
    """Tell the sender where nothing can stand."""
    try:
        yield
    except ground.BarrenGround as barren:
        raise ValidationError({"position": [str(barren)]}) from barren


class EventsQuery(Query):
    """From where on."""

    since = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=MAX_NUMBER,
        help_text="The last seq the client has. Default: the newest.",
    )
    limit = serializers.IntegerField(default=EVENTS_A_PAGE, min_value=1, max_value=EVENTS_A_PAGE)


class EventsView(APIView):
    """What happened since a `seq`: the same envelopes as on the socket."""

    permission_classes = [AllowAny]

    @operation("Live events since a seq", query=EventsQuery, responses=EventsOut)
    def get(self, request: Request, query: dict[str, Any]) -> Response:
        oldest, newest = selectors.seq_range()
        since = query.get("since", newest)
        if since > newest or since < oldest - 1:
            return Response({"resync": True, "newest": newest, "events": []})
        rows = selectors.events_since(since, query["limit"])
        return Response({"resync": False, "newest": newest, "events": [row.envelope() for row in rows]})


class PortfolioView(APIView):
    """The garden at a glance."""

    permission_classes = [AllowAny]

    @operation("The portfolio: stages, momentum, next stages, totals, each project's share", responses=PortfolioOut)
    def get(self, request: Request) -> Response:
        return Response(PortfolioOut(portfolio.overview()).data)
