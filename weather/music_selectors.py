"""Reads of the music that was heard. Each says how many queries it costs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from weather.dedupe import how_known, once
from weather.models import MusicMoment, MusicSharing, Piece
from weather.music import STILL_SOUNDS, Heard, Shown, Window, window
from weather.music_history import heard_between

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

TREND = timedelta(days=7)
MOST_NAMED = 5  # artists and genres of a trend
FEATURES_LOOKBACK = timedelta(days=7)  # whose character is still worth a question
FEATURES_BATCH = 40  # tracks in one question, the most that ReccoBeats takes


def sharing() -> Shown:
    """How much visitors may learn. One query."""
    kept = MusicSharing.objects.filter(pk=MusicSharing.THE_ONE).values_list("shown", flat=True).first()
    return Shown(kept) if kept else Shown.MOOD


def playing_now(*, now: datetime) -> MusicMoment | None:
    """What plays at this moment; `None` for silence. One query.

    Players tell one another what they play, so of several plays the one wins that is known best, then the newest.
    """
    goes_on = Q(ends_at=None) | Q(ends_at__gt=now)
    confirmed = MusicMoment.objects.filter(goes_on, is_playing=True, heard_at__gt=now - STILL_SOUNDS, heard_at__lte=now)
    return max(confirmed, key=lambda play: (how_known(play), play.played_at), default=None)


def last_heard(source: str = "") -> MusicMoment | None:
    """The newest play, of one source or of all. One query."""
    plays = MusicMoment.objects.order_by("-played_at")
    return (plays.filter(source=source) if source else plays).first()


def silent_for(source: str, *, now: datetime) -> timedelta | None:
    """How long a source has told of nothing; zero while it plays, `None` where it never told of anything. One query."""
    last = last_heard(source)
    if last is None:
        return None
    return timedelta() if last.is_playing else max(timedelta(), now - (last.heard_at or last.played_at))


def undescribed(*, asked: str, source: str = "", now: datetime) -> list[MusicMoment]:
    """Tracks of late whose character is not known better than by genre, and that `asked` was not asked for.

    Of one source, or of all that have an id at Spotify. Newest first, each track once. One query.
    """
    recent = MusicMoment.objects.filter(
        features_source__in=("", "genres"), kind="track", played_at__gt=now - FEATURES_LOOKBACK
    ).order_by("-played_at")
    recent = recent.filter(source=source) if source else recent.exclude(spotify_id="")
    tracks: dict[str, MusicMoment] = {}
    for moment in recent[: 10 * FEATURES_BATCH]:
        if asked not in moment.features_asked:
            tracks.setdefault(moment.spotify_id or moment.track_id, moment)
    return list(tracks.values())[:FEATURES_BATCH]


def undescribed_pieces(*, asked: str, most: int = FEATURES_BATCH) -> list[Piece]:
    """Pieces of the imported past that have an id at Spotify, by the same rule; most heard first. One query."""
    pieces = Piece.objects.filter(features_source__in=("", "genres"), kind="track").exclude(spotify_id="")
    return list(pieces.exclude(asked__contains=f",{asked},").order_by("-plays", "pk")[:most])


def unknown_tracks(*, asked: str, after: str, now: datetime) -> list[MusicMoment | Piece]:
    """Tracks by their names whose character nobody knows, not even by genre, and that `asked` was not asked for.

    Those with an id at Spotify only once `after` was asked for them, where it names somebody. The newest of late first,
    else the most heard of past years. Two queries at most.
    """
    lately = MusicMoment.objects.filter(
        features_source="", kind="track", is_demo=False, played_at__gt=now - FEATURES_LOOKBACK
    ).exclude(artist="")
    tracks: dict[tuple[str, str], MusicMoment | Piece] = {}
    for moment in lately.order_by("-played_at")[: 10 * FEATURES_BATCH]:
        waits = bool(after and moment.spotify_id) and after not in moment.features_asked
        if asked not in moment.features_asked and not waits:
            tracks.setdefault((moment.title, moment.artist), moment)
    if tracks:
        return list(tracks.values())[:FEATURES_BATCH]
    pieces = Piece.objects.filter(features_source="", kind="track").exclude(artist="")
    pieces = pieces.exclude(asked__contains=f",{asked},")
    if after:
        pieces = pieces.filter(Q(spotify_id="") | Q(asked__contains=f",{after},"))
    return list(pieces.order_by("-plays", "pk")[:FEATURES_BATCH])


@dataclass(frozen=True, slots=True)
class Trend:
    """Listening over the last days."""

    days: Sequence[tuple[date, Window]]  # oldest first, silent ones too
    whole: Window
    artists: Sequence[tuple[str, int]]  # with plays, most heard first
    described_by: Sequence[tuple[str, int]]  # who told the character of how many plays; empty is nobody


def trends(*, now: datetime, over: timedelta = TREND) -> Trend:
    """How the last days sounded, by the owner's calendar. Two queries."""
    zone = ZoneInfo(settings.TIME_ZONE)
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(over.days - 1, -1, -1)]
    began = datetime(days[0].year, days[0].month, days[0].day, tzinfo=zone)
    live = once(MusicMoment.objects.filter(played_at__gte=began, played_at__lte=now))
    plays: list[Heard] = [*live, *heard_between(began, now)]
    by_day: dict[date, list[Heard]] = {day: [] for day in days}
    for play in plays:
        by_day[play.played_at.astimezone(zone).date()].append(play)
    return Trend(
        days=[(day, window(by_day[day])) for day in days],
        whole=window(plays),
        artists=Counter(play.artist for play in plays if play.artist).most_common(MOST_NAMED),
        described_by=Counter(play.features_source for play in plays if play.kind == "track").most_common(),
    )
