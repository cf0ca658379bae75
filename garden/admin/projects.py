"""The page of projects: what plants look like, how they do, and what the owner decides about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, ChoicesDropdownFilter

from garden import identity, planting, services
from garden.admin.actions import PlantActions
from garden.admin.base import Button, ConsoleAdmin
from garden.admin.filters import DemoFilter, NeedsMeFilter, StandingFilter, VitalityFilter, vitality_name
from garden.admin.make_one import MakeOnePage
from garden.admin.names_search import NamesSearch
from garden.admin.plan import PlanPages
from garden.admin.plan_picture import picture_of
from garden.admin.plant_columns import PlantColumns, portrait
from garden.admin.project_inlines import GrowthLogInline, MediaInline, SourceInline
from garden.admin.seeds import SeedsPage
from garden.engine.layout import Position
from garden.engine.reasons import LINES_WORDS
from garden.forms import ProjectForm, WordsField
from garden.models import Activity, GrowthLog, Project
from garden.portfolio import STEADY
from garden.templatetags.console import ago
from garden.vocabulary import GrowthStage, LinesFrom, PlantType, ProjectStatus, Visibility

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest
    from django.urls import URLPattern
    from django.utils.safestring import SafeString

RECENT = 12  # activities shown on a project's page


@admin.register(Project)
class ProjectAdmin(PlantColumns, PlanPages, MakeOnePage, SeedsPage, NamesSearch, PlantActions, ConsoleAdmin):
    """Projects as plants: what they look like, how they do, and what the owner decides about them."""

    form = ProjectForm
    inlines = (MediaInline, SourceInline, GrowthLogInline)
    list_display = ("plant", "title", "grown", "vitality_word", "last_seen", "standing")
    list_display_links = ("plant", "title")
    list_filter = (
        NeedsMeFilter,
        ("status", ChoicesCheckboxFilter),
        ("visibility", ChoicesCheckboxFilter),
        ("growth_stage", ChoicesCheckboxFilter),
        ("plant_type", ChoicesDropdownFilter),
        VitalityFilter,
        StandingFilter,
        DemoFilter,
    )
    list_filter_submit = True
    list_before_template = "admin/plan/way.html"
    when_empty_by_query = {"needs=approval": "No seed waits for you. What visitors plant stands here until you decide."}
    change_form_after_template = "admin/plan/choose.html"
    at_hand = (
        Button("hide", "Hide", "visibility_off"),
        Button("show", "Show", "visibility"),
        Button("make_one", "Make one of two", "merge"),
    )
    search_fields = ("name", "description", "sources__name", "sources__external_id")
    ordering = ("-last_activity_at", "name")
    readonly_fields = (
        "address",
        "growth_now",
        "why_this_size",
        "next_stage",
        "recent_activity",
        "hidden_by_source",
        "archived_at_source",
        "from_sources",
        "kept_by_hand",
    )
    fieldsets = (
        (
            "Content",
            {
                "classes": ("tab",),
                "fields": (
                    "name",
                    "description",
                    "story",
                    "homepage_url",
                    "demo_url",
                    "topics",
                    "status",
                    "visibility",
                    "address",
                    "kept_by_hand",
                    "give_back",
                    "seen",
                ),
            },
        ),
        ("Looks", {"classes": ("tab",), "fields": ("plant_type", "genome_seed", "technologies", "languages")}),
        ("Place", {"classes": ("tab",), "fields": ("position_x", "position_z", "planted_date")}),
        (
            "Growth",
            {"classes": ("tab",), "fields": ("counts", "growth_now", "why_this_size", "next_stage", "recent_activity")},
        ),
        (
            "Sources",
            {
                "classes": ("tab",),
                "fields": (
                    "github_repo",
                    "also_at",
                    "hidden_by_source",
                    "archived_at_source",
                    "from_sources",
                ),
            },
        ),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "description",
                    "github_repo",
                    "homepage_url",
                    "demo_url",
                    "plant_type",
                    "status",
                    "technologies",
                    "visibility",
                    "position_x",
                    "position_z",
                )
            },
        ),
    )

    # --- The form ---

    @admin.display(description="Address")
    def address(self, project: Project) -> SafeString:
        """Its page."""
        if project.anonymous:
            return format_html("{}", "None: it stands without its name, and has no page.")
        return format_html('<a class="text-link" href="{0}">{0}</a>', project.get_absolute_url())

    @admin.display(description="Now")
    def growth_now(self, project: Project) -> SafeString:
        """The numbers of the last assessment in words."""
        if project.grown_at is None:
            return format_html("{}", "Its growth has not been worked out yet.")
        pace = (
            "faster than"
            if project.momentum > STEADY
            else "slower than"
            if project.momentum < -STEADY
            else "about as fast as"
        )
        return format_html(
            "{} at {}, {}; it is growing {} usual. {} commits. Worked out {}.",
            project.stage_label.replace("_", " ").capitalize(),
            f"{project.growth_factor:.0%}",
            vitality_name(project.vitality),
            pace,
            f"{project.commit_count:,}",
            ago(project.grown_at),
        )

    @admin.display(description="Why this size")
    def why_this_size(self, project: Project) -> str:
        """The six factors, each with its share of the growth and its reason."""
        factors = [
            {**factor, "part": f"{factor['share']:.0%} of {factor['weight']:.0%}"} for factor in project.growth_reasons
        ]
        return render_to_string("admin/console/factors.html", {"factors": factors})

    @admin.display(description="What comes next")
    def next_stage(self, project: Project) -> str:
        """The forecast in a sentence."""
        if not settings.ENABLE_GROWTH_PREDICTION:
            return "Nothing is forecast: ENABLE_GROWTH_PREDICTION is off."
        sentence: str = project.forecast.get("sentence", "")
        ancient = project.growth_stage == GrowthStage.ANCIENT
        return sentence or ("It stands on the last rung." if ancient else "No forecast has been made yet.")

    @admin.display(description="Recent activity")
    def recent_activity(self, project: Project) -> SafeString:
        """The newest facts, with a way to all of them."""
        rows = format_html_join(
            "",
            "<li><span>{}</span> {} <em>{}</em></li>",
            (
                (ago(activity.occurred_at), activity.title or activity.get_kind_display(), activity.source)
                for activity in project.activities.order_by("-occurred_at", "-pk")[:RECENT]
            ),
        )
        if not rows:
            return format_html("{}", "Nothing has been recorded yet.")
        everything = f"{reverse('admin:garden_activity_changelist')}?project__id__exact={project.pk}"
        return format_html(
            '<ul class="console-feed">{}</ul><a class="text-link" href="{}">All activity</a>', rows, everything
        )

    @admin.display(description="Also lives at")
    def also_at(self, project: Project) -> str:
        """Its other homes, for those who may not say where they are."""
        return ", ".join(row.url or row.external_id for row in identity.other_homes(project))

    @admin.display(description="Known from sources")
    def from_sources(self, project: Project) -> str:
        """What the sources say that is not edited here."""
        counted = project.lines_from == LinesFrom.FILES
        words = LINES_WORDS[LinesFrom(project.lines_from)]
        facts = [
            f"{'' if counted else 'about '}{project.lines_of_code:,} lines of code, {words}"
            if project.lines_of_code
            else "",
            f"{project.stars:,} stars" if project.stars else "",
            f"{project.forks:,} forks" if project.forks else "",
        ]
        return " · ".join(fact for fact in facts if fact) or "Nothing yet."

    @admin.display(description="Kept by hand")
    def kept_by_hand(self, project: Project) -> str:
        """The fields that no sync overwrites."""
        words = ", ".join(name.replace("_", " ") for name in project.owner_edited)
        return f"{words}: no sync overwrites these." if words else "Nothing: the sources decide."

    def buttons(self, obj: Project) -> list[Button]:
        """What makes sense for a plant of this status."""
        if obj.status == ProjectStatus.PROPOSED:
            return [
                Button("approve_seed", "Approve this seed", "check_circle", primary=True),
                Button("decline_seed", "Decline it", "block"),
            ]
        settled = obj.status in (ProjectStatus.ACTIVE, ProjectStatus.FEATURED)
        put_back = "Unfeature" if obj.status == ProjectStatus.FEATURED else "Bring back"
        return [
            *([] if obj.is_demo else [Button("grow_now", "Grow now", "psychiatry", primary=True)]),
            *([Button("feature", "Feature", "star")] if obj.status == ProjectStatus.ACTIVE else []),
            *([Button("bring_back", put_back, "undo")] if obj.status != ProjectStatus.ACTIVE else []),
            *([Button("archive", "Archive", "inventory_2")] if settled else []),
            *([Button("hide", "Hide", "visibility_off")] if obj.visibility != Visibility.PRIVATE else []),
            *([Button("show", "Show to everyone", "visibility")] if obj.visibility != Visibility.PUBLIC else []),
            Button("new_form", "Another individual", "casino"),
            Button("former_form", "The one before", "undo"),
            *([] if obj.is_demo else [Button("make_one", "Make it one with …", "merge")]),
        ]

    def get_urls(self) -> list[URLPattern]:
        """The pages beside the list, and the live preview that stands beside the form."""
        preview = self.admin_site.admin_view(self.preview)
        return [
            *self.plan_urls(),
            *self.seeds_urls(),
            *self.make_one_urls(),
            path("<uuid:pk>/preview/", preview, name="garden_project_preview"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The plant as it would look with what stands in the form; what does not fit leaves it as it is."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        project = get_object_or_404(self.get_queryset(request), pk=pk)
        kind, seed = request.GET.get("plant_type", ""), request.GET.get("genome_seed", "")
        if kind in list(PlantType):
            project.plant_type = kind
        if seed.removeprefix("-").isdecimal() and len(seed) < 19:  # what a BigIntegerField takes
            project.genome_seed = int(seed)
        if "technologies" in request.GET:
            project.technologies = WordsField().to_python(request.GET["technologies"])
        return HttpResponse(portrait(project))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        """With their sources, which the list names."""
        return super().get_queryset(request).prefetch_related("sources")

    def get_readonly_fields(self, request: HttpRequest, obj: Project | None = None) -> tuple[str, ...]:
        """The status of a proposed seed changes by its approval only; who may not plant does not publish either."""
        proposed = obj is not None and obj.status == ProjectStatus.PROPOSED
        return (
            *self.readonly_fields,
            *(["status"] if proposed else []),
            *([] if self.has_add_permission(request) else ["visibility", "github_repo", "also_at"]),
        )

    def view_on_site(self, project: Project) -> str | None:
        """Its page, where it has one that opens."""
        return project.get_absolute_url() if Project.objects.reachable().filter(pk=project.pk).exists() else None

    def get_form(self, request: HttpRequest, obj: Project | None = None, change: bool = False, **options: Any) -> Any:
        """The form, which knows what its asker may know of."""
        form: Any = super().get_form(request, obj, change, **options)
        form.known = self.known_to(request)
        return form

    def get_inlines(self, request: HttpRequest, obj: Project | None) -> list[Any]:
        """A plant that is not there yet has neither pictures nor a past."""
        return list(self.inlines) if obj else []

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Project | None = None,
    ) -> HttpResponse:
        """Show the plant above the form; of a new one, the plan to choose its place on."""
        if obj is None:
            seen = Project.objects.placed().filter(pk__in=self.get_queryset(request).values("pk"))
            context |= {"newcomer": True, "picture": picture_of(seen)}
        else:
            context |= {"portrait": portrait(obj), "stage": obj.stage_label.replace("_", " ")}
        return super().render_change_form(request, context, add, change, form_url, obj)

    # --- Writing: every change goes through the garden's services, which tell the browsers ---

    def save_model(self, request: HttpRequest, obj: Project, form: Any, change: bool) -> None:
        """Curate what was changed, or plant what is new."""
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        given_back, now = changes.pop("give_back", []), timezone.now()
        if change:
            if changes or not given_back:
                planting.curate(project=obj, changes=changes, now=now, seen=form.known)
            planting.give_back(project=obj, fields=given_back, now=now)
            if obj.recount_due:
                services.grow(project=obj, now=now, source="owner")
            return
        changes = {field: value for field, value in changes.items() if value not in ("", None)}
        name, description = changes.pop("name"), changes.pop("description", "")
        place = {axis: changes.pop(f"position_{axis}", None) for axis in ("x", "z")}
        at = Position(place["x"] or 0.0, place["z"] or 0.0) if any(place.values()) else None
        seed = planting.plant_seed(name=name, description=description, at=at, now=now, changes=changes, seen=form.known)
        obj.pk = seed.pk
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: Project) -> None:
        """Take the plant out of the garden with all that is known about it."""
        planting.remove(projects=Project.objects.filter(pk=obj.pk), source="owner", now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """The same for several."""
        planting.remove(projects=queryset, source="owner", now=timezone.now())

    def get_deleted_objects(
        self, objs: Iterable[Model], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What goes with a plant, counted: to list tens of thousands of facts one by one would help nobody."""
        doomed = [project for project in objs if isinstance(project, Project)]

        def counted(model: type[Activity] | type[GrowthLog]) -> dict[Any, int]:
            rows = model._default_manager.filter(project__in=doomed).order_by().values_list("project")
            return dict(rows.annotate(rows=Count("pk")))

        facts, past = counted(Activity), counted(GrowthLog)
        lines = [
            f"{one.name}, with {facts.get(one.pk, 0):,} facts and {past.get(one.pk, 0):,} rows of its growth log"
            for one in doomed
        ]
        return lines, {"projects": len(lines)}, set(), []
