"""Plants that change their place: the owner moves some, or has the garden laid anew. Nobody else ever moves a plant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from garden import events
from garden.engine.island import roomiest_radius
from garden.engine.layout import Newcomer, PlacedPlant, obstacles, place_all
from garden.event_types import ProjectChanged
from garden.ground import BarrenGround, as_placed
from garden.locks import lock_rows
from garden.models import Project
from garden.planting import named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from garden.engine.layout import Position


@transaction.atomic
def gather(*, now: datetime, source: str = "owner") -> int:
    """Give every plant a new place, as if all were planted today: on the smallest island that holds them, the grown in
    front. A seed that waits for approval has no place yet. Returns how many moved.
    """
    standing = lock_rows(Project.objects.placed())
    newcomers = [Newcomer(each.genome_seed, each.genome.variant, each.growth) for each in standing]
    return len(_put(zip(standing, place_all(newcomers), strict=True), source=source, now=now))


@transaction.atomic
def move(
    *,
    places: Mapping[UUID, Position],
    now: datetime,
    source: str = "owner",
    seen: Collection[UUID] | None = None,
) -> list[Project]:
    """Put plants where the owner would have them, all of them or none; close company is the owner's choice.

    `seen` are the plants that a helper may know of, to whom what is refused tells of no other. Returns those that
    moved. Who is gone meanwhile, or waits for approval, is left out. Raises `BarrenGround`.
    """
    standing = {project.pk: project for project in lock_rows(Project.objects.placed())}
    wanted = {standing[pk]: at for pk, at in places.items() if pk in standing}
    plants = [PlacedPlant(project.genome.variant, at.x, at.z) for project, at in wanted.items()]
    others = [project for project in standing.values() if project not in wanted]
    staying = [as_placed(project) for project in others if seen is None or project.pk in seen]
    if found := next(filter(None, obstacles(plants, staying)), None):
        raise BarrenGround(found, roomiest_radius(len(plants) + len(staying)))
    return _put(wanted.items(), source=source, now=now)


def _put(places: Iterable[tuple[Project, Position]], *, source: str, now: datetime) -> list[Project]:
    """Write the places of those that are elsewhere, and tell the browsers. Returns them."""
    moved = []
    for project, place in places:
        if (project.position_x, project.position_z) != (place.x, place.z):
            project.position_x, project.position_z = place.x, place.z
            moved.append(project)
    Project.objects.bulk_update(moved, ["position_x", "position_z"])
    for project in moved:
        events.publish_of(project, ProjectChanged(**named(project)), source=source, now=now)
    return moved
