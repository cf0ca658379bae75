"""What services say of the sky and of the music, before it is kept: pure values that providers hand over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from weather.audio_features import Features
    from weather.sky import Condition


@dataclass(frozen=True, slots=True)
class HourDraft:
    """One hour (or a few) ahead. `None` means "not said"."""

    at: datetime  # UTC
    condition: Condition
    temperature: float | None = None  # degrees Celsius
    chance: float | None = None  # of rain or snow, 0–1


@dataclass(frozen=True, slots=True)
class DayDraft:
    """One day ahead, by the calendar of the place."""

    day: date
    condition: Condition
    low: float | None = None  # degrees Celsius
    high: float | None = None


@dataclass(frozen=True, slots=True)
class SkyDraft:
    """The sky over the owner's place at one moment, and what is expected of it."""

    observed_at: datetime  # UTC
    condition: Condition
    temperature: float | None = None  # degrees Celsius
    cloud_cover: float | None = None  # 0–1
    wind_speed: float | None = None  # metres a second
    humidity: float | None = None  # 0–1
    pressure: float | None = None  # hectopascal
    utc_offset: int | None = None  # seconds that the clocks of the place are ahead of UTC
    zone: str = ""  # of the place, such as Asia/Tokyo, where the service names it
    hours: Sequence[HourDraft] = ()
    days: Sequence[DayDraft] = ()


@dataclass(frozen=True, slots=True)
class PlayDraft:
    """One play of one piece, as a source tells it."""

    track_id: str  # the source's own; the artist and the title where it has none
    title: str
    artist: str
    played_at: datetime  # UTC; when it began, or when it ended where a source tells that
    exact: bool = True  # else it began some time before `played_at`, at which it was first seen
    progress: float | None = None  # seconds into it at this moment, where a source tells that
    kind: str = "track"  # or episode, local
    duration: float | None = None  # seconds
    spotify_id: str = ""
    recording_id: str = ""  # at MusicBrainz
    artist_id: str = ""
    genres: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NowDraft:
    """What a source says of this moment: a play, or silence."""

    playing: PlayDraft | None
    ends_at: datetime | None = None  # UTC; when it is over unless told of again, of a source that nobody asks


@dataclass(frozen=True, slots=True)
class FeaturesDraft:
    """What one that was asked knows of a piece, or of everything by an artist. Name one of the three ids, or
    the piece.

    Neither features nor genres means that it was asked and knows nothing.
    """

    spotify_id: str = ""
    track_id: str = ""
    artist_id: str = ""
    title: str = ""  # with `artist`, of whichever source
    artist: str = ""
    features: Features | None = None
    genres: Sequence[str] = ()
