"""Request bodies: JSON that may be hostile, refused with a clear error before it reaches anything."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_DEPTH = 32  # no request of ours nests deeper than a handful
MAX_NUMBER = 2**53  # beyond it, JSON numbers do not survive a browser


class StrictJSONParser(BaseParser):
    """Parses UTF-8 JSON. Raises `ParseError` (400) for what is malformed, too deep, out of range or unstorable."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return load_json(stream.read())


def load_json(raw: bytes) -> Any:
    """The value in `raw`. Raises `ParseError` as `StrictJSONParser` does."""
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_no_constant, parse_int=_number)
    except RecursionError as error:
        raise ParseError(f"JSON may nest {MAX_DEPTH} levels deep at most.") from error
    except UnicodeDecodeError as error:
        raise ParseError("The body is not UTF-8.") from error
    except ValueError as error:
        raise ParseError(f"The body is not valid JSON: {error}.") from error
    _check(value, MAX_DEPTH)
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _number(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > MAX_NUMBER:
        raise ValueError("a number is too large")
    return int(digits)


def _check(value: Any, depth: int) -> None:
    if depth == 0:
        raise ParseError(f"JSON may nest {MAX_DEPTH} levels deep at most.")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth - 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key)
            _check(item, depth - 1)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise ParseError("Text may not contain the NUL character.")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ParseError("Text may not contain lone surrogates.")
