"""The visitor's eye: the scene's camera, a step further back, so that the whole island floats in the picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from garden.looks import ISLAND

if TYPE_CHECKING:
    from garden.svg.draw import Point

VIEW = ISLAND.view
BREADTH = 0.6  # tangent of the half angle that must fit across, whatever the shape of the picture


@dataclass(frozen=True, slots=True)
class Shot:
    """A point of the garden in the picture: pixels, and how many of them a metre is there."""

    x: float
    y: float
    scale: float


class Camera:
    """A pinhole camera for one island and one picture."""

    def __init__(self, radius: float, width: float, height: float, *, lift: float = 0.26) -> None:
        near = min(radius, VIEW.cap)
        extra = max(0.0, radius - VIEW.cap)
        aspect = width / height
        portrait = aspect < 1.2
        self.width, self.height, self.radius = width, height, radius
        self.position = (0.08 * near, (0.62 if portrait else 0.5) * near, 2.14 * near + 1.05 * extra)
        target = (0.0, (lift - (0.1 if portrait else 0.0)) * near, VIEW.target_depth * near + VIEW.beyond_cap * extra)
        self._forward = _unit(tuple(t - p for t, p in zip(target, self.position, strict=True)))
        self._right = _unit((-self._forward[2], 0.0, self._forward[0]))
        self._up = (
            self._right[1] * self._forward[2] - self._right[2] * self._forward[1],
            self._right[2] * self._forward[0] - self._right[0] * self._forward[2],
            self._right[0] * self._forward[1] - self._right[1] * self._forward[0],
        )
        tangent = max(math.tan(math.radians(VIEW.field_of_view / 2)), (0.5 if portrait else BREADTH) / aspect)
        self.focal = height / 2 / tangent

    def see(self, x: float, y: float, z: float) -> Shot:
        """A point in metres. Points behind the eye are pressed against it."""
        offset = (x - self.position[0], y - self.position[1], z - self.position[2])
        depth = max(0.4, _dot(offset, self._forward))
        scale = self.focal / depth
        return Shot(
            self.width / 2 + _dot(offset, self._right) * scale, self.height / 2 - _dot(offset, self._up) * scale, scale
        )

    def point(self, x: float, y: float, z: float) -> Point:
        """The same without its scale."""
        shot = self.see(x, y, z)
        return shot.x, shot.y

    def at_infinity(self, direction: tuple[float, float, float]) -> Point:
        """Where in the picture, or beside it, lies what is seen in a direction of the front half of the sky."""
        depth = max(0.1 * math.hypot(*direction), _dot(direction, self._forward))
        across, up = _dot(direction, self._right), _dot(direction, self._up)
        return self.width / 2 + across / depth * self.focal, self.height / 2 - up / depth * self.focal

    def sky(self, share: float) -> float:
        """The height in the picture of a place in the sky: 0 at the hills' crest, 1 at the picture's upper edge."""
        return self.elevation(0.04) * (1 - share)

    def elevation(self, angle: float) -> float:
        """The height in the picture (pixels from the top) of what stands so many radians above the horizon."""
        pitch = math.asin(self._forward[1])
        return self.height / 2 - math.tan(max(-1.2, min(1.2, angle - pitch))) * self.focal


def _unit(vector: tuple[float, ...]) -> tuple[float, float, float]:
    length = math.sqrt(sum(part * part for part in vector))
    return vector[0] / length, vector[1] / length, vector[2] / length


def _dot(a: tuple[float, float, float], b: tuple[float, float, float]) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
