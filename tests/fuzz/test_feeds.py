"""Feeds: whatever a server sends is a feed in plain words, or none."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text import storable
from integrations.feeds import DEEPEST, HEAD, LARGEST, MOST_ENTRIES, NoFeed, plain, read_feed
from tests.effort import counted
from tests.fuzz.mutations import changed_bytes, files
from tests.fuzz.work import not_much_work

pytestmark = pytest.mark.fuzz
MUCH = 100_000  # bytes
HOME = "https://moss.example/feed.xml"
CORPUS = [path.read_bytes() for path in files("feeds")]
ITEM = b"<item><title>One</title><link>https://moss.example/%d</link></item>"
PUMPED = (
    b"<![CDATA[",
    b"<!DOCTYPE x [",
    b"<br ",
    b"<a ",
    b"&amp;",
    b"</p ",
    b"<!--",
    b"]]",
    b"<a><b>",
    b"<div>",
    b"<?x ",
    b"<!x ",
)


def check_feed(body: bytes) -> None:
    """What holds of every body."""
    try:
        feed = read_feed(body, url=HOME)
    except NoFeed:
        return
    assert feed == read_feed(body, url=HOME)
    assert len(feed.entries) <= MOST_ENTRIES
    assert len({entry.external_id for entry in feed.entries}) == len(feed.entries)
    for entry in feed.entries:
        assert re.fullmatch("[0-9a-f]{40}", entry.external_id)
        assert entry.published_at is None or entry.published_at.tzinfo is UTC
        assert not entry.url or urlsplit(entry.url).scheme in ("http", "https")
        for said in (feed.title, entry.title, entry.url, entry.text, *entry.tags):
            assert storable(said) == said


@given(changed_bytes(CORPUS))
def test_every_body_is_a_feed_in_plain_words_or_none(body: bytes) -> None:
    check_feed(body)


def rss(inside: bytes) -> bytes:
    return b'<?xml version="1.0"?><rss version="2.0"><channel><title>Moss</title>' + inside + b"</channel></rss>"


def test_a_feed_of_twice_as_many_entries_takes_twice_as_many_calls_and_one_of_very_many_no_more() -> None:
    def calls(items: int) -> int:
        body = rss(b"".join(ITEM % number for number in range(items)))
        return counted(lambda: read_feed(body, url=HOME))[1]

    calls(1)  # what is made at the first call
    assert calls(100) < 2.5 * calls(50)
    assert calls(20 * MOST_ENTRIES) < 2 * calls(MOST_ENTRIES)


@pytest.mark.parametrize("piece", PUMPED)
@pytest.mark.parametrize("before", [b"", b"<item><description>"])
def test_what_opens_without_end_is_no_more_work_than_its_length(piece: bytes, before: bytes) -> None:
    with not_much_work(), suppress(NoFeed):
        read_feed(rss(before + piece * (MUCH // len(piece))), url=HOME)


@pytest.mark.parametrize("piece", PUMPED)
def test_a_text_of_marks_that_nobody_closes_is_no_more_work_than_its_length(piece: bytes) -> None:
    with not_much_work():
        plain(piece.decode() * (20 * MUCH // len(piece)))


def test_a_feed_that_nests_deeper_than_any_does_is_none() -> None:
    deep = b"<item><description>" + b"<b>" * DEEPEST + b"x" + b"</b>" * DEEPEST + b"</description></item>"
    with pytest.raises(NoFeed):
        read_feed(rss(deep), url=HOME)


@pytest.mark.parametrize("before", [b"", b"<!--" + b" " * HEAD + b"-->"])
def test_what_a_document_declares_never_grows(before: bytes) -> None:
    declared = b"".join(b'<!ENTITY e%d "%s">' % (level, b"&e%d;" % (level - 1) * 9) for level in range(1, 9))
    dtd = b'<!DOCTYPE rss [<!ENTITY e0 "ha">' + declared + b"]>"
    body = b'<?xml version="1.0"?>' + before + dtd + rss(b"<item><title>&e8;</title></item>").partition(b"?>")[2]
    try:
        feed = read_feed(body, url=HOME)
    except NoFeed:
        return
    assert "haha" not in "".join(entry.title + entry.text for entry in feed.entries)


@given(
    st.lists(st.text("ab c", min_size=1).filter(str.strip), min_size=1, max_size=4),
    st.sampled_from(["b", "a", "script2"]),
)
def test_of_html_the_words_are_kept_and_no_tag(words: list[str], tag: str) -> None:
    html = " ".join(f"<{tag} href='x'>{one}</{tag}>" for one in words)
    assert plain(f"<p>{html}</p>") == " ".join(" ".join(words).split())


@given(st.integers(10**8, 4 * 10**9))
def test_an_entry_that_is_told_twice_is_one_and_its_moment_is_in_utc(seconds: int) -> None:
    stamp = datetime.fromtimestamp(seconds, UTC)
    item = b"<item><title>One</title><guid>1</guid><pubDate>" + format_datetime(stamp).encode() + b"</pubDate></item>"
    (entry,) = read_feed(rss(item * 3), url=HOME).entries
    assert (entry.title, entry.published_at) == ("One", stamp)


@pytest.mark.parametrize("encoding", [b"\0", b"\x80", b"x" * 300, b"idna", b"base64", b"undefined", b"utf-7"])
def test_an_encoding_that_is_none_makes_it_a_feed_in_plain_words_or_none(encoding: bytes) -> None:
    check_feed(rss(ITEM % 1).replace(b"?>", b' encoding="' + encoding + b'"?>', 1))


def test_a_feed_that_is_too_large_is_none() -> None:
    with pytest.raises(NoFeed):
        read_feed(rss(b" " * LARGEST), url=HOME)
