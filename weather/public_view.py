"""What visitors learn of a weather: as much of the music in it as the owner shows. No queries.

Figures that the music has a part in are tenths where the track is not shown: those of a blend lead back to it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from garden.event_types import AtmosphereChanged, MusicInfluence, WeatherChange
from garden.vocabulary import EventType, Season, TimeOfDay, WeatherType
from weather import mood, music, words
from weather.effects import TRANSITION_MS, atmospheric_effects
from weather.influences import Music, music_says
from weather.music import Shown
from weather.records import OVERRIDE, has_intensity_said, rulings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from weather.models import MusicMoment, SkyObservation, WeatherState

NOT_SHARED: Final = "What is heard here is not told."

ATTRIBUTIONS = {  # by source; a licence asks for it wherever the data shows
    "openmeteo": "Weather data by Open-Meteo.com (CC BY 4.0)",
    "openweathermap": "Weather data provided by OpenWeather (openweathermap.org)",
}


def weather_view(
    state: WeatherState,
    *,
    shown: Shown,
    seen: SkyObservation | None,
    now: datetime,
    playing: MusicMoment | None = None,
) -> dict[str, Any]:
    """Everything that visitors learn of a weather. No query.

    `seen` is the newest look at the sky, `playing` what plays at this moment.
    """
    influences = influences_of(state, shown, now)
    sees = seen if seen and state.actual_weather else None
    return {
        "weather_type": state.weather_type,
        "intensity": intensity(state, shown),
        "precipitation": state.precipitation or None,
        "atmosphere": state.atmosphere,
        "sentence": words.sentence(
            weather_type=WeatherType(state.weather_type),
            precipitation=state.precipitation,
            time_of_day=TimeOfDay(state.time_of_day),
            season=Season(state.season),
            influences=influences,
        ),
        "sources": [one["source"] for one in influences if one["spoke"]],
        "influences": influences,
        "mood": components(state, shown),
        "music_influence": music_influence(state, shown, playing),
        "music_mood": (state.music_mood or None) if shown != Shown.NOTHING else None,
        "github_commits_today": state.github_commits_today,
        "season": state.season,
        "time_of_day": state.time_of_day,
        "actual_weather": state.actual_weather or None,
        "condition": state.actual_weather or None,
        "temperature": sees.temperature if sees else None,
        "as_of": sees.observed_at if sees else None,
        "attribution": ATTRIBUTIONS.get(sees.source, "") if sees else "",
        "since": state.started_at,
        "ended_at": state.ended_at,
        "overridden_until": next((datetime.fromisoformat(until) for _, until in rulings(state)), None),
    }


def day_view(state: WeatherState, shown: Shown) -> dict[str, Any]:
    """What the day came to by then."""
    return {
        "commits_today": state.github_commits_today,
        "coding_hours_today": state.coding_hours_today,
        "productivity_score": state.productivity_score,
        "creativity_index": _figure(state.creativity_index, shown),
        "stress_level": _figure(state.stress_level, shown),
    }


def weather_change(state: WeatherState, shown: Shown, playing: MusicMoment | None) -> WeatherChange:
    """The event of a weather that begins, while `playing` is heard."""
    weather_type, influence = WeatherType(state.weather_type), music_influence(state, shown, playing)
    return WeatherChange(
        weather_type=weather_type,
        intensity=intensity(state, shown),
        transition_duration=TRANSITION_MS,
        atmospheric_effects=atmospheric_effects(weather_type, state.precipitation),
        music_influence=MusicInfluence(**influence) if influence else None,
    )


def atmosphere_change(state: WeatherState, before: WeatherState, shown: Shown) -> AtmosphereChanged:
    """The event of a mood that takes another name."""
    change = {
        "old_atmosphere": before.atmosphere,
        "new_atmosphere": state.atmosphere,
        "energy_change": round(state.energy - before.energy, 2),
        "data_sources": [one["source"] for one in state.influences if one["spoke"] and one["source"] != OVERRIDE],
    }
    return AtmosphereChanged(**redact_event(EventType.ATMOSPHERE_CHANGED, change, shown))


def redact_event(event_type: str, data: Mapping[str, Any], shown: Shown) -> dict[str, Any]:
    """Of an event, what visitors may still learn."""
    said = dict(data)
    match event_type:
        case EventType.MUSIC_CHANGED:
            return music.only(said, shown)
        case EventType.WEATHER_CHANGE:
            influence = _redact_influence(said["music_influence"] or {}, shown)
            return said | {"intensity": music.rounded(said["intensity"], shown), "music_influence": influence}
        case EventType.ATMOSPHERE_CHANGED:
            sources = [one for one in said["data_sources"] if one != mood.Source.MUSIC or shown != Shown.NOTHING]
            return said | {"data_sources": sources, "energy_change": _figure(said["energy_change"], shown)}
        case _:
            return said


def intensity(state: WeatherState, shown: Shown) -> float:
    """How strongly a weather shows; of one that somebody asked for, exactly."""
    return state.intensity if has_intensity_said(state) else music.rounded(state.intensity, shown)


def components(state: WeatherState, shown: Shown) -> dict[str, float]:
    """The mood's five numbers; the fifth by its present and by its former name."""
    told = {name: music.rounded(getattr(state, name), shown) for name in mood.COMPONENT_NAMES}
    return {**told, "intensity": told["drive"]}


def _figure(value: float | None, shown: Shown) -> float | None:
    return None if value is None else music.rounded(value, shown)


def music_influence(state: WeatherState, shown: Shown, playing: MusicMoment | None) -> dict[str, Any] | None:
    """What the music did to a weather, the one that it alone would make, and what plays now."""
    heard = next((one for one in state.influences if one["source"] == mood.Source.MUSIC and one["spoke"]), None)
    if heard is None:
        return None
    said = music_says(Music(state.started_at, heard["energy"], heard["valence"], heard.get("acousticness")))
    influence = {
        "type": next(iter(said.votes)),
        "intensity": said.components.drive,
        "mood": state.music_mood,
        "energy_level": heard["energy"],
        "energy": heard["energy"],
        "valence": heard["valence"],
        "track_name": (playing.title or None) if playing else None,
        "artist": (playing.artist or None) if playing else None,
    }
    return _redact_influence(influence, shown)


def _redact_influence(influence: Mapping[str, Any], shown: Shown) -> dict[str, Any] | None:
    """What of it may be told; a name that may not be is null, as in silence."""
    told = music.only(influence, shown)
    return {"track_name": None, "artist": None, **told} if told else None


def influences_of(state: WeatherState, shown: Shown, now: datetime) -> list[dict[str, Any]]:
    """Which sources spoke, how old that is (seconds), how much it counted.

    Where nothing of the music is shown, it is silent whether it spoke or not, and the others share its part.
    """
    told = [_influence(one, now) for one in state.influences]
    if shown != Shown.NOTHING:
        return told
    others = sum(one["share"] for one in told if one["source"] not in (mood.Source.MUSIC, OVERRIDE))
    for one in told:
        if one["source"] == mood.Source.MUSIC:
            one |= {"spoke": False, "share": 0.0, "as_of": None, "age": None, "says": NOT_SHARED}
        elif one["source"] != OVERRIDE:
            one["share"] = round(one["share"] / others, 3)
    return told


def _influence(one: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    as_of = datetime.fromisoformat(one["as_of"]) if one["as_of"] else None
    return {
        "source": one["source"],
        "spoke": one["spoke"],
        "weight": one["weight"],
        "share": one["share"],
        "as_of": as_of,
        "age": max(0, round((now - as_of).total_seconds())) if as_of else None,
        "says": one["says"],
    }
