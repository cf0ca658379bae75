"""Sealing anew what is stored, so that an old key can be dropped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db.models import BinaryField

from integrations import crypto

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

SUFFIX: Final = "_encrypted"  # of the name of every column that `crypto.encrypt` fills
OF_SECOND_STEPS: Final = ("secret", "seed")  # what allauth seals within a column of JSON


@dataclass(slots=True)
class Rotation:
    """What came of it: how many credentials are sealed with the newest key now, and which no key opens."""

    sealed: int = 0
    unreadable: list[str] = field(default_factory=list)

    def rotate(self, sealed: bytes, name: str) -> bytes | None:
        """The same, sealed with the newest key; none where no key opens it."""
        try:
            return crypto.rotate(sealed)
        except crypto.CredentialUnreadable:
            self.unreadable.append(name)
            return None


def rotate_stored() -> Rotation:
    """Seal everything with the newest key. One that is renewed meanwhile is left: that was sealed with it already."""
    rotation = Rotation()
    for model, column in sealed_columns():
        for row in model._default_manager.exclude(**{column: None}).order_by("pk"):
            before = bytes(getattr(row, column))
            if (after := rotation.rotate(before, f"{row}: {column.removesuffix(SUFFIX).replace('_', ' ')}")) is None:
                continue
            rotation.sealed += model._default_manager.filter(pk=row.pk, **{column: before}).update(**{column: after})
    for second_step in Authenticator.objects.select_related("user").order_by("pk"):
        rotation.sealed += _rotate_second_step(second_step, rotation)
    return rotation


def sealed_columns() -> Iterator[tuple[type[Model], str]]:
    """Every column of the site that holds something sealed."""
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if isinstance(column, BinaryField) and column.name.endswith(SUFFIX):
                yield model, column.name


def _rotate_second_step(row: Any, rotation: Rotation) -> int:
    """Seal what belongs to a code or to recovery codes. Returns how many credentials that is."""
    after = dict(row.data)
    names = [name for name in OF_SECOND_STEPS if isinstance(after.get(name), str)]
    for name in names:
        sealed = rotation.rotate(after[name].encode(), f"{row.user}: {row.get_type_display()}")
        if sealed is None:
            return 0
        after[name] = sealed.decode()
    return len(names) if Authenticator.objects.filter(pk=row.pk, data=row.data).update(data=after) else 0
