"""ReccoBeats, and reading features that may be missing or odd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from integrations import registry, sync
from integrations.items import unit
from integrations.providers.base import Payload
from integrations.providers.music import at, features_of
from integrations.providers.reccobeats import FEATURES, ReccoBeats
from integrations.selectors import undescribed_tracks
from integrations.tests.github_stub import Reply
from integrations.tests.music_stub import listening_on
from weather.drafts import FeaturesDraft, PlayDraft
from weather.music_history import count_plays, record_history
from weather.music_services import describe, record_past

if TYPE_CHECKING:
    from pytest_django import Settings

    from integrations.tests.github_stub import Stub


NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def test_tracks_are_known_by_their_id_at_spotify_and_unknown_ones_are_left_out() -> None:
    one = {"id": "own-id", "href": "https://open.spotify.com/track/abc", "energy": 0.4, "valence": 0.5, "tempo": 90}
    drafts = ReccoBeats().parse(Payload("", "features", {"asked": ["abc", "xyz"], "said": {"content": [one]}}))

    known, unknown = drafts
    assert isinstance(known, FeaturesDraft)
    assert known.spotify_id == "abc"
    assert known.features is not None
    assert (known.features.energy, known.features.tempo) == (0.4, 90.0)
    assert unknown == FeaturesDraft(spotify_id="xyz")


@pytest.mark.parametrize("odd", [None, "0.5", 1.2, -0.1, True, float("nan"), float("inf"), [], {}])
def test_what_is_no_share_is_not_said(odd: Any) -> None:
    assert unit(odd) is None
    assert features_of({"energy": odd, "valence": 0.5}) is None
    partly = features_of({"energy": 0, "valence": 1, "acousticness": odd, "tempo": odd if odd != 1.2 else -1})
    assert partly is not None
    assert (partly.energy, partly.valence, partly.acousticness, partly.tempo) == (0.0, 1.0, None, None)


@pytest.mark.parametrize("odd", [None, "soon", 10**20, {}])
def test_what_is_no_moment_is_refused(odd: Any) -> None:
    with pytest.raises(ValueError, match="no number of seconds since 1970"):
        at(odd)


@pytest.mark.django_db
def test_the_connection_is_tested_in_a_sentence(stub: Stub, settings: Settings) -> None:
    listening_on(stub, settings)

    assert "does not know the track" in sync.check(registry.provider("reccobeats"))
    stub.on(FEATURES, Reply({"content": [{"id": "x"}]}))
    assert sync.check(registry.provider("reccobeats")) == "ReccoBeats answers."


@pytest.mark.django_db
def test_past_years_are_asked_for_once_what_is_of_late_is_known_and_the_most_heard_first() -> None:
    drafts = [
        PlayDraft(f"t{track}", f"Song {track}", "Band", NOW - timedelta(days=900 + day), spotify_id=f"t{track}")
        for track, days in (("rare", 1), ("loved", 3))
        for day in range(days)
    ]
    record_history(drafts=drafts, source="spotify_history", now=NOW)
    count_plays()

    def asked() -> list[str]:
        return [one.spotify_id for one in undescribed_tracks(ReccoBeats(), now=NOW)]

    assert asked() == ["tloved", "trare"]
    record_past(drafts=[PlayDraft("new", "New", "Band", NOW, spotify_id="new")], source="spotify", now=NOW)
    assert asked() == ["new"]
    describe(drafts=[FeaturesDraft(spotify_id=one) for one in ("new", "tloved")], source="reccobeats", now=NOW)
    assert asked() == ["trare"]
