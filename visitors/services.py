"""Writes about visitors: the salt of the day, forgetting, and the seeds that they plant."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import Q

from garden import planting
from garden.models import Interaction, Project
from visitors import privacy
from visitors.addresses import address_of
from visitors.consent import audit
from visitors.consent.files import scrub
from visitors.figures.windows import DAY, begin_of, midnight_before
from visitors.models import Batch, ChangedDay, DailySalt, Pseudonym, SeedTicket, Session
from visitors.selectors import digest_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.http import HttpRequest

    from garden.engine.layout import Position
    from visitors.vocabulary import SetAside

KEY_BYTES = 18  # 24 characters that nobody guesses


def visitor_of(request: HttpRequest, *, now: datetime) -> str | None:
    """The visitor's pseudonym of the day, or `None` for someone who asked not to be counted (DNT, Sec-GPC)."""
    if privacy.asks_not_to_be_counted(request.headers):
        return None
    return day_id_of(request, now=now)


def day_id_of(request: HttpRequest, *, now: datetime) -> str:
    """The sender's pseudonym of the day, whatever they asked for: for what is neither counted nor kept with it."""
    family = privacy.browser_family(request.headers.get("User-Agent", ""))
    return visitor_day_id(address=address_of(request), browser_family=family, now=now)


def way_to_today(request: HttpRequest, *, now: datetime) -> Pseudonym | None:
    """What leads from the sender to their rows of today. Two queries; nothing is made for it, not even a salt."""
    salt = DailySalt.objects.filter(day=now.astimezone(UTC).date()).first()
    if salt is None:
        return None  # nobody was counted today
    family = privacy.browser_family(request.headers.get("User-Agent", ""))
    visitor = privacy.pseudonym(salt=bytes(salt.salt), address=address_of(request), browser_family=family)
    return Pseudonym.objects.filter(visitor=visitor).first()


def visitor_day_id(*, address: str, browser_family: str, now: datetime) -> str:
    """The same 64 hexadecimal digits for the same visitor all (UTC) day, and others the day after."""
    salt = salt_of(now.astimezone(UTC).date())
    return privacy.day_id(salt=salt, address=address, browser_family=browser_family)


def salt_of(day: date) -> bytes:
    """The salt of a UTC day, made if it is not there."""
    # Two first visitors at once: the database lets one salt in, and both read that one.
    salt, _ = DailySalt.objects.get_or_create(day=day, defaults={"salt": secrets.token_bytes(privacy.SALT_BYTES)})
    return bytes(salt.salt)


class PlantedSeed(NamedTuple):
    """A visitor's seed, and the key of its private address, which is kept nowhere."""

    project: Project
    key: str


@transaction.atomic
def plant_seed(*, name: str, description: str, at: Position | None = None, now: datetime) -> PlantedSeed:
    """Plant a visitor's seed for the owner to approve, where they would have it if they say so.

    Raises `SeedBedFull` when too many wait, and `BarrenGround`.
    """
    project = planting.propose_seed(name=name, description=description, at=at, now=now)
    key = secrets.token_urlsafe(KEY_BYTES)
    SeedTicket.objects.create(
        digest=digest_of(key),
        project=project,
        name=project.name,
        plant_type=project.plant_type,
        genome_seed=project.genome_seed,
        planted_at=now,
    )
    return PlantedSeed(project, key)


@transaction.atomic
def forget_old_salts(*, now: datetime) -> int:
    """Delete every salt from before yesterday and all that was made with it. Returns how many salts went.

    Each that goes stands in the public log of deletions. Today's and yesterday's stay. So one goes at the first run
    after it turned 48 hours old: within the hour, or after a pause of the greenhouse at its next start. What a clock
    that went ahead left in days to come goes as well. Batches, which no salt is in, go by the hour.
    """
    today = now.astimezone(UTC).date()
    yesterday, tomorrow = today - DAY, today + DAY
    until, ahead = map(begin_of, (yesterday, tomorrow + DAY))
    Interaction.objects.filter(_outside("occurred_at", until, ahead), visitor__isnull=False).update(visitor=None)
    Pseudonym.objects.filter(_outside("last_at", until, ahead)).delete()
    # Not by whole days: one that was sent shortly before midnight would be forgotten, and count again, a day later.
    Batch.objects.exclude(at__gt=now - 2 * DAY, at__lt=now + 2 * DAY).delete()
    gone = Q(day__lt=yesterday) | Q(day__gt=tomorrow)
    salts = list(DailySalt.objects.select_for_update().filter(gone).order_by("day"))
    audit.tell_deleted(salts, now=now)
    DailySalt.objects.filter(pk__in=[salt.pk for salt in salts]).delete()
    transaction.on_commit(scrub)
    return len(salts)


def salt_gone_at(moment: datetime) -> datetime:
    """When the salt of a moment's day is old enough to be deleted."""
    return midnight_before(moment) + 2 * DAY


def _outside(field: str, since: datetime, until: datetime) -> Q:
    return Q(**{f"{field}__lt": since}) | Q(**{f"{field}__gte": until})


@transaction.atomic
def reclassify(session_ids: Collection[int], set_aside: SetAside | None) -> int:
    """Set visits aside, or count them after all, as the owner says; no rule decides about them from then on.

    The days that they began on are counted again at the next run. Returns how many visits changed.
    """
    visits = Session.objects.select_for_update().filter(pk__in=session_ids).order_by("pk")
    moved = [visit for visit in visits if visit.set_aside != (set_aside or "")]
    Session.objects.filter(pk__in=[visit.pk for visit in moved]).update(
        set_aside=set_aside or "", decided_by_owner=True
    )
    days = {visit.started_at.astimezone(UTC).date() for visit in moved}
    ChangedDay.objects.bulk_create([ChangedDay(day=day) for day in sorted(days)], ignore_conflicts=True)
    return len(moved)
