"""What a scrobbler meets: ListenBrainz's protocol as it is spoken, and its answers as they are known."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from integrations import keys
from integrations.models import ApiKey, Intake
from weather.models import MusicMoment, PastPlay
from weather.music import Shown
from weather.music_selectors import playing_now, trends
from weather.music_services import end_stale_plays, set_sharing

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
HOME = "/api/v1/integrations/listenbrainz/1/"
KEY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def _at_noon(settings: Settings, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)
    settings.LISTENBRAINZ_INTAKE_KEY = KEY
    settings.OWNER_NAME = "Ada"


def listen(minutes_ago: float | None = None, title: str = "Slow Moss", **info: Any) -> dict[str, Any]:
    track = {"artist_name": "Fern & Lichen", "track_name": title, "additional_info": {"duration_ms": 180_000, **info}}
    when = {} if minutes_ago is None else {"listened_at": int((NOW - timedelta(minutes=minutes_ago)).timestamp())}
    return {**when, "track_metadata": track}


def send(client: Client, kind: str, *listens: Any, token: str = f"Token {KEY}", path: str = HOME) -> Any:
    return submit(client, {"listen_type": kind, "payload": list(listens)}, token=token, path=path)


def submit(
    client: Client, said: Any, *, token: str = f"Token {KEY}", path: str = HOME, kind: str = "text/plain"
) -> Any:
    body = said if isinstance(said, str) else json.dumps(said)
    return client.post(f"{path}submit-listens", body, content_type=kind, headers={"Authorization": token})


@pytest.mark.parametrize("address", [f"{HOME}validate-token", f"{HOME}validate-token/", "/1/validate-token"])
def test_a_key_is_valid_or_not_in_the_words_of_listenbrainz(client: Client, address: str) -> None:
    def asked(**more: Any) -> tuple[int, Any]:
        answer = client.get(address, **more)
        return answer.status_code, answer.json()

    valid = {"code": 200, "message": "Token valid.", "valid": True, "user_name": "Ada"}
    assert asked(headers={"Authorization": f"Token {KEY}"}) == (200, valid)
    assert asked(headers={"Authorization": f"token {KEY}"}) == (200, valid)
    assert asked(data={"token": KEY}) == (200, valid)
    wrong = {"code": 200, "message": "Token invalid.", "valid": False}
    assert asked(headers={"Authorization": "Token wrong"}) == (200, wrong)
    assert asked(data={"token": "\u2603"}) == (200, wrong)
    assert asked() == (400, {"code": 400, "error": "You need to provide an Authorization token."})


@pytest.mark.parametrize("path", [HOME, "/1/"])
def test_a_single_listen_is_kept_with_what_it_tells(client: Client, path: str) -> None:
    spotify = "https://open.spotify.com/track/0abc"
    answer = send(client, "single", listen(10, recording_mbid="mb-1", spotify_id=spotify, tags=["folk"]), path=path)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    play = MusicMoment.objects.get()
    assert (play.source, play.title, play.artist, play.duration) == ("scrobbler", "Slow Moss", "Fern & Lichen", 180.0)
    assert (play.recording_id, play.spotify_id, play.genres) == ("mb-1", "0abc", ["folk"])
    assert play.played_at == NOW - timedelta(minutes=10)


def test_the_same_day_sent_thrice_counts_once(client: Client) -> None:
    day = [listen(minutes, f"Song {minutes}") for minutes in range(10, 600, 5)]
    for kind in ("import", "import", "single"):
        for sent in [day] if kind == "import" else [[one] for one in day]:
            assert send(client, kind, *sent).json() == {"status": "ok"}
    assert MusicMoment.objects.count() == len(day)
    assert trends(now=NOW).whole.plays == len(day)


def test_a_play_with_a_title_beyond_all_measure_counts_once_where_two_devices_tell_of_it(client: Client) -> None:
    title = "A Suite in Very Many Movements, " * 20
    for minutes_ago in (10, 9.9):
        assert send(client, "single", listen(minutes_ago, title)).json() == {"status": "ok"}
    assert MusicMoment.objects.count() == 1


def test_what_plays_now_is_the_weathers_music_and_its_listen_is_the_same_play(
    client: Client, time_machine: TimeMachineFixture
) -> None:
    assert send(client, "playing_now", listen()).json() == {"status": "ok"}
    playing = playing_now(now=NOW)
    assert playing
    assert playing.title == "Slow Moss"
    time_machine.move_to(NOW + timedelta(minutes=2), tick=False)
    send(client, "single", listen(0))  # half of it was heard; it began at noon
    assert MusicMoment.objects.count() == 1
    assert playing_now(now=NOW + timedelta(minutes=2)) == playing


def test_what_plays_now_ends_by_itself_with_its_length(client: Client) -> None:
    send(client, "playing_now", listen())
    assert playing_now(now=NOW + timedelta(minutes=3))
    over = NOW + timedelta(minutes=3, seconds=30)
    assert playing_now(now=over) is None
    assert end_stale_plays(now=over) == 1
    assert not MusicMoment.objects.filter(is_playing=True).exists()


def test_the_next_track_ends_the_one_before(client: Client) -> None:
    send(client, "playing_now", listen())
    send(client, "playing_now", listen(title="Quick Fern"))
    assert list(MusicMoment.objects.filter(is_playing=True).values_list("title", flat=True)) == ["Quick Fern"]


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (listen(-10), "future"),
        (listen(60 * 24 * 365 * 40), "before October 2002"),
        ({"listened_at": "never", "track_metadata": {}}, "listen 2"),
        ({"track_metadata": {"track_name": "No time"}}, "`listened_at` is missing"),
        ({"listened_at": 1760000000, "track_metadata": {"artist_name": "No title"}}, "no title"),
        ("nonsense", "listen 2"),
        (None, "listen 2"),
    ],
)
def test_a_broken_listen_is_named_and_the_others_are_kept(client: Client, broken: Any, why: str) -> None:
    answer = send(client, "import", listen(20), broken, listen(10))
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert why in answer.json()["broken"][0]
    assert MusicMoment.objects.count() == 2
    alone = send(client, "import", broken)
    assert (alone.status_code, set(alone.json())) == (400, {"code", "error"})


@pytest.mark.parametrize(
    "said",
    [
        "{",
        "[]",
        "null",
        "7",
        {},
        {"listen_type": "single"},
        {"listen_type": "single", "payload": []},
        {"listen_type": "single", "payload": {}},
        {"listen_type": ["single"], "payload": [{}]},
        {"listen_type": "heard", "payload": [listen(1)]},
        {"listen_type": "single", "payload": [listen(1), listen(5)]},
        {"listen_type": "playing_now", "payload": [listen(), listen()]},
        {"listen_type": "import", "payload": [listen(number) for number in range(1001)]},
        "[" * 5000,
    ],
)
def test_a_submission_of_nothing_is_refused_in_the_shape_of_listenbrainz(client: Client, said: Any) -> None:
    answer = submit(client, said)
    assert answer.status_code == 400
    assert answer.json()["code"] == 400
    assert isinstance(answer.json()["error"], str)
    assert not MusicMoment.objects.exists()


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain", "x/y"])
def test_a_submission_is_read_whatever_its_content_type_and_what_it_does_not_know_is_ignored(
    client: Client, kind: str
) -> None:
    said = {"listen_type": "single", "payload": [{**listen(5), "inserted_at": 1, "user_name": "x"}], "colour": "green"}
    assert submit(client, said, kind=kind).status_code == 200
    assert MusicMoment.objects.count() == 1


@pytest.mark.parametrize("token", ["", "Token", "Token wrong", f"Bearer {KEY}", KEY, "Token \xff"])
def test_without_a_key_nothing_is_taken(client: Client, token: str) -> None:
    answer = send(client, "single", listen(1), token=token)
    assert (answer.status_code, answer.json()["code"]) == (401, 401)
    assert answer["WWW-Authenticate"] == "Token"
    assert not MusicMoment.objects.exists()


def test_no_key_at_all_says_what_to_do(client: Client, settings: Settings) -> None:
    settings.LISTENBRAINZ_INTAKE_KEY = ""
    assert "admin, under Keys" in send(client, "single", listen(1)).json()["error"]


def test_a_key_made_in_the_admin_opens_and_a_signed_in_owner_without_one_does_not(admin_client: Client) -> None:
    key, text = keys.make(intake=Intake.LISTENS, label="phone", now=NOW)
    assert send(admin_client, "single", listen(1), token=f"Token {text}").status_code == 200
    assert ApiKey.objects.get(pk=key.pk).last_used_at == NOW
    assert send(admin_client, "single", listen(9), token="").status_code == 401


def test_a_player_in_a_browser_may_read_the_answer(client: Client) -> None:
    answer = client.get(f"{HOME}validate-token", headers={"Origin": "https://music.example", "Authorization": "x"})
    assert answer["Access-Control-Allow-Origin"] == "https://music.example"


def test_a_past_that_is_longer_ago_than_plays_are_kept_goes_to_the_years(client: Client) -> None:
    years_ago = listen(60 * 24 * 900, "Old Moss")
    for _ in range(2):
        assert send(client, "import", years_ago, listen(10)).json() == {"status": "ok"}
    assert [play.piece.title for play in PastPlay.objects.select_related("piece")] == ["Old Moss"]
    assert MusicMoment.objects.get().title == "Slow Moss"


def test_two_devices_that_tell_of_one_play_count_it_once_and_one_that_was_heard_again_twice(client: Client) -> None:
    for minutes_ago in (20, 19.95, 20.5):  # of three minutes; a second device looks at its clock a little later
        assert send(client, "single", listen(minutes_ago)).status_code == 200
    send(client, "import", listen(20.1, "Slow Moss (feat. Nobody)"), listen(17), listen(20, "Fast Moss"))
    assert [one.title for one in MusicMoment.objects.order_by("played_at", "title")] == [
        "Fast Moss",
        "Slow Moss",
        "Slow Moss",
    ]


@pytest.mark.parametrize("place", ["track_name", "artist_name", "release_name", "additional_info"])
def test_a_nul_is_refused_as_listenbrainz_refuses_it(client: Client, place: str) -> None:
    spoilt = listen(5)
    spoilt["track_metadata"][place] = {"tags": ["a\x00b"]} if place == "additional_info" else "a\x00b"
    answer = send(client, "import", spoilt, listen(9))
    assert (answer.status_code, answer.json()["code"]) == (400, 400)
    assert "NUL character" in answer.json()["error"]
    assert not MusicMoment.objects.exists()
    assert send(client, "single", listen(9, "a\\u0000b")).status_code == 200  # a backslash and six characters


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ("x", "`track_metadata` is missing, or is no object"),
        ({"track_metadata": {"track_name": "x"}}, "`listened_at` is missing"),
        ({"track_metadata": {"track_name": "x"}, "listened_at": "soon"}, "its time is no number of seconds since 1970"),
        ({"track_metadata": {"track_name": ["x"]}, "listened_at": 1760000000}, "`track_name` is one text"),
        (
            {"track_metadata": {"track_name": "x", "additional_info": "y"}, "listened_at": 1760000000},
            "`additional_info` is no object",
        ),
    ],
)
def test_what_is_wrong_with_a_listen_is_said_in_the_protocols_words(client: Client, spoilt: Any, why: str) -> None:
    assert send(client, "single", spoilt).json() == {"code": 400, "error": f"No listen could be read: {why}."}
    assert send(client, "import", spoilt, listen(5)).json() == {"status": "ok", "broken": [f"listen 1: {why}"]}


@pytest.mark.parametrize("length", [{"duration_ms": 1e308}, {"duration": 1e308, "duration_ms": None}])
def test_a_length_beyond_all_calendars_is_not_said(client: Client, length: dict[str, Any]) -> None:
    assert send(client, "single", listen(5, **length)).status_code == 200
    assert send(client, "playing_now", listen(**length)).status_code == 200
    assert set(MusicMoment.objects.values_list("duration", flat=True)) == {None}


TRENDS = "/api/v1/integrations/spotify/trends/"


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (Shown.NOTHING, {}),
        (Shown.MOOD, {"energy": 0.3}),
        (Shown.ARTIST, {"energy": 0.3, "plays": 1}),
        (Shown.TRACK, {"energy": 0.28, "plays": 1}),
    ],
)
def test_the_last_days_are_told_as_far_as_the_owner_shows_them(client: Client, shown: Shown, told: Any) -> None:
    send(client, "single", listen(30))
    MusicMoment.objects.update(energy=0.28, valence=0.55, features_source="spotify")
    set_sharing(shown=shown, now=NOW)
    said = client.get(TRENDS).json()
    assert len(said["days"]) == (7 if told else 0)
    today = said["days"][-1] if told else {}
    assert {key: today[key] for key in ("energy", "plays") if today.get(key) is not None} == told
    assert "Slow Moss" not in json.dumps(said)
    assert (said["artists"] is not None) == (shown in (Shown.ARTIST, Shown.TRACK))
    assert len(client.get(TRENDS, {"days": 30}).json()["days"]) == (30 if told else 0)


@pytest.mark.parametrize("asked", [{"days": 0}, {"days": 91}, {"days": "week"}, {"hours": 3}])
def test_days_that_cannot_be_told_are_refused(client: Client, asked: Any) -> None:
    assert client.get(TRENDS, asked).status_code == 400
