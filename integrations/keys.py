"""Keys that others show here: scripts and dashboards, editors with heartbeats, players with listens.

A key for editors and one for players may stand in the environment; the others are made in the console, or by
`manage.py api_key`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import uuid
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db.models import Q
from django.utils.dateparse import parse_date

from common.permissions import Grant, Scope
from common.validators import LAST_YEAR
from common.words import utc_date
from integrations.key_models import SHOWN_LENGTH, ApiKey, Intake

if TYPE_CHECKING:
    from collections.abc import Iterable

NOTED_EVERY: Final = timedelta(minutes=1)  # how exactly a key's last use is known
KEY_BYTES: Final = 32
LONGEST_LABEL: Final = 100


class Refused(Exception):
    """A key that opens nothing; the message says why, to whoever shows it."""


def make(
    *,
    label: str,
    now: datetime,
    scopes: Iterable[Scope] = (),
    intake: Intake | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key, and its text, which is shown now and never again.

    It is 256 random bits, which need no slow hash. One for an `intake` is a random UUID (122 bits), since plugins of
    editors refuse what does not look like one, and has that scope alone. Raises `ValueError` with words for the owner.
    """
    label = label.strip()
    opened = {Scope.INTAKE} if intake else set(scopes)
    if not label or len(label) > LONGEST_LABEL or "\x00" in label:
        raise ValueError(f"Say what the key is for, in {LONGEST_LABEL} characters at most.")
    if not opened:
        raise ValueError("A key has to open something: choose a scope.")
    if expires_at is not None and expires_at <= now:
        raise ValueError("A key cannot have ended in the past.")
    text = str(uuid.uuid4()) if intake else f"dg_{secrets.token_urlsafe(KEY_BYTES)}"
    key = ApiKey.objects.create(
        label=label,
        scopes=[scope.value for scope in Scope if scope in opened],
        intake=intake or "",
        expires_at=expires_at,
        digest=_digest(text),
        shown=f"{text[:SHOWN_LENGTH]}…",
    )
    return key, text


def end_of(day: str) -> datetime | None:
    """The end of a day that a form or a command names, in UTC; `None` for no day. Raises `ValueError`."""
    if not day:
        return None
    found = parse_date(day)
    if found is None or found.year > LAST_YEAR:
        raise ValueError(f"{day} is no day such as 2027-01-31.")
    return datetime.combine(found, time.max, UTC)


def revoke(*, key: ApiKey, now: datetime) -> None:
    """Let a key open nothing from now on."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)


def revoke_all(*, now: datetime) -> int:
    """The same for every key but those of the environment. Returns how many there were."""
    return ApiKey.objects.filter(revoked_at=None).update(revoked_at=now)


def grant_of(text: str, *, now: datetime) -> Grant:
    """What a key opens. Raises `Refused` for one that opens nothing.

    One query, and a write a minute; none for the environment's.
    """
    shown = text.encode(errors="replace")
    in_settings = {one: own.encode() for one in Intake if (own := in_environment(one))}
    if named := [one for one, own in in_settings.items() if hmac.compare_digest(shown, own)]:
        return Grant(frozenset({Scope.INTAKE}), intake=named[0] if len(named) == 1 else "")
    key = ApiKey.objects.filter(digest=_digest(text)).first()
    if key is None:
        raise Refused("This key opens nothing here.")
    if key.revoked_at is not None:
        raise Refused(f"This key was revoked on {utc_date(key.revoked_at)} and opens nothing any more.")
    if key.expires_at is not None and key.expires_at <= now:
        raise Refused(f"This key ended on {utc_date(key.expires_at)} and opens nothing any more.")
    if key.last_used_at is None or now - key.last_used_at > NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
        ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
    return Grant(frozenset(key.scopes), key.pk, key.intake)


def reports(grant: Grant, intake: Intake) -> bool:
    """Whether what a key opens is this intake."""
    return Scope.INTAKE in grant.scopes and grant.intake in ("", intake)


def opens(text: str, *, intake: Intake, now: datetime) -> bool:
    """Whether a key opens this intake."""
    try:
        return reports(grant_of(text, now=now), intake)
    except Refused:
        return False


def are_there(intake: Intake, *, now: datetime) -> bool:
    """Whether any key opens an intake. One query at most."""
    if in_environment(intake):
        return True
    not_ended = Q(expires_at=None) | Q(expires_at__gt=now)
    keys = ApiKey.objects.filter(not_ended, revoked_at=None, intake__in=("", intake))
    return any(Scope.INTAKE in key.scopes for key in keys)


def in_environment(intake: Intake) -> str:
    """The key that the settings name, or an empty string."""
    return str(settings.LISTENBRAINZ_INTAKE_KEY if intake == Intake.LISTENS else settings.HEARTBEAT_API_KEY)


def basic_in_header(header: str) -> str:
    """The key in an `Authorization: Basic …` header, with or without a password behind it; empty where none is."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode().partition(":")[0].strip()
    except (binascii.Error, ValueError):
        return ""


def in_header(header: str, scheme: str) -> str:
    """The key behind a scheme's word in an `Authorization` header; empty where none is."""
    said, _, text = header.partition(" ")
    return text.strip() if said.lower() == scheme.lower() else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode(errors="replace")).hexdigest()
