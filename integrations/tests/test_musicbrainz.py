"""Genres by name, where nobody else knows what a track is like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from integrations import registry, sync
from integrations.models import SyncTrigger
from integrations.providers.musicbrainz import LOOKUP, MusicBrainz
from integrations.selectors import undescribed_tracks
from integrations.tests.github_stub import Reply
from integrations.tests.music_stub import listening_on
from weather.drafts import FeaturesDraft, PlayDraft
from weather.models import MusicMoment, Piece
from weather.music_history import count_plays, record_history
from weather.music_services import describe, record_past

if TYPE_CHECKING:
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from integrations.tests.github_stub import Stub

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ARTIST = "8f6bd1e4-fbe1-4f50-aa9b-94c450ec0f11"
FOLK = {  # as listenbrainz-server writes it
    "recording_mbid": "e97f805a-ab48-4c52-855e-07049142113d",
    "release_mbid": "76df3287-6cda-33eb-8e9a-044b5e15ffdd",
    "artist_mbids": [ARTIST],
    "recording_name": "Moss",
    "release_name": "Stones",
    "artist_credit_name": "Band",
    "metadata": {
        "recording": {"rels": [], "length": 291160},
        "tag": {
            "recording": [],
            "release_group": [],
            "artist": [
                {"artist_mbid": ARTIST, "count": 9, "tag": "seen live"},
                {"artist_mbid": ARTIST, "count": 3, "genre_mbid": "45eb1d9c", "tag": "indie folk"},
                {"artist_mbid": "another", "count": 2, "genre_mbid": "45eb1d9c", "tag": "indie folk"},
            ],
        },
    },
}


@pytest.fixture(autouse=True)
def _now(stub: Stub, settings: Settings, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)
    listening_on(stub, settings)


def play(title: str, *, days_ago: float = 0, spotify_id: str = "") -> PlayDraft:
    return PlayDraft(title, title, "Band", NOW - timedelta(days=days_ago), spotify_id=spotify_id)


def asked() -> list[str]:
    return [one.title for one in undescribed_tracks(MusicBrainz(), now=NOW)]


def run() -> None:
    provider = registry.provider("musicbrainz")
    sync.perform(sync.request(provider=provider, trigger=SyncTrigger.OWNER, now=NOW), provider=provider)


def test_a_track_that_only_has_a_name_gets_the_character_of_its_genres(stub: Stub) -> None:
    stub.on(LOOKUP, Reply(FOLK))
    record_past(drafts=[play("Moss")], source="scrobbler", now=NOW)
    record_history(drafts=[play("Moss", days_ago=900)], source="lastfm_export", now=NOW)
    run()
    moment, piece = MusicMoment.objects.get(), Piece.objects.get()
    for one in (moment, piece):
        assert (one.features_source, one.genres) == ("genres", ["indie folk", "seen live"])
        assert one.energy is not None
    assert asked() == []
    query = stub.asked(LOOKUP)[-1].query
    assert query == {"artist_name": "Band", "recording_name": "Moss", "metadata": "true", "inc": "tag"}
    assert "authorization" not in stub.asked(LOOKUP)[-1].headers


def test_the_owners_token_goes_along_where_listenbrainz_itself_is_asked(stub: Stub, settings: Settings) -> None:
    settings.LISTENBRAINZ_TOKEN = "mine"
    assert sync.check(registry.provider("musicbrainz"))
    settings.MUSICBRAINZ_API_URL = f"{stub.url}/elsewhere"
    stub.on("/elsewhere" + LOOKUP, Reply({}))
    assert sync.check(registry.provider("musicbrainz"))
    assert [one.headers.get("authorization") for one in stub.requests] == ["Token mine", None]


def test_what_it_does_not_know_is_asked_once_and_its_own_trouble_asks_again(stub: Stub) -> None:
    record_past(drafts=[play("Moss")], source="scrobbler", now=NOW)
    stub.on(LOOKUP, Reply({"error": "down"}, 503))
    run()
    assert asked() == ["Moss"]
    stub.on(LOOKUP, Reply({}))
    run()
    assert asked() == []
    assert MusicMoment.objects.get().features_source == ""


def test_what_has_an_id_at_spotify_is_left_to_reccobeats_first(settings: Settings) -> None:
    record_past(drafts=[play("Moss", spotify_id="t1")], source="spotify", now=NOW)
    assert asked() == []
    describe(drafts=[FeaturesDraft(spotify_id="t1")], source="reccobeats", now=NOW)
    assert asked() == ["Moss"]
    settings.ENABLE_RECCOBEATS_INTEGRATION = False
    record_past(drafts=[play("Fern", spotify_id="t2")], source="spotify", now=NOW)
    assert set(asked()) == {"Moss", "Fern"}


def test_past_years_follow_what_is_of_late_the_most_heard_first() -> None:
    drafts = [play("Rare", days_ago=900), *(play("Loved", days_ago=900 + day) for day in range(1, 4))]
    record_history(drafts=drafts, source="lastfm_export", now=NOW)
    count_plays()
    assert asked() == ["Loved", "Rare"]
    record_past(drafts=[play("New")], source="scrobbler", now=NOW)
    assert asked() == ["New"]


def test_the_connection_is_tested_in_a_sentence(stub: Stub) -> None:
    assert "does not know the track" in sync.check(registry.provider("musicbrainz"))
    stub.on(LOOKUP, Reply(FOLK))
    assert sync.check(registry.provider("musicbrainz")) == "MusicBrainz answers."
