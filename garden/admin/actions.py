"""What the owner can do with plants in one click. Every act goes through the garden's services."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from garden import gathering, planting, services
from garden.admin.base import way_back
from garden.admin.needs import press_of_all
from garden.models import Project
from garden.vocabulary import ProjectStatus, Visibility

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from garden.admin.base import ConsoleAdmin as Base
else:
    Base = object

FORMER = "former_forms"  # in the session: the seeds before the last "another individual", by project
SEEN_BEFORE = "seen_before"  # in the session: what the last change of who sees plants changed, for its undo
INDIVIDUALS = 2**31  # another individual is one of so many


class PlantActions(Base):
    """The actions of the page of projects, on its list and as buttons beside its form.

    What says who sees a plant is for those who may plant, and what deletes is for those who may delete.
    """

    actions: tuple[str, ...] = (
        "grow_now",
        "approve_seed",
        "decline_seed",
        "hide",
        "unlist",
        "show",
        "as_before",
        "feature",
        "archive",
        "let_stand",
        "bring_back",
        "make_one",
        "new_form",
        "former_form",
        "gather_garden",
        "remove_demo_plants",
    )

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Those that can do something: what was before is there once something else came after it."""
        actions = super().get_actions(request)
        session = getattr(request, "session", {})
        for name, memory in (("former_form", FORMER), ("as_before", SEEN_BEFORE)):
            if not session.get(memory):
                actions.pop(name, None)
        return actions

    @admin.action(description="Grow now")
    def grow_now(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Work out the growth again from everything known."""
        now, grown, climbed = timezone.now(), 0, []
        for project in queryset.filter(is_demo=False):
            growth = services.grow(project=project, now=now, source="owner")
            grown += 1
            climbed += (
                [f"{project.name} is now {project.stage_label.replace('_', ' ')}"] if growth.stage_changed else []
            )
        if not grown:
            self.message_user(request, "Demo plants do not grow: nothing happens to them.", messages.WARNING)
            return
        news = f" {'; '.join(climbed)}." if climbed else " No stage changed."
        self.message_user(request, f"Worked out the growth of {_plants(grown)}.{news}", messages.SUCCESS)

    @admin.action(description="Approve seeds")
    def approve_seed(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Let proposed seeds into the garden."""
        approved = planting.approve(projects=queryset, now=timezone.now())
        if approved:
            self.message_user(request, f"{_plants(approved)} approved: in the garden now.", messages.SUCCESS)
        else:
            self.message_user(request, "None of these is waiting for approval.", messages.WARNING)

    @admin.action(description="Decline seeds", permissions=["delete"])
    def decline_seed(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Let proposed seeds go for good; whatever else is selected stays."""
        seeds = Project.objects.filter(pk__in=queryset.values("pk"), status=ProjectStatus.PROPOSED)
        if declined := planting.remove(projects=seeds, source="owner", now=timezone.now()):
            self.message_user(request, f"{_plants(declined)} declined, and gone.", messages.SUCCESS)
        else:
            self.message_user(request, "None of these is waiting for approval.", messages.WARNING)

    @admin.action(description="Hide: nobody but you sees them", permissions=["add"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Make plants private."""
        self._set_visibility(request, queryset, Visibility.PRIVATE, "hidden")

    @admin.action(description="Unlist: who knows the address sees them", permissions=["add"])
    def unlist(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Take plants out of the garden and keep their pages for those who know them."""
        self._set_visibility(request, queryset, Visibility.UNLISTED, "unlisted")

    @admin.action(description="Show to everyone", permissions=["add"])
    def show(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Make plants public."""
        self._set_visibility(request, queryset, Visibility.PUBLIC, "shown to everyone")

    def _set_visibility(
        self, request: HttpRequest, queryset: QuerySet[Project], visibility: Visibility, done: str
    ) -> None:
        changed = [one for one in queryset if one.status != ProjectStatus.PROPOSED and one.visibility != visibility]
        if not changed:
            self.message_user(request, "Nothing to change there.", messages.WARNING)
            return
        was = {str(project.pk): project.visibility for project in changed}
        for project in changed:
            planting.curate(project=project, changes={"visibility": visibility}, now=timezone.now())
        request.session[SEEN_BEFORE] = {"now": visibility, "was": was}
        undo = press_of_all(request.get_full_path(), "as_before", "Undo")
        origin = way_back(request, request.get_full_path())
        button = render_to_string("admin/console/press.html", {"press": undo, "origin": origin}, request)
        said = format_html('<span class="console-do">{}. {}</span>', f"{_plants(len(changed))} {done}", button)
        self.message_user(request, said, messages.SUCCESS)

    @admin.action(description="Undo the last change of who sees plants", permissions=["add"])
    def as_before(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Let the plants of the last change be seen by whom they were before, whichever are selected.

        A plant that was changed again since then stays as it is.
        """
        before = request.session.pop(SEEN_BEFORE, {"now": "", "was": {}})
        plants = Project.objects.filter(pk__in=before["was"], visibility=before["now"])
        for project in plants:
            changes = {"visibility": before["was"][str(project.pk)]}
            planting.curate(project=project, changes=changes, now=timezone.now())
        self.message_user(request, f"{_plants(len(plants))} seen by whom they were before.", messages.SUCCESS)

    @admin.action(description="Feature")
    def feature(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Put plants in front."""
        self._set_status(request, queryset, ProjectStatus.FEATURED, "featured")

    @admin.action(description="Archive")
    def archive(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Take plants out of the garden and keep their pages."""
        self._set_status(request, queryset, ProjectStatus.ARCHIVED, "archived")

    @admin.action(description="Let it stand although its source is archived")
    def let_stand(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Do not ask about these again."""
        if changed := planting.let_stand(projects=queryset):
            stand = "stands" if changed == 1 else "stand"
            self.message_user(request, f"{_plants(changed)} {stand} on.", messages.SUCCESS)
        else:
            self.message_user(request, "None of these is archived at its source.", messages.WARNING)

    @admin.action(description="Unfeature, or bring back from the archive")
    def bring_back(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Make featured and archived plants ordinary ones again."""
        self._set_status(request, queryset, ProjectStatus.ACTIVE, "back among the others")

    def _set_status(self, request: HttpRequest, queryset: QuerySet[Project], status: ProjectStatus, done: str) -> None:
        # A seed becomes a plant by approval only, which gives it its place.
        settled = queryset.exclude(status=ProjectStatus.PROPOSED)
        changed = planting.set_status(projects=settled, status=status, now=timezone.now())
        if changed:
            self.message_user(request, f"{_plants(changed)} {done}.", messages.SUCCESS)
        else:
            self.message_user(request, "Nothing to change there.", messages.WARNING)

    @admin.action(description="Make one plant of two: the same project at two places", permissions=["delete"])
    def make_one(self, request: HttpRequest, queryset: QuerySet[Project]) -> HttpResponse | None:
        """Lead to the page that asks whether two plants shall be one; of a single plant, with its likely twin."""
        chosen = list(queryset.order_by("planted_date", "pk")[:3])
        if len(chosen) not in (1, 2):
            self.message_user(request, "Choose two plants, which are the same project.", messages.WARNING)
            return None
        page = reverse("admin:garden_project_make_one", args=[chosen[0].pk])
        return HttpResponseRedirect(f"{page}?with={chosen[1].pk}" if len(chosen) == 2 else page)

    @admin.action(description="New form: another individual")
    def new_form(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Give plants another seed, so that each is another individual of its kind."""
        now, former = timezone.now(), {}
        for project in queryset:
            former[str(project.pk)] = project.genome_seed
            planting.curate(project=project, changes={"genome_seed": secrets.randbelow(INDIVIDUALS)}, now=now)
        request.session[FORMER] = former
        said = f"{_plants(len(former))} grew into another individual. “The individual before” brings it back."
        self.message_user(request, said, messages.SUCCESS)

    @admin.action(description="The individual before")
    def former_form(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Undo the last “another individual” of this session."""
        former = request.session.get(FORMER, {})
        brought = [project for project in queryset if str(project.pk) in former]
        for project in brought:
            changes = {"genome_seed": former.pop(str(project.pk))}
            planting.curate(project=project, changes=changes, now=timezone.now())
        request.session[FORMER] = former
        if brought:
            self.message_user(request, f"{_plants(len(brought))} back in the form before.", messages.SUCCESS)
        else:
            self.message_user(request, "None of these became another individual since you signed in.", messages.WARNING)

    @admin.action(description="Gather the garden: lay all plants out anew")
    def gather_garden(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Give every plant a new place on the smallest island that holds them, whichever are selected."""
        if moved := gathering.gather(now=timezone.now()):
            self.message_user(request, f"{_plants(moved)} moved: the garden is laid out anew.", messages.SUCCESS)
        else:
            self.message_user(request, "Every plant stands where it would stand.", messages.WARNING)

    @admin.action(description="Remove all demo plants", permissions=["delete"])
    def remove_demo_plants(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Delete every demonstration plant, whichever are selected."""
        removed = planting.remove_demo(now=timezone.now())
        self.message_user(
            request,
            f"{_plants(removed)} removed. `manage.py demo` plants them again." if removed else "No demo plants stand.",
            messages.SUCCESS,
        )


def _plants(number: int) -> str:
    return "1 plant" if number == 1 else f"{number} plants"
