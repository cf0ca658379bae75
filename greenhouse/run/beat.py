"""Celery beat's scheduler over the owner's table, for both shapes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.utils import timezone
from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry

from greenhouse.run.lease import POLL_SECONDS, Lease

if TYPE_CHECKING:
    from datetime import datetime

    from celery import Celery

SCHEDULE: Final = "schedule"  # the duty of whoever keeps it
CLOCK_SLACK: Final = 5.0  # seconds that the wall clock may gain or lose between two looks without having been set

log = structlog.get_logger(__name__)


class OwnersEntry(ModelEntry):  # type: ignore[misc] # Celery's classes carry no types
    """An entry that writes down its runs and nothing else.

    The original reads the row and saves all of it, which takes back what the owner changes in that moment.
    """

    last_run_at: datetime

    def is_due(self) -> Any:
        """Whether it is, and when to look again. A run noted while the clock was ahead counts as one of just now."""
        if self.last_run_at > (now := timezone.now()):
            self.last_run_at = self.model.last_run_at = now
            self.save()
        return super().is_due()

    def save(self) -> None:
        """Note the last run and the number of runs."""
        type(self.model)._default_manager.filter(pk=self.model.pk).update(
            last_run_at=self.model.last_run_at, total_run_count=self.model.total_run_count
        )


class OwnersScheduler(DatabaseScheduler):  # type: ignore[misc]
    """The schedule as the owner edits it in the admin. Of several, one keeps it; the others wait until it ends."""

    Entry = OwnersEntry

    def __init__(self, app: Celery, *args: Any, lease: Lease | None = None, **kwargs: Any) -> None:
        self._lease = lease or Lease(SCHEDULE)
        self._kept = self._cut_off = False
        self._wall_ahead = _wall_ahead()
        super().__init__(app, *args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Run what is due, where the schedule is ours. Returns the seconds until the next look."""
        if not self._holds_lease():
            self._kept = False
            return POLL_SECONDS
        if self._clock_was_set():  # when each is due was worked out by the clock as it was
            self.sync()
            self._kept = False
        if not self._kept:  # what was read before may have been run by another meanwhile
            self._kept, self._schedule, self._initial_read = True, None, True
            self._heap, self.old_schedulers = None, None
        pause: float = super().tick(*args, **kwargs)
        return pause

    def _clock_was_set(self) -> bool:
        """Whether the clock was set since the last look."""
        before, self._wall_ahead = self._wall_ahead, _wall_ahead()
        if abs(self._wall_ahead - before) < CLOCK_SLACK:
            return False
        log.warning("beat.clock_was_set", seconds=round(self._wall_ahead - before))
        return True

    def _holds_lease(self) -> bool:
        """Whether the schedule is ours; nobody's while the database is gone, which must not end the process."""
        try:
            holds = self._lease.acquire()
        except (DatabaseError, InterfaceError) as error:
            if not self._cut_off:
                log.warning("beat.database_unreachable", error=str(error))
            self._cut_off = True
            close_old_connections()
            return False
        self._cut_off = False
        return holds

    def close(self) -> None:
        """Write down what ran, and let another take over at once."""
        super().close()
        self._lease.release()


def _wall_ahead() -> float:
    """Seconds that the wall clock is ahead of the one that is never set."""
    return time.time() - time.monotonic()
