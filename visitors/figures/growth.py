"""How the plants grew in a while, beside what visitors did there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, OuterRef, Subquery

from garden.models import Activity, GrowthLog, Project
from garden.vocabulary import ActivityKind, GrowthStage, ProjectStatus, Whose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from visitors.figures.counting import Sums
    from visitors.figures.windows import Window

MOST: Final = 50  # plants


@dataclass(frozen=True, slots=True)
class GrowthTrend:
    """One plant over a while."""

    project_id: UUID
    name: str
    from_stage: str
    stage: str
    growth_factor: float  # 0–1
    growth_change: float
    vitality: float  # 0–1
    commits: int
    sessions: int  # that saw it
    interactions: int

    @property
    def rungs(self) -> int:
        """How many it climbed; below zero, how many it fell."""
        return GrowthStage(self.stage).rung - GrowthStage(self.from_stage).rung


def growth_trends(window: Window, seen: Mapping[str, Sums], most: int = MOST) -> list[GrowthTrend]:
    """Plants by how much they grew, then by their commits. `seen` are the visits by plant. Two queries."""
    before = GrowthLog.objects.filter(project=OuterRef("pk"), recorded_at__lt=window.since).order_by("-recorded_at")
    standing = Project.objects.filter(is_demo=False).exclude(status=ProjectStatus.PROPOSED)  # a seed is none yet
    plants = standing.values_list(
        "pk",
        "name",
        "growth_stage",
        "growth_factor",
        "vitality",
        Subquery(before.values("new_stage")[:1]),
        Subquery(before.values("growth_factor")[:1]),
    )
    worked = Activity.objects.filter(
        kind=ActivityKind.COMMIT, occurred_at__gte=window.since, occurred_at__lte=window.until
    ).exclude(whose=Whose.BOT)
    commits = dict(worked.order_by().values_list("project_id").annotate(Count("pk")))
    trends = []
    for pk, name, stage, factor, vitality, stage_before, factor_before in plants:
        sums = seen.get(str(pk))
        trends.append(
            GrowthTrend(
                project_id=pk,
                name=name,
                from_stage=stage_before or GrowthStage.SEED,
                stage=stage,
                growth_factor=factor,
                growth_change=factor - (factor_before or 0.0),
                vitality=vitality,
                commits=commits.get(pk, 0),
                sessions=int(sums.sessions) if sums else 0,
                interactions=int(sums.interactions) if sums else 0,
            )
        )
    return sorted(trends, key=lambda one: (-one.growth_change, -one.commits, one.name))[:most]
