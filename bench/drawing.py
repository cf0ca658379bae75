"""A run as a picture: each figure as a share of its limit, and the limits as one line. Pure: a run in, SVG out."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bench.report import Result
    from bench.saved import Measured, Run

WIDTH: Final = 1000
LEFT: Final = 28
BARS: Final = 430  # where bars begin
LIMIT: Final = 240  # as long as a bar that is just at its limit
LONGEST: Final = 1.2  # limits; what is longer is cut off
FIGURES: Final = BARS + LIMIT * LONGEST + 14
ROW, HEADING, TOP, BOTTOM = 22, 38, 64, 20
FONT: Final = "ui-sans-serif, system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif"


@dataclass(frozen=True, slots=True)
class Colours:
    """Those of the site (`frontend/src/shell/tokens.css`)."""

    paper: str
    ink: str
    soft: str
    line: str
    kept: str
    missed: str


LIGHT: Final = Colours("#fbfaf5", "#1c2a22", "#55635a", "#e2e1d4", "#74b34c", "#a3466f")
DARK: Final = Colours("#0f1714", "#e9eee2", "#a3b1a4", "#27352d", "#74b34c", "#f0a3c4")


def picture(run: Run, colours: Colours) -> str:
    """The parts one under the other; what has no limit is left out."""
    body: list[str] = []
    y = TOP
    for part in run.parts.values():
        if rows := list(_rows(part)):
            y += HEADING
            body.append(_text(LEFT, y - 12, part.title, colours.ink, weight=600))
            for result in rows:
                body += _row(result, y, colours)
                y += ROW
    height, limit_x = y + BOTTOM, BARS + LIMIT
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" font-family="{FONT}" font-size="13">',
        "<title>Each figure as a share of its limit</title>",
        f'<rect width="{WIDTH}" height="{height}" rx="14" fill="{colours.paper}"/>',
        _text(LEFT, 38, "How much of each limit is used", colours.ink, size=18, weight=600),
        _text(limit_x, 46, "limit", colours.soft, anchor="middle"),
        f'<path d="M{limit_x} {TOP - 10}V{height - BOTTOM}" stroke="{colours.soft}" stroke-dasharray="3 4"/>',
    ]
    return "\n".join([*head, *body, "</svg>\n"])


def _rows(part: Measured) -> Iterator[Result]:
    """What has a limit, and above it the figure that it goes with."""
    waiting: Result | None = None
    for result in part.results:
        if result.ratio is not None:
            if waiting is not None and result.what.startswith("…"):
                yield waiting
            yield result
            waiting = None
        elif not result.what.startswith("…"):
            waiting = result


def _row(result: Result, y: int, colours: Colours) -> Iterable[str]:
    """A name, its bar (a dot where there is nothing between kept and missed), and its figure."""
    middle = y + ROW / 2
    yield _text(LEFT, middle + 4.5, result.what, colours.ink)
    yield _text(FIGURES, middle + 4.5, result.measured.partition(" (")[0], colours.soft)
    if result.ratio is None:
        return
    colour = colours.missed if result.is_missed else colours.kept
    if result.exact:
        yield f'<circle cx="{BARS + 5}" cy="{middle:g}" r="4" fill="{colour}"/>'
        return
    share = min(LONGEST, 1 / max(result.ratio, 1e-3))
    yield f'<rect x="{BARS}" y="{y + 5}" width="{LIMIT * LONGEST:g}" height="12" rx="3" fill="{colours.line}"/>'
    yield f'<rect x="{BARS}" y="{y + 5}" width="{max(2.0, LIMIT * share):.1f}" height="12" rx="3" fill="{colour}"/>'


def _text(
    x: float, y: float, text: str, colour: str, *, size: int = 13, weight: int = 400, anchor: str = "start"
) -> str:
    look = f'fill="{colour}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}"'
    return f'<text x="{x:g}" y="{y:g}" {look}>{escape(text)}</text>'
