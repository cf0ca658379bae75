"""Projects, with what only this app knows of them: where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages

from garden import sources
from garden.admin.base import Button
from garden.admin.projects import ProjectAdmin
from garden.models import Project
from integrations import registry
from integrations.admin.base import panel, request_run
from integrations.models import SyncRun, WatchedPath
from integrations.providers.git import Git

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString


class SourcedProjectAdmin(ProjectAdmin):
    """The page of projects with what only this app knows: where they come from."""

    actions = (*ProjectAdmin.actions, "sync_now")

    def get_readonly_fields(self, request: HttpRequest, obj: Project | None = None) -> tuple[str, ...]:
        """The garden's, and how the newest sync of this plant went."""
        return (*super().get_readonly_fields(request, obj), "latest_sync")

    def get_fieldsets(self, request: HttpRequest, obj: Project | None = None) -> Any:
        """The garden's, and among the sources how the newest sync of this plant went."""
        return [
            (name, {**options, "fields": (*options["fields"], "latest_sync")} if name == "Sources" else options)
            for name, options in super().get_fieldsets(request, obj)
        ]

    @admin.display(description="Sync of this plant")
    def latest_sync(self, project: Project) -> SafeString | str:
        """The newest run about this plant alone, live while it goes on."""
        run = SyncRun.objects.filter(project=project).first()
        return panel(run) if run else "It was synced with the others only. “Sync now” asks for this plant alone."

    def buttons(self, obj: Project) -> list[Button]:
        """The garden's, and a way to look for news at the source."""
        more = [Button("sync_now", "Sync now", "sync")] if _sources(obj) else []
        return [*super().buttons(obj), *more]

    @admin.action(description="Sync now: look for news at forges and in watched folders")
    def sync_now(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        """Ask for a run about each that has a repository there."""
        asked = 0
        for project in queryset:
            for source in _sources(project):
                request_run(request, source, project=project)
                asked += 1
        if not asked:
            self.message_user(request, "None of these comes from a forge or a watched folder.", messages.WARNING)


def _sources(project: Project) -> list[str]:
    """The sources that can be asked about a plant. Two queries at most."""
    if project.is_demo:
        return []
    hosts = {row.external_id.partition("/")[0] for row in project.sources.all() if sources.is_remote(row)}
    forges = [one.slug for one in registry.PROVIDERS if one.forge and one.home in hosts]
    if project.github_repo and "github" not in forges:
        forges.insert(0, "github")
    return [*forges, *([Git.slug] if WatchedPath.objects.filter(project=project).exists() else [])]


admin.site.unregister(Project)
admin.site.register(Project, SourcedProjectAdmin)
