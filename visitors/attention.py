"""What visits mean to the plants: who looked counts as attention, and the growth log has its page views and minutes."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import UTC, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from garden import attention
from garden.models import GrowthLog
from visitors.models import DayCount, Session
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from datetime import date, datetime

# Interactions forget whose they were after 48 hours; what is looked at again afterwards would count again.
LOOKED_AT: Final = timedelta(hours=24)
BATCH: Final = 500


def reach_plants(*, now: datetime) -> int:
    """Let the plants know of visits. Returns the views that were new. Repeated, it changes nothing."""
    fill_growth_log()
    return count_views(now=now)


def count_views(*, now: datetime) -> int:
    """Count each plant that a visit of the last day saw as one view of a visitor; machines' visits as none.

    A view is kept under a hash of the visit's number, as an interaction is under the day's pseudonym, and as long.
    """
    visits = Session.objects.filter(started_at__gt=now - LOOKED_AT, started_at__lte=now, set_aside="")
    views = [
        (UUID(project), sha256(f"visit {pk}".encode()).hexdigest(), at)
        for pk, at, projects in visits.values_list("pk", "started_at", "projects_viewed")
        for project in projects
    ]
    return sum(attention.count_views(views=views[at : at + BATCH]) for at in range(0, len(views), BATCH))


@transaction.atomic
def fill_growth_log() -> int:
    """Write into each row of the growth log what visitors did since the row before. Returns the rows that changed.

    By whole UTC days, those after the day of the row before up to the row's own. Made anew each time: a log that was
    written again, or a day that was counted again, comes right by itself. Two queries, and one for 500 changes.
    """
    by_plant: dict[UUID, deque[tuple[date, int, float]]] = defaultdict(deque)
    counts = DayCount.objects.filter(dimension=Dimension.PROJECT).order_by("day")
    for project, day, views, seconds in counts.values_list("value", "day", "page_views", "seconds"):
        by_plant[UUID(project)].append((day, views, seconds))
    changed: list[GrowthLog] = []
    rows = GrowthLog.objects.filter(project__in=by_plant).order_by("project", *(GrowthLog._meta.ordering or ()))
    for row in rows:
        until = row.recorded_at.astimezone(UTC).date()
        days, views, seconds = by_plant[row.project_id], 0, 0.0
        while days and days[0][0] <= until:  # each day goes to one row alone
            _, seen, spent = days.popleft()
            views, seconds = views + seen, seconds + spent
        minutes = round(seconds / 60)
        if (row.page_views, row.time_spent_minutes) != (views, minutes):
            row.page_views, row.time_spent_minutes = views, minutes
            changed.append(row)
    GrowthLog.objects.bulk_update(changed, ["page_views", "time_spent_minutes"], batch_size=BATCH)
    return len(changed)
