"""Sync runs: every attempt to bring something in, live while it goes on."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import TruncDay
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesCheckboxFilter

from common.words import count
from garden.admin.base import Button, ChoiceFilter, ReadOnlyAdmin, UsedLatelyFilter, sign
from garden.templatetags.console import ago
from integrations.admin.base import is_import, label_of, panel, provider_called, request_run
from integrations.models import SyncRun, SyncStatus, SyncTrigger
from integrations.runs import OPEN

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.urls import URLPattern
    from django.utils.safestring import SafeString

RUN_COLOURS = {"succeeded": "success", "partial": "warning", "failed": "danger", "running": "info", "queued": "info"}


ROUTINE = Q(trigger=SyncTrigger.SCHEDULE, status=SyncStatus.SUCCEEDED)


class FoldedFilter(ChoiceFilter):
    """Whether good runs of the schedule stand one by one: a player that is asked every few minutes fills pages."""

    title = "good runs of the schedule"
    parameter_name = "each"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Each by itself")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SyncRun]) -> QuerySet[SyncRun]:
        """Of each source and UTC day the newest, with how many there are. What is pressed acts on any run."""
        if self.value() or request.method == "POST":
            return queryset
        day = queryset.annotate(day=TruncDay("requested_at", tzinfo=UTC))
        of_its_day = SyncRun.objects.filter(
            ROUTINE,
            provider=OuterRef("provider"),
            subject=OuterRef("subject"),
            requested_at__gte=OuterRef("day"),
            requested_at__lt=OuterRef("day") + timedelta(days=1),
        ).order_by()
        newer = of_its_day.filter(requested_at__gt=OuterRef("requested_at"))
        number = of_its_day.values("provider").annotate(number=Count("pk")).values("number")
        return day.exclude(ROUTINE & Exists(newer)).annotate(routine=Case(When(ROUTINE, then=Subquery(number))))


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    """Every attempt to bring something in, and how it went."""

    when_empty = "A run stands here once a source was asked or an import was made."
    list_display = ("source", "state", "when", "took", "came_in", "in_plain_words")
    list_filter = (
        FoldedFilter,
        ("status", ChoicesCheckboxFilter),
        ("provider", UsedLatelyFilter),
        ("trigger", ChoicesCheckboxFilter),
    )
    list_filter_submit = True
    search_fields = ("provider", "subject", "error")
    actions = ("try_again", "leave_it")
    fields = ("progress", "trigger", "requested_at", "started_at", "ended_at", "next_run")
    readonly_fields = ("progress", "next_run")

    @admin.display(description="Source", ordering="provider")
    def source(self, run: SyncRun) -> SafeString:
        """The provider, and what the run was about."""
        return format_html(
            '<span class="console-two"><strong>{}</strong><span title="{}">{}</span></span>',
            label_of(run.provider),
            run.subject,
            PurePath(run.subject).name,
        )

    @sign("State", RUN_COLOURS, ordering="status")
    def state(self, run: SyncRun) -> tuple[str, str]:
        """How far it has come."""
        return run.status, run.get_status_display()

    @admin.display(description="When", ordering="requested_at")
    def when(self, run: SyncRun) -> SafeString | str:
        """When it was asked for."""
        others = (getattr(run, "routine", None) or 1) - 1
        return (
            format_html("{}, and {} more that day", ago(run.requested_at), others) if others else ago(run.requested_at)
        )

    @admin.display(description="Took")
    def took(self, run: SyncRun) -> str:
        """How long it worked."""
        if not run.started_at or not run.ended_at:
            return "–"
        minutes, seconds = divmod(round((run.ended_at - run.started_at).total_seconds()), 60)
        return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"

    @admin.display(description="Came in")
    def came_in(self, run: SyncRun) -> str:
        """What it counted."""
        return ", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in run.counts.items() if value) or "–"

    @admin.display(description="In plain words")
    def in_plain_words(self, run: SyncRun) -> SafeString | str:
        """What went wrong, and the way out."""
        if not run.error:
            return run.step if run.status in OPEN else "–"
        return format_html('<span class="console-two"><span>{}</span><span>{}</span></span>', run.error, run.fix)

    @admin.display(description="How it goes")
    def progress(self, run: SyncRun) -> SafeString:
        """The run, live while it goes on."""
        return panel(run)

    @admin.display(description="Next run")
    def next_run(self, run: SyncRun) -> SafeString | str:
        """When the service wants to be asked again, where it said so."""
        return ago(run.next_run_at) if run.next_run_at else "With the schedule."

    def buttons(self, obj: SyncRun) -> list[Button]:
        """A run that ended can be asked for again; an import of one path, only by its command, is left at that."""
        if not is_import(obj):
            return [Button("try_again", "Run it again", "sync", primary=True)] if obj.status not in OPEN else []
        return [Button("leave_it", "Leave it at that", "check")] if obj.is_troubled else []

    @admin.action(description="Run again")
    def try_again(self, request: HttpRequest, queryset: QuerySet[SyncRun]) -> None:
        """Ask for a new run of the same sources and plants."""
        again = {(run.provider, run.project_id): run for run in queryset.select_related("project")}
        if any(map(is_import, again.values())):
            messages.warning(request, "An import is repeated on the command line, where its path is known.")
        wanted = [run for run in again.values() if not is_import(run)]
        for run in sorted(wanted, key=lambda one: one.provider):
            request_run(request, run.provider, project=run.project)

    @admin.action(description="Leave it at that")
    def leave_it(self, request: HttpRequest, queryset: QuerySet[SyncRun]) -> None:
        """What did not go well no longer waits for the owner. A later run of the same that fails does."""
        left = queryset.exclude(status__in=OPEN).update(let_go=True)
        self.message_user(
            request, f"{count(left, 'run')} wait{'s' if left == 1 else ''} for you no more.", messages.SUCCESS
        )

    def get_urls(self) -> list[URLPattern]:
        """A run's progress for the page that watches it, and the door for "Sync now"."""
        guarded = self.admin_site.admin_view
        return [
            path("<uuid:pk>/progress/", guarded(self.watch), name="integrations_syncrun_progress"),
            path("request/<slug:provider>/", guarded(require_POST(self.ask)), name="integrations_syncrun_request"),
            *super().get_urls(),
        ]

    def watch(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """The panel of one run."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponse(panel(get_object_or_404(SyncRun, pk=pk)))

    def ask(self, request: HttpRequest, provider: str) -> HttpResponse:
        """Ask for a run and show it; where that cannot be, back to the overview with the reason."""
        if not self.may_act(request):
            raise PermissionDenied
        if provider_called(provider) is None:
            raise Http404
        run = request_run(request, provider)
        address = reverse("admin:integrations_syncrun_change", args=[run.pk]) if run else reverse("admin:index")
        return HttpResponseRedirect(address)
