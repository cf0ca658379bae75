"""Where a plant may stand, beside those that have a place already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from garden.island import RADIUS, roomiest_radius
from garden.layout import Newcomer, PlacedPlant, is_allowed, nearest_free, place, standing_radius
from garden.models import Project
from garden.vocabulary import ProjectStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from garden.layout import Position


class BarrenGround(Exception):
    """Nothing can stand at a place."""

    def __init__(self, radius: float) -> None:
        super().__init__(
            f"Nothing can stand there: it is in the pond, on the path, or off the island, which ends "
            f"{radius * RADIUS.rim:.1f} m from its middle."
        )


def check_ground(variant: str, at: Position, *, beside: Sequence[PlacedPlant]) -> None:
    """See that the ground at a place can bear a form beside others. Raises `BarrenGround`."""
    if not is_allowed(variant, at, beside):
        raise BarrenGround(roomiest_radius(len(beside) + 1))


def standing_beside(project: Project | None = None) -> list[PlacedPlant]:
    """The plants that have a place, but for one. One query."""
    others = Project.objects.exclude(status=ProjectStatus.PROPOSED)
    others = others.exclude(pk=project.pk) if project else others
    return [PlacedPlant(other.genome.variant, other.position_x, other.position_z) for other in others]


def assign_position(project: Project, wanted: Position | None = None) -> None:
    """Give a project a free place on the island, the nearest to `wanted` where that is given. Nobody else moves."""
    others, variant = standing_beside(project), project.genome.variant
    spot = nearest_free(variant, wanted, others) if wanted else None
    if spot is None:
        radius = standing_radius(others, and_also=variant)
        spot = place(Newcomer(seed=project.genome_seed, variant=variant), others, radius=radius)
    project.position_x, project.position_z = spot.x, spot.z
