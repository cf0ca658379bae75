"""Projects, with what only this app knows of them: where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin, messages

from garden.admin.base import Button
from garden.admin.projects import ProjectAdmin
from garden.models import Project
from integrations.admin.base import request_run

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class SourcedProjectAdmin(ProjectAdmin):
    """The page of projects with what only this app knows: where they come from."""

    actions = (*ProjectAdmin.actions, "sync_now")

    def buttons(self, obj: Project) -> list[Button]:
        """The garden's, and a way to look for news at the source."""
        more = [Button("sync_now", "Sync now", "sync")] if obj.github_repo and not obj.is_demo else []
        return [*super().buttons(obj), *more]

    @admin.action(description="Sync now: look for news on GitHub")
    def sync_now(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Ask for a run of the account; what did not change since the last one costs nothing."""
        if any(project.github_repo for project in queryset):
            request_run(request, "github")
        else:
            self.message_user(request, "None of these comes from GitHub.", messages.WARNING)


admin.site.unregister(Project)
admin.site.register(Project, SourcedProjectAdmin)
