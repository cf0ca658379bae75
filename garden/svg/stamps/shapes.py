"""What every symbol is drawn with: faces, lines and points around a middle."""

from __future__ import annotations

import math
import re

from garden.svg.draw import Point, fraction, rounds

GOLDEN_ANGLE = 2.399963
POINT = re.compile(r"(-?\d+)[ ]?(-?\d+)[ ]?")


def filled(data: str, fill: str = "", opacity: float = 1.0) -> str:
    colour = f' fill="{fill}"' if fill else ""
    faint = f' opacity="{fraction(opacity)}"' if opacity < 1 else ""
    return f'<path{colour}{faint} d="{data}"/>'


def moved(data: str, x: float, y: float, *, turn: float = 0.0, scale: float = 1.0) -> str:
    """An outline of absolute points in another place: scaled, turned (radians) and set down at (x, y)."""
    cos, sin = math.cos(turn) * scale, math.sin(turn) * scale

    def point(found: re.Match[str]) -> str:
        px, py = float(found[1]), float(found[2])
        return f"{rounds(px * cos - py * sin + x, px * sin + py * cos + y)} "

    return POINT.sub(point, data).replace(" C", "C").replace(" z", "z").replace(" -", "-")


def lined(data: str, stroke: str, width: float, opacity: float = 1.0) -> str:
    faint = f' opacity="{fraction(opacity)}"' if opacity < 1 else ""
    return f'<path fill="none" stroke="{stroke}" stroke-width="{fraction(width)}"{faint} d="{data}"/>'


def polar(angle: float, radius: float, centre: Point = (0, 0)) -> Point:
    return centre[0] + math.cos(angle) * radius, centre[1] + math.sin(angle) * radius
