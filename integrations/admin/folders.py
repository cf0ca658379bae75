"""Folders: the repositories on this machine that are watched, where they are, and what keeps them from being read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from common.refused_forms import back_with_what_was_typed
from common.text import path_text
from garden.admin.base import Button, ReadOnlyAdmin, sign, way_back
from garden.templatetags.console import ago
from integrations import watching
from integrations.admin.base import in_words, request_run
from integrations.models import WatchedPath
from integrations.problems import Problem
from integrations.providers.git import Git

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern
    from django.utils.safestring import SafeString

COLOURS = {"read": "success", "folder": "info", "trouble": "danger", "waiting": "info"}


@admin.register(WatchedPath)
class WatchedPathAdmin(ReadOnlyAdmin):
    """What `import_git` named and what was found in it. Nobody but who may look here sees a path."""

    when_empty = (
        "Name a repository on this machine, or a folder of them, and the garden looks into it from then on "
        "(docs/git.md)."
    )
    list_before_template = "admin/console/folders.html"
    list_display = ("where", "becomes", "plant", "last_read", "in_plain_words")
    list_select_related = ("project", "folder")
    search_fields = ("uri",)
    actions = ("sync_now", "plant_them", "leave_out", "forget")
    fields = ("where", "becomes_said", "plant", "last_read", "in_plain_words", "added_at")
    readonly_fields = ("where", "becomes_said", "plant", "last_read", "in_plain_words")

    def get_urls(self) -> list[URLPattern]:
        """Naming a path."""
        name = self.admin_site.admin_view(require_POST(self.name_path))
        return [path("name/", name, name="integrations_watchedpath_name"), *super().get_urls()]

    def name_path(self, request: HttpRequest) -> HttpResponse:
        """Watch a repository or a folder of them, and look into it at once."""
        if not self.may_act(request):
            raise PermissionDenied
        page = way_back(request, reverse("admin:integrations_watchedpath_changelist"))
        try:
            row = watching.watch(Path(request.POST.get("path", "").strip()), now=timezone.now())
        except Problem as problem:
            messages.error(request, in_words(problem))
            return back_with_what_was_typed(request, page, ["path"])
        messages.success(request, f"{path_text(row.path.name)} is watched from now on.")
        request_run(request, Git.slug)
        return HttpResponseRedirect(page)

    @admin.display(description="Where", ordering="uri")
    def where(self, row: WatchedPath) -> SafeString:
        """Its name and its row."""
        return format_html(
            '<span class="console-two"><strong>{}</strong><span>{}</span></span>', path_text(row.path.name), row
        )

    @sign("State", COLOURS)
    def becomes(self, row: WatchedPath) -> tuple[str, str]:
        """What becomes of it."""
        if row.trouble:
            return "trouble", "Cannot be read"
        if row.is_folder:
            return "folder", "Watched for new ones"
        if row.wanted is False:
            return "left_out", "Left out"
        if row.project_id:
            return "read", "Read"
        if row.read_at:
            return "left_out", "Its plant was removed"
        if row.wanted:
            return "waiting", "To be planted"
        if "owners" not in row.state:
            return "waiting", "Not looked into yet"
        return ("left_out", "Nothing of yours in it") if row.state["owners"] else ("waiting", "Waits for who you are")

    @admin.display(description="State")
    def becomes_said(self, row: WatchedPath) -> str:
        """The same on the page of one, where there are no coloured labels."""
        return self.becomes(row)[1]

    @admin.display(description="Plant", ordering="project__name")
    def plant(self, row: WatchedPath) -> SafeString | str:
        """The plant that it is."""
        if row.project is None:
            return "–"
        page = reverse("admin:garden_project_change", args=[row.project.pk])
        return format_html('<a href="{}">{}</a>', page, row.project.name)

    @admin.display(description="Last news", ordering="read_at")
    def last_read(self, row: WatchedPath) -> SafeString | str:
        """When something new was last read in it."""
        return ago(row.read_at) if row.read_at else "–"

    @admin.display(description="In plain words")
    def in_plain_words(self, row: WatchedPath) -> str:
        """Why it cannot be read, and the way out."""
        return row.trouble or "–"

    def buttons(self, obj: WatchedPath) -> list[Button]:
        """What can be done with one."""
        planted = obj.project_id is not None and obj.wanted is not False
        choice = Button("leave_out", "Leave it out", "block") if planted else Button("plant_them", "Plant it", "add")
        choices = [] if obj.is_folder else [choice]
        return [Button("sync_now", "Sync now", "sync", primary=True), *choices, Button("forget", "Forget it", "delete")]

    @admin.action(description="Sync now: look for news in all that is watched")
    def sync_now(self, request: HttpRequest, queryset: QuerySet[WatchedPath]) -> None:
        """Ask for a run; what did not change since the last one costs next to nothing."""
        request_run(request, Git.slug)

    @admin.action(description="Plant them, whosever work they are")
    def plant_them(self, request: HttpRequest, queryset: QuerySet[WatchedPath]) -> None:
        """Have repositories planted, and see to it at once."""
        if watching.want(paths=queryset):
            request_run(request, Git.slug)
        else:
            self.message_user(request, "Folders are no plants; what is in them may become some.", messages.WARNING)

    @admin.action(description="Leave them out")
    def leave_out(self, request: HttpRequest, queryset: QuerySet[WatchedPath]) -> None:
        """Read some repositories no longer."""
        number = watching.leave_out(paths=queryset)
        self.message_user(request, f"{number} left out. Their plants stay as they are.", messages.SUCCESS)

    @admin.action(description="Forget their paths")
    def forget(self, request: HttpRequest, queryset: QuerySet[WatchedPath]) -> None:
        """Watch some paths no longer."""
        number = watching.forget(paths=queryset)
        self.message_user(request, f"{number} forgotten. Their plants stay as they are.", messages.SUCCESS)
