"""What the owner is written about: something broke and works again, a seed, many visits, the week. Nothing of visitors.

Each message has a key of what it is about, unique in the database, so that two processes which notice the same thing
write once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from common.words import count
from garden.models import Activity, Project, counts_for_its_plant
from garden.vocabulary import ActivityKind, ProjectStatus
from greenhouse.models import MessageSettings, OpenTrouble, OwnerMessage
from greenhouse.run import task_health
from greenhouse.run.messages.sending import send_waiting, ways, write
from integrations.models import SyncRun, SyncStatus
from integrations.registry import label_of_source
from visitors.models import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

FAILURES: Final = 3  # in a row, before it is written about
SEED_PAUSE: Final = timedelta(hours=1)  # ten seeds of one hour are one message
SPIKE_TIMES: Final = 5  # as many visits as in a usual hour
SPIKE_LEAST: Final = 20  # visits in an hour
SPIKE_USUAL: Final = timedelta(days=7)  # what usual is taken from
ENDED: Final = (SyncStatus.SUCCEEDED, SyncStatus.PARTIAL, SyncStatus.FAILED)


@dataclass(frozen=True, slots=True)
class _Broken:
    name: str
    title: str
    detail: str


def tell_owner(*, now: datetime) -> int:
    """Write down what is new, and send what waits. Returns how many messages went out."""
    wishes = MessageSettings.objects.filter(pk=MessageSettings.THE_ONE).first()
    if wishes is None or not (channels := ways(wishes)):
        return 0
    if wishes.broken:
        _troubles(channels, now)
    if wishes.seed:
        _seeds(channels, now)
    if wishes.spike:
        _spike(channels, now)
    if wishes.week:
        _week(channels, now)
    return send_waiting(now=now)


def broken(now: datetime) -> Iterator[_Broken]:
    """What does not work: the schedule and its tasks, and sources whose last three runs failed."""
    for trouble in task_health.troubles(now):
        yield _Broken(f"tasks: {trouble.name}", trouble.title, trouble.detail)
    since = now - timedelta(days=7)
    for slug in (
        SyncRun.objects.filter(project=None, requested_at__gte=since)
        .order_by()
        .values_list("provider", flat=True)
        .distinct()
    ):
        ended = SyncRun.objects.filter(provider=slug, project=None, status__in=ENDED).order_by("-requested_at")
        last = list(ended[:FAILURES])
        if len(last) == FAILURES and all(run.status == SyncStatus.FAILED for run in last):
            label = label_of_source(slug)
            yield _Broken(
                f"source: {slug}", f"{label} failed {FAILURES} times in a row", f"{last[0].error} {last[0].fix}"
            )


def _troubles(channels: list[str], now: datetime) -> None:
    present = {one.name: one for one in broken(now)}
    known = {row.name: row for row in OpenTrouble.objects.all()}
    for name in present.keys() - known.keys():
        one = present[name]
        try:
            with transaction.atomic():
                OpenTrouble.objects.create(name=name, title=one.title[:300], since=now)
                write(f"broke {name} {now.isoformat()}", one.title, one.detail, channels=channels, now=now)
        except IntegrityError:
            continue  # another process was faster
    for name in known.keys() - present.keys():
        row = known[name]
        with transaction.atomic():
            if OpenTrouble.objects.filter(pk=row.pk).delete()[0]:
                title = f"Works again: {row.title}"
                write(f"again {name} {row.since.isoformat()}", title, "", channels=channels, now=now)


def _seeds(channels: list[str], now: datetime) -> None:
    last = OwnerMessage.objects.filter(key__startswith="seed ").aggregate(at=Max("created_at"))["at"]
    if last and now - last < SEED_PAUSE:
        return
    waiting = Project.objects.filter(status=ProjectStatus.PROPOSED).order_by("-created_at")
    newest = waiting.first()
    if newest and (last is None or newest.created_at > last):
        number = waiting.count()
        title = f"{count(number, 'seed')} of visitors {'waits' if number == 1 else 'wait'} for your word"
        link = f"{settings.SITE_URL}/admin/garden/project/?needs=approval"
        write(f"seed {newest.pk}", title, link, channels=channels, now=now)


def _spike(channels: list[str], now: datetime) -> None:
    people = Session.objects.filter(set_aside="")
    lately = people.filter(started_at__gt=now - timedelta(hours=1), started_at__lte=now).count()
    if lately < SPIKE_LEAST:
        return
    before = people.filter(started_at__gt=now - SPIKE_USUAL, started_at__lte=now - timedelta(hours=1)).count()
    usual = before / (SPIKE_USUAL / timedelta(hours=1) - 1)
    if lately >= SPIKE_TIMES * usual:
        title = f"{lately} visits within an hour, {usual:.1f} are usual"
        day = now.astimezone(UTC).date().isoformat()
        write(f"spike {day}", title, f"{settings.SITE_URL}/admin/visits/now/", channels=channels, now=now)


def _week(channels: list[str], now: datetime) -> None:
    today = now.astimezone(UTC)
    if today.weekday() != 0 or today.hour < 7:
        return
    monday = today.replace(hour=0, minute=0, second=0, microsecond=0)
    key = f"week {monday.date().isoformat()}"
    if OwnerMessage.objects.filter(key=key).exists():
        return
    week = (monday - timedelta(weeks=1), monday)
    commits = Activity.objects.filter(
        counts_for_its_plant(),
        kind=ActivityKind.COMMIT,
        project__is_demo=False,
        occurred_at__gte=week[0],
        occurred_at__lt=week[1],
    )
    plants = commits.order_by().values("project").distinct().count()
    visits = Session.objects.filter(set_aside="", started_at__gte=week[0], started_at__lt=week[1]).count()
    planted = (
        Project.objects.in_garden().filter(is_demo=False, planted_date__gte=week[0], planted_date__lt=week[1]).count()
    )
    seeds = Project.objects.filter(status=ProjectStatus.PROPOSED).count()
    lines = [
        f"{count(commits.count(), 'commit')} in {count(plants, 'plant')}",
        f"{count(planted, 'new plant')}",
        f"{count(visits, 'visit')}",
        f"{count(seeds, 'seed')} to decide on",
        *(f"Broken: {row.title}" for row in OpenTrouble.objects.order_by("since")),
    ]
    write(key, f"The week from {week[0]:%-d %B} in short", "\n".join(lines), channels=channels, now=now)
