"""Third-party text made fit to store and to show: what databases and terminals trip over is taken out. Pure."""

from __future__ import annotations

import os
import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

# What a terminal obeys: colours and cursors (CSI), titles and links (OSC).
_ANSI: Final = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?")
# What PostgreSQL, JSON and XML cannot carry, even escaped (controls, lone surrogates, the two non-characters), and the
# marks that let a name turn the line around it stands in.
UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and a pattern that are drawn as nothing
_DRAWN: Final = frozenset("LNPS")  # letters, numbers, punctuation, symbols


def path_text(path: Path | str) -> str:
    """A path, or a name in one, as text: bytes of it that are no UTF-8 stand there as `\\xe9`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def storable(text: str, limit: int | None = None) -> str:
    """`text` without terminal sequences, control characters, direction marks and lone surrogates, cut to `limit`."""
    if text.isascii() and text.isprintable():  # nearly all of it
        return text if limit is None else text[:limit]
    clean = UNPRINTABLE.sub("", _ANSI.sub("", text))
    return clean if limit is None else clean[:limit]


def storable_name(text: str, limit: int | None = None) -> str:
    """The same for a name: in one line, and empty where nothing of it would show."""
    name = " ".join(storable(text).split())
    if not is_visible(name):
        return ""
    return name if limit is None else name[:limit].strip()


def is_visible(text: str) -> bool:
    """Whether anything of `text` would show."""
    return any(unicodedata.category(character)[0] in _DRAWN and character not in _BLANK for character in text)
