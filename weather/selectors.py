"""Reads of the garden's weather. Each says how many queries it costs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, Q, Value, When

from garden.vocabulary import WeatherType
from weather import influences, mood, sky
from weather.inputs import inputs_now
from weather.models import Place, SkyObservation, WeatherOverride, WeatherState
from weather.music import Shown
from weather.music_selectors import playing_now, sharing
from weather.public_view import ATTRIBUTIONS, components, day_view, intensity, weather_view
from weather.records import record, rulings
from weather.sky import Condition, GrowingConditions
from weather.trends import Stretch, Trends, trends

OWNER = "owner"  # whose word stands above a storm of commits
UNWATCHED = timedelta(minutes=30)  # a weather that nobody looked at for so long says nothing of now


def place_now() -> Place:
    """Where the owner lives: as set in the admin, else in the settings. One query."""
    return Place.objects.first() or place_in_settings()


def place_in_settings() -> Place:
    """Where the owner lives by the settings. No query."""
    return Place(name=settings.GARDEN_PLACE, latitude=settings.GARDEN_LATITUDE, longitude=settings.GARDEN_LONGITUDE)


def state_at(moment: datetime) -> WeatherState | None:
    """The weather that stood at a moment of the past. One query."""
    watched = Q(ended_at__gt=moment) | Q(ended_at=None, looked_at__gt=moment - UNWATCHED)
    return WeatherState.objects.filter(watched, started_at__lte=moment).order_by("-started_at").first()


def state_now(now: datetime) -> WeatherState | None:
    """The weather that stands, if it was looked at lately. One query, none with the mood switched off."""
    if not settings.ENABLE_MOOD_SYNTHESIS:
        return None
    return WeatherState.objects.filter(ended_at=None, looked_at__gt=now - UNWATCHED).first()


def observation_now(now: datetime) -> SkyObservation | None:
    """The newest look at the sky, however old: the last good one stays, with its time. One query."""
    return SkyObservation.objects.known_at(now).first()


def is_stale(observation: SkyObservation, now: datetime) -> bool:
    """Whether a look at the sky is too old to be about now."""
    return now - observation.observed_at > mood.FRESH_FOR[mood.Source.SKY]


def override_now(now: datetime) -> mood.Override | None:
    """What stands above the mood: the owner's word first, else the latest. One query."""
    in_force = WeatherOverride.objects.filter(started_at__lte=now, ends_at__gt=now)
    owners_first = Case(When(source=OWNER, then=Value(0)), default=Value(1))
    ruling = in_force.order_by(owners_first, "-started_at", "-pk").first()
    if ruling is None:
        return None
    return mood.Override(
        weather_type=WeatherType(ruling.weather_type),
        intensity=ruling.intensity,
        reason=ruling.reason,
        source=ruling.source,
        started_at=ruling.started_at,
        ends_at=ruling.ends_at,
        word=mood.Word(ruling.energy, ruling.valence, ruling.acousticness, ruling.productivity),
    )


def look(now: datetime, place: Place, previous: mood.PreviousWeather | None = None) -> WeatherState:
    """The weather as everything that is known makes it, not kept. Five queries, six where no music was heard lately."""
    known, ruling = inputs_now(now, place), override_now(now)
    if ruling:
        known = mood.as_said(known, ruling.word)
    return record(mood.synthesise(known, previous=previous, override=ruling), known)


def weather_of(word: mood.Word, now: datetime) -> WeatherType:
    """The weather of the owner's word: that of the music, else what the vote comes to with it. Up to six queries."""
    if word.energy is not None and word.valence is not None:
        return influences.music_weather(word.energy, word.valence, word.acousticness)
    return mood.synthesise(mood.as_said(inputs_now(now, place_now()), word)).weather_type


def weather_now(now: datetime, place: Place) -> WeatherState:
    """The weather that stands; where nobody looked lately, that of the clock alone, which is not kept.

    One query; a few more between the end of an override and the next look.
    """
    state = state_now(now)
    if state is None:
        return record(*_by_the_clock(now, place))
    ended = [until for _, text in rulings(state) if (until := datetime.fromisoformat(text)) <= now]
    if not ended:
        return state
    found = look(now, place)
    found.started_at = max(ended)
    return found


def weather_at(moment: datetime, place: Place) -> WeatherState:
    """The same for a moment of the past. One query."""
    return state_at(moment) or record(*_by_the_clock(moment, place))


def _by_the_clock(now: datetime, place: Place) -> tuple[mood.Mood, influences.Inputs]:
    inputs = influences.Inputs(
        now=now,
        longitude=place.longitude,
        time_of_day=sky.time_of_day(now, *place.coordinates),
        season=sky.season_at(now, *place.coordinates),
    )
    return mood.synthesise(inputs), inputs


def report(now: datetime, place: Place) -> dict[str, Any]:
    """What visitors learn of the weather that stands. Four queries."""
    return report_with(observation_now(now), now, place)


def report_with(seen: SkyObservation | None, now: datetime, place: Place) -> dict[str, Any]:
    """The same where the newest look at the sky is known. Three queries."""
    return weather_view(weather_now(now, place), shown=sharing(), seen=seen, now=now, playing=playing_now(now=now))


def owner_view(now: datetime, place: Place) -> dict[str, Any]:
    """The same with nothing held back, for the console. Two queries."""
    return weather_view(weather_now(now, place), shown=Shown.TRACK, seen=observation_now(now), now=now)


def report_of_the_past(at: datetime, place: Place) -> dict[str, Any]:
    """The same for a moment of the past, of which no temperature is told. Two queries."""
    return weather_view(weather_at(at, place), shown=sharing(), seen=None, now=at)


def report_by_clock(now: datetime, place: Place) -> dict[str, Any]:
    """The same where nothing may be asked: the hour's weather. No query."""
    return weather_view(record(*_by_the_clock(now, place)), shown=Shown.MOOD, seen=None, now=now)


def mood_report(now: datetime) -> dict[str, Any]:
    """The same with what the day comes to. Five queries."""
    state, shown, playing = weather_now(now, place_now()), sharing(), playing_now(now=now)
    seen = observation_now(now)
    return weather_view(state, shown=shown, seen=seen, now=now, playing=playing) | day_view(state, shown)


def trends_of(since: datetime, until: datetime, shown: Shown) -> Trends:
    """How the mood went over a time. One query."""
    stretches = [
        Stretch(
            begins=state.started_at,
            ends=state.ended_at or min(until, state.looked_at + UNWATCHED),
            weather_type=state.weather_type,
            intensity=intensity(state, shown),
            atmosphere=state.atmosphere,
            levels=components(state, shown),
        )
        for state in states_since(since, until)
    ]
    return trends(stretches, since=since, until=until)


def forecast(now: datetime) -> dict[str, Any]:
    """The real weather as visitors learn it; nothing that is over is in the hours and days ahead. Two queries."""
    place, seen = place_now(), observation_now(now)
    season = sky.season_at(now, *place.coordinates)
    if seen is None:
        return {
            "place": place.name,
            "season": season,
            "source": None,
            "as_of": None,
            "stale": True,
            "attribution": "",
            "current": None,
            "hours": [],
            "days": [],
            "atmospheric_mood": None,
            "growing_conditions": sky.growing_conditions(season),
        }
    stale, condition = is_stale(seen, now), Condition(seen.condition)
    hours = [hour | {"at": datetime.fromisoformat(hour["at"])} for hour in seen.forecast.get("hours", [])]
    days = [day | {"day": date.fromisoformat(day["day"])} for day in seen.forecast.get("days", [])]
    offset = seen.forecast.get("utc_offset")  # of the clocks; by the sun where the service does not tell
    today = (now + timedelta(seconds=place.longitude * 240 if offset is None else offset)).date()
    return {
        "place": place.name,
        "season": season,
        "source": seen.source,
        "as_of": seen.observed_at,
        "stale": stale,
        "attribution": ATTRIBUTIONS.get(seen.source, ""),
        "current": seen,
        "hours": [hour for hour in hours if hour["at"] > now - timedelta(hours=1)],
        "days": [day for day in days if day["day"] >= today],
        "atmospheric_mood": influences.atmospheric_mood(condition, seen.temperature),
        "growing_conditions": sky.growing_conditions(season)
        if stale
        else sky.growing_conditions(season, condition, seen.temperature),
    }


def states_since(since: datetime, now: datetime) -> list[WeatherState]:
    """Every weather that stood since a moment, oldest first. One query."""
    stood = WeatherState.objects.filter(started_at__lte=now).filter(Q(ended_at=None) | Q(ended_at__gt=since))
    return list(stood.order_by("started_at"))


def growing_conditions(now: datetime) -> GrowingConditions:
    """How the plants like season and weather. Two queries."""
    season, seen = sky.season_at(now, *place_now().coordinates), observation_now(now)
    if seen is None or is_stale(seen, now):
        return sky.growing_conditions(season)
    return sky.growing_conditions(season, Condition(seen.condition), seen.temperature)
