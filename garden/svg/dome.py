"""The glasshouse over the island: ribs, hoops, a shimmer of glass, and lights strung along the ribs after dark."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from garden.svg.colour import mix
from garden.svg.draw import Point, Sketch, coordinates, curve, fraction, number, polygon

if TYPE_CHECKING:
    from garden.svg.camera import Camera
    from garden.svg.light import Light

RIBS = 12
SPAN = 1.92  # radians to either side of the rear: the front is open to the visitor
HOOPS = (0.26, 0.5, 0.72)
WOOD = "#e9efe6"


class Dome:
    """The glasshouse of one island in one picture."""

    def __init__(self, radius: float, camera: Camera, light: Light, prefix: str) -> None:
        self.radius, self.camera, self.light, self.prefix = radius, camera, light, prefix
        self.front = -math.cos(SPAN) * radius * 0.985  # z of the two outermost ribs' feet

    def _at(self, angle: float, rise: float) -> tuple[float, float, float]:
        height, up = min(7.6, self.radius * 0.86), rise * math.pi / 2
        out = self.radius * 0.985 * max(0.0, math.cos(up)) ** 0.72
        return math.cos(angle) * out, height * math.sin(up), math.sin(angle) * out

    def _rib(self, index: int) -> float:
        return -math.pi / 2 - SPAN + 2 * SPAN * index / RIBS

    def _line(self, angle: float) -> list[Point]:
        return [self.camera.point(*self._at(angle, step / 12)) for step in range(13)]

    def gradients(self) -> str:
        """Definitions that the drawing refers to."""
        tint = mix(self.light.disc_colour, "#ffffff", 0.5)
        return (
            f'<linearGradient id="{self.prefix}glass" x1="{1 if self.light.lit_from_right else 0}" '
            f'x2="{0 if self.light.lit_from_right else 1}" y2="1">'
            f'<stop stop-color="{tint}" stop-opacity=".26"/><stop offset=".45" stop-color="{tint}" stop-opacity=".05"/>'
            f'<stop offset="1" stop-color="{tint}" stop-opacity=".12"/></linearGradient>'
            f'<radialGradient id="{self.prefix}warm"><stop stop-color="#ffb46a" stop-opacity=".55"/><stop '
            f'offset="1" stop-color="#ff9a4a" stop-opacity="0"/></radialGradient>'
        )

    def behind(self) -> str:
        """What stands behind the plants: glass, inner ribs and hoops."""
        dark, light = self._tones()
        frame = Sketch(self.prefix)
        outline = [*self._line(self._rib(0)), *reversed(self._line(self._rib(RIBS)))]
        rear = [
            self.camera.point(*self._at(self._rib(RIBS) + (self._rib(0) - self._rib(RIBS)) * step / 24, 0.0))
            for step in range(25)
        ]
        frame.markup(f'<path fill="url(#{self.prefix}glass)" d="{polygon([*outline, *rear])}"/>')
        frame.markup(self._panes())
        scale = self.camera.see(0, 0, -self.radius * 0.5).scale
        inner = "".join(curve(self._line(self._rib(index))) for index in range(1, RIBS))
        frame.stroke(dark, max(1.6, 0.075 * scale), inner, 0.9)
        frame.stroke(light, max(0.7, 0.03 * scale), inner)
        hoops = ""
        for rise in HOOPS:
            angles = [self._rib(0) + 2 * SPAN * step / 30 for step in range(31)]
            hoops += curve([self.camera.point(*self._at(angle, rise)) for angle in angles])
        frame.stroke(dark, max(1.3, 0.055 * scale), hoops, 0.85)
        frame.stroke(light, max(0.6, 0.024 * scale), hoops)
        return f'<g class="dome">{frame}</g>'

    def before(self) -> str:
        """The two outermost ribs and the finial, which stand nearer than the rear half of the garden."""
        dark, light = self._tones()
        frame = Sketch(self.prefix)
        scale = self.camera.see(0, 0, self.front).scale
        arch = self._line(self._rib(0)) + list(reversed(self._line(self._rib(RIBS))))
        line = curve(arch)
        frame.stroke(mix(dark, self.light.shadow, 0.25), 0.17 * scale, line)
        frame.stroke(dark, 0.13 * scale, line)
        shift = 0.03 * scale * (1 if self.light.lit_from_right else -1)
        frame.stroke(light, 0.045 * scale, curve([(x + shift, y - abs(shift) * 0.6) for x, y in arch]))
        x, y, _ = self._at(0, 1)
        shot = self.camera.see(x, y + 0.1, 0)
        ball = 0.24 * shot.scale
        side = ball * 0.3 * (1 if self.light.lit_from_right else -1)
        frame.markup(
            f'<circle cx="{number(shot.x)}" cy="{number(shot.y)}" r="{number(ball)}" fill="{dark}"/>'
            f'<circle cx="{number(shot.x + side)}" cy="{number(shot.y - ball * 0.3)}" r="{number(ball * 0.55)}" '
            f'fill="{light}" opacity=".8"/>'
        )
        return f'<g class="dome">{frame}</g>'

    def lights(self, sketch: Sketch) -> str:
        """Lamps along every second rib; symbols are noted in `sketch`."""
        if self.light.lamps < 0.3:
            return ""
        glow, out = Sketch(self.prefix), Sketch(self.prefix, sketch.symbols)
        for x, y, z in ((-0.35, 1.0, -0.1), (0.42, 1.0, 0.2)):
            shot = self.camera.see(x * self.radius, y, z * self.radius)
            glow.markup(
                f'<ellipse class="lamplight" cx="{round(shot.x)}" cy="{round(shot.y)}" '
                f'rx="{round(3.6 * shot.scale)}" ry="{round(2.3 * shot.scale)}" '
                f'fill="url(#{self.prefix}warm)" opacity="{fraction(0.7 * self.light.lamps)}"/>'
            )
        for index in range(0, RIBS + 1, 2):
            for step in range(1, 11):
                x, y, z = self._at(self._rib(index), step / 11)
                shot = self.camera.see(x * 0.985, y - 0.1 - 0.06 * math.sin(step * 2.1), z * 0.985)
                out.stamp("lamp", shot.x, shot.y, 0.26 * shot.scale)
        # A group that is not opaque is drawn by itself first: light inside it would fall on nothing.
        return f'{glow}<g class="lamps" opacity="{fraction(self.light.lamps)}">{out}</g>'

    def _panes(self) -> str:
        """A few panes that catch the light."""
        out = []
        levels = (0.0, *HOOPS, 0.9)
        for index, level, strength in (
            (1, 1, 0.12),
            (2, 2, 0.16),
            (3, 1, 0.07),
            (4, 2, 0.1),
            (8, 2, 0.08),
            (9, 1, 0.1),
            (10, 2, 0.12),
            (6, 3, 0.1),
        ):
            low, high, left, right = levels[level], levels[level + 1], self._rib(index), self._rib(index + 1)
            corners = [(left, low), (right, low), (right, high), (left, high)]
            shape = "L".join(coordinates(*self.camera.point(*self._at(*corner))) for corner in corners)
            out.append(f'<path opacity="{fraction(strength)}" d="M{shape}z"/>')
        return f'<g fill="{mix(self.light.cloud_lit, "#ffffff", 0.6)}">{"".join(out)}</g>'

    def _tones(self) -> tuple[str, str]:
        lit = self.light.lit(WOOD)
        return mix(lit, self.light.lit("#8fa29a"), 0.75), mix(lit, self.light.highlight, 0.3)
