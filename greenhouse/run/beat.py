"""Celery beat's scheduler over the owner's table, for both shapes."""

from __future__ import annotations

from django_celery_beat.schedulers import DatabaseScheduler, ModelEntry


class OwnersEntry(ModelEntry):  # type: ignore[misc] # Celery's classes carry no types
    """An entry that writes down its runs and nothing else.

    The original reads the row and saves all of it, which takes back what the owner changes in that moment.
    """

    def save(self) -> None:
        """Note the last run and the number of runs."""
        type(self.model)._default_manager.filter(pk=self.model.pk).update(
            last_run_at=self.model.last_run_at, total_run_count=self.model.total_run_count
        )


class OwnersScheduler(DatabaseScheduler):  # type: ignore[misc]
    """The schedule as the owner edits it in the admin."""

    Entry = OwnersEntry
