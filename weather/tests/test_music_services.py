"""What is written of the music, and what is told of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.urls import reverse

from garden.models import GardenEvent
from garden.tests.hub import HubInHand
from garden.vocabulary import EventType
from weather import music_selectors
from weather.audio_features import Features
from weather.drafts import FeaturesDraft, NowDraft, PlayDraft
from weather.models import MusicMoment
from weather.music import MusicMood, Shown
from weather.music_services import describe, end_stale_plays, record_listening, record_past, set_sharing

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
LIVELY, SAD = Features(energy=0.82, valence=0.71), Features(energy=0.22, valence=0.18)


def draft(number: int = 1, at: datetime = NOON, **more: Any) -> PlayDraft:
    given: dict[str, Any] = {
        "track_id": f"t{number}",
        "spotify_id": f"t{number}",
        "title": f"Song {number}",
        "artist": f"Band {number}",
        "played_at": at,
        "duration": 200.0,
    }
    return PlayDraft(**(given | more))


def hear(playing: PlayDraft | None, now: datetime = NOON, source: str = "spotify") -> None:
    record_listening(drafts=[NowDraft(playing)], source=source, now=now)


def told() -> list[dict[str, Any]]:
    events = GardenEvent.objects.filter(event_type=EventType.MUSIC_CHANGED).order_by("seq")
    return list(events.values_list("data", flat=True))


def events_seen(client: Client) -> str:
    """What a browser gets that was away since before the first event."""
    first = GardenEvent.objects.order_by("seq").values_list("seq", flat=True).first() or 1
    answer = client.get(reverse("events"), {"since": first - 1})
    assert answer.json()["events"]
    return answer.content.decode()


def test_an_event_comes_only_when_visitors_would_see_a_difference() -> None:
    hear(draft())
    hear(draft(), NOON + timedelta(minutes=1))
    hear(draft(2, NOON + timedelta(minutes=3)), NOON + timedelta(minutes=3))  # another song that nobody knows either
    hear(None, NOON + timedelta(minutes=4))
    hear(None, NOON + timedelta(minutes=5))

    assert [data["is_playing"] for data in told()] == [True, False]


def test_silence_from_the_start_is_no_news() -> None:
    hear(None)

    assert told() == []


def test_features_that_become_known_are_told() -> None:
    hear(draft())
    describe(drafts=[FeaturesDraft(spotify_id="t1", features=LIVELY)], source="reccobeats", now=NOON)

    assert [data["mood"] for data in told()] == ["unknown", "joyful"]
    assert told()[-1]["features_source"] == "reccobeats"


def test_measured_features_are_not_replaced_by_those_of_genres() -> None:
    hear(draft())
    describe(drafts=[FeaturesDraft(spotify_id="t1", features=SAD)], source="reccobeats", now=NOON)
    describe(drafts=[FeaturesDraft(track_id="t1", genres=["techno"])], source="spotify", now=NOON)

    moment = MusicMoment.objects.get()
    assert (moment.energy, moment.features_source, moment.genres) == (0.22, "reccobeats", ["techno"])
    assert moment.features_asked == ["reccobeats", "spotify"]


def test_one_that_was_asked_and_knows_nothing_is_not_asked_again() -> None:
    hear(draft())
    assert [one.spotify_id for one in music_selectors.undescribed(asked="reccobeats", now=NOON)] == ["t1"]

    describe(drafts=[FeaturesDraft(spotify_id="t1")], source="reccobeats", now=NOON)

    assert music_selectors.undescribed(asked="reccobeats", now=NOON) == []
    assert [one.spotify_id for one in music_selectors.undescribed(asked="spotify", source="spotify", now=NOON)] == [
        "t1"
    ]


def test_a_play_of_another_source_does_not_end_this_one() -> None:
    hear(draft())
    hear(None, NOON + timedelta(minutes=1), source="lastfm")

    assert MusicMoment.objects.get().is_playing


def test_the_past_is_kept_once_whatever_order_it_comes_in() -> None:
    old = [draft(number, NOON - timedelta(minutes=10 * number)) for number in range(1, 5)]
    for some in (old[2:], old, list(reversed(old))):
        record_past(drafts=some, source="spotify", now=NOON)

    assert MusicMoment.objects.count() == 4
    assert told() == []


def test_a_play_from_the_future_is_not_believed() -> None:
    ahead = [draft(1, NOON + timedelta(days=40)), draft(2, NOON - timedelta(hours=1))]

    assert record_past(drafts=ahead, source="lastfm", now=NOON) == {"plays": 1}
    assert music_selectors.silent_for("lastfm", now=NOON) == timedelta(hours=1)


def test_a_play_that_nobody_confirms_any_more_ends() -> None:
    hear(draft())

    assert end_stale_plays(now=NOON + timedelta(minutes=14)) == 0
    assert end_stale_plays(now=NOON + timedelta(minutes=15)) == 1
    assert told()[-1] == {"is_playing": False, "mood": "silence"}


@pytest.mark.parametrize("shown", list(Shown))
def test_what_the_owner_shows_holds_in_events_and_in_the_api(client: Client, shown: Shown) -> None:
    set_sharing(shown=shown, now=NOON)
    hear(draft(), NOON)
    describe(drafts=[FeaturesDraft(spotify_id="t1", features=LIVELY)], source="spotify", now=NOON)

    with time_machine.travel(NOON):
        answer = client.get(reverse("spotify-current")).json()
        events = events_seen(client)

    assert answer["shown"] == shown
    assert answer["is_playing"] == (None if shown == Shown.NOTHING else True)
    assert answer["energy"] == {Shown.NOTHING: None, Shown.TRACK: 0.82}.get(shown, 0.8)
    for text in (str(answer), events):
        assert ("Band 1" in text) == (shown in (Shown.ARTIST, Shown.TRACK))
        assert ("Song 1" in text) == (shown == Shown.TRACK)
        assert ("joyful" in text) == (shown != Shown.NOTHING)


def test_what_may_no_longer_be_known_is_taken_out_of_the_past(client: Client) -> None:
    set_sharing(shown=Shown.TRACK, now=NOON)
    hear(draft(), NOON)
    seqs = list(GardenEvent.objects.values_list("seq", flat=True))

    set_sharing(shown=Shown.MOOD, now=NOON)
    after_mood = events_seen(client)
    set_sharing(shown=Shown.NOTHING, now=NOON)
    after_nothing = told()

    assert "Song 1" not in after_mood
    assert "Band 1" not in after_mood
    assert list(GardenEvent.objects.values_list("seq", flat=True))[: len(seqs)] == seqs
    assert not any(after_nothing)


def test_a_socket_that_comes_back_gets_nothing_of_what_may_no_longer_be_known() -> None:
    hub = HubInHand()
    set_sharing(shown=Shown.TRACK, now=NOON)
    hear(draft(), NOON)
    hub.look()
    assert "Song 1" in hub.replayed()

    set_sharing(shown=Shown.MOOD, now=NOON)
    hub.look()
    after_mood = hub.replayed()
    set_sharing(shown=Shown.NOTHING, now=NOON)
    hub.look()

    assert "Song 1" not in after_mood
    assert "is_playing" in after_mood
    assert "is_playing" not in hub.replayed()


def test_the_answer_tells_silence_and_how_old_it_is(client: Client) -> None:
    answer = client.get(reverse("spotify-current")).json()

    assert (answer["is_playing"], answer["mood"], answer["as_of"]) == (False, "silence", None)


def test_trends_are_by_the_owners_days_in_two_queries(django_assert_num_queries: Any, settings: Any) -> None:
    settings.TIME_ZONE = "America/New_York"
    late = datetime(2026, 1, 15, 3, 0, tzinfo=UTC)  # still the 14th there
    record_past(drafts=[draft(1, late, genres=["indie folk"]), draft(2, NOON)], source="spotify", now=NOON)

    with django_assert_num_queries(2):
        trend = music_selectors.trends(now=NOON + timedelta(hours=6))

    assert [(day.day, heard.plays) for day, heard in trend.days] == [
        (9, 0),
        (10, 0),
        (11, 0),
        (12, 0),
        (13, 0),
        (14, 1),
        (15, 1),
    ]
    assert trend.days[0][1].mood is MusicMood.SILENCE
    assert dict(trend.described_by) == {"genres": 1, "": 1}
    assert trend.whole.families == [("folk", 1)]


def test_the_console_shows_the_music_and_lets_the_owner_choose(admin_client: Client) -> None:
    hear(draft(title="<b>Bold</b>"), NOON)
    describe(drafts=[FeaturesDraft(spotify_id="t1", features=LIVELY)], source="spotify", now=NOON)
    listed = reverse("admin:weather_musicmoment_changelist")

    with time_machine.travel(NOON + timedelta(minutes=1)):
        page = admin_client.get(listed).content.decode()
        saved = admin_client.post(reverse("admin:weather_musicmoment_share"), {"shown": "artist"}, follow=True)
        refused = admin_client.post(reverse("admin:weather_musicmoment_share"), {"shown": "all"}, follow=True)

    assert "&lt;b&gt;Bold" in page
    assert "<b>Bold" not in page
    assert "The last seven days: 1 plays, joyful" in page
    assert "visitors learn its mood and the artist" in saved.content.decode()
    assert "Choose what visitors may learn" in refused.content.decode()
    assert music_selectors.sharing() is Shown.ARTIST


def test_only_the_owner_chooses_and_only_by_a_form(client: Client, admin_client: Client) -> None:
    address = reverse("admin:weather_musicmoment_share")

    assert client.post(address, {"shown": "track"}).status_code == 302
    assert admin_client.get(address).status_code == 405
    assert music_selectors.sharing() is Shown.MOOD


def test_who_may_only_look_at_the_music_cannot_publish_it(client: Client, django_user_model: type[User]) -> None:
    helper = django_user_model.objects.create_user("helper", is_staff=True)
    helper.user_permissions.add(Permission.objects.get(codename="view_musicmoment"))
    client.force_login(helper)

    page = client.get(reverse("admin:weather_musicmoment_changelist")).content.decode()
    answer = client.post(reverse("admin:weather_musicmoment_share"), {"shown": "track"})

    assert "Visitors learn its mood." in page
    assert "Keep it so" not in page
    assert (answer.status_code, music_selectors.sharing()) == (403, Shown.MOOD)


def test_the_same_track_twice_in_a_row_is_two_plays() -> None:
    twice = [draft(1, NOON), draft(1, NOON - timedelta(seconds=40))]
    for _ in range(2):
        record_past(drafts=twice, source="spotify", now=NOON)

    assert MusicMoment.objects.count() == 2


def test_a_play_that_two_players_tell_of_counts_once_and_as_the_better_known() -> None:
    end = NOON + timedelta(seconds=200)
    record_past(drafts=[draft(1, NOON, genres=["folk"])], source="lastfm", now=end)
    record_past(drafts=[draft(1, end)], source="spotify", now=end)
    describe(drafts=[FeaturesDraft(track_id="t1", features=LIVELY)], source="spotify", now=end)

    trend = music_selectors.trends(now=end)

    assert (trend.whole.plays, dict(trend.described_by)) == (1, {"spotify": 1})


def test_of_two_players_the_one_that_is_known_better_is_what_plays() -> None:
    hear(draft(1, genres=["folk"]), source="lastfm")
    hear(draft(1))
    describe(drafts=[FeaturesDraft(track_id="t1", features=LIVELY)], source="spotify", now=NOON)
    hear(draft(1, genres=["folk"]), NOON + timedelta(minutes=1), source="lastfm")

    playing = music_selectors.playing_now(now=NOON + timedelta(minutes=1))
    assert playing is not None
    assert playing.source == "spotify"
