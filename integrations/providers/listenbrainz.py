"""ListenBrainz: what plays now and what was heard, from any player that submits listens; genres from its tags."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from django.conf import settings

from integrations.items import number, read_each
from integrations.problems import Limited, Problem
from integrations.providers.base import Connection, Draft, Found, Payload, Since, Trouble
from integrations.providers.music import Player, at, named, newest_of, seconds, texts
from weather.drafts import FeaturesDraft, NowDraft, PlayDraft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integrations.http import Http

MOST_RECENT = 50
TAGS = "/1/metadata/recording/"
MOST_TAGGED = 25  # recordings in one question
TAGS_KEPT = 8
SPOTIFY_TRACK = "open.spotify.com/track/"


class ListenBrainz(Player):
    """The listens of one user."""

    slug = "listenbrainz"
    label = "ListenBrainz"
    gives = "the music that plays and was heard, and with it the mood"
    docs = "docs/music.md"
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_LISTENBRAINZ_INTEGRATION",
        "LISTENBRAINZ_USERNAME",
        "LISTENBRAINZ_TOKEN",
        "LISTENBRAINZ_API_URL",
        "LISTENBRAINZ_RATE_LIMIT",
        "LISTENBRAINZ_BURST",
        "LISTENBRAINZ_INTAKE_KEY",
    )
    sample_name = "ada"
    fixes: ClassVar[Mapping[str, str]] = {
        "unauthorized": "Copy the user token from https://listenbrainz.org/settings/ into LISTENBRAINZ_TOKEN or the "
        "account in the admin, or leave it out: public listens need none.",
        "not_found": "Check LISTENBRAINZ_USERNAME, or the name of the account in the admin.",
    }

    @property
    def base_url(self) -> str:
        return str(settings.LISTENBRAINZ_API_URL)

    def missing(self, connection: Connection) -> str:
        return "" if connection.username else "LISTENBRAINZ_USERNAME"

    def headers(self, connection: Connection) -> dict[str, str]:
        return {"Authorization": f"Token {connection.token}"} if connection.token else {}

    def check(self, http: Http, connection: Connection) -> str:
        count = http.get(f"{_user(connection)}/listen-count").data["payload"]["count"]
        return f"{connection.username} has {count:,} listens."

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        who, home = since.connection.username, _user(since.connection)
        since.tell("what plays now", 0, 3)
        now = http.get(f"{home}/playing-now")
        yield Payload(who, "now", {"said": now.data, "at": now.at})
        since.tell("what was heard lately", 1, 3)
        newest = since.state.get("newest_listen")
        after = {"min_ts": newest} if isinstance(newest, int) else {}
        said = http.get(f"{home}/listens", params={"count": MOST_RECENT, **after}).data
        newest = newest_of(said["payload"]["listens"], lambda listen: listen["listened_at"], since.now)
        yield Payload(who, "recent", said, {} if newest is None else {"newest_listen": newest})
        since.tell("what the tracks are like", 2, 3)
        found = {track.recording_id: track.track_id for track in since.undescribed() if track.recording_id}
        asked = dict(islice(found.items(), MOST_TAGGED))
        if not asked:
            return
        try:
            tags = http.get(TAGS, params={"recording_mbids": ",".join(asked), "inc": "tag"}).data
        except Limited:
            raise
        except Problem as problem:  # what plays is known, only not yet what it is like
            yield Trouble("what the tracks are like", problem)
            return
        yield Payload(who, "tags", {"asked": asked, "said": tags})

    def parse(self, payload: Payload) -> Sequence[Draft]:
        data = payload.data
        if payload.kind == "now":
            playing = data["said"]["payload"]["listens"][:1] or [None]
            return read_each(playing, lambda listen: _now(listen, data["at"]), called="what plays")
        if payload.kind == "recent":
            listens = data["payload"]["listens"]
            return read_each(listens, lambda listen: play_of(listen, at(listen["listened_at"])), called="listen")
        return [
            FeaturesDraft(track_id=track, genres=tags_of(data["said"].get(recording) or {}))
            for recording, track in data["asked"].items()
        ]

    def samples(self, now: datetime) -> Mapping[str, Any]:
        began = datetime.fromtimestamp(int(now.timestamp()) // 300 * 300, UTC)
        past = [
            {**_sample("Slow Moss", "Fern & Lichen"), "listened_at": int((began - timedelta(minutes=5)).timestamp())}
        ]
        return {
            "/1/user/ada/listen-count": {"payload": {"count": 1}},
            "/1/user/ada/playing-now": {"payload": {"listens": [_sample("Greenhouse Lights", "Night Gardeners")]}},
            "/1/user/ada/listens": {"payload": {"listens": past}},
            TAGS: {},
        }


def _user(connection: Connection) -> str:
    return f"/1/user/{quote(connection.username, safe='')}"


def _now(listen: Mapping[str, Any] | None, seen_at: datetime) -> NowDraft:
    """What plays. It has no moment of its own: it counts as begun when it was first seen.

    It has no `mbid_mapping` either (metabrainz/listenbrainz-server#2041), so a track is known by what both lists tell.
    """
    return NowDraft(None if listen is None else play_of(listen, seen_at, exact=False))


def play_of(listen: Mapping[str, Any], played_at: datetime, *, exact: bool = True) -> PlayDraft:
    """One listen as ListenBrainz writes it. Raises what a wrong shape raises."""
    told = listen["track_metadata"]
    info, mapping = told.get("additional_info") or {}, told.get("mbid_mapping") or {}
    artist, title, both = named(told.get("artist_name"), told.get("track_name"))
    spotify = str(info.get("spotify_id") or info.get("origin_url") or "")
    length = seconds(info.get("duration_ms")) or seconds(1000 * (number(info.get("duration")) or 0))
    return PlayDraft(
        track_id=both,
        title=title,
        artist=artist,
        played_at=played_at,
        exact=exact,
        duration=length,
        spotify_id=spotify.partition(SPOTIFY_TRACK)[2].partition("?")[0],
        recording_id=str(mapping.get("recording_mbid") or info.get("recording_mbid") or ""),
        genres=texts(info.get("tags")),
    )


def tags_of(said: Mapping[str, Any]) -> list[str]:
    """Tags of a recording, else of its release, else of its artists: genres first, then what most agree on.

    Each is `{"tag", "count"}`, with a `genre_mbid` where MusicBrainz knows it as a genre; of artists with an
    `artist_mbid` too, so that the same tag may come for each of them.
    """
    tags = said.get("tag") or {}
    for level in ("recording", "release_group", "artist"):
        found = sorted(tags.get(level) or [], key=lambda tag: (not tag.get("genre_mbid"), -int(tag.get("count", 0))))
        if found:
            return list(dict.fromkeys(str(tag["tag"]) for tag in found))[:TAGS_KEPT]
    return []


def _sample(title: str, artist: str) -> dict[str, Any]:
    return {"track_metadata": {"track_name": title, "artist_name": artist, "additional_info": {"tags": ["indie folk"]}}}
