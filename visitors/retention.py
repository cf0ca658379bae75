"""What is past its time is deleted: single visits with their steps, consents, requests that were done long ago."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from visitors.consent import audit, services
from visitors.consent.files import scrub
from visitors.consent.models import LinkedSession, SubjectRequest
from visitors.consent.visits import hold
from visitors.consent.vocabulary import AuditAction, RequestStatus
from visitors.figures.windows import DAY, midnight_before
from visitors.kept import REQUESTS
from visitors.models import PageSpeed, Session, Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import Model

CHUNK: Final = 500  # rows; on SQLite all at once would hold the one write lock for most of a second
# By their last moment, and the first, which is indexed: the last one of a visit is written with every batch.
RAW: Final = ((Step, "at", "at"), (PageSpeed, "at", "at"), (Session, "last_activity_at", "started_at"))


def forget(*, now: datetime) -> dict[str, int]:
    """Delete what is past its time, and cut the database's log. Returns rows deleted by kind.

    By whole UTC days: a visit that went on past midnight goes with its last day, its first steps a day before it.
    """
    until = midnight_before(now - timedelta(days=settings.JOURNEYS_KEPT_DAYS))
    gone = {model._meta.model_name or "": sum(_delete_before(model, last, first, until)) for model, last, first in RAW}
    with transaction.atomic():
        hold()
        LinkedSession.objects.filter(~Exists(Session.objects.filter(pk=OuterRef("session_id")))).delete()
        gone["consent"] = services.expire(now=now)
        old = SubjectRequest.objects.filter(status=RequestStatus.DONE, closed_at__lt=now - timedelta(days=REQUESTS))
        gone["request"] = old.delete()[0]
        gone = {kind: rows for kind, rows in gone.items() if rows}
        if gone:
            audit.append(AuditAction.FORGOTTEN, now=now, **gone)
    scrub()
    return gone


def _delete_before(model: type[Model], last: str, first: str, until: datetime) -> Iterator[int]:
    """Delete the rows whose last moment is older: in chunks on SQLite, by days of their first elsewhere (chunks there
    take five times as long)."""
    ended = {f"{field}__lt": until for field in (last, first)}
    rows: Any = model._default_manager.filter(**ended).order_by(first)
    while oldest := rows.values_list("pk", first).first():
        if connection.vendor == "sqlite":
            chunk = model._default_manager.filter(pk__in=list(rows.values_list("pk", flat=True)[:CHUNK]))
        else:
            chunk = rows.order_by().filter(**{f"{first}__lt": midnight_before(oldest[1]) + DAY})
        yield chunk.delete()[0]
