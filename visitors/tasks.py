"""What the schedule runs for the visitors' privacy, and for the figures."""

from __future__ import annotations

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from visitors import attention, retention, services
from visitors.figures import rollups


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def forget_old_salts() -> int:
    """Delete what could lead from a pseudonym back to an address, once it is 48 hours old."""
    return services.forget_old_salts(now=timezone.now())


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def roll_up() -> int:
    """Count the visits of every day that changed since it was counted."""
    return rollups.roll_up(timezone.now())


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def forget_visits() -> dict[str, int]:
    """Delete single visits, consents and requests that are past their time."""
    return retention.forget(now=timezone.now())


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def reach_plants() -> int:
    """Count visitors' looks at plants as attention, and write page views and minutes into the growth log."""
    return attention.reach_plants(now=timezone.now())
