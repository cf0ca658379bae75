"""The pictures that a link to the garden or to a plant shows in a chat: the drawing of the hour, with a few words.

Pure: values in, SVG out. The words stand in the picture's own mist, in whatever ink can be read on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypedDict

from garden.svg import garden_svg, portrait_svg
from garden.svg.colour import luminance, mix
from garden.svg.light import light_for
from greenhouse.site.lettering import Face, Line, fitted, known, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from garden.svg import DrawnPlant
    from garden.svg.light import Light
    from garden.vocabulary import Season, TimeOfDay, WeatherType

WIDTH, HEIGHT = 1200, 630  # what every network shows whole
MARGIN: Final = 64
ISLAND_HEIGHT: Final = 548  # of the garden's picture; below it is mist, and the words
PLANT_WORDS: Final = 560  # how broad the words beside a plant may be
DARK_INK, LIGHT_INK = "#14251b", "#fbf9ee"
READABLE: Final = 7.5  # contrast of the words with the mist; WCAG's highest grade asks for 7
SOFTER: Final = 0.16  # how far the lesser words go towards the mist
LINE_HEIGHT: Final = 1.18
NAME_IN_TWO_LINES: Final = (56.0, 48.0, 40.0)  # pixels, the first that holds it whole


class SkyParts(TypedDict):
    """What the drawings take of a sky, by their names for it."""

    season: Season
    time_of_day: TimeOfDay
    weather_type: WeatherType
    precipitation: str | None


@dataclass(frozen=True, slots=True)
class Above:
    """The sky over a picture."""

    season: Season
    time_of_day: TimeOfDay
    weather_type: WeatherType
    precipitation: str | None

    @property
    def parts(self) -> SkyParts:
        """To be handed on to a drawing."""
        return {
            "season": self.season,
            "time_of_day": self.time_of_day,
            "weather_type": self.weather_type,
            "precipitation": self.precipitation,
        }

    @property
    def light(self) -> Light:
        """What it does to every colour."""
        return light_for(**self.parts)

    @property
    def words(self) -> str:
        """Such as "an autumn night"."""
        article = "an" if self.season[0] in "aeiou" else "a"
        return f"{article} {self.season} {self.time_of_day}"


@dataclass(frozen=True, slots=True)
class Ink:
    """What words are written in, and the mist that they stand in."""

    words: str
    lesser: str
    mist: str


def ink_in(light: Light) -> Ink:
    """An ink that can be read in the mist of a light, which is thickened as far as it takes."""
    sea = mix(light.fog, light.mid, 0.5)
    ink = max((DARK_INK, LIGHT_INK), key=lambda colour: contrast(colour, sea))
    away = "#ffffff" if ink == DARK_INK else "#04070f"
    mist = next(
        mixed for step in range(21) if contrast(ink, mixed := mix(sea, away, step / 20)) >= READABLE or step == 20
    )
    return Ink(ink, mix(ink, mist, SOFTER), mist)


def contrast(one: str, other: str) -> float:
    """By WCAG: 1 for none to 21."""
    dark, pale = sorted((luminance(one), luminance(other)))
    return (pale + 0.05) / (dark + 0.05)


# --- The garden -------------------------------------------------------------------------------------------------------


def garden_picture(
    plants: Sequence[DrawnPlant], above: Above, *, title: str, facts: str, own_forms: int | None = None
) -> str:
    """The whole garden, floating above its name."""
    drawing = garden_svg(
        plants,
        **above.parts,
        width=WIDTH,
        height=ISLAND_HEIGHT,
        links=False,
        own_forms=own_forms,
    )
    ink = ink_in(above.light)
    least = line(known(facts), Face.TEXT, 24)
    name = fitted(known(title), Face.DISPLAY, 50, WIDTH - 2 * MARGIN - least.width - 40, least=30)
    fade = (
        f'<linearGradient id="fade" x2="0" y2="1"><stop stop-color="{ink.mist}" stop-opacity="0"/>'
        f'<stop offset=".55" stop-color="{ink.mist}" stop-opacity=".86"/><stop offset="1" stop-color="{ink.mist}"/>'
        "</linearGradient>"
    )
    words = (
        f'<rect y="{ISLAND_HEIGHT - 86}" width="{WIDTH}" height="90" fill="url(#fade)"/>'
        f'<rect y="{ISLAND_HEIGHT}" width="{WIDTH}" height="{HEIGHT - ISLAND_HEIGHT}" fill="{ink.mist}"/>'
        f"{name.draw(MARGIN, HEIGHT - 46, ink.words)}{least.draw(WIDTH - MARGIN, HEIGHT - 46, ink.lesser, anchor=1)}"
    )
    return _picture(_slot(drawing, ISLAND_HEIGHT), fade, words)


# --- A plant ----------------------------------------------------------------------------------------------------------


def plant_picture(plant: DrawnPlant, above: Above, *, eyebrow: str, description: str, facts: str, whose: str) -> str:
    """One plant, and beside it what it is."""
    ink = ink_in(above.light)
    name = _name(known(plant.name))
    said = wrapped(known(description), Face.TEXT, 27, PLANT_WORDS, 3) if known(description) else []
    rows = [
        (line(known(eyebrow), Face.TEXT, 24), ink.lesser, 10),
        *((row, ink.words, 4) for row in name),
        *((row, ink.words, 18 if index == 0 else 0) for index, row in enumerate(said)),
        (fitted(known(facts), Face.TEXT, 24, PLANT_WORDS, least=18), ink.lesser, 20),
        (fitted(known(whose), Face.TEXT, 24, PLANT_WORDS, least=18), ink.lesser, 6),
    ]
    rows = [row for row in rows if row[0].outlines]
    tall = sum(row.size * LINE_HEIGHT + before for row, _, before in rows)
    y, words = max(52.0, 0.49 * HEIGHT - tall / 2), []
    for row, colour, before in rows:
        y += before + row.size * LINE_HEIGHT
        words.append(row.draw(MARGIN, y - 0.28 * row.size, colour))
    fade = (
        f'<radialGradient id="fade"><stop stop-color="{ink.mist}" stop-opacity=".96"/>'
        f'<stop offset=".62" stop-color="{ink.mist}" stop-opacity=".9"/>'
        f'<stop offset="1" stop-color="{ink.mist}" stop-opacity="0"/></radialGradient>'
    )
    mist = (
        f'<ellipse cx="{MARGIN + PLANT_WORDS * 0.46:.0f}" cy="{0.49 * HEIGHT:.0f}" rx="540" '
        f'ry="{tall * 0.5 + 150:.0f}" fill="url(#fade)"/>'
    )
    drawing = portrait_svg(
        plant.genome,
        plant.growth,
        vitality=plant.vitality,
        **above.parts,
        width=WIDTH,
        height=HEIGHT,
        mist=mist,
    )
    return _picture(_slot(drawing, HEIGHT), fade, "".join(words))


def _name(name: str) -> list[Line]:
    """The name in one line, else a little smaller in two."""
    whole = fitted(name, Face.DISPLAY, 76, PLANT_WORDS, least=60)
    if whole.text == name:
        return [whole]
    for size in NAME_IN_TWO_LINES:
        rows = wrapped(name, Face.DISPLAY, size, PLANT_WORDS, 2)
        if " ".join(row.text for row in rows) == name:
            break
    return rows


def _slot(drawing: str, height: int) -> str:
    """A drawing as a part of the picture."""
    return drawing.replace("<svg ", f'<svg width="{WIDTH}" height="{height}" ', 1)


def _picture(drawing: str, definitions: str, words: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><defs>{definitions}</defs>'
        f"{drawing}{words}</svg>"
    )
