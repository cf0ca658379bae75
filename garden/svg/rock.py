"""The rock that the island floats on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from garden.engine.genome import Rng
from garden.looks import ISLAND
from garden.svg.colour import mix
from garden.svg.draw import Point, Sketch, crisp, polygon
from garden.vocabulary import Season

if TYPE_CHECKING:
    from collections.abc import Sequence

    from garden.engine.island import Terrain
    from garden.svg.camera import Camera
    from garden.svg.light import Light

ROCK_DARK, ROCK_LIGHT = "#2d2428", "#9c8779"


def draw_rock(ground: Sketch, terrain: Terrain, camera: Camera, light: Light, season: Season) -> None:
    """The underside, in flat facets between rings that grow smaller downwards."""
    rng, deep = Rng(44), terrain.radius / 10
    tones = [light.lit(mix(ROCK_DARK, ROCK_LIGHT, share / 6)) for share in range(7)]
    if season is Season.WINTER:
        tones = [mix(tone, light.lit("#b9c6da"), 0.22) for tone in tones]
    start, slices = -0.4, 18
    rings = []
    for row, below in enumerate(ISLAND.rock):
        ring = []
        for index in range(slices + 1):
            angle = start + index / slices * (math.pi - 2 * start)
            rough = 1 + (0.06 * rng.bell() if row else 0.0)
            radius = terrain.edge(angle) * below.share * rough
            ring.append(
                (
                    math.cos(angle) * radius,
                    (below.drop + 0.24 * rng.bell()) * deep if row else -0.1,
                    math.sin(angle) * radius,
                )
            )
        rings.append(ring)
    facets: dict[str, list[str]] = {}
    for row in range(len(rings) - 1):
        for index in range(slices):
            corners = (rings[row][index], rings[row][index + 1], rings[row + 1][index + 1], rings[row + 1][index])
            angle = start + (index + 0.5) / slices * (math.pi - 2 * start)
            side = math.cos(angle) * (1 if light.lit_from_right else -1)
            for first, last, extra in ((0, 2, 0.3), (2, 4, -0.3)):
                step = 3.6 + side * 1.7 - row * 0.42 + 2 * extra + rng.bell() * 1.7
                tone = tones[max(0, min(6, round(step)))]
                seen = [crisp(camera.point(*corners[which % 4])) for which in (first, first + 1, last)]
                if _faces_visitor(seen):
                    facets.setdefault(tone, []).append(polygon(seen))
    _draw_splinters(ground, terrain, camera, light, deep)
    for tone, shapes in facets.items():
        ground.markup(f'<path fill="{tone}" stroke="{tone}" stroke-width=".7" d="{"".join(shapes)}"/>')


def _draw_splinters(ground: Sketch, terrain: Terrain, camera: Camera, light: Light, deep: float) -> None:
    """Splinters that hang in the air below the island."""
    for x, y, size in (
        (-0.52, -5.6, 0.42),
        (-0.4, -7.0, 0.22),
        (0.5, -6.0, 0.3),
        (0.36, -8.0, 0.5),
        (-0.16, -9.4, 0.28),
    ):
        shot = camera.see(x * terrain.radius, y * deep, 0.2 * terrain.radius)
        tone = light.lit(mix(ROCK_DARK, ROCK_LIGHT, 0.5), 0.5)
        ground.stamp("rock", shot.x, shot.y, size * deep * shot.scale, tone, mirror=light.lit_from_right)
        ground.stamp("rock", shot.x, shot.y, size * 0.9 * deep * shot.scale, mix(tone, light.shadow, 0.4), squash=-1.5)


def _faces_visitor(triangle: Sequence[Point]) -> bool:
    """Whether its corners run the way round that an outer face of the rock shows."""
    (ax, ay), (bx, by), (cx, cy) = triangle
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax) < 0
