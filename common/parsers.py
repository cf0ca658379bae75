"""Request bodies: JSON that may be hostile, refused with a clear error before it reaches anything.

Two readers of the same bytes: our own API is strict with them, and addresses of foreign protocols take what they can.
"""

from __future__ import annotations

import json
import math
import re
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import IO, TYPE_CHECKING, Any, Final

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

from common.permissions import is_owner
from common.text import storable

if TYPE_CHECKING:
    from collections.abc import Mapping

KILOBYTE: Final = 1024
PUBLIC_BODY: Final = 64 * KILOBYTE  # bytes that anybody may send; a view that takes more says so as `body_limit`
OWNER_BODY: Final = 3 * 1024 * KILOBYTE
MAX_DEPTH: Final = 32  # no request of ours nests deeper than a handful
MAX_ITEMS: Final = 50_000  # a megabyte of `{}` would become a hundred of dictionaries
MAX_NUMBER: Final = 2**53  # beyond it, JSON numbers do not survive a browser
MAX_DIGITS: Final = 17
PARSES_AT_ONCE: Final = 4  # what a parse allocates, it keeps until it is done

_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)  # the last one may be unfinished
_turns = BoundedSemaphore(PARSES_AT_ONCE)


class BodyTooLarge(APIException):
    """A body over what this sender may send here."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = "The body of this request is larger than is taken here."


class StrictJSONParser(BaseParser):
    """Parses UTF-8 JSON.

    Raises `BodyTooLarge` (413), and `ParseError` (400) for what is malformed, too deep, too much, out of range or
    unstorable.
    """

    media_type = "application/json"
    most_items = MAX_ITEMS

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = _limit(parser_context or {})
        with _turns:
            raw = stream.read(limit + 1)
            if len(raw) > limit:
                raise BodyTooLarge
            return self.load(raw)

    def load(self, raw: bytes) -> Any:
        """The value in `raw`. Raises `ParseError`."""
        return load_json(raw)


class ForeignJSONParser(StrictJSONParser):
    """Parses what a foreign protocol sends, so that one bad value spoils nothing beside it.

    A number that nothing can hold becomes null, for whoever reads the item to refuse, and text is made storable.
    """

    takes_nul = True  # in a text, and leaves it out; some protocols refuse the whole instead

    def load(self, raw: bytes) -> Any:
        """The value in `raw`. Raises `ParseError` for what is malformed, too deep or too much."""
        value = _decode(
            raw,
            number=_number_or_none,
            fraction=_fraction_or_none,
            constant=lambda _name: None,
            most=self.most_items,
        )
        if not self.takes_nul and rb"\u0000" in raw:
            _refuse_nul(value)
        return _storable(value)


def load_json(raw: bytes) -> Any:
    """The value in `raw`. Raises `ParseError` as `StrictJSONParser` does."""
    value = _decode(raw, number=_number, fraction=_fraction, constant=_no_constant, pairs=_each_name_once)
    _check(value)
    return value


def load_json_of_items(raw: bytes) -> Any:
    """The value in `raw`, for whoever judges it item by item: text is as it came, and a number too large is infinite.

    Raises `ParseError` for what is malformed, too deep or too much.
    """
    return _decode(raw, number=_number_or_infinity, fraction=float, constant=_no_constant)


def _limit(context: Mapping[str, Any]) -> int:
    """Bytes that the sender may send to this view."""
    own: int = getattr(context.get("view"), "body_limit", PUBLIC_BODY)
    return max(own, OWNER_BODY) if "request" in context and is_owner(context["request"]) else own


def _decode(raw: bytes, *, number: Any, fraction: Any, constant: Any, pairs: Any = None, most: int = MAX_ITEMS) -> Any:
    if _has_more_items(raw, most):
        raise ParseError(f"JSON may have {most} items at most.")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            parse_int=number,
            parse_float=fraction,
            parse_constant=constant,
            object_pairs_hook=pairs,
        )
    except RecursionError as error:
        raise ParseError(f"JSON may nest {MAX_DEPTH} levels deep at most.") from error
    except UnicodeDecodeError as error:
        raise ParseError("The body is not UTF-8.") from error
    except ValueError as error:
        raise ParseError(f"The body is not valid JSON: {error}.") from error
    if _is_deeper(value, MAX_DEPTH):
        raise ParseError(f"JSON may nest {MAX_DEPTH} levels deep at most.")
    return value


def _has_more_items(raw: bytes, most: int) -> bool:
    """Counted by the marks between values, before any value is made."""

    def marks(text: bytes) -> int:
        return text.count(b",") + text.count(b"[") + text.count(b"{")

    return marks(raw) > most and marks(_STRING.sub(b"", raw)) > most


def _is_deeper(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_is_deeper(item, levels - 1) for item in inner)


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a name that stands twice, whoever looked before us may have read the other value."""
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _number(digits: str) -> int:
    if (number := _number_or_none(digits)) is None:
        raise ValueError("a number is too large")
    return number


def _number_or_none(digits: str) -> int | None:
    return int(digits) if len(digits) <= MAX_DIGITS and abs(int(digits)) <= MAX_NUMBER else None


def _number_or_infinity(digits: str) -> float:
    number = _number_or_none(digits)
    return math.inf if number is None else number


def _fraction(digits: str) -> float:
    if (fraction := _fraction_or_none(digits)) is None:
        raise ValueError("a number is too large")
    return fraction


def _fraction_or_none(digits: str) -> float | None:
    return fraction if math.isfinite(fraction := float(digits)) else None


def _check(value: Any) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, list):
        for item in value:
            _check(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_text(key)
            _check(item)


def _check_text(text: str) -> None:
    _refuse_nul(text)
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ParseError("Text may not contain lone surrogates.")


def _refuse_nul(value: Any) -> None:
    if isinstance(value, str) and "\x00" in value:
        raise ParseError("Text may not contain the NUL character.")
    for inner in (*value, *value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ():
        _refuse_nul(inner)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): _storable(item) for key, item in value.items()}
    return value
