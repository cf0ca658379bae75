"""What waits for the owner: each app says what of its own does, and the console adds the schedule."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from django.urls import reverse

import garden.needs
import integrations.needs
from garden.admin.needs import Need
from greenhouse.run import task_health

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


def needs(now: datetime) -> list[Need]:
    """Everything that waits, the urgent first. Twelve queries at most."""
    found = chain.from_iterable(of_app(now) for of_app in NEEDS)
    return sorted(found, key=lambda need: not need.urgent)


def _of_schedule(now: datetime) -> Iterator[Need]:
    for trouble in task_health.troubles(now):
        yield Need(
            "schedule",
            trouble.title,
            trouble.detail,
            reverse("admin:django_celery_beat_periodictask_changelist"),
            "See the schedule",
            urgent=True,
        )


NEEDS = (garden.needs.needs, integrations.needs.needs, _of_schedule)
