"""The weather's work on a schedule."""

from __future__ import annotations

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from weather import services
from weather.music_history import count_plays


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def update_mood() -> str:
    """Look at everything that makes the weather. Returns what it is, or `off`."""
    state = services.update_mood(now=timezone.now())
    return state.weather_type if state else "off"


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def prune() -> dict[str, int]:
    """Forget what is past its time. Returns rows deleted by kind."""
    forgotten = services.forget_old(now=timezone.now())
    count_plays()  # what became known of past years since the last import
    return forgotten
