"""Reads of the raw rows: visits with their steps, as the counting takes them. What is set aside is left out."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import CharField, Q
from django.db.models.functions import Cast

from visitors.figures.counting import PLACES, Sums, Visit, bounced
from visitors.marks import Taken
from visitors.models import Session, Step
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

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
READ_AT_ONCE: Final = 5_000  # steps
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
        found = found.filter(pk__in=Step.objects.filter(**places).values("session_id"))
    return found


def steps_of(found: QuerySet[Session], since: datetime, **wanted: Any) -> QuerySet[Step]:
    """The steps of sessions that began at `since` or later, each session's together and in their order."""
    # No step is older than its session. The planner does not know, and would read every step there is.
    steps = Step.objects.filter(session_id__in=found.values("pk"), at__gte=since, **wanted)
    return steps.order_by("session_id", "at", "pk")


def visits(since: datetime, until: datetime, filters: Mapping[Dimension, str] | None = None) -> Iterator[Visit]:
    """The visits that began in a while; of those narrowed to a place, what they did there. Two queries."""
    found = sessions(since, until, filters)
    paths = paths_of(found, since)
    places: dict[Dimension, str] = {
        dimension: value for dimension, value in (filters or {}).items() if dimension in PLACES
    }
    for row in found.values_list("pk", *FIELDS.values(), *OTHERS).iterator(READ_AT_ONCE):
        visit = _visit(row, paths.get(row[0], []))
        narrowed = visit.within(places) if places else visit
        if narrowed:
            yield narrowed


def paths_of(found: QuerySet[Session], since: datetime, wanted: Q | None = None) -> dict[int, list[Taken]]:
    """The steps of sessions that began at `since` or later by their session, all or those wanted. One query."""
    paths: dict[int, list[Taken]] = defaultdict(list)
    names: dict[str, str] = {"": ""}
    # As text: the ORM would make an identifier of every row, where one a plant is enough.
    rows = steps_of(found, since).filter(wanted or Q()).annotate(plant=Cast("project_id", CharField()))
    for session, kind, area, plant, duration in rows.values_list(
        "session_id", "kind", "area", "plant", "duration"
    ).iterator(READ_AT_ONCE):
        plant = plant or ""
        if plant not in names:
            names[plant] = str(UUID(plant))
        paths[session].append(Taken(kind, area, names[plant], duration))
    return paths


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
