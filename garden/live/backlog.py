"""The newest events as texts ready to send, and the place of a socket among them. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BACKLOG_SIZE: Final = 500  # events in memory: how far behind a client may be before loading the state again is cheaper


@dataclass(frozen=True, slots=True)
class Message:
    """One event, ready to send."""

    seq: int
    text: str
    alters_state: bool = True


@dataclass(slots=True)
class Place:
    """How far a socket has come."""

    seq: int  # of the last event
    delivery: int = 0  # the last of whispers


class Backlog:
    """The newest events in order of `seq`; everything after `floor` is here."""

    def __init__(self, messages: Iterable[Message] = ()) -> None:
        self._messages = list(messages)
        self._seqs = [message.seq for message in self._messages]
        self.floor = self._seqs[0] - 1 if self._seqs else 0

    @property
    def newest(self) -> int:
        """The last `seq`."""
        return self._seqs[-1] if self._seqs else self.floor

    def append(self, messages: Sequence[Message]) -> None:
        """Add newer events, and forget the oldest beyond `BACKLOG_SIZE`."""
        self._messages.extend(messages)
        self._seqs.extend(message.seq for message in messages)
        if surplus := max(0, len(self._seqs) - BACKLOG_SIZE):
            self.floor = self._seqs[surplus - 1]
            del self._messages[:surplus], self._seqs[:surplus]

    def after(self, seq: int) -> list[Message]:
        """Events after `seq`, oldest first."""
        return self._messages[bisect_right(self._seqs, seq) :]

    def covers(self, seq: int) -> bool:
        """Whether nothing that came after `seq` is missing here."""
        return self.floor <= seq <= self.newest
