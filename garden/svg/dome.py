"""The glasshouse over the island: ribs, hoops, a shimmer of glass, and lights strung along the ribs after dark."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from garden.looks import DOME, LIGHTS
from garden.svg.colour import mix
from garden.svg.draw import Point, Sketch, coordinates, curve, fraction, number, polygon

if TYPE_CHECKING:
    from garden.engine.island import Terrain
    from garden.svg.camera import Camera
    from garden.svg.light import Light

SHADE = "#8fa29a"  # of the frame
LAMP = (0.1, 0.1)  # radius of a lamp's glow on an island of no size, and how much it grows to the base island
LAMPLIT = 1.0  # metres above the ground: where the floodlights' light is seen


def dome_point(radius: float, height: float, angle: float, rise: float) -> tuple[float, float, float]:
    """A point of a dome so high over an island: angle about the vertical, `rise` 0 at the ground to 1 on top."""
    up = rise * math.pi / 2
    out = radius * DOME.radius.share * max(0.0, math.cos(up)) ** DOME.radius.exponent
    return math.cos(angle) * out, height * math.sin(up), math.sin(angle) * out


class Dome:
    """The glasshouse of one island in one picture."""

    def __init__(self, terrain: Terrain, height: float, camera: Camera, light: Light, prefix: str) -> None:
        self.radius, self.height, self.camera, self.light = terrain.radius, height, camera, light
        self.prefix, self.small = prefix, terrain.small
        self.slim = DOME.slimmest + (1 - DOME.slimmest) * terrain.small  # its bars beside those of the base island's
        self.front = -math.cos(DOME.half_sweep) * self.radius * DOME.radius.share  # z of the two outermost ribs' feet

    def _at(self, angle: float, rise: float) -> tuple[float, float, float]:
        return dome_point(self.radius, self.height, angle, rise)

    def _rib(self, index: int) -> float:
        return -math.pi / 2 + DOME.half_sweep * (2 * index / DOME.ribs - 1)

    def _line(self, angle: float) -> list[Point]:
        return [self.camera.point(*self._at(angle, step / 12)) for step in range(13)]

    def gradients(self) -> str:
        """Definitions that the drawing refers to."""
        tint, warm = mix(self.light.disc, "#ffffff", 0.5), LIGHTS.air.lamp.halo
        return (
            f'<linearGradient id="{self.prefix}glass" x1="{1 if self.light.lit_from_right else 0}" '
            f'x2="{0 if self.light.lit_from_right else 1}" y2="1">'
            f'<stop stop-color="{tint}" stop-opacity=".26"/><stop offset=".45" stop-color="{tint}" stop-opacity=".05"/>'
            f'<stop offset="1" stop-color="{tint}" stop-opacity=".12"/></linearGradient>'
            f'<radialGradient id="{self.prefix}warm"><stop stop-color="{warm}" stop-opacity=".55"/><stop '
            f'offset="1" stop-color="{warm}" stop-opacity="0"/></radialGradient>'
        )

    def behind(self) -> str:
        """What stands behind the plants: glass, inner ribs and hoops."""
        dark, light = self._tones()
        frame = Sketch(self.prefix)
        outline = [*self._line(self._rib(0)), *reversed(self._line(self._rib(DOME.ribs)))]
        rear = [
            self.camera.point(*self._at(self._rib(DOME.ribs) + (self._rib(0) - self._rib(DOME.ribs)) * step / 24, 0.0))
            for step in range(25)
        ]
        frame.markup(f'<path fill="url(#{self.prefix}glass)" d="{polygon([*outline, *rear])}"/>')
        frame.markup(self._panes())
        scale = self.camera.see(0, 0, -self.radius * 0.5).scale * self.slim
        inner = "".join(curve(self._line(self._rib(index))) for index in range(1, DOME.ribs))
        frame.stroke(dark, max(1.6, 0.075 * scale), inner, 0.9)
        frame.stroke(light, max(0.7, 0.03 * scale), inner)
        hoops = ""
        for rise in DOME.hoops:
            angles = [self._rib(0) + 2 * DOME.half_sweep * step / 30 for step in range(31)]
            hoops += curve([self.camera.point(*self._at(angle, rise)) for angle in angles])
        frame.stroke(dark, max(1.3, 0.055 * scale), hoops, 0.85)
        frame.stroke(light, max(0.6, 0.024 * scale), hoops)
        return f'<g class="dome">{frame}</g>'

    def before(self) -> str:
        """The two outermost ribs and the finial, which stand nearer than the rear half of the garden."""
        dark, light = self._tones()
        frame = Sketch(self.prefix)
        scale = self.camera.see(0, 0, self.front).scale * self.slim
        arch = self._line(self._rib(0)) + list(reversed(self._line(self._rib(DOME.ribs))))
        line = curve(arch)
        frame.stroke(mix(dark, self.light.shadow, 0.25), 0.17 * scale, line)
        frame.stroke(dark, 0.13 * scale, line)
        shift = 0.03 * scale * (1 if self.light.lit_from_right else -1)
        frame.stroke(light, 0.045 * scale, curve([(x + shift, y - abs(shift) * 0.6) for x, y in arch]))
        x, y, _ = self._at(0, 1)
        gold = self.light.lit(DOME.finial.color)
        shot = self.camera.see(x, y + DOME.finial.rise * self.slim, 0)
        ball = DOME.finial.radius * self.slim * shot.scale
        side = ball * 0.3 * (1 if self.light.lit_from_right else -1)
        frame.markup(
            f'<circle cx="{number(shot.x)}" cy="{number(shot.y)}" r="{number(ball)}" fill="{self._shaded(gold)}"/>'
            f'<circle cx="{number(shot.x + side)}" cy="{number(shot.y - ball * 0.3)}" r="{number(ball * 0.55)}" '
            f'fill="{mix(gold, self.light.highlight, 0.3)}" opacity=".8"/>'
        )
        return f'<g class="dome">{frame}</g>'

    def lights(self, sketch: Sketch) -> str:
        """Lamps along every second rib; symbols are noted in `sketch`."""
        if self.light.lamps < 0.3:
            return ""
        glow, out = Sketch(self.prefix), Sketch(self.prefix, sketch.symbols)
        for lamp in DOME.floodlights:
            shot = self.camera.see(lamp.x * self.radius, LAMPLIT, lamp.z * self.radius)
            glow.markup(
                f'<ellipse class="lamplight" cx="{round(shot.x)}" cy="{round(shot.y)}" '
                f'rx="{round(3.6 * shot.scale * self.small)}" ry="{round(2.3 * shot.scale)}" '
                f'fill="url(#{self.prefix}warm)" opacity="{fraction(0.7 * self.light.lamps)}"/>'
            )
        strings = DOME.lamps
        for index in range(0, DOME.ribs + 1, strings.every_rib):
            for step in range(1, strings.per_rib + 1):
                x, y, z = self._at(self._rib(index), step / strings.spacing)
                drop = strings.hang + strings.slack.metres * math.sin(step * strings.slack.turn)
                shot = self.camera.see(x * strings.inside, y - drop, z * strings.inside)
                out.stamp("lamp", shot.x, shot.y, (LAMP[0] + LAMP[1] * self.small) * shot.scale)
        # A group that is not opaque is drawn by itself first: light inside it would fall on nothing.
        return f'{glow}<g class="lamps" opacity="{fraction(self.light.lamps)}">{out}</g>'

    def _panes(self) -> str:
        """A few panes that catch the light."""
        out = []
        levels = (0.0, *DOME.hoops, 0.9)
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
        lit = self.light.lit(DOME.paint)
        return self._shaded(lit), mix(lit, self.light.highlight, 0.3)

    def _shaded(self, lit: str) -> str:
        return mix(lit, self.light.lit(SHADE), 0.75)
