"""What music says, what genres are like, and what of it visitors may learn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weather import audio_features, music
from weather.music import MusicMood, Shown

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
units = st.none() | st.floats(0, 1)


@dataclass
class Play:
    """A play as the engine takes it."""

    source: str = "spotify"
    title: str = "Slow Moss"
    artist: str = "Fern & Lichen"
    kind: str = "track"
    played_at: datetime = NOON
    duration: float | None = 200.0
    energy: float | None = 0.578
    valence: float | None = 0.624
    acousticness: float | None = 0.514
    genres: list[str] = field(default_factory=lambda: ["stomp and holler", "indie folk"])
    features_source: str = "spotify"


@pytest.mark.parametrize(
    ("energy", "valence", "acousticness", "word"),
    [
        (0.8, 0.7, 0.1, MusicMood.JOYFUL),
        (0.9, 0.3, 0.1, MusicMood.INTENSE),
        (0.3, 0.6, 0.9, MusicMood.CALM),
        (0.3, 0.2, 0.9, MusicMood.MELANCHOLIC),
        (0.5, 0.5, 0.8, MusicMood.WARM),
        (0.75, 0.5, 0.1, MusicMood.DRIVING),
        (0.5, 0.7, 0.1, MusicMood.BRIGHT),
        (0.5, 0.5, None, MusicMood.BALANCED),
        (None, 0.5, 0.5, MusicMood.UNKNOWN),
        (0.5, None, 0.5, MusicMood.UNKNOWN),
    ],
)
def test_a_track_has_a_mood_in_a_word(
    energy: float | None, valence: float | None, acousticness: float | None, word: MusicMood
) -> None:
    assert music.mood_word(energy, valence, acousticness) is word


@pytest.mark.parametrize(
    ("genre", "family"),
    [
        ("indie folk", "folk"),
        ("Post-Punk", "post-punk"),
        ("cowpunk", ""),
        ("post-rock", "post-rock"),
        ("Hip-Hop", "hip-hop"),
        ("melodic death metal", "death metal"),
        ("k-pop", "k-pop"),
        ("popular", ""),
        ("trap", "trap"),
        ("contrapuntal", ""),
        ("modern_jazz", "jazz"),
        ("", ""),
        ("日本のロック", ""),
    ],
)
def test_a_genre_belongs_to_a_family_or_to_none(genre: str, family: str) -> None:
    assert audio_features.genre_family(genre) == family


def test_genres_nobody_knows_say_nothing_rather_than_something_average() -> None:
    assert audio_features.features_of_genres(["vaporous zeuhl", ""]) is None
    assert audio_features.features_of_genres([]) is None


def test_genres_are_averaged_and_stay_between_quiet_and_loud() -> None:
    mean = audio_features.features_of_genres(["ambient", "techno", "ambient techno"])
    assert mean is not None
    assert (mean.energy, mean.valence) == (0.5, 0.35)
    assert all(0 <= value <= 1 for values in audio_features.CHARACTERS.values() for value in values)
    assert all(audio_features.genre_family(name) for name in audio_features.CHARACTERS)


def test_a_window_weighs_by_length_and_counts_what_nobody_knows() -> None:
    told = music.window(
        [
            Play(energy=1.0, valence=1.0, duration=300),
            Play(energy=0.0, valence=0.0, duration=100),
            Play(energy=None, valence=None, kind="episode", duration=3200, genres=[]),
        ]
    )
    assert (told.plays, told.known, told.energy, told.valence, told.minutes) == (3, 2, 0.75, 0.75, 60.0)
    assert told.families == [("folk", 2)]
    assert told.mood is MusicMood.JOYFUL


def test_an_empty_window_is_silence_and_one_of_unknowns_is_unknown() -> None:
    assert music.window([]).mood is MusicMood.SILENCE
    assert music.window([Play(energy=None)]).mood is MusicMood.UNKNOWN


@pytest.mark.parametrize(
    ("shown", "keys"),
    [
        (Shown.NOTHING, set()),
        (Shown.MOOD, {"source", "is_playing", "mood", "energy", "valence", "genre", "features_source"}),
        (
            Shown.ARTIST,
            {"source", "is_playing", "mood", "energy", "valence", "genre", "features_source", "kind", "artist"},
        ),
    ],
)
def test_visitors_learn_what_the_owner_shows_and_nothing_else(shown: Shown, keys: set[str]) -> None:
    said = music.public_music(Play(), shown)
    assert set(said) == keys
    assert "Slow Moss" not in str(said)


def test_figures_that_would_name_the_track_are_rounded_unless_it_is_shown() -> None:
    assert music.public_music(Play(), Shown.MOOD)["energy"] == 0.6
    assert music.public_music(Play(), Shown.MOOD)["genre"] == "folk"
    assert music.public_music(Play(), Shown.TRACK)["energy"] == 0.58
    assert music.public_music(Play(), Shown.TRACK)["title"] == "Slow Moss"


@given(energy=units, valence=units, first=st.sampled_from(Shown), then=st.sampled_from(Shown))
def test_showing_less_later_tells_no_more_than_showing_little_from_the_start(
    energy: float | None, valence: float | None, first: Shown, then: Shown
) -> None:
    play = Play(energy=energy, valence=valence)
    ladder = list(Shown)
    less = min(first, then, key=ladder.index)
    late = music.only(music.public_music(play, first), less)
    assert set(late) == set(music.public_music(play, less))
    assert "title" not in late or less == Shown.TRACK


@given(energy=units, valence=units, acousticness=units)
def test_every_character_has_a_word(energy: float | None, valence: float | None, acousticness: float | None) -> None:
    word = music.mood_word(energy, valence, acousticness)
    assert (word is MusicMood.UNKNOWN) == (energy is None or valence is None)


@pytest.mark.parametrize(("silent", "minutes"), [(0, 1), (4, 1), (5, 2), (19, 2), (20, 5), (6000, 5), (None, 5)])
def test_the_longer_the_silence_the_rarer_the_question(silent: int | None, minutes: int) -> None:
    silence = None if silent is None else timedelta(minutes=silent)
    assert music.pause_between(silence) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("later", "same"), [(-15, True), (0, True), (100, True), (179, True), (200, False), (-60, False)]
)
def test_a_play_goes_on_until_the_piece_could_have_been_heard(later: int, same: bool) -> None:
    assert music.still_the_same(NOON, 200.0, NOON + timedelta(seconds=later)) is same


@pytest.mark.parametrize(("reported", "same"), [(0, True), (200, True), (-120, True), (400, False), (-400, False)])
def test_a_play_of_the_past_is_known_by_its_beginning_or_its_end(reported: int, same: bool) -> None:
    assert music.is_reported_play(NOON, None, 200.0, NOON + timedelta(seconds=reported)) is same


def test_a_play_that_was_paused_for_long_ends_later() -> None:
    seen = NOON + timedelta(minutes=10)
    assert music.is_reported_play(NOON, seen, 200.0, NOON + timedelta(minutes=11))
