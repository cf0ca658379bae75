"""Answers of thousands of rows: what a serializer finds out about each of them is found out once."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from django.utils.functional import cached_property
from rest_framework import serializers

if TYPE_CHECKING:
    from collections.abc import Callable


class RowsOut(serializers.Serializer[Any]):
    """Plain values, of which there are many.

    REST framework asks of every field of every row where its value is, and whether that is a relation or a method. Here
    every field says it by its `source`: an attribute, none of them callable, or the whole row.
    """

    @cached_property
    def _columns(self) -> list[tuple[str, Callable[[Any], Any], Callable[[Any], Any]]]:
        """Name, what reads the value off a row, and what writes it."""
        return [
            (name, _itself if field.source == "*" else attrgetter(field.source or name), _writes(field))
            for name, field in self.fields.items()
            if not field.write_only
        ]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """What the field of each name makes of its value; nothing is made of `None`."""
        return {
            name: None if (value := read(instance)) is None else write(value) for name, read, write in self._columns
        }


# Fields that write what a type of Python makes of a value; that is called without a method of ours between.
PLAIN: Final[dict[type, Callable[[Any], Any]]] = {serializers.FloatField: float, serializers.CharField: str}


def _writes(field: Any) -> Callable[[Any], Any]:
    if type(field) is serializers.ChoiceField and all(isinstance(choice, str) for choice in field.choices):
        return str
    writes: Callable[[Any], Any] = PLAIN.get(type(field), field.to_representation)
    return writes


def _itself(row: Any) -> Any:
    return row


def values_of(row: Any) -> dict[str, Any]:
    """The values of a dataclass with slots by name; `asdict` copies each of them."""
    return {name: getattr(row, name) for name in row.__slots__}
