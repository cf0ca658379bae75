"""How the music of past years sounded, by month and by year: what exports told and what players did."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q, Sum, Value
from django.db.models.functions import Coalesce

from garden.locks import advisory_lock
from weather.dedupe import once
from weather.models import MusicMoment, PastMonth, PastPlay
from weather.music import USUAL_LENGTH, MusicMood, mood_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

_LOCK: Final = 0x79656172  # any number; the same in every process
OF_A_PLAY: Final = (
    "source",
    "title",
    "artist",
    "kind",
    "played_at",
    "duration",
    "energy",
    "valence",
    "acousticness",
    "features_source",
)


@dataclass(slots=True)
class Heard:
    """What was heard over a time, as sums that add up."""

    plays: int = 0
    known: int = 0  # plays whose character is known
    seconds: float = 0.0
    weight: float = 0.0  # seconds of the known ones
    energy: float = 0.0  # times weight
    valence: float = 0.0  # times weight

    def __add__(self, other: Heard) -> Heard:
        return Heard(*(getattr(self, name) + getattr(other, name) for name in Heard.__slots__))

    @property
    def mean_energy(self) -> float | None:
        """0–1, by the length of the plays."""
        return self.energy / self.weight if self.weight else None

    @property
    def mean_valence(self) -> float | None:
        """0–1, by the length of the plays."""
        return self.valence / self.weight if self.weight else None

    @property
    def mood(self) -> MusicMood:
        """In a word."""
        return mood_word(self.mean_energy, self.mean_valence) if self.plays else MusicMood.SILENCE

    @property
    def hours(self) -> float:
        """Of plays whose length is known."""
        return self.seconds / 3600


def months() -> dict[date, Heard]:
    """What was heard by month of the owner's calendar, the oldest first. Two queries."""
    found: defaultdict[date, Heard] = defaultdict(Heard)
    for month, heard in _imported():
        found[month] += heard
    zone = ZoneInfo(settings.TIME_ZONE)
    lively = MusicMoment.objects.filter(is_demo=False).order_by("played_at").only(*OF_A_PLAY)
    for play in once(lively.iterator()):
        found[play.played_at.astimezone(zone).date().replace(day=1)] += _of(play)
    return dict(sorted(found.items()))


def years(by_month: dict[date, Heard]) -> dict[int, Heard]:
    """The months together by year."""
    found: defaultdict[int, Heard] = defaultdict(Heard)
    for month, heard in by_month.items():
        found[month.year] += heard
    return dict(found)


def imported() -> Sequence[tuple[str, int]]:
    """How many plays came in with exports, by what they are kept by. One query."""
    counted = PastMonth.objects.values("source").annotate(count=Sum("plays")).order_by("source")
    return [(row["source"], row["count"]) for row in counted]


@transaction.atomic
def count_months() -> None:
    """Sum up anew what exports told, by month and source: a million plays are read here and not by a page."""
    advisory_lock(_LOCK)
    known, weight = Q(piece__energy__isnull=False), Coalesce(F("seconds"), Value(USUAL_LENGTH))
    rows = (
        PastPlay.objects.order_by()
        .values("month", "source")
        .annotate(
            count=Count("pk"),
            known=Count("piece__energy"),
            length=Coalesce(Sum("seconds"), 0.0),
            weight=Coalesce(Sum(weight, filter=known), 0.0),
            energy=Coalesce(Sum(weight * F("piece__energy")), 0.0),
            valence=Coalesce(Sum(weight * F("piece__valence")), 0.0),
        )
    )
    months = [
        PastMonth(
            month=row["month"],
            source=row["source"],
            plays=row["count"],
            seconds=row["length"],
            known=row["known"],
            weight=row["weight"],
            energy=row["energy"],
            valence=row["valence"],
        )
        for row in rows
    ]
    PastMonth.objects.all().delete()
    PastMonth.objects.bulk_create(months)


def _imported() -> Iterable[tuple[date, Heard]]:
    for row in PastMonth.objects.all():
        yield row.month, Heard(row.plays, row.known, row.seconds, row.weight, row.energy, row.valence)


def _of(play: MusicMoment) -> Heard:
    weight = play.duration or USUAL_LENGTH
    if play.energy is None or play.valence is None:
        return Heard(1, 0, play.duration or 0.0)
    return Heard(1, 1, play.duration or 0.0, weight, weight * play.energy, weight * play.valence)
