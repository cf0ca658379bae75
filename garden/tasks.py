"""The garden's work on a schedule."""

from __future__ import annotations

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from common import broker
from garden import reactions, services


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def grow_all() -> int:
    """Work out every plant's growth. Returns how many changed their stage."""
    return sum(growth.stage_changed for growth in services.grow_all(now=timezone.now(), source="schedule"))


@shared_task(autoretry_for=(OperationalError,), retry_backoff=2, max_retries=3)
def react() -> int:
    """Let the reactions read on in the outbox. Returns how many events they dealt with."""
    return reactions.run(now=timezone.now())


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def recount() -> int:
    """Write the past of the plants for which other facts count than before. Returns how many."""
    return services.recount_all(now=timezone.now(), source="owner")


def dispatch_recount() -> None:
    """Have a worker count anew; without a broker the sweep does."""
    broker.send(recount)


def dispatch_reactions() -> None:
    """Have a worker let the reactions read on; without a broker the sweep does."""
    broker.send(react)


@shared_task(autoretry_for=(OperationalError,), retry_backoff=5, max_retries=3)
def prune() -> dict[str, int]:
    """Forget what is past its time. Returns rows deleted by kind."""
    return services.prune(now=timezone.now())
