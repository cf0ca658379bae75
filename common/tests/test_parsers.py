from __future__ import annotations

import json
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from common.parsers import MAX_DEPTH, MAX_ITEMS, ForeignJSONParser, StrictJSONParser, load_json


def test_ordinary_json_passes() -> None:
    assert load_json('{"name": "Ünïcode 🌱", "n": [1, 2.5, null, true]}'.encode()) == {
        "name": "Ünïcode 🌱",
        "n": [1, 2.5, None, True],
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"a": 1, "a": 2}',
        b'[{"a": {"b": 1, "b": 1}}]',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1' + b"0" * 400 + b"}",
        b'{"a": 1e400}',
        b'{"a": -1e309}',
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": "\\ud800"}',
        b"[" * 100_000 + b"]" * 100_000,
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        b'{"a":' * 3000 + b"1" + b"}" * 3000,
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_hostile_json_is_a_clear_error(raw: bytes) -> None:
    with pytest.raises(ParseError):
        load_json(raw)


def test_a_body_of_a_million_items_is_refused_before_any_of_them_is_made() -> None:
    raw = b"[" + b",".join([b"{}"] * 1_000_000) + b"]"
    tracemalloc.start()
    with pytest.raises(ParseError, match="items"):
        load_json(raw)
    assert tracemalloc.get_traced_memory()[1] < 2 * len(raw)
    tracemalloc.stop()


def test_commas_and_brackets_in_text_are_no_items() -> None:
    text = ',[{\\"' * MAX_ITEMS
    assert load_json(b'{"a": "' + text.encode() + b'"}')
    with pytest.raises(ParseError):
        load_json(b'"' + text.encode())  # and an unfinished text ends the counting


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(st.characters()), inner, max_size=5),
)


@given(JSON)
def test_what_a_foreign_protocol_sends_comes_out_as_something_that_can_be_kept_and_sent(value: object) -> None:
    read = ForeignJSONParser().load(json.dumps(value).encode())
    json.dumps(read, allow_nan=False, ensure_ascii=False).encode()


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_does_anything_but_be_read_or_be_refused(raw: bytes) -> None:
    for parser in (StrictJSONParser(), ForeignJSONParser()):
        with suppress(ParseError):
            parser.load(raw)
