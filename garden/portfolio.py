"""The garden at a glance: how far the plants have come, where they go, and what each is of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q, Sum

from garden import selectors
from garden.models import Activity
from garden.vocabulary import ActivityKind, GrowthStage, Whose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from garden.models import Project

STEADY: Final = 0.15  # a momentum nearer to zero is neither rise nor fall


def overview() -> dict[str, Any]:
    """Everything that `garden/portfolio` tells. Two queries."""
    plants = sorted(selectors.garden_projects(), key=lambda plant: (-plant.growth_factor, plant.name, str(plant.pk)))
    commits = sum(plant.commit_count for plant in plants)
    momenta = [plant.momentum for plant in plants]
    return {
        "plants": len(plants),
        "stages": {stage: sum(plant.growth_stage == stage for plant in plants) for stage in GrowthStage},
        "momentum": {
            "mean": sum(momenta) / len(momenta) if momenta else 0.0,
            "rising": sum(momentum > STEADY for momentum in momenta),
            "steady": sum(-STEADY <= momentum <= STEADY for momentum in momenta),
            "falling": sum(momentum < -STEADY for momentum in momenta),
        },
        "next_stages": sorted(filter(None, map(_next_stage, plants)), key=lambda one: (one["day"], one["name"])),
        "totals": _totals(plants),
        "projects": [
            {
                "project_id": plant.pk,
                "slug": plant.slug,
                "name": plant.name,
                "growth_stage": plant.growth_stage,
                "growth_factor": plant.growth_factor,
                "vitality": plant.vitality,
                "momentum": plant.momentum,
                "commits": plant.commit_count,
                "share": round(plant.commit_count / commits, 4) if commits else 0.0,
            }
            for plant in plants
        ],
    }


def _next_stage(plant: Project) -> Mapping[str, Any] | None:
    """What is forecast of a plant, where a day can be named."""
    forecast = selectors.forecast_of(plant)
    if not forecast.get("day"):
        return None
    return {
        "project_id": plant.pk,
        "name": plant.name,
        "growth_stage": plant.growth_stage,
        "next_stage": forecast["stage"],
        "day": forecast["day"],
        "days": forecast["days"],
        "error_days": forecast["error_days"],
    }


def _totals(plants: Sequence[Project]) -> dict[str, Any]:
    commit = Q(kind=ActivityKind.COMMIT)
    counted = Activity.objects.shown().aggregate(
        imported=Count("id", filter=commit),
        owner=Count("id", filter=commit & Q(whose=Whose.OWNER)),
        others=Count("id", filter=commit & Q(whose=Whose.OTHER)),
        bots=Count("id", filter=commit & Q(whose=Whose.BOT)),
        assisted=Count("id", filter=commit & Q(whose=Whose.OWNER, assisted=True)),
        pull_requests=Count("id", filter=Q(kind=ActivityKind.PULL_REQUEST)),
        issues=Count("id", filter=Q(kind=ActivityKind.ISSUE)),
        releases=Count("id", filter=Q(kind=ActivityKind.RELEASE)),
        deployments=Count("id", filter=Q(kind=ActivityKind.DEPLOYMENT)),
        coding=Sum("amount", filter=Q(kind=ActivityKind.CODING), default=0.0),
    )
    whose = {name: counted.pop(name) for name in ("owner", "others", "bots", "assisted")}
    earlier = sum(plant.earlier_commits for plant in plants)
    return {
        "commits": {"all": counted.pop("imported") + earlier, **whose},
        "coding_hours": round(counted.pop("coding") / 3600, 1),
        **counted,
        "lines_of_code": sum(plant.lines_of_code for plant in plants),
        "stars": sum(plant.stars for plant in plants),
        "forks": sum(plant.forks for plant in plants),
        "visitor_interactions": sum(plant.visitor_interactions for plant in plants),
    }
