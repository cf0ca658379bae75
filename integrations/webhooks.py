"""The inbox of webhooks: take a signed delivery in at once, work on it after, as often as it takes.

A delivery is one row, written in one short transaction before it is answered. Whoever comes first works on it: a worker
told by the broker, or the sweep. Every step can be repeated, so a crash at any point costs nothing but the time until
the next attempt.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import structlog
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from kombu.exceptions import OperationalError as BrokerError

from garden import deployments, planting
from garden import services as garden_services
from garden.drafts import ProjectDraft
from integrations import connections, registry, services
from integrations.models import DeliveryStatus, WebhookDelivery
from integrations.problems import Malformed
from skills.services import sync_from_projects
from weather.services import storm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from garden.models import Project
    from integrations.providers.base import HookEvent, HookProvider

log = structlog.get_logger(__name__)

LARGEST_BODY = 25 * 1024 * 1024  # bytes; what GitHub sends at most
DEEPEST = 64  # levels of JSON; deliveries have fewer than ten
ATTEMPTS = 6  # over about four hours, then the owner is told
FIRST_RETRY = timedelta(seconds=20)
RETRY_FACTOR = 5
KEPT = timedelta(days=30)
SWEPT_AT_ONCE = 100
FORM = "application/x-www-form-urlencoded"


class Unreadable(Exception):
    """A delivery is signed, but its body is no JSON object."""


class Receipt(StrEnum):
    """What became of a delivery at the door."""

    ACCEPTED = "accepted"
    KNOWN = "already received"


def payload_in(body: bytes, content_type: str) -> dict[str, Any]:
    """The JSON object of a delivery, sent as it is or as the `payload` field of a form. Raises `Unreadable`."""
    try:
        text = body.decode("utf-8")
        if content_type.partition(";")[0].strip().lower() == FORM:
            text = parse_qs(text, max_num_fields=20, errors="strict", strict_parsing=True)["payload"][0]
        payload = json.loads(text)
    except (ValueError, KeyError, RecursionError) as error:
        raise Unreadable("the body is not JSON, nor a form with JSON in its payload field") from error
    if not isinstance(payload, dict):
        raise Unreadable("the body is JSON, but not an object")
    if _deeper(payload, DEEPEST):
        raise Unreadable(f"the body nests deeper than {DEEPEST} levels")
    return payload


def _deeper(value: Any, levels: int) -> bool:
    """Whether `value` nests deeper than `levels`."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_deeper(item, levels - 1) for item in inner)


def receive(
    *,
    provider: HookProvider,
    event: str,
    delivery_id: str,
    content_type: str,
    body: bytes,
    now: datetime,
    dispatch: Callable[[UUID], None],
) -> Receipt:
    """Put a verified delivery into the inbox, and have it worked on once it is safe there.

    One that is known is not taken twice; one that failed for good gets another chance when it is sent again.
    Raises `Unreadable`.
    """
    payload_in(body, content_type)
    try:
        with transaction.atomic():
            delivery = WebhookDelivery.objects.create(
                provider=provider.slug,
                event=event,
                delivery_id=delivery_id,
                content_type=content_type,
                body=body,
                received_at=now,
                next_attempt_at=now,
            )
            transaction.on_commit(lambda: _hand_on(delivery.pk, dispatch))
    except IntegrityError:
        known = WebhookDelivery.objects.filter(provider=provider.slug, delivery_id=delivery_id)
        if not retry(deliveries=known, now=now):
            return Receipt.KNOWN
    return Receipt.ACCEPTED


def retry(*, deliveries: QuerySet[WebhookDelivery], now: datetime) -> int:
    """Put those deliveries that failed for good back among the waiting ones. Returns how many."""
    failed = deliveries.filter(status=DeliveryStatus.FAILED)
    return failed.update(status=DeliveryStatus.RECEIVED, attempts=0, error="", next_attempt_at=now)


def _hand_on(delivery: UUID, dispatch: Callable[[UUID], None]) -> None:
    try:
        dispatch(delivery)
    except BrokerError as error:
        log.warning("webhook.broker_gone", delivery=str(delivery), error=str(error))  # the sweep finds the row


def pending(*, now: datetime) -> list[UUID]:
    """Deliveries that are due, oldest first. One query."""
    due = WebhookDelivery.objects.filter(status=DeliveryStatus.RECEIVED, next_attempt_at__lte=now)
    return list(due.order_by("received_at").values_list("pk", flat=True)[:SWEPT_AT_ONCE])


def process(delivery_id: UUID, *, now: datetime) -> DeliveryStatus | None:
    """Work on one delivery, if nobody else does and its time has come. Returns what became of it.

    A failure is written down and tried again later, at growing distances; after the last attempt it is for the owner.
    What is not of the documented shape is so at once: it would not be another time.
    """
    delivery = _claim(delivery_id, now)
    if delivery is None:
        return None
    try:
        ignored = _work(delivery, now)
    except Malformed as malformed:
        delivery.status, delivery.error = DeliveryStatus.FAILED, malformed.message
    except Exception as error:
        log.exception("webhook.failed", delivery=str(delivery.pk), attempt=delivery.attempts)
        final = delivery.attempts >= ATTEMPTS
        delivery.status = DeliveryStatus.FAILED if final else DeliveryStatus.RECEIVED
        delivery.error = _in_words(error, final=final)
    else:
        delivery.status = DeliveryStatus.IGNORED if ignored else DeliveryStatus.PROCESSED
        delivery.error, delivery.processed_at = ignored, now
    delivery.save(update_fields=["status", "error", "processed_at"])
    return DeliveryStatus(delivery.status)


def _claim(delivery_id: UUID, now: datetime) -> WebhookDelivery | None:
    """Take a delivery for this attempt. It becomes due again by itself, should this process end in the middle."""
    delivery = WebhookDelivery.objects.filter(pk=delivery_id).first()
    if delivery is None or delivery.status != DeliveryStatus.RECEIVED or delivery.next_attempt_at > now:
        return None
    mine = WebhookDelivery.objects.filter(pk=delivery_id, status=DeliveryStatus.RECEIVED, attempts=delivery.attempts)
    if delivery.attempts >= ATTEMPTS:  # every attempt ended with its process
        mine.update(
            status=DeliveryStatus.FAILED, error="Every attempt to work on it ended the process. Look at the log."
        )
        return None
    wait = FIRST_RETRY * RETRY_FACTOR**delivery.attempts
    if not mine.update(attempts=F("attempts") + 1, next_attempt_at=now + wait):
        return None
    delivery.refresh_from_db()
    return delivery


def _in_words(error: Exception, *, final: bool) -> str:
    database = isinstance(error, DatabaseError)
    what = "The database refused it" if database else "The greenhouse made a mistake of its own"
    return f"{what} ({type(error).__name__}; the log tells more). {'Given up.' if final else 'It is tried again.'}"


def _read(delivery: WebhookDelivery, provider: HookProvider) -> HookEvent:
    """What a delivery says. Raises `Malformed` when it is not of the shape that its service documents."""
    payload = payload_in(bytes(delivery.body), delivery.content_type)
    try:
        return provider.parse_event(delivery.event, payload)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        log.warning("webhook.unexpected_shape", delivery=str(delivery.pk), error=repr(error))
        raise Malformed(f"It is not of the shape that {provider.label} documents ({error!r}).") from error


def _work(delivery: WebhookDelivery, now: datetime) -> str:
    """Do what a delivery asks for. Returns why there was nothing to do, or an empty string."""
    provider = registry.hook_provider(delivery.provider)
    told = _read(delivery, provider)
    if told.project is None:
        return told.ignored
    source = f"{provider.slug}_webhook"
    # One transaction under the project's row lock: of two deliveries at once, the newer has the last word.
    with transaction.atomic():
        project = planting.find(told.project)
        if project is None:
            if reason := _not_ours(provider, told):
                return reason
            draft = replace(told.project, private=None)
        else:
            known = services.remembered(project=project, provider=provider.slug).get("stamp", "")
            draft = _as_far_as_new(project, told.project, told, known)
            if told.gone:
                return _hide(provider, project, draft, told, source, now)
            planting.refresh(project=project, draft=draft, source=source, now=now)
            if draft.github_repo:  # else it told nothing newer about the project itself
                services.remember(project=project, provider=provider.slug, state={"stamp": told.stamp})
            draft = _only_named(project, draft)
    return _bring_in(provider, draft, told, source, now)


def _hide(
    provider: HookProvider, project: Project, draft: ProjectDraft, told: HookEvent, source: str, now: datetime
) -> str:
    if not draft.github_repo:
        return "it is older than what is known of the project"
    if not project.hidden_by_source:
        planting.hide(project=project, source=source, now=now)
        sync_from_projects(now=now)  # its skills and what was told of them go with it
    services.remember(project=project, provider=provider.slug, state={"stamp": told.stamp, "gone": told.stamp})
    return ""


def _bring_in(provider: HookProvider, draft: ProjectDraft, told: HookEvent, source: str, now: datetime) -> str:
    ingested = services.ingest(
        project=draft,
        activities=() if told.deployment else told.activities,
        source=source,
        now=now,
        author=told.author,
    )
    if ingested.project.in_garden:  # others must not show, in the weather neither
        storm(commits=ingested.recorded.fresh_commits, now=now)
    if told.deployment:
        for fact in told.activities:
            deployments.record_deployment(
                project=ingested.project, draft=fact, status=told.deployment, source=source, now=now
            )
        garden_services.grow(project=ingested.project, now=now, source=source)
    if ingested.planted:
        services.remember(project=ingested.project, provider=provider.slug, state={"stamp": told.stamp})
    return told.ignored


def _not_ours(provider: HookProvider, told: HookEvent) -> str:
    """Why a project that does not stand in the garden is not planted; empty where it may be."""
    owner = connections.connection_of(provider).username
    if told.gone:
        return "it is about a private or deleted project that does not stand in the garden"
    if not told.plantable:
        return "it is about a fork that does not stand in the garden"
    if not owner or told.owner.lower() != owner.lower():
        return f"it is about a project of {told.owner}, which does not stand in the garden"
    return ""


def _as_far_as_new(project: Project, draft: ProjectDraft, told: HookEvent, known: str) -> ProjectDraft:
    """The draft without what must not be believed of a delivery; `known` is the stamp of the newest one believed.

    Deliveries come late, twice and out of order, and the delivery's number is not part of what is signed. One that is
    older than what is known changes no description; and none but a newer "made public" brings a hidden project back.
    """
    if known and services.moment_of(told.stamp) < services.moment_of(known):
        return _only_named(project, draft)
    newer = not known or services.moment_of(told.stamp) > services.moment_of(known)
    return replace(draft, private=False if told.back and newer else None)


def _only_named(project: Project, draft: ProjectDraft) -> ProjectDraft:
    """A draft that says which project it is about, and nothing about it."""
    return ProjectDraft(name=project.name, github_id=draft.github_id)


def forget_old(*, now: datetime) -> int:
    """Delete deliveries that are done with. Returns how many."""
    done = [DeliveryStatus.PROCESSED, DeliveryStatus.IGNORED, DeliveryStatus.FAILED]
    return WebhookDelivery.objects.filter(received_at__lt=now - KEPT, status__in=done).delete()[0]
