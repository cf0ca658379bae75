"""Last.fm over real HTTP, answers after https://www.last.fm/api."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.utils import timezone

from integrations import registry, sync
from integrations.models import CachedResponse, SyncRun, SyncStatus, SyncTrigger
from integrations.needs import needs
from integrations.tests.github_stub import Reply
from integrations.tests.music_stub import listening_on
from weather.models import MusicMoment
from weather.music import LONGEST

if TYPE_CHECKING:
    from pytest_django import Settings

    from integrations.tests.github_stub import Request, Stub

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
KEY = "0123456789abcdef"


class Methods(dict[str, Reply]):
    """What each method of the one address answers."""

    def __call__(self, request: Request) -> Reply:
        return self.get(request.query["method"], Reply({"error": 6, "message": "Not found"}, 404))


@pytest.fixture
def methods(stub: Stub, settings: Settings) -> Methods:
    listening_on(stub, settings)
    settings.LASTFM_USERNAME, settings.LASTFM_API_KEY = "ada", KEY
    answers = Methods({"user.getrecenttracks": heard()})
    stub.routes["/2.0/"] = answers
    return answers


def scrobble(title: str = "Slow Moss", at: datetime | None = None) -> dict[str, Any]:
    track: dict[str, Any] = {"name": title, "artist": {"#text": "Fern & Lichen", "mbid": ""}, "mbid": ""}
    return track | ({"date": {"uts": str(int(at.timestamp()))}} if at else {"@attr": {"nowplaying": "true"}})


def heard(*tracks: dict[str, Any]) -> Reply:
    return Reply({"recenttracks": {"track": list(tracks), "@attr": {"user": "ada", "total": str(len(tracks))}}})


def sync_now() -> SyncRun:
    provider = registry.provider("lastfm")
    run = sync.request(provider=provider, trigger=SyncTrigger.OWNER, now=timezone.now())
    return sync.perform(run, provider=provider)


def test_a_scrobble_from_the_future_hides_none_before_it(methods: Methods, stub: Stub) -> None:
    methods["user.getrecenttracks"] = heard(scrobble("Later", NOON + timedelta(days=40)))
    with time_machine.travel(NOON, tick=False):
        sync_now()
        sync_now()

    assert not MusicMoment.objects.exists()
    assert stub.requests[-1].query["from"] == str(int(NOON.timestamp()) + 1)


def test_what_plays_and_what_was_heard_are_written_down_once(methods: Methods, stub: Stub) -> None:
    before = NOON - timedelta(minutes=8)
    methods["user.getrecenttracks"] = heard(scrobble(), scrobble("Compile and Bloom", before))
    with time_machine.travel(NOON, tick=False) as clock:
        assert sync_now().counts["plays"] == 2
        clock.shift(120)
        sync_now()
        clock.shift(120)
        methods["user.getrecenttracks"] = heard(scrobble("Slow Moss", NOON - timedelta(seconds=40)))
        sync_now()

    assert [(play.title, play.is_playing) for play in MusicMoment.objects.order_by("played_at")] == [
        ("Compile and Bloom", False),
        ("Slow Moss", False),
    ]
    asked = [request.query for request in stub.requests if request.query["method"] == "user.getrecenttracks"]
    assert [query.get("from") for query in asked] == [None, *[str(int(before.timestamp()) + 1)] * 2]


def test_a_single_track_comes_without_a_list(methods: Methods) -> None:
    methods["user.getrecenttracks"] = Reply({"recenttracks": {"track": scrobble(at=NOON)}})

    assert sync_now().counts["plays"] == 1


def test_tags_that_many_gave_make_a_coarse_character(methods: Methods) -> None:
    methods["user.getrecenttracks"] = heard(scrobble())
    tags = [{"name": "folk", "count": 100}, {"name": "seen live", "count": 60}, {"name": "techno", "count": 2}]
    methods["artist.gettoptags"] = Reply({"toptags": {"tag": tags}})

    sync_now()

    moment = MusicMoment.objects.get()
    assert (moment.genres, moment.features_source, moment.energy) == (["folk", "seen live"], "genres", 0.4)


def test_an_artist_without_tags_is_asked_once(methods: Methods, stub: Stub) -> None:
    methods["user.getrecenttracks"] = heard(scrobble())

    assert sync_now().status == SyncStatus.SUCCEEDED
    sync_now()

    assert len([request for request in stub.requests if request.query["method"] == "artist.gettoptags"]) == 1
    assert MusicMoment.objects.get().features_source == ""


@pytest.mark.parametrize(
    ("reply", "fix"),
    [
        (Reply({"error": 10, "message": "Invalid API key"}, 403), "LASTFM_API_KEY"),
        (Reply({"error": 6, "message": "User not found"}, 404), "LASTFM_USERNAME"),
        (Reply({"error": 6, "message": "User not found"}, 200), "LASTFM_USERNAME"),
        (Reply({"error": 17, "message": "Login: User required to be logged in"}, 403), "Privacy"),
    ],
)
def test_a_refusal_is_told_with_its_fix(methods: Methods, reply: Reply, fix: str) -> None:
    methods["user.getrecenttracks"] = reply

    run = sync_now()

    assert run.status == SyncStatus.FAILED
    assert reply.body["message"] in run.error
    assert fix in run.fix


def test_the_key_stays_out_of_what_is_kept_and_told(methods: Methods) -> None:
    methods["user.getrecenttracks"] = Reply(b"<html>", 500)

    run = sync_now()

    assert KEY not in f"{run.error} {run.fix} {run.step}"
    assert not CachedResponse.objects.filter(url__contains=KEY).exists()


def test_an_answer_of_another_shape_is_told_and_changes_nothing(methods: Methods) -> None:
    methods["user.getrecenttracks"] = Reply({"recenttracks": {"track": [{"name": "x"}]}})

    assert sync_now().error_code == "unexpected_answer"
    assert not MusicMoment.objects.exists()


def test_the_connection_is_tested_in_a_sentence(methods: Methods) -> None:
    methods["user.getinfo"] = Reply({"user": {"name": "ada", "playcount": "12345"}})

    assert sync.check(registry.provider("lastfm")) == "ada has 12,345 scrobbles."


def test_samples_stand_in_without_network(settings: Settings) -> None:
    settings.ENABLE_MOCK_DATA = True

    assert sync_now().status == SyncStatus.SUCCEEDED
    assert MusicMoment.objects.filter(is_playing=True, features_source="genres").count() == 1


def test_one_odd_scrobble_is_counted_and_named_and_the_others_are_kept(methods: Methods, stub: Stub) -> None:
    undated = {"name": "Undated", "artist": {"#text": "Fern & Lichen"}}
    alone = {"name": "Field recording", "artist": None, "date": {"uts": str(int(NOON.timestamp()) - 60)}}
    nameless = {**scrobble(at=NOON - timedelta(minutes=2)), "name": None}
    methods["user.getrecenttracks"] = heard(scrobble(at=NOON), undated, alone, nameless)
    with time_machine.travel(NOON, tick=False):
        run = sync_now()
        assert (run.status, run.counts["plays"], run.counts["left_out"]) == (SyncStatus.PARTIAL, 2, 2)
        assert "scrobble 2 (it has no date); scrobble 4 (it has no title)" in run.error
        assert sync_now().status == SyncStatus.PARTIAL
    assert set(MusicMoment.objects.values_list("title", "artist")) == {
        ("Slow Moss", "Fern & Lichen"),
        ("Field recording", ""),
    }
    assert stub.requests[-1].query["from"] == str(int(NOON.timestamp()) + 1)
    assert [need.title for need in needs(timezone.now()) if "sync" in need.title] == []


def test_an_odd_track_that_plays_does_not_hide_what_was_heard(methods: Methods) -> None:
    methods["user.getrecenttracks"] = heard({**scrobble(), "name": None}, scrobble("Compile and Bloom", NOON))
    run = sync_now()
    assert (run.status, run.counts["plays"]) == (SyncStatus.PARTIAL, 1)
    assert MusicMoment.objects.get().title == "Compile and Bloom"


def test_what_hangs_at_the_service_is_silence_after_the_longest_time_a_piece_may_take(methods: Methods) -> None:
    methods["user.getrecenttracks"] = heard(scrobble())
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(14 * 6):
            sync_now()
            clock.shift(600)
            if timezone.now() <= NOON + LONGEST:
                assert MusicMoment.objects.get().is_playing
        play = MusicMoment.objects.get()
        assert (play.is_playing, play.heard_at) == (False, NOON + LONGEST)
        methods["user.getrecenttracks"] = heard(scrobble("Another"))
        sync_now()
        assert MusicMoment.objects.get(is_playing=True).title == "Another"
