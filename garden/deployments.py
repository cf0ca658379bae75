"""Deployments: a plant blooms from a good one and is looked after with concern for a while after a bad one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from garden import events, services
from garden.event_types import Deployment
from garden.vocabulary import DeploymentEffect, DeploymentStatus

if TYPE_CHECKING:
    from datetime import datetime

    from garden.drafts import ActivityDraft
    from garden.models import Project

DEPLOYMENT_IS_RECENT = timedelta(hours=1)  # an effect of seconds makes no sense for older news
BLOOM_MS, BLOOM_INTENSITY = 30_000, 1.0  # of a good one
CONCERN_MS, CONCERN_LEVEL = 10_000, 0.6  # of a bad one


@transaction.atomic
def record_deployment(
    *, project: Project, draft: ActivityDraft, status: DeploymentStatus, source: str, now: datetime
) -> bool:
    """Keep one finished deployment and let the open browsers see it. Returns whether it was not known before."""
    recorded = services.record_activities(project=project, drafts=[draft], source=source, now=now)
    if recorded.new and now - draft.occurred_at < DEPLOYMENT_IS_RECENT:
        events.publish_of(project, _event(project, status), source=source, now=now)
    return bool(recorded.new)


def _event(project: Project, status: DeploymentStatus) -> Deployment:
    if status == DeploymentStatus.SUCCESS:
        return Deployment(
            project_id=project.id,
            repository=project.name,
            status=status,
            effect=DeploymentEffect.BLOOM,
            duration=BLOOM_MS,
            intensity=BLOOM_INTENSITY,
        )
    return Deployment(
        project_id=project.id,
        repository=project.name,
        status=status,
        effect=DeploymentEffect.CONCERN,
        duration=CONCERN_MS,
        level=CONCERN_LEVEL,
    )
