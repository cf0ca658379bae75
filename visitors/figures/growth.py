"""How the plants grew in a while, beside what visitors did there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Count, OuterRef, Subquery

from garden.models import Activity, GrowthLog, Project
from garden.vocabulary import ActivityKind, GrowthStage, ProjectStatus, Whose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from visitors.figures.dashboard import Row
    from visitors.figures.windows import Window

MOST: Final = 50  # plants


@dataclass(frozen=True, slots=True)
class GrowthThen:
    """The same plant in the period before."""

    growth_change: float
    commits: int
    sessions: int | None  # none where the visits of then are not known
    interactions: int | None


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
    before: GrowthThen

    @property
    def rungs(self) -> int:
        """How many it climbed; below zero, how many it fell."""
        return GrowthStage(self.stage).rung - GrowthStage(self.from_stage).rung


def growth_trends(window: Window, seen: Mapping[str, Row], most: int = MOST) -> list[GrowthTrend]:
    """Plants by how much they grew, then by their commits. `seen` are the visits by plant. Three queries."""
    standing = Project.objects.filter(is_demo=False).exclude(status=ProjectStatus.PROPOSED)  # a seed is none yet
    plants = standing.values_list(
        "pk",
        "name",
        "growth_stage",
        "growth_factor",
        "vitality",
        _logged_by(window.since, "new_stage"),
        _logged_by(window.since, "growth_factor"),
        _logged_by(window.before.until, "growth_factor"),
        _logged_by(window.before.since, "growth_factor"),
    )
    commits, commits_then = _commits(window), _commits(window.before)
    trends = []
    for pk, name, stage, factor, vitality, stage_before, factor_before, end_then, begin_then in plants:
        row = seen.get(str(pk))
        then = row.before.sums if row and row.before else None
        is_known = row is not None and (then is not None or row.is_new)
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
                sessions=int(row.sums.sessions) if row else 0,
                interactions=int(row.sums.interactions) if row else 0,
                before=GrowthThen(
                    growth_change=(end_then or 0.0) - (begin_then or 0.0),
                    commits=commits_then.get(pk, 0),
                    sessions=(int(then.sessions) if then else 0) if is_known else None,
                    interactions=(int(then.interactions) if then else 0) if is_known else None,
                ),
            )
        )
    return sorted(trends, key=lambda one: (-one.growth_change, -one.commits, one.name))[:most]


def _logged_by(moment: datetime, field: str) -> Subquery:
    """What a plant's log said last before a moment."""
    rows = GrowthLog.objects.filter(project=OuterRef("pk"), recorded_at__lt=moment).order_by("-recorded_at")
    return Subquery(rows.values(field)[:1])


def _commits(window: Window) -> dict[UUID, int]:
    worked = Activity.objects.filter(
        kind=ActivityKind.COMMIT, occurred_at__gte=window.since, occurred_at__lte=window.until
    ).exclude(whose=Whose.BOT)
    return dict(worked.order_by().values_list("project_id").annotate(Count("pk")))
