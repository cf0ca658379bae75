"""Recorded feeds and posts, real and hostile: they are read, and nothing in them acts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from integrations.feeds import NoFeed, read_feed
from integrations.providers.base import Payload
from integrations.providers.bluesky import Bluesky
from integrations.providers.mastodon import Mastodon
from integrations.providers.x import X

DATA = Path(settings.BASE_DIR).parent / "shared" / "data" / "social"
pytestmark = [
    pytest.mark.contract,
    pytest.mark.skipif(not DATA.is_dir(), reason="the recorded data is not beside the project"),
]
ACTS = ("<script", "<iframe", "onclick", "javascript:", "location.href")
FEEDS = sorted(DATA.glob("feeds/*.*")) if DATA.is_dir() else []
HOSTILE = sorted(DATA.glob("feeds/hostile/*")) if DATA.is_dir() else []


def recorded(name: str) -> Any:
    return json.loads((DATA / name).read_text())


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.name)
def test_a_real_feed_is_read(path: Path) -> None:
    if path.name == "unrecognized.rss":
        with pytest.raises(NoFeed):
            read_feed(path.read_bytes(), url="https://x.example/feed")
        return
    told = read_feed(path.read_bytes(), url="https://x.example/feed")
    assert told.entries or path.name == "incomplete-fields.atom"
    for entry in told.entries:
        assert entry.url == "" or entry.url.startswith(("https://", "http://"))
        assert "<" not in entry.title.replace("<3", "")
    assert len({entry.external_id for entry in told.entries}) == len(told.entries)


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.name)
def test_nothing_in_a_hostile_feed_acts(path: Path) -> None:
    try:
        told = read_feed(path.read_bytes(), url="https://x.example/feed")
    except NoFeed:
        return
    for entry in told.entries:
        for said in (told.title, entry.title, entry.text, entry.url):
            assert not any(one in said.lower() for one in ACTS)


def test_recorded_posts_of_mastodon_are_read() -> None:
    pages = [exchange["response"]["body"] for exchange in recorded("mastodon-account-statuses.recorded.json")]
    posts = [post for page in pages for post in page]
    assert list(Mastodon().parse(Payload("ada", "posts", posts))) == [], "all of them are unlisted"
    for_everyone = [post | {"visibility": "public"} for post in posts]
    titles = [getattr(post, "title", "") for post in Mastodon().parse(Payload("ada", "posts", for_everyone))]
    assert titles == [f"Toot number {number}!" for number in reversed(range(10))]


def test_of_recorded_posts_of_bluesky_only_the_owners_words_to_everyone_are_kept() -> None:
    said = recorded("bluesky-author-feed.json")
    kept = Bluesky().parse(Payload("ada", "posts", said))
    meant = [
        one["post"]["uri"]
        for one in said["feed"]
        if not one.get("reason")
        and not one["post"]["record"].get("reply")
        and not any(label["val"] == "!no-unauthenticated" for label in one["post"]["author"].get("labels", []))
        and one["post"]["record"].get("text", "").strip()
    ]
    assert [getattr(post, "external_id", "") for post in kept] == meant


def test_recorded_posts_of_x_without_a_date_are_kept() -> None:
    kept = X().parse(Payload("ada", "posts", recorded("x-v2-user-tweets.json")))
    assert [getattr(post, "published_at", "") for post in kept] == [None, None]
