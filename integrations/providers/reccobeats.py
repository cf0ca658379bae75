"""ReccoBeats: what tracks are like, by their id at Spotify. It needs no key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings

from integrations.providers.base import Draft, Found, Payload, Since
from integrations.providers.music import Describer, features_of
from weather.drafts import FeaturesDraft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from integrations.http import Http

FEATURES = "/v1/audio-features"
KNOWN_TRACK = "01K4zKU104LyJ8gMb7227B"  # any track that it has known for years, to see whether it answers


class ReccoBeats(Describer):
    """The character of tracks that players told of, whichever player it was."""

    slug = "reccobeats"
    label = "ReccoBeats"
    gives = "what tracks are like, where the player does not say it"
    settings: ClassVar[tuple[str, ...]] = (
        "ENABLE_RECCOBEATS_INTEGRATION",
        "RECCOBEATS_API_URL",
        "RECCOBEATS_RATE_LIMIT",
        "RECCOBEATS_BURST",
    )
    probe = (FEATURES, {"ids": KNOWN_TRACK})
    fixes: ClassVar[Mapping[str, str]] = {
        "unreachable": "Nothing to do: it is tried again. Until then tracks keep the coarse character of their genre.",
    }

    @property
    def base_url(self) -> str:
        return str(settings.RECCOBEATS_API_URL)

    def found_in(self, said: Any) -> Any:
        return said["content"]

    def fetch(self, http: Http, since: Since) -> Iterator[Found]:
        ids = [track.spotify_id for track in since.undescribed()]
        if ids:
            said = http.get(FEATURES, params={"ids": ",".join(ids)}).data
            yield Payload("", "features", {"asked": ids, "said": said})

    def parse(self, payload: Payload) -> Sequence[Draft]:
        # Its own ids are in `id`; ours are at the end of `href`. What it does not know is left out.
        told = {str(one["href"]).rpartition("/")[2]: one for one in payload.data["said"]["content"]}
        return [
            FeaturesDraft(spotify_id=asked, features=features_of(told[asked]) if asked in told else None)
            for asked in payload.data["asked"]
        ]

    def samples(self, now: datetime) -> Mapping[str, Any]:
        return {FEATURES: {"content": []}}
