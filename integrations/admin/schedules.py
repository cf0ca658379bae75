"""How often the sources are asked: what each suggests, and what the owner wants instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils import timezone

from common.clock import local_words
from garden.admin.base import ConsoleAdmin
from garden.templatetags.console import ago
from integrations import connections
from integrations.admin.base import label_of, provider_called
from integrations.models import SourceSchedule, SyncRun
from integrations.problems import Problem
from integrations.schedule import scheduled

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.safestring import SafeString


@admin.register(SourceSchedule)
class SourceScheduleAdmin(ConsoleAdmin):
    """When each source is asked by the schedule. An edit holds from the next minute on."""

    list_display = ("source", "suggestion", "minutes", "enabled", "last_run", "obstacle")
    list_display_links = None
    list_editable = ("minutes", "enabled")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Which sources there are is written in the code."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A source is switched off, not deleted: the next migration would bring its row back."""
        return False

    @admin.display(description="Source", ordering="provider")
    def source(self, schedule: SourceSchedule) -> str:
        """The provider as a person calls it."""
        return label_of(schedule.provider)

    @admin.display(description="Suggests")
    def suggestion(self, schedule: SourceSchedule) -> str:
        """Its own pace, in minutes."""
        provider = provider_called(schedule.provider)
        minutes = round(provider.every.total_seconds() / 60) if provider else 0
        return "–" if not minutes else "every minute" if minutes == 1 else f"every {minutes} minutes"

    @admin.display(description="Last run")
    def last_run(self, schedule: SourceSchedule) -> SafeString | str:
        """When it was last asked, by whomever."""
        run = SyncRun.objects.filter(provider=schedule.provider, project=None).first()
        return ago(run.requested_at) if run else "never"

    @admin.display(description="Why not")
    def obstacle(self, schedule: SourceSchedule) -> str:
        """What keeps it from being asked."""
        provider = provider_called(schedule.provider)
        if provider is None:
            return "There is no such source any more."
        if not connections.enabled(provider):
            return "Switched off in the settings, or in its account."
        try:
            connection = connections.connection_of(provider)
            paused = connections.next_try_at(provider, now=timezone.now())
        except Problem as problem:
            return problem.message
        needs = " ".join(f"{need.title}. {need.detail}" for need in provider.needs(connection))
        if needs:
            return needs
        if paused:
            return f"It is left alone until {local_words(paused)}."
        instead = [one.label for one, _ in scheduled() if one.role and one.role == provider.role and one != provider]
        return f"{instead[0]} is asked instead." if instead else "–"
