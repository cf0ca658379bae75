"""Texts that people write: seeds, posts in Markdown, and the JSON that they come in."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from common.markdown import as_html
from common.parsers import MAX_DEPTH, MAX_NUMBER, ForeignJSONParser, load_json, load_json_of_items
from common.slugs import LONGEST, slug_of
from common.text import is_visible, storable, storable_name
from tests.fuzz.mutations import changed_bytes, changed_text, files
from tests.fuzz.work import not_much_work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.fuzz
any_text = st.text(st.characters(exclude_categories=[]))
ODD = ("\x1b[31mred\x1b[0m", "\x1b]8;;https://x.example\x07link", "\u202eback", "[x](javascript:x) <b onclick=x>")
TEXTS = (*(path.read_text() for path in files("readmes")), *ODD)
BODIES = [path.read_bytes() for folder in ("hooks", "listens", "heartbeats", "visits/bodies") for path in files(folder)]
READERS: dict[str, Callable[[bytes], Any]] = {
    "strict": load_json,
    "of items": load_json_of_items,
    "foreign": ForeignJSONParser().load,
}
HTML = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")
MARKS = ("[", "![", "*a ", "`", "<", "> ", "- ", "|a", "\\", "&#", "[a](<", "~", "1. ", "\t", "[a]: ", "***", "|-|\n")


@given(any_text | changed_text(TEXTS))
def test_what_is_storable_stays_as_it_is_and_can_be_sent(text: str) -> None:
    kept, name = storable(text), storable_name(text, 60)
    kept.encode()
    assert "\0" not in kept
    assert storable(kept) == kept
    assert storable_name(name, 60) == name
    assert len(name) <= 60
    assert is_visible(name) == bool(name)


@given(any_text)
def test_every_name_has_an_address(name: str) -> None:
    slug = slug_of(name, otherwise="plant")
    assert re.fullmatch("[a-z0-9_-]+", slug)
    assert len(slug) <= LONGEST


@given(any_text | changed_text(TEXTS))
def test_markdown_of_any_text_is_html_that_does_nothing(text: str) -> None:
    html = as_html(text, below=2)
    assert "<script" not in html.lower()
    for _closes, tag, attributes in HTML.findall(html):
        assert tag not in ("img", "script", "style", "iframe", "h1", "h2")
        for address in re.findall(r"""\shref="([^"]*)\"""", attributes):
            plain = re.sub(r"[\s\x00-\x1f]", "", unescape(address)).lower()
            assert plain.startswith(("http:", "https:", "mailto:")) or not re.match(r"[a-z][a-z0-9+.-]*:", plain)
        assert re.fullmatch(r"""(?:\s(?:href|title|rel|start)="[^"]*")*\s?/?""", attributes)


@pytest.mark.parametrize("mark", MARKS)
def test_marks_that_nobody_closes_are_no_more_work_than_the_length_of_a_page(mark: str) -> None:
    with not_much_work():
        as_html(mark * (20_000 // len(mark)))


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in (*value, *value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts_in(inner)


@pytest.mark.parametrize("reader", READERS)
@given(raw=changed_bytes(BODIES))
def test_a_body_of_any_bytes_is_json_that_can_be_kept_or_refused(reader: str, raw: bytes) -> None:
    try:
        value = READERS[reader](raw)
    except ParseError as error:
        str(error.detail).encode()
        return
    if reader != "of items":  # which are judged one by one
        for text in texts_in(value):
            text.encode()
            assert "\0" not in text
    if reader == "strict":
        assert load_json(json.dumps(value).encode()) == value
        assert abs(value) <= MAX_NUMBER if isinstance(value, int) else True


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 20_000])
def test_what_nests_without_end_is_refused(reader: str, levels: int) -> None:
    with pytest.raises(ParseError):
        READERS[reader](b"[" * levels + b"]" * levels)
