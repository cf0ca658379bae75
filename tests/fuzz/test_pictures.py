"""Pictures that somebody uploads: written anew as small WebP that holds nothing else, or refused as what they are."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from common import pictures
from common.pictures import PictureRefused
from tests.fuzz.mutations import changed_bytes
from tests.fuzz.work import not_much_work
from tests.fuzzing import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.fuzz,
    pytest.mark.filterwarnings("ignore::UserWarning:PIL", "ignore::PIL.Image.DecompressionBombWarning"),
]
HIDDEN = (
    b"<script>alert(1)</script>",
    b"PK\x03\x04 an archive",
    b"#!/bin/sh\nrm",
    b"%PDF-1.7 \n/JS (x)",
    b"QuagmireCamera",
)
SIDE = 40


def drawn(kind: str, **more: Any) -> bytes:
    """A small picture; of kinds that move, one that does."""
    frames = [Image.effect_noise((12, 9), 60).convert("RGB") for _ in range(3)]
    moving = {"save_all": True, "append_images": frames[1:], "duration": 90} if kind in ("GIF", "WEBP", "PNG") else {}
    written = BytesIO()
    about = Image.Exif()
    about[0x0112], about[0x010F] = 6, "QuagmireCamera"
    frames[0].save(written, kind, **moving, **({} if kind == "GIF" else {"exif": about}), **more)
    return written.getvalue()


KINDS = {kind: drawn(kind) for kind in pictures.READ}


def check_upload(raw: bytes) -> bytes:
    """What holds of every upload. What is kept of it, empty where it is refused."""
    try:
        file = pictures.reencoded(SimpleUploadedFile("holiday.png", raw), name="p", longest_side=SIDE)
    except PictureRefused:
        return b""
    kept: bytes = file.read()
    assert pictures.is_bare(BytesIO(kept))
    with Image.open(BytesIO(kept)) as picture:
        assert picture.format == "WEBP"
        assert max(picture.size) <= SIDE
        assert getattr(picture, "n_frames", 1) <= pictures.MOST_FRAMES
        picture.load()
    assert b"Quagmire" not in kept
    return kept


@pytest.mark.parametrize("kind", KINDS)
def test_the_pictures_that_are_changed_here_are_read(kind: str) -> None:
    assert check_upload(KINDS[kind])


@examples(40)
@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_file_of_any_bytes_is_a_picture_or_is_refused(kind: str, data: st.DataObject) -> None:
    check_upload(data.draw(changed_bytes([KINDS[kind]])))


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_with_one_odd_byte_is_one_or_is_refused(kind: str) -> None:
    """The first bytes say how all others are to be read, and chance rarely comes by them."""
    whole = KINDS[kind]
    for place in range(min(len(whole), 260)):
        check_upload(whole[:place] + b"\xff" + whole[place + 1 :])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_of_a_picture_that_is_something_else_as_well_the_picture_is_kept(kind: str, hidden: bytes) -> None:
    for raw in (KINDS[kind] + hidden, hidden + KINDS[kind], KINDS[kind][:40] + hidden + KINDS[kind][40:]):
        assert hidden not in check_upload(raw)


def chunk(name: bytes, said: bytes) -> bytes:
    return struct.pack(">I", len(said)) + name + said + struct.pack(">I", zlib.crc32(name + said))


def bombs() -> Iterator[tuple[str, bytes]]:
    """Files of a few kilobytes that say or unpack to a thousand times as much."""
    start = b"\x89PNG\r\n\x1a\n"
    for side in (2**31 - 1, 2**16, 7_072):
        head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
        yield f"a PNG of {side} pixels a side", start + head + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    small = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
    zeros = zlib.compress(bytes(80_000_000), 9)
    for name in (b"zTXt", b"iCCP"):
        yield f"a text of 80 MB in {name!r}", start + small + chunk(name, b"x\0\0" + zeros) + chunk(b"IEND", b"")
    yield "80 MB for 8 lines", start + small + chunk(b"IDAT", zeros) + chunk(b"IEND", b"")
    gif = KINDS["GIF"]
    yield "a GIF of 65,535 pixels a side", gif[:6] + b"\xff\xff\xff\xff" + gif[10:]
    yield "a GIF of 6,000 frames", gif[:-1] + gif[gif.index(b"\x21\xf9") : -1] * 2_000 + b";"


@pytest.mark.parametrize("raw", [pytest.param(raw, id=name) for name, raw in bombs()])
def test_a_small_file_that_unpacks_to_very_much_costs_little(raw: bytes) -> None:
    with not_much_work():
        check_upload(raw)
