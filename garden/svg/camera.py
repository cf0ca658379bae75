"""The visitor's eye: the scene's camera, fitted so that island and glasshouse lie where the picture wants them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from garden.looks import ISLAND

if TYPE_CHECKING:
    from garden.svg.draw import Point

VIEW = ISLAND.view
STEPS = 24  # halvings in the search for the distance
LARGE_POSITION = (0.08, 0.5, 2.14)  # shares of `VIEW.cap`: where a large island is looked at from, a step further back
LARGE_BEYOND = 1.05  # and how much further for each metre beyond it
LARGE_TARGET = (0.01, -0.1)  # below the light's `look_up`, and in depth
BREADTH = 0.6  # tangent of the half angle that must fit across, whatever the shape of the picture

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Shot:
    """A point of the garden in the picture: pixels, and how many of them a metre is there."""

    x: float
    y: float
    scale: float


class Camera:
    """A pinhole camera for one island and one picture."""

    def __init__(self, radius: float, dome: float, width: float, height: float, *, look_up: float) -> None:
        """`radius` and `dome` (the glasshouse's height) in metres; `look_up` is the light's."""
        self.width, self.height, self.radius = width, height, radius
        aspect, tangent = width / height, math.tan(math.radians(VIEW.wide.field_of_view / 2))
        if radius <= VIEW.cap:
            self.position, target = fitted(radius, dome, aspect, look_up)
        else:
            self.position, target = _across(radius, look_up)
            tangent = max(tangent, BREADTH / aspect)
        self._forward = _unit(_minus(target, self.position))
        self._right = _unit((-self._forward[2], 0.0, self._forward[0]))
        self._up = (
            self._right[1] * self._forward[2] - self._right[2] * self._forward[1],
            self._right[2] * self._forward[0] - self._right[0] * self._forward[2],
            self._right[0] * self._forward[1] - self._right[1] * self._forward[0],
        )
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

    def at_infinity(self, direction: Vector) -> Point:
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


def fitted(radius: float, dome: float, aspect: float, look_up: float) -> tuple[Vector, Vector]:
    """Where the camera stands and what it looks at, for a wide picture of an island up to `VIEW.cap` metres."""
    fit = VIEW.wide
    tangent = math.tan(math.radians(fit.field_of_view / 2))
    highest = fit.crown - VIEW.look_up * (look_up - VIEW.level)
    near, far = VIEW.nearest * radius, VIEW.furthest * radius
    for _ in range(STEPS):
        distance = (near + far) / 2
        above = math.atan((dome + VIEW.headroom - fit.rise * distance) / distance)
        crown = math.tan(above - _pitch(distance, radius)) / tangent
        if crown > highest or _breadth(distance, radius, VIEW.girth) / tangent / aspect > fit.side:
            near = distance
        else:
            far = distance
    x, y, reach = fit.over * far, fit.rise * far, VIEW.reach * far
    shown = _breadth(far, radius, VIEW.reach) / tangent / aspect
    aside = max(0.0, min(VIEW.aside.most, VIEW.aside.share * (VIEW.aside.broad - shown))) * tangent * aspect * far
    target = (-aside, y + math.tan(_pitch(far, radius)) * reach, far - reach)
    return (x - aside, y, far), target


def _pitch(distance: float, radius: float) -> float:
    """How steeply the camera looks (radians, up is positive) so that the rim's front lies where it should."""
    fit = VIEW.wide
    down = math.atan(fit.rise * distance / (distance - radius))
    return math.atan(-fit.foot * math.tan(math.radians(fit.field_of_view / 2))) - down


def _breadth(distance: float, radius: float, girth: float) -> float:
    """Tangent of the half angle under which the island is seen across."""
    return radius * girth / (distance - 0.1 * radius)


def _across(radius: float, look_up: float) -> tuple[Vector, Vector]:
    """The same for a large island, which is looked at across its front rows."""
    beyond = radius - VIEW.cap
    x, y, z = (share * VIEW.cap for share in LARGE_POSITION)
    lower, depth = LARGE_TARGET
    return (x, y, z + LARGE_BEYOND * beyond), (
        0.0,
        (look_up - lower) * VIEW.cap,
        depth * VIEW.cap + VIEW.beyond_cap * beyond,
    )


def _minus(a: Vector, b: Vector) -> Vector:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(sum(part * part for part in vector))
    return vector[0] / length, vector[1] / length, vector[2] / length


def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
