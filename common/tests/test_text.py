"""Text of others: what may stay in it, and what shows of it."""

from __future__ import annotations

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from common import validators
from common.text import UNPRINTABLE, is_visible, storable, storable_name

INVISIBLE = [
    "",
    " ",
    "\u200b\u200b",
    "\u200d",
    "\u00ad",
    "\ufeff",
    "\u3164",
    "\u2800 \u2800",
    "\u0301",
    "\t\n",
    "\U000e0041",
]
TURNED = ["moss\u202etxt.exe", "\u200fmoss", "\u2066moss\u2069", "\u061cmoss"]
OBEYED = ["\x1b[31mred\x1b[0m", "\x1b]0;title\x07x", "\x9b2Jx", "a\bb", "a\x7f", "a\x85b"]


@given(st.text(st.characters()))
def test_no_text_keeps_what_databases_terminals_and_readers_trip_over(text: str) -> None:
    clean = storable(text)
    assert not UNPRINTABLE.search(clean)
    clean.encode()
    assert storable(clean) == clean
    assert storable_name(text) == "" or is_visible(storable_name(text))


@pytest.mark.parametrize(
    "text", ["Größe\n\tund Maß", "שלום", "👩\u200d💻 garden", "می\u200cخواهم", "🏴\U000e0067\U000e007f", "e\u0301"]
)
def test_words_of_every_language_and_signs_made_of_several_stay_as_they_are(text: str) -> None:
    assert storable(text) == text
    validators.printable(text)
    assert is_visible(text)


def test_a_terminals_sequences_go_as_a_whole() -> None:
    assert storable("\x1b[1;31mred\x1b[0m") == "red"
    assert storable("\x1b]8;;https://x.example\x1b\\link\x1b]8;;\x1b\\") == "link"
    assert storable("\x1b]0;never ended") == ""


@pytest.mark.parametrize("name", INVISIBLE + TURNED + OBEYED + ["two\nlines", "two\u2028lines"])
def test_a_name_that_would_not_show_or_would_do_more_than_show_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        validators.name(name)


@pytest.mark.parametrize("name", INVISIBLE)
def test_nothing_is_left_of_a_sources_name_that_would_not_show(name: str) -> None:
    assert storable_name(name) == ""


@given(st.characters(categories=["L", "N", "P", "S"]))
def test_a_name_is_seen_by_a_single_sign(sign: str) -> None:
    assert is_visible(sign) or sign in "\u115f\u1160\u2800\u3164\uffa0", unicodedata.name(sign, "?")
