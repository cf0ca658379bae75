"""From JSON to frozen dataclasses: every key known, every key there, every value of its kind."""

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Look = TypeVar("Look")

HEX = re.compile(r"#[0-9a-f]{6}")


class LooksError(ValueError):
    """The looks have a gap, a word that nobody reads, or a value of another kind; it names the place."""


class Colour(str):
    """'#rrggbb' in sRGB."""

    __slots__ = ()


def read(kind: type[Look], name: str) -> Look:
    """The looks of one file beside this one. Raises `LooksError`."""
    found: Look = made(kind, json.loads(Path(__file__).with_name(f"{name}.json").read_text()), name)
    return found


def made(kind: Any, value: Any, place: str) -> Any:
    """`value` as `kind`: a dataclass, an enum's mapping, a tuple, a colour or a number. Raises `LooksError`."""
    if is_dataclass(kind):
        return _dataclass(kind, value, place)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType:  # "or None": what is there is the other one
        return made(arguments[0], value, place)
    if origin is Mapping:
        return _mapping(arguments[0], arguments[1], value, place)
    if origin is tuple:
        return tuple(made(arguments[0], item, f"{place}[{index}]") for index, item in enumerate(_a(list, value, place)))
    if kind is Colour:
        if not HEX.fullmatch(_a(str, value, place)):
            raise LooksError(f"{place}: {value!r} is no colour")
        return Colour(value)
    if kind is bool:
        return _a(bool, value, place)
    number = _a((int, float) if kind is float else int, value, place)
    if isinstance(number, bool):
        raise LooksError(f"{place}: {value!r} is no number")
    return kind(number)


def snake_case(word: str) -> str:
    """`discSize` as Python writes it."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda letter: f"_{letter[0].lower()}", word)


def _dataclass(kind: Any, value: Any, place: str) -> Any:
    given = {snake_case(key): item for key, item in _a(dict, value, place).items()}
    hints = get_type_hints(kind)
    if unknown := given.keys() - hints.keys():
        raise LooksError(f"{place}: nobody reads {', '.join(sorted(unknown))}")
    needed = {field.name for field in fields(kind) if field.default is MISSING and field.default_factory is MISSING}
    if missing := needed - given.keys():
        raise LooksError(f"{place}: {', '.join(sorted(missing))} is missing")
    return kind(**{key: made(hints[key], item, f"{place}.{key}") for key, item in given.items()})


def _mapping(key_kind: Any, kind: Any, value: Any, place: str) -> Mapping[Any, Any]:
    given = _a(dict, value, place)
    if not issubclass(key_kind, StrEnum):
        return {snake_case(key): made(kind, item, f"{place}.{key}") for key, item in given.items()}
    if set(given) != set(key_kind):
        raise LooksError(f"{place}: its words are {', '.join(key_kind)}")
    return {key_kind(key): made(kind, item, f"{place}.{key}") for key, item in given.items()}


def _a(kind: Any, value: Any, place: str) -> Any:
    if not isinstance(value, kind):
        raise LooksError(f"{place}: {value!r} is of another kind")
    return value
