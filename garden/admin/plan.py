"""The plan of the island: where every plant stands, and moving them on it.

The rule is `garden/engine/footing.py` alone: the page asks it while a plant is moved, and it decides when places are
kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from common.meanwhile import MeanwhileForm
from common.words import count
from garden import gathering, ground
from garden.admin.plan_picture import picture_of
from garden.engine.footing import footings
from garden.engine.layout import SMALLEST, PlacedPlant, Position
from garden.forms import PLACE, ProjectForm
from garden.locks import lock_rows
from garden.models import Project
from garden.svg.plan import place_in_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    from garden.admin.base import ConsoleAdmin as Base
    from garden.engine.footing import Footing
else:
    Base = object

NO_NUMBER: Final = "Metres are expected here, such as -2.5. Put back leaves the plant where it stands."
NEWCOMER: Final = "new"  # the key of a plant that is not there yet


class PlaceForm(MeanwhileForm):
    """Where one plant stands."""

    together = PLACE

    class Meta:
        model = Project
        fields = PLACE
        labels = ProjectForm.Meta.labels
        widgets = dict.fromkeys(PLACE, forms.NumberInput(attrs={"step": "any", "class": "console-select"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PLACE:
            field = self.fields[name]
            field.error_messages |= dict.fromkeys(("required", "invalid"), NO_NUMBER)
            field.widget.attrs["aria-label"] = f"{self.instance.name}, metres: {field.label}"
        self.showing()

    @property
    def wanted(self) -> Position | None:
        """Where the plant is to stand instead; `None` where it stays, or where what was sent is no place."""
        if not self.is_valid() or not self.has_changed():
            return None
        return Position(self.cleaned_data["position_x"], self.cleaned_data["position_z"])


class PlanPages(Base):
    """The plan, and the answers to what a place would be. Of the page of projects."""

    def plan_urls(self) -> list[URLPattern]:
        """The addresses of the plan."""
        guarded = self.admin_site.admin_view
        return [
            path("plan/", guarded(self.plan), name="garden_project_plan"),
            path("plan/footing/", guarded(require_POST(self.footing)), name="garden_project_footing"),
        ]

    def plan(self, request: HttpRequest) -> HttpResponse:
        """The plan; given places, all of them are kept or none is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._plan(request, self._places(request, Project.objects.placed()))
        if not self.may_act(request):
            raise PermissionDenied
        with transaction.atomic():
            standing = lock_rows(Project.objects.placed())
            was = {project.pk: ground.as_placed(project) for project in standing}
            places = self._places(request, standing)
            placed = {str(pk): plant for pk, plant in was.items()}
            answers = _footings(placed, _wanted(places), seen={str(place.instance.pk) for place in places})
            for place in places:
                answer = answers.get(str(place.instance.pk))
                if answer and answer.obstacle:
                    place.add_error(None, _sentence(answer, {}))
            if all(place.is_valid() for place in places if place.is_bound):
                wanted = {place.instance.pk: at for place in places if (at := place.wanted)}
                seen = None if self.known_to(request) is None else {place.instance.pk for place in places}
                moved = gathering.move(places=wanted, now=timezone.now(), seen=seen)
                for project in moved:
                    words = place_in_words(was[project.pk].x, was[project.pk].z)
                    self.log_change(request, project, f"Moved on the plan. It stood {words}.")
                said = f"{count(len(moved), 'plant')} moved." if moved else "Every plant stands where it stood."
                messages.success(request, said)
                return HttpResponseRedirect(reverse("admin:garden_project_plan"))
        return self._plan(request, places)

    def footing(self, request: HttpRequest) -> HttpResponse:
        """How plants would stand at the places that are sent: `{key: {"bears", "close", "said"}}`. Changes nothing."""
        if not self.may_act(request):
            raise PermissionDenied
        standing = list(Project.objects.placed())
        placed = {str(project.pk): ground.as_placed(project) for project in standing}
        places = self._places(request, standing)
        names = {str(place.instance.pk): place.instance.name for place in places}
        wanted = _wanted(places)
        newcomer = PlaceForm(request.POST, instance=Project(name="The new plant"), prefix=NEWCOMER)
        if newcomer.is_valid():
            at = Position(newcomer.cleaned_data["position_x"], newcomer.cleaned_data["position_z"])
            wanted[NEWCOMER] = PlacedPlant(SMALLEST, at.x, at.z)
        return JsonResponse(
            {
                key: {
                    "bears": answer.obstacle is None,
                    "close": answer.crowds in names,
                    "said": f"{place_in_words(wanted[key].x, wanted[key].z)}. {_sentence(answer, names)}".strip(),
                }
                for key, answer in _footings(placed, wanted, seen=names.keys()).items()
            }
        )

    def known_to(self, request: HttpRequest) -> QuerySet[Project] | None:
        """The plants that the asker may know of, where they are not the owner."""
        return None if request.user.is_superuser else self.get_queryset(request).prefetch_related(None)

    def _places(self, request: HttpRequest, standing: Iterable[Project]) -> list[PlaceForm]:
        """A form for each plant that the asker may see, by name; bound where the request has a place of it."""
        seen = set(self.get_queryset(request).values_list("pk", flat=True))
        plants = sorted((one for one in standing if one.pk in seen), key=lambda one: (one.name.casefold(), one.pk))
        sent = {key.removesuffix(f"-{axis}") for key in request.POST for axis in PLACE}
        return [
            PlaceForm(request.POST if str(one.pk) in sent else None, instance=one, prefix=str(one.pk)) for one in plants
        ]

    def _plan(self, request: HttpRequest, places: Sequence[PlaceForm]) -> HttpResponse:
        """The page. What stands in the database is drawn, what was sent stands in the table."""
        plants = Project.objects.filter(pk__in=[place.instance.pk for place in places])
        picture = picture_of(plants)
        crowns = {crown.key: crown for crown in picture.crowns}
        context = {
            **self.admin_site.each_context(request),
            "title": "Plan of the island",
            "opts": self.opts,
            "places": places,
            "rows": [(crowns[str(place.instance.pk)], place) for place in places],
            "picture": picture,
            "any_unseen": any(crown.is_unseen for crown in picture.crowns),
            "may_move": self.may_act(request),
            "refused": any(place.errors for place in places),
        }
        return TemplateResponse(request, "admin/plan/page.html", context)


def _wanted(places: Iterable[PlaceForm]) -> dict[str, PlacedPlant]:
    return {
        str(place.instance.pk): PlacedPlant(place.instance.genome.variant, at.x, at.z)
        for place in places
        if place.is_bound and (at := place.wanted)
    }


def _footings(
    placed: Mapping[str, PlacedPlant], wanted: Mapping[str, PlacedPlant], *, seen: Collection[str]
) -> dict[str, Footing[str]]:
    """How the wanted would stand, told to who sees the plants of these keys and no others.

    What they do not see is as if it were not: how far out the island bears would tell how many there are.
    """
    return footings(wanted, {key: plant for key, plant in placed.items() if key in seen and key not in wanted})


def _sentence(footing: Footing[str], names: Mapping[str, str]) -> str:
    if footing.obstacle:
        return ground.refusal(footing.obstacle)
    neighbour = names.get(footing.crowds or "")
    return f"Close company: it reaches into {neighbour}." if neighbour else ""
