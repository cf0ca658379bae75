"""What the mood is made of: the music, the sky and the work of now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from weather import influences, mood, music, sky
from weather.dedupe import once
from weather.models import MusicMoment, SkyObservation
from weather.sky import Condition
from weather.work import work_today

if TYPE_CHECKING:
    from datetime import datetime

    from weather.models import Place


def inputs_now(now: datetime, place: Place) -> influences.Inputs:
    """What the mood is made of. Four queries, five where no music was heard lately."""
    latitude, longitude = place.coordinates
    return influences.Inputs(
        now=now,
        longitude=longitude,
        time_of_day=sky.time_of_day(now, latitude, longitude),
        season=sky.season_at(now, latitude, longitude),
        music=_music(now),
        sky=_sky(now),
        work=work_today(now, longitude),
    )


def _music(now: datetime) -> influences.Music | None:
    """The mean of what was heard lately."""
    since = now - mood.FRESH_FOR[mood.Source.MUSIC]
    lately = Q(played_at__gt=since) | Q(heard_at__gt=since)
    heard = list(MusicMoment.objects.filter(lately, played_at__lte=now))
    means = music.window(once(heard))
    if means.energy is None or means.valence is None:
        return _music_before(since)
    latest = max(moment.heard_at or moment.played_at for moment in heard)
    return influences.Music(latest, means.energy, means.valence, means.acousticness)


def _music_before(moment: datetime) -> influences.Music | None:
    """The last that was heard before: too old to have a say, but worth its time in the answer. One query."""
    described = MusicMoment.objects.filter(played_at__lte=moment, energy__isnull=False, valence__isnull=False)
    last = described.order_by("-played_at").first()
    if last is None or last.energy is None or last.valence is None:
        return None
    return influences.Music(last.heard_at or last.played_at, last.energy, last.valence, last.acousticness)


def _sky(now: datetime) -> influences.Sky | None:
    seen = SkyObservation.objects.known_at(now).first()
    return influences.Sky(seen.observed_at, Condition(seen.condition), seen.temperature, seen.source) if seen else None
