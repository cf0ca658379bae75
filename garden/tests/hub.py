"""Hubs for tests: one whose looks a test takes by hand, without thread or event loop, and one that sees nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from garden.live import changes
from garden.live.backlog import Backlog
from garden.live.hub import Hub

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    import pytest


class HubInHand:
    """Looks at the outbox when it is told to, from when it is made."""

    def __init__(self) -> None:
        self._hub = Hub()
        self._first = self._seq = self._hub._look(self, None)  # type: ignore[arg-type]  # stands in for the loop

    def look(self) -> None:
        """Read what is new."""
        self._seq = self._hub._look(self, self._seq)  # type: ignore[arg-type]

    def replayed(self, since: int | None = None) -> str:
        """Everything that a socket gets that resumes after a `seq`, or that was away since the beginning."""
        seq = self._first if since is None else since
        return "\n".join(message.text for message in self._hub._backlog.after(seq))

    def call_soon_threadsafe(self, callback: Callable[..., None], *args: Any) -> None:
        """What a loop would do."""
        callback(*args)


def let_nothing_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every hub is over an outbox in which nothing ever happened; needs no database."""

    def nothing_there(self: Hub, loop: asyncio.AbstractEventLoop, seq: int | None) -> int:
        if seq is None:
            loop.call_soon_threadsafe(self._replace, Backlog(), 0)
        return 0

    monkeypatch.setattr(changes, "watch", changes.Poll)
    monkeypatch.setattr(Hub, "_look", nothing_there)
