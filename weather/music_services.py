"""What is written of the music: plays as they are heard, what they are like, and how much of it visitors learn."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from common.text import storable
from garden import events
from garden.event_types import UNSET, MusicChanged
from garden.models import GardenEvent
from garden.vocabulary import EventType
from weather import dedupe, music, music_history, music_selectors, public_view
from weather.audio_features import Features, features_of_genres
from weather.models import MusicMoment, MusicSharing
from weather.music import EVERY_FIVE, SLACK, STILL_SOUNDS, Shown
from weather.music_history import FROM_GENRES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from weather.drafts import FeaturesDraft, NowDraft, PlayDraft

MOST_COMPARED = 20  # plays of one track that a listed one may be
MOST_GENRES = 20  # of one play
MOST_DESCRIBED = 200  # plays that one answer changes; older ones stay as they were
HEARD_IN = (EventType.MUSIC_CHANGED, EventType.WEATHER_CHANGE, EventType.ATMOSPHERE_CHANGED)  # the music is, in part
MEASURED = ("energy", "valence", "acousticness", "danceability", "instrumentalness", "tempo")


@transaction.atomic
def record_listening(
    *, drafts: Sequence[NowDraft], source: str, now: datetime, is_demo: bool = False
) -> Mapping[str, int]:
    """Keep what a source says of this moment, and tell the garden where something changed. Returns new plays."""
    new = 0
    for draft in drafts:
        playing = draft.playing
        if playing and (standing := _standing_still(source, playing, now)):
            if now >= music.sounds_until(standing.played_at, standing.duration):
                MusicMoment.objects.filter(pk=standing.pk).update(is_playing=False)
            continue  # no word of this moment
        known = _same_play(source, playing) if playing else None
        ended = MusicMoment.objects.filter(source=source, is_playing=True)
        (ended.exclude(pk=known.pk) if known else ended).update(is_playing=False)
        if known and playing:
            until = now if playing.exact else min(now, music.sounds_until(known.played_at, known.duration))
            known.is_playing, known.heard_at, known.progress = until == now, until, playing.progress
            known.ends_at = draft.ends_at
            known.save(update_fields=["is_playing", "heard_at", "progress", "ends_at"])
        elif playing:
            new += _store(playing, source=source, is_playing=True, heard_at=now, ends_at=draft.ends_at, is_demo=is_demo)
    publish_music(source=source, now=now)
    return {"plays": new}


@transaction.atomic
def record_past(
    *,
    drafts: Sequence[PlayDraft],
    source: str,
    now: datetime,
    is_demo: bool = False,
    several_devices: bool = False,
) -> Mapping[str, int]:
    """Keep plays of the past that nobody saw while they went on. Returns new plays.

    One from the future is dropped: a wrong clock must not hide what is heard later. Where `several_devices` may tell of
    one play, each a moment apart, it counts once.
    """
    new = 0
    for draft in drafts:
        if draft.played_at > now + EVERY_FIVE:
            continue
        if seen := _seen_before(source, draft):
            _learn(seen, draft)
        elif several_devices and (told := _told_by_another(source, draft)):
            _learn(told, draft)
        else:
            new += _store(draft, source=source, is_demo=is_demo)
    return {"plays": new}


def _standing_still(source: str, playing: PlayDraft, now: datetime) -> MusicMoment | None:
    """The play, where it is said to play and has not moved since the last look: its service hangs."""
    last = MusicMoment.objects.filter(source=source, heard_at__isnull=False).order_by("-heard_at").first()
    if last is None or last.heard_at is None or last.track_id != _id(playing.track_id):
        return None
    moved = playing.progress is None or playing.progress != last.progress or now - last.heard_at < SLACK
    return None if moved else last


def _same_play(source: str, playing: PlayDraft) -> MusicMoment | None:
    last = MusicMoment.objects.filter(source=source, track_id=_id(playing.track_id)).order_by("-played_at").first()
    if last is None:
        return None
    if not playing.exact:  # nobody says how far it is: what never stopped is one play
        return last if last.is_playing or _hangs(last) else None
    return last if music.still_the_same(last.played_at, last.duration, playing.played_at) else None


def _hangs(play: MusicMoment) -> bool:
    """Whether a play was told of until it could not go on, and nothing else was seen since."""
    if play.heard_at is None or play.heard_at < music.sounds_until(play.played_at, play.duration):
        return False
    seen = MusicMoment.objects.filter(source=play.source, heard_at__isnull=False)
    return not seen.filter(played_at__gt=play.played_at).exists()


def _seen_before(source: str, draft: PlayDraft) -> MusicMoment | None:
    """The play, if somebody saw it while it went on. Those that only lists told of are known by their own moment."""
    seen = MusicMoment.objects.filter(source=source, track_id=_id(draft.track_id), heard_at__isnull=False)
    known = seen.order_by("-played_at")[:MOST_COMPARED]
    meant = (one for one in known if music.is_reported_play(one.played_at, one.heard_at, one.duration, draft.played_at))
    return next(meant, None)


def _told_by_another(source: str, draft: PlayDraft) -> MusicMoment | None:
    """The play that begins so close to this one that nobody can have heard as much of both as makes a play."""
    apart = music.least_apart(draft.duration)
    near = MusicMoment.objects.filter(
        source=source, played_at__gt=draft.played_at - apart, played_at__lt=draft.played_at + apart
    )
    wanted = dedupe.piece(draft.title, draft.artist)
    return next((one for one in near if dedupe.piece_of(one) == wanted), None)


def _learn(play: MusicMoment, draft: PlayDraft) -> None:
    """Take over what a list knows of a play and the moment did not."""
    told = {
        "spotify_id": storable(draft.spotify_id, 40),
        "recording_id": storable(draft.recording_id, 40),
        "duration": draft.duration,
    }
    news = {field: value for field, value in told.items() if value and not getattr(play, field)}
    if news:
        MusicMoment.objects.filter(pk=play.pk).update(**news)


def _store(
    draft: PlayDraft,
    *,
    source: str,
    is_playing: bool = False,
    heard_at: datetime | None = None,
    ends_at: datetime | None = None,
    is_demo: bool = False,
) -> bool:
    """Write one play down with what is known of its track. Whether it is new."""
    moment, new = MusicMoment.objects.get_or_create(
        source=source,
        external_id=f"{_id(draft.track_id)}:{draft.played_at:%Y-%m-%dT%H:%M:%SZ}",
        defaults={
            "track_id": _id(draft.track_id),
            "spotify_id": storable(draft.spotify_id, 40),
            "recording_id": storable(draft.recording_id, 40),
            "artist_id": _id(draft.artist_id),
            "title": storable(draft.title, 300),
            "artist": storable(draft.artist, 300),
            "kind": draft.kind,
            "played_at": draft.played_at,
            "duration": draft.duration,
            "is_playing": is_playing,
            "heard_at": heard_at,
            "ends_at": ends_at,
            "progress": draft.progress,
            "is_demo": is_demo,
            "genres": _genres(draft.genres),
        },
    )
    if new and moment.kind == "track":
        _recall(moment)
    if new and not is_demo:
        music_history.forget_echoes(moment)
    return new


def _recall(moment: MusicMoment) -> None:
    """Give a play the character that its track had before, or the coarse one of its genres."""
    of_track = MusicMoment.objects.exclude(pk=moment.pk)
    of_track = (
        of_track.filter(spotify_id=moment.spotify_id)
        if moment.spotify_id
        else of_track.filter(source=moment.source, track_id=moment.track_id)
    )
    before = of_track.exclude(features_source__in=("", FROM_GENRES)).first() or of_track.first()
    if before:
        moment.genres = moment.genres or before.genres
        moment.features_source, moment.features_asked = before.features_source, before.features_asked
        for name in MEASURED:
            setattr(moment, name, getattr(before, name))
    if not moment.features_source:
        _take_from_genres(moment)
    moment.save()


def _take_from_genres(moment: MusicMoment) -> None:
    if coarse := features_of_genres(moment.genres):
        _take(moment, coarse, source=FROM_GENRES)


def _take(moment: MusicMoment, features: Features, *, source: str) -> None:
    for name, value in asdict(features).items():
        setattr(moment, name, value)
    moment.features_source = source


@transaction.atomic
def describe(
    *, drafts: Sequence[FeaturesDraft], source: str, now: datetime, is_demo: bool = False
) -> Mapping[str, int]:
    """Keep what was learnt of tracks, and who was asked. Returns the plays that are known better now.

    What is invented describes nothing but what is. Measured features replace the coarse ones of genres, and are not
    replaced by them.
    """
    better = 0
    for draft in drafts:
        for moment in _meant(draft, source, is_demo=is_demo):
            before = moment.features_source, moment.energy
            if source not in moment.features_asked:
                moment.features_asked = [*moment.features_asked, source]
            moment.genres = _genres(draft.genres) or moment.genres
            if moment.features_source in ("", FROM_GENRES):
                if draft.features:
                    _take(moment, draft.features, source=source)
                else:
                    _take_from_genres(moment)
            moment.save()
            better += (moment.features_source, moment.energy) != before
    if better:
        publish_music(source=source, now=now)
    pieces = 0 if is_demo else music_history.describe_pieces(drafts=drafts, source=source)
    return {"described": better + pieces}


def _meant(draft: FeaturesDraft, source: str, *, is_demo: bool) -> QuerySet[MusicMoment]:
    tracks = MusicMoment.objects.filter(kind="track", is_demo=is_demo)
    if draft.spotify_id:
        tracks = tracks.filter(spotify_id=draft.spotify_id)
    elif draft.title:
        tracks = tracks.filter(title=storable(draft.title, 300), artist=storable(draft.artist, 300))
    elif draft.artist_id:
        tracks = tracks.filter(source=source, artist_id=_id(draft.artist_id))
    else:
        tracks = tracks.filter(source=source, track_id=_id(draft.track_id))
    return tracks.order_by("-played_at")[:MOST_DESCRIBED]


@transaction.atomic
def end_stale_plays(*, now: datetime) -> int:
    """End plays that are over, or that nobody has confirmed for long: their source fell silent. Returns how many."""
    over = Q(heard_at__lte=now - STILL_SOUNDS) | Q(ends_at__lte=now)
    ended = MusicMoment.objects.filter(over, is_playing=True).update(is_playing=False)
    if ended:
        publish_music(source="music", now=now)
    return ended


@transaction.atomic
def publish_music(*, source: str, now: datetime) -> GardenEvent | None:
    """Publish `music_changed` where what visitors may learn of the music is not what they were told last."""
    events.lock_sequence()
    heard = MusicChanged(**music.public_music(music_selectors.playing_now(now=now), music_selectors.sharing()))
    last = GardenEvent.objects.filter(event_type=EventType.MUSIC_CHANGED).order_by("-seq").first()
    was_silent = last is None or not last.data.get("is_playing")
    is_known = last is not None and heard.data == last.data
    if heard.is_playing is UNSET or is_known or (was_silent and not heard.is_playing):
        return None
    return events.publish(heard, source=source, now=now)


@transaction.atomic
def set_sharing(*, shown: Shown, now: datetime) -> None:
    """Decide how much visitors learn. What they may no longer know is taken out of the outbox as well."""
    events.lock_sequence()  # nothing is told meanwhile by what held before
    MusicSharing.objects.update_or_create(pk=MusicSharing.THE_ONE, defaults={"shown": shown})
    for event in GardenEvent.objects.filter(event_type__in=HEARD_IN):
        allowed = public_view.redact_event(event.event_type, event.data, shown)
        if allowed != event.data:
            event.data = allowed
            event.save(update_fields=["data"])
    heard = MusicChanged(**music.public_music(music_selectors.playing_now(now=now), shown))
    events.publish(heard, source="owner", now=now, rewrites=True)


def _genres(told: Sequence[str]) -> list[str]:
    return [storable(genre, 60) for genre in told][:MOST_GENRES]


def _id(text: str) -> str:
    return storable(text, 200)
