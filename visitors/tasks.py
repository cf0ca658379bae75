"""What the schedule runs for the visitors' privacy."""

from __future__ import annotations

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from visitors import services


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def forget_old_salts() -> int:
    """Delete what could lead from a pseudonym back to an address, once it is 48 hours old."""
    return services.forget_old_salts(now=timezone.now())
