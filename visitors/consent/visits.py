"""The visits of those who agreed to something: for the intake, inside the transaction that stores their steps."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import F
from django.utils import timezone

from garden.locks import advisory_lock
from visitors.consent.models import Consent, LinkedSession
from visitors.selectors import digest_of
from visitors.sessions import INACTIVITY

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

_LOCK: Final = 0x636F6E73  # any number; the same in every process
NOTED_EVERY: Final = timedelta(minutes=5)


def hold() -> None:
    """Let nobody be erased while their steps are stored, nor steps be linked to someone who is being erased.

    First in its transaction, before any row is locked: whoever held a pseudonym and waited here would be waited for.
    """
    advisory_lock(_LOCK)


def consents_of(tokens: Collection[str]) -> dict[str, Consent]:
    """The consents of the tokens in a group; tokens that are none are left out. Nothing without a token, else a lock
    that has to be the transaction's first, and one query."""
    if not tokens:
        return {}
    hold()
    by_digest = {digest_of(token): token for token in sorted(tokens)}
    found = Consent.objects.filter(digest__in=by_digest, expires_at__gt=timezone.now())
    return {by_digest[consent.digest]: consent for consent in found}


def link(visits: Mapping[int, Consent]) -> None:
    """Link visits, by their session's id, to those who agreed to analytics; the rest stay nobody's. One query."""
    LinkedSession.objects.bulk_create(
        [LinkedSession(session_id=pk, consent=consent) for pk, consent in sorted(visits.items()) if consent.analytics],
        ignore_conflicts=True,
    )


def came_back(consent: Consent) -> bool:
    """Whether they were here before this visit; known only with consent to personalisation."""
    return consent.personalisation and consent.previous_visit_at is not None


def note(consent: Consent, *, now: datetime) -> None:
    """Remember that somebody who agreed to personalisation is here, once in five minutes. One query, or none.

    The one write that a read makes: only for who asked for it, and never for the hot answers that are everyone's.
    """
    if not consent.personalisation or (consent.seen_at and now - consent.seen_at < NOTED_EVERY):
        return
    is_new = consent.seen_at is not None and now - consent.seen_at >= INACTIVITY
    visit = {"previous_visit_at": F("seen_at"), "seen_at": now} if is_new else {"seen_at": now}
    # Told by the row itself: two pages opened at once are one visit.
    noted = Consent.objects.filter(pk=consent.pk, personalisation=True, seen_at=consent.seen_at).update(**visit)
    if noted and is_new:
        consent.previous_visit_at = consent.seen_at
    consent.seen_at = now
