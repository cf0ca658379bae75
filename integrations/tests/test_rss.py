"""Feeds of every kind and malice: what becomes of them, and that nothing in them acts."""

from __future__ import annotations

import gzip
import json
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import pytest

from integrations import sync
from integrations.feeds import MOST_ENTRIES, NoFeed, read_feed
from integrations.models import SyncRun, SyncStatus, SyncTrigger
from integrations.problems import Problem
from integrations.providers.rss import Rss
from integrations.tests.github_stub import Reply
from social.elsewhere import KEPT
from social.models import FeedItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from integrations.tests.github_stub import Stub

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
HERE = "https://x.example/feed.xml"


def rss(items: Iterable[str], *, head: str = "") -> bytes:
    return f'{head}<rss version="2.0"><channel><title>Notes</title>{"".join(items)}</channel></rss>'.encode()


def item(name: str = "moss", *, guid: str = "", date: str = "Mon, 15 Jun 2026 08:00:00 GMT", more: str = "") -> str:
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    number = f'<guid isPermaLink="false">{guid}</guid>' if guid else ""
    return f"<item><title>{name}</title><link>https://x.example/{name}</link>{number}{dated}{more}</item>"


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_rss_atom_and_json_say_the_same() -> None:
    atom = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title><entry><id>1</id><title>moss</title>'
        b'<link href="https://x.example/moss"/><updated>2026-06-15T08:00:00Z</updated></entry></feed>'
    )
    told = {"id": "1", "title": "moss", "url": "/moss", "date_published": "2026-06-15T08:00:00Z"}
    as_json = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Notes", "items": [told]}).encode()
    first, *others = [read_feed(body, url=HERE) for body in (rss([item()]), atom, as_json)]
    assert first.title == "Notes"
    assert (first.entries[0].title, first.entries[0].url) == ("moss", "https://x.example/moss")
    assert first.entries[0].published_at == datetime(2026, 6, 15, 8, tzinfo=UTC)
    assert all(one == first for one in others)


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "iso-8859-1"),
        ("windows-1252", ""),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
    ],
)
def test_every_encoding_is_read(encoding: str, named: str) -> None:
    head = f'<?xml version="1.0" encoding="{named}"?>' if named else ""
    body = rss([item("blüte")], head=head).decode().encode(encoding)
    assert read_feed(body, url=HERE).entries[0].title == "blüte"


@pytest.mark.parametrize(
    "title",
    [
        "safe<![CDATA[<script>alert(1)</script>]]>",
        "safe&lt;script&gt;alert(1)&lt;/script&gt;",
        "safe&lt;img src=x onerror=alert(1)&gt;",
        "safe&lt;iframe src='https://x'&gt;&lt;/iframe&gt;",
        "safe\u202e",
    ],
)
def test_markup_and_marks_are_no_part_of_a_title(title: str) -> None:
    body = rss([f"<item><title>{title}</title><link>https://x.example/1</link></item>"])
    assert read_feed(body, url=HERE).entries[0].title == "safe"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[", "x" * 900]
)
def test_a_link_that_is_no_page_is_left_out(link: str) -> None:
    body = rss([f"<item><title>moss</title><link>{link}</link></item>"])
    assert read_feed(body, url=HERE).entries[0].url in ("", "https://x.example/")


@pytest.mark.parametrize("link", ["/moss", "moss", "//x.example/moss", "../moss"])
def test_links_are_followed_from_the_feeds_own_address(link: str) -> None:
    body = rss([f"<item><title>moss</title><link>{link}</link></item>"])
    assert read_feed(body, url=HERE).entries[0].url == "https://x.example/moss"


BOMBS = {
    "a billion laughs": b'<!DOCTYPE rss [<!ENTITY a "'
    + b"x" * 1000
    + b'">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 100) for n in range(8))
    + b"]>"
    + rss(["<item><title>&i;</title></item>"]),
    "one large entity many times": b'<!DOCTYPE rss [<!ENTITY a "'
    + b"x" * 100_000
    + b'">]>'
    + rss(["<item><title>" + "&a;" * 100_000 + "</title></item>"]),
    "a foreign DTD": b'<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/x.dtd">' + rss([item()]),
    "a file as an entity": b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    + rss(["<item><title>moss &a;</title></item>"]),
    "deep nesting": b"<rss><channel>" + b"<a>" * 200_000,
    "no end": b'<rss version="2.0"><channel><item><title>' + b"x" * 5_000_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_would_grow_without_end_is_small_and_quick(name: str) -> None:
    began = time.process_time()
    try:
        told = read_feed(BOMBS[name], url=HERE)
    except NoFeed:
        pass
    else:
        assert sum(len(entry.title) for entry in told.entries) < 6_000_000
        assert "root:" not in str(told)
    assert time.process_time() - began < 20


def test_of_a_feed_of_a_hundred_thousand_entries_the_first_are_read() -> None:
    body = rss(item(f"post-{number}") for number in range(100_000))
    began = time.process_time()
    told = read_feed(body, url=HERE)
    assert len(told.entries) == MOST_ENTRIES
    assert told.entries[0].title == "post-0"
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"{", b"<html><p>Hello</p></html>", b"\x00\x01", b'{"version": 5}']
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(NoFeed):
        read_feed(body, url=HERE)


@pytest.mark.parametrize(
    ("encoding", "why"), [("undefined", "names an encoding that is none"), ("utf\0", "cannot be read: embedded null")]
)
def test_why_a_body_is_no_feed_is_told_truly(encoding: str, why: str) -> None:
    body = rss([item()], head=f'<?xml version="1.0" encoding="{encoding}"?>')
    with pytest.raises(NoFeed, match=why):
        read_feed(body, url=HERE)


def test_entries_that_share_an_address_are_told_apart_by_their_numbers() -> None:
    both = [
        f'<item><title>{n}</title><link>https://x.example/</link><guid isPermaLink="false">{n}</guid></item>'
        for n in "ab"
    ]
    assert len({entry.external_id for entry in read_feed(rss(both), url=HERE).entries}) == 2


# --- Keeping ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def feed(stub: Stub, settings: Settings, time_machine: TimeMachineFixture) -> str:
    """The address of a feed on loopback that may be asked."""
    time_machine.move_to(NOW, tick=False)
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.1/32")]
    settings.RSS_FEEDS = [f"{stub.url}/feed.xml"]
    settings.RSS_RATE_LIMIT = 10_000
    return f"{stub.url}/feed.xml"


def synced() -> SyncRun:
    run = sync.request(provider=Rss(), trigger=SyncTrigger.COMMAND, now=NOW)
    return sync.perform(run, provider=Rss())


def serve(stub: Stub, body: bytes, **headers: str) -> None:
    stub.on("/feed.xml", Reply(body, headers={"Content-Type": "application/rss+xml", **headers}))


@pytest.mark.django_db
def test_what_is_read_is_kept_once_with_what_it_speaks_of(stub: Stub, feed: str) -> None:
    serve(
        stub, rss([item(more="<category>django</category><description>On postgres, and how to go on.</description>")])
    )
    run = synced()
    assert (run.status, run.counts["posts"]) == (SyncStatus.SUCCEEDED, 1)
    kept = FeedItem.objects.get()
    assert (kept.source, kept.feed, kept.title, kept.written) == ("rss", feed, "moss", False)
    assert kept.technologies == ["Django", "PostgreSQL"]
    assert synced().counts["posts"] == 0


@pytest.mark.django_db
def test_a_feed_that_numbers_anew_tells_nothing_twice_and_a_new_title_is_taken_over(stub: Stub, feed: str) -> None:
    serve(stub, rss([item(guid="1")]))
    synced()
    serve(stub, rss([item(guid="2").replace("<title>moss", "<title>Moss, again")]))
    assert synced().counts["changed"] == 1
    assert FeedItem.objects.get().title == "Moss, again"


@pytest.mark.django_db
def test_an_empty_feed_deletes_nothing(stub: Stub, feed: str) -> None:
    serve(stub, rss([item()]))
    synced()
    for nothing in (rss([]), b""):
        serve(stub, nothing)
        synced()
        assert FeedItem.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("date", ["", "soon", "Mon, 15 Jun 2099 08:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_date_that_cannot_be_believed_is_the_hour_it_was_first_seen(
    stub: Stub, feed: str, date: str, time_machine: TimeMachineFixture
) -> None:
    serve(stub, rss([item(date=date)]))
    synced()
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    synced()
    kept = FeedItem.objects.get()
    assert (kept.published_at, kept.is_dated) == (NOW, False)


@pytest.mark.django_db
def test_what_is_older_than_any_trend_is_not_kept(stub: Stub, feed: str) -> None:
    serve(stub, rss([item(date=f"{NOW - KEPT - timedelta(days=1):%a, %d %b %Y %H:%M:%S} GMT")]))
    assert synced().counts["posts"] == 0


@pytest.mark.django_db
def test_one_feed_that_is_broken_stops_no_other(stub: Stub, feed: str, settings: Settings) -> None:
    settings.RSS_FEEDS = [f"{stub.url}/page", f"{stub.url}/gone", feed]
    stub.on("/page", Reply(b"<html>Hello</html>"))
    serve(stub, rss([item()]))
    run = synced()
    assert (run.status, FeedItem.objects.count()) == (SyncStatus.PARTIAL, 1)
    assert "is no feed" in run.error


@pytest.mark.django_db
def test_a_private_feed_that_is_broken_is_named_without_its_key(stub: Stub, feed: str, settings: Settings) -> None:
    settings.RSS_FEEDS = [f"{stub.url}/private?token=a-secret-key&page=1"]
    run = synced()
    assert f"{stub.url}/private?token=…&page=1" in run.error
    assert "a-secret-key" not in run.error


@pytest.mark.django_db
def test_a_feed_behind_the_wall_is_refused_in_words(stub: Stub, feed: str, settings: Settings) -> None:
    settings.OUTGOING_ALLOWED_NETWORKS = []
    run = synced()
    assert "is not in the open internet" in run.error
    assert stub.requests == []


@pytest.mark.django_db
def test_a_bomb_of_gzip_is_stopped(stub: Stub, feed: str) -> None:
    serve(stub, gzip.compress(b"<rss>" + b" " * (26 * 1024 * 1024)), **{"Content-Encoding": "gzip"})
    assert "more than 25 MB" in synced().error


@pytest.mark.django_db
def test_the_owners_own_sites_are_written(stub: Stub, feed: str, settings: Settings) -> None:
    settings.RSS_FEEDS, settings.RSS_OWN_FEEDS = [], [feed]
    serve(stub, rss([item()]))
    synced()
    assert FeedItem.objects.get().written


@pytest.mark.django_db
def test_a_check_names_the_feeds_and_what_is_none(stub: Stub, feed: str) -> None:
    serve(stub, rss([item()]))
    assert sync.check(Rss()) == "1 feed can be read: Notes."
    serve(stub, b"<html></html>")
    with pytest.raises(Problem, match="is no feed"):
        sync.check(Rss())


def test_a_feed_that_did_not_change_is_not_sent_again(stub: Stub, feed: str, db: Any) -> None:
    serve(stub, rss([item()]), ETag='"1"')
    stub.routes["/feed.xml"] = lambda request: (
        Reply(b"", 304) if "if-none-match" in request.headers else Reply(rss([item()]), headers={"ETag": '"1"'})
    )
    synced()
    synced()
    assert [request.status for request in stub.requests] == [200, 304]
    assert FeedItem.objects.count() == 1
