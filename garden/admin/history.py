"""What happened, read-only: the growth log, the facts plants grew from, what browsers were told, who cared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import Sum
from django.utils import timezone
from django.utils.text import Truncator
from unfold.contrib.filters.admin import ChoicesCheckboxFilter

from common.clock import local_words
from garden import reactions
from garden.admin.base import Button, ReadOnlyAdmin, UsedLatelyFilter, measured
from garden.admin.filters import WrittenFilter
from garden.admin.log_days import RowColumns, day_of_row, with_first_work
from garden.models import Activity, GardenEvent, GrowthLog, Interaction, Project, ReactionFailure
from garden.templatetags.console import ago
from garden.vocabulary import EventType

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString


@admin.register(GrowthLog)
class GrowthLogAdmin(RowColumns, ReadOnlyAdmin):
    """Every plant's past."""

    when_empty = "A row is written when a plant climbs a rung, and about monthly."
    list_display = ("when", "project", "change", "factor", "commits", "written")
    list_filter = (("new_stage", ChoicesCheckboxFilter), WrittenFilter)
    exclude = ("commits_delta", "backfilled")
    readonly_fields = ("commits", "written")
    list_filter_submit = True
    list_select_related = ("project",)
    search_fields = ("project__name",)
    ordering = ("-recorded_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[GrowthLog]:
        """The rows, each with its plant's first known work."""
        return with_first_work(super().get_queryset(request))

    @admin.display(description="When", ordering="recorded_at")
    def when(self, row: GrowthLog) -> str:
        """Its moment, or about when it was."""
        return day_of_row(row, local_words(row.recorded_at))

    @admin.display(description="Stage", ordering="new_stage")
    def change(self, row: GrowthLog) -> str:
        """The rung, with the one before where it changed."""
        return f"{row.previous_stage or 'planted'} → {row.new_stage}" if row.is_stage_change else row.new_stage

    @admin.display(description="Grown", ordering="growth_factor")
    def factor(self, row: GrowthLog) -> SafeString:
        """The growth factor."""
        return measured(row.growth_factor, "Grown")


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    """Every fact that a plant grew from."""

    when_empty = (
        "Commits, releases and deployments stand here once a source told of them: manage.py import_git PATH, or "
        "an account under Accounts."
    )
    list_before_template = "admin/console/older_commits.html"
    list_display = ("occurred_at", "project", "kind", "what", "author", "source")
    list_filter = (("kind", ChoicesCheckboxFilter), ("source", UsedLatelyFilter), "project")
    list_filter_submit = True
    list_select_related = ("project",)
    search_fields = ("title", "author", "external_id")
    ordering = ("-occurred_at",)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, and above it how many commits are known by their number alone."""
        plants = Project.objects.all() if request.user.is_superuser else Project.objects.open_to_helpers()
        older = plants.aggregate(older_commits=Sum("earlier_commits", default=0))
        return super().changelist_view(request, (extra_context or {}) | older)

    @admin.display(description="What")
    def what(self, activity: Activity) -> str:
        """Its first words."""
        return Truncator(activity.title).chars(90) or activity.external_id[:12]


@admin.register(GardenEvent)
class GardenEventAdmin(ReadOnlyAdmin):
    """The outbox: what open browsers were told."""

    list_display = ("seq", "when", "event_type", "about", "source")
    list_filter = (("event_type", ChoicesCheckboxFilter),)
    list_filter_submit = True
    search_fields = ("subject", "source")
    ordering = ("-seq",)

    @admin.display(description="When", ordering="timestamp")
    def when(self, event: GardenEvent) -> SafeString | str:
        """When it was told."""
        return ago(event.timestamp)

    @admin.display(description="About")
    def about(self, event: GardenEvent) -> str:
        """What it tells, as far as it fits a line."""
        data = event.data
        change = f"{data['from_stage']} → {data['to_stage']}" if {"from_stage", "to_stage"} <= data.keys() else ""
        commits = f"{data['commit_count']} commits" if event.event_type == EventType.COMMIT_PUSHED else ""
        told = (data.get("name"), data.get("repository"), change, commits, data.get("kind"), data.get("status"))
        return " · ".join(str(part) for part in told if part) or "–"


@admin.register(ReactionFailure)
class ReactionFailureAdmin(ReadOnlyAdmin):
    """Events that a reaction could not deal with yet, and those that it gave up on."""

    when_empty = "Nothing to do: whatever happened was worked in."
    list_display = ("event", "reaction", "attempts", "next_try", "error")
    list_filter = ("reaction", ("set_aside_at", admin.EmptyFieldListFilter))
    list_select_related = ("event",)
    ordering = ("-event",)
    actions = ("try_again", "let_go")

    @admin.display(description="Next try", ordering="next_attempt_at")
    def next_try(self, failure: ReactionFailure) -> str:
        """When it is tried again, or that it is set aside."""
        return "set aside" if failure.set_aside_at else local_words(failure.next_attempt_at)

    def buttons(self, obj: ReactionFailure) -> list[Button]:
        """What was set aside waits for the owner's word."""
        if not obj.set_aside_at:
            return []
        return [Button("try_again", "Try again", "replay", primary=True), Button("let_go", "Let it go", "close")]

    @admin.action(description="Try again")
    def try_again(self, request: HttpRequest, queryset: QuerySet[ReactionFailure]) -> None:
        """Give what was set aside another five tries."""
        if again := reactions.retry(failures=queryset, now=timezone.now()):
            self.message_user(request, f"{again} to be tried again, within a minute.", messages.SUCCESS)
        else:
            self.message_user(request, "Only what was set aside can be tried again.", messages.WARNING)

    @admin.action(description="Let it go")
    def let_go(self, request: HttpRequest, queryset: QuerySet[ReactionFailure]) -> None:
        """Forget what was set aside: it will not be reacted to."""
        gone = reactions.let_go(failures=queryset)
        self.message_user(request, f"{gone} let go." if gone else "Only what was set aside can be let go.")


@admin.register(Interaction)
class InteractionAdmin(ReadOnlyAdmin):
    """Visitors' attention, without visitors: the pseudonym of the day is nobody's business here."""

    when_empty = "Visitors have watered nothing yet."
    list_display = ("when", "project", "kind")
    list_filter = (("kind", ChoicesCheckboxFilter),)
    list_filter_submit = True
    list_select_related = ("project",)
    search_fields = ("project__name",)
    ordering = ("-occurred_at",)
    exclude = ("visitor",)

    @admin.display(description="When", ordering="occurred_at")
    def when(self, interaction: Interaction) -> SafeString | str:
        """How long ago."""
        return ago(interaction.occurred_at)
