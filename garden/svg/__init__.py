"""The garden in two dimensions: poster before the scene, view without WebGL or scripts, picture for previews."""

from __future__ import annotations

from garden.svg.garden import garden_svg
from garden.svg.light import Light, light_for
from garden.svg.painter import DrawnPlant, forms, radius_of, redrawn
from garden.svg.plants import plant_group, plant_shadow, plant_svg
from garden.svg.portrait import portrait_svg

__all__ = [
    "DrawnPlant",
    "Light",
    "forms",
    "garden_svg",
    "light_for",
    "plant_group",
    "plant_shadow",
    "plant_svg",
    "portrait_svg",
    "radius_of",
    "redrawn",
]
