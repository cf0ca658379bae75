"""Keys that editors show with their heartbeats: one from the environment, and those made in the admin."""

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

from integrations.models import HeartbeatKey

if TYPE_CHECKING:
    from datetime import datetime

HINT_LENGTH = 4
NOTED_EVERY = timedelta(minutes=1)  # how exactly a key's last use is known


def make(*, label: str) -> tuple[HeartbeatKey, str]:
    """A new key, and its text, which is shown now and never again.

    It is a random UUID, since plugins refuse what does not look like one; 122 random bits need no slow hash.
    """
    text = str(uuid.uuid4())
    key = HeartbeatKey.objects.create(label=label.strip()[:100], digest=_digest(text), hint=text[-HINT_LENGTH:])
    return key, text


def revoke(*, key: HeartbeatKey, now: datetime) -> None:
    """Let a key open nothing from now on."""
    HeartbeatKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)


def opens(text: str, *, now: datetime) -> bool:
    """Whether a key is one of ours and not revoked. One query, and a write a minute; none for the environment's."""
    configured = settings.HEARTBEAT_API_KEY
    if configured and hmac.compare_digest(text.encode(), configured.encode()):
        return True
    key = HeartbeatKey.objects.filter(digest=_digest(text), revoked_at=None).only("last_used_at").first()
    if key is None:
        return False
    if key.last_used_at is None or now - key.last_used_at > NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now)
        HeartbeatKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)
    return True


def are_there() -> bool:
    """Whether any key is set up. One query at most."""
    return bool(settings.HEARTBEAT_API_KEY) or HeartbeatKey.objects.filter(revoked_at=None).exists()


def in_header(header: str) -> str:
    """The key in an `Authorization: Basic …` header, with or without a password behind it; empty where none is."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded.strip(), validate=True).decode().partition(":")[0].strip()
    except (binascii.Error, ValueError):
        return ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()
