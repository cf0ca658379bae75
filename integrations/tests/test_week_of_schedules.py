"""A week of the schedule in frozen time: every source fails in turn, in every way, and what it had to tell comes in.

By default each source fails in one way; `GREENHOUSE_WEEK=full` has each fail in all five, looked at more closely.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import pytest

from garden.models import Activity
from integrations import connections, http, limits, tasks
from integrations.models import OutgoingLimit, SourceSchedule, SyncRun, SyncStatus
from integrations.schedule import EARLY, FIRST_BACKOFF
from integrations.tests.github_stub import Reply, commit
from integrations.tests.test_openmeteo import ANSWER
from social.models import FeedItem
from weather.models import MusicMoment, SkyObservation

if TYPE_CHECKING:
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from integrations.tests.github_stub import Account, Request, Stub

pytestmark = pytest.mark.django_db
MONDAY: Final = datetime(2026, 6, 15, tzinfo=UTC)
SOURCES: Final[dict[str, str | tuple[str, ...]]] = {  # by how the addresses begin that it is asked at
    "github": ("/users/ada", "/repos", "/repositories"),
    "openmeteo": "/v1/forecast",
    "mastodon": "/api/v1/accounts",
    "bluesky": "/xrpc",
    "listenbrainz": "/1/user",
    "rss": "/feed.xml",
}
HOURS_ASKED_FOR: Final = 3
FAILURES: Final = {
    "500s": Reply({"message": "Oops"}, 500),
    "timeouts": Reply({"message": "x" * 100}, stall=True),
    "429 with words": Reply({}, 429, {"Retry-After": str(HOURS_ASKED_FOR * 3600)}),
    "garbage": Reply(b"<!doctype html><p>Captive portal"),
    "401": Reply({"message": "Bad credentials"}, 401),
}
WINDOW: Final = timedelta(hours=4)  # of one failure
FULL: Final = os.environ.get("GREENHOUSE_WEEK") == "full"
WATCHED: Final = timedelta(hours=1)  # of it, tick by tick; then on to its end
TICK: Final = timedelta(minutes=5 if FULL else 15)
# A minute's rest, then two, four, eight, …; the schedule's own five, ten, twenty and thirty; three attempts in a run.
MOST_REQUESTS: Final = 16


@dataclass
class World:
    """What there is to be told, more of it every hour, and which service fails now."""

    stub: Stub
    ada: Account
    number: int
    failing: str = ""
    how: Reply | None = None
    told: list[datetime] = field(default_factory=list)

    def open(self) -> None:
        """Let every service answer with all that there is, unless it fails."""
        answers = {
            "/v1/forecast": lambda: ANSWER,
            "/api/v1/accounts/lookup": lambda: {"id": "1", "acct": "ada", "statuses_count": len(self.told)},
            "/api/v1/accounts/1/statuses": lambda: [_mastodon(at) for at in reversed(self.told)],
            "/xrpc/app.bsky.feed.getAuthorFeed": lambda: {"feed": [_bluesky(at) for at in reversed(self.told)]},
            "/1/user/ada/playing-now": lambda: {"payload": {"listens": []}},
            "/1/user/ada/listens": lambda: {"payload": {"listens": [_listen(at) for at in reversed(self.told)]}},
            "/feed.xml": lambda: _feed(self.told),
        }
        for path, answer in answers.items():
            self.stub.routes[path] = lambda _request, answer=answer: Reply(answer())  # type: ignore[misc]
        honest = self.stub.reply_to

        def reply_to(request: Request) -> Reply:
            fails = bool(self.failing) and request.path.startswith(SOURCES[self.failing])
            return self.how if self.how and fails else honest(request)

        self.stub.reply_to = reply_to  # type: ignore[method-assign]

    def happens(self, now: datetime) -> None:
        """Something more at each service."""
        self.told.append(now)
        push = commit(1000 + len(self.told), f"{now:%Y-%m-%dT%H:%M:%SZ}")
        self.ada.push(self.number, push, pushed_at=f"{now:%Y-%m-%dT%H:%M:%SZ}")

    def asked(self, since: int) -> Counter[str]:
        """Requests since the one of that number, by source."""
        paths = [request.path for request in self.stub.requests[since:]]
        return Counter(slug for path in paths for slug, begin in SOURCES.items() if path.startswith(begin))


def _mastodon(at: datetime) -> dict[str, Any]:
    number = f"{at:%d%H%M}"
    said = {"id": number, "created_at": at.isoformat(), "visibility": "public", "tags": []}
    return {**said, "url": f"https://mastodon.example/@ada/{number}", "content": f"<p>Toot {number}</p>"}


def _bluesky(at: datetime) -> dict[str, Any]:
    author = {"handle": "ada.example", "labels": []}
    record = {"text": f"Skeet {at:%d%H%M}", "createdAt": at.isoformat()}
    return {"post": {"uri": f"at://did:plc:ada/app.bsky.feed.post/{at:%d%H%M}", "author": author, "record": record}}


def _listen(at: datetime) -> dict[str, Any]:
    track = {"track_name": f"Song {at:%d%H%M}", "artist_name": "Band", "additional_info": {}}
    return {"listened_at": int(at.timestamp()), "track_metadata": track}


def _feed(told: list[datetime]) -> Any:
    items = "".join(
        f"<item><title>News {at:%d%H%M}</title><link>https://news.example/{at:%d%H%M}</link>"
        f"<guid>{at:%d%H%M}</guid><pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for at in reversed(told)
    )
    return f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()


@pytest.fixture
def world(
    ada: Account,
    stub: Stub,
    settings: Settings,
    time_machine: TimeMachineFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    time_machine.move_to(MONDAY, tick=False)
    quick: dict[str, Any] = {"timeouts": http.Timeouts(connect=1, read=0.05), "sleep": lambda _seconds: None}
    monkeypatch.setattr(connections, "Door", partial(http.Door, **quick))
    settings.OPENMETEO_API_URL = settings.LISTENBRAINZ_API_URL = settings.BLUESKY_API_URL = stub.url
    settings.MASTODON_ACCOUNT, settings.MASTODON_API_URL = "ada@mastodon.example", stub.url
    settings.BLUESKY_HANDLE, settings.LISTENBRAINZ_USERNAME, settings.LISTENBRAINZ_TOKEN = "ada.example", "ada", ""
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.1/32")]
    settings.RSS_FEEDS, settings.WEATHER_API_KEY = [f"{stub.url}/feed.xml"], ""
    for slug in SOURCES:
        setattr(settings, f"{slug.upper()}_RATE_LIMIT", 10_000)
    SourceSchedule.objects.exclude(provider__in=SOURCES).update(enabled=False)
    number = ada.add("tool", [commit(1, "2026-06-14T09:00:00Z")])
    world = World(stub, ada, number)
    world.open()
    return world


def tick() -> None:
    tasks.sync_due()
    tasks.run_requested()


def test_a_week_in_which_every_source_fails_in_turn_loses_nothing(
    world: World, time_machine: TimeMachineFixture
) -> None:
    now, ways = MONDAY, list(FAILURES.items())
    world.happens(now)
    tick()
    assert set(SyncRun.objects.values_list("status", flat=True)) == {SyncStatus.SUCCEEDED}
    for place, slug in enumerate(SOURCES):
        for name, reply in ways if FULL else [ways[place % len(ways)]]:
            world.failing, world.how = slug, reply
            begun, end, before = now, now + WINDOW, len(world.stub.requests)
            while now < begun + WATCHED:
                now += TICK
                time_machine.move_to(now, tick=False)
                tick()
            world.happens(now)
            asked = world.asked(before)
            last = SyncRun.objects.filter(provider=slug).order_by("-requested_at")[0]
            assert last.status == (SyncStatus.PARTIAL if slug == "rss" else SyncStatus.FAILED), (slug, name)
            assert last.error, (slug, name)
            assert 0 < asked[slug] <= (1 if name == "429 with words" else MOST_REQUESTS), (slug, name, asked)
            if name == "429 with words":
                assert last.next_run_at
                assert last.next_run_at - last.requested_at == timedelta(hours=HOURS_ASKED_FOR)
            assert not set(_health(SOURCES.keys() - {slug}).values()) - {SyncStatus.SUCCEEDED}, (slug, name)
            world.failing = ""
            time_machine.move_to(now := end, tick=False)
            tick()
            assert _health([slug]) == {slug: SyncStatus.SUCCEEDED}, (slug, name)
        time_machine.move_to(now := MONDAY + timedelta(days=place + 1), tick=False)
        world.happens(now)
        tick()

    titles = list(FeedItem.objects.values_list("source", "title"))
    for source, word in (("mastodon", "Toot"), ("bluesky", "Skeet"), ("rss", "News")):
        assert sorted(title for of, title in titles if of == source) == [f"{word} {at:%d%H%M}" for at in world.told]
    assert sorted(MusicMoment.objects.values_list("title", flat=True)) == [f"Song {at:%d%H%M}" for at in world.told]
    assert Activity.objects.filter(kind="commit").count() == 1 + len(world.told)
    assert SkyObservation.objects.exists()
    assert not OutgoingLimit.objects.exclude(failures=0, open_until=None).exists()
    for slug in SOURCES:
        _was_told_once(list(SyncRun.objects.filter(provider=slug).order_by("requested_at")))


def _health(slugs: Any) -> dict[str, str]:
    """How the newest run of each went."""
    newest = SyncRun.objects.filter(provider__in=slugs).order_by("requested_at").values_list("provider", "status")
    return dict(newest)


def _was_told_once(runs: list[SyncRun]) -> None:
    """Each run ended, none went on beside another, and after each failure a while passed."""
    assert all(run.ended_at for run in runs)
    for before, after in pairwise(runs):
        assert before.ended_at
        assert after.requested_at >= before.ended_at
        if before.status == SyncStatus.FAILED:
            assert after.requested_at - before.requested_at >= FIRST_BACKOFF - EARLY
            assert after.requested_at - before.requested_at >= limits.FIRST_REST
