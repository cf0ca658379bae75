"""What the schedule runs for the whole garden."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from greenhouse.console.doctor import checks
from greenhouse.run import maintenance, summary
from greenhouse.run.messages import noticing

log = structlog.get_logger(__name__)


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def refresh_summary() -> bool:
    """Work `garden_summary` out anew. Returns whether that was needed."""
    return summary.refresh()


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def tell_owner() -> int:
    """Write to the owner about what is new. Returns how many messages went out."""
    return noticing.tell_owner(now=timezone.now())


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def check_health() -> int:
    """Look for what is wrong here, and write it into the log. Returns how many faults there are."""
    faults = [one for one in checks.examined(outside=False) if one.fault]
    for one in faults:
        log.warning("health.fault", what=one.what, said=one.said, cure=one.cure)
    return len(faults)


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def maintain() -> dict[str, int]:
    """Tidy the database. Returns rows deleted by kind."""
    return maintenance.maintain(now=timezone.now())
