"""Deployments: a plant blooms from a good one and is looked after with concern for a while after a bad one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from garden import events, services
from garden.vocabulary import DeploymentStatus, EventType

if TYPE_CHECKING:
    from datetime import datetime

    from garden.drafts import ActivityDraft
    from garden.models import Project

DEPLOYMENT_IS_RECENT = timedelta(hours=1)  # an effect of seconds makes no sense for older news
EFFECTS = {
    DeploymentStatus.SUCCESS: {"effect": "bloom", "duration": events.BLOOM_MS, "intensity": 1.0},
    DeploymentStatus.FAILURE: {"effect": "concern", "duration": events.CONCERN_MS, "level": events.CONCERN_LEVEL},
}


@transaction.atomic
def record_deployment(
    *, project: Project, draft: ActivityDraft, status: DeploymentStatus, source: str, now: datetime
) -> bool:
    """Keep one finished deployment and let the open browsers see it. Returns whether it was not known before."""
    recorded = services.record_activities(project=project, drafts=[draft], source=source, now=now)
    if recorded.new and now - draft.occurred_at < DEPLOYMENT_IS_RECENT:
        data = {"repository": project.name, "status": status, **EFFECTS[status]}
        events.publish_of(project, EventType.DEPLOYMENT, data, source=source, now=now)
    return bool(recorded.new)
