from __future__ import annotations

import pytest
from rest_framework.exceptions import ParseError

from garden.parsers import MAX_DEPTH, load_json


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
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1' + b"0" * 400 + b"}",
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
