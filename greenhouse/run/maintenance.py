"""The daily tidying of the database: what nobody needs goes, and the planner learns what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.db import connection

from greenhouse.run import task_health
from visitors.consent.files import scrub

if TYPE_CHECKING:
    from datetime import datetime


def maintain(*, now: datetime) -> dict[str, int]:
    """End old sign-ins, clear old runs, renew the statistics, cut the write-ahead log. Returns rows deleted by kind."""
    deleted = {
        "sessions": Session.objects.filter(expire_date__lt=now).delete()[0],
        "task_runs": task_health.forget_old_runs(now=now),
    }
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")
    scrub()
    return deleted
