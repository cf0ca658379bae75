"""Who agreed to what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone

from visitors.consent.models import Consent
from visitors.selectors import digest_of

if TYPE_CHECKING:
    from visitors.consent.vocabulary import Category

LONGEST_TOKEN: Final = 64  # characters; ours have 32


def consent_of(token: str) -> Consent | None:
    """The consent that a token stands for; `None` for one that nobody gave, that expired or was erased. One query."""
    if not 0 < len(token) <= LONGEST_TOKEN:
        return None
    return Consent.objects.filter(digest=digest_of(token), expires_at__gt=timezone.now()).first()


def categories_of(token: str) -> frozenset[Category] | None:
    """What the bearer of a token agreed to; `None` where the token is none. One query."""
    consent = consent_of(token)
    return consent.categories if consent else None
