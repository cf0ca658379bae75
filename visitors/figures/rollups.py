"""The counts of each day, made of its raw visits: once an hour, and again for every day that changed since.

A day is counted whole and its counts are replaced in one transaction, so that counting twice changes nothing. What a
day was counted from is known by a fingerprint: late steps, sessions set aside or taken back, and what a visitor had
erased show in it. Before the raw rows of a day go, it is closed, and stands as it was counted.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Min, Sum

from garden.grouping import UtcDate
from garden.locks import advisory_lock
from visitors.figures import heat, vitals
from visitors.figures.bulk import write_rows
from visitors.figures.counting import Counts, Sums, count
from visitors.figures.visits import visits
from visitors.figures.windows import DAY, begin_of, hour_of
from visitors.models import (
    BotCount,
    ChangedDay,
    CountedDay,
    DayCount,
    HeatCount,
    HourCount,
    PageSpeed,
    PairCount,
    PathCount,
    SequenceCount,
    Session,
    SpeedCount,
)
from visitors.vocabulary import Dimension

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HOURS_KEPT: Final = timedelta(days=91)  # a quarter, and the day that it is compared with
SEQUENCES_KEPT: Final = 200  # of a day, the most frequent
LOCK: Final = 0x76697369  # "visi"; two processes do not write counts at once
PRIME: Final = 65_521  # ids by their remainder add up to a number that tells which they were
COLUMNS: Final = Sums._fields


def roll_up(now: datetime) -> int:
    """Count what changed, close the days whose raw rows are about to go, fold and prune. Returns the days counted."""
    until = hour_of(now.astimezone(UTC))
    _forget_changed()
    due = list(_due(until))
    for day, fingerprint in due:
        count_day(day, fingerprint=fingerprint, until=until)
    _note(until)
    for counted in CountedDay.objects.filter(closed=False, day__lt=open_since(until.date())).order_by("day"):
        _close(counted)
    _fold(before=open_since(until.date()))
    HourCount.objects.filter(hour__lt=begin_of(until.date()) - HOURS_KEPT).delete()
    return len(due)


def open_since(today: date) -> date:
    """The first day whose raw rows are all there for two days more, so that it can be counted anew."""
    kept: int = settings.JOURNEYS_KEPT_DAYS
    return today - max(kept - 2, 1) * DAY


def counted_until() -> datetime | None:
    """Up to when visits are counted; those that began later are read as they are. `None` before the first count."""
    newest = CountedDay.objects.order_by("-day").first()
    return newest.until if newest else None


def counted_since() -> date | None:
    """The first day that was counted; `None` before the first count."""
    return CountedDay.objects.order_by("day").values_list("day", flat=True).first()


# --- What is due ------------------------------------------------------------------------------------------------------


def _due(until: datetime) -> Iterator[tuple[date, str]]:
    """The days that are not counted as they are now, oldest first, each with its fingerprint. Three queries."""
    oldest = Session.objects.aggregate(first=Min("started_at"))["first"]
    if oldest is None and not CountedDay.objects.filter(closed=False).exists():
        return
    counted = CountedDay.objects.in_bulk()
    found = fingerprints(until)
    for day in sorted(found.keys() | counted.keys()):
        known, fingerprint = counted.get(day), found.get(day, "")
        if known and (known.closed or known.fingerprint == fingerprint):
            continue
        # One that is older than the raw rows lacks some of them: it stays as it was counted while it had them all.
        if day >= open_since(until.date()) or not known or (fingerprint and known.until < begin_of(day) + DAY):
            yield day, fingerprint


@transaction.atomic
def _forget_changed() -> None:
    """Have the days counted whose rows were changed after the fact; one that is marked meanwhile is due next time."""
    for changed in ChangedDay.objects.select_for_update():
        CountedDay.objects.filter(day=changed.day).update(fingerprint="changed")
        changed.delete()


def fingerprints(until: datetime) -> dict[date, str]:
    """What tells each day's rows from what they were: how many, which, and what they add up to."""
    parts: dict[date, list[str]] = defaultdict(list)
    by_day = Session.objects.filter(started_at__lt=until).annotate(day=UtcDate("started_at")).order_by()
    summed = by_day.values("day", "set_aside").annotate(
        rows=Count("pk"),
        which=Sum(F("pk") % PRIME),
        done=Sum("steps") + Sum("page_views") + Sum("interactions"),
        spent=Sum("total_time_seconds"),
    )
    for row in summed.order_by("day", "set_aside"):
        parts[_day(row["day"])].append(
            f"{row['set_aside']}:{row['rows']}:{row['which']:.0f}:{row['done']}:{row['spent']:.0f}"
        )
    speeds = PageSpeed.objects.filter(at__lt=until).annotate(day=UtcDate("at")).order_by()
    for day, rows in speeds.values_list("day").annotate(Count("pk")):
        parts[_day(day)].append(f"speeds:{rows}")
    return {day: sha256("|".join(said).encode()).hexdigest() for day, said in parts.items()}


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _note(until: datetime) -> None:
    """Say that days without visits are counted too, and how far the running one is."""
    CountedDay.objects.filter(until__lt=F("day") + DAY, day__lt=until.date()).update(until=F("day") + DAY)
    CountedDay.objects.update_or_create(day=until.date(), defaults={"until": until})


# --- A day ------------------------------------------------------------------------------------------------------------


def count_day(day: date, *, fingerprint: str, until: datetime) -> None:
    """Count one day's visits that began before `until`, and replace what was counted of it before."""
    begin = begin_of(day)
    end = min(begin + DAY, until)
    counts = count(visits(begin, end))  # outside the transaction: while it is read, others may write
    aside = _set_aside(begin, end)
    speeds = vitals.buckets_of(begin, end)
    with transaction.atomic():
        advisory_lock(LOCK)
        HourCount.objects.filter(hour__gte=begin, hour__lt=begin + DAY).delete()
        PairCount.objects.filter(span="day", since=day).delete()
        for model in (DayCount, PathCount, SequenceCount, BotCount, SpeedCount):
            model.objects.filter(day=day).delete()
        _write(day, counts)
        write_rows(BotCount, ("day", "reason", "family", "sessions", "steps"), ((day, *row) for row in aside))
        write_rows(SpeedCount, ("day", "vital", "area", "bucket", "count"), ((day, *row) for row in speeds))
        CountedDay.objects.update_or_create(day=day, defaults={"until": end, "fingerprint": fingerprint})


def _write(day: date, counts: Counts) -> None:
    hours = ((*key, hour, *sums) for hour, table in counts.hours.items() for key, sums in table.items())
    write_rows(HourCount, ("dimension", "value", "hour", *COLUMNS), hours)
    everything = {(Dimension.ALL, ""): counts.all, **counts.values} if counts.all[2] else {}
    write_rows(
        DayCount, ("dimension", "value", "day", *COLUMNS), ((*key, day, *sums) for key, sums in everything.items())
    )
    pairs = ((*one, day, "day", *other, *sums) for one, other, sums in counts.pairs_both_ways)
    write_rows(PairCount, ("dimension", "value", "since", "span", "by", "by_value", *COLUMNS), pairs)
    write_rows(
        PathCount, ("day", "source", "target", "count"), ((day, *ends, often) for ends, often in counts.paths.items())
    )
    often_gone = counts.sequences.most_common(SEQUENCES_KEPT)
    write_rows(
        SequenceCount, ("day", "areas", "count"), ((day, "\n".join(areas), often) for areas, often in often_gone)
    )


def _set_aside(begin: datetime, end: datetime) -> list[tuple[Any, ...]]:
    aside = Session.objects.filter(started_at__gte=begin, started_at__lt=end).exclude(set_aside="").order_by()
    return list(
        aside.values("set_aside", "agent_family")
        .annotate(rows=Count("pk"), taken=Sum("steps"))
        .values_list("set_aside", "agent_family", "rows", "taken")
    )


# --- What gets old ----------------------------------------------------------------------------------------------------


def _close(counted: CountedDay) -> None:
    """Add a day's heat to its month, once, and count the day no more."""
    begin = begin_of(counted.day)
    cells = heat.cells_of(begin, begin + DAY)
    month = counted.day.replace(day=1)
    with transaction.atomic():
        advisory_lock(LOCK)
        if not CountedDay.objects.filter(day=counted.day, closed=False).update(closed=True):
            return  # another process was faster
        for x, z, steps, seconds in HeatCount.objects.filter(month=month).values_list(
            "cell_x", "cell_z", "steps", "seconds"
        ):
            cells[x, z] = cells.get((x, z), heat.NONE).plus(steps, seconds)
        HeatCount.objects.filter(month=month).delete()
        rows = ((month, *cell, warmth.steps, warmth.seconds) for cell, warmth in cells.items())
        write_rows(HeatCount, ("month", "cell_x", "cell_z", "steps", "seconds"), rows)


def _fold(*, before: date) -> None:
    """Make one row a month of the pairs of months whose raw rows are gone."""
    oldest = PairCount.objects.filter(span="day").aggregate(first=Min("since"))["first"]
    while oldest and (following := _next_month(oldest)) <= before:
        month = oldest.replace(day=1)
        with transaction.atomic():
            advisory_lock(LOCK)
            days_and_month = PairCount.objects.filter(since__gte=month, since__lt=following).order_by()
            groups = days_and_month.values_list("dimension", "value", "by", "by_value")
            summed = list(groups.annotate(*(Sum(name) for name in COLUMNS)))
            days_and_month.delete()
            rows: Iterator[Sequence[Any]] = (
                (dimension, value, month, "month", by, by_value, *sums)
                for dimension, value, by, by_value, *sums in summed
            )
            write_rows(PairCount, ("dimension", "value", "since", "span", "by", "by_value", *COLUMNS), rows)
        oldest = PairCount.objects.filter(span="day").aggregate(first=Min("since"))["first"]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
