"""The music of past years: its moods by month, its page, and what may be let go of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission, User

from weather import music_years
from weather.audio_features import Features
from weather.drafts import FeaturesDraft, PlayDraft
from weather.models import PastPlay, Piece
from weather.music import MusicMood
from weather.music_history import count_plays, forget_imported, record_history
from weather.music_selectors import trends
from weather.music_services import describe, record_past
from weather.services import forget_old
from weather.tasks import prune

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
PAGE = "/admin/weather/musicmoment/years/"


def play(at: datetime, number: int = 1, **more: Any) -> PlayDraft:
    given: dict[str, Any] = {"duration": 200.0, "spotify_id": f"t{number}"} | more
    return PlayDraft(f"t{number}", f"Song {number}", f"Band {number}", at, **given)


def recorded(*plays: PlayDraft) -> int:
    return record_history(drafts=plays, source="spotify_history", now=NOW)


def imported(*plays: PlayDraft) -> int:
    new = recorded(*plays)
    count_plays()
    return new


def test_months_are_the_owners_and_means_are_by_length(settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    imported(
        play(datetime(2021, 2, 28, 20, tzinfo=UTC), duration=300.0),  # March has begun in Tokyo
        play(datetime(2021, 3, 2, tzinfo=UTC), 2, duration=100.0),
        play(datetime(2021, 3, 3, tzinfo=UTC), 3),
    )
    drafts = [
        FeaturesDraft(spotify_id="t1", features=Features(energy=0.8, valence=0.8)),
        FeaturesDraft(spotify_id="t2", features=Features(energy=0.4, valence=0.2)),
        FeaturesDraft(spotify_id="t3"),
    ]
    assert describe(drafts=drafts, source="reccobeats", now=NOW) == {"described": 2}
    assert music_years.months()[date(2021, 3, 1)].known == 0  # as of the last count
    prune()
    found = music_years.months()
    assert list(found) == [date(2021, 3, 1)]
    march = found[date(2021, 3, 1)]
    assert (march.plays, march.known, march.seconds) == (3, 2, 600.0)
    assert march.mean_energy == pytest.approx(0.7)
    assert march.mean_valence == pytest.approx(0.65)
    assert Piece.objects.get(spotify_id="t3").asked == ",reccobeats,"


def test_players_and_exports_make_the_years_together_each_play_once() -> None:
    at = NOW - timedelta(days=3)
    record_past(drafts=[play(at), play(at, 2)], source="spotify", now=NOW)
    record_past(drafts=[play(at)], source="lastfm", now=NOW)
    assert imported(play(at + timedelta(minutes=3)), play(NOW - timedelta(days=2), 3)) == 1
    by_month = music_years.months()
    assert music_years.years(by_month)[2026].plays == 3
    assert trends(now=NOW).whole.plays == 3


def test_silence_and_the_unknown_have_their_words() -> None:
    assert music_years.Heard().mood == MusicMood.SILENCE
    assert music_years.Heard(plays=2).mood == MusicMood.UNKNOWN


def test_what_was_imported_outlives_what_players_told() -> None:
    imported(play(NOW - timedelta(days=2000)))
    record_past(drafts=[play(NOW - timedelta(days=500))], source="spotify", now=NOW)
    assert forget_old(now=NOW)["plays"] == 1
    assert PastPlay.objects.count() == 1


def test_plays_from_the_future_are_dropped_and_the_same_twice_is_one() -> None:
    assert imported(play(NOW + timedelta(days=1))) == 0
    assert imported(play(NOW - timedelta(days=9)), play(NOW - timedelta(days=9))) == 1
    assert imported(play(NOW - timedelta(days=9))) == 0


def test_coarse_genres_give_way_to_what_was_measured_and_not_the_other_way() -> None:
    imported(play(NOW - timedelta(days=900), genres=["ambient"]))
    assert Piece.objects.get().features_source == "genres"
    describe(drafts=[FeaturesDraft(spotify_id="t1", features=Features(energy=0.9, valence=0.9))], source="r", now=NOW)
    describe(drafts=[FeaturesDraft(spotify_id="t1", genres=["drone"])], source="other", now=NOW)
    piece = Piece.objects.get()
    assert (piece.energy, piece.features_source, piece.asked) == (0.9, "r", ",r,other,")


def test_a_bulk_costs_the_same_however_many_plays_it_has(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    imported(play(NOW - timedelta(days=3000)))
    with django_assert_max_num_queries(12):
        recorded(*(play(NOW - timedelta(days=1000, minutes=number), number % 9) for number in range(0, 4000, 7)))


def test_the_console_shows_the_mood_of_past_years_and_forgets_what_was_imported(admin_client: Client) -> None:
    assert "import_listens" in admin_client.get(PAGE).content.decode()
    imported(play(datetime(2021, 3, 2, tzinfo=UTC)), play(datetime(2023, 7, 2, tzinfo=UTC), 2))
    describe(drafts=[FeaturesDraft(spotify_id="t1", features=Features(energy=0.9, valence=0.9))], source="r", now=NOW)
    count_plays()
    shown = admin_client.get(PAGE).content.decode()
    for word in ("2021", "July", "joyful", "extended streaming history"):
        assert word in shown
    assert "Past years" in admin_client.get("/admin/weather/musicmoment/").content.decode()
    answer = admin_client.post(f"{PAGE}forget/", {"source": "spotify_history"}, follow=True)
    assert "2 plays are forgotten" in answer.content.decode()
    assert not Piece.objects.exists()


def test_who_may_look_at_the_music_need_not_be_who_forgets_it(client: Client) -> None:
    imported(play(datetime(2021, 3, 2, tzinfo=UTC)))
    assert client.get(PAGE).status_code == 302
    guest = User.objects.create_user("guest", is_staff=True)
    client.force_login(guest)
    assert client.get(PAGE).status_code == 403
    guest.user_permissions.add(Permission.objects.get(codename="view_musicmoment"))
    assert "Forget them" not in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}forget/", {"source": "spotify_history"}).status_code == 403
    assert PastPlay.objects.exists()


def test_forgetting_one_export_keeps_the_pieces_of_another() -> None:
    imported(play(NOW - timedelta(days=900)))
    record_history(drafts=[play(NOW - timedelta(days=800))], source="lastfm_export", now=NOW)
    assert forget_imported(source="spotify_history") == 1
    assert Piece.objects.get().plays == 1
