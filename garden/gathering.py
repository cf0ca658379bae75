"""The garden laid anew, when its owner wants that: nobody else ever moves a plant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from garden import events
from garden.event_types import ProjectChanged
from garden.layout import Newcomer, place_all
from garden.models import Project
from garden.planting import named
from garden.vocabulary import ProjectStatus

if TYPE_CHECKING:
    from datetime import datetime


@transaction.atomic
def gather(*, now: datetime, source: str = "owner") -> int:
    """Give every plant a new place, as if all were planted today: on the smallest island that holds them, the grown in
    front. A seed that waits for approval has no place yet. Returns how many moved.
    """
    standing = list(Project.objects.select_for_update().exclude(status=ProjectStatus.PROPOSED).order_by("pk"))
    newcomers = [Newcomer(each.genome_seed, each.genome.variant, each.growth) for each in standing]
    moved = []
    for project, place in zip(standing, place_all(newcomers), strict=True):
        if (project.position_x, project.position_z) != (place.x, place.z):
            project.position_x, project.position_z = place.x, place.z
            moved.append(project)
    Project.objects.bulk_update(moved, ["position_x", "position_z"])
    for project in moved:
        events.publish_of(project, ProjectChanged(**named(project)), source=source, now=now)
    return len(moved)
