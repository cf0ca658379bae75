"""What every symbol is drawn with: faces, lines and points around a middle."""

from __future__ import annotations

import math

from garden.svg.draw import Point, fraction

GOLDEN_ANGLE = 2.399963


def filled(data: str, fill: str = "", opacity: float = 1.0) -> str:
    colour = f' fill="{fill}"' if fill else ""
    faint = f' opacity="{fraction(opacity)}"' if opacity < 1 else ""
    return f'<path{colour}{faint} d="{data}"/>'


def lined(data: str, stroke: str, width: float, opacity: float = 1.0) -> str:
    faint = f' opacity="{fraction(opacity)}"' if opacity < 1 else ""
    return f'<path fill="none" stroke="{stroke}" stroke-width="{fraction(width)}"{faint} d="{data}"/>'


def polar(angle: float, radius: float, centre: Point = (0, 0)) -> Point:
    return centre[0] + math.cos(angle) * radius, centre[1] + math.sin(angle) * radius
