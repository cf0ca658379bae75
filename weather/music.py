"""What music says: its mood, what of it visitors may learn, and what is one play. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Protocol

from weather.audio_features import families

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

STILL_SOUNDS: Final = timedelta(minutes=15)  # a track that nobody confirmed for so long is over
LONGEST: Final = timedelta(hours=1)  # a piece of which nobody says how long it is; more hangs at the service

# Energy and valence, 0–1. The first two are the thresholds at which music turns the garden's weather sunny or stormy.
LIVELY, GLAD = 0.7, 0.6
WILD, DARK = 0.8, 0.4
QUIET = 0.4
ACOUSTIC = 0.6  # acousticness

POLL_OFTEN_FOR: Final = timedelta(minutes=5)  # of silence: between two tracks, or a coffee
POLL_LESS_FOR: Final = timedelta(minutes=20)
EVERY_MINUTE, EVERY_TWO, EVERY_FIVE = timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=5)


class Shown(StrEnum):
    """How much of the music visitors learn, least first."""

    NOTHING = "nothing"
    MOOD = "mood"
    ARTIST = "artist"
    TRACK = "track"


class MusicMood(StrEnum):
    """What a track feels like, in a word."""

    JOYFUL = "joyful"
    INTENSE = "intense"
    MELANCHOLIC = "melancholic"
    CALM = "calm"
    WARM = "warm"
    DRIVING = "driving"
    BRIGHT = "bright"
    BALANCED = "balanced"
    SILENCE = "silence"
    UNKNOWN = "unknown"


class Heard(Protocol):
    """A play with what is known of its character."""

    source: str
    title: str
    artist: str
    kind: str
    played_at: datetime
    duration: float | None
    energy: float | None
    valence: float | None
    acousticness: float | None
    genres: list[str]
    features_source: str


def mood_word(energy: float | None, valence: float | None, acousticness: float | None = None) -> MusicMood:
    """The mood of a track, or of the mean of several."""
    if energy is None or valence is None:
        return MusicMood.UNKNOWN
    if energy > LIVELY and valence > GLAD:
        return MusicMood.JOYFUL
    if energy > WILD and valence < DARK:
        return MusicMood.INTENSE
    if energy < QUIET:
        return MusicMood.MELANCHOLIC if valence < DARK else MusicMood.CALM
    if acousticness is not None and acousticness > ACOUSTIC:
        return MusicMood.WARM
    if energy > LIVELY:
        return MusicMood.DRIVING
    return MusicMood.BRIGHT if valence > GLAD else MusicMood.BALANCED


# --- Over a time ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """What was heard over a time. Means are over the plays whose character is known, by their length."""

    plays: int
    known: int  # plays whose energy and valence are known
    energy: float | None
    valence: float | None
    acousticness: float | None
    mood: MusicMood
    minutes: float  # of plays whose length is known
    families: Sequence[tuple[str, int]]  # of genres, with plays, most heard first


def window(heard: Iterable[Heard]) -> Window:
    """Sum up plays. Episodes count as plays and have no character."""
    plays = list(heard)
    described = [play for play in plays if play.energy is not None and play.valence is not None]
    energy = _mean([(play.energy, _weight(play)) for play in described])
    valence = _mean([(play.valence, _weight(play)) for play in described])
    acousticness = _mean([(play.acousticness, _weight(play)) for play in described])
    counted: dict[str, int] = {}
    for play in plays:
        for family in families(play.genres):
            counted[family] = counted.get(family, 0) + 1
    silent = MusicMood.SILENCE if not plays else None
    return Window(
        plays=len(plays),
        known=len(described),
        energy=energy,
        valence=valence,
        acousticness=acousticness,
        mood=silent or mood_word(energy, valence, acousticness),
        minutes=round(sum(play.duration or 0.0 for play in plays) / 60, 1),
        families=sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])),
    )


USUAL_LENGTH: Final = 200.0  # seconds, where a source does not say


def _weight(play: Heard) -> float:
    return play.duration or USUAL_LENGTH


def _mean(values: Sequence[tuple[float | None, float]]) -> float | None:
    said = [(value, weight) for value, weight in values if value is not None]
    total = sum(weight for _, weight in said)
    return round(sum(value * weight for value, weight in said) / total, 3) if total else None


# --- What visitors learn ----------------------------------------------------------------------------------------------

_OF_PLAY: Final = frozenset({"source", "is_playing", "mood", "energy", "valence", "genre", "features_source"})
_OF_INFLUENCE: Final = frozenset({"type", "intensity", "mood", "energy_level", "energy", "valence"})
_OF_MOOD: Final = _OF_PLAY | _OF_INFLUENCE
_OF_ARTIST: Final = _OF_MOOD | {"kind", "artist"}
PUBLIC_FIELDS: Final[Mapping[Shown, frozenset[str]]] = {
    Shown.NOTHING: frozenset(),
    Shown.MOOD: _OF_MOOD,
    Shown.ARTIST: _OF_ARTIST,
    Shown.TRACK: _OF_ARTIST | {"title", "track_name"},
}


def public_music(playing: Heard | None, shown: Shown) -> dict[str, Any]:
    """What visitors may learn of what plays now; `None` is silence. Empty where nothing is shown."""
    if playing is None:
        return only({"is_playing": False, "mood": str(MusicMood.SILENCE)}, shown)
    said = {
        "source": playing.source,
        "is_playing": True,
        "mood": str(mood_word(playing.energy, playing.valence, playing.acousticness)),
        "energy": playing.energy,
        "valence": playing.valence,
        "genre": next(iter(families(playing.genres)), ""),
        "features_source": playing.features_source,
        "kind": playing.kind,
        "artist": playing.artist,
        "title": playing.title,
    }
    return only(said, shown)


def only(said: Mapping[str, Any], shown: Shown) -> dict[str, Any]:
    """Of something told, what may still be told.

    Where the track itself is not shown, figures are rounded to tenths: exact ones would name it to anyone with a
    catalogue. For the same reason genres are told by their family alone.
    """
    return {
        key: rounded(value, shown) if isinstance(value, float) else value
        for key, value in said.items()
        if key in PUBLIC_FIELDS[shown]
    }


def rounded(value: float, shown: Shown) -> float:
    """A figure as exact as it may be told."""
    return round(value, 2 if shown == Shown.TRACK else 1)


# --- When to ask, and what is one play --------------------------------------------------------------------------------


def pause_between(silent_for: timedelta | None) -> timedelta:
    """How long to wait between two looks: a minute while music plays, longer the longer it has been silent.

    `None` where nothing was ever heard.
    """
    if silent_for is not None and silent_for < POLL_OFTEN_FOR:
        return EVERY_MINUTE
    if silent_for is not None and silent_for < POLL_LESS_FOR:
        return EVERY_TWO
    return EVERY_FIVE


def still_the_same(began: datetime, duration: float | None, seems_to_begin: datetime) -> bool:
    """Whether a track that plays now is the play that began at `began`; `seems_to_begin` is now less its progress.

    A pause moves that moment on, so it is the same play until the piece could have been heard once.
    """
    return -SLACK <= seems_to_begin - began < length_of(duration) - SLACK


def sounds_until(began: datetime, duration: float | None) -> datetime:
    """When a piece that was first seen at `began` is over at the latest, whatever its source goes on to say."""
    return began + (timedelta(seconds=duration) + EVERY_FIVE if duration else LONGEST)


def is_reported_play(began: datetime, heard_at: datetime | None, duration: float | None, reported: datetime) -> bool:
    """Whether a play of the same track in a list of past ones is the one seen from `began` on.

    Services report the moment at which a play began or that at which it ended, and do not say which; where a service
    does not tell how far a track is, `began` is when it was first seen, up to a look later.
    """
    end = began + length_of(duration)
    return began - EVERY_FIVE - SLACK <= reported <= max(end, (heard_at or end) + EVERY_TWO) + SLACK


def least_apart(duration: float | None) -> timedelta:
    """How far apart two plays of one piece begin at least: players tell of one at half its length, or four minutes."""
    return timedelta(seconds=min(duration / 2, MOST_OF_A_PLAY)) if duration else SHORTEST_PLAY


def length_of(duration: float | None) -> timedelta:
    """How long a piece is; a usual length where nobody says."""
    return timedelta(seconds=duration or USUAL_LENGTH)


MOST_OF_A_PLAY: Final = 240.0  # seconds that has to be heard before players tell of it
SHORTEST_PLAY: Final = timedelta(seconds=30)  # of a piece whose length nobody says
SLACK: Final = timedelta(seconds=20)  # clocks, buffering, and services that round
