"""Two players tell of one play: it counts once, in the trends and in the mood."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weather.dedupe import once, piece_of
from weather.inputs import inputs_now
from weather.models import MusicMoment
from weather.selectors import place_in_settings

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
SPELLINGS: tuple[Callable[[str], str], ...] = (str, str.upper, str.title)
PLAYERS = ("spotify", "listenbrainz", "lastfm")


@dataclass
class Told:
    """A play as one source tells it."""

    source: str = "spotify"
    title: str = "Harvest Moon"
    artist: str = "Neil Young"
    kind: str = "track"
    played_at: datetime = NOON
    duration: float | None = 200.0
    energy: float | None = None
    valence: float | None = None
    acousticness: float | None = None
    genres: list[str] = field(default_factory=list)
    features_source: str = ""


@st.composite
def evenings(draw: st.DrawFn) -> tuple[int, list[Told]]:
    """How many plays there were, and what one to three players told of them, each in its own spelling and way.

    A player tells the moment at which a play began or that at which it ended, give or take some seconds; it may miss
    plays, but the same piece is only heard again where no player misses any, or after a while.
    """
    sources = draw(st.lists(st.sampled_from(PLAYERS), min_size=1, max_size=3, unique=True))
    at_end = {source: draw(st.booleans()) for source in sources}
    spelling = {source: draw(st.sampled_from(SPELLINGS)) for source in sources}
    misses = draw(st.booleans())
    told, at, last_heard = [], NOON, dict.fromkeys(range(4), NOON - timedelta(days=1))
    count = draw(st.integers(0, 8))
    for _ in range(count):
        piece, duration = draw(st.integers(0, 3)), draw(st.sampled_from([90.0, 200.0, 1300.0]))
        if misses:
            at = max(at, last_heard[piece] + timedelta(hours=1))
        by = draw(st.lists(st.sampled_from(sources), min_size=1, unique=True)) if misses else sources
        for source in by:
            moment = at + timedelta(seconds=duration if at_end[source] else 0.0)
            told.append(
                Told(
                    source,
                    spelling[source](f"piece no. {piece}"),
                    spelling[source]("the band"),
                    played_at=moment + timedelta(seconds=draw(st.integers(-9, 9))),
                    duration=draw(st.sampled_from([duration, None])) if duration == 200.0 else duration,
                )
            )
        last_heard[piece] = at
        at += timedelta(seconds=duration + draw(st.integers(20, 400)))
    return count, draw(st.permutations(told))


@given(evenings())
def test_every_play_counts_once_however_many_told_of_it_and_in_whatever_order(evening: tuple[int, list[Told]]) -> None:
    count, told = evening
    heard = once(told)
    assert len(heard) == count
    assert all(one in told for one in heard)


def test_a_piece_on_repeat_counts_as_often_as_it_was_heard() -> None:
    begins = [NOON + number * timedelta(seconds=200) for number in range(6)]
    told = [Told(played_at=at) for at in begins]
    told += [Told("lastfm", played_at=at + timedelta(seconds=205)) for at in begins]  # after the next one began
    assert len(once(told)) == 6


@given(st.lists(st.integers(0, 5000), max_size=12, unique=True))
def test_what_one_player_tells_is_never_merged(seconds: list[int]) -> None:
    told = [Told(played_at=NOON + timedelta(seconds=one)) for one in seconds]
    assert len(once(told)) == len(told)


@given(st.permutations(["spotify", "genres", ""]))
def test_of_several_tellings_the_one_whose_character_is_known_best_is_kept(known: list[str]) -> None:
    told = [Told(source, features_source=features) for source, features in zip(PLAYERS, known, strict=True)]
    (kept,) = once(told)
    assert kept.features_source == "spotify"


@pytest.mark.parametrize(
    ("title", "artist"),
    [
        ("HARVEST MOON", "neil young"),
        ("Harvest Moon (feat. Somebody)", "Neil Young, Somebody"),
        ("Harvest Moon ft. Somebody", "Neil Young & Somebody"),
        ("Harvest\u00a0Moon", "Neil Young feat. Somebody"),
        ("Harvest  Moon!", " Neil Young "),
    ],
)
def test_a_piece_is_the_same_however_it_is_written(title: str, artist: str) -> None:
    assert piece_of(Told(title=title, artist=artist)) == piece_of(Told())


@pytest.mark.parametrize("other", [Told("lastfm", title="Heart of Gold"), Told("lastfm", artist="Cassandra Wilson")])
def test_another_piece_at_the_same_time_is_another_play(other: Told) -> None:
    assert len(once([Told(), other])) == 2


def test_titles_of_signs_alone_are_told_apart() -> None:
    assert len(once([Told(title="???", artist="!!!"), Told("lastfm", title="…", artist="!!!")])) == 2


@pytest.mark.django_db
def test_the_mood_hears_a_play_that_two_players_told_of_once() -> None:
    for source, title, energy, at in (
        ("spotify", "Loud", 0.9, NOON),
        ("lastfm", "LOUD", 0.9, NOON + timedelta(seconds=200)),
        ("spotify", "Quiet", 0.1, NOON + timedelta(seconds=200)),
    ):
        MusicMoment.objects.create(
            source=source,
            external_id=title,
            title=title,
            artist="A band",
            played_at=at,
            duration=200.0,
            energy=energy,
            valence=0.5,
            features_source="genres" if source == "lastfm" else "spotify",
        )
    music = inputs_now(NOON + timedelta(minutes=7), place_in_settings()).music
    assert music is not None
    assert music.energy == 0.5
