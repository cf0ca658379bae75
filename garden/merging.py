"""Two plants that the owner says are one: what was done for either is the one's, and each fact counts once."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, Subquery

from garden import planting, services
from garden.locks import lock_rows
from garden.models import Activity, GrowthLog, Project
from garden.project_tables import Interaction
from garden.vocabulary import ActivityKind, ProjectStatus

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

BY_ITSELF: Final = (Activity, Interaction, GrowthLog)  # the log is written anew from the facts
NO_TWO: Final = "There are no two plants to make one of."
COMPARED: Final = 200  # the newest commits of a plant: two copies of one repository share most of them
ALIKE: Final = 0.85  # 0–1, from which on two names are taken for one: “garden-site” and “garden_site”, not “site”


class MergeRefused(Exception):
    """Two plants that cannot be made one, and why."""


@dataclass(frozen=True, slots=True)
class Partner:
    """A plant that may be the same project as another."""

    project: Project
    shared: int  # of the other's newest commits, those that this has too
    likeness: float  # of the names, 0–1
    stays: bool  # planted first

    @property
    def likely(self) -> bool:
        """Whether it may be proposed without a word from the owner."""
        return bool(self.shared) or self.likeness >= ALIKE


def partners(plant: Project, *, among: QuerySet[Project]) -> list[Partner]:
    """What can be made one with a plant, the likeliest first: commits that both have, then names. Three queries."""
    if obstacle(plant, plant):
        return []
    same = {"visibility": plant.visibility, "hidden_by_source": plant.hidden_by_source, "is_demo": False}
    rows = list(among.filter(**same).exclude(pk=plant.pk).exclude(status=ProjectStatus.PROPOSED))
    commits = Activity.all_told.filter(kind=ActivityKind.COMMIT)
    newest = commits.filter(project=plant).order_by("-occurred_at", "-pk").values_list("external_id", flat=True)
    both = commits.filter(external_id__in=list(newest[:COMPARED]), project__in=rows).order_by()
    shared = dict(both.values_list("project").annotate(Count("pk")))
    found = [
        Partner(
            row,
            shared.get(row.pk, 0),
            SequenceMatcher(None, plant.name.casefold(), row.name.casefold()).ratio(),
            (row.planted_date, row.pk) < (plant.planted_date, plant.pk),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.shared, -one.likeness, one.project.name))


def obstacle(into: Project, other: Project) -> str:
    """Why two plants cannot be made one; empty where they can."""
    if into.is_demo or other.is_demo or ProjectStatus.PROPOSED in (into.status, other.status):
        return "Demo plants and seeds that wait for approval are made one with nothing."
    if into.visibility != other.visibility:
        return (
            f"“{into}” is {into.get_visibility_display().lower()} and “{other}” is "
            f"{other.get_visibility_display().lower()}: give both the same visibility first, so that nothing is shown "
            "that you keep."
        )
    if into.hidden_by_source != other.hidden_by_source:
        gone, seen = (into, other) if into.hidden_by_source else (other, into)
        return (
            f"“{gone}” is hidden by its source and “{seen}” is not: let both be shown where they come from "
            "first, so that nothing is shown that you keep."
        )
    return ""


@transaction.atomic
def merge(*, into: Project, other: Project, now: datetime) -> Project:
    """Make one plant of two: `into` stays as it is, and what `other` had is its own. Returns it.

    A fact that both have, such as a commit by its SHA, is kept once. Figures of visits go by the address that was
    visited, and are not carried over. Raises `MergeRefused`.
    """
    rows = {row.pk: row for row in lock_rows([into, other])}
    if into.pk == other.pk or len(rows) != 2:
        raise MergeRefused(NO_TWO)
    into, other = rows[into.pk], rows[other.pk]
    if reason := obstacle(into, other):
        raise MergeRefused(reason)
    _facts(into, other)
    visitors = Interaction.objects.filter(project=into, visitor__isnull=False).values("visitor")
    Interaction.objects.filter(Q(visitor=None) | ~Q(visitor__in=visitors), project=other).update(project=into)
    for field in Project._meta.get_fields(include_hidden=True):
        model = field.related_model
        if field.one_to_many and isinstance(model, type) and not issubclass(model, BY_ITSELF):
            name = field.remote_field.name  # type: ignore[union-attr] # of a relation from elsewhere
            model._base_manager.filter(**{name: other}).update(**{name: into})
    planting.remove(projects=Project.objects.filter(pk=other.pk), source="owner", now=now)
    into.planted_date = min(into.planted_date, other.planted_date)
    into.history_stale_since, into.recount_due = now, True
    into.save(update_fields=["planted_date", "history_stale_since", "recount_due", "updated_at"])
    services.catch_up(project=into, now=now, source="owner")
    return into


def _facts(into: Project, other: Project) -> None:
    """The facts of `other` that `into` has not; of coding time on the same day the sum."""
    known = Activity.all_told.filter(project=into)
    for kind in ActivityKind:
        there = known.filter(kind=kind).values("external_id")
        if kind == ActivityKind.CODING:
            both = Activity.all_told.filter(project=other, kind=kind, external_id__in=there)
            same_day = both.filter(external_id=OuterRef("external_id"))
            known.filter(kind=kind, external_id__in=both.values("external_id")).update(
                **{spent: F(spent) + Subquery(same_day.values(spent)) for spent in ("amount", "assisted_amount")}
            )
        Activity.all_told.filter(project=other, kind=kind).exclude(external_id__in=there).update(project=into)
