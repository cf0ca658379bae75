"""Limits of incoming hot requests, counted in the memory of this process."""

from __future__ import annotations

import time
from functools import lru_cache

from django.conf import settings
from limits import parse

from visitors.privacy import network


class RateLimit:
    """Counts the requests of each client since the window began; used on the event loop only.

    A trip to Redis would cost more than the answer, and the memory storage of `limits` starts a thread every 10 ms to
    tidy up, which holds up the loop more than all else here. This one forgets everybody when the window ends.
    """

    def __init__(self, scope: str) -> None:
        limit = parse(settings.RATE_LIMITS[scope])
        self._most, self._seconds = limit.amount, limit.get_expiry()
        self._counts: dict[str, int] = {}
        self._network = lru_cache(maxsize=1024)(network)  # reading an address is a quarter of all that is done here
        self._ends = 0.0

    def hit(self, client: str, weight: int = 1) -> float | None:
        """Count one request, or what weighs like several. Returns `None` if it may pass, else the seconds until the
        next may.

        Whatever it weighs, it passes where anything is left: else what weighs more than all there is never could.
        """
        if not settings.ENABLE_RATE_LIMITING:
            return None
        now = time.monotonic()
        if now >= self._ends:
            self._counts.clear()
            self._network.cache_clear()
            self._ends = now + self._seconds
        counted_as = self._network(client)
        before = self._counts.get(counted_as, 0)
        self._counts[counted_as] = before + weight
        return None if before < self._most else self._ends - now
