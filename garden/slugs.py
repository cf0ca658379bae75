"""Names as they stand in addresses."""

from __future__ import annotations

from typing import Final

from anyascii import anyascii
from django.utils.text import slugify

LONGEST: Final = 100  # characters


def slug_of(name: str, *, otherwise: str) -> str:
    """A name in small Latin letters, whatever script it is written in; `otherwise` where nothing of it is left.

    Letters that Latin has with a mark lose the mark; of other scripts each is written as it is read, roughly.
    """
    return slugify(anyascii(name))[:LONGEST].strip("-") or otherwise
