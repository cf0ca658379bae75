"""Work that is going on this moment makes a plant livelier for a day, and never larger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from garden import services
from garden.engine import growth
from garden.locks import lock_row

if TYPE_CHECKING:
    from datetime import datetime

    from garden.models import Project

WORTH_A_WRITE = 0.01  # of vitality; the rest of a boost is renewed only as it nears its end


@transaction.atomic
def boost(*, project: Project, activity: float, now: datetime, source: str) -> None:
    """Add to a plant's vitality by how intense the work on it is, 0–1, for a day from now on."""
    lock_row(project)
    amount = round(growth.boost_of(activity), 3)
    fresh = project.boosted_at is not None and now - project.boosted_at < growth.BOOST_LASTS / 24
    if fresh and amount - project.boost < WORTH_A_WRITE:
        return
    project.boost, project.boosted_at = amount, now
    project.save(update_fields=["boost", "boosted_at"])
    services.grow(project=project, now=now, source=source)
