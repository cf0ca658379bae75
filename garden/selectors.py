"""Reads that span models. Each says how many queries it costs."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, IntegerField, Max, Min, Q, Sum, When
from django.db.models.functions import TruncDate

from garden import coding
from garden.life import DayTally, Portrait
from garden.models import Activity, GardenEvent, GrowthLog, Project
from garden.vocabulary import RESTING_BELOW, THRIVING_FROM, ActivityKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

HEAT_DAYS = 14  # how long a commit keeps its bed warm
HEAT_COMMITS = 20  # commits in that time that make it as warm as it gets


def tallies_of(project_ids: Iterable[UUID]) -> dict[UUID, list[DayTally]]:
    """Every project's days, oldest first, as the growth engine takes them. One query."""

    def of_kind(kind: ActivityKind) -> Count:
        return Count("id", filter=Q(kind=kind))

    rows = (
        Activity.objects.filter(project_id__in=list(project_ids))
        .annotate(day=TruncDate("occurred_at", tzinfo=UTC))
        .values("project_id", "day")
        .order_by("project_id", "day")
        .annotate(
            commits=of_kind(ActivityKind.COMMIT),
            added=Sum("lines_added"),
            removed=Sum("lines_removed"),
            pull_requests=of_kind(ActivityKind.PULL_REQUEST),
            issues=of_kind(ActivityKind.ISSUE),
            releases=of_kind(ActivityKind.RELEASE),
            deployments=of_kind(ActivityKind.DEPLOYMENT),
            coding=Sum("amount", filter=Q(kind=ActivityKind.CODING)),
            languages=Sum("amount", filter=Q(kind=ActivityKind.COMMIT)),
        )
    )
    days: dict[UUID, list[DayTally]] = defaultdict(list)
    for row in rows.iterator():
        days[row["project_id"]].append(
            DayTally(
                day=row["day"],
                commits=row["commits"],
                lines_added=row["added"] or 0,
                lines_removed=row["removed"] or 0,
                pull_requests=row["pull_requests"],
                issues=row["issues"],
                releases=row["releases"],
                deployments=row["deployments"],
                coding_seconds=int(row["coding"] or 0),
                new_languages=int(row["languages"] or 0),
            )
        )
    return days


def portrait_of(project: Project, tallies: Iterable[DayTally]) -> Portrait:
    """What the growth engine needs to know of a project besides its days. No query."""
    first_days = [tally.day for tally in tallies][:1]
    return Portrait(
        planted=min([project.planted_date.astimezone(UTC).date(), *first_days]),
        languages=project.languages,
        lines_of_code=project.lines_of_code,
        topics=len(project.topics),
        stars=project.stars,
        forks=project.forks,
        interactions=project.visitor_interactions,
        earlier_commits=project.earlier_commits,
    )


def commit_heat(now: datetime) -> dict[UUID, float]:
    """How warm each bed is from the commits of the last 14 days, 0–1; cold beds are left out. One query."""
    rows = (
        Activity.objects.filter(kind=ActivityKind.COMMIT, occurred_at__gt=now - timedelta(days=HEAT_DAYS))
        .filter(occurred_at__lte=now)
        .values("project_id")
        .annotate(commits=Count("id"))
    )
    return {row["project_id"]: round(min(1.0, row["commits"] / HEAT_COMMITS), 2) for row in rows}


def commits_by_week(project: Project) -> list[tuple[date, int]]:
    """Monday and number of commits, oldest first, weeks without commits left out. One query."""
    rows = (
        Activity.objects.filter(project=project, kind=ActivityKind.COMMIT)
        .annotate(day=TruncDate("occurred_at", tzinfo=UTC))
        .values_list("day")
        .annotate(commits=Count("id"))
    )
    weeks: dict[date, int] = defaultdict(int)
    for day, commits in rows.iterator():
        weeks[day - timedelta(days=day.weekday())] += commits
    return sorted(weeks.items())


def coded_plants(first: date, last: date) -> dict[UUID, date]:
    """The plants with coding time on the owner's days from `first` to `last`, each with its first day. One query.

    The owner's today is `django.utils.timezone.localdate(now)`.
    """
    rows = (
        Activity.objects.filter(
            kind=ActivityKind.CODING,
            external_id__range=(first.isoformat(), last.isoformat()),
            **coding.between(first, last),
        )
        .order_by()
        .values_list("project_id")
        .annotate(Min("external_id"))
    )
    return {project: date.fromisoformat(day) for project, day in rows}


def activity_totals(project: Project) -> dict[str, Any]:
    """Counts, first and last day of everything known about a project, for its page. One query."""
    totals: dict[str, Any] = Activity.objects.filter(project=project).aggregate(
        first=Min("occurred_at"),
        last=Max("occurred_at"),
        commits=Count("id", filter=Q(kind=ActivityKind.COMMIT)),
        releases=Count("id", filter=Q(kind=ActivityKind.RELEASE)),
        pull_requests=Count("id", filter=Q(kind=ActivityKind.PULL_REQUEST)),
        authors=Count("author", distinct=True, filter=Q(kind=ActivityKind.COMMIT)),
        lines_added=Sum("lines_added"),
        lines_removed=Sum("lines_removed"),
    )
    return totals


def growth_at(project_ids: Iterable[UUID], at: datetime) -> dict[UUID, GrowthLog]:
    """Each project's last growth log row of a moment; those without one are left out. One query."""
    rows = GrowthLog.objects.filter(project_id__in=list(project_ids), recorded_at__lte=at).order_by("recorded_at")
    return {row.project_id: row for row in rows.iterator()}


def related_projects(project: Project, limit: int = 4) -> list[Project]:
    """Other listed plants that share technologies, those with most in common first. One query."""
    own = {name.lower() for name in [*project.technologies, *project.languages]}

    def shared(other: Project) -> int:
        return len(own & {name.lower() for name in [*other.technologies, *other.languages]})

    others = [other for other in Project.objects.listed().exclude(pk=project.pk) if shared(other)]
    return sorted(others, key=lambda other: (-shared(other), other.name))[:limit]


def events_since(seq: int, limit: int) -> list[GardenEvent]:
    """Events after `seq`, oldest first. One query."""
    return list(GardenEvent.objects.filter(seq__gt=seq).order_by("seq")[:limit])


def seq_range() -> tuple[int, int]:
    """The oldest and the newest `seq` that the outbox still holds; zeros when it is empty. One query."""
    span = GardenEvent.objects.aggregate(oldest=Min("seq"), newest=Max("seq"))
    return span["oldest"] or 0, span["newest"] or 0


def state_version() -> int:
    """The `seq` of the last event that altered the garden's state, 0 where none did. One query."""
    newest = GardenEvent.objects.filter(alters_state=True).aggregate(newest=Max("seq"))["newest"]
    return newest or 0


def garden_projects() -> list[Project]:
    """The plants that everyone sees, featured ones first. One query."""
    featured_first = Case(When(status="featured", then=0), default=1, output_field=IntegerField())
    return list(Project.objects.in_garden().order_by(featured_first, "-growth_factor", "name"))


def health_of_garden(now: datetime) -> Mapping[str, Any]:
    """Counts behind `garden/health`. Two queries."""
    plants = Project.objects.in_garden().aggregate(
        plants=Count("id"),
        thriving=Count("id", filter=Q(vitality__gte=THRIVING_FROM)),
        resting=Count("id", filter=Q(vitality__lt=RESTING_BELOW)),
        growing_week=Count("id", filter=Q(last_activity_at__gt=now - timedelta(days=7))),
        grown_at=Min("grown_at"),
        last_activity_at=Max("last_activity_at"),
    )
    stages = Project.objects.in_garden().values_list("growth_stage").annotate(plants=Count("id"))
    return {**plants, "stages": dict(stages.order_by())}
