"""What lies behind the garden: sky, sun or moon, stars, aurora, clouds, hills and mist."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from garden.engine.genome import Rng
from garden.looks import ISLAND, LIGHTS
from garden.svg.colour import mix
from garden.svg.draw import Point, coordinates, crisp, curve, dots, fraction, number, polyline, rounds
from garden.svg.light import DARK

if TYPE_CHECKING:
    from garden.svg.camera import Camera
    from garden.svg.light import Light

DISC_HALO = 4.4  # the disc and its soft edge, in radii of the disc
STARS = 120
HILLS: tuple[tuple[float, float, bool], ...] = (  # elevation of the foot, height (radians), trees; the furthest first
    (0.046, 0.066, False),
    (0.012, 0.056, False),
    (-0.026, 0.05, True),
    (-0.066, 0.046, True),
)
CLOUDS: tuple[tuple[float, float, float], ...] = (  # share of the width, share of the sky, size
    (0.80, 0.72, 1.0),
    (0.30, 0.86, 0.72),
    (0.97, 0.38, 0.8),
    (0.04, 0.44, 0.7),
    (0.60, 0.94, 0.62),
    (0.22, 0.30, 0.42),
    (0.12, 0.92, 0.9),
    (0.47, 0.6, 0.9),
    (0.68, 0.34, 0.8),
)


def sky_gradients(light: Light, camera: Camera, prefix: str) -> str:
    """Definitions that `draw_sky` refers to."""
    top = max(0.0, camera.elevation(0.62) / camera.height)
    middle, low = camera.elevation(0.17) / camera.height, camera.elevation(0.0) / camera.height
    stops = (
        (top, light.zenith),
        (top * 0.7 + middle * 0.3, mix(light.zenith, light.mid, 0.22)),
        (top * 0.3 + middle * 0.7, mix(light.zenith, light.mid, 0.74)),
        (middle, light.mid),
        (middle * 0.5 + low * 0.5, mix(light.mid, light.horizon, 0.5)),
        (low, light.horizon),
    )
    sky = "".join(f'<stop offset="{fraction(offset)}" stop-color="{colour}"/>' for offset, colour in stops)
    sea = camera.elevation(-0.13) / camera.height
    out = [
        f'<linearGradient id="{prefix}sky" x2="0" y2="1">{sky}<stop offset="1" '
        f'stop-color="{mix(light.horizon, light.fog, 0.5)}"/></linearGradient>',
        _radial(
            f"{prefix}glow",
            light.glow,
            ((0.0, min(1.0, light.glow_strength)), (0.3, light.glow_strength * 0.42), (1.0, 0.0)),
        ),
        _radial(f"{prefix}disc", light.disc, ((0.0, 1.0), (0.2, 1.0), (0.23, 0.5), (0.45, 0.2), (1.0, 0.0))),
        _radial(f"{prefix}lit", light.cloud_lit, ((0.0, 0.9), (0.45, 0.62), (1.0, 0.0))),
        _radial(f"{prefix}dim", light.cloud_shade, ((0.0, 0.75), (0.5, 0.4), (1.0, 0.0))),
        _radial(f"{prefix}mist", mix(light.fog, light.horizon, 0.35), ((0.0, 0.95), (0.55, 0.6), (1.0, 0.0))),
        f'<linearGradient id="{prefix}sea" x2="0" y2="1"><stop offset="{fraction(max(0, sea - 0.12))}" '
        f'stop-color="{mix(light.fog, light.mid, 0.2)}" '
        f'stop-opacity="0"/><stop offset="{fraction(sea)}" stop-color="{mix(light.fog, light.mid, 0.24)}"/>'
        f'<stop offset="1" stop-color="{mix(light.fog, light.mid, 0.5)}"/></linearGradient>',
    ]
    for index, share in enumerate(LIGHTS.air.hills):
        colour = mix(light.hill, light.horizon, share)
        faded = mix(mix(light.hill, light.fog, 0.72), light.mid, 0.12)
        out.append(
            f'<linearGradient id="{prefix}hill{index}" x2="0" y2="1"><stop offset=".1" stop-color="{colour}"/>'
            f'<stop offset=".85" stop-color="{mix(faded, light.horizon, share)}"/></linearGradient>'
        )
    if light.aurora > 0:
        curtain = LIGHTS.air.aurora
        upwards = (
            (0.0, curtain.top, 0.0),
            (0.3, mix(curtain.top, curtain.middle, 0.4), 0.3),
            (0.62, curtain.middle, 0.5),
            (0.88, curtain.hem, 0.78),
            (1.0, curtain.hem, 0.0),
        )
        rays = "".join(
            f'<stop offset="{fraction(offset)}" stop-color="{colour}" stop-opacity="{fraction(opacity)}"/>'
            for offset, colour, opacity in upwards
        )
        out.append(f'<linearGradient id="{prefix}aurora" x2="0" y2="1">{rays}</linearGradient>')
    return "".join(out)


def _radial(name: str, colour: str, stops: tuple[tuple[float, float], ...]) -> str:
    inner = "".join(
        f'<stop offset="{fraction(offset)}" stop-color="{colour}" stop-opacity="{fraction(opacity)}"/>'
        for offset, opacity in stops
    )
    return f'<radialGradient id="{name}">{inner}</radialGradient>'


def draw_sky(light: Light, camera: Camera, prefix: str) -> str:
    """Everything behind the island, from the zenith down to the mist."""
    width, height = camera.width, camera.height
    out = [f'<rect width="{number(width)}" height="{number(height)}" fill="url(#{prefix}sky)"/>']
    if light.stars > 0.05:
        out.append(_stars(light, camera))
    if light.aurora > 0:
        out.append(_aurora(light, camera, prefix))
    out.append(_disc(light, camera, prefix))
    if light.clouds > 0.05:
        out.append(_clouds(light, camera, prefix))
    if light.lightning > 0:
        out.append(_bolt(camera))
    out.append(_hills(light, camera, prefix))
    out.append(f'<rect width="{number(width)}" height="{number(height)}" fill="url(#{prefix}sea)"/>')
    out.append(_mist(camera, prefix))
    return f'<g class="sky">{"".join(out)}</g>'


def _stars(light: Light, camera: Camera) -> str:
    rng = Rng(4)
    horizon = camera.elevation(0.06)
    sizes: list[list[Point]] = [[], [], []]
    for index in range(round(STARS * (0.4 + 0.6 * light.stars))):
        height = rng.random() ** 1.25
        sizes[0 if index % 3 else 1 if index % 4 else 2].append(
            (round(rng.random() * camera.width), round(height * horizon))
        )
    rows = zip(sizes, (1.3, 2.1, 3.2), (0.55, 0.8, 1.0), strict=True)
    return "".join(
        f'<path class="stars" stroke="#fff" stroke-width="{fraction(width)}" stroke-linecap="round" '
        f'opacity="{fraction(opacity * min(1.0, 0.35 + 0.65 * light.stars))}" d="{dots(points)}"/>'
        for points, width, opacity in rows
    )


def _moon(camera: Camera) -> Point:
    """Over the glasshouse and beside the words, wherever the camera looks, as in the scene."""
    moon = ISLAND.view.moon
    return camera.width * (1 + moon.x) / 2, camera.height * (1 - moon.y) / 2


def _disc(light: Light, camera: Camera, prefix: str) -> str:
    x, y = _moon(camera) if light.night > DARK else camera.at_infinity(light.disc_direction)
    glow = (
        ""
        if light.glow_strength <= 0
        else (
            f'<ellipse cx="{number(x)}" cy="{number(y)}" rx="{number(camera.width * 0.46)}" '
            f'ry="{number(camera.height * 0.52)}" fill="url(#{prefix}glow)"/>'
        )
    )
    radius = light.disc_size * camera.focal * DISC_HALO
    if not radius or not -radius < x < camera.width + radius:
        return glow
    return glow + f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="url(#{prefix}disc)"/>'


def _clouds(light: Light, camera: Camera, prefix: str) -> str:
    """Banks of soft puffs: shaded below, lit above, drawn out by the wind."""
    rng = Rng(21)
    out = []
    count = 4 if light.clouds < 0.3 else 6 if light.clouds < 0.8 else len(CLOUDS)
    unit = camera.focal / 900
    for share, up, size in CLOUDS[:count]:
        x, y = camera.width * share, camera.sky(up)
        broad = 150 * size * unit * (1 + 0.6 * max(0.0, light.clouds - 0.5))
        puffs = []
        for index in range(9):
            across = (index - 4) / 4 + rng.bell() * 0.12
            dome = 1 - across * across * 0.75
            puffs.append(
                (
                    x + across * broad,
                    y - rng.uniform(0.1, 0.42) * broad * 0.34 * dome,
                    broad * rng.uniform(0.3, 0.46) * (0.35 + 0.65 * dome),
                )
            )
        dim = "".join(_puff(px, py + radius * 0.26, radius * 1.25, radius * 0.44) for px, py, radius in puffs)
        lit = "".join(_puff(px, py - radius * 0.1, radius, radius * 0.42) for px, py, radius in puffs)
        wisps = "".join(
            _puff(x + rng.bell() * broad * 1.5, y + rng.bell() * 20 + broad * 0.12, broad * 0.8, broad * 0.07)
            for _ in range(3)
        )
        out.append(f'<g fill="url(#{prefix}dim)">{dim}</g><g fill="url(#{prefix}lit)">{lit}{wisps}</g>')
    opacity = min(1.0, 0.35 + 0.85 * light.clouds)
    return f'<g class="clouds" opacity="{fraction(opacity)}">{"".join(out)}</g>'


def _puff(x: float, y: float, rx: float, ry: float) -> str:
    return f'<ellipse cx="{round(x)}" cy="{round(y)}" rx="{round(rx)}" ry="{round(ry)}"/>'


def _hills(light: Light, camera: Camera, prefix: str) -> str:
    rng = Rng(17)
    out = []
    for index, (foot, height, trees) in enumerate(HILLS):
        low, high = camera.elevation(foot), camera.focal * height
        step = camera.width / (104 if trees else 22)
        points = []
        x = -step
        count = 0
        while x < camera.width + step:
            turn = x / camera.focal * 3.1 + index * 2.3
            ridge = (
                0.5
                + 0.3 * math.sin(turn)
                + 0.2 * math.sin(turn * 2.3 + index)
                + 0.09 * math.sin(turn * 5.7 + 2 * index)
            )
            if trees:
                ridge += 0.13 * rng.random() * (1 if count % 2 else 0.25)
            points.append((x, low - high * ridge))
            x += step
            count += 1
        bottom = low + camera.focal * 0.085
        edge = (polyline([crisp(point) for point in points]) if trees else curve(points)).replace("M", "L", 1)
        out.append(
            f'<path fill="url(#{prefix}hill{index})" d="M{rounds(-step, bottom)}{edge}'
            f'L{rounds(camera.width + step, bottom)}z"/>'
        )
    return "".join(out)


def _mist(camera: Camera, prefix: str) -> str:
    """Banks that lie on the sea of mist and hide the hills' feet."""
    rng = Rng(63)
    puffs = []
    for row in range(5):
        y = camera.elevation(-0.075 - row * 0.045)
        for index in range(5):
            x = (index + 0.5 * (row % 2) + rng.bell() * 0.3) / 4.4 * camera.width
            puffs.append(
                _puff(x, y + rng.bell() * 8, camera.focal * rng.uniform(0.3, 0.6), camera.focal * (0.03 + row * 0.014))
            )
    return f'<g fill="url(#{prefix}mist)" opacity=".6">{"".join(puffs)}</g>'


def draw_foreground_mist(camera: Camera, prefix: str) -> str:
    """Mist rising before the rock, so that the island floats in it."""
    rng = Rng(29)
    puffs = "".join(
        _puff(
            (index + 0.5) / 9 * camera.width + rng.bell() * 40,
            camera.height * (1.02 + 0.01 * rng.bell()),
            camera.width * 0.2,
            camera.height * rng.uniform(0.04, 0.07),
        )
        for index in range(9)
    )
    return f'<g class="mist" fill="url(#{prefix}mist)" opacity=".75">{puffs}</g>'


def _aurora(light: Light, camera: Camera, prefix: str) -> str:
    """Three curtains, their folds brighter where they turn."""
    out = []
    for ribbon in range(3):
        base, tall = 0.1 + 0.2 * ribbon, 0.95 - 0.12 * ribbon
        lower, upper = [], []
        for index in range(25):
            t = index / 24
            wave = math.sin(t * 5.2 + ribbon * 1.9) * 0.14 + math.sin(t * 11 + ribbon) * 0.05
            x = (t * 1.3 - 0.15) * camera.width
            lower.append((x, camera.sky(base + wave)))
            upper.append(
                (x + camera.width * 0.03, camera.sky(base + wave + tall * (0.75 + 0.25 * math.sin(t * 8 + ribbon * 2))))
            )
        top = curve(list(reversed(upper))).replace("M", "L", 1)
        out.append(
            f'<path fill="url(#{prefix}aurora)" opacity="{fraction(0.62 - 0.14 * ribbon)}" d="{curve(lower)}{top}z"/>'
        )
        for index in range(1, 24):
            if math.sin(index * 2.4 + ribbon) < -0.1:
                continue
            (ax, ay), (bx, by), (cx, cy) = lower[index], upper[index], lower[min(24, index + 1)]
            ray = f"M{rounds(ax, ay)}L{rounds(bx, by)}L{rounds(bx + (cx - ax) * 0.5, by + 8)}L{rounds(cx, cy)}z"
            out.append(
                f'<path fill="url(#{prefix}aurora)" '
                f'opacity="{fraction(0.16 + 0.14 * math.sin(index * 2.4 + ribbon))}" d="{ray}"/>'
            )
    faint = f' opacity="{fraction(light.aurora)}"' if light.aurora < 1 else ""
    return f'<g class="aurora"{faint}>{"".join(out)}</g>'


def _bolt(camera: Camera) -> str:
    rng = Rng(15)
    x, y = camera.width * 0.84, camera.sky(1.04)
    end = camera.sky(0.04)
    points = [(x, y)]
    while y < end:
        y += (end - points[0][1]) / 13
        x += rng.uniform(-22, 16) * camera.focal / 900
        points.append((x, y))
    fork = [points[6], *((px + 14 * (index + 1), py - 4 * index) for index, (px, py) in enumerate(points[7:11]))]
    bolt = "".join("M" + "L".join(coordinates(*point) for point in line) for line in (points, fork))
    return (
        f'<g class="lightning" fill="none" stroke-linejoin="round"><path stroke="#cfe0ff" stroke-width="9" '
        f'opacity=".22" d="{bolt}"/>'
        f'<path stroke="#f6f9ff" stroke-width="2.6" d="{bolt}"/></g>'
    )
