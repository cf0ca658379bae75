"""Writes about consent: giving, changing, erasing, expiring, and what visitors ask of the owner.

Each of them stands in the audit log, in the same transaction. Whatever deletes empties the files of the database, too,
once it is committed.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction

from visitors.consent import audit
from visitors.consent.files import scrub
from visitors.consent.models import Consent, LinkedSession, SubjectRequest
from visitors.consent.selectors import consent_of
from visitors.consent.visits import hold
from visitors.consent.vocabulary import ASKED, AuditAction, Category, RequestStatus, RequestType
from visitors.models import Pseudonym, Session, Step
from visitors.selectors import digest_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

TOKEN_BYTES: Final = 24  # 32 characters that nobody guesses
ANSWERED_WITHIN: Final = timedelta(days=30)  # GDPR, article 12 (3): one month


def choose(token: str, *, categories: Collection[Category], now: datetime) -> tuple[str, Consent]:
    """Keep a choice under the token that it came with, or under a new one: then that is returned, too, else ``""``."""
    consent = consent_of(token) if token else None
    if consent is not None:
        try:
            return "", change(consent, categories=categories, now=now)
        except Consent.DoesNotExist:
            pass  # erased meanwhile: what is said now begins anew
    return give(categories=categories, now=now)


@transaction.atomic
def give(*, categories: Collection[Category], now: datetime) -> tuple[str, Consent]:
    """Keep what a visitor agrees to. Returns their token, which is kept nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    consent = Consent.objects.create(
        digest=digest_of(token),
        given_at=now,
        changed_at=now,
        expires_at=_expiry(now),
        seen_at=now if Category.PERSONALISATION in categories else None,
        **{category.value: category in categories for category in ASKED},
    )
    audit.append(AuditAction.CONSENT_GIVEN, now=now, subject=consent.reference, categories=sorted(categories))
    return token, consent


@transaction.atomic
def change(consent: Consent, *, categories: Collection[Category], now: datetime) -> Consent:
    """Keep what its bearer agrees to now, for as long as if it were given now.

    What is no longer agreed to ends at once: visits are linked no more and those that were are anybody's again, also
    for who agrees anew within one; and when somebody was here before is forgotten. Raises `Consent.DoesNotExist` where
    it was erased meanwhile.
    """
    hold()
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    for category in ASKED:
        setattr(consent, category, category in categories)
    if not consent.analytics:
        _forget_ways(consent.sessions.values_list("session_id", flat=True))
        consent.sessions.all().delete()
    if not consent.personalisation:
        consent.seen_at = consent.previous_visit_at = None
    elif consent.seen_at is None:
        consent.seen_at = now
    consent.changed_at, consent.expires_at = now, _expiry(now)
    consent.save()
    audit.append(AuditAction.CONSENT_CHANGED, now=now, subject=consent.reference, categories=sorted(categories))
    transaction.on_commit(scrub)
    return consent


@transaction.atomic
def erase(consent: Consent, *, now: datetime) -> None:
    """Delete all that is kept of a visitor: the consent, the visits linked to it with their steps, the way to them.

    A step that arrives meanwhile is either deleted as well or belongs to a new visit of nobody in particular.
    """
    hold()
    sessions = list(consent.sessions.values_list("session_id", flat=True))
    steps = forget_sessions(sessions)
    for request in consent.requests.filter(status=RequestStatus.OPEN, type=RequestType.DELETION):
        _close(request, now=now)
    deleted, _ = Consent.objects.filter(pk=consent.pk).delete()
    if deleted:  # else its twin in another tab was first
        audit.append(AuditAction.ERASED, now=now, subject=consent.reference, sessions=len(sessions), steps=steps)
    transaction.on_commit(scrub)


def forget_sessions(sessions: Collection[int]) -> int:
    """Delete visits with their steps. Returns how many steps went. In the order in which the intake locks them."""
    _forget_ways(sessions)
    steps, _ = Step.objects.filter(session_id__in=sessions).delete()
    Session.objects.filter(pk__in=sessions).delete()
    LinkedSession.objects.filter(pk__in=sessions).delete()
    return steps


def _forget_ways(sessions: Iterable[int]) -> None:
    """Let no pseudonym lead to these visits, so that none goes on. In the order in which the intake locks them."""
    ways = list(Pseudonym.objects.select_for_update().filter(session_id__in=list(sessions)).order_by("visitor"))
    Pseudonym.objects.filter(pk__in=[way.pk for way in ways]).delete()


@transaction.atomic
def expire(*, now: datetime) -> int:
    """Delete consents past their time, but for those whose bearer waits for an answer. Returns how many.

    Their visits go with the raw rows, and are anybody's until then.
    """
    hold()  # before any row, as all others do
    expired = Consent.objects.filter(expires_at__lte=now).exclude(requests__status=RequestStatus.OPEN)
    references = list(expired.order_by("pk").values_list("reference", flat=True))
    Consent.objects.filter(reference__in=references).delete()
    for reference in references:
        audit.append(AuditAction.CONSENT_EXPIRED, now=now, subject=reference)
    return len(references)


# --- What visitors ask of the owner -----------------------------------------------------------------------------------


@transaction.atomic
def ask(consent: Consent, *, kind: RequestType, now: datetime) -> SubjectRequest:
    """Put a request before the owner. The same one, while it is open, is one request.

    Raises `Consent.DoesNotExist` where it was erased meanwhile.
    """
    hold()
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    waiting = consent.requests.filter(type=kind, status=RequestStatus.OPEN).first()
    if waiting is not None:
        return waiting
    request = SubjectRequest.objects.create(consent=consent, type=kind, opened_at=now, due_at=now + ANSWERED_WITHIN)
    audit.append(AuditAction.REQUEST_OPENED, now=now, subject=consent.reference, type=kind)
    return request


@transaction.atomic
def fulfil(request: SubjectRequest, *, now: datetime) -> None:
    """Do what a request asks for: erase, or close one that the visitor's own export answers."""
    hold()  # before the row, as `erase` does: the visitor may erase all by themselves meanwhile
    request = SubjectRequest.objects.select_for_update().get(pk=request.pk)
    if request.status == RequestStatus.DONE:
        return
    if request.type == RequestType.DELETION and request.consent is not None:
        erase(request.consent, now=now)
    else:
        _close(request, now=now)


def _close(request: SubjectRequest, *, now: datetime) -> None:
    request.status, request.closed_at = RequestStatus.DONE, now
    request.save(update_fields=["status", "closed_at"])
    reference = request.consent.reference if request.consent else ""
    audit.append(AuditAction.REQUEST_DONE, now=now, subject=reference, type=request.type)


def _expiry(now: datetime) -> datetime:
    return now + timedelta(days=settings.CONSENT_KEPT_DAYS)
