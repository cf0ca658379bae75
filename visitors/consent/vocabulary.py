"""The words of consent: pure enums that models, API and pages share."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Category(StrEnum):
    """What a visitor may agree to. Essential is no question: without it there is no site."""

    ESSENTIAL = "essential"
    ANALYTICS = "analytics"
    PERSONALISATION = "personalisation"
    LIVE_PRESENCE = "live_presence"

    @property
    def label(self) -> str:
        """As the pages write it."""
        return self.replace("_", " ").capitalize()


ASKED: Final = (Category.ANALYTICS, Category.PERSONALISATION, Category.LIVE_PRESENCE)


class RequestType(StrEnum):
    """What a visitor may ask of the owner (GDPR, articles 15, 17 and 20)."""

    ACCESS = "access"
    DELETION = "deletion"
    PORTABILITY = "portability"

    @property
    def words(self) -> str:
        """What a button says."""
        return {"access": "Tell me", "deletion": "Erase it for me", "portability": "Send me a copy"}[self]


class RequestStatus(StrEnum):
    """How far the owner is with it."""

    OPEN = "open"
    DONE = "done"


class AuditAction(StrEnum):
    """What the audit log tells of."""

    CONSENT_GIVEN = "consent_given"
    CONSENT_CHANGED = "consent_changed"
    CONSENT_EXPIRED = "consent_expired"
    EXPORTED = "exported"
    ERASED = "erased"
    REQUEST_OPENED = "request_opened"
    REQUEST_DONE = "request_done"
    LOOKED_AT = "looked_at"  # the owner opened what is kept of a visitor, to answer a request
    FORGOTTEN = "forgotten"  # rows past their time


def chosen(said: Mapping[str, bool]) -> frozenset[Category]:
    """The categories that were agreed to; essential is always among them."""
    return frozenset({Category.ESSENTIAL, *(category for category in ASKED if said.get(category))})
