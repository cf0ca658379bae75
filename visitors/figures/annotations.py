"""What the owner did and what the garden went through, on the time axis: the reasons why a day was another.

They come by themselves: commits, releases, deployments, storms and posts, a group an hour, a day, or a week of a year.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Q

from garden.grouping import UtcDate
from garden.models import Activity, Project
from garden.vocabulary import ActivityKind, WeatherType, Whose
from social.models import Post, PostVisibility
from visitors.figures.windows import begin_of, hour_of
from weather.models import WeatherState

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from uuid import UUID

    from visitors.figures.windows import Window

LONG: Final = timedelta(days=100)  # longer whiles are grouped by the week
MOST: Final = 500  # releases and the like that are looked at
NAMED: Final = 3  # plants of a day's commits


class Happened(StrEnum):
    """What stands on the axis."""

    COMMITS = "commits"
    RELEASE = "release"
    DEPLOYMENT = "deployment"
    STORM = "storm"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One thing that happened, in words."""

    at: datetime  # UTC; of commits the begin of their day or hour
    kind: Happened
    text: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Group:
    """What happened within one step of the axis."""

    at: datetime  # UTC, where the step begins
    annotations: Sequence[Annotation]


def annotations_of(window: Window, *, public: bool = False) -> list[Group]:
    """What happened in a while, oldest first; with `public`, only what everyone may know. Five queries."""
    found = sorted(
        [*_commits(window, public), *_shipped(window, public), *_storms(window), *_posts(window, public)],
        key=lambda one: (one.at, one.kind),
    )
    groups: dict[datetime, list[Annotation]] = defaultdict(list)
    for one in found:
        groups[_step(window, one.at)].append(one)
    return [Group(at, some) for at, some in sorted(groups.items())]


def _step(window: Window, at: datetime) -> datetime:
    if window.hourly:
        return hour_of(at)
    if window.length < LONG:
        return begin_of(at.date())
    return window.since + (at - window.since) // timedelta(days=7) * timedelta(days=7)


def _commits(window: Window, public: bool) -> Iterator[Annotation]:
    kept = Activity.objects.public() if public else Activity.objects.all()
    commits = kept.filter(
        kind=ActivityKind.COMMIT, occurred_at__gte=window.since, occurred_at__lte=window.until
    ).exclude(whose=Whose.BOT)
    plants: dict[datetime, dict[UUID, int]] = defaultdict(dict)
    if window.hourly:
        for at, plant in commits.order_by().values_list("occurred_at", "project_id"):
            hour = hour_of(at.astimezone(UTC))
            plants[hour][plant] = plants[hour].get(plant, 0) + 1
    else:
        by_day = commits.annotate(day=UtcDate("occurred_at")).order_by().values_list("day", "project_id")
        for day, plant, often in by_day.annotate(Count("pk")):
            plants[begin_of(_day(day))][plant] = often
    names = dict(
        Project.objects.filter(pk__in={plant for some in plants.values() for plant in some}).values_list("pk", "name")
    )
    for at, some in plants.items():
        most = sorted(some, key=lambda plant: (-some[plant], names[plant]))
        named = ", ".join(names[plant] for plant in most[:NAMED])
        more = f" and {len(most) - NAMED} more" if len(most) > NAMED else ""
        total = sum(some.values())
        yield Annotation(at, Happened.COMMITS, f"{total} commit{'s' * (total != 1)} on {named}{more}", total)


def _shipped(window: Window, public: bool) -> Iterator[Annotation]:
    kept = Activity.objects.public() if public else Activity.objects.all()
    shipped = kept.filter(
        kind__in=[ActivityKind.RELEASE, ActivityKind.DEPLOYMENT],
        occurred_at__gte=window.since,
        occurred_at__lte=window.until,
    ).order_by("-occurred_at")
    for kind, at, title, name in shipped.values_list("kind", "occurred_at", "title", "project__name")[:MOST]:
        what = "released" if kind == ActivityKind.RELEASE else "deployed"
        title = "" if title == name else f" {title}"
        yield Annotation(at.astimezone(UTC), Happened(kind), f"{name}{title} {what}")


def _storms(window: Window) -> Iterator[Annotation]:
    storms = WeatherState.objects.filter(
        weather_type=WeatherType.STORMY, started_at__gte=window.since, started_at__lte=window.until
    )
    for at in storms.order_by("-started_at").values_list("started_at", flat=True)[:MOST]:
        yield Annotation(at.astimezone(UTC), Happened.STORM, "A storm over the garden")


def _posts(window: Window, public: bool) -> Iterator[Annotation]:
    shown = Q(visibility=PostVisibility.PUBLIC) if public else ~Q(visibility=PostVisibility.DRAFT)
    posts = Post.objects.filter(shown, published_at__gte=window.since, published_at__lte=window.until)
    for post in posts.order_by("-published_at")[:MOST]:
        yield Annotation(post.published_at.astimezone(UTC), Happened.POST, f"“{post.words}” posted")


def _day(value: date | str) -> date:
    return datetime.fromisoformat(value).date() if isinstance(value, str) else value
