"""What stands below a project's form: its pictures and films, where it is kept, and its past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils.html import format_html

from common.words import utc_date
from garden.admin.base import ConsoleInline, ReadOnlyInline
from garden.admin.log_days import RowColumns, day_of_row, with_first_work
from garden.forms import MediaForm
from garden.models import GrowthLog, ProjectMedia, ProjectSource
from garden.templatetags.console import ago

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString


class MediaInline(ConsoleInline):
    """Pictures and films on a project's page."""

    model = ProjectMedia
    form = MediaForm
    verbose_name_plural = "pictures and films"


class SourceInline(ReadOnlyInline):
    """Where it is kept, and how it is recognised there."""

    model = ProjectSource
    hide_title = True
    ordering = ("pk",)
    verbose_name_plural = "where it is kept"
    fields = readonly_fields = ("provider", "called", "external_id", "hidden_since")

    @admin.display(description="Called")
    def called(self, row: ProjectSource) -> SafeString | str:
        """Its name there, with a way to its page."""
        if not row.url:
            return row.name
        return format_html('<a class="text-link" href="{}" rel="noopener">{}</a>', row.url, row.name or row.url)

    @admin.display(description="Not shown there since")
    def hidden_since(self, row: ProjectSource) -> SafeString | str:
        """Since when the service does not show it."""
        return ago(row.gone_at)


class GrowthLogInline(RowColumns, ReadOnlyInline):
    """The plant's past."""

    model = GrowthLog
    hide_title = True
    ordering = ("-recorded_at",)
    verbose_name_plural = "growth log"
    fields = readonly_fields = ("day", "stage", "factor", "commits", "lines", "written")

    def get_queryset(self, request: HttpRequest) -> QuerySet[GrowthLog]:
        """The rows, each with its plant's first known work."""
        return with_first_work(super().get_queryset(request))

    @admin.display(description="Day")
    def day(self, row: GrowthLog) -> str:
        """The day of the snapshot, or about when it was."""
        return day_of_row(row, utc_date(row.recorded_at))

    @admin.display(description="Stage")
    def stage(self, row: GrowthLog) -> str:
        """The rung, with the one before where it changed."""
        return f"{row.previous_stage or 'planted'} → {row.new_stage}" if row.is_stage_change else row.new_stage

    @admin.display(description="Grown")
    def factor(self, row: GrowthLog) -> str:
        """The growth factor as a percentage."""
        return f"{row.growth_factor:.0%}"

    @admin.display(description="Lines")
    def lines(self, row: GrowthLog) -> str:
        """Lines changed since the row before."""
        return f"+{row.lines_added:,} −{row.lines_removed:,}"
