"""What kept answers are compared with, so that none is older than the garden it shows."""

from __future__ import annotations

import asyncio
import time

from django.utils import timezone

from common.database import connection_given_back
from garden import selectors
from garden.live.hub import hub, on_advance
from greenhouse import state
from greenhouse.sky import MAX_AGE, sky_now
from greenhouse.web.page_cache import freshness_key


class Freshness:
    """What every kept answer is compared with: asked of the database after each change and once a minute.

    While the hub does not follow the outbox nobody would hear of a change, so it is asked for each request.
    """

    def __init__(self) -> None:
        self._changes = 0
        self._known = ""
        self._known_after = -1  # changes
        self._until = 0.0
        self._asking: tuple[int, asyncio.Task[None]] | None = None
        on_advance(self._note_change)

    def _note_change(self) -> None:
        state.invalidate()
        self._changes += 1

    def known(self) -> str | None:
        """The present one, if it need not be asked for."""
        is_known = self._known_after == self._changes and time.monotonic() < self._until and hub.following
        return self._known if is_known else None

    async def current(self) -> str:
        """The present one. Raises the database's errors."""
        if self.known() is None:
            hub.start()  # from here on the process hears of changes, and what is kept can be trusted
            await asyncio.shield(self._ask())
        return self._known

    def still_holds(self, freshness: str) -> bool:
        """Whether an answer of this freshness shows the garden as it last was known, though its words may be older."""
        return self._known_after == self._changes and _version_of(freshness) == _version_of(self._known)

    def _ask(self) -> asyncio.Task[None]:
        """The question under way, unless something changed since it was put."""
        changes = self._changes
        if self._asking is None or self._asking[0] != changes or self._asking[1].done():
            self._asking = changes, asyncio.create_task(self._learn(changes))
        return self._asking[1]

    async def _learn(self, changes: int) -> None:
        known = await asyncio.to_thread(_freshness)
        if changes >= self._known_after:
            self._known, self._known_after = known, changes
            self._until = time.monotonic() + MAX_AGE.total_seconds()


def _version_of(freshness: str) -> str:
    return freshness.partition(":")[0]


@connection_given_back()
def _freshness() -> str:
    """The garden's version, and what else changes a page. One query, or six."""
    now, version = timezone.now(), selectors.state_version()
    return f"{version}:{freshness_key(sky_now(now, version), now)}"
