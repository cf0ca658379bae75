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
from tests.fuzzing import examples

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


UNSTORABLE = ("\0", "\x08", "\x7f", "\x9f", "\ud800", "\udfff", "\u202e", "\u2066", "\u200e", "\u061c", "\uffff")
OBEYED = ("\x1b[31m", "\x1b[2J", "\x9b0K", "\x1b]8;;https://x.example\x07", "\x1b]0;a title\x1b\\")


@pytest.mark.parametrize("odd", [*UNSTORABLE, *OBEYED])
@given(before=st.text("ab é\n", max_size=5), after=st.text("ab é\n", max_size=5))
@examples(10)
def test_what_nobody_should_store_or_obey_leaves_nothing_of_itself(odd: str, before: str, after: str) -> None:
    assert storable(before + odd + after) == before + after
    assert storable(before + odd + after, 3) == (before + after)[:3]


@pytest.mark.parametrize("blank", ["\u115f", "\u2800\u3164", "\uffa0 \u200b", " \t\n", "\u202e", ""])
def test_a_name_of_which_nothing_would_show_is_none(blank: str) -> None:
    assert storable_name(blank) == ""
    assert storable_name(f"{blank}a\n b") in (f"{blank}a b".strip(), "a b")
    assert "\n" not in storable_name(f"{blank}a\n b")


@given(st.text("a ", min_size=60, max_size=70))
def test_a_name_that_is_cut_ends_with_a_letter(name: str) -> None:
    assert storable_name(name, 60) == storable_name(name, 60).strip()
    assert "  " not in storable_name(name, 60)


@given(any_text)
def test_every_name_has_an_address(name: str) -> None:
    slug = slug_of(name, otherwise="plant")
    assert re.fullmatch("[a-z0-9_-]+", slug)
    assert len(slug) <= LONGEST
    assert slug == slug.strip("-")
    assert len(slug_of(f"{'a' * (LONGEST - 1)}-{name}b", otherwise="plant")) <= LONGEST
    assert not slug_of(f"{'a' * (LONGEST - 1)}-{name}b", otherwise="plant").endswith("-")


WRITTEN = (
    ("[a](javascript:x)", "href"),
    ("[a](data:text/html,x)", "href"),
    ("[a](vbscript:x)", "href"),
    ("![a](https://x.example/y.png)", "<img"),
    ("<b onclick=x>a</b>", "<b"),
    ('<a href="/" style="x">a</a>', "<a"),
    ("<script>x</script>", "<script"),
)


@pytest.mark.parametrize(("text", "absent"), WRITTEN)
def test_what_would_do_something_is_not_in_the_html(text: str, absent: str) -> None:
    assert absent not in as_html(text)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=5), st.integers(1, 6))
def test_headings_stand_below_the_one_that_they_are_shown_under(levels: list[int], below: int) -> None:
    html = as_html("\n\n".join(f"{'#' * level} a" for level in levels), below=below)
    shown = [int(level) for level in re.findall("<h([0-9])>", html)]
    assert shown == [min(6, level + below + 1 - min(levels)) for level in levels]


def test_links_tell_nobody_who_reads_and_vouch_for_nothing() -> None:
    assert 'rel="noopener nofollow"' in as_html("[a](https://x.example/)")


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


REFUSED = {
    "strict": [b"NaN", b"[1e999]", b"9007199254740993", b"9" * 5000, b'"\\u0000"', b'{"\\ud800": 1}', b'"\xe9"'],
    "of items": [b"NaN", b"-Infinity", b'"\xe9"', b"[" + b"1," * 50_001 + b"1]"],
    "foreign": [b'"\xe9"', b"[" + b"1," * 50_001 + b"1]", b"{", b""],
}


@pytest.mark.parametrize("reader", READERS)
def test_what_nothing_could_keep_is_refused(reader: str) -> None:
    for raw in REFUSED[reader]:
        with pytest.raises(ParseError):
            READERS[reader](raw)
    assert READERS[reader](json.dumps("," * 60_000).encode()) == "," * 60_000  # marks within a text are none


def test_of_what_is_foreign_what_cannot_be_kept_is_left_out() -> None:
    raw = b'{"a\\u0000\\ud800": "b\\u0000\\ud800", "n": [NaN, 1e999, 9007199254740993, 1]}'
    assert READERS["foreign"](raw) == {"a": "b", "n": [None, None, None, 1]}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 20_000])
def test_what_nests_without_end_is_refused(reader: str, levels: int) -> None:
    with pytest.raises(ParseError):
        READERS[reader](b"[" * levels + b"]" * levels)
