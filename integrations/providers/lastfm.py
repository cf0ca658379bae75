"""Last.fm: what plays now and what was heard lately, from any player that scrobbles; genres from its tags."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings

from integrations.items import number, read_each
from integrations.problems import Limited, Problem
from integrations.providers.base import Connection, Draft, Found, Payload, Since, Trouble
from integrations.providers.music import Player, at, named, newest_of, texts
from weather.drafts import FeaturesDraft, NowDraft, PlayDraft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integrations.answers import Answer
    from integrations.http import Http

ROOT = "/2.0/"
MOST_RECENT = 50
TRACKS_A_RUN = 5  # whose tags are asked for, one request each
TAGS_KEPT = 8
AGREED = 10  # of 100: tags that hardly anyone gave say nothing
# The codes of https://www.last.fm/api/errorcodes that an owner can do something about, as ours.
CODES = {4: "unauthorized", 6: "not_found", 10: "unauthorized", 17: "private", 26: "unauthorized"}


class LastFm(Player):
    """The scrobbles of one user."""

    slug = "lastfm"
    label = "Last.fm"
    gives = "the music that plays and was heard, and with it the mood"
    docs = "docs/music.md"
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_LASTFM_INTEGRATION",
        "LASTFM_API_KEY",
        "LASTFM_USERNAME",
        "LASTFM_API_URL",
        "LASTFM_RATE_LIMIT",
        "LASTFM_BURST",
    )
    token_setting = "LASTFM_API_KEY"  # noqa: S105 -- the name of a setting
    sample_name = "ada"
    fixes: ClassVar[Mapping[str, str]] = {
        "unauthorized": "Check LASTFM_API_KEY: https://www.last.fm/api/account/create gives one.",
        "not_found": "Check LASTFM_USERNAME, or the name of the account in the admin.",
        "private": "Open Last.fm's settings under Privacy and let your recent listening be seen.",
    }

    @property
    def base_url(self) -> str:
        return str(settings.LASTFM_API_URL)

    def missing(self, connection: Connection) -> str:
        if connection.username and (connection.token or settings.ENABLE_MOCK_DATA):
            return ""
        return "LASTFM_USERNAME" if connection.token else "LASTFM_API_KEY and LASTFM_USERNAME"

    def headers(self, connection: Connection) -> dict[str, str]:
        return {"Accept": "application/json"}

    def check(self, http: Http, connection: Connection) -> str:
        user = _ask(http, "user.getinfo", connection, user=connection.username).data["user"]
        return f"{user['name']} has {int(user['playcount']):,} scrobbles."

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        connection = since.connection
        since.tell("what was heard lately", 0, 2)
        newest = since.state.get("newest_scrobble")
        after = {"from": newest + 1} if isinstance(newest, int) else {}
        answer = _ask(
            http, "user.getrecenttracks", connection, user=connection.username, limit=MOST_RECENT, extended=0, **after
        )
        newest = newest_of(_tracks(answer.data), lambda track: track["date"]["uts"], since.now)
        remember = {} if newest is None else {"newest_scrobble": newest}
        yield Payload(connection.username, "now", {"said": answer.data, "at": answer.at})
        yield Payload(connection.username, "recent", answer.data, remember)
        since.tell("what the tracks are like", 1, 2)
        for track in islice(since.undescribed(), TRACKS_A_RUN):
            try:
                tags = _ask(http, "artist.gettoptags", connection, artist=track.artist, autocorrect=1).data
            except Limited:
                raise
            except Problem as problem:
                if problem.code != "not_found":  # what plays is known, only not yet what it is like
                    yield Trouble("what the tracks are like", problem)
                    return
                tags = {}
            yield Payload(connection.username, "tags", {"asked": track.track_id, "said": tags})

    def parse(self, payload: Payload) -> Sequence[Draft]:
        data = payload.data
        if payload.kind == "tags":
            return [FeaturesDraft(track_id=data["asked"], genres=_tags(data["said"]))]
        if payload.kind == "now":
            playing = next((track for track in _tracks(data["said"]) if _plays_now(track)), None)
            return read_each([playing], lambda track: _now(track, data["at"]), called="what plays")
        return read_each(_tracks(data), _scrobble, called="scrobble")

    def samples(self, now: datetime) -> Mapping[str, Any]:
        began = datetime.fromtimestamp(int(now.timestamp()) // 300 * 300, UTC)
        playing = {"name": "Morning Dew on Glass", "artist": {"#text": "The Potting Shed"}}
        past = {"name": "Slow Moss", "artist": {"#text": "Fern & Lichen"}, "date": {"uts": str(int(began.timestamp()))}}
        heard = {"recenttracks": {"track": [{**playing, "@attr": {"nowplaying": "true"}}, past]}}
        return {
            f"{ROOT}?method=user.getinfo": {"user": {"name": "ada", "playcount": "1"}},
            f"{ROOT}?method=user.getrecenttracks": heard,
            f"{ROOT}?method=artist.gettoptags": {"toptags": {"tag": [{"name": "folk", "count": 100}]}},
        }


def _ask(http: Http, method: str, connection: Connection, **asked: Any) -> Answer:
    """The answer to one method, a mapping. Raises `Problem`, also for errors that come as a success."""
    params = {**asked, "api_key": connection.token, "format": "json"}
    answer = http.get(f"{ROOT}?{urlencode({'method': method})}", params=params, also=(400, 401, 403, 404))
    said = answer.data
    if not isinstance(said, dict) or "error" in said:
        error = said.get("error") if isinstance(said, dict) else None
        words = str(said.get("message", ""))[:200] if isinstance(said, dict) else ""
        raise Problem(
            CODES.get(error, "refused") if isinstance(error, int) else "refused",
            f"Last.fm refuses: {words or 'it does not say why'}.",
        )
    return answer


def _tracks(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The tracks of a list; a single one comes without the list."""
    tracks = said["recenttracks"].get("track") or []
    return [tracks] if isinstance(tracks, dict) else list(tracks)


def _plays_now(track: Mapping[str, Any]) -> bool:
    return isinstance(track, dict) and (track.get("@attr") or {}).get("nowplaying") == "true"


def _now(track: Mapping[str, Any] | None, seen_at: datetime) -> NowDraft:
    """What plays. It has no moment of its own: it counts as begun when it was first seen."""
    return NowDraft(None if track is None else _play(track, seen_at, exact=False))


def _scrobble(track: Mapping[str, Any]) -> PlayDraft | None:
    return None if _plays_now(track) else _play(track, at(track["date"]["uts"]))


def _play(track: Mapping[str, Any], played_at: datetime, *, exact: bool = True) -> PlayDraft:
    told = track.get("artist") or {}
    artist, title, both = named(told.get("#text") or told.get("name"), track.get("name"))
    return PlayDraft(track_id=both, title=title, artist=artist, played_at=played_at, exact=exact)


def _tags(said: Mapping[str, Any]) -> list[str]:
    """Tags that many gave, most agreed on first. A single one comes without the list."""
    told = (said.get("toptags") or {}).get("tag") or []
    tags = [told] if isinstance(told, dict) else told
    agreed = [tag for tag in tags if isinstance(tag, dict) and (number(tag.get("count")) or 0) >= AGREED]
    return texts([tag.get("name") for tag in agreed])[:TAGS_KEPT]
