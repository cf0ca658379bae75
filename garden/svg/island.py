"""The ground that the plants stand on: rock, meadow, path and pond."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from garden.engine.genome import Rng
from garden.looks import ISLAND, LIGHTS
from garden.svg.colour import mix
from garden.svg.draw import Point, Sketch, crisp, curve, dots, fraction, number, polygon
from garden.svg.rock import draw_rock
from garden.svg.stamps.shapes import GOLDEN_ANGLE
from garden.vocabulary import Season

if TYPE_CHECKING:
    from collections.abc import Sequence

    from garden.engine.island import Terrain
    from garden.svg.camera import Camera
    from garden.svg.light import Light

# What snow makes of the meadow's dark, middle and light green and of the path, where it lies as in winter.
SNOW = ("#cfdcec", "#eaf1f9", "#fbfdff", "#d9dce2")
WINTER_COVER = LIGHTS.seasons[Season.WINTER].snow_cover
SLICES = 27
LEAST_LILY = 0.6  # of its size on the base island, on one of no size


def greens_of(light: Light) -> tuple[str, str, str, str]:
    """The meadow's dark, middle and light green and the path (not yet lit), under what snow there is."""
    cover = min(1.0, light.snow_cover / WINTER_COVER)
    bare = (light.grass_dark, light.grass_light, light.grass_accent, light.path)
    dark, middle, pale, path = (mix(colour, snow, round(cover, 2)) for colour, snow in zip(bare, SNOW, strict=True))
    return dark, middle, pale, path


def depth_of(z: float, radius: float) -> float:
    """How far back a place lies on an island of a size, 0 at the front rim to 1 at the rear one."""
    return min(1.0, max(0.0, (radius - z) / (2 * radius)))


class Island:
    """One island in one picture."""

    def __init__(self, terrain: Terrain, camera: Camera, light: Light, season: Season, prefix: str) -> None:
        self.terrain, self.camera, self.light, self.season, self.prefix = terrain, camera, light, season, prefix
        self.greens = greens_of(light)
        self.rng = Rng(44)

    def depth(self, z: float) -> float:
        """How far back a place lies, 0 at the front rim to 1 at the rear one."""
        return depth_of(z, self.terrain.radius)

    def spot(self, x: float, z: float) -> Point:
        """A place on the ground in the picture."""
        return self.camera.point(x, self.terrain.height(x, z), z)

    def gradients(self) -> str:
        """Definitions that the drawing refers to."""
        dark, middle, light, _ = (self.light.lit(colour) for colour in self.greens)
        far = mix(mix(middle, light, 0.3), self.light.fog, 0.22)
        water = mix(self.light.zenith, self.light.pond, 0.35)
        sun = 0.68 if self.light.lit_from_right else 0.32
        return (
            f'<radialGradient id="{self.prefix}meadow" cx="{sun}" cy=".3" r=".8"><stop stop-color="{far}"/>'
            f'<stop offset=".5" stop-color="{middle}"/><stop offset="1" stop-color="{dark}"/></radialGradient>'
            f'<radialGradient id="{self.prefix}patch"><stop stop-color="{light}" stop-opacity=".55"/><stop '
            f'offset="1" stop-color="{light}" stop-opacity="0"/></radialGradient>'
            f'<radialGradient id="{self.prefix}dell"><stop stop-color="{mix(dark, self.light.shadow, 0.25)}" '
            f'stop-opacity=".5"/>'
            f'<stop offset="1" stop-color="{dark}" stop-opacity="0"/></radialGradient>'
            f'<linearGradient id="{self.prefix}water" x2="0" y2="1"><stop '
            f'stop-color="{mix(self.light.horizon, self.light.mid, 0.4)}"/>'
            f'<stop offset="1" stop-color="{water}"/></linearGradient>'
        )

    def draw(self, sketch: Sketch) -> str:
        """Rock, meadow, pond and path, and what grows wild; symbols are noted in `sketch`."""
        ground = Sketch(self.prefix, sketch.symbols)
        draw_rock(ground, self.terrain, self.camera, self.light, self.season)
        self._meadow(ground)
        self._pond(ground)
        self._path(ground)
        self._rim(ground)
        return f'<g class="island">{ground}</g>'

    def _outline(self) -> list[Point]:
        points = []
        for index in range(SLICES * 2):
            angle = index / (SLICES * 2) * math.tau
            edge = self.terrain.edge(angle)
            points.append((math.cos(angle) * edge, math.sin(angle) * edge))
        return points

    def _meadow(self, ground: Sketch) -> None:
        rim = [self.camera.point(x, -0.02, z) for x, z in self._outline()]
        lip = [self.camera.point(x * 1.006, -0.24, z * 1.006) for x, z in self._outline()]
        dark = self.light.lit(mix(self.greens[0], "#1d3a2a", 0.35 if self.season is not Season.WINTER else 0.1))
        ground.fill(dark, curve([crisp(point) for point in lip], closed=True))
        crest = self._crest(rim)
        shape = f'<path id="{self.prefix}top" d="{curve([crisp(point) for point in rim], closed=True)}{crest}"/>'
        ground.markup(
            f'<defs>{shape}<clipPath id="{self.prefix}ground"><use href="#{self.prefix}top"/></clipPath></defs>'
        )
        ground.markup(f'<use href="#{self.prefix}top" fill="url(#{self.prefix}meadow)"/>')
        for index in range(26):
            angle, distance = index * 2.4, math.sqrt((index + 0.5) / 26) * self.terrain.radius * 0.86
            shot = self.camera.see(math.cos(angle) * distance, 0.1, math.sin(angle) * distance)
            broad = self.rng.uniform(0.9, 2.2) * shot.scale * self.terrain.radius / 8
            name = "patch" if index % 2 else "dell"
            ground.markup(
                f'<ellipse cx="{round(shot.x)}" cy="{round(shot.y)}" rx="{round(broad)}" '
                f'ry="{round(broad * 0.3)}" fill="url(#{self.prefix}{name})"/>'
            )

    def _crest(self, rim: Sequence[Point]) -> str:
        """The rear of the meadow, which rises above the rim."""
        rows = []
        for index in range(31):
            angle = math.pi * (1 + index / 30)
            best = min(
                (
                    self.spot(
                        math.cos(angle) * self.terrain.radius * share, math.sin(angle) * self.terrain.radius * share
                    )
                    for share in (1.0, 0.93, 0.86, 0.78, 0.7, 0.6)
                ),
                key=lambda point: point[1],
            )
            rows.append(crisp(best))
        front = [self.camera.point(self.terrain.radius * share, 0, 0.0) for share in (0.8, -0.8)]
        return polygon([*rows, *(crisp(point) for point in front)])

    def _path(self, ground: Sketch) -> None:
        line = [point for point in self.terrain.path if math.hypot(*point) < self.terrain.radius * 0.985][::2]
        earth = self.light.lit(self.greens[3])
        border = mix(earth, self.light.lit(self.greens[0]), 0.45)
        path = ISLAND.path
        for half, colour, opacity in ((path.border, border, 0.55), ((path.worn + path.border) / 2, earth, 1.0)):
            left, right = [], []
            for index, (x, z) in enumerate(line):
                nx, nz = self._normal(line, index)
                wide = half * self.terrain.path_width * (0.92 + 0.12 * math.sin(index * 1.7))
                left.append(self.spot(x + nx * wide, z + nz * wide))
                right.append(self.spot(x - nx * wide, z - nz * wide))
            ground.fill(colour, curve([crisp(point) for point in [*left, *reversed(right)]], closed=True), opacity)
        self._stones(ground)

    @staticmethod
    def _normal(line: Sequence[tuple[float, float]], index: int) -> tuple[float, float]:
        (ax, az), (bx, bz) = line[max(0, index - 1)], line[min(len(line) - 1, index + 1)]
        length = math.hypot(bx - ax, bz - az) or 1.0
        return (bz - az) / length, -(bx - ax) / length

    def _stones(self, ground: Sketch) -> None:
        """Stepping stones: a shaded side, then the top."""
        stones, narrow, last = ISLAND.stones.step, self.terrain.path_width, (99.0, 99.0)
        for x, z in reversed(self.terrain.path):
            if math.hypot(x, z) > self.terrain.radius * 0.95 or math.dist(last, (x, z)) < stones.stride * narrow:
                continue
            last = (x, z)
            cx, cz = x + self.rng.bell() * 0.12, z + self.rng.bell() * 0.06
            size, turn = self.rng.uniform(stones.width.least, stones.width.most) * narrow, self.rng.uniform(0, 1)
            corners = [
                (
                    cx + math.cos(turn + k * 0.9) * size * self.rng.uniform(0.86, 1.12),
                    cz + math.sin(turn + k * 0.9) * size * 0.8,
                )
                for k in range(7)
            ]
            base = self.terrain.height(cx, cz)
            stone = self.rng.pick(stones.colors)
            tone = mix(stone, "#eef3fa", 0.55) if self.season is Season.WINTER else stone
            lit = self.light.lit(tone, self.depth(z))
            ground.fill(
                mix(lit, self.light.shadow, 0.42),
                polygon([crisp(self.camera.point(px, base - 0.03, pz + 0.03)) for px, pz in corners]),
            )
            ground.fill(lit, polygon([crisp(self.camera.point(px, base + 0.05, pz)) for px, pz in corners]))
            shift = 0.06 if self.light.lit_from_right else -0.06
            inner = [(cx + (px - cx) * 0.62 + shift, cz + (pz - cz) * 0.6 - 0.04) for px, pz in corners]
            ground.fill(
                mix(lit, "#ffffff", 0.16),
                polygon([crisp(self.camera.point(px, base + 0.05, pz)) for px, pz in inner]),
                0.7,
            )

    def _pond(self, ground: Sketch) -> None:
        (middle_x, middle_z), small = self.terrain.pond_centre, self.terrain.small

        def shore(swell: float, level: float) -> list[Point]:
            ring = []
            for index in range(16):
                angle = index / 16 * math.tau
                radius = self.terrain.pond_edge(angle) * swell
                ring.append(
                    self.camera.point(
                        middle_x + math.cos(angle) * radius, level * small, middle_z + math.sin(angle) * radius
                    )
                )
            return ring

        soil = self.light.lit(self.light.soil)
        winter = self.season is Season.WINTER
        ground.fill(mix(soil, self.light.lit(self.greens[0]), 0.4), curve(shore(1.2, 0.08), closed=True))
        ground.fill(mix(soil, self.light.shadow, 0.3), curve(shore(1.1, 0.03), closed=True))
        ground.markup(f'<path fill="url(#{self.prefix}water)" d="{curve(shore(1.03, -0.04), closed=True)}"/>')
        if winter:
            ground.fill(self.light.lit("#e6f1fb"), curve(shore(1.03, -0.04), closed=True), 0.72)
        shot = self.camera.see(middle_x, -0.04 * small, middle_z)
        glints = [
            (shot.x + dx * shot.scale * small, shot.y + dy * shot.scale * small, length * shot.scale * small)
            for dx, dy, length in ((-0.7, -0.12, 0.5), (0.1, 0.05, 0.7), (-0.4, 0.18, 0.4), (0.5, -0.17, 0.3))
        ]
        ground.stroke(
            mix(self.light.disc, "#ffffff", 0.4),
            1.6,
            "".join(f"M{number(x)} {number(y)}h{number(w)}" for x, y, w in glints),
            0.55,
        )
        if not winter:
            for dx, dz, wide in ((-0.55, 0.35, 0.26), (0.35, 0.5, 0.2), (0.62, -0.3, 0.17)):
                pad = self.camera.see(middle_x + dx * small, -0.03 * small, middle_z + dz * small)
                size = wide * (LEAST_LILY + (1 - LEAST_LILY) * small)
                ground.stamp("lily", pad.x, pad.y, size * pad.scale)
                if self.season is not Season.AUTUMN and wide > 0.18:
                    ground.stamp(
                        "blossom",
                        pad.x,
                        pad.y - 0.06 * pad.scale,
                        size * 0.42 * pad.scale,
                        self.light.lit("#ffd3e6"),
                        squash=0.7,
                    )
        self._pond_stones(ground)

    def _pond_stones(self, ground: Sketch) -> None:
        looks, stones, (middle_x, middle_z) = ISLAND.stones.pond, [], self.terrain.pond_centre
        for index in range(16):
            angle = index / 16 * math.tau + self.rng.bell() * 0.12
            radius = self.terrain.pond_edge(angle) * self.rng.uniform(looks.reach.least, looks.reach.most)
            stones.append(
                (
                    middle_z + math.sin(angle) * radius,
                    middle_x + math.cos(angle) * radius,
                    self.rng.uniform(looks.width.least, looks.width.most) * math.sqrt(self.terrain.small),
                    index,
                )
            )
        for z, x, size, index in sorted(stones):
            shot = self.camera.see(x, 0.02, z)
            tone = self.light.lit(looks.colors[index % len(looks.colors)], self.depth(z))
            ground.stamp(
                "rock",
                shot.x,
                shot.y,
                size * shot.scale,
                tone,
                mirror=(index % 2 == 0) is not self.light.lit_from_right,
            )

    def _rim(self, ground: Sketch) -> None:
        """Stones along the front edge, with the meadow hanging over between them."""
        grass, looks, small = self.light.lit(self.greens[1]), ISLAND.stones.rim, self.terrain.small
        for index in range(64):
            angle = -0.5 + index / 64 * (math.pi + 1.0) + self.rng.bell() * 0.03
            edge = self.terrain.edge(angle)
            near = self.rng.uniform(looks.reach.least, looks.reach.most)
            x, z = math.cos(angle) * edge * near, math.sin(angle) * edge * near
            shot = self.camera.see(x, 0.0, z)
            if index % 3 == 0 and self.terrain.path_distance(x, z) > 0.7:
                size = self.rng.uniform(looks.width.least, looks.width.most) * (0.3 + 0.7 * small)
                tone = self.light.lit(looks.colors[index % len(looks.colors)], self.depth(z))
                ground.stamp(
                    "rock",
                    shot.x,
                    shot.y + 0.06 * shot.scale,
                    size * shot.scale,
                    tone,
                    mirror=self.light.lit_from_right,
                )
                if self.season is Season.WINTER:
                    ground.stamp("cap", shot.x, shot.y - size * 0.4 * shot.scale, size * 0.8 * shot.scale)
            else:
                tall = self.rng.uniform(0.16, 0.26) * (0.3 + 0.7 * small)
                ground.stamp("grass3", shot.x, shot.y + 0.05 * shot.scale, tall * shot.scale, grass)

    def wild(self, sketch: Sketch, beds: Sequence[tuple[float, float]], amount: float = 1.0) -> list[tuple[float, str]]:
        """Tufts of grass and meadow flowers as (z, drawing), to be sorted among the plants."""
        (dark, _, pale, _), small = self.greens, self.terrain.small
        rows: dict[int, Sketch] = {}
        beds = sorted(beds)
        across = [bed_x for bed_x, _ in beds]
        count = round(180 * amount)
        for index in range(count):
            angle, distance = index * GOLDEN_ANGLE, math.sqrt((index + 0.5) / count) * self.terrain.radius * 0.95
            angle += self.rng.bell() * 0.2
            x, z = math.cos(angle) * distance, math.sin(angle) * distance
            kind, broad, tint, bloom = (
                self.rng.random(),
                self.rng.uniform(0.75, 1.15),
                self.rng.random(),
                self.rng.random(),
            )
            if self.terrain.path_distance(x, z) < 1.1 * small or self.terrain.pond_distance(x, z) < 0.75 * small:
                continue
            near = beds[bisect_left(across, x - 1) : bisect_right(across, x + 1)]
            if any(abs(bx - x) < 0.5 and -0.25 < bz - z < 0.35 for bx, bz in near):
                continue
            row = rows.setdefault(math.floor(z / 0.8), Sketch(self.prefix, sketch.symbols))
            shot = self.camera.see(x, self.terrain.height(x, z), z)
            tone = self.light.lit(mix(dark, pale, 0.2 + 0.2 * round(tint * 3)), round(self.depth(z) * 2) / 2)
            spread = broad * shot.scale * max(0.25 + 0.75 * small, self.terrain.radius / 10)
            row.stamp("sward", shot.x, shot.y, spread, tone, mirror=kind < 0.5)
            if kind > 0.72:
                row.stamp("grass3" if kind > 0.86 else "grass", shot.x, shot.y, spread * 0.22, tone)
            if bloom < 0.4 * self.light.meadow:
                flower = self.light.lit(ISLAND.meadow[int(bloom / 0.4 * len(ISLAND.meadow))])
                row.stamp("posy", shot.x, shot.y, spread * 0.6, flower, mirror=tint > 0.5)
        return [((row + 0.5) * 0.8, str(part)) for row, part in sorted(rows.items())]


def fallen(points: Sequence[Point], colour: str, width: float) -> str:
    """Small things lying about or falling, as dots."""
    return f'<path stroke="{colour}" stroke-width="{fraction(width)}" stroke-linecap="round" d="{dots(points)}"/>'
