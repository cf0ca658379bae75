"""What the schedule runs for the whole garden."""

from __future__ import annotations

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from greenhouse import summary
from greenhouse.run.messages import noticing


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def refresh_summary() -> bool:
    """Work `garden_summary` out anew. Returns whether that was needed."""
    return summary.refresh()


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def tell_owner() -> int:
    """Write to the owner about what is new. Returns how many messages went out."""
    return noticing.tell_owner(now=timezone.now())
