"""Answers of the music services as their documentation has them, for a server on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from integrations.tests.github_stub import Reply

if TYPE_CHECKING:
    from pytest_django import Settings

    from integrations.tests.github_stub import Stub

PLAYING, RECENT, FEATURES = "/me/player/currently-playing", "/me/player/recently-played", "/audio-features"
SILENCE = Reply(b"", 204)


def listening_on(stub: Stub, settings: Settings) -> None:
    """Point every music service at the stub."""
    settings.ENABLE_MOCK_DATA = False
    settings.SPOTIFY_CLIENT_ID, settings.SPOTIFY_CLIENT_SECRET = "the-garden", ""
    settings.SPOTIFY_API_URL = settings.SPOTIFY_ACCOUNTS_URL = stub.url
    settings.RECCOBEATS_API_URL = settings.LISTENBRAINZ_API_URL = settings.LASTFM_API_URL = stub.url
    settings.MUSICBRAINZ_API_URL = stub.url
    for name in ("SPOTIFY", "RECCOBEATS", "LISTENBRAINZ", "LASTFM", "MUSICBRAINZ"):
        setattr(settings, f"{name}_RATE_LIMIT", 10_000)
        setattr(settings, f"ENABLE_{name}_INTEGRATION", True)
    settings.LISTENBRAINZ_USERNAME = settings.LISTENBRAINZ_TOKEN = ""
    settings.LASTFM_USERNAME = settings.LASTFM_API_KEY = ""
    stub.on("/me", Reply({"id": "ada"}))
    stub.on(PLAYING, SILENCE)
    stub.on(RECENT, Reply({"items": [], "cursors": None}))
    stub.on(FEATURES, Reply({"error": {"status": 403, "message": "Forbidden"}}, 403))
    stub.on("/v1/audio-features", Reply({"content": []}))
    stub.on("/1/metadata/lookup/", Reply({}))


def track(number: int = 1, **more: Any) -> dict[str, Any]:
    """A track as Spotify shows it to an app in development: without popularity and markets."""
    return {
        "type": "track",
        "id": f"track{number}",
        "name": f"Song {number}",
        "artists": [{"id": f"artist{number}", "name": f"Band {number}"}],
        "duration_ms": 200_000,
    } | more


def playing(item: dict[str, Any] | None, *, progress_ms: int | None = 30_000, **more: Any) -> Reply:
    """What `GET /me/player/currently-playing` says."""
    return Reply({"is_playing": True, "progress_ms": progress_ms, "item": item, "timestamp": 0} | more)


def past(*plays: tuple[dict[str, Any], str]) -> Reply:
    """What `GET /me/player/recently-played` says, newest first."""
    items = [{"track": item, "played_at": at} for item, at in plays]
    return Reply({"items": items, "cursors": {"after": "1768471200000"}})


def features(*tracks: int, energy: float = 0.8, valence: float = 0.7, acousticness: float = 0.1) -> Reply:
    """What `GET /audio-features` says of several tracks."""
    told = {"energy": energy, "valence": valence, "acousticness": acousticness, "tempo": 120.0}
    return Reply({"audio_features": [{"id": f"track{number}", **told} for number in tracks]})


def reccobeats(*tracks: int, energy: float = 0.3, valence: float = 0.3) -> Reply:
    """What ReccoBeats says of several tracks."""
    home = "https://open.spotify.com/track"
    return Reply({"content": [{"href": f"{home}/track{n}", "energy": energy, "valence": valence} for n in tracks]})


def token(access: str = "second", **more: Any) -> Reply:
    """What the token endpoint says."""
    return Reply({"access_token": access, "token_type": "Bearer", "expires_in": 3600} | more)
