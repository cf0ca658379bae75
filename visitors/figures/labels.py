"""What figures are called: a dimension by what it tells, a plant by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from garden.models import Project
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from visitors.figures.dashboard import Row

GONE: Final = "a plant that is gone"
TITLES: Final = {
    Dimension.PROJECT: "Plants",
    Dimension.AREA: "Pages and areas",
    Dimension.REFERRER: "From which sites",
    Dimension.CHANNEL: "By which way",
    Dimension.COUNTRY: "Countries",
    Dimension.DEVICE: "Devices",
    Dimension.BROWSER: "Browsers",
    Dimension.OS: "Systems",
    Dimension.SCREEN: "Screens",
    Dimension.CAMPAIGN: "Campaigns",
    Dimension.ENTRY: "Where visits begin",
    Dimension.EXIT: "Where visits end",
}


def plant_names(identifiers: Iterable[str], *, public: bool = False) -> dict[str, str]:
    """The names of plants by their identifiers; with `public`, of those that everyone may name. One query."""
    wanted = [UUID(one) for one in identifiers]
    projects = Project.objects.in_garden() if public else Project.objects.all()
    return {str(pk): name for pk, name in projects.filter(pk__in=wanted).values_list("pk", "name")} if wanted else {}


def labelled(top: Mapping[Dimension, Sequence[Row]], *, public: bool = False) -> dict[str, list[dict[str, Any]]]:
    """The rows of every dimension with what they are called. With `public`, plants without a name are left out."""
    names = plant_names([row.value for row in top.get(Dimension.PROJECT, ())], public=public)
    told: dict[str, list[dict[str, object]]] = {}
    for dimension, rows in top.items():
        told[dimension.value] = [
            {"value": row.value, "name": names.get(row.value, GONE) if dimension is Dimension.PROJECT else row.value}
            | {"sums": row.sums, "before": row.before.sums if row.before else None}
            | {"change": row.change, "is_new": row.is_new}
            for row in rows
            if not public or dimension is not Dimension.PROJECT or row.value in names
        ]
    return told
