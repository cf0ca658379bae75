"""What is done in the background: scheduled syncs, syncs that were asked for, deliveries from the inbox.

Work that a request asks for is a row first. With a broker a worker is told of it at once; without one, or with a broker
that is gone, the sweeps find it.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from common import broker
from integrations import cached, limits, registry, runs, schedule, sync, webhooks
from integrations.coding import services as coding
from integrations.models import SyncRun, SyncStatus, SyncTrigger
from social import elsewhere
from weather.music_services import end_stale_plays

QUIET_BELOW = timedelta(minutes=5)  # of sources asked oftener, runs that found nothing are not kept


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def sync_due() -> list[str]:
    """Ask for a run of every source whose turn it is, each a piece of work of its own. Returns their slugs."""
    end_stale_plays(now=timezone.now())  # of a player that stopped answering
    return _request_due()


def _request_due() -> list[str]:
    requested = schedule.request_due(now=timezone.now())
    for run in requested:
        dispatch_run(run)
    return [run.provider for run in requested]


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def settle_coding() -> int:
    """Work out the days that got heartbeats. Returns how many."""
    return coding.rebuild_days(now=timezone.now())


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def run_sync(run_id: str) -> str:
    """Do one sync that was asked for. Returns how it went."""
    run = SyncRun.objects.filter(pk=run_id).first()
    return _perform(run) if run else "gone"


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def run_requested() -> int:
    """Do the syncs that were asked for and that nobody was told of. Returns how many.

    Several at once share the work: each run is claimed by one.
    """
    runs.recover(now=timezone.now())
    waiting = SyncRun.objects.filter(status=SyncStatus.QUEUED, provider__in=_slugs()).order_by("requested_at")
    seen: list[UUID] = []
    while run := waiting.exclude(pk__in=seen).first():
        seen.append(run.pk)
        _perform(run)
    return len(seen)


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
        "limits": limits.forget_old(now=now),
        "heartbeats": coding.forget_old(now=now),
        "posts": elsewhere.forget_old(now=now),
    }


def dispatch_delivery(delivery: UUID) -> None:
    """Tell a worker of a delivery; without one the sweep finds it."""
    broker.send(process_delivery, str(delivery))


def dispatch_run(run: SyncRun) -> None:
    """Tell a worker of a run that waits; without one the sweep finds it."""
    if run.status == SyncStatus.QUEUED:
        broker.send(run_sync, str(run.pk))


def _perform(run: SyncRun) -> str:
    provider = registry.provider(run.provider)
    try:
        sync.perform(run, provider=provider)
    except runs.AlreadyRunning:
        return "running already"
    if run.trigger == SyncTrigger.SCHEDULE:
        if any(run.counts.values()):
            _request_due()  # what it told of may be what another waits for, such as a track without its character
        elif provider.every < QUIET_BELOW:
            runs.forget_quiet(provider.slug)
    return run.status


def _slugs() -> list[str]:
    return [provider.slug for provider in registry.PROVIDERS]
