"""Drawings as pictures: SVG to PNG, by ThorVG.

It takes a twentieth of a second for a whole garden and lets other threads go on meanwhile. It draws what our own
drawings use; text it knows none of, so letters come as outlines (`greenhouse/site/lettering.py`).
"""

from __future__ import annotations

import threading
from io import BytesIO
from typing import TYPE_CHECKING, Final

from PIL import Image
from thorvg_python.base import Result
from thorvg_python.canvas.sw import SwCanvas
from thorvg_python.engine import Engine
from thorvg_python.paint.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

# A palette and dither: a third of the bytes. Most of its colours go to what there is most of, so that a sky is smooth,
# and the rest to what is most unlike that, so that a few tulips are red.
COMMON, RARE = 168, 88
SAMPLE: Final = 4  # the palette is chosen from a picture so many times smaller, which is as good and quicker

# The library is one engine a process, and one picture is drawn at a time. The engine is never ended: its object ends it
# once more when it is collected, which would be beneath whoever draws by then, and crash the process.
_drawing: Final = threading.Lock()
_engine: Final = Engine(threads=0)


class CannotDraw(Exception):
    """The drawing is none that the library can read."""


def pixels(svg: str, width: int, height: int) -> Image.Image:
    """The drawing in so many pixels, with its transparency. Raises `CannotDraw`."""
    with _drawing:
        canvas = SwCanvas(_engine)
        canvas.set_target(width, height)
        picture = Picture(_engine)
        if picture.load_data(svg.encode(), "svg", None, copy=True) != Result.SUCCESS:
            raise CannotDraw(svg[:80])
        picture.set_size(width, height)
        canvas.add(picture)
        canvas.update()
        canvas.draw(True)
        canvas.sync()
        image: Image.Image = canvas.get_pillow().copy()
        canvas.destroy()
        return image


def photograph(svg: str, width: int, height: int) -> bytes:
    """An opaque drawing as a small PNG."""
    image = pixels(svg, width, height).convert("RGB")
    sample = image.resize((width // SAMPLE, height // SAMPLE), Image.Resampling.BOX)
    common = sample.quantize(COMMON, Image.Quantize.MEDIANCUT).getpalette() or []
    rare = sample.quantize(RARE, Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*common[: COMMON * 3], *rare[: RARE * 3]])
    return _png(image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG))


def icon(svg: str, side: int) -> bytes:
    """A square drawing as a PNG in all its colours, with its transparency."""
    return _png(pixels(svg, side, side))


def favicon(svg: str, sides: Sequence[int]) -> bytes:
    """The same in several sizes as one .ico."""
    images = [pixels(svg, side, side) for side in sides]
    out = BytesIO()
    images[-1].save(out, "ICO", append_images=images[:-1], sizes=[(side, side) for side in sides])
    return out.getvalue()


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
