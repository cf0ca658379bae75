"""Reads that span models. Each says how many queries it costs."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import BigIntegerField, Case, Count, F, IntegerField, Max, Min, Q, Subquery, Sum, When
from django.db.models.functions import Cast

from garden import coding
from garden.engine.life import DayTally, Portrait
from garden.engine.plants import HEAT_DAYS, heat_of
from garden.event_types import ANNOUNCEMENT, SystemUpdate
from garden.grouping import ProjectKey, UtcDate
from garden.models import Activity, GardenEvent, Project, counts_for_its_plant
from garden.vocabulary import (
    RESTING_BELOW,
    THRIVING_FROM,
    ActivityKind,
    AnnouncementLevel,
    Counts,
    DeploymentStatus,
    LinesFrom,
    Visibility,
    Whose,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from garden.models import ProjectQuerySet

MADE = (ActivityKind.COMMIT, ActivityKind.RELEASE, ActivityKind.DEPLOYMENT, ActivityKind.POST)
LATEST_COMMITS = 6
LATEST_RELEASES = 3
LINES_OF_COMMIT = 20  # taken for a commit of the owner's in somebody else's project whose lines nobody counted


def forecast_of(project: Project) -> dict[str, Any]:
    """When its next stage is expected; nothing while `ENABLE_GROWTH_PREDICTION` is off, whatever was worked out before.

    No query.
    """
    return project.forecast if settings.ENABLE_GROWTH_PREDICTION else {}


def tallies_of(project_ids: Iterable[UUID], *, until: datetime | None = None) -> dict[UUID, list[DayTally]]:
    """Every project's days, oldest first, as the growth engine takes them. One query.

    `until` leaves out what lies ahead of a moment's UTC day, which the engine does by itself.
    """

    commit, counts = Q(kind=ActivityKind.COMMIT), counts_for_its_plant()

    def of_kind(kind: ActivityKind) -> Count:
        return Count("id", filter=counts & Q(kind=kind))

    rows = (
        Activity.objects.filter(_until(until), project_id__in=list(project_ids))
        .annotate(key=ProjectKey(), day=UtcDate("occurred_at"))
        .order_by("key", "day")
        .values("key", "day")
        .annotate(
            commits=of_kind(ActivityKind.COMMIT),
            added=Sum("lines_added", filter=counts, default=0),
            removed=Sum("lines_removed", filter=counts, default=0),
            pull_requests=of_kind(ActivityKind.PULL_REQUEST),
            issues=of_kind(ActivityKind.ISSUE),
            releases=of_kind(ActivityKind.RELEASE),
            deployments=of_kind(ActivityKind.DEPLOYMENT),
            coding=Cast(Sum("amount", filter=Q(kind=ActivityKind.CODING), default=0.0), BigIntegerField()),
            languages=Cast(Sum("amount", filter=counts & commit, default=0.0), BigIntegerField()),
            others=Count("id", filter=counts & commit & Q(whose=Whose.OTHER)),
            assisted=Count("id", filter=commit & Q(whose=Whose.OWNER, assisted=True)),
            uncounted=Count("id", filter=commit & ~counts),
            coding_assisted=Cast(Sum("assisted_amount", default=0.0), BigIntegerField()),
        )
    )
    counted = ("commits", "added", "removed", "pull_requests", "issues", "releases", "deployments")
    whose = ("others", "assisted", "uncounted", "coding_assisted")
    days: Iterable[tuple[Any, ...]] = rows.values_list("key", "day", *counted, "coding", "languages", *whose).iterator()
    return {UUID(key): [DayTally(*day[1:]) for day in of_one] for key, of_one in groupby(days, itemgetter(0))}


def _until(moment: datetime | None) -> Q:
    """The condition that a fact does not lie ahead of a moment's UTC day."""
    return Q(occurred_at__lt=_end_of_day(moment)) if moment else Q()


def _end_of_day(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC), time(), UTC) + timedelta(days=1)


def portrait_of(project: Project, tallies: Iterable[DayTally]) -> Portrait:
    """What the growth engine needs to know of a project besides its days. No query."""
    tallies = [tally for tally in tallies if tally.has_work_that_counts]
    first_days = [tally.day for tally in tallies][:1]
    stars, forks, written = project.stars, project.forks, None
    if project.counts == Counts.MINE:
        # Of somebody else's code, what the owner's own commits added; where nobody counted their lines, about so much.
        written = sum(max(tally.lines_added, LINES_OF_COMMIT * tally.commits) for tally in tallies)
        stars, forks = (stars, forks) if tallies else (0, 0)
    return Portrait(
        planted=project.floor or min([project.planted_date.astimezone(UTC).date(), *first_days]),
        floor=project.floor,
        languages=dict(project.languages),
        lines_of_code=project.lines_of_code,
        lines_from=LinesFrom(project.lines_from),
        lines_written=written,
        topics=len(project.topics),
        stars=stars,
        forks=forks,
        interactions=project.visitor_interactions,
        earlier_commits=project.earlier_commits,
    )


def commit_heat(now: datetime) -> dict[UUID, float]:
    """How warm each bed is from the commits of the last 14 UTC days, 0–1; cold beds are left out. One query."""
    end = _end_of_day(now)
    rows = (
        Activity.objects.counted()
        .filter(kind=ActivityKind.COMMIT, occurred_at__gte=end - timedelta(days=HEAT_DAYS), occurred_at__lt=end)
        .values("project_id")
        .annotate(commits=Count("id"))
    )
    return {row["project_id"]: heat_of(row["commits"]) for row in rows}


def commits_by_week(project: Project, *, now: datetime | None = None) -> list[tuple[date, int]]:
    """Monday and number of people's commits, oldest first, weeks without any left out. One query."""
    rows = (
        Activity.objects.filter(_until(now), project=project, kind=ActivityKind.COMMIT)
        .exclude(whose=Whose.BOT)
        .annotate(day=UtcDate("occurred_at"))
        .values_list("day")
        .annotate(commits=Count("id"))
    )
    weeks: dict[date, int] = defaultdict(int)
    for found, commits in rows.iterator():
        day = max(found, project.floor or found)
        weeks[day - timedelta(days=day.weekday())] += commits
    return sorted(weeks.items())


def commits_by_day(first: date, last: date) -> list[tuple[UUID, date, int]]:
    """Public commits that count, by plant and UTC day from `first` to `last`; made-up ones are left out. One query."""
    rows = (
        Activity.objects.public()
        .counted()
        .filter(
            kind=ActivityKind.COMMIT,
            project__is_demo=False,
            occurred_at__gte=datetime.combine(first, time(), UTC),
            occurred_at__lt=datetime.combine(last, time(), UTC) + timedelta(days=1),
        )
        .annotate(day=UtcDate("occurred_at"))
        .order_by()
        .values_list("project_id", "day")
        .annotate(commits=Count("id"))
    )
    return list(rows)


def newest_work(limit: int) -> list[Activity]:
    """The newest commits that count, releases and deployments of plants that everyone sees. One query."""
    shown = Activity.objects.public().counted().filter(project__is_demo=False)
    told = shown.filter(kind__in=[ActivityKind.COMMIT, ActivityKind.RELEASE, ActivityKind.DEPLOYMENT])
    return list(
        told.order_by("-occurred_at", "-pk").only("project_id", "kind", "external_id", "occurred_at", "title", "data")[
            :limit
        ]
    )


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


def activity_totals(project: Project, *, now: datetime | None = None) -> dict[str, Any]:
    """Counts, first and last moment of everything known about a project, for its page. One query.

    What lies ahead is no work yet, and nothing was before the day on which the owner says that it was planted.
    """
    commit = Q(kind=ActivityKind.COMMIT)
    totals: dict[str, Any] = Activity.objects.filter(_until(now), project=project).aggregate(
        first=Min("occurred_at"),
        last=Max("occurred_at"),
        all=Count("id", filter=commit) + project.earlier_commits,
        owner=Count("id", filter=commit & Q(whose=Whose.OWNER)),
        others=Count("id", filter=commit & Q(whose=Whose.OTHER)),
        bots=Count("id", filter=commit & Q(whose=Whose.BOT)),
        assisted=Count("id", filter=commit & Q(whose=Whose.OWNER, assisted=True)),
        releases=Count("id", filter=Q(kind=ActivityKind.RELEASE)),
        release_days=Count(UtcDate("occurred_at"), distinct=True, filter=Q(kind=ActivityKind.RELEASE)),
        pull_requests=Count("id", filter=Q(kind=ActivityKind.PULL_REQUEST)),
        authors=Count("author", distinct=True, filter=commit & ~Q(whose=Whose.BOT)),
        lines_added=Sum("lines_added"),
        lines_removed=Sum("lines_removed"),
    )
    if totals["first"] and project.floor:
        totals["first"] = max(totals["first"], datetime.combine(project.floor, time(), UTC))
    totals["commits"] = {name: totals.pop(name) for name in ("all", "owner", "others", "bots", "assisted")}
    return totals


def latest_work(project: Project, *, now: datetime) -> dict[str, list[Activity]]:
    """The newest commits that are no bot's, and the newest releases, each with a title. Two queries."""
    titled = Activity.objects.filter(_until(now), project=project).exclude(title="").order_by("-occurred_at", "-pk")
    return {
        "commits": list(titled.filter(kind=ActivityKind.COMMIT).exclude(whose=Whose.BOT)[:LATEST_COMMITS]),
        "releases": list(titled.filter(kind=ActivityKind.RELEASE)[:LATEST_RELEASES]),
    }


def work_by_day(since: datetime, limit: int, *, until: datetime) -> list[dict[str, Any]]:
    """What was made in the plants that everyone sees: number, owner's part and newest of each plant, kind and UTC day.

    Newest days first. Bots' commits, made-up facts and deployments that failed are left out. Two queries; a third
    where the last week has fewer days than asked for: it is looked through first, since it mostly has them.
    """
    made = Activity.objects.public().filter(_until(until), kind__in=MADE, project__is_demo=False)
    made = made.filter(~Q(kind=ActivityKind.COMMIT) | ~Q(whose=Whose.BOT))
    made = made.filter(~Q(kind=ActivityKind.DEPLOYMENT) | Q(data__status=DeploymentStatus.SUCCESS))
    by_day = (
        made.annotate(day=UtcDate("occurred_at"))
        .order_by()
        .values("project_id", "kind", "day")
        .annotate(number=Count("pk"), by_owner=Count("pk", filter=Q(whose=Whose.OWNER)), at=Max("occurred_at"))
        .order_by("-at", "project_id", "kind")
    )
    last_week = max(since, _end_of_day(until) - timedelta(days=7))  # from a midnight on: whole days
    days = list(by_day.filter(occurred_at__gte=last_week)[:limit])
    if len(days) < limit:
        days = list(by_day.filter(occurred_at__gte=since)[:limit])
    newest = Q(pk__in=[])
    for one in days:
        newest |= Q(project_id=one["project_id"], kind=one["kind"], occurred_at=one["at"])
    rows = made.filter(newest).order_by("pk").values_list("project_id", "kind", "occurred_at", "title")
    titles = {(project_id, kind, at): title for project_id, kind, at, title in rows}
    return [{**one, "title": titles.get((one["project_id"], one["kind"], one["at"]), "")} for one in days]


def related_projects(project: Project, limit: int = 4) -> list[Project]:
    """Other listed plants that share technologies, those with most in common first. One query."""
    own = {name.lower() for name in [*project.technologies, *project.languages]}

    def shared(other: Project) -> int:
        return len(own & {name.lower() for name in [*other.technologies, *other.languages]})

    others = [other for other in Project.objects.listed().exclude(pk=project.pk) if shared(other)]
    return sorted(others, key=lambda other: (-shared(other), other.name))[:limit]


def events_since(seq: int, limit: int, *, altering: bool = False) -> list[GardenEvent]:
    """Events after `seq`, oldest first; only those that altered the state if asked for. One query."""
    news = GardenEvent.objects.filter(seq__gt=seq, **({"alters_state": True} if altering else {}))
    return list(news.order_by("seq")[:limit])


def seq_range() -> tuple[int, int]:
    """The oldest and the newest `seq` that the outbox still holds; zeros when it is empty. One query."""
    # Each end by a look-up of its own: SQLite counts through the whole outbox for a MIN beside a MAX.
    oldest = GardenEvent.objects.order_by("seq").values("seq")[:1]
    ends = GardenEvent.objects.annotate(oldest=Subquery(oldest)).order_by("-seq").values_list("oldest", "seq")
    return ends.first() or (0, 0)


def state_version() -> int:
    """The `seq` of the last event that altered the garden's state, 0 where none did. One query."""
    newest = GardenEvent.objects.filter(alters_state=True).aggregate(newest=Max("seq"))["newest"]
    return newest or 0


def announcement(now: datetime) -> SystemUpdate | None:
    """What the owner announces at the moment. One query."""
    data = GardenEvent.objects.filter(subject=ANNOUNCEMENT).order_by("-seq").values_list("data", flat=True).first()
    if data is None:
        return None
    until = datetime.fromisoformat(data["until"]) if data["until"] else None
    said = SystemUpdate(message=data["message"], level=AnnouncementLevel(data["level"]), until=until)
    return said if said.holds(now) else None


def garden_projects() -> list[Project]:
    """The plants that everyone sees, as everyone may see them, featured ones first. One query."""
    return [project.as_shown() for project in shown_in_order()]


def shown_projects(pks: Sequence[UUID]) -> list[Project]:
    """Those of these that everyone sees, as everyone may see them, in the same order. One query."""
    found = Project.objects.shown().in_bulk(pks)
    return [found[pk].as_shown() for pk in pks if pk in found]


def shown_in_order() -> ProjectQuerySet:
    """The same as they stand in the database, still to be read."""
    featured_first = Case(When(status="featured", then=0), default=1, output_field=IntegerField())
    by_name = Case(When(visibility=Visibility.ANONYMOUS, then=F("slug")), default=F("name"))
    return Project.objects.shown().order_by(featured_first, "-growth_factor", by_name)


def disclosed_tallies() -> dict[UUID, list[DayTally]]:
    """The days of every project that the public garden grows from, oldest first. Two queries."""
    return tallies_of(Project.objects.disclosed().values_list("pk", flat=True))


def facts_version() -> tuple[Any, ...]:
    """What changes whenever `plant_views.plant_facts` would answer otherwise. Three queries.

    A fact that only changed (a longer day of coding) is followed by its project's growth, which is an update.
    """
    disclosed = Project.objects.disclosed().aggregate(count=Count("id"), updated_at=Max("updated_at"))
    shown = Project.objects.shown().count()
    return (*disclosed.values(), shown, Activity.objects.aggregate(newest=Max("id"))["newest"])


def health_of_garden(now: datetime) -> Mapping[str, Any]:
    """Counts behind `garden/health`. Two queries."""
    plants = Project.objects.shown().aggregate(
        plants=Count("id"),
        thriving=Count("id", filter=Q(vitality__gte=THRIVING_FROM)),
        resting=Count("id", filter=Q(vitality__lt=RESTING_BELOW)),
        growing_week=Count("id", filter=Q(last_activity_at__gt=now - timedelta(days=7))),
        grown_at=Min("grown_at"),
        last_activity_at=Max("last_activity_at"),
    )
    stages = Project.objects.shown().values_list("growth_stage").annotate(plants=Count("id"))
    return {**plants, "stages": dict(stages.order_by())}
