"""What was done today, as the mood hears it."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Max, Q
from django.utils import timezone

from garden import coding
from garden.models import Activity
from garden.recording import WORK
from garden.vocabulary import ActivityKind, DeploymentStatus, Whose
from weather import influences

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

DAWN_OF_WORK = timedelta(hours=5)  # what is done before five in the morning belongs to the day before


class _Coded(NamedTuple):
    """Coding time of one plant on one of the owner's days."""

    project: UUID
    seconds: float
    last_at: datetime


def work_today(now: datetime, longitude: float) -> influences.Work | None:
    """What the owner did today in the plants that everyone sees. Two queries.

    What others and bots commit is no work of the owner's; what their own project's bots release and deploy is.
    """
    begin = day_begins(now, longitude)
    failures = Q(kind=ActivityKind.DEPLOYMENT, data__status=DeploymentStatus.FAILURE)
    done = list(
        Activity.objects.shown()
        .filter(
            kind__in=WORK - {ActivityKind.CODING},
            occurred_at__gte=begin,
            occurred_at__lte=now,
        )
        .counted()
        .filter(Q(whose=Whose.OWNER) | Q(kind__in=[ActivityKind.RELEASE, ActivityKind.DEPLOYMENT]))
        .order_by()
        .values("project_id")
        .annotate(
            commits=Count("pk", filter=Q(kind=ActivityKind.COMMIT)),
            failed=Count("pk", filter=failures),
            last=Max("occurred_at"),
        )
    )
    coded = _coded_since(begin, now)
    if not done and not coded:
        return None
    return influences.Work(
        last_at=max([*(row["last"] for row in done), *(one.last_at for one in coded)]),
        commits=sum(row["commits"] for row in done),
        coding_hours=sum(one.seconds for one in coded) / 3600,
        projects=len({row["project_id"] for row in done} | {one.project for one in coded}),
        failed_deployments=sum(row["failed"] for row in done),
    )


def _coded_since(begin: datetime, now: datetime) -> list[_Coded]:
    """Coding time of those of the owner's days that were worked on since `begin`, which may be two in the small hours.

    It is known by day, and a day's fact may stand in the calendar before or after the work (garden/coding.py).
    """
    first, last = timezone.localdate(begin), timezone.localdate(now)
    facts = (
        Activity.objects.shown()
        .filter(
            kind=ActivityKind.CODING,
            external_id__range=(first.isoformat(), last.isoformat()),
            **coding.between(first, last),
        )
        .values_list("project_id", "amount", "occurred_at", "data")
    )
    coded = [
        _Coded(project, seconds, min(now, coding.last_worked(occurred_at, data)))
        for project, seconds, occurred_at, data in facts
    ]
    return [one for one in coded if one.last_at >= begin]


def day_begins(now: datetime, longitude: float) -> datetime:
    """When the working day of a moment began: at five in the morning by the sun."""
    offset = timedelta(hours=longitude / 15)
    local = now.astimezone(UTC) + offset - DAWN_OF_WORK
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + DAWN_OF_WORK - offset
