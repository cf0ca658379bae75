"""What forms and serializers ask of text that a person writes here. Each raises Django's `ValidationError`."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from garden.text import UNPRINTABLE, is_visible


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
