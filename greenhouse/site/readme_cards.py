"""Cards for READMEs and other people's pages: SVG that needs nothing else, in a light and in a dark frame.

Pure: values in, SVG out. Letters are outlines, which image proxies and phones show as they are. The light and the dark
card are two files, chosen by `<picture>`, because media queries inside an SVG fail on phones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from common.words import count
from garden.svg import garden_svg, plant_svg
from garden.svg.draw import fraction, number, safe_text
from greenhouse.site.lettering import Face, fitted, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from garden.svg import DrawnPlant
    from greenhouse.site.share_pictures import Above

BROAD: Final = 840  # pixels: a README's column on GitHub
GARDEN_HEIGHT, CAPTION = 360, 72
WEEK_HEIGHT, QUIET_HEIGHT = 264, 96  # the second where there is nothing to show
PLANT_WIDTH, PLANT_HEIGHT = 440, 190
RADIUS: Final = 14
TENDED_SHOWN: Final = 3
TALLEST_BAR: Final = 108


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a card; the page's own, as `frontend/src/shell/tokens.css` has them."""

    paper: str
    ink: str
    soft: str
    line: str
    leaf: str
    tile: tuple[str, str]  # what a small plant stands before, from above to below


LIGHT: Final = Theme("#fbfaf5", "#1c2a22", "#55635a", "#e2e1d4", "#74b34c", ("#dfeef5", "#f3f6ea"))
DARK: Final = Theme("#0f1714", "#e9eee2", "#a3b1a4", "#27352d", "#74b34c", ("#1d3346", "#16211c"))


# --- The garden -------------------------------------------------------------------------------------------------------


def garden_card(
    plants: Sequence[DrawnPlant], above: Above, theme: Theme, *, title: str, facts: str, own_forms: int | None = None
) -> str:
    """The garden as it is now, with its name below it."""
    height = GARDEN_HEIGHT + CAPTION
    drawing = garden_svg(
        plants,
        **above.parts,
        width=BROAD,
        height=GARDEN_HEIGHT,
        links=False,
        own_forms=own_forms,
    )
    least = line(facts, Face.TEXT, 16)
    name = fitted(title, Face.DISPLAY, 27, BROAD - 60 - least.width, least=18)
    foot = height - CAPTION / 2 + 8
    words = name.draw(24, foot, theme.ink) + least.draw(BROAD - 24, foot - 1, theme.soft, anchor=1)
    return _card(f"{title}. {facts}", BROAD, height, theme, _slot(drawing, 0, 0, BROAD, GARDEN_HEIGHT) + words)


# --- The week ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tended:
    """A plant and what was done for it in the week."""

    plant: DrawnPlant
    commits: int


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days, the last one today."""

    days: Sequence[tuple[date, int]]
    tended: Sequence[Tended]  # the most tended first

    @property
    def sentence(self) -> str:
        """What it came to: "31 commits on 4 plants"."""
        commits = sum(done for _, done in self.days)
        if not commits:
            return "A quiet week: nothing was committed, and the plants rest."
        return f"{count(commits, 'commit')} on {count(len(self.tended), 'plant')} in seven days"


def week_card(week: Week, above: Above, theme: Theme, *, title: str) -> str:
    """The commits of the last seven days, and what they were made to."""
    name = fitted(title, Face.DISPLAY, 25, BROAD - 48, least=17)
    words = name.draw(24, 44, theme.ink) + fitted(week.sentence, Face.TEXT, 16, BROAD - 48).draw(24, 72, theme.soft)
    if not week.tended:
        return _card(f"{title}: {week.sentence}", BROAD, QUIET_HEIGHT, theme, words)
    rows = "".join(
        _tended(tended, above, theme, f"w{row}", 104 + row * 50)
        for row, tended in enumerate(week.tended[:TENDED_SHOWN])
    )
    most = ", ".join(f"{one.plant.name} {one.commits:,}" for one in week.tended[:TENDED_SHOWN])
    label = f"{title}: {week.sentence}. Most of them: {most}."
    return _card(label, BROAD, WEEK_HEIGHT, theme, words + _bars(week.days, theme) + rows)


def _bars(days: Iterable[tuple[date, int]], theme: Theme) -> str:
    """A shoot for each day, with its number above it and its name below."""
    days = list(days)
    most = max((done for _, done in days), default=0) or 1
    foot, out = WEEK_HEIGHT - 44, []
    for place, (day, done) in enumerate(days):
        x = 44 + place * 56
        tall = max(3.0, TALLEST_BAR * done / most)
        colour = theme.leaf if done else theme.line
        out.append(
            f'<rect x="{x - 14}" y="{number(foot - tall)}" width="28" height="{number(tall)}" '
            f'rx="{number(min(8.0, tall / 2))}" fill="{colour}"/>'
        )
        if done:
            out.append(line(f"{done:,}", Face.TEXT, 13).draw(x, foot - tall - 7, theme.soft, anchor=0.5))
        out.append(line(f"{day:%a}", Face.TEXT, 13).draw(x, foot + 20, theme.soft, anchor=0.5))
    return "".join(out)


def _tended(tended: Tended, above: Above, theme: Theme, prefix: str, y: int) -> str:
    x, plant = 470, tended.plant
    commits = line(count(tended.commits, "commit"), Face.TEXT, 15)
    name = fitted(plant.name, Face.TEXT, 17, BROAD - 24 - x - 54 - commits.width - 16, least=13)
    return (
        _tile(plant, above, theme, prefix, x, y, 42)
        + name.draw(x + 54, y + 27, theme.ink)
        + commits.draw(BROAD - 24, y + 27, theme.soft, anchor=1)
    )


# --- A plant ----------------------------------------------------------------------------------------------------------


def plant_card(plant: DrawnPlant, above: Above, theme: Theme, *, growth: float, description: str, facts: str) -> str:
    """One plant, what it is, and how far it has grown. `growth` is 0–1."""
    side = PLANT_HEIGHT - 40
    x, broad = side + 38, PLANT_WIDTH - side - 38 - 20
    name = fitted(plant.name, Face.DISPLAY, 24, broad, least=16)
    stage = line(plant.stage_label[:1].upper() + plant.stage_label[1:], Face.TEXT, 14)
    said = wrapped(description, Face.TEXT, 14, broad, 2) if description else []
    out = [
        _tile(plant, above, theme, "p", 20, 20, side),
        name.draw(x, 48, theme.ink),
        stage.draw(x, 72, theme.soft),
        f'<rect x="{x}" y="84" width="{broad}" height="6" rx="3" fill="{theme.line}"/>',
        f'<rect x="{x}" y="84" width="{fraction(max(6.0, broad * growth))}" height="6" rx="3" fill="{theme.leaf}"/>',
        *(row.draw(x, 114 + index * 19, theme.ink) for index, row in enumerate(said)),
        fitted(facts, Face.TEXT, 13, broad, least=10).draw(x, PLANT_HEIGHT - 24, theme.soft),
    ]
    label = f"{plant.name}, {plant.stage_label}. {facts}"
    return _card(label, PLANT_WIDTH, PLANT_HEIGHT, theme, "".join(out))


# --- What they share --------------------------------------------------------------------------------------------------


def _tile(plant: DrawnPlant, above: Above, theme: Theme, prefix: str, x: int, y: int, side: int) -> str:
    """A small picture of a plant."""
    drawing = plant_svg(
        plant.genome,
        plant.growth,
        vitality=plant.vitality,
        season=above.season,
        time_of_day=above.time_of_day,
        prefix=prefix,
    )
    inset = side * 0.06
    high, low = theme.tile
    return (
        f'<defs><linearGradient id="{prefix}tile" x2="0" y2="1"><stop stop-color="{high}"/>'
        f'<stop offset="1" stop-color="{low}"/></linearGradient></defs>'
        f'<rect x="{x}" y="{y}" width="{side}" height="{side}" rx="{min(RADIUS, side / 5):g}" '
        f'fill="url(#{prefix}tile)"/>' + _slot(drawing, x + inset, y + inset, side - 2 * inset, side - 2 * inset)
    )


def _slot(drawing: str, x: float, y: float, width: float, height: float) -> str:
    """A drawing as a part of the card."""
    place = " ".join(
        f'{name}="{number(value)}"'
        for name, value in zip(("x", "y", "width", "height"), (x, y, width, height), strict=True)
    )
    return drawing.replace("<svg ", f"<svg {place} ", 1)


def _card(label: str, width: int, height: int, theme: Theme, drawn: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{safe_text(label)}"><title>{safe_text(label)}</title>'
        f'<defs><clipPath id="card"><rect width="{width}" height="{height}" rx="{RADIUS}"/></clipPath></defs>'
        f'<g clip-path="url(#card)"><rect width="{width}" height="{height}" fill="{theme.paper}"/>{drawn}</g>'
        f'<rect x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="{RADIUS}" fill="none" '
        f'stroke="{theme.line}"/></svg>'
    )
