"""The pen: numbers in few characters, text made safe, and a sketch that gathers shapes of one colour."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from common.text import UNPRINTABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Point = tuple[float, float]
Tenths = tuple[int, int]


def safe_text(text: str) -> str:
    """Third-party text, ready to stand in an element or in a double-quoted attribute."""
    return escape(UNPRINTABLE.sub("", text), {'"': "&quot;", "'": "&#39;"})


def number(value: float) -> str:
    """At most one decimal, no needless zeros: 12, -3.5, .4"""
    rounded = round(value, 1)
    whole = int(rounded)
    if rounded == whole:
        return str(whole)
    text = f"{rounded:.1f}"
    return text.replace("0.", ".", 1) if -1 < rounded < 1 else text


def fraction(value: float) -> str:
    """Two decimals, for scales and opacities."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    if text in {"-0", ""}:
        return "0"
    return text.replace("0.", ".", 1) if -1 < value < 1 else text


def joined(texts: Iterable[str]) -> str:
    """Numbers in a row, with a space only where a sign does not part them."""
    return " ".join(texts).replace(" -", "-")


def coordinates(*values: float) -> str:
    """Path or transform numbers to one decimal."""
    return joined(map(number, values))


def rounds(*values: float) -> str:
    """Path numbers to whole units: a plant is drawn in centimetres, and nobody sees a millimetre."""
    return joined(map(str, map(round, values)))


def crisp(point: Point) -> Point:
    """The point on whole pixels: fewer characters, and edges that meet."""
    return round(point[0]), round(point[1])


def polygon(points: Sequence[Point]) -> str:
    """A closed outline with straight sides."""
    return f"{polyline(points)}z"


def polyline(points: Sequence[Point]) -> str:
    """An open line with straight parts."""
    first, *rest = map(_tenths, points)
    return f"M{_written(first)}l{_steps(first, rest)}"


def curve(points: Sequence[Point], *, closed: bool = False) -> str:
    """A smooth line through the middles of the given points (they act as handles); ends are kept on an open line."""
    if closed:
        start = _middle(points[-1], points[0])
        return f"M{_written(_tenths(start))}{_bows(start, [*points, points[0]])}z"
    if len(points) < 3:
        return polyline(points)
    return f"M{_written(_tenths(points[0]))}{_bows(points[0], points[1:-1], points[-1])}"


def _bows(start: Point, handles: Sequence[Point], end: Point | None = None) -> str:
    """Arcs from handle to handle, meeting half-way. Without an end the last handle closes the round.

    Each handle mirrors the one before it in the point where their arcs meet, so only the first has to be written. A
    meeting point is rounded with the mirrored handle in mind, so that what rounding costs does not add up.
    """
    first = _tenths(start)
    handle, meetings = _tenths(handles[0]), []
    mirrored = handle
    for following in handles[1:]:
        wanted = _tenths(following)
        meeting = (mirrored[0] + wanted[0]) // 2, (mirrored[1] + wanted[1]) // 2
        mirrored = 2 * meeting[0] - mirrored[0], 2 * meeting[1] - mirrored[1]
        meetings.append(meeting)
    if end:
        meetings.append(_tenths(end))
    bow = joined((_steps(first, [handle]), _steps(first, meetings[:1])))
    return f"q{bow}t{_steps(meetings[0], meetings[1:])}" if meetings[1:] else f"q{bow}"


def _tenths(point: Point) -> Tenths:
    """The point in tenths, as whole numbers: steps between such points add up."""
    return round(point[0] * 10), round(point[1] * 10)


def _written(point: Tenths) -> str:
    return coordinates(point[0] / 10, point[1] / 10)


def _steps(start: Tenths, points: Iterable[Tenths]) -> str:
    """The way from point to point, which takes fewer characters than where they lie."""
    values: list[float] = []
    for x, y in points:
        values += ((x - start[0]) / 10, (y - start[1]) / 10)
        start = x, y
    return coordinates(*values)


def _middle(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def leaf(x: float, y: float, angle: float, length: float, width: float, bend: float = 0.0) -> str:
    """A pointed leaf from its stalk; `angle` in radians (0 = right, -π/2 = up), `bend` turns the tip to one side."""
    dx, dy = math.cos(angle) * length, math.sin(angle) * length
    px, py = -math.sin(angle) * width, math.cos(angle) * width
    bx, by = px / width * bend * length if width else 0.0, py / width * bend * length if width else 0.0
    tip_x, tip_y = round(dx + bx), round(dy + by)
    near = rounds(dx * 0.45 + px, dy * 0.45 + py)
    far = rounds(dx * 0.45 - px - tip_x, dy * 0.45 - py - tip_y)
    return f"M{rounds(x, y)}q{joined((near, str(tip_x), str(tip_y)))}q{joined((far, str(-tip_x), str(-tip_y)))}"


def half_leaf(x: float, y: float, angle: float, length: float, width: float, bend: float = 0.0) -> str:
    """The side of a leaf that the light falls on: give a negative width for the other side."""
    dx, dy = math.cos(angle) * length, math.sin(angle) * length
    px, py = -math.sin(angle) * width, math.cos(angle) * width
    side = math.copysign(1, width)
    bx, by = -math.sin(angle) * bend * length * side, math.cos(angle) * bend * length * side
    near = rounds(dx * 0.45 + px, dy * 0.45 + py)
    return f"M{rounds(x, y)}q{joined((near, rounds(dx + bx, dy + by)))}"


def dots(points: Iterable[Point]) -> str:
    """A path of dots, for a round-capped stroke."""
    return "".join(f"M{coordinates(x, y)}h.1" for x, y in points)


# What is left of a symbol that is seen from far away: these of its shapes, in order.
PLAIN: Final[Mapping[str, tuple[int, ...]]] = {
    "leaves": (0, 2, 5), "fine": (0, 2, 5), "broad": (0, 1), "sword": (0, 1), "scale": (0, 1), "frond": (0, 2),
    "mound": (1, 2), "blossom": (0, 3), "rose": (0, 3), "spike": (0, 2), "spire": (0, 2), "raceme": (0, 2),
    "tier": (0, 2), "daisy": (0, 2, 5), "sunflower": (0, 1, 4), "allium": (0, 1, 5), "tulip": (0, 2, 6),
}  # fmt: skip
FAR: Final = "-far"
WHOLE: Final = frozenset({"tier", "snowtier"})  # a pine without some of its tiers is none
THINNED: Final = 0.22  # how much larger a stamp is drawn for each that it stands for


@dataclass(slots=True)
class Sketch:
    """Shapes in painting order. Neighbours of one colour become one element, which keeps the file small."""

    prefix: str
    symbols: set[str] = field(default_factory=set)
    thin: int = 1  # of so many stamps one is drawn, and stands for the others
    plain: bool = False  # stamps show only their few main shapes
    _stamped: int = 0
    _runs: list[tuple[str, str, list[str]]] = field(default_factory=list)

    def fill(self, colour: str, data: str, opacity: float = 1.0) -> None:
        """A filled outline."""
        faint = f' opacity="{fraction(opacity)}"' if opacity < 1 else ""
        self._run("path", f'fill="{colour}"{faint}', data)

    def stroke(self, colour: str, width: float, data: str, opacity: float = 1.0) -> None:
        """A round-capped line."""
        faint = f' opacity="{fraction(opacity)}"' if opacity < 1 else ""
        self._run("path", f'fill="none" stroke="{colour}" stroke-width="{number(width)}"{faint}', data)

    def stamp(
        self,
        symbol: str,
        x: float,
        y: float,
        scale: float,
        colour: str = "",
        *,
        turn: float = 0.0,
        squash: float = 1.0,
        mirror: bool = False,
    ) -> None:
        """A symbol, drawn at a hundredth of its own size times `scale`; `turn` in radians, `squash` flattens it."""
        if symbol not in WHOLE:
            self._stamped += 1
            if self._stamped % self.thin != 1 % self.thin:
                return
            scale *= 1 + THINNED * (self.thin - 1)
        if self.plain and symbol in PLAIN:
            symbol += FAR
        self.symbols.add(symbol)
        wide, high = scale / 100, scale / 100 * squash
        if mirror:
            wide = -wide
        sizes = fraction(wide), fraction(high)
        degrees = round(math.degrees(turn))
        rotation = f"rotate({degrees})" if degrees else ""
        size = sizes[0] if sizes[0] == sizes[1] else joined(sizes)
        place = f"translate({rounds(x, y)}){rotation}scale({size})"
        attribute = ("stroke" if symbol in STROKED else "fill") + f'="{colour}"' if colour else ""
        self._run("g", attribute, f'<use href="#{self.prefix}{symbol}" transform="{place}"/>')

    def markup(self, text: str) -> None:
        """Anything else, as it is."""
        self._run("raw", "", text)

    def _run(self, kind: str, attributes: str, content: str) -> None:
        if self._runs and self._runs[-1][0] == kind and self._runs[-1][1] == attributes:
            self._runs[-1][2].append(content)
        else:
            self._runs.append((kind, attributes, [content]))

    def __str__(self) -> str:
        out: list[str] = []
        for kind, attributes, contents in self._runs:
            if kind == "path":
                out.append(f'<path {attributes} d="{"".join(contents)}"/>')
            elif kind == "g" and attributes and len(contents) == 1:
                out.append(contents[0].replace("<use ", f"<use {attributes} ", 1))
            elif kind == "g" and attributes:
                out.append(f"<g {attributes}>{''.join(contents)}</g>")
            else:
                out.extend(contents)
        return "".join(out)


STROKED = frozenset({"twigs"})  # symbols made of lines take their colour as a stroke
