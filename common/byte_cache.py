"""A cache in the memory of one process, bounded by the bytes that it holds; what was least lately used goes first."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable


class Sized(Protocol):
    """Something that knows how many bytes it takes up."""

    @property
    def weight(self) -> int:
        """Bytes, roughly."""


Value = TypeVar("Value", bound=Sized)


class ByteCache(Generic[Value]):
    """Not safe to share between threads: it belongs to the event loop, or to who holds a lock."""

    def __init__(self, most_bytes: int, most_entries: int) -> None:
        self._most_bytes, self._most_entries = most_bytes, most_entries
        self._entries: OrderedDict[Hashable, Value] = OrderedDict()
        self.weight = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> Value | None:
        """What is kept under `key`; it counts as used."""
        value = self._entries.get(key)
        if value is not None:
            self._entries.move_to_end(key)
        return value

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value, and let go of others until all of it fits."""
        self.drop(key)
        self._entries[key] = value
        self.weight += value.weight
        while self.weight > self._most_bytes or len(self._entries) > self._most_entries:
            _, oldest = self._entries.popitem(last=False)
            self.weight -= oldest.weight

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self.weight = 0

    def drop(self, key: Hashable) -> None:
        """Forget what is kept under `key`, if anything is."""
        if (known := self._entries.pop(key, None)) is not None:
            self.weight -= known.weight
