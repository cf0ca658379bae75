"""What waits for the owner: each app says what of its own does, and the console adds the schedule."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING

from django.urls import reverse
from django_celery_beat.models import PeriodicTask

import garden.needs
import integrations.needs
from garden.admin.needs import Need
from garden.words import ago

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

TURNS_MISSED = 3  # of the busiest task
SCHEDULE_PATIENCE = timedelta(minutes=5)  # on top of them: a restart takes its time


def needs(now: datetime) -> list[Need]:
    """Everything that waits, the urgent first. Ten queries at most."""
    found = chain.from_iterable(of_app(now) for of_app in NEEDS)
    return sorted(found, key=lambda need: not need.urgent)


def _of_schedule(now: datetime) -> Iterator[Need]:
    silent_since = _silent_since(list(PeriodicTask.objects.select_related("interval")), now)
    if silent_since is not None:
        yield Need(
            "schedule",
            "The schedule is not running",
            f"No task has run since {ago(silent_since, now)}. Start the tasks process: make run starts both.",
            reverse("admin:django_celery_beat_periodictask_changelist"),
            "See the schedule",
            urgent=True,
        )


def _silent_since(tasks: Sequence[PeriodicTask], now: datetime) -> datetime | None:
    """Since when no task has run, or `None` where all is well or nothing is due at intervals."""
    turns = [
        timedelta(**{task.interval.period: task.interval.every}) for task in tasks if task.enabled and task.interval
    ]
    if not turns:
        return None
    last: datetime = max(task.last_run_at or task.date_changed for task in tasks if task.enabled)
    return last if now - last > TURNS_MISSED * min(turns) + SCHEDULE_PATIENCE else None


NEEDS = (garden.needs.needs, integrations.needs.needs, _of_schedule)
