"""What became of the plants since a visitor was here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, F

from garden.models import Activity, GrowthLog, Project
from garden.vocabulary import ActivityKind, GrowthStage, PlantType, Whose, stage_label
from visitors.suggestions import Growth

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def growth_since(since: datetime) -> dict[UUID, Growth]:
    """Of the plants that everyone may name, those that were planted, climbed or were worked on since. Three queries."""
    climbs = (
        GrowthLog.objects.filter(project__in=Project.objects.in_garden(), recorded_at__gt=since, backfilled=False)
        .exclude(previous_stage=F("new_stage"))
        .order_by("recorded_at")
        .values_list("project_id", "previous_stage", "new_stage")
    )
    rungs: dict[UUID, tuple[str, str]] = {}
    for pk, before, after in climbs:
        rungs[pk] = (rungs[pk][0] if pk in rungs else before, after)
    made = Activity.objects.public().filter(kind=ActivityKind.COMMIT, occurred_at__gt=since).exclude(whose=Whose.BOT)
    commits = dict(made.order_by().values_list("project_id").annotate(Count("pk")))
    plants = Project.objects.in_garden().filter(is_demo=False)
    return {
        pk: _growth(PlantType(kind), stage, rungs.get(pk), commits.get(pk, 0), is_new=created > since)
        for pk, kind, stage, created in plants.values_list("pk", "plant_type", "growth_stage", "created_at")
        if pk in rungs or pk in commits or created > since
    }


def _growth(kind: PlantType, stage: str, rungs: tuple[str, str] | None, commits: int, *, is_new: bool) -> Growth:
    before, after = rungs or (stage, stage)
    label = (stage_label(kind, GrowthStage(one)).replace("_", " ") if one else "" for one in (before, after))
    from_stage, to_stage = label
    return Growth("" if is_new else from_stage or to_stage, to_stage, commits)
