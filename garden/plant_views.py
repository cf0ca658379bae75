"""The plants that everyone sees, read as what it takes to draw and to name them."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from garden import selectors
from garden.engine.genome import express
from garden.engine.layout import Position
from garden.engine.plants import PlantFacts, PlantView
from garden.vocabulary import GrowthStage, PlantType, ProjectStatus, Visibility

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from garden.engine.life import DayTally


class _Row(NamedTuple):
    """What is read of a project; whole ones are thrice the work, and in a garden of thousands most of it."""

    id: UUID
    slug: str
    name: str
    plant_type: str
    genome_seed: int
    technologies: Sequence[str]
    languages: Mapping[str, int]
    position_x: float
    position_z: float
    position_y: float
    growth_stage: str
    growth_factor: float
    stage_progress: float
    vitality: float
    commit_count: int
    assisted_share: float
    visibility: str
    status: str


_fields_of: Final = attrgetter(*_Row._fields)


def plants(now: datetime) -> list[PlantView]:
    """The plants as they stand now, featured ones first. Two queries."""
    return _views(selectors.commit_heat(now))


def drawn_plants() -> list[PlantView]:
    """The same, their beds cold, as the drawings have them. One query."""
    return _views({})


def _views(heat: Mapping[UUID, float]) -> list[PlantView]:
    rows = map(_Row._make, selectors.shown_in_order().values_as_shown(*_Row._fields))
    return [_view(row, heat.get(row.id, 0.0)) for row in rows]


def plant_facts(tallies: Mapping[UUID, Sequence[DayTally]]) -> list[PlantFacts]:
    """The same with all that their growth is worked out from; `tallies` are those of all disclosed. One query."""
    return [
        PlantFacts(_view(_Row(*_fields_of(project.as_shown())), 0.0), selectors.portrait_of(project, known), known)
        for project in selectors.shown_in_order()
        for known in [tallies.get(project.pk, ())]
    ]


def _view(row: _Row, commit_heat: float) -> PlantView:
    kind = PlantType(row.plant_type)
    return PlantView(
        id=row.id,
        slug=row.slug,
        name=row.name,
        plant_type=kind,
        genome=express(seed=row.genome_seed, plant_type=kind, technologies=row.technologies, languages=row.languages),
        position=Position(row.position_x, row.position_z, row.position_y),
        growth_stage=GrowthStage(row.growth_stage),
        growth_factor=row.growth_factor,
        stage_progress=row.stage_progress,
        vitality=row.vitality,
        commit_count=row.commit_count,
        commit_heat=commit_heat,
        assisted_share=row.assisted_share,
        anonymous=row.visibility == Visibility.ANONYMOUS,
        featured=row.status == ProjectStatus.FEATURED,
    )
