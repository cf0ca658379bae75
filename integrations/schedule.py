"""Whom the schedule asks, and when: every provider at its own pace, or at the owner's.

Nothing of it is kept in memory: when a provider was asked stands in the runs, and what the owner chose in
`SourceSchedule`.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import connections as databases
from django.db import transaction

from integrations import connections, registry, runs, selectors, sync
from integrations.models import Account, SourceSchedule, SyncRun, SyncStatus, SyncTrigger
from integrations.problems import Problem
from weather.selectors import place_now

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from integrations.providers.base import Provider

EARLY: Final = timedelta(seconds=30)  # the schedule ticks by the minute, and not to the second
FIRST_BACKOFF: Final = timedelta(minutes=5)  # after a failure, doubled with each further one in a row
LONGEST_BACKOFF: Final = timedelta(minutes=30)
FAILURES_READ: Final = 4  # as many as it takes to the longest


def create_missing(*, using: str = "default", **_signal: Any) -> None:
    """Give every provider its row; what is there stays as the owner left it. Runs after every migration."""
    if SourceSchedule._meta.db_table not in databases[using].introspection.table_names():
        return  # the migrations were run back to before it
    for provider in registry.asked():
        SourceSchedule.objects.using(using).get_or_create(provider=provider.slug)


def request_due(*, now: datetime) -> list[SyncRun]:
    """Ask for a run of every provider whose turn it is. Returns the runs that wait now.

    One whose token cannot be opened gets a failed run that says so. Two queries a provider, and a few more for those
    that are due.
    """
    return [run for provider, row in scheduled() if (run := _request_if_due(provider, row, now))]


def scheduled() -> list[tuple[Provider, SourceSchedule]]:
    """The providers that the schedule asks, now or later: switched on, usable, of one role only the first.

    Three queries.
    """
    rows = {row.provider: row for row in SourceSchedule.objects.filter(enabled=True)}
    accounts, place = {account.provider: account for account in Account.objects.all()}, place_now().coordinates
    found: list[tuple[Provider, SourceSchedule]] = []
    roles: set[str] = set()
    for provider in registry.asked():
        row = rows.get(provider.slug)
        if not row or provider.role in roles or not connections.usable(provider, accounts.get(provider.slug), place):
            continue
        found.append((provider, row))
        roles |= {provider.role} - {""}
    return found


def _request_if_due(provider: Provider, schedule: SourceSchedule, now: datetime) -> SyncRun | None:
    last = _last_runs(provider, now)
    if not is_due(provider, schedule.every or provider.every, last, now):
        return None
    with transaction.atomic():
        SourceSchedule.objects.select_for_update().get(pk=schedule.pk)
        if _last_runs(provider, now)[:1] != last[:1]:
            return None  # another process was faster
        try:
            if not settings.ENABLE_MOCK_DATA and connections.next_try_at(provider, now=now):
                return None
            run = sync.request(provider=provider, trigger=SyncTrigger.SCHEDULE, now=now)
        except Problem as problem:
            if problem.code not in sync.AS_WANTED:  # switched off meanwhile is nothing to hear of
                sync.turned_away(provider=provider, problem=problem, now=now)
            return None
    return run


def _last_runs(provider: Provider, now: datetime) -> list[SyncRun]:
    """The newest runs of the whole source, whoever asked for them, the newest first. One query.

    Runs from the future were asked for while the clock was ahead, and say nothing about now.
    """
    known = SyncRun.objects.filter(provider=provider.slug, project=None, requested_at__lte=now + EARLY)
    return list(known.order_by("-requested_at")[:FAILURES_READ])


def is_due(provider: Provider, every: timedelta, last: Sequence[SyncRun], now: datetime) -> bool:
    """Whether it is a provider's turn, by its newest runs. One query for what the provider itself looks at."""
    waited = now - last[0].requested_at if last else timedelta.max
    if waited < max(every, _backoff(last)) - EARLY or (last and last[0].status in runs.OPEN):
        return False
    least = provider.min_interval(selectors.source_state(provider, now=now))
    return least is not None and waited >= least - EARLY


def _backoff(last: Sequence[SyncRun]) -> timedelta:
    """How long a provider is left alone for the failures that its newest runs are."""
    failures = sum(1 for _ in takewhile(lambda run: run.status == SyncStatus.FAILED, last))
    return min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (failures - 1)) if failures else timedelta()
