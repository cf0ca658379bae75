"""Plants as the pages list them: values ready for a template, no query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.words import ago
from garden.engine.island import FOOTPRINTS
from garden.svg import DrawnPlant
from garden.vocabulary import PlantType
from greenhouse.site.words import percent, stage_words, vitality_word

if TYPE_CHECKING:
    from datetime import datetime

    from garden.engine.plants import PlantView
    from garden.models import Project

TECHNOLOGIES_ON_A_CARD = 4
SMALLEST_SHARE = 0.30  # of its full measure: a seedling's, as the drawings have it
BELOW_FOOT = 0.13  # of the frame: the ground before a tall plant
BELOW_LOW_FOOT = 0.22  # the same for low plants, whose leaves spread towards the visitor
SMALLEST_FRAME = 130.0  # centimetres: a seed is shown small, but shown


@dataclass(frozen=True, slots=True)
class Card:
    """One plant of the list."""

    id: str
    slug: str
    name: str
    url: str  # empty for one without a page
    description: str
    stage: str  # the rung, for filtering
    stage_words: str
    plant_type: str
    growth: str  # "64%"
    growth_width: int  # the same for a bar of 100
    vitality: str
    last_activity: datetime | None
    last_activity_words: str
    technologies: list[str]
    is_featured: bool
    is_demo: bool
    frame: str  # what of the plant's drawing in the garden its small picture shows
    haystack: str  # what a search looks through, lower case
    form: str  # the id of the drawing that its small picture shows


def card(project: Project, now: datetime, *, in_picture: bool = True) -> Card:
    """A project as a card. Its own form is in the garden's picture, or else on the list's own sheet of forms."""
    technologies = project.technologies[:TECHNOLOGIES_ON_A_CARD]
    return Card(
        id=str(project.id),
        slug=project.slug,
        name=project.name,
        url="" if project.anonymous else project.get_absolute_url(),
        description=project.description,
        stage=project.growth_stage,
        stage_words=stage_words(project.stage_label),
        plant_type=project.plant_type,
        growth=percent(project.growth_factor),
        growth_width=round(project.growth_factor * 100),
        vitality=vitality_of(project),
        last_activity=project.last_activity_at,
        last_activity_words=ago(project.last_activity_at, now) if project.last_activity_at else "",
        technologies=technologies,
        is_featured=project.featured,
        is_demo=project.is_demo,
        frame=_frame(drawn(project)),
        haystack=haystack(project),
        form=f"{'form' if in_picture else 'own'}-{project.slug}",
    )


def haystack(project: Project) -> str:
    """What a search looks through, in lower case."""
    searched = [project.name, project.description, project.plant_type, project.stage_label, *project.technologies]
    return " ".join(str(part) for part in searched).casefold()


def drawn(plant: PlantView | Project) -> DrawnPlant:
    """A plant as the drawings take it."""
    return DrawnPlant(
        slug=plant.slug,
        name=plant.name,
        genome=plant.genome,
        growth=plant.growth,
        vitality=plant.vitality,
        x=plant.position.x,
        z=plant.position.z,
        stage_label=stage_words(plant.stage_label),
        has_page=not plant.anonymous,
        assisted_share=0.0 if plant.anonymous else plant.assisted_share,
        featured=plant.featured and not plant.anonymous,
    )


def _frame(plant: DrawnPlant) -> str:
    """A square view box, in centimetres with the plant's foot at (0, 0), that just holds the plant as it is now."""
    reach, height = FOOTPRINTS[plant.genome.variant]
    is_climber = plant.genome.kind is PlantType.VINE  # its trellis stands from the first day
    grown = 1.0 if is_climber else SMALLEST_SHARE + (1 - SMALLEST_SHARE) * plant.growth**2 * (3 - 2 * plant.growth)
    side = max(SMALLEST_FRAME, max(height * 1.2, reach * 2.5) * 100 * grown + 30)
    below = BELOW_FOOT if height > 2 * reach else BELOW_LOW_FOOT
    return f"{-side / 2:.0f} {side * (below - 1):.0f} {side:.0f} {side:.0f}"


def vitality_of(project: Project) -> str:
    """How alive a project's plant is, in a word. One in which nothing was done yet is neither thriving nor resting."""
    return vitality_word(project.vitality) if project.last_activity_at else "waiting for its first day"
