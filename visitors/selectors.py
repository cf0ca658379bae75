"""Reads about what visitors left here."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from garden.engine.layout import PlacedPlant, standing_radius
from garden.grouping import UtcDate
from garden.models import Activity, Project
from garden.selectors import state_version
from garden.vocabulary import Whose
from visitors.light import LEAST_WALKED, Way, ways
from visitors.models import SeedTicket, Session, Step

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def digest_of(key: str) -> str:
    """What is kept of a key, so that who reads the database learns no private address."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def ticket_of(key: str) -> SeedTicket | None:
    """The seed that a private address leads to. One query."""
    return SeedTicket.objects.select_related("project").filter(digest=digest_of(key)).first()


def working_days(since: datetime) -> int:
    """UTC days since a moment on which the owner worked on what everyone sees. One query."""
    work = Activity.objects.public().filter(whose=Whose.OWNER, occurred_at__gte=since, project__is_demo=False)
    return work.annotate(day=UtcDate("occurred_at")).order_by().values("day").distinct().count()


def island_radius() -> float:
    """Metres from the middle to the rim of the island that everyone sees. One query, and one more when it changed."""
    return _island_radius(state_version())


@lru_cache(maxsize=1)
def _island_radius(_version: int) -> float:
    shown = Project.objects.shown()
    return standing_radius(PlacedPlant(each.genome.variant, each.position_x, each.position_z) for each in shown)


def walked_since(since: datetime, *, least: int = LEAST_WALKED) -> list[Way]:
    """The ways that several visitors took since a moment, from place to place and to plants looked at. Two queries."""
    shown = Project.objects.shown().values_list("pk", "position_x", "position_z")
    plants: dict[UUID | None, tuple[float, float]] = {pk: (x, z) for pk, x, z in shown}
    # The first of a visitor's day alone: whoever comes again and again is one of those who make a way.
    people = Session.objects.filter(last_activity_at__gte=since, set_aside="", first_of_day=True).values("id")
    steps = Step.objects.filter(at__gte=since, session_id__in=people).order_by("session_id", "at", "id")
    walked = steps.values_list("session_id", "x", "z", "project_id").iterator()
    spots = (
        (visit, *place)
        for visit, x, z, plant in walked
        if (place := (x, z) if x is not None and z is not None else plants.get(plant))
    )
    return ways(spots, least=least)
