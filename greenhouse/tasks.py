"""What the schedule runs for the whole garden."""

from __future__ import annotations

from celery import shared_task
from django.db import OperationalError

from greenhouse import summary


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def refresh_summary() -> bool:
    """Work `garden_summary` out anew. Returns whether that was needed."""
    return summary.refresh()
