"""What the owner hopes for: goals and funnels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.forms import Textarea
from django.utils import timezone

from garden.admin.base import ConsoleAdmin
from visitors.figures.funnels import funnels, reach
from visitors.figures.windows import DateRange, Window
from visitors.models import Funnel, Goal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Field
    from django.http import HttpRequest


def month() -> Window:
    """The while that the lists tell of."""
    return Window.of(DateRange.MONTH, timezone.now())


class Told(ChangeList):
    """A list whose rows know what the figures tell of them: asked once for all that a page shows."""

    def get_results(self, request: HttpRequest) -> None:
        """The rows, each with its `told`."""
        super().get_results(request)
        rows = list(self.result_list)
        found: Sequence[Any] = reach(rows, month()) if self.model is Goal else funnels(rows, month())
        for row, told in zip(rows, found, strict=True):
            row.told = told
        self.result_list = rows


@admin.register(Goal)
class GoalAdmin(ConsoleAdmin):
    """One line a goal."""

    when_empty = "A goal is what you hope visitors do, such as opening a plant. Journeys shows how many did."
    list_display = ("name", "mark", "reached")
    fields = ("name", "mark")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Told

    @admin.display(description="Reached in 30 days")
    def reached(self, goal: Any) -> str:
        """How many visits, and which part of all."""
        return f"{goal.told.count:,} ({goal.told.rate:.0%})"


@admin.register(Funnel)
class FunnelAdmin(ConsoleAdmin):
    """One line a step."""

    when_empty = (
        "A funnel is a row of steps, such as the front page, a plant, watering. Journeys shows how far visits come."
    )
    list_display = ("name", "came_through")
    fields = ("name", "slug", "steps")
    prepopulated_fields = {"slug": ("name",)}

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Room for the lines."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "steps" and isinstance(field.widget, Textarea):
            field.widget.attrs["rows"] = 8
        return field

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Told

    @admin.display(description="In 30 days")
    def came_through(self, which: Any) -> str:
        """How many visits took the first step, and how many of these the last."""
        steps = which.told.steps
        return f"{steps[0].reached.count:,} → {steps[-1].reached.count:,} ({steps[-1].reached.of_first:.0%})"
