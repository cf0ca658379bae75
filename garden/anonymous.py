"""What the public garden says of an anonymous project: how much, and mainly in which language. Pure."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from garden.words import count

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME: Final = "A private project"
SOURCE: Final = "private"  # who told an event about it: which forge or editor is nobody's business


def description(*, commits: int, languages: Mapping[str, int]) -> str:
    """ "1,200 commits, Python": its commits and its main language, as far as they are known."""
    main = max(languages, key=lambda name: (languages[name], name), default="")
    return ", ".join(filter(None, [count(commits, "commit"), main]))


def new_slug() -> str:
    """An address that tells nothing."""
    return f"private-{secrets.token_hex(6)}"


def new_seed() -> int:
    """What the plant's form is drawn from, 0 to 2³²−1: a seed made from the name would confirm a guess of it."""
    return secrets.randbits(32)
