"""Which repositories of a forge are planted, and how: the list that the owner chooses from.

Until something was chosen, everything that the account shows to everybody is planted as it always was. From then on a
repository is planted as its row says, and one without a row, which is new, as one switch of the forge says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, TypedDict

from django.db import transaction
from django.db.models import OuterRef, Subquery

from garden import planting
from garden.models import Project, ProjectSource
from garden.vocabulary import Visibility
from integrations import connections
from integrations.models import OfferedRepository, PlantAs, SourceSchedule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    from integrations.providers.base import Offer, Provider

    class _Plant(TypedDict):
        plant_id: UUID | None
        plant_visibility: str | None

    _Row = WithAnnotations[OfferedRepository, _Plant]

VISIBILITY: Final = {
    PlantAs.PUBLIC: Visibility.PUBLIC,
    PlantAs.UNLISTED: Visibility.UNLISTED,
    PlantAs.ANONYMOUS: Visibility.ANONYMOUS,
    PlantAs.LEAVE_OUT: Visibility.PRIVATE,  # of a plant: it is kept, out of sight, and read no more
}
PLANTED_AS: Final = {visibility: planted_as for planted_as, visibility in VISIBILITY.items()}
FOR_PRIVATE: Final = (PlantAs.ANONYMOUS, PlantAs.LEAVE_OUT)  # how a private repository may be planted


class Chosen(NamedTuple):
    """What the owner said of one repository."""

    name: str  # owner/name
    plant_as: PlantAs


@dataclass(frozen=True, slots=True)
class Choices:
    """What the owner chose at one forge."""

    plants_new: bool = True
    decided: Mapping[str, Chosen] = field(default_factory=dict)  # by the forge's own id

    @property
    def left_out(self) -> frozenset[str]:
        """The ids of what is not read."""
        return frozenset(key for key, chosen in self.decided.items() if chosen.plant_as == PlantAs.LEAVE_OUT)

    def visibility_of(self, external_id: str) -> Visibility:
        """How a new plant is seen."""
        chosen = self.decided.get(external_id)
        return VISIBILITY[chosen.plant_as] if chosen else Visibility.PUBLIC

    def why_not(self, external_id: str) -> str:
        """Why a repository becomes no plant; empty where it may."""
        if external_id in self.left_out:
            return "it is about a project that you leave out"
        if external_id not in self.decided and not self.plants_new:
            return "it is about a new project, and new ones are not planted"
        return ""


def with_plants() -> QuerySet[_Row]:
    """The list, each row with the `plant_visibility` of its plant and its `plant_id`; `None` where it is none."""
    plants = Project.objects.filter(
        sources__provider=OuterRef("provider"), sources__external_id=OuterRef("external_id")
    ).order_by("pk")
    return OfferedRepository.objects.annotate(
        plant_id=Subquery(plants.values("pk")[:1]), plant_visibility=Subquery(plants.values("visibility")[:1])
    )


def planted_as(row: _Row) -> PlantAs:
    """How a repository is planted: as its plant is seen, or as it is to be planted where it is none."""
    return PLANTED_AS[Visibility(row.plant_visibility)] if row.plant_visibility else PlantAs(row.plant_as)


def _wanted(row: _Row) -> PlantAs:
    """The same for a run. A plant that its owner made private is left out only where the list says so."""
    if row.plant_visibility == Visibility.PRIVATE and row.plant_as != PlantAs.LEAVE_OUT:
        return PlantAs.ANONYMOUS
    return planted_as(row)


def choices_at(provider: str) -> Choices:
    """What the owner chose at a forge. One query where nothing was chosen, else two."""
    rows = with_plants().filter(provider=provider, decided=True)
    decided = {row.external_id: Chosen(row.name, _wanted(row)) for row in rows}
    if not decided:
        return Choices()
    return Choices(SourceSchedule.objects.get(provider=provider).plants_new, decided)


def look(provider: Provider, *, private: bool, now: datetime) -> int:
    """Look at the connected account, and offer what it shows; plant nothing. Returns how many repositories are new.

    Raises `Problem` where it cannot be looked at, and what `Provider.look` may raise where it answers otherwise.
    """
    connection = connections.connection_of(provider)
    offers = list(provider.look(connections.http_for(provider, connection), connection, private=private))
    return note(provider=provider.slug, own=connection.username, offers=offers, now=now)


@transaction.atomic
def note(*, provider: str, own: str, offers: list[Offer], now: datetime) -> int:
    """Keep what a forge offers, each with what is done with it by default. Returns how many are new.

    The account's own public repositories are planted, as they are without any choice; what is private, or belongs to
    somebody else, is left out.
    """
    known = {row.external_id: row for row in OfferedRepository.objects.filter(provider=provider)}
    sourced = ProjectSource.objects.filter(provider=provider).exclude(project__visibility=Visibility.PRIVATE)
    plants = {key: Visibility(seen) for key, seen in sourced.values_list("external_id", "project__visibility")}
    accounts = {own.lower()} if own else {offer.account.lower() for offer in offers}
    for offer in offers:
        row = known.get(offer.external_id)
        if row is None:
            row = OfferedRepository(provider=provider, external_id=offer.external_id)
            is_own = offer.account.lower() in accounts
            row.plant_as = PlantAs.PUBLIC if is_own and not offer.private else PlantAs.LEAVE_OUT
            if offer.external_id in plants:
                row.plant_as = PLANTED_AS.get(plants[offer.external_id], PlantAs.PUBLIC)
        row.name, row.account, row.description = offer.name, offer.account[:100], offer.description
        row.language, row.pushed_at, row.seen_at = offer.language[:100], offer.pushed_at, now
        row.is_private, row.is_fork, row.is_archived = offer.private, offer.fork, offer.archived
        if row.is_private and row.plant_as not in FOR_PRIVATE:
            row.plant_as = PlantAs.LEAVE_OUT
        row.save()
    return sum(offer.external_id not in known for offer in offers)


@transaction.atomic
def choose(*, repositories: QuerySet[OfferedRepository], plant_as: PlantAs, now: datetime) -> tuple[int, int]:
    """Say how repositories are planted; what is a plant already follows at once. Returns how many, and how many not.

    A private one is planted anonymously or not at all. The first choice lets every other row stand as it is.
    """
    rows = list(repositories.select_for_update())
    chosen = [row for row in rows if not row.is_private or plant_as in FOR_PRIVATE]
    for row in chosen:
        row.plant_as = plant_as
        row.save(update_fields=["plant_as"])
        if plant := plant_of(row):
            planting.curate(project=plant, changes={"visibility": VISIBILITY[plant_as]}, now=now)
    for provider in {row.provider for row in rows}:
        settle(provider)
    return len(chosen), len(rows) - len(chosen)


def settle(provider: str) -> None:
    """Let every row stand as it is: from now on the list says what is planted."""
    OfferedRepository.objects.filter(provider=provider, decided=False).update(decided=True)


def plant_new(*, provider: str, wanted: bool) -> None:
    """Say whether new repositories become plants."""
    SourceSchedule.objects.filter(provider=provider).update(plants_new=wanted)


def plant_of(repository: OfferedRepository) -> Project | None:
    """The plant that a repository is. One query."""
    source = ProjectSource.objects.filter(provider=repository.provider, external_id=repository.external_id)
    return Project.objects.filter(sources__in=source).first()
