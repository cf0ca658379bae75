"""Spotify, spoken to over real HTTP: what plays, how it is written down, and how the connection is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.utils import timezone

from garden.models import GardenEvent
from garden.vocabulary import EventType
from integrations import oauth, registry, sync
from integrations.models import Account, OutgoingLimit, SyncRun, SyncStatus, SyncTrigger
from integrations.tests.github_stub import Reply
from integrations.tests.music_stub import (
    FEATURES,
    PLAYING,
    RECENT,
    SILENCE,
    features,
    listening_on,
    past,
    playing,
    reccobeats,
    token,
    track,
)
from integrations.tests.scheduled import turn
from weather.models import MusicMoment

if TYPE_CHECKING:
    from pytest_django import Settings

    from integrations.tests.github_stub import Request, Stub

pytestmark = pytest.mark.django_db
MUSIC = ("spotify", "listenbrainz", "lastfm", "reccobeats")
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def account(stub: Stub, settings: Settings) -> Account:
    listening_on(stub, settings)
    connected = Account(provider="spotify", username="ada", token_expires_at=datetime(2099, 1, 1, tzinfo=UTC))
    connected.token, connected.refresh_token = "first", "refresh-first"
    connected.save()
    return connected


def sync_now(slug: str = "spotify") -> SyncRun:
    provider = registry.provider(slug)
    run = sync.request(provider=provider, trigger=SyncTrigger.OWNER, now=timezone.now())
    return sync.perform(run, provider=provider)


def told() -> list[dict[str, object]]:
    return list(GardenEvent.objects.filter(event_type=EventType.MUSIC_CHANGED).values_list("data", flat=True))


# --- What plays -------------------------------------------------------------------------------------------------------


def test_a_playing_track_is_written_down_once_however_often_it_is_seen(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, playing(track(), progress_ms=30_000), playing(track(), progress_ms=92_000))

    with time_machine.travel(NOON, tick=False) as clock:
        assert sync_now().status == SyncStatus.SUCCEEDED
        clock.shift(60)
        sync_now()

    moment = MusicMoment.objects.get()
    assert (moment.title, moment.artist, moment.kind, moment.is_playing) == ("Song 1", "Band 1", "track", True)
    assert moment.played_at == NOON - timedelta(seconds=30)
    assert moment.heard_at == NOON + timedelta(seconds=60)
    assert moment.duration == 200


def test_a_track_that_begins_anew_is_a_second_play(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, playing(track(), progress_ms=190_000), playing(track(), progress_ms=50_000))

    with time_machine.travel(NOON, tick=False) as clock:
        sync_now()
        clock.shift(60)
        sync_now()

    assert [play.is_playing for play in MusicMoment.objects.order_by("played_at")] == [False, True]


def test_an_answer_that_takes_long_is_of_when_it_came(account: Account, stub: Stub) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        stub.on(PLAYING, playing(track(), progress_ms=30_000))
        sync_now()
        clock.shift(60)

        def slowly(_request: Request) -> Reply:
            clock.shift(25)
            return playing(track(), progress_ms=115_000)

        stub.routes[PLAYING] = slowly
        sync_now()

    assert MusicMoment.objects.get().played_at == NOON - timedelta(seconds=30)


def test_a_pause_within_a_track_leaves_one_play(account: Account, stub: Stub) -> None:
    paused = playing(track(), progress_ms=60_000, is_playing=False)
    stub.on(PLAYING, playing(track(), progress_ms=60_000), paused, playing(track(), progress_ms=65_000))

    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(3):
            sync_now()
            clock.shift(60)

    assert MusicMoment.objects.get().is_playing


def test_a_track_whose_progress_stands_still_is_silence_and_one_play(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, playing(track(), progress_ms=30_000), playing(track(), progress_ms=90_000))
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(15):  # the second answer is repeated
            sync_now()
            clock.shift(60)
        moment = MusicMoment.objects.get()
        assert (moment.is_playing, moment.heard_at) == (False, NOON + timedelta(seconds=60))
        stub.on(PLAYING, playing(track(number=2), progress_ms=10_000))
        sync_now()
    assert MusicMoment.objects.get(is_playing=True).title == "Song 2"


def test_a_track_of_which_nobody_says_how_far_it_is_counts_once(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, playing(track(), progress_ms=None))
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(15):
            sync_now()
            clock.shift(60)
    assert MusicMoment.objects.count() == 1


@pytest.mark.parametrize(
    "reply",
    [
        SILENCE,
        playing(track(), is_playing=False),
        playing(None, currently_playing_type="ad"),
        playing(None, currently_playing_type="unknown"),
        playing(track(), device={"is_private_session": True}),
    ],
    ids=["silence", "pause", "advertisement", "nothing told", "private session"],
)
def test_what_is_no_music_for_others_is_silence(account: Account, stub: Stub, reply: Reply) -> None:
    stub.on(PLAYING, playing(track()), reply)

    sync_now()
    run = sync_now()

    assert run.status == SyncStatus.SUCCEEDED
    assert not MusicMoment.objects.get().is_playing
    assert told()[-1] == {"is_playing": False, "mood": "silence"}


def test_an_episode_is_heard_without_a_character(account: Account, stub: Stub) -> None:
    episode = {"type": "episode", "id": "e1", "name": "Of Roots", "duration_ms": 900_000, "show": {"name": "Soil"}}
    stub.on(PLAYING, playing(episode))

    sync_now()

    moment = MusicMoment.objects.get()
    assert (moment.kind, moment.title, moment.artist) == ("episode", "Of Roots", "Soil")
    assert moment.energy is None
    assert not stub.asked(FEATURES)
    assert told() == [
        {
            "source": "spotify",
            "is_playing": True,
            "mood": "unknown",
            "energy": None,
            "valence": None,
            "genre": "",
            "features_source": "",
        }
    ]


def test_a_file_of_the_owners_own_has_no_id_and_is_heard_all_the_same(account: Account, stub: Stub) -> None:
    local = {"type": "track", "id": None, "name": "Demo", "artists": [{"id": None, "name": "Me"}], "is_local": True}
    stub.on(PLAYING, playing(local))

    assert sync_now().status == SyncStatus.SUCCEEDED
    assert sync_now().status == SyncStatus.SUCCEEDED

    moment = MusicMoment.objects.get()
    assert (moment.kind, moment.track_id, moment.spotify_id) == ("local", "Me – Demo", "")
    assert not stub.asked(FEATURES)


def test_an_advertisement_is_silence_even_where_it_looks_like_a_track(account: Account, stub: Stub) -> None:
    advertisement = playing(track(), progress_ms=5_000)
    stub.on(PLAYING, Reply({**advertisement.body, "currently_playing_type": "ad"}))
    assert sync_now().status == SyncStatus.SUCCEEDED
    assert not MusicMoment.objects.exists()


def test_one_odd_play_of_the_past_costs_none_of_the_others(account: Account, stub: Stub) -> None:
    own = {**track(2), "id": None, "artists": [{"id": None, "name": None}]}
    played = [
        {"track": track(1), "played_at": "2026-01-15T11:00:00Z"},
        {"track": own, "played_at": "2026-01-15T11:10:00Z"},
        {"track": None, "played_at": "2026-01-15T11:20:00Z"},
        {"track": track(3), "played_at": None},
    ]
    stub.on(RECENT, Reply({"items": played, "cursors": None}))
    with time_machine.travel(NOON, tick=False):
        run = sync_now()
    assert (run.status, run.counts["left_out"]) == (SyncStatus.PARTIAL, 1)
    assert "play 4" in run.error
    assert set(MusicMoment.objects.values_list("title", "artist", "kind")) == {
        ("Song 1", "Band 1", "track"),
        ("Song 2", "", "local"),
    }


def test_past_plays_fill_what_nobody_saw_and_repeat_nothing(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, playing(track(1), progress_ms=30_000), SILENCE)
    # Song 1 was seen while it played, and ended two minutes and fifty seconds later; song 2 nobody saw.
    stub.on(RECENT, past((track(2), "2026-01-15T11:40:00Z")), past((track(1), "2026-01-15T12:02:50.123Z")))

    with time_machine.travel(NOON, tick=False) as clock:
        sync_now()
        clock.shift(15 * 60)
        sync_now()
        clock.shift(60)
        sync_now()  # the list is not asked for every minute

    assert [(play.title, play.is_playing) for play in MusicMoment.objects.order_by("played_at")] == [
        ("Song 2", False),
        ("Song 1", False),
    ]
    asked = stub.asked(RECENT)
    assert [request.query.get("after") for request in asked] == [None, "1768471200000"]


def test_text_from_the_service_is_cut_and_cleaned(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, playing(track(name="x" * 500 + "\x00", artists=[{"id": "a", "name": "B\x00and"}])))

    assert sync_now().status == SyncStatus.SUCCEEDED

    moment = MusicMoment.objects.get()
    assert (len(moment.title), moment.artist) == (300, "Band")


def test_an_answer_of_another_shape_changes_nothing_and_is_told(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, playing(track()), Reply({"is_playing": True, "item": {"id": 5}}))

    sync_now()
    run = sync_now()

    assert run.error_code == "unexpected_answer"
    assert MusicMoment.objects.get().is_playing


# --- What it is like --------------------------------------------------------------------------------------------------


def test_features_come_from_spotify_where_it_still_tells(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, playing(track()))
    stub.on(FEATURES, features(1))

    run = sync_now()

    moment = MusicMoment.objects.get()
    assert run.counts["described"] == 1
    assert (moment.energy, moment.valence, moment.tempo, moment.features_source) == (0.8, 0.7, 120.0, "spotify")
    assert told()[-1]["mood"] == "joyful"


def test_a_closed_door_is_remembered_and_tried_again_after_a_month(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, playing(track()))
    stub.on("/artists/artist1", Reply({"id": "artist1", "name": "Band 1"}))

    with time_machine.travel(NOON, tick=False) as clock:
        assert sync_now().status == SyncStatus.SUCCEEDED
        clock.shift(60)
        sync_now()
        assert len(stub.asked(FEATURES)) == 1
        clock.shift(31 * 86_400)
        stub.on(PLAYING, playing(track(), progress_ms=40_000))
        sync_now()
    assert len(stub.asked(FEATURES)) == 2


def test_reccobeats_tells_what_spotify_does_not_and_is_asked_once(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, playing(track()))
    stub.on("/v1/audio-features", reccobeats(1))

    with time_machine.travel(NOON, tick=False) as clock:
        first = turn(*MUSIC)
        clock.shift(60)
        second = turn(*MUSIC)

    assert first == {"spotify": "succeeded", "reccobeats": "succeeded"}
    assert "reccobeats" not in second
    assert MusicMoment.objects.get().features_source == "reccobeats"
    assert [request.query["ids"] for request in stub.asked("/v1/audio-features")] == ["track1"]
    assert [data["mood"] for data in told()] == ["unknown", "melancholic"]


def test_genres_stand_in_until_something_better_is_known(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, playing(track()))
    stub.on("/artists/artist1", Reply({"id": "artist1", "genres": ["indie folk"]}))

    sync_now()
    coarse = MusicMoment.objects.get()
    stub.on("/v1/audio-features", reccobeats(1, energy=0.61))
    sync_now("reccobeats")

    assert (coarse.features_source, coarse.energy, coarse.genres) == ("genres", 0.4, ["indie folk"])
    better = MusicMoment.objects.get()
    assert (better.features_source, better.energy, better.genres) == ("reccobeats", 0.61, ["indie folk"])


def test_an_artist_that_is_gone_does_not_keep_the_others_from_being_asked(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, playing(track(2)))
    stub.on(RECENT, past((track(1), "2026-01-15T11:40:00Z")))
    stub.on("/artists/artist2", Reply({"error": {"status": 404, "message": "Resource not found"}}, 404))
    stub.on("/artists/artist1", Reply({"id": "artist1", "genres": ["indie folk"]}))

    with time_machine.travel(NOON, tick=False):
        sync_now()
        sync_now()

    assert MusicMoment.objects.get(title="Song 1").genres == ["indie folk"]
    assert len(stub.asked("/artists/artist2")) == 1


def test_an_artist_without_genres_in_development_mode_is_asked_once(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, playing(track()))
    stub.on("/artists/artist1", Reply({"id": "artist1", "name": "Band 1"}))

    sync_now()
    sync_now()

    assert len(stub.asked("/artists/artist1")) == 1
    assert MusicMoment.objects.get().features_source == ""


def test_a_track_heard_before_is_known_at_once(account: Account, stub: Stub) -> None:
    stub.on(FEATURES, features(1))
    stub.on(PLAYING, playing(track(1)), playing(track(2)), playing(track(1), progress_ms=0))

    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(3):
            sync_now()
            clock.shift(600)

    assert [play.features_source for play in MusicMoment.objects.order_by("played_at")] == ["spotify", "", "spotify"]


def test_trouble_with_features_does_not_hide_what_plays(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, playing(track()))
    stub.on(FEATURES, Reply({"error": {"status": 400, "message": "Bad ids"}}, 400))

    run = sync_now()

    assert run.status == SyncStatus.PARTIAL
    assert "Bad ids" in run.error
    assert MusicMoment.objects.get().is_playing


# --- The connection ---------------------------------------------------------------------------------------------------


def expired() -> Reply:
    return Reply({"error": {"status": 401, "message": "The access token expired"}}, 401)


def test_a_refused_token_is_renewed_once_and_the_question_repeated(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, expired(), playing(track()))
    stub.on("/api/token", token())

    assert sync_now().status == SyncStatus.SUCCEEDED

    account.refresh_from_db()
    assert account.token == "second"
    assert account.refresh_token == "refresh-first"  # none came, so the old one stays
    assert [request.headers["authorization"] for request in stub.asked(PLAYING)] == ["Bearer first", "Bearer second"]
    (asked,) = stub.asked("/api/token")
    assert asked.form == {"grant_type": "refresh_token", "refresh_token": "refresh-first", "client_id": "the-garden"}
    assert "authorization" not in asked.headers


def test_a_token_at_its_end_is_renewed_before_it_is_used(account: Account, stub: Stub) -> None:
    Account.objects.update(token_expires_at=timezone.now() + timedelta(seconds=20))
    stub.on("/api/token", token(refresh_token="refresh-second"))

    assert sync_now().status == SyncStatus.SUCCEEDED

    account.refresh_from_db()
    assert (account.token, account.refresh_token) == ("second", "refresh-second")
    assert [request.headers["authorization"] for request in stub.asked(PLAYING)] == ["Bearer second"]


def test_a_token_that_stays_refused_ends_the_run_with_the_way_out(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, expired())
    stub.on("/api/token", token())

    run = sync_now()

    assert (run.status, run.error_code) == (SyncStatus.FAILED, "unauthorized")
    assert "Connect Spotify again" in run.fix
    assert len(stub.asked("/api/token")) == 1


def test_an_ended_connection_asks_the_owner_and_nobody_else_again(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, expired())
    stub.on("/api/token", Reply({"error": "invalid_grant", "error_description": "Refresh token revoked"}, 400))

    run = sync_now()
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        went = turn(*MUSIC)

    account.refresh_from_db()
    assert (run.error, run.status) == ("Spotify has ended the connection.", SyncStatus.FAILED)
    assert "press “Connect”" in run.fix
    assert account.needs_reconnect
    assert "spotify" not in went


def test_a_refresh_token_that_another_process_has_used_up_is_no_end(
    account: Account, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def beaten(*_: object) -> dict[str, str]:
        account.token, account.refresh_token = "theirs", "refresh-theirs"
        account.save()
        return {"error": "invalid_grant"}

    stub.on(PLAYING, expired(), playing(track()))
    monkeypatch.setattr(oauth, "_ask_for_token", beaten)

    assert sync_now().status == SyncStatus.SUCCEEDED
    assert stub.asked(PLAYING)[-1].headers["authorization"] == "Bearer theirs"


def test_a_secret_goes_with_requests_for_tokens(account: Account, stub: Stub, settings: Settings) -> None:
    settings.SPOTIFY_CLIENT_SECRET = "hush"
    stub.on(PLAYING, expired(), SILENCE)
    stub.on("/api/token", token())

    sync_now()

    assert stub.asked("/api/token")[0].headers["authorization"].startswith("Basic ")


def test_a_wrong_client_is_told_in_words(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, expired())
    stub.on("/api/token", Reply({"error": "invalid_client", "error_description": "Invalid client"}, 400))

    run = sync_now()

    assert "Invalid client" in run.error
    assert "SPOTIFY_CLIENT_ID" in run.fix
    account.refresh_from_db()
    assert not account.needs_reconnect


def test_a_pause_of_hours_outlives_a_new_token_and_a_restart(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, Reply({"error": {"status": 429}}, 429, {"Retry-After": "20000"}), playing(track()))

    with time_machine.travel(NOON, tick=False) as clock:
        run = sync_now()
        assert run.next_run_at == NOON + timedelta(seconds=20_000)
        account.token = "another"
        account.save()
        clock.shift(4 * 3600)
        assert turn(*MUSIC) == {}
        assert len(stub.asked(PLAYING)) == 1
        clock.shift(2 * 3600)
        assert turn(*MUSIC)["spotify"] == "succeeded"
    assert "first" not in "".join(OutgoingLimit.objects.values_list("provider", flat=True))


def test_someone_who_is_not_listed_for_the_app_is_told_where_to_go(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, Reply({"error": {"status": 403, "message": "Forbidden"}}, 403))

    run = sync_now()

    assert run.error_code == "forbidden"
    assert "developer.spotify.com" in run.fix


def test_a_token_that_no_key_opens_is_told_in_a_run_and_the_other_players_are_asked(
    account: Account, stub: Stub, settings: Settings
) -> None:
    Account.objects.filter(pk=account.pk).update(token_encrypted=b"of another key")
    settings.LASTFM_API_KEY, settings.LASTFM_USERNAME = "k" * 32, "ada"
    stub.on("/2.0/", Reply({"recenttracks": {"track": []}}))

    went = turn(*MUSIC)

    run = SyncRun.objects.get(provider="spotify")
    assert went == {"spotify": "failed", "lastfm": "succeeded"}
    assert (run.status, run.error_code) == (SyncStatus.FAILED, "credential_unreadable")
    assert "FIELD_ENCRYPTION_KEYS" in run.fix


def test_nothing_is_asked_before_the_account_is_connected(stub: Stub, settings: Settings) -> None:
    listening_on(stub, settings)

    assert turn(*MUSIC) == {}
    assert not stub.requests
    assert not SyncRun.objects.exists()


# --- How often --------------------------------------------------------------------------------------------------------


def test_it_is_asked_every_minute_while_music_plays_and_rarely_after_a_long_silence(
    account: Account, stub: Stub
) -> None:
    stub.on(PLAYING, playing(track()), playing(track(2)), SILENCE)
    asked = []

    with time_machine.travel(NOON, tick=False) as clock:
        for minute in range(60):
            before = len(stub.asked(PLAYING))
            turn(*MUSIC)
            if len(stub.asked(PLAYING)) > before:
                asked.append(minute)
            clock.shift(60)

    # The last track was seen in minute 1.
    assert asked == [0, 1, 2, 3, 4, 5, 7, 9, 11, 13, 15, 17, 19, 24, 29, 34, 39, 44, 49, 54, 59]
    runs = SyncRun.objects.filter(provider="spotify")
    assert runs.count() == 3  # two that heard something new, and the newest quiet one


def test_a_source_that_fails_is_left_alone_for_longer_and_longer(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, Reply({"error": {"status": 403}}, 403))
    ran = []

    with time_machine.travel(NOON, tick=False) as clock:
        for minute in range(100):
            if "spotify" in turn(*MUSIC):
                ran.append(minute)
            clock.shift(60)

    assert ran == [0, 5, 15, 35, 65, 95]


def test_a_track_that_nobody_confirmed_ends_by_itself(account: Account, stub: Stub) -> None:
    stub.on(PLAYING, playing(track()), Reply({"error": {"status": 403}}, 403))

    with time_machine.travel(NOON, tick=False) as clock:
        turn(*MUSIC)
        clock.shift(16 * 60)
        turn(*MUSIC)

    assert not MusicMoment.objects.get().is_playing
    assert told()[-1]["is_playing"] is False


def test_samples_stand_in_without_network(settings: Settings) -> None:
    settings.ENABLE_MOCK_DATA = True
    settings.SPOTIFY_CLIENT_ID = ""

    with time_machine.travel(NOON, tick=False) as clock:
        turn(*MUSIC)
        clock.shift(8 * 60)
        turn(*MUSIC)

    playing_now = MusicMoment.objects.get(source="spotify", is_playing=True)
    assert playing_now.features_source == "spotify"
    assert MusicMoment.objects.filter(source="spotify").count() >= 7
