"""What happened, read-only: the growth log, the facts plants grew from, what browsers were told, who cared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.paginator import InfinitePaginator

from garden.admin.base import ReadOnlyAdmin, bar
from garden.models import Activity, GardenEvent, GrowthLog, Interaction
from garden.templatetags.console import ago
from garden.vocabulary import EventType

if TYPE_CHECKING:
    from django.utils.safestring import SafeString


@admin.register(GrowthLog)
class GrowthLogAdmin(ReadOnlyAdmin):
    """Every plant's past."""

    list_display = ("recorded_at", "project", "change", "factor", "commits_delta", "backfilled")
    list_filter = (("new_stage", ChoicesCheckboxFilter), "backfilled")
    list_filter_submit = True
    list_select_related = ("project",)
    search_fields = ("project__name",)
    ordering = ("-recorded_at",)

    @admin.display(description="Stage", ordering="new_stage")
    def change(self, row: GrowthLog) -> str:
        """The rung, with the one before where it changed."""
        return f"{row.previous_stage or 'planted'} → {row.new_stage}" if row.is_stage_change else row.new_stage

    @admin.display(description="Grown", ordering="growth_factor")
    def factor(self, row: GrowthLog) -> SafeString:
        """The growth factor as a bar."""
        return bar(row.growth_factor, "Grown")


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    """Every fact that a plant grew from."""

    paginator = InfinitePaginator
    list_display = ("occurred_at", "project", "kind", "what", "author", "source")
    list_filter = (("kind", ChoicesCheckboxFilter), "source", "project")
    list_filter_submit = True
    list_select_related = ("project",)
    search_fields = ("title", "author", "external_id")
    ordering = ("-occurred_at",)

    @admin.display(description="What")
    def what(self, activity: Activity) -> str:
        """Its first words."""
        return activity.title[:90] or activity.external_id[:12]


@admin.register(GardenEvent)
class GardenEventAdmin(ReadOnlyAdmin):
    """The outbox: what open browsers were told."""

    paginator = InfinitePaginator
    list_display = ("seq", "when", "event_type", "about", "source")
    list_filter = (("event_type", ChoicesCheckboxFilter),)
    list_filter_submit = True
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


@admin.register(Interaction)
class InteractionAdmin(ReadOnlyAdmin):
    """Visitors' attention, without visitors: the pseudonym of the day is nobody's business here."""

    paginator = InfinitePaginator
    list_display = ("occurred_at", "project", "kind")
    list_filter = (("kind", ChoicesCheckboxFilter),)
    list_filter_submit = True
    list_select_related = ("project",)
    ordering = ("-occurred_at",)
    exclude = ("visitor",)
