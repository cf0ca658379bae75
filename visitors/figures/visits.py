"""Reads of the raw rows: visits with their steps, as the counting takes them. What is set aside is left out."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from django.db.models import CharField, F, Q
from django.db.models.functions import Cast

from visitors.figures.bulk import AnyOf
from visitors.figures.counting import PLACES, Sums, Visit, bounced
from visitors.marks import Taken
from visitors.models import Session, Step
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

RowT = TypeVar("RowT")

FIELDS: Final = {
    Dimension.CHANNEL: "channel",
    Dimension.REFERRER: "referrer_host",
    Dimension.CAMPAIGN: "utm_campaign",
    Dimension.COUNTRY: "country_code",
    Dimension.DEVICE: "device_type",
    Dimension.BROWSER: "browser",
    Dimension.OS: "os",
    Dimension.SCREEN: "screen_resolution",
    Dimension.ENTRY: "entry_point",
    Dimension.EXIT: "exit_point",
}
OTHERS: Final = (
    "utm_source",
    "steps",
    "page_views",
    "total_time_seconds",
    "interactions",
    "first_of_day",
    "started_at",
)
AT_ONCE: Final = 1_000  # visits whose steps are read together, and sorted in memory
LONGEST_VALUE: Final = 120  # as the counts have it


def sessions(since: datetime, until: datetime, filters: Mapping[Dimension, str] | None = None) -> QuerySet[Session]:
    """Those that count, that began in a while, and that have these values."""
    found = Session.objects.filter(started_at__gte=since, started_at__lt=until, set_aside="").order_by()
    filters = filters or {}
    for dimension, value in filters.items():
        if dimension is Dimension.CAMPAIGN:
            found = found.filter(Q(utm_campaign=value) | Q(utm_campaign="", utm_source=value))
        elif dimension not in PLACES:
            found = found.filter(**{FIELDS[dimension]: value})
    if places := _places(filters):
        found = found.filter(pk__in=Step.objects.filter(**places, at__gte=since).values("session_id"))
    return found


def steps_of(found: QuerySet[Session], since: datetime) -> QuerySet[Step]:
    """The steps of sessions that began at `since` or later, in no order."""
    # No step is older than its session. The planner does not know, and would read every step there is.
    return Step.objects.filter(session_id__in=found.values("pk"), at__gte=since)


def visits(since: datetime, until: datetime, filters: Mapping[Dimension, str] | None = None) -> Iterator[Visit]:
    """The visits that began in a while; of those narrowed to a place, what they did there.

    One query, and one more for the steps of each thousand: neither we nor the database hold all of them at once.
    """
    places: dict[Dimension, str] = {
        dimension: value for dimension, value in (filters or {}).items() if dimension in PLACES
    }
    found = sessions(since, until, filters).values_list("pk", *FIELDS.values(), *OTHERS)
    for rows in _batches(found):
        paths = _paths([row[0] for row in rows])
        for row in rows:
            visit = _visit(row, paths.get(row[0], []))
            narrowed = visit.within(places) if places else visit
            if narrowed:
                yield narrowed


def paths_of(found: QuerySet[Session], wanted: Q) -> Iterator[list[Taken]]:
    """The steps that are wanted, of each session that took any of them; as many queries as `visits`."""
    for ids in _batches(found.values_list("pk", flat=True)):
        yield from _paths(ids, wanted).values()


def _batches(rows: QuerySet[Any, RowT]) -> Iterator[list[RowT]]:
    stream = rows.iterator(AT_ONCE)
    while batch := list(islice(stream, AT_ONCE)):
        yield batch


def _paths(session_ids: list[int], wanted: Q | None = None) -> dict[int, list[Taken]]:
    """The steps of sessions by their session, all or those wanted. One query."""
    paths: dict[int, list[Taken]] = defaultdict(list)
    rows = Step.objects.filter(AnyOf(F("session_id"), session_ids), wanted or Q()).order_by("session_id", "at", "pk")
    # As text: the ORM would make an identifier of every row, where one a plant is enough.
    rows = rows.annotate(plant=Cast("project_id", CharField()))
    for session, kind, area, plant, duration in rows.values_list("session_id", "kind", "area", "plant", "duration"):
        paths[session].append(Taken(kind, area, _identifier(plant) if plant else "", duration))
    return paths


@lru_cache(maxsize=4096)
def _identifier(plant: str) -> str:
    return str(UUID(plant))


def _visit(row: tuple[Any, ...], path: list[Taken]) -> Visit:
    _, *values, utm_source, steps, page_views, seconds, interactions, first_of_day, started_at = row
    by_dimension = dict(zip(FIELDS, values, strict=True))
    by_dimension[Dimension.CAMPAIGN] = by_dimension[Dimension.CAMPAIGN] or utm_source
    return Visit(
        started_at=started_at,
        first_of_day=first_of_day,
        sums=Sums(
            steps=steps,
            page_views=page_views,
            sessions=1,
            visitors=int(first_of_day),
            seconds=seconds,
            bounces=int(bounced(page_views=page_views, interactions=interactions, path=path)),
            interactions=interactions,
        ),
        values={dimension: value[:LONGEST_VALUE] for dimension, value in by_dimension.items() if value},
        path=path,
    )


def _places(filters: Mapping[Dimension, str]) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if Dimension.AREA in filters:
        wanted["area"] = filters[Dimension.AREA]
    if Dimension.PROJECT in filters:
        wanted["project_id"] = filters[Dimension.PROJECT]
    return wanted
