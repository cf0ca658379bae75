"""MusicBrainz: the genres of tracks by their names, where nothing else tells what they are like. It needs no key.

It is asked through ListenBrainz, which finds a recording however a player writes it and has MusicBrainz's tags. Its
`metadata/lookup` answers `{}` where it finds none, else with the names and ids that it found and, beside them,
`"metadata": {"recording": …, "tag": {"recording": […], "artist": […], "release_group": […]}}`.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings

from integrations.problems import Problem
from integrations.providers.base import Connection, Draft, Found, Payload, Since
from integrations.providers.listenbrainz import tags_of
from integrations.providers.music import Describer
from weather.drafts import FeaturesDraft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from integrations.http import Http

LOOKUP = "/1/metadata/lookup/"
TRACKS_A_RUN = 10  # one request each
ANY = {"artist_name": "Portishead", "recording_name": "Strangers"}  # any recording, to see whether it answers
UNKNOWN = ("not_found", "refused")  # what is said of names that it cannot take; asking again would say the same


class MusicBrainz(Describer):
    """The genres of tracks that nobody else knows, whichever player or export told of them."""

    slug = "musicbrainz"
    label = "MusicBrainz"
    gives = "genres of tracks, where nothing else tells what they are like"
    token_setting = "LISTENBRAINZ_TOKEN"  # noqa: S105 -- a name; it is asked without one, too
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_MUSICBRAINZ_INTEGRATION",
        "MUSICBRAINZ_API_URL",
        "MUSICBRAINZ_RATE_LIMIT",
        "MUSICBRAINZ_BURST",
    )
    probe = (LOOKUP, ANY)
    describes_by_name = True
    fixes: ClassVar[Mapping[str, str]] = {
        "unreachable": "Nothing to do: it is tried again. Until then the character of some tracks is unknown.",
        "unauthorized": "Set LISTENBRAINZ_TOKEN to a user token of https://listenbrainz.org/settings/.",
    }

    @property
    def base_url(self) -> str:
        return str(settings.MUSICBRAINZ_API_URL)

    def headers(self, connection: Connection) -> dict[str, str]:
        ours = settings.MUSICBRAINZ_API_URL == settings.LISTENBRAINZ_API_URL
        return super().headers(connection) | (
            {"Authorization": f"Token {connection.token}"} if ours and connection.token else {}
        )

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        tracks = list(islice(since.undescribed(), TRACKS_A_RUN))
        for number, track in enumerate(tracks):
            since.tell("what the tracks are like", number, len(tracks))
            names = {"artist_name": track.artist, "recording_name": track.title}
            try:
                said = http.get(LOOKUP, params={**names, "metadata": "true", "inc": "tag"}).data
            except Problem as problem:
                if problem.code not in UNKNOWN:
                    raise
                said = {}
            yield Payload("", "tags", {"asked": [track.title, track.artist], "said": said})

    def parse(self, payload: Payload) -> Sequence[Draft]:
        title, artist = payload.data["asked"]
        return [FeaturesDraft(title=title, artist=artist, genres=tags_of(payload.data["said"].get("metadata") or {}))]

    def samples(self, now: datetime) -> Mapping[str, Any]:
        return {LOOKUP: {}}
