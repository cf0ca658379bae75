"""Where a plant may stand, beside those that have a place already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from garden.engine.island import RADIUS, roomiest_radius
from garden.engine.layout import Newcomer, Obstacle, PlacedPlant, nearest_free, obstacles, place, standing_radius
from garden.models import Project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from garden.engine.layout import Position

WORDS: Final = {Obstacle.RIM: "off the island", Obstacle.PATH: "on the path", Obstacle.POND: "in the pond"}


def refusal(obstacle: Obstacle) -> str:
    """What keeps a plant from standing at a place, as a sentence."""
    return f"Nothing can stand there: it is {WORDS[obstacle]}."


class BarrenGround(Exception):
    """Nothing can stand at a place."""

    def __init__(self, obstacle: Obstacle, radius: float) -> None:
        super().__init__(
            f"{refusal(obstacle)} The island ends {radius * RADIUS.rim:.1f} m from its middle at the furthest."
        )


def check_ground(variant: str, at: Position, *, beside: Sequence[PlacedPlant]) -> None:
    """See that the ground at a place can bear a form beside others. Raises `BarrenGround`."""
    (obstacle,) = obstacles([PlacedPlant(variant, at.x, at.z)], beside)
    if obstacle is not None:
        raise BarrenGround(obstacle, roomiest_radius(len(beside) + 1))


def standing_beside(project: Project | None = None, *, among: QuerySet[Project] | None = None) -> list[PlacedPlant]:
    """The plants that have a place, but for one. One query.

    `among` those that the asker may know of, where that is not the owner: neither a refusal nor the place that is found
    instead says then that there are others.
    """
    others = Project.objects.placed() if among is None else Project.objects.placed().filter(pk__in=among.values("pk"))
    return [as_placed(other) for other in (others.exclude(pk=project.pk) if project else others)]


def as_placed(project: Project) -> PlacedPlant:
    """A project where it stands."""
    return PlacedPlant(project.genome.variant, project.position_x, project.position_z)


def assign_position(
    project: Project, wanted: Position | None = None, *, among: QuerySet[Project] | None = None
) -> None:
    """Give a project a free place on the island, the nearest to `wanted` where that is given. Nobody else moves."""
    others, variant = standing_beside(project, among=among), project.genome.variant
    spot = nearest_free(variant, wanted, others) if wanted else None
    if spot is None:
        radius = standing_radius(others, and_also=[variant])
        spot = place(Newcomer(seed=project.genome_seed, variant=variant), others, radius=radius)
    project.position_x, project.position_z = spot.x, spot.z
