"""Feeds: whatever a server sends is a feed in plain words, or none."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC
from urllib.parse import urlsplit

import pytest
from hypothesis import given

from garden.text import storable
from integrations.feeds import LARGEST, MOST_ENTRIES, NoFeed, read_feed
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


def test_a_feed_that_is_too_large_is_none() -> None:
    with pytest.raises(NoFeed):
        read_feed(rss(b" " * LARGEST), url=HOME)
