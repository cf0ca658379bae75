"""Deployments: a plant blooms from a good one and is looked after with concern for a while after a bad one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from garden.event_types import Deployment
from garden.looks import TEMPO
from garden.vocabulary import ActivityKind, DeploymentEffect, DeploymentStatus

if TYPE_CHECKING:
    from datetime import datetime

    from garden.models import Activity, Project

EVENT_MAX_AGE: Final = timedelta(hours=1)  # an effect of seconds makes no sense for older news
BLOOM_MS, BLOOM_INTENSITY = round(TEMPO.bloom * 1000), 1.0  # of a good one
CONCERN_MS, CONCERN_LEVEL = round(TEMPO.concern.seconds * 1000), TEMPO.concern.level  # of a bad one


def event_of(project: Project, fact: Activity, *, now: datetime) -> Deployment | None:
    """What a new fact means to the open browsers; `None` where it is no deployment, or an old one, or did not end."""
    status = fact.data.get("status")
    if (
        fact.kind != ActivityKind.DEPLOYMENT
        or now - fact.occurred_at >= EVENT_MAX_AGE
        or status not in set(DeploymentStatus)
    ):
        return None
    if status == DeploymentStatus.SUCCESS:
        return Deployment(
            project_id=project.id,
            repository=project.name,
            status=DeploymentStatus.SUCCESS,
            effect=DeploymentEffect.BLOOM,
            duration=BLOOM_MS,
            intensity=BLOOM_INTENSITY,
        )
    return Deployment(
        project_id=project.id,
        repository=project.name,
        status=DeploymentStatus.FAILURE,
        effect=DeploymentEffect.CONCERN,
        duration=CONCERN_MS,
        level=CONCERN_LEVEL,
    )
