"""The listening of past years: written in bulk from exports, without what players told of themselves."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from common.text import storable
from garden.locks import advisory_lock
from weather import dedupe
from weather.audio_features import features_of_genres
from weather.models import MusicMoment, PastPlay, Piece
from weather.music import EVERY_FIVE, LONGEST, SLACK
from weather.music_years import count_months

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from weather.drafts import FeaturesDraft, PlayDraft

FROM_GENRES: Final = "genres"
AROUND: Final = LONGEST + EVERY_FIVE + SLACK  # how far apart two tellings of one play may be
ROWS_TOGETHER: Final = 1000  # in one statement
_LOCK: Final = 0x6D757369  # any number; the same in every process


@dataclass(slots=True)
class Told:
    """A play as it is compared with others."""

    source: str
    title: str
    artist: str
    played_at: datetime
    duration: float | None
    key: str
    kind: str = "track"
    energy: float | None = None
    valence: float | None = None
    acousticness: float | None = None
    genres: list[str] = field(default_factory=list)
    features_source: str = ""


def key_of(title: str, artist: str) -> str:
    """What a piece is known by, however services write its title and its first artist."""
    return hashlib.blake2b("\n".join(dedupe.piece(title, artist)).encode(), digest_size=16).hexdigest()


@transaction.atomic
def record_history(*, drafts: Sequence[PlayDraft], source: str, now: datetime) -> int:
    """Keep plays of the past that nobody told of yet. Returns how many are new.

    However many a statement holds, each counts once: those that this source told before, and those that a player or
    another export told within the length of the piece and a few minutes. Plays from the future are dropped.
    """
    advisory_lock(_LOCK)  # what two imports tell at once would be news to both
    told = [_told(draft, source) for draft in drafts if draft.played_at <= now + EVERY_FIVE]
    if not told:
        return 0
    pieces = _pieces(drafts)
    first, last = min(one.played_at for one in told), max(one.played_at for one in told)
    known = [*_past(pieces, first - AROUND, last + AROUND), *_live(pieces, first - AROUND, last + AROUND)]
    before = {(one.key, one.played_at) for one in known if one.source == source}
    fresh = {(one.key, one.played_at): one for one in told if (one.key, one.played_at) not in before}
    new = dedupe.unheard(fresh.values(), known)
    zone = ZoneInfo(settings.TIME_ZONE)
    PastPlay.objects.bulk_create(
        (
            PastPlay(
                piece_id=pieces[one.key],
                source=source,
                played_at=one.played_at,
                month=one.played_at.astimezone(zone).date().replace(day=1),
                seconds=one.duration,
            )
            for one in new
        ),
        batch_size=ROWS_TOGETHER,
    )
    return len(new)


def forget_echoes(play: MusicMoment) -> None:
    """Let go of what an export told of a play that a player has told of now. One query where nothing was imported."""
    near = PastPlay.objects.filter(
        piece__key=key_of(play.title, play.artist),
        played_at__gte=play.played_at - AROUND,
        played_at__lte=play.played_at + AROUND,
    ).select_related("piece")
    told = [_known(one) for one in near]
    if not told:
        return
    live = Told(play.source, play.title, play.artist, play.played_at, play.duration, key="")
    echoes = {one.played_at for one in told} - {one.played_at for one in dedupe.unheard(told, [live])}
    near.filter(played_at__in=echoes).delete()


@transaction.atomic
def forget_imported(*, source: str) -> int:
    """Delete the plays that came in with exports of one service, and the pieces that nobody plays then."""
    forgotten = PastPlay.objects.filter(source=source).delete()[0]
    Piece.objects.filter(pastplay=None).delete()
    count_plays()
    return forgotten


def count_plays() -> None:
    """Note how often each piece was played, for who asks what the most heard ones are like, and sum up the months."""
    count_months()
    counted = (
        PastPlay.objects.filter(piece=OuterRef("pk")).order_by().values("piece").annotate(n=Count("pk")).values("n")
    )
    Piece.objects.update(plays=Coalesce(Subquery(counted), 0))


def describe_pieces(*, drafts: Sequence[FeaturesDraft], source: str) -> int:
    """Keep what was learnt of pieces, and who was asked, by the rules of `music_services.describe`.

    Returns the pieces that are known better now.
    """
    better = 0
    for draft in drafts:
        if draft.spotify_id:
            meant = Piece.objects.filter(spotify_id=draft.spotify_id)
        elif draft.title:
            meant = Piece.objects.filter(key=key_of(draft.title, draft.artist))
        else:
            continue
        for piece in meant:
            before = piece.features_source, piece.energy
            if f",{source}," not in piece.asked:
                piece.asked = f"{piece.asked or ','}{source},"
            if draft.genres:
                piece.genres = [storable(genre, 60) for genre in draft.genres]
            features = draft.features or features_of_genres(piece.genres)
            if features and piece.features_source in ("", FROM_GENRES):
                piece.energy, piece.valence = features.energy, features.valence
                piece.acousticness = features.acousticness
                piece.features_source = source if draft.features else FROM_GENRES
            piece.save()
            better += (piece.features_source, piece.energy) != before
    return better


def heard_between(begin: datetime, end: datetime) -> list[Told]:
    """What exports told of a time, with its character. One query."""
    plays = PastPlay.objects.filter(played_at__gte=begin, played_at__lte=end).select_related("piece")
    return [_known(one) for one in plays]


def _told(draft: PlayDraft, source: str) -> Told:
    title, artist = storable(draft.title, 300), storable(draft.artist, 300)
    return Told(source, title, artist, draft.played_at, draft.duration, key_of(title, artist))


def _pieces(drafts: Iterable[PlayDraft]) -> dict[str, int]:
    """The ids of the pieces by their keys; new ones are made, with the character that their genres tell."""
    wanted = {key_of(storable(one.title, 300), storable(one.artist, 300)): one for one in drafts}
    found = dict(Piece.objects.filter(key__in=wanted).values_list("key", "pk"))
    if missing := wanted.keys() - found.keys():
        Piece.objects.bulk_create(
            (_piece(key, wanted[key]) for key in missing), batch_size=ROWS_TOGETHER, ignore_conflicts=True
        )
        found |= dict(Piece.objects.filter(key__in=missing).values_list("key", "pk"))
    return found


def _piece(key: str, draft: PlayDraft) -> Piece:
    genres = [storable(genre, 60) for genre in draft.genres]
    coarse = features_of_genres(genres)
    return Piece(
        key=key,
        title=storable(draft.title, 300),
        artist=storable(draft.artist, 300),
        kind=draft.kind,
        spotify_id=storable(draft.spotify_id, 40),
        recording_id=storable(draft.recording_id, 40),
        genres=genres,
        energy=coarse.energy if coarse else None,
        valence=coarse.valence if coarse else None,
        acousticness=coarse.acousticness if coarse else None,
        features_source=FROM_GENRES if coarse else "",
    )


def _past(pieces: dict[str, int], begin: datetime, end: datetime) -> list[Told]:
    """What exports told of these pieces within a time."""
    plays = PastPlay.objects.filter(piece__in=pieces.values(), played_at__gte=begin, played_at__lte=end)
    return [_known(one) for one in plays.select_related("piece")]


def _known(play: PastPlay) -> Told:
    piece = play.piece
    return Told(
        play.source,
        piece.title,
        piece.artist,
        play.played_at,
        play.seconds,
        piece.key,
        piece.kind,
        piece.energy,
        piece.valence,
        piece.acousticness,
        piece.genres,
        piece.features_source,
    )


def _live(pieces: Collection[str], begin: datetime, end: datetime) -> list[Told]:
    """What players told of these pieces within a time."""
    plays = MusicMoment.objects.filter(played_at__gte=begin, played_at__lte=end, is_demo=False).order_by()
    said = plays.values_list("source", "title", "artist", "played_at", "duration")
    told = (Told(*row, key=key_of(row[1], row[2])) for row in said.iterator())
    return [one for one in told if one.key in pieces]
