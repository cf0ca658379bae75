"""All that is kept under a token, to be read and taken along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from visitors.consent import audit
from visitors.consent.vocabulary import AuditAction
from visitors.models import Session, Step

if TYPE_CHECKING:
    from datetime import datetime

    from visitors.consent.models import Consent

NOT_INCLUDED: Final = (
    "Counts by hour, day and month: they belong to nobody. Visits before you agreed to analytics: nothing leads from "
    "you to them but today's number, which others at your address may share."
)


def export_of(consent: Consent, *, now: datetime, action: AuditAction = AuditAction.EXPORTED) -> dict[str, Any]:
    """What `ExportOut` writes. That it was read is in the audit log. Five queries."""
    ids = list(consent.sessions.values_list("session_id", flat=True))
    found = {
        "exported_at": now,
        "consent": consent,
        "visits": list(Session.objects.filter(pk__in=ids).order_by("started_at")),
        "steps": list(Step.objects.filter(session_id__in=ids).order_by("at", "pk")),
        "requests": list(consent.requests.all()),
        "not_included": NOT_INCLUDED,
    }
    audit.append(action, now=now, subject=consent.reference, visits=len(ids))
    return found
