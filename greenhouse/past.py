"""The whole garden on one day, from its facts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from garden.engine.plants import plant_on
from skills.stars import sky_on

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from garden.engine.plants import PlantFacts, PlantView
    from skills.stars import SkyFacts, SkyView


@dataclass(frozen=True, slots=True)
class GardenView:
    """What stands and shines in the garden on one day."""

    plants: Sequence[PlantView]
    sky: SkyView


@dataclass(frozen=True, slots=True)
class GardenFacts:
    """All that is known by the end of `today`, of what is public now."""

    today: date
    plants: Sequence[PlantFacts]
    sky: SkyFacts


def garden_at(day: date, facts: GardenFacts) -> GardenView:
    """The garden at the end of a UTC day, plants and stars in today's order.

    Empty before the first fact. Raises `ValueError` for a day after `facts.today`.
    """
    if day > facts.today:
        raise ValueError(f"{day} is not in the past of {facts.today}")
    plants = (plant_on(day, plant, today=facts.today) for plant in facts.plants)
    return GardenView([plant for plant in plants if plant], sky_on(day, facts.sky, today=facts.today))
