"""What was done lately, counted by day and by plant."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count

from garden.grouping import UtcDate
from garden.models import Activity, Project
from garden.vocabulary import ActivityKind, Whose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

COUNTED: Final[Mapping[str, str]] = {
    ActivityKind.COMMIT: "commits",
    ActivityKind.PULL_REQUEST: "pull_requests",
    ActivityKind.ISSUE: "issues",
    ActivityKind.RELEASE: "releases",
}
BOTS_COMMITS: Final = "bots_commits"
FIGURES: Final = (*COUNTED.values(), BOTS_COMMITS)


def counted(*, now: datetime, days: int) -> dict[str, Any]:
    """The facts of so many UTC days, today included, of plants that everyone sees. Two queries.

    By day without gaps, oldest first; by project, of those that may be named, the busiest first.
    """
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=days - 1)
    rows = (
        Activity.objects.shown()
        .filter(kind__in=COUNTED, occurred_at__gte=datetime.combine(first, time(), UTC), occurred_at__lte=now)
        .annotate(day=UtcDate("occurred_at"))
        .order_by()
        .values_list("project_id", "day", "kind", "whose")
        .annotate(facts=Count("id"))
    )
    by_day = {first + timedelta(days=day): Counter[str]() for day in range(days)}
    by_project: dict[UUID, Counter[str]] = {}
    totals = Counter[str]()
    for project, day, kind, whose, facts in rows:
        is_bots = kind == ActivityKind.COMMIT and whose == Whose.BOT
        for figures in (by_day[day], by_project.setdefault(project, Counter()), totals):
            figures[BOTS_COMMITS if is_bots else COUNTED[kind]] += facts
    named = Project.objects.in_garden().filter(pk__in=by_project)  # of others their part in the whole is enough
    told = [
        {"project_id": plant.pk, "slug": plant.slug, "project": plant.name, **_figures(by_project[plant.pk])}
        for plant in named
    ]
    return {
        "since": first,
        "until": today,
        "totals": _figures(totals),
        "by_day": [{"day": day, **_figures(figures)} for day, figures in by_day.items()],
        "by_project": sorted(told, key=lambda one: (-one["commits"], one["project"], str(one["project_id"]))),
    }


def _figures(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in FIGURES}
