"""Circuit breakers: what to remember of a service that is gone, so that not every request waits for it anew."""

from __future__ import annotations

import threading
import time
from typing import Final

import structlog

log = structlog.get_logger(__name__)


class Breaker:
    """Open after a failure: until a try succeeds, one caller may try every `pause` seconds and the others go without.

    Writes one line when the service goes, and one when it is back. Safe to share between threads.
    """

    def __init__(self, service: str, pause: float) -> None:
        self._service = service
        self._pause = pause
        self._lock = threading.Lock()
        self._next_try: float | None = None  # monotonic; `None` while the service answers

    @property
    def is_open(self) -> bool:
        """Whether the service is taken to be gone."""
        return self._next_try is not None

    def allows(self) -> bool:
        """Whether the caller may ask the service. One who may has to say how it went."""
        if self._next_try is None:
            return True
        with self._lock:
            now = time.monotonic()
            if self._next_try is not None and now < self._next_try:
                return False
            self._next_try = now + self._pause
            return True

    def failed(self, error: BaseException) -> None:
        """The service did not answer."""
        with self._lock:
            was_open = self.is_open
            self._next_try = time.monotonic() + self._pause
        if not was_open:
            log.warning("service.gone", service=self._service, error=str(error).strip())

    def succeeded(self) -> None:
        """The service answered."""
        if self._next_try is None:
            return
        with self._lock:
            was_open, self._next_try = self.is_open, None
        if was_open:
            log.warning("service.back", service=self._service)

    def reset(self) -> None:
        """Remember nothing."""
        self._next_try = None


# Those of this process. A request pays for a try, so Redis, which the site can do without, is tried more rarely.
database: Final = Breaker("database", pause=1.0)
redis: Final = Breaker("redis", pause=5.0)
REDIS_SECONDS: Final = 0.4  # that anybody waits for Redis
