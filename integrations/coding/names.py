"""Which plant an editor's project is, by its name alone. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

KEY_LENGTH: Final = 200
_BETWEEN: Final = re.compile(r"[\s_.-]+")


def key_of(name: str) -> str:
    """What stays the same however a name's case is written."""
    return name.casefold()[:KEY_LENGTH]


class Plants:
    """Plants by every name they are known under: their own, their slug, their repository's with and without owner."""

    def __init__(self, plants: Iterable[tuple[UUID, Iterable[str]]]) -> None:
        self._called: defaultdict[str, set[UUID]] = defaultdict(set)
        for plant, names in plants:
            for name in names:
                for called in {name, name.rpartition("/")[2]}:
                    self._called[_plain(called)].add(plant)

    def called(self, name: str) -> UUID | None:
        """The one plant of that name; `None` where there is none, or more than one to choose from."""
        found = self._called.get(_plain(name), set()) if _plain(name) else set()
        return next(iter(found)) if len(found) == 1 else None


def _plain(name: str) -> str:
    return _BETWEEN.sub("-", name.casefold()).strip("-")
