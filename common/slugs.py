"""Names as they stand in addresses, and addresses that tell no name."""

from __future__ import annotations

import re
import secrets
from itertools import chain, count
from typing import TYPE_CHECKING, Final

from anyascii import anyascii
from django.utils.text import slugify

if TYPE_CHECKING:
    from collections.abc import Container

LONGEST: Final = 100  # characters
NAMELESS: Final = re.compile(r"private-[0-9a-f]{12}")


def slug_of(name: str, *, otherwise: str) -> str:
    """A name in small Latin letters, whatever script it is written in; `otherwise` where nothing of it is left.

    Letters that Latin has with a mark lose the mark; of other scripts each is written as it is read, roughly.
    """
    return slugify(anyascii(name))[:LONGEST].strip("-") or otherwise


def free(stem: str, taken: Container[str]) -> str:
    """The first of `stem`, `stem-2`, `stem-3` and so on that nobody has."""
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(slug for slug in chain([stem], numbered) if slug not in taken)


def nameless() -> str:
    """An address for what nobody may open: by its name, the next of that name would tell that it is there."""
    return f"private-{secrets.token_hex(6)}"


def is_nameless(slug: str) -> bool:
    """Whether an address is none yet, or one that tells nothing."""
    return not slug or NAMELESS.fullmatch(slug) is not None
