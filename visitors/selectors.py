"""Reads about what visitors left here."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from garden.grouping import UtcDate
from garden.layout import PlacedPlant, standing_radius
from garden.models import Activity, Project
from garden.selectors import state_version
from garden.vocabulary import Whose
from visitors.models import SeedTicket

if TYPE_CHECKING:
    from datetime import datetime


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
