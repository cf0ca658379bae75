"""Sealing anew what is stored, so that an old key can be dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from integrations import crypto
from integrations.models import Account

if TYPE_CHECKING:
    from django.db.models import Model

SEALED: Final[tuple[tuple[type[Model], tuple[str, ...]], ...]] = (
    (Account, ("token_encrypted", "refresh_token_encrypted")),
)  # every column that `crypto.encrypt` fills


@dataclass(frozen=True, slots=True)
class Rotation:
    """What came of it: how many credentials are sealed with the newest key now, and which no key opens."""

    sealed: int
    unreadable: tuple[str, ...]


def rotate_stored() -> Rotation:
    """Seal everything with the newest key. One that is renewed meanwhile is left: that was sealed with it already."""
    sealed, unreadable = 0, []
    for model, columns in SEALED:
        for row in model._default_manager.order_by("pk"):
            for column in columns:
                if (before := getattr(row, column)) is None:
                    continue
                try:
                    after = crypto.rotate(bytes(before))
                except crypto.CredentialUnreadable:
                    unreadable.append(f"{row}: {column.removesuffix('_encrypted').replace('_', ' ')}")
                    continue
                model._default_manager.filter(pk=row.pk, **{column: bytes(before)}).update(**{column: after})
                sealed += 1
    return Rotation(sealed, tuple(unreadable))
