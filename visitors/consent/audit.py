"""The two chained logs: what was done with visitors' data, and which salts are gone."""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from garden.locks import advisory_lock
from visitors.consent.chain import FIRST, digest_of_entry, fault_of
from visitors.consent.models import AuditEntry, SaltDeletion

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from visitors.consent.vocabulary import AuditAction
    from visitors.models import DailySalt

_LOCK: Final = 0x61756474  # any number; the same in every process
LOGS: Final = (AuditEntry, SaltDeletion)


@transaction.atomic
def append(action: AuditAction, *, now: datetime, subject: object = "", **detail: Any) -> None:
    """Write one entry in the transaction of what it tells. `detail` holds counts and names of categories, no person."""
    _append(AuditEntry(at=moment(now), action=action, subject=str(subject), detail=detail))


@transaction.atomic
def tell_deleted(salts: Iterable[DailySalt], *, now: datetime) -> None:
    """Write that these salts are gone, in the transaction that deletes them."""
    for salt in salts:
        fingerprint = hashlib.sha256(bytes(salt.salt)).hexdigest()
        _append(SaltDeletion(day=salt.day, deleted_at=moment(now), fingerprint=fingerprint))


def _append(entry: AuditEntry | SaltDeletion) -> None:
    advisory_lock(_LOCK)  # two entries after the same one would be a fork
    last = type(entry).objects.order_by("-number").values_list("number", "digest").first() or (0, FIRST)
    entry.number, entry.previous = last[0] + 1, last[1]
    entry.digest = digest_of_entry(entry.number, entry.facts, entry.previous)
    entry.save(force_insert=True)


def fault(log: type[AuditEntry] | type[SaltDeletion], *, head: str = "") -> str:
    """What is wrong with a log, in words; empty where it is whole. `head` is a digest that was noted earlier."""
    return fault_of((entry.link for entry in log.objects.iterator()), head=head)


def head_of(log: type[AuditEntry] | type[SaltDeletion]) -> str:
    """The last digest. One query."""
    return log.objects.order_by("-number").values_list("digest", flat=True).first() or FIRST


def moment(now: datetime) -> str:
    """To the second, UTC, as the logs and what machines read have it."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
