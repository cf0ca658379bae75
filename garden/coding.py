"""Coding time as facts of plants: one a plant and day, with its seconds. A later telling of a day replaces it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from garden.models import Activity, Project
from garden.vocabulary import ActivityKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

A_CHANGE = 1.0  # seconds; less is rounding
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CodedDay:
    """What went into one plant on one day."""

    seconds: float
    source: str
    languages: Mapping[str, float] = field(default_factory=dict)  # seconds by language, where it is known
    last_at: datetime | None = None  # UTC; when it was last worked on, where that is known
    assisted: float = 0.0  # of the seconds, those with an agent


@transaction.atomic
def replace_days(
    *, days: Collection[date], coded: Mapping[tuple[UUID, date], CodedDay], now: datetime
) -> dict[UUID, date]:
    """Let `coded` be all that is known of these days.

    Facts of plants that `coded` no longer names are taken back. Returns the plants that changed, each with the earliest
    day that did. Nothing is grown.
    """
    if not days:
        return {}
    existing = {
        (activity.project_id, date.fromisoformat(activity.external_id)): activity
        for activity in Activity.objects.filter(
            kind=ActivityKind.CODING,
            external_id__in=[day.isoformat() for day in days],
            **between(min(days), max(days)),
        )
    }
    fresh = [_activity(*key, spent, now) for key, spent in coded.items() if key not in existing]
    revised = [
        _revised(activity, key[1], coded[key], now)
        for key, activity in existing.items()
        if key in coded and _differs(activity, coded[key])
    ]
    withdrawn = [activity for key, activity in existing.items() if key not in coded]

    Activity.objects.bulk_create(fresh)
    Activity.objects.bulk_update(revised, ["amount", "assisted_amount", "occurred_at", "source", "data"])
    if withdrawn:
        Activity.objects.filter(pk__in=[activity.pk for activity in withdrawn]).delete()

    changed: dict[UUID, date] = {}
    for activity in [*fresh, *revised, *withdrawn]:
        day = date.fromisoformat(activity.external_id)
        changed[activity.project_id] = min(day, changed.get(activity.project_id, day))
    _note_last_activity([*fresh, *revised], now)
    return changed


def between(first: date, last: date) -> dict[str, datetime]:
    """The conditions that the facts of the owner's days from `first` to `last` meet, and some of a day before."""
    return {"occurred_at__gte": _midnight(first) - A_DAY, "occurred_at__lt": _midnight(last) + A_DAY}


def last_worked(occurred_at: datetime, data: Mapping[str, Any]) -> datetime:
    """When a fact's day was last worked on, as far as that is known."""
    return datetime.fromisoformat(data["last_at"]) if "last_at" in data else occurred_at


def _activity(project: UUID, day: date, spent: CodedDay, now: datetime) -> Activity:
    fact = Activity(project_id=project, kind=ActivityKind.CODING, external_id=day.isoformat())
    return _revised(fact, day, spent, now)


def _revised(activity: Activity, day: date, spent: CodedDay, now: datetime) -> Activity:
    # Of a day that is not over, news is of now.
    last_at = spent.last_at or (now if day == timezone.localdate(now) else None)
    activity.amount, activity.assisted_amount = spent.seconds, spent.assisted
    activity.occurred_at = _moment(day, last_at, now)
    activity.source = spent.source
    activity.data = {"languages": {language: round(seconds) for language, seconds in spent.languages.items()}}
    if last_at and last_at != activity.occurred_at:
        activity.data["last_at"] = last_at.isoformat()
    return activity


def _differs(activity: Activity, spent: CodedDay) -> bool:
    known = activity.data.get("languages", {})
    return (
        abs(activity.amount - spent.seconds) >= A_CHANGE
        or abs(activity.assisted_amount - spent.assisted) >= A_CHANGE
        or activity.source != spent.source
        or known.keys() != spent.languages.keys()
        or any(abs(known[language] - seconds) > A_CHANGE for language, seconds in spent.languages.items())
        or (spent.last_at is not None and spent.last_at != last_worked(activity.occurred_at, activity.data))
    )


def _moment(day: date, last_at: datetime | None, now: datetime) -> datetime:
    """When the fact stands in the calendar of the growth engine, which counts UTC days: on the owner's own day.

    East of Greenwich that day begins before it does in UTC; until then its work stands on the day before, since what
    lies ahead does not count.
    """
    begin = _midnight(day)
    return min(now, max(begin, min(last_at or begin + A_DAY / 2, begin + A_DAY - timedelta(seconds=1))))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _note_last_activity(facts: Collection[Activity], now: datetime) -> None:
    latest: dict[UUID, datetime] = {}
    for fact in facts:
        at = min(last_worked(fact.occurred_at, fact.data), now)
        latest[fact.project_id] = max(at, latest.get(fact.project_id, at))
    for project, at in latest.items():
        older = Q(last_activity_at=None) | Q(last_activity_at__lt=at)
        Project.objects.filter(older, pk=project).update(last_activity_at=at)
