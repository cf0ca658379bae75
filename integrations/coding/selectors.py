"""Reads of coding time. Each says how many queries it costs."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from django.db.models import Count, F, Max, Sum
from django.utils import timezone

from integrations.coding.durations import TIMEOUT, Beat, Spent, bounds, prevailing, spent
from integrations.coding.names import key_of
from integrations.models import CodingName, CodingSource, CodingTime, Heartbeat, UnsettledDay

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable
    from uuid import UUID

    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

FRESH_DAYS = 2  # the newest days with news are worked out for a reader; older ones show what they were until settled


class TimeOfName(TypedDict):
    """What is known of a name beside itself."""

    seconds: float | None
    last_day: date | None


if TYPE_CHECKING:
    UnassignedName = WithAnnotations[CodingName, TimeOfName]


class Share(NamedTuple):  # a year of them is made for one answer, and a tuple is made three times as fast
    """Time of one day, and what it went into."""

    day: date
    source: str
    name: str  # as the editor writes it
    plant: UUID | None
    language: str
    category: str
    editor: str
    operating_system: str
    seconds: float
    last_at: datetime | None = None  # not read for a long range: a year of moments takes longer than all the rest

    @property
    def thing(self) -> Hashable:
        """What two sources may both have seen: the plant, or a project that is none."""
        return self.plant or key_of(self.name)


def shares(first: date, last: date) -> list[Share]:
    """Coding time of the owner's days from `first` to `last`, each hour once, in no order. Three queries.

    Heartbeats that came since a day was last settled count too: each of at most two such days costs two more queries,
    and another one reads names.
    """
    return _shares(CodingTime.objects.filter(day__range=(first, last)), unsettled_days(first, last))


def shares_on(days: Collection[date], unsettled: Collection[date]) -> list[Share]:
    """The same for some days, of which `unsettled` are worked out. Two queries, and what unsettled days cost."""
    return _shares(CodingTime.objects.filter(day__in=days), unsettled)


def shares_of_days(days: Collection[date]) -> list[Share]:
    """The same for some settled days that belong to plants. Two queries."""
    rows = CodingTime.objects.filter(day__in=days, name__project__isnull=False)
    return prevailing(_as_shares(rows, "last_at"), lambda share: share.thing)


def unsettled_days(first: date, last: date) -> set[date]:
    """The newest days with heartbeats that no rollup knows of. One query."""
    days = UnsettledDay.objects.filter(day__range=(first, last)).order_by("-day").values_list("day", flat=True)
    return set(days.distinct()[:FRESH_DAYS])


def versions(first: date, last: date) -> dict[date, Hashable]:
    """What changes with the time that is settled of each day and with whose it is; days without any are left out.

    Two queries. Rows are replaced and never rewritten, so the numbers of those that stand tell them from any before.
    """
    plants = frozenset(CodingName.objects.filter(project__isnull=False).values_list("pk", "project_id"))
    rows = CodingTime.objects.filter(day__range=(first, last)).order_by().values_list("day")
    return {day: (count, numbers, plants) for day, count, numbers in rows.annotate(Count("pk"), Sum("pk"))}


def _shares(rows: QuerySet[CodingTime], unsettled: Collection[date]) -> list[Share]:
    settled = (
        share for share in _as_shares(rows) if share.source != CodingSource.HEARTBEATS or share.day not in unsettled
    )
    return prevailing([*settled, *_unsettled(unsettled)], lambda share: share.thing)


def _as_shares(rows: QuerySet[CodingTime], *more: str) -> list[Share]:
    fields = ("day", "source", "name_id", "language", "category", "editor", "operating_system", "seconds", *more)
    found = list(rows.values_list(*fields))
    # A join would send every name and every plant's id thousands of times. Read after the rows: names stay.
    names = {pk: (name, plant) for pk, name, plant in CodingName.objects.values_list("pk", "name", "project_id")}
    return [Share(day, source, *names[pk], *rest) for day, source, pk, *rest in found]


def _unsettled(days: Collection[date]) -> list[Share]:
    if not days:
        return []
    plants = dict(CodingName.objects.filter(project__isnull=False).values_list("key", "project_id"))
    return [
        Share(
            day=one.day,
            source=CodingSource.HEARTBEATS,
            name=one.project,
            plant=plants.get(key_of(one.project)),
            language=one.language,
            category=one.category,
            editor=one.editor,
            operating_system=one.operating_system,
            seconds=one.seconds,
            last_at=one.last_at,
        )
        for day in days
        for one in heartbeats_on(day)
    ]


def heartbeats_on(day: date) -> list[Spent]:
    """One day's time as heartbeats tell it: what it was when the first of them were deleted, or more. Two queries.

    Such a day is sealed. It can still grow from late ones, but not shrink.
    """
    rows = CodingTime.objects.filter(source=CodingSource.HEARTBEATS, day=day, sealed=True).select_related("name")
    known = {
        (row.name.key, row.language, row.category, row.editor): Spent(
            day, row.name.name, row.seconds, row.language, row.category, row.editor, row.last_at
        )
        for row in rows
    }
    for one in _spent_on(day):
        key = (key_of(one.project), one.language, one.category, one.editor)
        if key not in known or one.seconds > known[key].seconds:
            known[key] = one
    return list(known.values())


def _spent_on(day: date) -> list[Spent]:
    """One day's time, worked out from the heartbeats that are kept. One query."""
    zone = timezone.get_default_timezone()
    begin, end = bounds(day, zone)
    rows = Heartbeat.objects.filter(at__gte=begin - TIMEOUT, at__lt=end + TIMEOUT)
    beats = [Beat(*row) for row in rows.values_list("at", "project", "language", "category", "editor")]
    return [one for one in spent(beats, zone) if one.day == day]


def totals(found: Iterable[Share], by: str) -> list[tuple[str, float]]:
    """Seconds by `name`, `language`, `category` or `editor`, the most first. No query."""
    sums: defaultdict[str, float] = defaultdict(float)
    for share in found:
        sums[getattr(share, by)] += share.seconds
    return sorted(sums.items(), key=lambda item: (-item[1], item[0]))


def by_day(found: Iterable[Share], first: date, last: date) -> list[tuple[date, float]]:
    """Every day from `first` to `last` with its seconds. No query."""
    sums: defaultdict[date, float] = defaultdict(float)
    for share in found:
        sums[share.day] += share.seconds
    return [(day, sums[day]) for day in (first + timedelta(days=n) for n in range((last - first).days + 1))]


def unassigned() -> list[UnassignedName]:
    """Names that are no plant and that the owner has not decided about, most `seconds` first. One query."""
    return list(
        CodingName.objects.filter(project=None, decided=False)
        .exclude(key="")
        .annotate(seconds=Sum("times__seconds"), last_day=Max("times__day"))
        .order_by(F("seconds").desc(nulls_last=True), "name")
    )
