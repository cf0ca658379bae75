"""Text as outlines, so that pictures and cards look alike wherever they are shown.

Shaped by HarfBuzz, with kerning and joined scripts. The faces lie beside this file; what an owner puts into `faces/` of
the data directory letters the scripts that they lack. Runs of letters that no face has are kept apart: a card shows
them as text, in a face of the reader's, and a picture leaves them out.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.conf import settings

from common.text import storable_name
from garden.svg.draw import coordinates, fraction, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

HERE: Final = Path(__file__).parent / "faces"
FONT_FILES: Final = frozenset({".ttf", ".otf", ".ttc", ".otc"})
ELLIPSIS: Final = "…"
RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
LEFT_TO_RIGHT: Final = frozenset({"L", "EN", "AN"})
# What belongs to the letter before it: accents, joiners, variation selectors, skin tones.
ATTACHED: Final = frozenset({"Mn", "Me", "Mc", "Cf", "Sk"})
WIDE, NARROW = 1.0, 0.56  # of the size: how broad a letter is taken to be that a reader's own face draws


class Face(StrEnum):
    """Which letters come first; the others follow where those lack one."""

    DISPLAY = "fraunces-600"
    TEXT = "noto-sans-500"


class _Font(NamedTuple):
    font: Any  # uharfbuzz.Font
    units: int  # per em
    characters: frozenset[int]


class _Run(NamedTuple):
    text: str
    font: _Font | None  # none has these letters
    is_rtl: bool


@dataclass(frozen=True, slots=True)
class Foreign:
    """A run of letters that no face has."""

    text: str
    x: float
    width: float
    is_rtl: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; it begins at x = 0 and stands on y = 0, in pixels."""

    text: str
    size: float
    width: float
    outlines: str
    foreign: Sequence[Foreign] = ()

    def draw(self, x: float, y: float, colour: str, *, anchor: float = 0.0, opacity: float = 1.0) -> str:
        """The line with its foot at (x, y). `anchor`: 0 where it begins there, 0.5 in the middle, 1 where it ends."""
        place = f'transform="translate({coordinates(x - anchor * self.width, y)})" fill="{colour}"'
        faint = f' opacity="{fraction(opacity)}"' if opacity < 1 else ""
        letters = f'<path d="{self.outlines}"/>' if self.outlines else ""
        texts = "".join(
            f'<text x="{run.x:.1f}" font-size="{self.size:g}" textLength="{run.width:.1f}" '
            f'lengthAdjust="spacingAndGlyphs" font-family="system-ui,sans-serif"'
            f"{DIRECTION if run.is_rtl else ''}>{safe_text(run.text)}</text>"
            for run in self.foreign
        )
        return f"<g {place}{faint}>{letters}{texts}</g>" if letters or texts else ""


DIRECTION: Final = ' direction="rtl" text-anchor="end"'


def known(text: str) -> str:
    """`text` without the letters that no face has, for pictures, which can borrow none."""
    runs = _runs(storable_name(text), Face.TEXT)
    return " ".join("".join(run.text for run in runs if run.font).split())


@lru_cache(maxsize=512)
def line(text: str, face: Face, size: float) -> Line:
    """`text` in one line, `size` pixels to the em."""
    text = storable_name(text)
    runs = _runs(text, face)
    if runs and _is_rtl(text):
        runs = runs[::-1]
    x, outlines, foreign = 0.0, [], []
    for run in runs:
        if run.font is None:
            width = sum(_breadth(character) for character in run.text) * size
            foreign.append(Foreign(run.text, x, width, run.is_rtl))
        else:
            shape, width = _shaped(run, run.font, x, size)
            outlines.append(shape)
        x += width
    return Line(text, size, x, "".join(outlines), tuple(foreign))


def fitted(text: str, face: Face, size: float, width: float, *, least: float = 0.0) -> Line:
    """The same no broader than `width`: smaller, down to `least` pixels to the em, and then cut at a word."""
    whole = line(text, face, size)
    if whole.width <= width:
        return whole
    smaller = max(least or size, 0.995 * size * width / whole.width)  # coordinates are rounded
    return wrapped(text, face, smaller, width, 1)[0]


def wrapped(text: str, face: Face, size: float, width: float, lines: int) -> list[Line]:
    """The text in at most so many lines. What does not fit is left out, with an ellipsis where it was."""
    words = storable_name(text).split()
    out: list[Line] = []
    while words and len(out) < lines:
        is_last = len(out) == lines - 1
        taken = _most(words, face, size, width)
        if taken == len(words):
            rest = " ".join(words)
        elif is_last:
            rest = _cut(words, taken, face, size, width)
        else:
            rest = " ".join(words[: max(1, taken)])
        if line(rest, face, size).width > width:  # one word alone is too long
            rest = _cut_word(rest, face, size, width)
        out.append(line(rest, face, size))
        words = words[max(1, taken) :]
    return out or [line("", face, size)]


def _most(words: Sequence[str], face: Face, size: float, width: float) -> int:
    """How many of the words fit into a line."""
    taken = 0
    while taken < len(words) and line(" ".join(words[: taken + 1]), face, size).width <= width:
        taken += 1
    return taken


def _cut(words: Sequence[str], taken: int, face: Face, size: float, width: float) -> str:
    """As many words as fit with an ellipsis behind them."""
    while taken > 1 and line(_ended(words[:taken]), face, size).width > width:
        taken -= 1
    return _ended(words[: max(1, taken)])


def _ended(words: Iterable[str]) -> str:
    return " ".join(words).rstrip(",;:.–-") + " " + ELLIPSIS


def _cut_word(word: str, face: Face, size: float, width: float) -> str:
    word = word.rstrip(f" {ELLIPSIS}")
    while word and line(word + ELLIPSIS, face, size).width > width:
        word = word[:-1]
        while word and unicodedata.category(word[-1]) in ATTACHED:
            word = word[:-1]
    return word + ELLIPSIS


# --- Runs of one face and direction -----------------------------------------------------------------------------------


def _runs(text: str, face: Face) -> list[_Run]:
    """The text in runs, as it is read."""
    chain = _chain(face)
    runs: list[_Run] = []
    for character, is_rtl in zip(text, _directions(text), strict=True):
        before = runs[-1] if runs else None
        font = _font_of(character, before, chain)
        if before and before.font is font and before.is_rtl == is_rtl:
            runs[-1] = before._replace(text=before.text + character)
        else:
            runs.append(_Run(character, font, is_rtl))
    return runs


def _directions(text: str) -> list[bool]:
    """Of each character, whether it goes from right to left; blanks and signs between two directions go as the line."""
    strong: list[bool | None] = []
    for character in text:
        kind = unicodedata.bidirectional(character)
        strong.append(True if kind in RIGHT_TO_LEFT else False if kind in LEFT_TO_RIGHT else None)
    base = _is_rtl(text)
    before = list(accumulate(strong, lambda last, one: last if one is None else one, initial=base))[1:]
    after = list(accumulate(reversed(strong), lambda last, one: last if one is None else one, initial=base))[:0:-1]
    return [
        one if one is not None else left if left == right else base
        for one, left, right in zip(strong, before, after, strict=True)
    ]


def _font_of(character: str, before: _Run | None, chain: Sequence[_Font]) -> _Font | None:
    code, category = ord(character), unicodedata.category(character)
    if before and category in ATTACHED:
        return before.font
    if before and before.font and code in before.font.characters and category[0] in "ZP":
        return before.font
    return next((font for font in chain if code in font.characters), None)


def _is_rtl(text: str) -> bool:
    """Whether the first letter that has a direction goes from right to left."""
    strong = (unicodedata.bidirectional(character) for character in text)
    return next((one in RIGHT_TO_LEFT for one in strong if one in RIGHT_TO_LEFT or one == "L"), False)


def _breadth(character: str) -> float:
    if unicodedata.category(character) in ATTACHED:
        return 0.0
    return WIDE if unicodedata.east_asian_width(character) in "WF" else NARROW


# --- Outlines ---------------------------------------------------------------------------------------------------------


def _shaped(run: _Run, font: _Font, x: float, size: float) -> tuple[str, float]:
    """A run's outlines from x on, and how broad it is."""
    import uharfbuzz  # here, as every page's code leads to this file, and few answers letter anything

    buffer = uharfbuzz.Buffer()
    buffer.add_str(run.text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if run.is_rtl else "ltr"
    uharfbuzz.shape(font.font, buffer)
    scale, begin, out = size / font.units, x, []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        out.append(_outline(font, info.codepoint, scale, x + position.x_offset * scale, -position.y_offset * scale))
        x += position.x_advance * scale
    return "".join(out), x - begin


def _outline(font: _Font, glyph: int, scale: float, x: float, y: float) -> str:
    out = []
    for command, numbers in _strokes(font.font, glyph):
        places = (
            f"{x + value * scale:.1f}" if index % 2 == 0 else f"{y - value * scale:.1f}"
            for index, value in enumerate(numbers)
        )
        out.append(command + " ".join(places).replace(" -", "-"))
    return "".join(out)


@lru_cache(maxsize=2048)
def _strokes(font: Any, glyph: int) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """A glyph's outline in font units, y up."""
    out: list[tuple[str, tuple[float, ...]]] = []
    font.draw_glyph(glyph, _pen(), out)
    return tuple(out)


@lru_cache(maxsize=1)
def _pen() -> Any:
    import uharfbuzz

    pen = uharfbuzz.DrawFuncs()
    pen.set_move_to_func(lambda x, y, out: out.append(("M", (x, y))))
    pen.set_line_to_func(lambda x, y, out: out.append(("L", (x, y))))
    pen.set_quadratic_to_func(lambda cx, cy, x, y, out: out.append(("Q", (cx, cy, x, y))))
    pen.set_cubic_to_func(lambda ax, ay, bx, by, x, y, out: out.append(("C", (ax, ay, bx, by, x, y))))
    pen.set_close_path_func(lambda out: out.append(("z", ())))
    return pen


# --- Faces ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=len(Face))
def _chain(face: Face) -> tuple[_Font, ...]:
    """The face that was asked for, then all others."""
    first = [file for begins in (face, Face.TEXT) for file in _files(HERE) if file.stem.startswith(begins)]
    others = [*_files(HERE), *_files(settings.DATA_DIR / "faces")]
    return tuple(font for file in dict.fromkeys([*first, *others]) if (font := _read(file)))


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        found = (file for file in folder.iterdir() if file.suffix.lower() in FONT_FILES)
        yield from sorted(found, key=lambda file: file.stem)


@lru_cache(maxsize=64)
def _read(file: Path) -> _Font | None:
    import uharfbuzz

    face = uharfbuzz.Face(file.read_bytes())
    characters = frozenset(face.unicodes)
    return _Font(uharfbuzz.Font(face), face.upem, characters) if characters else None
