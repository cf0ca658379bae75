"""Writes of the garden's weather: what was seen of the sky, the mood that comes of everything, the owner's word."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from common.text import storable
from garden import events
from garden.event_types import StateRefreshed, WeatherUpdated
from garden.sources import DEMO
from garden.vocabulary import WeatherType
from weather import mood, music_services, public_view, selectors, sky
from weather.models import MusicMoment, Place, SkyObservation, WeatherOverride, WeatherState
from weather.mood import NOTHING_SAID, PreviousWeather, Word
from weather.music_selectors import playing_now, sharing
from weather.records import rulings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from weather.drafts import SkyDraft

SOURCE = "mood_engine"
STORM = "storm"  # who asks for a weather after a push like one
COMMITS_OF_A_STORM = 5  # more than these in one push are one
STORM_INTENSITY, STORM_LASTS = 0.8, timedelta(minutes=30)
TERMINALS = "development_activity"  # who asks for a weather while work at a terminal is intense
TERMINALS_LAST = timedelta(minutes=10)
STEP = 0.1  # of a component or the intensity: a smaller change is the same weather
FELT_DEGREES = 1.0  # a smaller change of temperature is no news
REFRESHED = (  # by a look that finds the same weather: what is known of now, and makes no other weather
    "looked_at",
    "influences",
    "music_mood",
    "actual_weather",
    "github_commits_today",
    "coding_hours_today",
    "productivity_score",
    "creativity_index",
    "stress_level",
)
LONGEST_OVERRIDE = timedelta(days=7)
OBSERVATIONS_KEPT, STATES_KEPT = timedelta(days=400), timedelta(days=800)  # a year and two, for the insights
DECIMALS_OF_A_TOWN = 2  # about a kilometre; a garden needs to know no more


# --- The sky ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def observe(*, drafts: Sequence[SkyDraft], source: str, now: datetime, is_demo: bool = False) -> Mapping[str, int]:
    """Keep what a service saw of the sky, tell it where it is news, and let the mood hear of it.

    One from the future is dropped: a wrong clock must not hide what is seen later.
    """
    before, kept = selectors.observation_now(now), 0
    for draft in drafts:
        if draft.observed_at > now + timedelta(hours=1):
            continue
        kept += SkyObservation.objects.update_or_create(
            source=source,
            observed_at=draft.observed_at,
            defaults={
                "is_demo": is_demo,
                "condition": draft.condition,
                "precipitation": sky.precipitation_of(draft.condition),
                "temperature": draft.temperature,
                "cloud_cover": draft.cloud_cover,
                "wind_speed": draft.wind_speed,
                "humidity": draft.humidity,
                "pressure": draft.pressure,
                "forecast": {
                    "utc_offset": draft.utc_offset,
                    "zone": draft.zone,
                    "hours": [asdict(hour) | {"at": hour.at.isoformat()} for hour in draft.hours],
                    "days": [asdict(day) | {"day": day.day.isoformat()} for day in draft.days],
                },
            },
        )[1]
    after = selectors.observation_now(now)
    if after and _sky_changed(after, before):
        updated = WeatherUpdated(
            condition=after.condition,
            precipitation=after.precipitation,
            temperature=after.temperature,
            as_of=after.observed_at,
        )
        events.publish(updated, source=source, now=now)
    update_mood(now=now)
    return {"observations": kept}


def _sky_changed(after: SkyObservation, before: SkyObservation | None) -> bool:
    if before is None or (after.condition, after.precipitation) != (before.condition, before.precipitation):
        return True
    if after.temperature is None or before.temperature is None:
        return after.temperature != before.temperature
    return abs(after.temperature - before.temperature) >= FELT_DEGREES


@transaction.atomic
def set_place(*, name: str, latitude: float, longitude: float, now: datetime) -> Place:
    """Say where the owner lives, no finer than a town. What the sky was elsewhere is forgotten."""
    before = selectors.place_now().coordinates
    place, _ = Place.objects.update_or_create(
        pk=Place.THE_ONE,
        defaults={
            "name": storable(name, 120).strip(),
            "latitude": round(latitude, DECIMALS_OF_A_TOWN),
            "longitude": round(longitude, DECIMALS_OF_A_TOWN),
        },
    )
    if place.coordinates != before:
        SkyObservation.objects.all().delete()
    events.publish(StateRefreshed(component="place"), source="owner", now=now)
    update_mood(now=now)
    return place


# --- The mood ---------------------------------------------------------------------------------------------------------


def update_mood(*, now: datetime) -> WeatherState | None:
    """Look at everything, and let another weather begin where it has changed. Returns the weather that stands.

    `None` where the mood is switched off. However many processes look at once, each finds what the one before it left.
    """
    return _look(now) if settings.ENABLE_MOOD_SYNTHESIS else None


@transaction.atomic
def _look(now: datetime) -> WeatherState:
    events.lock_sequence()
    previous = WeatherState.objects.filter(ended_at=None).first()
    watched = previous and now - previous.looked_at < selectors.UNWATCHED
    looked = selectors.look(now, selectors.place_now(), _as_previous(previous) if previous and watched else None)
    if previous and watched and not _differs(looked, previous):
        for field in REFRESHED:
            setattr(previous, field, getattr(looked, field))
        previous.save(update_fields=REFRESHED)
        return previous
    if previous:
        previous.ended_at = max(min(now, previous.looked_at + selectors.UNWATCHED), previous.started_at)
        previous.save(update_fields=["ended_at"])
    looked.save()
    _publish_change(looked, previous, now)
    return looked


def _as_previous(state: WeatherState) -> PreviousWeather:
    return PreviousWeather(
        WeatherType(state.weather_type), state.atmosphere, _since(state), overridden=bool(rulings(state))
    )


def _since(state: WeatherState) -> datetime:
    """Since when its weather stands: it may have changed in strength in between. One query."""
    other = WeatherState.objects.exclude(weather_type=state.weather_type).filter(started_at__lte=state.started_at)
    last_other = other.order_by("-started_at").first()
    return last_other.ended_at or state.started_at if last_other else state.started_at


def _differs(looked: WeatherState, previous: WeatherState) -> bool:
    """Whether what is seen now is another weather than the one that stands.

    Words that a browser shows differ at once; how strong it is, once it had its time, so that it does not flap.
    """
    words = ("weather_type", "atmosphere", "precipitation", "time_of_day", "season")
    if any(getattr(looked, word) != getattr(previous, word) for word in words):
        return True
    if rulings(looked) != rulings(previous):
        return True
    if looked.started_at - previous.started_at < mood.MIN_STAY:
        return False
    levels = ("intensity", *mood.COMPONENT_NAMES)
    return any(round(abs(getattr(looked, level) - getattr(previous, level)), 2) >= STEP for level in levels)


def _publish_change(looked: WeatherState, before: WeatherState | None, now: datetime) -> None:
    """Publish what a browser shows of the change. Something always is: a state is known by its last event."""
    shown = sharing()
    events.publish(public_view.weather_change(looked, shown, playing_now(now=now)), source=SOURCE, now=now)
    if before and looked.atmosphere != before.atmosphere:
        change = public_view.atmosphere_change(looked, before, shown)
        events.publish(change, source=SOURCE, now=now)


@transaction.atomic
def override(
    *,
    weather_type: WeatherType | None,
    intensity: float | None,
    reason: str,
    source: str,
    lasts: timedelta,
    now: datetime,
    word: Word = NOTHING_SAID,
) -> WeatherOverride:
    """Let a weather stand above the mood for a while, at once. A new word of the owner ends the older ones.

    `word` is what the owner says is heard and done. Without a `weather_type` it decides on one, with everything else
    that is known; without an `intensity` the mood does. Raises `ValueError` outside of what is possible.
    """
    if intensity is not None and not 0 <= intensity <= 1:
        raise ValueError("intensity is between 0 and 1")
    if not timedelta(0) < lasts <= LONGEST_OVERRIDE:
        raise ValueError("an override lasts more than no time and at most a week")
    if source == selectors.OWNER:
        standing = WeatherOverride.objects.filter(source=source, started_at__lte=now, ends_at__gt=now)
        standing.update(ends_at=now)
    ruling = WeatherOverride.objects.create(
        weather_type=weather_type or selectors.weather_of(word, now),
        intensity=intensity,
        **asdict(word),
        reason=storable(reason, 200),
        source=source,
        started_at=now,
        ends_at=now + lasts,
    )
    update_mood(now=now)
    return ruling


@transaction.atomic
def end_overrides(*, overrides: QuerySet[WeatherOverride], now: datetime) -> int:
    """End those of `overrides` that stand, at once. Returns how many."""
    ended = overrides.filter(started_at__lte=now, ends_at__gt=now).update(ends_at=now)
    if ended:
        update_mood(now=now)
    return ended


def let_mood_decide(*, now: datetime) -> int:
    """End everything that stands above the mood, at once. Returns how many."""
    return end_overrides(overrides=WeatherOverride.objects.all(), now=now)


@transaction.atomic
def storm(*, commits: int, arrived_at: datetime, now: datetime) -> WeatherOverride | None:
    """Let a push of many commits be a storm from its arrival on; `None` where it was none, or would be over by now.

    A storm that goes on is prolonged.
    """
    if commits <= COMMITS_OF_A_STORM or arrived_at + STORM_LASTS <= now:
        return None
    ruling = WeatherOverride.objects.create(
        weather_type=WeatherType.STORMY,
        intensity=STORM_INTENSITY,
        reason=f"{commits} commits in one push.",
        source=STORM,
        started_at=arrived_at,
        ends_at=arrived_at + STORM_LASTS,
    )
    update_mood(now=now)
    return ruling


@transaction.atomic
def intense_work(*, activity: float, now: datetime) -> WeatherOverride:
    """Let intense work at a terminal be a storm of its strength for ten minutes. One that goes on is prolonged."""
    standing = WeatherOverride.objects.filter(source=TERMINALS, started_at__lte=now, ends_at__gt=now)
    ruling = standing.order_by("-started_at").first()
    if ruling and abs((ruling.intensity or 0.0) - activity) < STEP:
        ruling.ends_at = now + TERMINALS_LAST
        ruling.save(update_fields=["ends_at"])
        update_mood(now=now)
        return ruling
    standing.update(ends_at=now)
    ruling = WeatherOverride.objects.create(
        weather_type=WeatherType.STORMY,
        intensity=round(activity, 2),
        reason="Intense work at a terminal.",
        source=TERMINALS,
        started_at=now,
        ends_at=now + TERMINALS_LAST,
    )
    update_mood(now=now)
    return ruling


@transaction.atomic
def remove_demo(*, now: datetime) -> int:
    """Delete what was invented of sky and music. Returns rows deleted."""
    sky_rows, _ = SkyObservation.objects.filter(is_demo=True).delete()
    plays, _ = MusicMoment.objects.filter(is_demo=True).delete()
    if plays:
        music_services.publish_music(source=DEMO, now=now)
    if sky_rows + plays:
        update_mood(now=now)
    return sky_rows + plays


def forget_old(*, now: datetime) -> dict[str, int]:
    """Delete what is past its time. Returns rows deleted by kind."""
    return {
        "observations": SkyObservation.objects.filter(observed_at__lt=now - OBSERVATIONS_KEPT).delete()[0],
        "states": WeatherState.objects.filter(ended_at__lt=now - STATES_KEPT).delete()[0],
        "overrides": WeatherOverride.objects.filter(ends_at__lt=now - STATES_KEPT).delete()[0],
        "plays": MusicMoment.objects.filter(played_at__lt=now - OBSERVATIONS_KEPT, is_playing=False).delete()[0],
    }
