"""Writes of coding time: heartbeats are taken in at once, their days are settled after, and the garden grows from them.

A day is always worked out from all that is known of it, so that late, repeated and disordered heartbeats give the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import TruncDate
from django.utils import timezone

from garden import coding, growth_log, planting
from garden import services as garden
from garden.coding import CodedDay
from garden.models import Project
from garden.selectors import coded_plants
from garden.vocabulary import ProjectStatus, Visibility
from integrations.coding import rows, selectors
from integrations.coding.durations import TIMEOUT, Beat, Spent, bounds, touched
from integrations.coding.names import Plants
from integrations.models import CodingName, CodingSource, CodingTime, Heartbeat, UnsettledDay

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

SOURCE = "coding"  # of the events that growth from coding time publishes
WITH_AGENT = "ai coding"  # the category that WakaTime and the editors have for it
DAYS_TOGETHER = 50  # days a write transaction takes
A_DAY = timedelta(days=1)
HISTORY_AFTER = timedelta(days=2)  # older days change the past that a plant's growth log tells


# --- Heartbeats -------------------------------------------------------------------------------------------------------


@transaction.atomic
def accept(*, beats: Sequence[Beat], now: datetime) -> None:
    """Keep heartbeats that are not known yet, and note which days have news. Two writes; settling comes after."""
    if not beats:
        return
    Heartbeat.objects.bulk_create(
        [
            Heartbeat(
                at=beat.at,
                project=beat.project,
                language=beat.language,
                category=beat.category,
                editor=beat.editor,
                received_at=now,
            )
            for beat in beats
        ],
        ignore_conflicts=True,
    )
    zone = timezone.get_default_timezone()
    days = {day for beat in beats for day in touched(beat.at, zone)}
    UnsettledDay.objects.bulk_create([UnsettledDay(day=day) for day in sorted(days)])


def rebuild_days(*, now: datetime) -> int:
    """Work out every day with news, hand it to the garden, and let the plants grow. Returns how many days."""
    days = sorted(set(UnsettledDay.objects.values_list("day", flat=True).distinct()))
    changed: dict[UUID, date] = {}
    for day in days:
        _earliest(changed, _rebuild_day(day, now))
    _earliest(changed, assign_by_name(now=now))
    _grow(changed, now)
    return len(days)


@transaction.atomic
def _rebuild_day(day: date, now: datetime) -> dict[UUID, date]:
    rows.lock()
    notes = list(UnsettledDay.objects.filter(day=day).values_list("pk", flat=True))
    if not notes:  # another process was here meanwhile
        return {}
    rows.write({day: selectors.heartbeats_on(day)}, CodingSource.HEARTBEATS)
    # Heartbeats that arrived meanwhile brought notes of their own, which stay.
    UnsettledDay.objects.filter(pk__in=notes).delete()
    return push_days(days=[day], now=now)


def forget_old(*, now: datetime) -> int:
    """Delete the heartbeats of days that got none for long, whose time is sealed then. Returns how many.

    Those around midnight stay while the day beyond it is not quiet: its first or last minutes are worked out from them.
    """
    rebuild_days(now=now)
    kept_from = now - timedelta(days=settings.HEARTBEATS_KEPT_DAYS)
    zone = timezone.get_default_timezone()
    newest = dict(
        Heartbeat.objects.annotate(day=TruncDate("at", tzinfo=zone))
        .order_by()
        .values_list("day")
        .annotate(Max("received_at"))
    )
    lively = {day for day, received_at in newest.items() if received_at >= kept_from}
    forgotten = 0
    for day in sorted(newest.keys() - lively):
        begin, end = bounds(day, zone)
        begin += TIMEOUT * (day - A_DAY in lively)
        end -= TIMEOUT * (day + A_DAY in lively)
        with transaction.atomic():
            rows.lock()
            CodingTime.objects.filter(source=CodingSource.HEARTBEATS, day=day).update(sealed=True)
            forgotten += Heartbeat.objects.filter(at__gte=begin, at__lt=end, received_at__lt=kept_from).delete()[0]
    return forgotten


# --- Days that another service counted --------------------------------------------------------------------------------


def store_days(*, drafts: Iterable[Spent], source: str, now: datetime, is_demo: bool = False) -> Counter[str]:
    """Keep days as a service tells them: each day whole, over what it told before. An empty day says nothing."""
    days, changed = _store(drafts, CodingSource.DEMO if is_demo else CodingSource(source), now)
    _grow(changed, now)
    return Counter(days=len(days))


def import_days(*, drafts: Iterable[Spent], source: str, now: datetime) -> list[date]:
    """The same for a part of many years, and returns the days: no plant grows before `grow_from` at their end."""
    return _store(drafts, CodingSource(source), now)[0]


def grow_from(
    *, first: date, last: date, now: datetime, tell: Callable[[int, int], None] = lambda _done, _total: None
) -> None:
    """Let the plants grow from coding time of these days, their past included; `tell` hears plants done and in all.

    Which plants it is, is read and not remembered, so that an import may be killed at any moment and repeated.
    """
    _grow(coded_plants(first, last), now, tell)


def _store(drafts: Iterable[Spent], source: CodingSource, now: datetime) -> tuple[list[date], dict[UUID, date]]:
    """Write days and tell the garden of them. Returns the days, and the plants that changed with the first day."""
    days: defaultdict[date, list[Spent]] = defaultdict(list)
    for draft in drafts:
        if draft.seconds > 0:
            days[draft.day].append(draft)
    changed: dict[UUID, date] = {}
    ordered = sorted(days)
    for place in range(0, len(ordered), DAYS_TOGETHER):
        some = ordered[place : place + DAYS_TOGETHER]
        with transaction.atomic():
            rows.lock()
            rows.write(rows.with_known_languages({day: days[day] for day in some}, source), source)
            _earliest(changed, push_days(days=some, now=now))
    _earliest(changed, assign_by_name(now=now))
    return ordered, changed


def remove_demo(*, now: datetime) -> int:
    """Delete what was invented, and the names that nothing else goes by. Returns the days."""
    with transaction.atomic():
        rows.lock()
        invented = CodingTime.objects.filter(source=CodingSource.DEMO)
        days = sorted(set(invented.values_list("day", flat=True)))
        names = set(invented.values_list("name_id", flat=True))
        invented.delete()
        CodingName.objects.filter(pk__in=names, decided=False, times=None).exclude(key="").delete()
        changed = push_days(days=days, now=now)
    _grow(changed, now)
    return len(days)


# --- To the garden ----------------------------------------------------------------------------------------------------


def push_days(*, days: Collection[date], now: datetime) -> dict[UUID, date]:
    """Tell the garden what went into its plants on these days. Returns the plants that changed, with the first day."""
    seconds: defaultdict[tuple[UUID, date], float] = defaultdict(float)
    languages: defaultdict[tuple[UUID, date], Counter[str]] = defaultdict(Counter)
    assisted: defaultdict[tuple[UUID, date], float] = defaultdict(float)
    last: dict[tuple[UUID, date], datetime] = {}
    source: dict[tuple[UUID, date], str] = {}
    for share in selectors.shares_of_days(days):
        if share.plant is None:
            continue
        key = (share.plant, share.day)
        seconds[key] += share.seconds
        source[key] = share.source
        if share.category.lower() == WITH_AGENT:
            assisted[key] += share.seconds
        if share.language:
            languages[key].update({share.language: share.seconds})
        if share.last_at:
            last[key] = max(share.last_at, last.get(key, share.last_at))
    coded = {
        key: CodedDay(round(total, 1), source[key], dict(languages[key]), last.get(key), round(assisted[key], 1))
        for key, total in seconds.items()
    }
    return coding.replace_days(days=days, coded=coded, now=now)


def assign_by_name(*, now: datetime) -> dict[UUID, date]:
    """Give names that the owner has not decided about to the one plant of the same name.

    Returns the plants that changed, with their first day.
    """
    waiting = list(CodingName.objects.filter(project=None, decided=False).exclude(key=""))
    if not waiting:
        return {}
    known = Project.objects.filter(is_demo=False).exclude(status=ProjectStatus.PROPOSED)
    plants = Plants(
        (project.pk, {project.name, project.slug, *(source.name for source in project.sources.all() if source.name)})
        for project in known.only("name", "slug").prefetch_related("sources")
    )
    changed: dict[UUID, date] = {}
    for name in waiting:
        if plant := plants.called(name.name):
            with transaction.atomic():
                rows.lock()
                waits = CodingName.objects.filter(pk=name.pk, project=None, decided=False)  # the owner may have spoken
                if waits.update(project=plant):
                    _earliest(changed, _push_again([name], now))
    return changed


def assign(*, names: Collection[CodingName], project: Project | None, now: datetime) -> None:
    """Say which plant some names are, or that they are none. Their past counts there, and no longer where it did."""
    with transaction.atomic():
        rows.lock()
        CodingName.objects.filter(pk__in=[name.pk for name in names]).update(project=project, decided=True)
        changed = _push_again(names, now)
    _grow(changed, now)


def plant(*, name: CodingName, public: bool, now: datetime) -> Project:
    """Make a plant of a name. A private one is for the owner's eyes, and counts all the same."""
    changes = {} if public else {"visibility": Visibility.PRIVATE}
    with transaction.atomic():
        rows.lock()
        project = planting.plant_seed(name=name.name, description="", now=now, changes=changes)
        assign(names=[name], project=project, now=now)
    project.refresh_from_db()
    return project


def _push_again(names: Collection[CodingName], now: datetime) -> dict[UUID, date]:
    days = sorted(set(CodingTime.objects.filter(name__in=names).values_list("day", flat=True).distinct()))
    changed: dict[UUID, date] = {}
    for place in range(0, len(days), DAYS_TOGETHER):
        _earliest(changed, push_days(days=days[place : place + DAYS_TOGETHER], now=now))
    return changed


def _earliest(known: dict[UUID, date], further: Mapping[UUID, date]) -> None:
    for project, day in further.items():
        known[project] = min(day, known.get(project, day))


def _grow(
    changed: Mapping[UUID, date], now: datetime, tell: Callable[[int, int], None] = lambda _done, _total: None
) -> None:
    recent = timezone.localdate(now) - HISTORY_AFTER
    for done, project in enumerate(Project.objects.filter(pk__in=changed)):
        tell(done, len(changed))
        if changed[project.pk] < recent:
            growth_log.backfill(project=project, now=now)
        garden.grow(project=project, now=now, source=SOURCE)
