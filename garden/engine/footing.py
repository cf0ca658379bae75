"""How plants would stand where their owner would have them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from garden.engine.layout import gap, obstacles

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from garden.engine.layout import Obstacle, PlacedPlant

Key = TypeVar("Key", bound="Hashable")


@dataclass(frozen=True, slots=True)
class Footing(Generic[Key]):
    """What keeps a plant from standing somewhere, and whose room it takes there; `None` where nothing and nobody's."""

    obstacle: Obstacle | None
    crowds: Key | None


def footings(wanted: Mapping[Key, PlacedPlant], staying: Mapping[Key, PlacedPlant]) -> dict[Key, Footing[Key]]:
    """Of each plant that is wanted elsewhere, beside those that stay and each other."""
    found = obstacles(list(wanted.values()), list(staying.values()))
    everybody = {**staying, **wanted}
    return {key: Footing(obstacle, _crowded(key, everybody)) for key, obstacle in zip(wanted, found, strict=True)}


def _crowded(key: Key, everybody: Mapping[Key, PlacedPlant]) -> Key | None:
    """The plant that this one reaches into furthest."""
    plant = everybody[key]
    gaps = {
        other: room
        for other, neighbour in everybody.items()
        if other != key and (room := gap(plant.variant, plant.x, plant.z, neighbour)) < 0
    }
    return min(gaps, key=lambda other: gaps[other], default=None)
