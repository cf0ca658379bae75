"""ListenBrainz over real HTTP, answers after https://listenbrainz.readthedocs.io."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.utils import timezone

from integrations import registry, sync
from integrations.models import SyncRun, SyncStatus, SyncTrigger
from integrations.tests.github_stub import Reply
from integrations.tests.music_stub import listening_on, reccobeats
from integrations.tests.scheduled import turn
from weather.models import MusicMoment

if TYPE_CHECKING:
    from pytest_django import Settings

    from integrations.tests.github_stub import Stub

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
HOME = "/1/user/ada"
RECORDING = "d7d5b3e6-7b4a-4f9e-9f4f-6d6f3c1d2e5a"


@pytest.fixture(autouse=True)
def connected(stub: Stub, settings: Settings) -> None:
    listening_on(stub, settings)
    settings.LISTENBRAINZ_USERNAME = "ada"
    stub.on(f"{HOME}/playing-now", listens())
    stub.on(f"{HOME}/listens", listens())
    stub.on("/1/metadata/recording/", Reply({}))


def listen(title: str = "Slow Moss", at: datetime | None = None, **info: Any) -> dict[str, Any]:
    metadata = {"artist_name": "Fern & Lichen", "track_name": title, "additional_info": info}
    return {"track_metadata": metadata, **({"listened_at": int(at.timestamp())} if at else {"playing_now": True})}


def listens(*found: dict[str, Any]) -> Reply:
    return Reply({"payload": {"count": len(found), "listens": list(found), "user_id": "ada"}})


def sync_now() -> SyncRun:
    provider = registry.provider("listenbrainz")
    run = sync.request(provider=provider, trigger=SyncTrigger.OWNER, now=timezone.now())
    return sync.perform(run, provider=provider)


def test_what_plays_is_one_play_for_as_long_as_it_plays_and_in_the_list_after(stub: Stub) -> None:
    stub.on(f"{HOME}/playing-now", listens(listen()), listens(listen()), listens(listen()), listens())
    stub.on(f"{HOME}/listens", listens(), listens(), listens(), listens(listen(at=NOON - timedelta(minutes=1))))

    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(4):
            assert sync_now().status == SyncStatus.SUCCEEDED
            clock.shift(180)

    moment = MusicMoment.objects.get()
    assert (moment.title, moment.artist, moment.is_playing) == ("Slow Moss", "Fern & Lichen", False)
    assert moment.played_at == NOON


def test_a_play_heard_live_is_the_one_of_the_list_that_names_its_recording(stub: Stub) -> None:
    mapped = listen(at=NOON - timedelta(minutes=1))
    mapped["track_metadata"]["mbid_mapping"] = {"recording_mbid": RECORDING}
    stub.on(f"{HOME}/playing-now", listens(listen()), listens())
    stub.on(f"{HOME}/listens", listens(), listens(mapped))
    stub.on("/1/metadata/recording/", Reply({RECORDING: {"tag": {"recording": [{"tag": "folk", "count": 4}]}}}))

    with time_machine.travel(NOON, tick=False) as clock:
        sync_now()
        clock.shift(180)
        sync_now()

    moment = MusicMoment.objects.get()
    assert (moment.recording_id, moment.genres, moment.features_source) == (RECORDING, ["folk"], "genres")


def test_the_list_is_asked_from_the_newest_known_listen_on(stub: Stub) -> None:
    stub.on(f"{HOME}/listens", listens(listen(at=NOON), listen("Older", NOON - timedelta(hours=1))), listens())

    sync_now()
    sync_now()
    sync_now()

    assert MusicMoment.objects.count() == 2
    assert [request.query.get("min_ts") for request in stub.asked(f"{HOME}/listens")] == [
        None,
        *[str(int(NOON.timestamp()))] * 2,
    ]


def test_a_listen_from_the_future_hides_none_before_it(stub: Stub) -> None:
    later, before = listen("Later", NOON + timedelta(days=40)), listen(at=NOON - timedelta(hours=1))
    stub.on(f"{HOME}/listens", listens(later, before))

    with time_machine.travel(NOON, tick=False):
        sync_now()
        sync_now()

    assert [play.title for play in MusicMoment.objects.all()] == ["Slow Moss"]
    assert stub.asked(f"{HOME}/listens")[-1].query["min_ts"] == str(int(NOON.timestamp()))


def test_tags_give_a_coarse_character_and_spotify_ids_a_better_one(stub: Stub) -> None:
    link = "https://open.spotify.com/track/track1?si=x"
    stub.on(f"{HOME}/playing-now", listens(listen(recording_mbid=RECORDING, spotify_id=link, duration_ms=201_000)))
    tags = {
        "artist": [{"tag": "rock", "count": 9}],
        "recording": [{"tag": "seen", "count": 1}, {"tag": "folk", "count": 4}],
    }
    stub.on("/1/metadata/recording/", Reply({RECORDING: {"tag": tags}}))
    stub.on("/v1/audio-features", reccobeats(1, energy=0.44))

    sync_now()
    coarse = MusicMoment.objects.get()
    turn("reccobeats")

    better = MusicMoment.objects.get()
    assert (coarse.genres, coarse.features_source, coarse.duration) == (["folk", "seen"], "genres", 201.0)
    assert (better.energy, better.features_source, better.spotify_id) == (0.44, "reccobeats", "track1")
    assert len(stub.asked("/1/metadata/recording/")) == 1


def test_a_token_goes_along_where_there_is_one(stub: Stub, settings: Settings) -> None:
    settings.LISTENBRAINZ_TOKEN = "secret"

    sync_now()

    assert stub.requests[0].headers["authorization"] == "Token secret"


def test_a_user_nobody_knows_and_a_name_with_a_slash_are_told_in_words(stub: Stub, settings: Settings) -> None:
    settings.LISTENBRAINZ_USERNAME = "../ada"

    run = sync_now()

    assert stub.requests[0].path == "/1/user/..%2Fada/playing-now"
    assert (run.status, run.error_code) == (SyncStatus.FAILED, "not_found")
    assert "LISTENBRAINZ_USERNAME" in run.fix


def test_trouble_with_tags_keeps_what_plays(stub: Stub) -> None:
    stub.on(f"{HOME}/playing-now", listens(listen(recording_mbid=RECORDING)))
    stub.on("/1/metadata/recording/", Reply({"code": 400, "error": "Invalid mbid"}, 400))

    run = sync_now()

    assert run.status == SyncStatus.PARTIAL
    assert "Invalid mbid" in run.error
    assert MusicMoment.objects.get().is_playing


@pytest.mark.parametrize(
    "broken", [{"payload": {}}, {"payload": {"listens": [{"listened_at": 1}]}}, {"payload": {"listens": [{}]}}, []]
)
def test_an_answer_of_another_shape_is_told_and_changes_nothing(stub: Stub, broken: Any) -> None:
    stub.on(f"{HOME}/playing-now", Reply(broken))

    assert sync_now().error_code == "unexpected_answer"
    assert not MusicMoment.objects.exists()


def test_the_connection_is_tested_in_a_sentence(stub: Stub) -> None:
    stub.on(f"{HOME}/listen-count", Reply({"payload": {"count": 12_345}}))

    assert sync.check(registry.provider("listenbrainz")) == "ada has 12,345 listens."


def test_samples_stand_in_without_network(settings: Settings) -> None:
    settings.ENABLE_MOCK_DATA = True

    assert sync_now().status == SyncStatus.SUCCEEDED
    assert MusicMoment.objects.filter(is_playing=True, features_source="genres").count() == 1


def test_null_names_are_no_words_and_cost_nothing_else(stub: Stub) -> None:
    nameless, alone = listen(at=NOON), listen("Field recording", at=NOON - timedelta(minutes=5))
    nameless["track_metadata"] |= {"artist_name": None, "track_name": None}
    alone["track_metadata"]["artist_name"] = None
    undated = {**listen("Undated"), "listened_at": None}
    stub.on(f"{HOME}/playing-now", listens(nameless))
    stub.on(f"{HOME}/listens", listens(listen(at=NOON), nameless, alone, undated))
    with time_machine.travel(NOON, tick=False):
        run = sync_now()
    assert (run.status, run.counts["plays"], run.counts["left_out"]) == (SyncStatus.PARTIAL, 2, 2)
    assert set(MusicMoment.objects.values_list("title", "artist")) == {
        ("Slow Moss", "Fern & Lichen"),
        ("Field recording", ""),
    }


def test_a_track_of_known_length_does_not_go_on_for_hours(stub: Stub) -> None:
    stub.on(f"{HOME}/playing-now", listens(listen(duration_ms=240_000)))
    stub.on(f"{HOME}/listens", listens())
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(10):
            sync_now()
            clock.shift(120)
    play = MusicMoment.objects.get()
    assert (play.is_playing, play.heard_at) == (False, NOON + timedelta(minutes=9))
