"""What is kept of visitors, table by table: what for, for how long, and since when it really is there.

The one list behind `/privacy/`, `/privacy.json` and the dossier. A table that is missing here fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from garden.models import IdempotentReply, Interaction
from visitors import models
from visitors.consent.models import AuditEntry, Consent, LinkedSession, SaltDeletion, SubjectRequest
from visitors.consent.vocabulary import RequestStatus
from visitors.figures.rollups import HOURS_KEPT
from visitors.figures.windows import begin_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model, QuerySet

PSEUDONYMS: Final = 2  # days; until both days are over that a salt was used on
REPLIES: Final = 1
REQUESTS: Final = 365  # days after a visitor's request was done


@dataclass(frozen=True, slots=True)
class Table:
    """What one table holds of visitors."""

    name: str  # for machines
    what: str
    why: str
    kind: str  # visit, pseudonym, count, consent or log
    rows: Callable[[], QuerySet[Any]]
    since: str  # the field that says how old a row is; indexed
    kept_days: Callable[[], int | None]  # `None`: for good


@dataclass(frozen=True, slots=True)
class Kept:
    """The same, as it is now."""

    table: Table
    kept_days: int | None
    oldest: datetime | None  # UTC; the beginning of the day where a day is all that is kept
    overdue: bool  # a row is there that should be gone; a day is left to the hourly tasks


def all_of(model: type[Model]) -> Callable[[], QuerySet[Any]]:
    """Every row of a table."""
    return model._default_manager.all


TABLES: Final = (
    Table(
        "sessions",
        "Visits: when, which pages and plants, how long, from which site, country, kind of device, browser, system",
        "to see how the garden is walked through",
        "visit",
        all_of(models.Session),
        "started_at",
        lambda: settings.JOURNEYS_KEPT_DAYS,
    ),
    Table(
        "steps",
        "The steps of a visit: a page, a plant or a spot of the garden, and for how long",
        "to see where visitors stay and where they leave",
        "visit",
        all_of(models.Step),
        "at",
        lambda: settings.JOURNEYS_KEPT_DAYS,
    ),
    Table(
        "page_speeds",
        "How fast a page was; it belongs to no visit",
        "to keep the pages quick",
        "visit",
        all_of(models.PageSpeed),
        "at",
        lambda: settings.JOURNEYS_KEPT_DAYS,
    ),
    Table(
        "pseudonyms",
        "The day's number of a visitor, and which visit it is in",
        "so that a visit stays one visit, and a visitor counts once a day",
        "pseudonym",
        all_of(models.Pseudonym),
        "last_at",
        lambda: PSEUDONYMS,
    ),
    Table(
        "batches",
        "Random numbers of batches of steps",
        "so that a batch sent twice counts once",
        "pseudonym",
        all_of(models.Batch),
        "at",
        lambda: PSEUDONYMS,
    ),
    Table(
        "interactions",
        "The day's number of who watered a plant",
        "so that everyone waters a plant once a day",
        "pseudonym",
        lambda: Interaction.objects.filter(visitor__isnull=False),
        "occurred_at",
        lambda: PSEUDONYMS,
    ),
    Table(
        "salts",
        "The secret that the numbers of one day are made with",
        "so that nobody can try addresses against them later",
        "pseudonym",
        all_of(models.DailySalt),
        "day",
        lambda: PSEUDONYMS,
    ),
    Table(
        "replies",
        "The answers to requests that may be sent twice, under a number made with the day's secret",
        "so that a seed sent twice is one seed",
        "pseudonym",
        all_of(IdempotentReply),
        "created_at",
        lambda: REPLIES,
    ),
    Table(
        "hours",
        "Sums of an hour, by one property at a time",
        "to see the course of a day",
        "count",
        all_of(models.HourCount),
        "hour",
        lambda: HOURS_KEPT.days,
    ),
    Table(
        "days",
        "Sums of a day, by one property at a time",
        "to compare days and years",
        "count",
        all_of(models.DayCount),
        "day",
        lambda: None,
    ),
    Table(
        "pairs",
        "Sums by two properties: of a day while its visits are there, then of a month",
        "to look at one source or one plant alone",
        "count",
        all_of(models.PairCount),
        "since",
        lambda: None,
    ),
    Table(
        "heat",
        "How long visitors stood in a square of half a metre, by month",
        "to see where the garden is looked at",
        "count",
        all_of(models.HeatCount),
        "month",
        lambda: None,
    ),
    Table(
        "paths",
        "How often one place followed another on a day",
        "to see the paths through the garden",
        "count",
        all_of(models.PathCount),
        "day",
        lambda: None,
    ),
    Table(
        "sequences",
        "The most frequent ways of two to four places on a day",
        "to see the paths through the garden",
        "count",
        all_of(models.SequenceCount),
        "day",
        lambda: None,
    ),
    Table(
        "bots",
        "How many machines were set aside on a day, and why",
        "so that the figures are of people",
        "count",
        all_of(models.BotCount),
        "day",
        lambda: None,
    ),
    Table(
        "speeds",
        "How many page views of a day were how fast",
        "to keep the pages quick",
        "count",
        all_of(models.SpeedCount),
        "day",
        lambda: None,
    ),
    Table(
        "seeds",
        "Seeds that visitors planted, with the name that they gave them and nothing about them",
        "so that they find their seed again",
        "visit",
        all_of(models.SeedTicket),
        "planted_at",
        lambda: None,
    ),
    Table(
        "consents",
        "What somebody agreed to, under the digest of a token that only they have; while they wait for the owner’s "
        "answer, until they have it",
        "to keep to it",
        "consent",
        lambda: Consent.objects.exclude(requests__status=RequestStatus.OPEN),
        "changed_at",
        lambda: settings.CONSENT_KEPT_DAYS,
    ),
    Table(
        "linked_visits",
        "Which visits are of someone who agreed to that",
        "so that they can read and erase them",
        "consent",
        lambda: models.Session.objects.filter(pk__in=LinkedSession.objects.values("session_id")),
        "started_at",
        lambda: settings.JOURNEYS_KEPT_DAYS,
    ),
    Table(
        "requests",
        "What visitors asked of the owner, until a year after it was done",
        "to do it in time, and to show that it was done",
        "consent",
        lambda: SubjectRequest.objects.filter(status=RequestStatus.DONE),
        "closed_at",
        lambda: REQUESTS,
    ),
    Table(
        "audit_log",
        "That something was agreed to, read, erased or forgotten. It names nobody",
        "to show what was done with visitors’ data",
        "log",
        all_of(AuditEntry),
        "at",
        lambda: None,
    ),
    Table(
        "salt_deletions",
        "That the secret of a day is gone",
        "so that everybody can check it",
        "log",
        all_of(SaltDeletion),
        "day",
        lambda: None,
    ),
)


def kept(now: datetime) -> list[Kept]:
    """Every table with its rule and its oldest row. A query a table, each answered by an index."""
    return [_kept(table, table.kept_days(), _oldest(table), now) for table in TABLES]


def _kept(table: Table, days: int | None, oldest: datetime | None, now: datetime) -> Kept:
    overdue = days is not None and oldest is not None and (now - oldest).days > days + 1
    return Kept(table, days, oldest, overdue)


def _oldest(table: Table) -> datetime | None:
    oldest: datetime | date | str | None = (
        table.rows().order_by(table.since).values_list(table.since, flat=True).first()
    )
    if isinstance(oldest, str):
        return datetime.fromisoformat(oldest)
    if isinstance(oldest, datetime):
        return oldest.astimezone(UTC)
    return begin_of(oldest) if oldest else None
