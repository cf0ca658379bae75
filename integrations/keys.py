"""Keys that others show when they report here: editors with heartbeats, players with listens.

One of each kind may stand in the environment; the others are made in the admin.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from integrations.models import Intake, IntakeKey

if TYPE_CHECKING:
    from datetime import datetime

HINT_LENGTH = 4
NOTED_EVERY = timedelta(minutes=1)  # how exactly a key's last use is known


def make(*, intake: Intake, label: str) -> tuple[IntakeKey, str]:
    """A new key, and its text, which is shown now and never again.

    It is a random UUID, since plugins refuse what does not look like one; 122 random bits need no slow hash.
    """
    text = str(uuid.uuid4())
    key = IntakeKey.objects.create(
        intake=intake, label=label.strip()[:100], digest=_digest(text), hint=text[-HINT_LENGTH:]
    )
    return key, text


def revoke(*, key: IntakeKey, now: datetime) -> None:
    """Let a key open nothing from now on."""
    IntakeKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)


def opens(text: str, *, intake: Intake, now: datetime) -> bool:
    """Whether a key opens this intake and is not revoked.

    One query, and a write a minute; none for the environment's.
    """
    configured = in_environment(intake)
    if configured and hmac.compare_digest(text.encode(), configured.encode()):
        return True
    key = IntakeKey.objects.filter(intake=intake, digest=_digest(text), revoked_at=None).only("last_used_at").first()
    if key is None:
        return False
    if key.last_used_at is None or now - key.last_used_at > NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now)
        IntakeKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
    return True


def are_there(intake: Intake) -> bool:
    """Whether any key is set up. One query at most."""
    return bool(in_environment(intake)) or IntakeKey.objects.filter(intake=intake, revoked_at=None).exists()


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


def token_in_header(header: str) -> str:
    """The key in an `Authorization: Token …` header; empty where none is."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "token" else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()
