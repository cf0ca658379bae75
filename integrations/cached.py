"""Answers kept with their validators: the same question costs nothing while nothing changed."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from integrations.models import CachedResponse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

RETENTION: Final = timedelta(days=60)
LONGEST_ETAG: Final = 300


def find(key: str) -> CachedResponse | None:
    """The answer kept for a question."""
    return CachedResponse.objects.filter(key=key).first()


def body_of(answer: CachedResponse) -> bytes:
    """Its body, as it came."""
    return zlib.decompress(answer.body)


def store(key: str, provider: str, url: str, headers: Mapping[str, str], body: bytes) -> None:
    """Keep an answer that can be asked for again by its validator; one without is not kept."""
    etag, modified = headers.get("ETag", ""), headers.get("Last-Modified", "")
    if not (etag or modified) or len(etag) > LONGEST_ETAG:
        return
    CachedResponse.objects.update_or_create(
        key=key,
        defaults={
            "provider": provider,
            "url": url,
            "etag": etag,
            "last_modified": modified[:100],
            "link": headers.get("Link", ""),
            "body": zlib.compress(body),
            "stored_at": timezone.now(),
        },
    )


def forget_old(*, now: datetime) -> int:
    """Delete kept answers that nobody asked for again in a long time. Returns how many."""
    return CachedResponse.objects.filter(stored_at__lt=now - RETENTION).delete()[0]
