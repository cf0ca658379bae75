"""What to look at: what grew since somebody was here, or what suits the hour and the place they come from. Pure.

Every answer says what it was made of, in words that the visitor reads.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from heapq import nsmallest
from typing import TYPE_CHECKING, Any, Final

from common.words import count
from garden.vocabulary import TimeOfDay
from visitors.vocabulary import Channel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

MOST: Final = 3  # to see next; more is a list, and the page has one


class Basis(StrEnum):
    """What an answer is made of."""

    CONSENT = "consent"
    REFERRER = "referrer"
    HOUR = "hour"


EXPLANATIONS: Final = {
    Basis.CONSENT: "You agreed that it is remembered when you were last here; nothing else goes into this.",
    Basis.REFERRER: "By the kind of site that you come from, and by nothing about you.",
    Basis.HOUR: "By the hour at the garden, and by nothing about you.",
}


@dataclass(frozen=True, slots=True)
class Plant:
    """What has to be known of a plant that everyone may name. Numbers without a unit are 0–1."""

    id: UUID
    name: str
    url: Callable[[], str]  # of its page; asked for those that are told of
    growth_factor: float
    vitality: float
    commits: int


@dataclass(frozen=True, slots=True)
class Growth:
    """What became of a plant since a moment."""

    from_stage: str  # as visitors read it; empty where it was planted since
    to_stage: str
    commits: int

    @property
    def words(self) -> str:
        """In a sentence that goes on after the plant's name."""
        if not self.from_stage:
            return "was planted"
        climbed = f"grew from {self.from_stage} to {self.to_stage}" if self.from_stage != self.to_stage else ""
        took = f"took in {count(self.commits, 'commit')}" if self.commits else ""
        return " and ".join(part for part in (climbed, took) if part)

    @property
    def weight(self) -> tuple[bool, bool, int]:
        """New ones first, then those that climbed, then by work."""
        return not self.from_stage, self.from_stage != self.to_stage, self.commits


@dataclass(frozen=True, slots=True)
class Grown:
    """A plant that grew since somebody was here."""

    project_id: UUID
    name: str
    url: str
    from_stage: str
    to_stage: str
    commits: int
    words: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A plant to see next, and why."""

    project_id: UUID
    name: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class VisitorContext:
    """What the garden says to one visitor, or to everyone of an hour or from a kind of site."""

    basis: Basis
    since: datetime | None
    grown: Sequence[Grown]
    next: Sequence[Suggestion]

    @property
    def explanation(self) -> str:
        """What it was made of."""
        return EXPLANATIONS[self.basis]

    def as_json(self) -> dict[str, Any]:
        """As the API tells it."""
        return {**asdict(self), "explanation": self.explanation}


@dataclass(frozen=True, slots=True)
class Taste:
    """Which plants go first, and the reason that is given."""

    by: Callable[[Plant], float]
    reason: str


BY_HOUR: Final[Mapping[TimeOfDay, Taste]] = {
    TimeOfDay.DAWN: Taste(lambda plant: -plant.growth_factor, "The day is young, and so is this one."),
    TimeOfDay.DAY: Taste(lambda plant: plant.vitality, "It is day here, and this one is wide awake."),
    TimeOfDay.DUSK: Taste(lambda plant: plant.growth_factor, "The light goes, and the tallest have it longest."),
    TimeOfDay.NIGHT: Taste(lambda plant: plant.commits, "The night is long: this one has the longest story."),
}
BY_CHANNEL: Final[Mapping[Channel, Taste]] = {
    Channel.SEARCH: Taste(lambda plant: plant.commits, "You come from a search: most of the work went into this one."),
    Channel.AI: Taste(
        lambda plant: plant.growth_factor, "An assistant led you here: this is the most grown, to see for yourself."
    ),
    Channel.SOCIAL: Taste(lambda plant: plant.vitality, "You come from a conversation: this is what goes on just now."),
    Channel.MAIL: Taste(lambda plant: plant.growth_factor, "You come from a letter: this one stands for the garden."),
}


def for_everyone(plants: Iterable[Plant], hour: TimeOfDay, channel: Channel = Channel.DIRECT) -> VisitorContext:
    """What to look at, of the hour, or of the kind of site that a visitor comes from where that says something."""
    taste = BY_CHANNEL.get(channel)
    basis = Basis.REFERRER if taste else Basis.HOUR
    return VisitorContext(basis, None, (), _by(taste or BY_HOUR[hour], plants, MOST))


def for_one(
    plants: Sequence[Plant], grown: Mapping[UUID, Growth], since: datetime | None, hour: TimeOfDay
) -> VisitorContext:
    """What grew since a visitor was here, the most first, and what to see next: that, then what suits the hour."""
    standing = {plant.id: plant for plant in plants}
    changed = [(standing[pk], growth) for pk, growth in grown.items() if pk in standing and growth.words]
    changed.sort(key=lambda one: one[0].name)
    changed.sort(key=lambda one: one[1].weight, reverse=True)
    told = [
        Grown(plant.id, plant.name, plant.url(), growth.from_stage, growth.to_stage, growth.commits, growth.words)
        for plant, growth in changed
    ]
    first = [
        Suggestion(plant.id, plant.name, plant.url(), f"It {growth.words} since you were here.")
        for plant, growth in changed[:MOST]
    ]
    seen = {one.project_id for one in first}
    others = _by(BY_HOUR[hour], (plant for plant in plants if plant.id not in seen), MOST - len(first))
    return VisitorContext(Basis.CONSENT, since, told, [*first, *others])


def _by(taste: Taste, plants: Iterable[Plant], most: int) -> list[Suggestion]:
    """The first by a taste; of equals the more grown one, then by name."""
    first = nsmallest(most, plants, key=lambda plant: (-taste.by(plant), -plant.growth_factor, plant.name))
    return [Suggestion(plant.id, plant.name, plant.url(), taste.reason) for plant in first]
