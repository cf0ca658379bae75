"""Spotify: what plays now and what was heard lately, and what tracks are like where it still tells.

Audio features are closed to apps made since the end of 2024, and what development apps are told of artists shrank in
2026. Both are asked for once; a door found closed is remembered and tried again a month later.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings

from integrations.items import read_each
from integrations.problems import Limited, Problem
from integrations.providers.base import Connection, Draft, Found, OAuthProvider, Payload, ProviderNeed, Since, Trouble
from integrations.providers.music import Player, features_of, is_within, named, seconds, texts
from weather.drafts import FeaturesDraft, NowDraft, PlayDraft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integrations.http import Http
    from integrations.providers.base import KnownTrack

PLAYING = "/me/player/currently-playing"
RECENT = "/me/player/recently-played"
RECENT_EVERY = timedelta(minutes=10)  # the list of past plays only fills what nobody saw while it played
MOST_RECENT = 50
ARTISTS_A_RUN = 5  # one request each
CLOSED_FOR = timedelta(days=30)
GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)  # an artist that Spotify no longer has, or a whole door
REFUSED = (HTTPStatus.FORBIDDEN, *GONE)


class Spotify(Player, OAuthProvider):
    """The owner's Spotify, connected in the admin."""

    slug = "spotify"
    label = "Spotify"
    gives = "the music that plays and what it is like, and with it the mood"
    docs = "docs/music.md"
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_SPOTIFY_INTEGRATION",
        "SPOTIFY_CLIENT_ID",
        "SPOTIFY_CLIENT_SECRET",
        "SPOTIFY_API_URL",
        "SPOTIFY_ACCOUNTS_URL",
        "SPOTIFY_RATE_LIMIT",
        "SPOTIFY_BURST",
    )
    scopes = ("user-read-currently-playing", "user-read-recently-played")
    authorize_path = "/authorize"
    token_path = "/api/token"  # noqa: S105 -- an address
    sample_name = "ada"
    fixes: ClassVar[Mapping[str, str]] = {
        "unauthorized": "Connect Spotify again: open its account in the admin and press “Connect”.",
        "forbidden": "While its app is in development mode, Spotify answers only people listed there: add yourself at "
        "https://developer.spotify.com/dashboard under Users, or connect again.",
        "rate_limited": "Nothing to do: it is asked again once Spotify allows it.",
    }

    @property
    def base_url(self) -> str:
        return str(settings.SPOTIFY_API_URL)

    @property
    def accounts_url(self) -> str:
        return str(settings.SPOTIFY_ACCOUNTS_URL)

    @property
    def client(self) -> tuple[str, str]:
        return settings.SPOTIFY_CLIENT_ID, settings.SPOTIFY_CLIENT_SECRET

    def missing(self, connection: Connection) -> str:
        if connection.token or (settings.ENABLE_MOCK_DATA and connection.username):
            return ""
        if not settings.SPOTIFY_CLIENT_ID:
            return "SPOTIFY_CLIENT_ID, then press “Connect” on the account in the admin"
        return "up the connection: press “Connect” on the account in the admin"

    def needs(self, connection: Connection) -> Iterator[ProviderNeed]:
        if connection.ended or not settings.SPOTIFY_CLIENT_ID or not self.missing(connection):
            yield from super().needs(connection)
            return
        yield ProviderNeed(
            "Spotify is not connected",
            "The garden's weather can follow your music. Visitors learn of it what you allow, at first the mood alone "
            f"({self.docs}).",
            icon="music_note",
        )

    def headers(self, connection: Connection) -> dict[str, str]:
        return {"Authorization": f"Bearer {connection.token}", "Accept": "application/json"}

    def counted_by(self, connection: Connection) -> str:
        return str(settings.SPOTIFY_CLIENT_ID)  # Spotify counts by app, and tokens change every hour

    def signed_in_as(self, http: Http) -> str:
        return str(http.get("/me").data["id"])

    def check(self, http: Http, connection: Connection) -> str:
        name = http.get("/me").data["id"]
        playing = http.get(PLAYING)
        now = parse_playing(playing.data, playing.at)
        return f"Connected as {name}. {f'{now.title} is playing.' if now else 'Nothing is playing.'}"

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        who = since.connection.username
        since.tell("what plays now", 0, 3)
        answer = http.get(PLAYING)
        yield Payload(who, "now", {"said": answer.data, "at": answer.at})
        since.tell("what was heard lately", 1, 3)
        yield from self._recent(http, since)
        since.tell("what the tracks are like", 2, 3)
        tracks = since.undescribed()
        try:
            yield from self._features(http, since, tracks)
            yield from self._genres(http, since, tracks)
        except Limited:
            raise
        except Problem as problem:  # what plays is known, only not yet what it is like
            yield Trouble("what the tracks are like", problem)

    def _recent(self, http: Http, since: Since) -> Iterator[Found]:
        if is_within(since.state.get("recent_asked_at"), RECENT_EVERY, since.now):
            return
        after = {"after": since.state["recent_after"]} if since.state.get("recent_after") else {}
        said = http.get(RECENT, params={"limit": MOST_RECENT, **after}).data
        newest = next_after(
            now=since.now, told=(said.get("cursors") or {}).get("after")
        )  # null when there was nothing new
        remember = {"recent_asked_at": since.now.isoformat()} | ({"recent_after": newest} if newest else {})
        yield Payload(since.connection.username, "recent", said, remember)

    def _features(self, http: Http, since: Since, tracks: Sequence[KnownTrack]) -> Iterator[Found]:
        ids = [track.spotify_id for track in tracks if track.spotify_id]
        if not ids or _closed(since, "features_closed_at"):
            return
        answer = http.get("/audio-features", params={"ids": ",".join(ids)}, also=REFUSED)
        if answer.status in REFUSED:
            yield Payload(since.connection.username, "note", None, {"features_closed_at": since.now.isoformat()})
            return
        yield Payload(since.connection.username, "features", {"asked": ids, "said": answer.data})

    def _genres(self, http: Http, since: Since, tracks: Sequence[KnownTrack]) -> Iterator[Found]:
        if _closed(since, "genres_closed_at"):
            return
        artists = dict.fromkeys(track.artist_id for track in tracks if track.artist_id)
        for artist in islice(artists, ARTISTS_A_RUN):
            answer = http.get(f"/artists/{artist}", keep=True, also=REFUSED)
            if answer.status in GONE:
                yield Payload(since.connection.username, "artist", {"asked": artist, "said": {"genres": []}})
                continue
            if answer.status == HTTPStatus.FORBIDDEN or "genres" not in (answer.data or {}):
                yield Payload(since.connection.username, "note", None, {"genres_closed_at": since.now.isoformat()})
                return
            yield Payload(since.connection.username, "artist", {"asked": artist, "said": answer.data})

    def parse(self, payload: Payload) -> Sequence[Draft]:
        data = payload.data
        if payload.kind == "now":
            said = [data["said"]]
            return read_each(said, lambda one: NowDraft(parse_playing(one, data["at"])), called="what plays")
        if payload.kind == "recent":
            return read_each(data["items"], _past, called="play")
        if payload.kind == "features":
            told = {one.get("id"): one for one in data["said"]["audio_features"] if isinstance(one, dict)}
            return [
                FeaturesDraft(spotify_id=asked, features=features_of(told[asked]) if asked in told else None)
                for asked in data["asked"]
            ]
        if payload.kind == "artist":
            return [FeaturesDraft(artist_id=data["asked"], genres=texts(data["said"]["genres"]))]
        return []

    def samples(self, now: datetime) -> Mapping[str, Any]:
        return samples(now)


def parse_playing(said: Any, answered_at: datetime) -> PlayDraft | None:
    """What `GET /me/player/currently-playing` says; `None` for silence, a pause, an advertisement, a private session.

    Silence is 204, which has no body. Mostly neither an advertisement nor a private session has an `item`.
    """
    if not said or not said.get("is_playing") or not said.get("item") or said.get("currently_playing_type") == "ad":
        return None
    if (said.get("device") or {}).get("is_private_session"):
        return None
    progress = seconds(said.get("progress_ms"))
    playing = _play(said["item"], answered_at - timedelta(seconds=progress or 0))
    return replace(playing, progress=progress, exact=progress is not None)


def _past(item: Mapping[str, Any]) -> PlayDraft | None:
    return _play(item["track"], _iso(item["played_at"])) if item["track"] else None


def _play(item: Mapping[str, Any], played_at: datetime) -> PlayDraft:
    """A track, an episode of a podcast, or a file of the owner's own, which has no id and may have no artist."""
    is_episode = item.get("type") == "episode"
    artists = [one for one in item.get("artists") or [] if isinstance(one, dict)]
    by = (item.get("show") or {}).get("name") if is_episode else ", ".join(texts([one.get("name") for one in artists]))
    artist, title, both = named(by, item.get("name"))
    known = str(item.get("id") or "")
    return PlayDraft(
        track_id=known or both,
        title=title,
        artist=artist,
        played_at=played_at,
        kind="episode" if is_episode else "track" if known else "local",
        duration=seconds(item.get("duration_ms")),
        spotify_id="" if is_episode else known,
        artist_id=str((artists[0].get("id") if artists else "") or ""),
    )


def _closed(since: Since, door: str) -> bool:
    return is_within(since.state.get(door), CLOSED_FOR, since.now)


def next_after(*, now: datetime, told: Any) -> str:
    """From where on to ask next time, in milliseconds: not beyond a moment whose plays are not believed yet."""
    said = str(told or "")
    return str(min(int(said), int(now.timestamp() * 1000))) if said.isdecimal() else said


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def samples(now: datetime) -> Mapping[str, Any]:
    """An evening of invented music: a track changes every four minutes, with a pause now and then."""
    length = timedelta(minutes=4)
    place = int(now.timestamp() // length.total_seconds())
    began = datetime.fromtimestamp(place * length.total_seconds(), UTC)

    def track(number: int) -> dict[str, Any]:
        title, artist, *_ = _SAMPLES[number % len(_SAMPLES)]
        name = f"sample{number % len(_SAMPLES)}"
        artists = [{"id": f"{name}artist", "name": artist}]
        return {"type": "track", "id": name, "name": title, "artists": artists, "duration_ms": 240_000}

    features = [
        {"id": f"sample{number}", "energy": energy, "valence": valence, "acousticness": acousticness, "tempo": 110.0}
        for number, (_, _, energy, valence, acousticness) in enumerate(_SAMPLES)
    ]
    past = [
        {"track": track(place - back), "played_at": (began - length * back + length).isoformat()}
        for back in range(1, len(_SAMPLES) + 1)
    ]
    progress = int((now - began).total_seconds() * 1000)
    return {
        "/me": {"id": "ada"},
        PLAYING: {"is_playing": True, "progress_ms": progress, "item": track(place), "currently_playing_type": "track"},
        RECENT: {"items": past, "cursors": {"after": str(int(began.timestamp() * 1000))}},
        "/audio-features": {"audio_features": features},
    } | {f"/artists/sample{number}artist": {"genres": ["indie folk"]} for number in range(len(_SAMPLES))}


# Title, artist, energy, valence, acousticness. None of them exists.
_SAMPLES = (
    ("Morning Dew on Glass", "The Potting Shed", 0.35, 0.55, 0.8),
    ("Compile and Bloom", "Root Access", 0.85, 0.75, 0.1),
    ("Slow Moss", "Fern & Lichen", 0.2, 0.35, 0.9),
    ("Thunder over Beds", "Hailstone Choir", 0.9, 0.3, 0.05),
    ("Greenhouse Lights", "Night Gardeners", 0.55, 0.5, 0.4),
    ("Wheelbarrow Dance", "The Potting Shed", 0.75, 0.9, 0.2),
)
