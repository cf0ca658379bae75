"""What the schedule runs for the sky of skills."""

from __future__ import annotations

from dataclasses import asdict

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from skills import services


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def sync_from_projects() -> dict[str, int]:
    """Keep skills in step with the technologies of public projects."""
    return asdict(services.sync_from_projects(now=timezone.now()))
