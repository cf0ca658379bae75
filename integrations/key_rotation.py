"""Sealing anew what is stored, so that an old key can be dropped."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db.models import BinaryField

from integrations import crypto

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import Model

SUFFIX: Final = "_encrypted"  # of the name of every column that `crypto.encrypt` fills
OF_SECOND_STEPS: Final = ("secret", "seed")  # what allauth seals within a column of JSON


@dataclass(frozen=True, slots=True)
class Sealed:
    """Something that is stored sealed. `replace` stores it anew, and returns how many: 0 if it was renewed since."""

    name: str
    value: bytes
    replace: Callable[[bytes], int]


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
    for one in stored():
        if (after := rotation.rotate(one.value, one.name)) is not None:
            rotation.sealed += one.replace(after)
    return rotation


def stored() -> Iterator[Sealed]:
    """Everything that is stored sealed: credentials, addresses that are keys, and second steps of signing in."""
    for model, column in sealed_columns():
        for row in model._default_manager.exclude(**{column: None}).order_by("pk"):
            name = f"{row}: {column.removesuffix(SUFFIX).replace('_', ' ')}"
            yield Sealed(name, bytes(getattr(row, column)), partial(_replace_column, row, column))
    for second_step in Authenticator.objects.select_related("user").order_by("pk"):
        for key in OF_SECOND_STEPS:
            if isinstance(value := second_step.data.get(key), str):
                name = f"{second_step.user}: {second_step.get_type_display()}"
                yield Sealed(name, value.encode(), partial(_replace_in_second_step, second_step, key))


def sealed_columns() -> Iterator[tuple[type[Model], str]]:
    """Every column of the site that holds something sealed."""
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if isinstance(column, BinaryField) and column.name.endswith(SUFFIX):
                yield model, column.name


def _replace_column(row: Model, column: str, after: bytes) -> int:
    same = type(row)._default_manager.filter(pk=row.pk, **{column: bytes(getattr(row, column))})
    return int(same.update(**{column: after}))


def _replace_in_second_step(row: Any, key: str, after: bytes) -> int:
    before, row.data = row.data, {**row.data, key: after.decode()}
    return int(Authenticator.objects.filter(pk=row.pk, data=before).update(data=row.data))
