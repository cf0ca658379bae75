"""What is done in the background: scheduled syncs, syncs that were asked for, deliveries from the inbox.

Work that a request asks for is a row first. With a broker a worker is told of it at once; without one, or with a broker
that is gone, the sweeps find it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from garden import broker
from integrations import cached, listening, registry, runs, sync, webhooks
from integrations.coding import services as coding
from integrations.models import SyncRun, SyncStatus, SyncTrigger
from integrations.problems import Problem

if TYPE_CHECKING:
    from integrations.providers.base import Provider


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def sync_github() -> str:
    """The scheduled sync. Returns how it went."""
    return _sync_on_schedule(registry.provider("github"))


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def sync_wakatime() -> str:
    """The scheduled sync. Returns how it went."""
    return _sync_on_schedule(registry.provider("wakatime"))


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def settle_coding() -> int:
    """Work out the days that got heartbeats. Returns how many."""
    return coding.rebuild_days(now=timezone.now())


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def sync_weather() -> str:
    """The scheduled look at the sky. Returns how it went."""
    return _sync_on_schedule(sync.sky_provider())


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def listen() -> dict[str, str]:
    """Ask those players that are due what plays, then what new tracks are like. Returns how each went."""
    return {provider.slug: _sync_on_schedule(provider) for provider in listening.due(now=timezone.now())}


def _sync_on_schedule(provider: Provider) -> str:
    now = timezone.now()
    try:
        if not sync.due(provider, now=now):
            return "paused"
        run = sync.request(provider=provider, trigger=SyncTrigger.SCHEDULE, now=now)
    except Problem as problem:
        if problem.code in sync.AS_WANTED:
            return problem.code  # nothing that the owner has to hear every half hour
        return sync.turned_away(provider=provider, problem=problem, now=now).status
    return _perform(run)


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def run_sync(run_id: str) -> str:
    """Do one sync that was asked for. Returns how it went."""
    run = SyncRun.objects.filter(pk=run_id).first()
    return _perform(run) if run else "gone"


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def run_requested() -> int:
    """Do the syncs that were asked for and that nobody was told of. Returns how many."""
    runs.recover(now=timezone.now())
    waiting = list(SyncRun.objects.filter(status=SyncStatus.QUEUED, provider__in=_slugs()).order_by("requested_at"))
    for run in waiting:
        _perform(run)
    return len(waiting)


@shared_task(autoretry_for=(OperationalError,), retry_backoff=2, max_retries=3)
def process_delivery(delivery_id: str) -> str:
    """Work on one webhook delivery. Returns what became of it."""
    return webhooks.process(UUID(delivery_id), now=timezone.now()) or "not due"


@shared_task(autoretry_for=(OperationalError,), retry_backoff=2, max_retries=3)
def sweep() -> int:
    """Work on every delivery that is due. Returns how many."""
    due = webhooks.pending(now=timezone.now())
    for delivery in due:
        webhooks.process(delivery, now=timezone.now())
    return len(due)


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def prune() -> dict[str, int]:
    """Forget what is past its time. Returns rows deleted by kind."""
    now = timezone.now()
    return {
        "deliveries": webhooks.forget_old(now=now),
        "runs": runs.forget_old(now=now),
        "answers": cached.forget_old(now=now),
        "heartbeats": coding.forget_old(now=now),
    }


def dispatch_delivery(delivery: UUID) -> None:
    """Tell a worker of a delivery; without one the sweep finds it."""
    broker.send(process_delivery, str(delivery))


def dispatch_run(run: SyncRun) -> None:
    """Tell a worker of a run that waits; without one the sweep finds it."""
    if run.status == SyncStatus.QUEUED:
        broker.send(run_sync, str(run.pk))


def _perform(run: SyncRun) -> str:
    try:
        return sync.perform(run, provider=registry.provider(run.provider)).status
    except runs.AlreadyRunning:
        return "running already"


def _slugs() -> list[str]:
    return [provider.slug for provider in registry.PROVIDERS]
