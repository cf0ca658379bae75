"""The console's page for the schedule of django-celery-beat, which no app of ours owns."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import django_celery_beat.admin  # noqa: F401 - registers what is replaced below
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    PeriodicTasks,
    SolarSchedule,
)
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from common.clock import local_words
from garden.admin.base import Button, ConsoleAdmin
from garden.templatetags.console import ago
from greenhouse.models import TaskHealth, TaskRun
from greenhouse.reactions import REACTIONS

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

RUNS_SHOWN = 20
OF_HEALTH = ("seconds", "succeeded_at", "failed_at", "error", "ended_at")
REACTS = "garden.tasks.react"
LONGEST_TURN = timedelta(days=366)  # every schedule is due after this

# Tasks that run every so often need neither clocks nor the sun.
for unneeded in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(unneeded)


def every(number: int, period: str) -> str:
    """An interval in the words a person would choose: 1440 minutes are a day."""
    for smaller, times, larger in (("seconds", 60, "minutes"), ("minutes", 60, "hours"), ("hours", 24, "days")):
        if period == smaller and number % times == 0:
            number, period = number // times, larger
    return f"every {period.removesuffix('s')}" if number == 1 else f"every {number} {period}"


class PeriodicTaskForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """How often a task runs, in words that need no second page."""

    every = forms.IntegerField(
        min_value=1, max_value=10_000, required=False, widget=UnfoldAdminIntegerFieldWidget(), label="Runs every"
    )
    period = forms.ChoiceField(
        choices=IntervalSchedule.PERIOD_CHOICES[:4], required=False, widget=UnfoldAdminSelectWidget(), label=" "
    )

    class Meta:
        model = PeriodicTask
        fields = ("name", "description", "enabled", "crontab", "priority")
        labels = {"crontab": "Or at these times"}
        help_texts = {
            "name": "",
            "description": "",
            "enabled": "",
            "priority": "Of tasks that wait for a worker the lowest number is begun first: 0, 5 or 9.",
            "crontab": "A cron line instead of an interval. Empty where the interval above is meant.",
        }
        widgets = {"description": UnfoldAdminTextareaWidget(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if interval := self.instance.interval:
            self.fields["every"].initial, self.fields["period"].initial = interval.every, interval.period

    def clean(self) -> dict[str, Any]:
        """One kind of schedule: the times of day where they are given, else the interval."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("crontab"):
            self.instance.interval = None
        elif cleaned.get("every") and cleaned.get("period"):
            self.instance.interval, _ = IntervalSchedule.objects.get_or_create(
                every=cleaned["every"], period=cleaned["period"]
            )
        elif not self.errors:
            raise ValidationError("Say how often it runs, or at which times.")
        return cleaned


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(ConsoleAdmin):
    """The schedule. An edit takes effect within seconds, in either shape, without a restart."""

    form = PeriodicTaskForm
    list_display = ("name", "what", "turn", "priority", "last_run", "how_it_goes", "runs", "enabled")
    list_editable = ("enabled",)
    ordering = ("name",)
    search_fields = ("name", "description")
    actions = ("run_now",)
    readonly_fields = ("calls", "last_run", "how_it_goes", "last_success", "last_error", "runs", "history", "follows")
    fieldsets = (
        (None, {"fields": ("name", "description", "enabled")}),
        ("When", {"fields": (("every", "period"), "crontab", "priority")}),
        ("So far", {"fields": ("last_run", "how_it_goes", "last_success", "last_error", "runs", "calls", "history")}),
        ("What follows from what", {"fields": ("follows",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[PeriodicTask]:
        """The tasks without Celery's own housekeeping, with their schedules and how they go in the same query."""
        tasks: QuerySet[PeriodicTask] = super().get_queryset(request)
        health = TaskHealth.objects.filter(task=OuterRef("task"))
        shown: QuerySet[PeriodicTask] = (
            tasks.exclude(name__startswith="celery.")
            .select_related("interval", "crontab", "solar", "clocked")
            .annotate(
                failures=Subquery(health.values("failures_in_a_row")),
                **{name: Subquery(health.values(name)) for name in OF_HEALTH},
            )
        )
        return shown

    def has_add_permission(self, request: HttpRequest) -> bool:
        """What can run is written in the code; here is when."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A task is switched off, not deleted: the next migration would bring it back."""
        return False

    @admin.display(description="What it does")
    def what(self, task: PeriodicTask) -> str:
        """Its description, or what it calls."""
        return str(task.description or task.task)

    @admin.display(description="When")
    def turn(self, task: PeriodicTask) -> str:
        """Its schedule in words."""
        if task.interval:
            return every(task.interval.every, task.interval.period)
        return str(task.crontab.human_readable if task.crontab else task.scheduler)

    @admin.display(description="Runs", ordering="total_run_count")
    def runs(self, task: PeriodicTask) -> int:
        """How often it has run."""
        return int(task.total_run_count)

    @admin.display(description="Last run", ordering="last_run_at")
    def last_run(self, task: PeriodicTask) -> SafeString | str:
        """When it last ran, or that it is about to. One that is switched off keeps it in its health alone."""
        if task.last_run_at is None:
            return ago(task.ended_at) if task.ended_at else "not yet"
        asked_for = timezone.now() - task.last_run_at >= LONGEST_TURN
        return "about to run" if asked_for else ago(task.last_run_at)

    @admin.display(description="How it goes")
    def how_it_goes(self, task: PeriodicTask) -> str:
        """How long its last run took, or how often it has failed in a row."""
        if task.failures:
            return f"failed {task.failures} times in a row"
        return "not begun yet" if task.seconds is None else f"well, in {task.seconds:.1f} s"

    @admin.display(description="Last success", ordering="succeeded_at")
    def last_success(self, task: PeriodicTask) -> SafeString | str:
        """When it last did what it should."""
        return ago(task.succeeded_at) if task.succeeded_at else "not yet"

    @admin.display(description="Last error")
    def last_error(self, task: PeriodicTask) -> str:
        """What its last failure was, and when."""
        return f"{local_words(task.failed_at)}: {task.error}" if task.failed_at else "none"

    @admin.display(description="Calls")
    def calls(self, task: PeriodicTask) -> str:
        """The name of the task in the code."""
        return str(task.task)

    @admin.display(description="Its runs")
    def history(self, task: PeriodicTask) -> SafeString | str:
        """The newest runs: each failure, and a good one in ten minutes."""
        runs = TaskRun.objects.filter(task=task.task).order_by("-ended_at")[:RUNS_SHOWN]
        lines = [(ago(run.ended_at), f"{run.seconds:.1f} s", run.error or "well") for run in runs]
        return format_html_join(mark_safe("<br>"), "{}, in {}: {}", lines) or "none yet"

    @admin.display(description="Reactions")
    def follows(self, task: PeriodicTask) -> SafeString | str:
        """What this task does when something happened, by the table of reactions; of the others, that nothing waits."""
        if task.task != REACTS:
            return "Nothing waits for this task, and it waits for none: what follows from an event is a reaction."
        lines = [(one.name, ", ".join(sorted(one.to))) for one in REACTIONS]
        return format_html_join(mark_safe("<br>"), "{} follows from {}", lines)

    def buttons(self, obj: PeriodicTask) -> list[Button]:
        """One click to run it, where it is switched on."""
        return [Button("run_now", "Run now", "play_arrow", primary=True)] if obj.enabled else []

    @admin.action(description="Run now")
    def run_now(self, request: HttpRequest, queryset: QuerySet[PeriodicTask]) -> None:
        """Make tasks due. Whichever process keeps the schedule starts them within seconds."""
        enabled = queryset.filter(enabled=True)
        names = list(enabled.values_list("name", flat=True))
        if not names:
            self.message_user(request, "Switched off tasks do not run. Switch them on first.", messages.WARNING)
            return
        enabled.update(last_run_at=timezone.now() - LONGEST_TURN)
        PeriodicTasks.update_changed()
        self.message_user(request, f"{', '.join(names)}: starts within seconds.", messages.SUCCESS)


@admin.register(CrontabSchedule)
class CrontabScheduleAdmin(ConsoleAdmin):
    """Times of day for tasks. Reached from a task's form."""

    list_display = ("human_readable",)
    fields = ("minute", "hour", "day_of_week", "day_of_month", "month_of_year", "timezone")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Not a page of its own in the overview."""
        return False
