"""What coding time is made of, read-only: the moments that editors told of, and the seconds of each day."""

from __future__ import annotations

from django.contrib import admin

from garden.admin.base import ReadOnlyAdmin, UsedLatelyFilter
from integrations.coding.shapes import in_words
from integrations.models import CodingTime, Heartbeat


@admin.register(CodingTime)
class CodingTimeAdmin(ReadOnlyAdmin):
    """Seconds by day, source and all that is known of them; the newest days first, which the unique index has."""

    when_empty = "A day stands here once editors or WakaTime told of it."
    list_display = ("day", "name", "time", "language", "category", "editor", "source")
    list_filter = ("source", ("language", UsedLatelyFilter))
    list_select_related = ("name",)
    search_fields = ("name__name", "language", "editor")
    ordering = ("-day",)

    @admin.display(description="Time", ordering="seconds")
    def time(self, row: CodingTime) -> str:
        """In hours and minutes."""
        return in_words(row.seconds)


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """Single moments of the owner's in an editor, for as long as HEARTBEATS_KEPT_DAYS keeps them."""

    when_empty = "A moment stands here once an editor told of it; Coding time says how."
    list_display = ("at", "project", "language", "category", "editor")
    search_fields = ("project", "language", "editor")
    ordering = ("-at",)
