"""Pictures that a person uploads: looked at, brought to size and written anew. No file is kept as it came.

Written anew, a picture is only a picture: the place it was taken at, the camera's number and whatever else hides in a
file are gone, and so is what a browser might take for something else.
"""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, Final

import structlog
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

READ: Final = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
EXTENSIONS: Final = ("png", "jpg", "jpeg", "webp", "gif", "avif")
MOST_BYTES: Final = 12 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000  # of one picture, which is 200 MB while it is read
MOST_FRAMES: Final = 120
MOST_PIXELS_MOVING: Final = 60_000_000  # of all frames together, in the size that is kept
LONGEST_SIDE: Final = 1600  # pixels
QUALITY: Final = 84

log = structlog.get_logger(__name__)


class PictureRefused(ValidationError):
    """A file that is no picture, or too much of one."""


def reencoded(upload: Any, *, name: str, longest_side: int = LONGEST_SIDE) -> ContentFile[bytes]:
    """An uploaded picture as a WebP of at most `longest_side` pixels, upright and without metadata.

    Moving pictures go on moving. Raises `PictureRefused`.
    """
    with _opened(upload) as picture:
        written = BytesIO()
        try:
            frames = list(_frames(picture, longest_side))
            durations = [frame.info.get("duration", 100) for frame in frames]
            moving = {"save_all": True, "append_images": frames[1:], "duration": durations, "loop": 0}
            frames[0].save(written, "WEBP", quality=QUALITY, method=4, **(moving if len(frames) > 1 else {}))
        except _broken() as error:
            log.info("picture.damaged", exc_info=True)  # a fault of ours would look the same
            raise PictureRefused("This picture is damaged: it cannot be read to its end.") from error
    return ContentFile(written.getvalue(), f"{name}.webp")


def is_bare(file: IO[bytes]) -> bool:
    """Whether a stored picture is as `reencoded` leaves one. Raises `OSError` for what cannot be read."""
    from PIL import Image

    with Image.open(file, formats=READ) as picture:
        beside = {"exif", "xmp", "icc_profile"} & picture.info.keys()
        return picture.format == "WEBP" and not beside and not picture.getexif()


def _broken() -> tuple[type[Exception], ...]:
    """What the libraries of the kinds raise for a file that is damaged, or made to trip them."""
    from PIL import Image

    ours_too = (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, RuntimeError, EOFError)
    return (*ours_too, struct.error, zlib.error, Image.DecompressionBombError)


def _opened(upload: Any) -> Image.Image:
    from PIL import Image  # here, as the console's forms lead to this file, and an upload is seldom

    if upload.size > MOST_BYTES:
        raise PictureRefused(f"This file is larger than {MOST_BYTES // 1024 // 1024} MB. Please make it smaller.")
    file: IO[bytes] = upload.file if hasattr(upload, "file") else upload
    file.seek(0)
    try:
        picture = Image.open(file, formats=READ)
    except _broken() as error:
        raise PictureRefused("This is no picture that can be read: PNG, JPEG, WebP, GIF and AVIF can.") from error
    if picture.width * picture.height > MOST_PIXELS:
        raise PictureRefused(f"This picture has more than {MOST_PIXELS // 1_000_000} million pixels.")
    return picture


def _frames(picture: Image.Image, longest_side: int) -> Iterator[Image.Image]:
    """Every frame, upright and in the size that is kept, with its duration in milliseconds and nothing else."""
    from PIL import Image, ImageOps, ImageSequence

    number, kept = getattr(picture, "n_frames", 1), 0
    if number > MOST_FRAMES:
        raise PictureRefused(f"This picture moves for {number} frames; {MOST_FRAMES} are the most.")
    for frame in ImageSequence.Iterator(picture):
        duration = frame.info.get("duration")
        upright = ImageOps.exif_transpose(frame)
        bare = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        bare.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
        kept += bare.width * bare.height
        if number > 1 and kept > MOST_PIXELS_MOVING:
            raise PictureRefused("This moving picture is too long for its size.")
        bare.info = {"duration": duration} if duration else {}
        yield bare
