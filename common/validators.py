"""What forms and serializers ask of what a person writes here. Each raises Django's `ValidationError`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from django.utils import timezone

from common.text import UNPRINTABLE, is_visible

if TYPE_CHECKING:
    from datetime import datetime

MAX_WORDS: Final = 40  # of technologies or topics: more say nothing
MAX_WORD_LENGTH: Final = 60
FIRST_YEAR: Final = 1970  # nothing in the garden is older
LAST_YEAR: Final = 9998  # the last day that there is falls into no year in some time zones


def printable(text: str) -> None:
    """Refuse control characters, terminal sequences and direction marks."""
    if found := UNPRINTABLE.search(text):
        raise ValidationError(
            f"There is a character in it that cannot be shown: U+{ord(found[0]):04X}.", code="unprintable"
        )


def name(text: str) -> None:
    """Refuse names of several lines, and those of which nothing would show."""
    printable(text)
    if len(text.splitlines()) > 1:
        raise ValidationError("A name is a single line.", code="unprintable")
    if not is_visible(text):
        raise ValidationError("Nothing of this name would show.", code="invisible")


def past(moment: datetime) -> None:
    """Refuse what is yet to come, and what is older than any work here can be."""
    if moment.year < FIRST_YEAR or moment > timezone.now():
        raise ValidationError(f"From {FIRST_YEAR} to now.", code="not_past")


def within_calendar(moment: datetime) -> None:
    """Refuse moments that some time zone has no date for, and what is older than anything here."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValidationError(f"From {FIRST_YEAR} to {LAST_YEAR}.", code="not_within_calendar")
