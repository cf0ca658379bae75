"""Payloads of Spotify and ReccoBeats, which lie beside the project: all are understood, and what they say is kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.utils import timezone

from integrations import oauth, registry, sync
from integrations.models import Account, SyncRun, SyncStatus, SyncTrigger
from integrations.problems import Problem
from integrations.providers.base import Payload
from integrations.providers.music import features_of
from integrations.providers.reccobeats import ReccoBeats
from integrations.providers.spotify import PLAYING, RECENT, Spotify, parse_playing
from integrations.tests.github_stub import Reply, Stub, serving
from integrations.tests.music_stub import listening_on
from weather.drafts import FeaturesDraft, PlayDraft
from weather.models import MusicMoment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)

pytestmark = [
    pytest.mark.contract,
    pytest.mark.skipif(not DATA.is_dir(), reason="the recorded data are not beside the project"),
]


def said(name: str) -> Any:
    return json.loads((DATA / name).read_bytes())


def playing(name: str) -> dict[str, Any]:
    """A recorded player, set going: the recordings are of paused ones."""
    return {**said(f"spotify/{name}"), "is_playing": True}


@pytest.fixture
def spotify(settings: Settings) -> Iterator[Stub]:
    with serving() as stub:
        listening_on(stub, settings)
        account = Account(provider="spotify", username="ada", token_expires_at=datetime(2099, 1, 1, tzinfo=UTC))
        account.token, account.refresh_token = "example-access-token", "example-refresh-token"
        account.save()
        yield stub


def sync_now() -> SyncRun:
    provider = registry.provider("spotify")
    run = sync.request(provider=provider, trigger=SyncTrigger.OWNER, now=timezone.now())
    return sync.perform(run, provider=provider)


@pytest.mark.parametrize(
    ("name", "title", "artist", "kind"),
    [
        ("currently-playing.track.json", "Bubbly", "Colbie Caillat", "track"),
        ("currently-playing.track.devmode-2026.json", "Bubbly", "Colbie Caillat", "track"),
        ("player-state.json", "Bubbly", "Colbie Caillat", "track"),
        ("currently-playing.track-minimal.json", None, None, "track"),
        ("currently-playing.episode.json", "The Giant Beastcast: Episode 0", "The Giant Beastcast", "episode"),
    ],
)
def test_every_player_is_understood(name: str, title: str | None, artist: str | None, kind: str) -> None:
    play = parse_playing(playing(name), NOON)

    assert play is not None
    assert play.kind == kind
    assert play.title == (title or said(f"spotify/{name}")["item"]["name"])
    assert play.artist == (artist or said(f"spotify/{name}")["item"]["artists"][0]["name"])
    assert play.duration is not None
    assert play.played_at < NOON
    assert (play.spotify_id == "") == (kind == "episode")


@pytest.mark.parametrize("name", ["currently-playing.track.json", "player-state.json"])
def test_a_paused_player_is_silence(name: str) -> None:
    assert parse_playing(said(f"spotify/{name}"), NOON) is None


def test_every_past_play_is_understood() -> None:
    drafts = Spotify().parse(Payload("ada", "recent", said("spotify/recently-played.json")))

    assert len(drafts) == 20
    assert all(isinstance(draft, PlayDraft) and draft.spotify_id and draft.title and draft.artist for draft in drafts)


def test_features_of_both_sources_are_understood() -> None:
    features = features_of(said("spotify/audio-features.json"))
    asked = ["01K4zKU104LyJ8gMb7227B"]
    (draft,) = ReccoBeats().parse(
        Payload("", "features", {"asked": asked, "said": said("music/reccobeats-audio-features.json")})
    )

    assert features is not None
    assert (features.energy, features.valence, features.tempo) == (0.578, 0.624, 98.002)
    assert isinstance(draft, FeaturesDraft)
    assert draft.features is not None
    assert (draft.features.energy, draft.features.acousticness) == (0.377, 0.817)


@pytest.mark.django_db
def test_a_run_over_the_recorded_answers_keeps_what_they_say(spotify: Stub) -> None:
    spotify.on(PLAYING, Reply(playing("currently-playing.track.devmode-2026.json")))
    spotify.on(RECENT, Reply(said("spotify/recently-played.json")))
    spotify.on("/audio-features", Reply(said("spotify/error.403-forbidden.json"), 403))
    spotify.on("/artists/6aZyMrc4doVtZyKNilOmwu", Reply(said("spotify/artist.json")))

    with time_machine.travel(NOON, tick=False):
        run = sync_now()

    assert run.counts["plays"] == 21
    moment = MusicMoment.objects.get(is_playing=True)
    assert (moment.features_source, moment.genres) == ("genres", ["indie folk", "indie pop"])
    kept = "".join(str(value) for row in MusicMoment.objects.values_list() for value in row)
    assert "scdn.co" not in kept  # no album art


@pytest.mark.django_db
def test_an_artist_of_a_development_app_has_no_genres(spotify: Stub) -> None:
    spotify.on(PLAYING, Reply(playing("currently-playing.track.devmode-2026.json")))
    spotify.on("/artists/6aZyMrc4doVtZyKNilOmwu", Reply(said("spotify/artist.devmode-2026.json")))

    run = sync_now()

    assert run.status == SyncStatus.SUCCEEDED
    assert MusicMoment.objects.get().features_source == ""


@pytest.mark.django_db
@pytest.mark.parametrize("me", ["me.json", "me.devmode-2026.json"])
def test_the_account_is_known_by_its_id(spotify: Stub, me: str) -> None:
    spotify.on("/me", Reply(said(f"spotify/{me}")))

    assert sync.check(registry.provider("spotify")).startswith("Connected as wizzler.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("error.401-expired-token.json", 401, "unauthorized"),
        ("error.403-forbidden.json", 403, "forbidden"),
        ("error.429-rate-limited.json", 429, "rate_limited"),
    ],
)
def test_every_error_is_told(spotify: Stub, name: str, status: int, code: str) -> None:
    headers = {"Retry-After": "7200"} if status == 429 else {}
    spotify.on(PLAYING, Reply(said(f"spotify/{name}"), status, headers))
    spotify.on("/api/token", Reply(said("spotify/token.refresh.json")))

    assert sync_now().error_code == code


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "access", "refresh"),
    [
        ("token.authorization-code.json", "example-access-token-first", "example-refresh-token-first"),
        ("token.refresh.json", "example-access-token-second", "example-refresh-token"),
        ("token.refresh-pkce-rotated.json", "example-access-token-third", "example-refresh-token-third"),
    ],
)
def test_every_token_answer_is_stored(spotify: Stub, name: str, access: str, refresh: str) -> None:
    spotify.on("/api/token", Reply(said(f"spotify/{name}")))

    renewed = oauth.renewed_token(Spotify(), spent="example-access-token", now=NOON)

    account = Account.objects.get()
    assert (renewed, account.token, account.refresh_token) == (access, access, refresh)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "code", "ended"),
    [("token.error-invalid-grant.json", "reconnect", True), ("token.error-invalid-client.json", "refused", False)],
)
def test_a_refused_renewal_says_who_can_help(spotify: Stub, name: str, code: str, ended: bool) -> None:
    spotify.on("/api/token", Reply(said(f"spotify/{name}"), 400))

    with pytest.raises(Problem) as caught:
        oauth.renewed_token(Spotify(), spent="example-access-token", now=NOON)

    assert caught.value.code == code
    assert Account.objects.get().needs_reconnect is ended
