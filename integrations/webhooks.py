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
from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.db.models import F, Q

from common.text import storable
from garden import identity, planting
from garden.drafts import ProjectDraft
from garden.recording import Push
from integrations import connections, registry, services
from integrations.choices import Choices, choices_at
from integrations.histories.reading import without_addresses
from integrations.items import UNREADABLE
from integrations.models import DeliveryStatus, WebhookDelivery
from integrations.problems import Malformed
from integrations.providers.base import FORCED_FROM

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from garden.models import Project
    from garden.sources import SourceRef
    from integrations.providers.base import HookEvent, HookProvider

log = structlog.get_logger(__name__)

LARGEST_BODY = 25 * 1024 * 1024  # bytes; what GitHub sends at most
DEEPEST = 64  # levels of JSON; deliveries have fewer than ten
ATTEMPTS = 6  # over about four hours, then the owner is told
FIRST_RETRY = timedelta(seconds=20)
RETRY_FACTOR = 5
LONGEST_WAIT = FIRST_RETRY * RETRY_FACTOR ** (ATTEMPTS - 1)
RETENTION = timedelta(days=30)
SWEPT_AT_ONCE = 100
MOST_FORCED = 50  # pushes that replaced a history, noted of one repository
ADDRESSES = frozenset({"email", "co_authors"})  # fields of deliveries that hold authors' addresses and nothing else
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
            transaction.on_commit(lambda: dispatch(delivery.pk))
    except IntegrityError:
        known = WebhookDelivery.objects.filter(provider=provider.slug, delivery_id=delivery_id)
        if not retry(deliveries=known, now=now):
            return Receipt.KNOWN
    return Receipt.ACCEPTED


def retry(*, deliveries: QuerySet[WebhookDelivery], now: datetime) -> int:
    """Put those deliveries that failed for good back among the waiting ones. Returns how many."""
    failed = deliveries.filter(status=DeliveryStatus.FAILED)
    return failed.update(status=DeliveryStatus.RECEIVED, attempts=0, error="", next_attempt_at=now)


def pending(*, now: datetime) -> list[UUID]:
    """Deliveries that are due, oldest first. One query."""
    ahead = Q(next_attempt_at__gt=now + LONGEST_WAIT)  # noted while the clock was
    due = WebhookDelivery.objects.filter(Q(next_attempt_at__lte=now) | ahead, status=DeliveryStatus.RECEIVED)
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
    except (DataError, OverflowError) as error:  # of the one database and of the other
        log.warning("webhook.out_of_range", delivery=str(delivery.pk), error=storable(str(error), 200))
        delivery.status = DeliveryStatus.FAILED
        delivery.error = "It says a number or a text that the database cannot hold. Given up."
    except Exception as error:
        log.exception("webhook.failed", delivery=str(delivery.pk), attempt=delivery.attempts)
        final = delivery.attempts >= ATTEMPTS
        delivery.status = DeliveryStatus.FAILED if final else DeliveryStatus.RECEIVED
        delivery.error = _in_words(error, final=final)
    else:
        delivery.status = DeliveryStatus.IGNORED if ignored else DeliveryStatus.PROCESSED
        delivery.error, delivery.processed_at = ignored, now
        payload = payload_in(bytes(delivery.body), delivery.content_type)
        delivery.body, delivery.content_type = json.dumps(_without_addresses(payload)).encode(), "application/json"
    delivery.save(update_fields=["status", "error", "processed_at", "body", "content_type"])
    return DeliveryStatus(delivery.status)


def _claim(delivery_id: UUID, now: datetime) -> WebhookDelivery | None:
    """Take a delivery for this attempt. It becomes due again by itself, should this process end in the middle."""
    delivery = WebhookDelivery.objects.filter(pk=delivery_id).first()
    if delivery is None or delivery.status != DeliveryStatus.RECEIVED:
        return None
    if now < delivery.next_attempt_at <= now + LONGEST_WAIT:
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


def _without_addresses(value: Any) -> Any:
    """A payload without the addresses of authors, which are of no use once it is known whose work it is."""
    if isinstance(value, str):
        return without_addresses(value)
    if isinstance(value, list):
        return [_without_addresses(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _without_addresses(inner) for name, inner in value.items() if name not in ADDRESSES}


def _in_words(error: Exception, *, final: bool) -> str:
    database = isinstance(error, DatabaseError)
    what = "The database refused it" if database else "The greenhouse made a mistake of its own"
    return f"{what} ({type(error).__name__}; the log tells more). {'Given up.' if final else 'It is tried again.'}"


def _read(delivery: WebhookDelivery, provider: HookProvider) -> HookEvent:
    """What a delivery says. Raises `Malformed` when it is not of the shape that its service documents."""
    payload = payload_in(bytes(delivery.body), delivery.content_type)
    try:
        return provider.parse_event(delivery.event, payload, arrived_at=delivery.received_at)
    except UNREADABLE as error:
        log.warning("webhook.unexpected_shape", delivery=str(delivery.pk), error=repr(error))
        raise Malformed(f"It is not of the shape that {provider.label} documents ({error!r}).") from error


def _work(delivery: WebhookDelivery, now: datetime) -> str:
    """Do what a delivery asks for. Returns why there was nothing to do, or an empty string."""
    provider = registry.hook_provider(delivery.provider)
    event = _read(delivery, provider)
    if event.project is None and not event.known_by:
        return event.ignored
    found = _project_of(provider, event, event.project, now) if event.project else _plant_known_by(event.known_by)
    if isinstance(found, str):
        return found
    if event.project and event.forced_from:
        _note_forced(event.project.source_of(provider.slug), event.forced_from)
    services.ingest(
        project=found,
        activities=[*event.activities, *([event.history] if event.history else [])],
        source=_source(provider),
        now=now,
        push=Push(author=event.author, arrived_at=delivery.received_at),
    )
    return event.ignored


@transaction.atomic
def _project_of(provider: HookProvider, event: HookEvent, draft: ProjectDraft, now: datetime) -> Project | str:
    """The project that a delivery is about, up to date with what it says of it, or why there is nothing more to do.

    One transaction under the project's row lock: of two deliveries at once, the newer has the last word.
    """
    source, stamp, kept_at = _source(provider), {"stamp": event.stamp}, draft.source_of(provider.slug)
    project = identity.find(draft)
    if project is None:
        choices = choices_at(provider.slug)
        if reason := _why_no_plant(provider, event, choices, kept_at.external_id):
            return reason
        visibility = choices.visibility_of(kept_at.external_id)
        unsaid = replace(draft, private=None)
        project, _ = planting.plant(draft=unsaid, source=source, now=now, visibility=visibility)
        services.remember(source=kept_at, state=stamp)
        return project
    known = services.remembered(source=kept_at).get("stamp", "")
    is_outdated = bool(known) and services.moment_of(event.stamp) < services.moment_of(known)
    if event.gone:
        if not is_outdated:
            planting.hide(project=project, gone=kept_at, source=source, now=now)
            services.remember(source=kept_at, state=stamp | {"gone": event.stamp})
        if project.anonymous:  # it stands without its name whether its source shows it or not
            return project
        return "it is older than what is known of the project" if is_outdated else event.ignored
    if not is_outdated:
        comes_back = event.back and (not known or services.moment_of(event.stamp) > services.moment_of(known))
        shown = replace(draft, private=False if comes_back else None)
        planting.refresh(project=project, draft=shown, source=source, now=now)
        services.remember(source=kept_at, state=stamp)
    return project


@transaction.atomic
def _plant_known_by(refs: Sequence[SourceRef]) -> Project | str:
    """The plant that has one of these sources, or why there is nothing more to do."""
    return identity.find(ProjectDraft(name="", sources=refs)) or "its repository does not stand in the garden"


@transaction.atomic
def _note_forced(source: SourceRef, forced_from: str) -> None:
    """Have the next reading look into what a branch was forced away from."""
    noted = services.remembered(source=source).get(FORCED_FROM) or []
    if forced_from not in noted:
        services.remember(source=source, state={FORCED_FROM: [*noted, forced_from][-MOST_FORCED:]})


def _source(provider: HookProvider) -> str:
    """Under which name its facts are kept."""
    return f"{provider.slug}_webhook"


def _why_no_plant(provider: HookProvider, event: HookEvent, choices: Choices, external_id: str) -> str:
    """Why a project that does not stand in the garden is not planted; empty where it may be."""
    if provider.local:
        return "its repository does not stand in the garden (manage.py import_git plants it)"
    if event.gone:
        return "it is about a private or deleted project that does not stand in the garden"
    if external_id in choices.decided:
        return choices.why_not(external_id)
    owner = connections.connection_of(provider).username
    if not event.plantable:
        return "it is about a fork that does not stand in the garden"
    if not owner or event.owner.lower() != owner.lower():
        return f"it is about a project of {event.owner}, which does not stand in the garden"
    return choices.why_not(external_id)


def forget_old(*, now: datetime) -> int:
    """Delete deliveries that are done with. Returns how many."""
    done = [DeliveryStatus.PROCESSED, DeliveryStatus.IGNORED, DeliveryStatus.FAILED]
    return WebhookDelivery.objects.filter(received_at__lt=now - RETENTION, status__in=done).delete()[0]
