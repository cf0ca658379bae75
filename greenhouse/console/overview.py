"""The console's first page: what needs a decision, what happened, what is stale.

Everything here is read. The buttons run the actions of the admin pages they point to.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from garden.models import Activity, GardenEvent, Project
from garden.vocabulary import RESTING_BELOW, THRIVING_FROM, ActivityKind, GrowthStage, ProjectStatus
from greenhouse.console.needs import needs
from greenhouse.console.people.rights import may_open, may_press
from greenhouse.console.sidebar import changelist
from greenhouse.site.happenings import TYPES_WITH_SENTENCE, Happening, PageName, PlantName, happenings, skills_in
from integrations.selectors import status
from owner.selectors import site_now
from skills.models import Skill

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from django.http import HttpRequest

WEEKS = 52  # the width of the picture of a year
HAPPENINGS = 6  # as many as fit one screen with the rest
BY_RIGHT = {"garden": "garden_project", "events": "garden_gardenevent", "sources": "integrations_syncrun"}  # its parts
EVENTS_READ = 400  # looked at for so many lines: most events are too small for one


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A page that is often gone to."""

    label: str
    icon: str  # of Material Symbols
    view: str


QUICK = (
    Shortcut("Plant a seed", "add", "admin:garden_project_add"),
    Shortcut("Plan of the island", "yard", "admin:garden_project_plan"),
    Shortcut("Set the weather", "thunderstorm", "admin:weather_weatheroverride_add"),
    Shortcut("Accounts", "key", "admin:integrations_account_changelist"),
    Shortcut("Schedule", "schedule", "admin:django_celery_beat_periodictask_changelist"),
    Shortcut("Let a helper in", "person_add", "admin:auth_user_add"),
)


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the garden, and the list it counts."""

    label: str
    value: int
    link: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a small chart: a week of the year, or a rung of the ladder."""

    label: str
    value: int
    height: int  # percent of the highest
    link: str = ""

    @property
    def top(self) -> int:
        """Where it begins in a picture of 100 whose zero is above."""
        return 100 - self.height


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the first page shows, in a number of queries that no garden makes grow."""
    now = timezone.now()
    may_see = {name: may_open(request, changelist(model)) for name, model in BY_RIGHT.items()}
    everything = Project.objects.all() if request.user.is_superuser else Project.objects.open_to_helpers()
    projects = list(
        everything.only(
            "id",
            "name",
            "slug",
            "description",
            "plant_type",
            "growth_stage",
            "vitality",
            "status",
            "visibility",
            "hidden_by_source",
            "archived_at_source",
            "stands_though_archived",
            "is_demo",
            "commit_count",
            "earlier_commits",
        ).order_by("-created_at")
    )
    weeks = commits_by_week(projects, now)
    return context | {
        "may_see": may_see,
        "may_sync": may_press(request, changelist(BY_RIGHT["sources"])),
        "quick": [item for item in QUICK if may_open(request, reverse(item.view))],
        "title": "Overview",
        "needs": needs(request, now),
        "plants": sorted(_own(projects), key=lambda one: one.name.casefold()) if may_see["garden"] else [],
        "happenings": recent_happenings(projects),
        "numbers": numbers(projects, weeks),
        "weeks": weeks,
        "stages": stages(projects),
        **_sources(now),
        "empty": not projects,
        "introduce": not site_now().owner_name,
    }


def _sources(now: datetime) -> dict[str, list[Any]]:
    """The sources that are connected, or brought something, and the names of the others."""
    known: dict[bool, list[Any]] = {True: [], False: []}
    for source in status(now=now):
        known[bool(source["configured"] or source["last_run"])].append(source)
    return {"sources": known[True], "unconnected": known[False]}


def _own(projects: Sequence[Project]) -> Iterator[Project]:
    """The plants that stand for work of the owner."""
    return (one for one in projects if not one.is_demo and one.status != ProjectStatus.PROPOSED)


def recent_happenings(projects: Sequence[Project]) -> list[Happening]:
    """What happened, as sentences, newest first. Two queries."""
    plants = {
        str(one.pk): PlantName(one.name, reverse("admin:garden_project_change", args=[one.pk]), one.plant_type)
        for one in projects
    }
    events = list(GardenEvent.objects.filter(event_type__in=TYPES_WITH_SENTENCE).order_by("-seq")[:EVENTS_READ])
    skills = {
        str(pk): PageName(name, reverse("admin:skills_skill_change", args=[pk]))
        for pk, name in Skill.objects.filter(pk__in=skills_in(events)).values_list("pk", "name")
    }
    return happenings(events, plants, skills, limit=HAPPENINGS)


def commits_by_week(projects: Sequence[Project], now: datetime) -> list[Column]:
    """The commits of a year to these projects, week by week, the present week last. One query."""
    this_week = (now.astimezone(UTC) - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    mondays = [this_week - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    commits = dict(
        Activity.objects.filter(kind=ActivityKind.COMMIT, occurred_at__gte=mondays[0], occurred_at__lte=now)
        .filter(project__in=[project.pk for project in projects])
        .annotate(week=TruncWeek("occurred_at", tzinfo=UTC))
        .order_by()
        .values_list("week")
        .annotate(commits=Count("pk"))
    )
    counts = [commits.get(monday, 0) for monday in mondays]
    labels = [f"week of {date_format(monday)}" for monday in mondays]
    return _columns(labels, counts, [_commits(monday, monday + timedelta(weeks=1)) for monday in mondays])


def stages(projects: Sequence[Project]) -> list[Column]:
    """How many plants of the garden stand on each rung."""
    standing = Counter(project.growth_stage for project in projects if project.shown)
    rungs = [str(stage) for stage in GrowthStage]
    links = [f"{_standing()}&growth_stage__exact={rung}" for rung in rungs]
    return _columns(rungs, [standing[rung] for rung in rungs], links)


def _columns(labels: Sequence[str], values: Sequence[int], links: Sequence[str] = ()) -> list[Column]:
    highest = max(values, default=0) or 1
    return [
        Column(label, value, round(100 * value / highest), link)
        for label, value, link in zip(labels, values, links or [""] * len(labels), strict=True)
    ]


def numbers(projects: Sequence[Project], weeks: Sequence[Column]) -> list[Number]:
    """The garden in numbers, each with the list it counts, and in words what is not in that list."""
    standing = [project for project in projects if project.shown]
    demo = sum(project.is_demo for project in standing)
    earlier, a_year = sum(project.earlier_commits for project in projects), sum(week.value for week in weeks)
    return [
        Number("plants in the garden", len(standing), _standing(), f"{demo} of them demo" if demo else ""),
        Number(
            "thriving",
            sum(project.vitality >= THRIVING_FROM for project in standing),
            f"{_standing()}&vitality=thriving",
            f"{sum(project.vitality < RESTING_BELOW for project in standing)} resting",
        ),
        Number("commits this week", weeks[-1].value, weeks[-1].link, f"{a_year:,} in a year"),
        Number(
            "commits in all",
            sum(project.commit_count for project in projects),
            _commits(),
            f"{earlier:,} of them from before what was imported" if earlier else "",
        ),
    ]


def _standing() -> str:
    return f"{changelist('garden_project')}?garden=yes"


def _commits(since: datetime | None = None, until: datetime | None = None) -> str:
    asked = {"kind__exact": "commit"}
    if since and until:
        asked |= {"occurred_at__gte": since.isoformat(), "occurred_at__lt": until.isoformat()}
    return f"{changelist('garden_activity')}?{urlencode(asked)}"
