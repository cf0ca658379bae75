"""A mood as the row that keeps it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from weather import sky
from weather.models import WeatherState
from weather.mood import Mood, Source
from weather.music import mood_word

if TYPE_CHECKING:
    from weather.influences import Inputs, Music
    from weather.mood import Influence

OVERRIDE = "override"  # how the influences of a row name what ruled


def record(found: Mood, inputs: Inputs) -> WeatherState:
    """The row of a mood, not saved yet."""
    seen = inputs.sky if inputs.sky and Source.SKY in found.sources else None
    work = inputs.work if Source.WORK in found.sources else None
    heard = inputs.music if Source.MUSIC in found.sources else None
    return WeatherState(
        weather_type=found.weather_type,
        intensity=found.intensity,
        precipitation=sky.precipitation_of(seen.condition) if seen else "",
        atmosphere=found.atmosphere,
        **{name: round(level, 2) for name, level in asdict(found.components).items()},
        github_commits_today=work.commits if work else 0,
        coding_hours_today=round(work.coding_hours, 2) if work else 0.0,
        music_mood=mood_word(heard.energy, heard.valence, heard.acousticness) if heard else "",
        actual_weather=seen.condition if seen else "",
        influences=[*_override_as_json(found), *(_influence_as_json(one, inputs) for one in found.influences)],
        productivity_score=found.productivity_score,
        creativity_index=found.creativity_index,
        stress_level=found.stress_level,
        time_of_day=inputs.time_of_day,
        season=inputs.season,
        started_at=inputs.now,
        looked_at=inputs.now,
    )


def _influence_as_json(one: Influence, inputs: Inputs) -> dict[str, Any]:
    heard = inputs.music if one.source == Source.MUSIC and one.spoke else None
    return {
        "source": one.source,
        "spoke": one.spoke,
        "weight": one.weight,
        "share": round(one.share, 3),
        "as_of": one.as_of.isoformat() if one.as_of else None,
        "says": one.says,
    } | (_music_as_json(heard) if heard else {})


def _music_as_json(heard: Music) -> dict[str, Any]:
    acoustic = heard.acousticness
    return {
        "energy": round(heard.energy, 2),
        "valence": round(heard.valence, 2),
        "acousticness": None if acoustic is None else round(acoustic, 2),
    }


def _override_as_json(found: Mood) -> list[dict[str, Any]]:
    """What rules, before those it silences."""
    ruling = found.overridden_by
    if ruling is None:
        return []
    as_of, until = ruling.started_at.isoformat(), ruling.ends_at.isoformat()
    return [
        {"source": OVERRIDE, "spoke": True, "weight": 1.0, "share": 1.0, "as_of": as_of, "says": ruling.reason}
        | {"until": until, "intensity": ruling.intensity}
    ]


def has_intensity_said(state: WeatherState) -> bool:
    """Whether its intensity is by somebody's word, and not the mood's. Older rows say it of every ruling."""
    return any(
        one.get("intensity", state.intensity) is not None for one in state.influences if one["source"] == OVERRIDE
    )


def rulings(state: WeatherState) -> list[tuple[str, str]]:
    """What ruled in a row: the reason, and until when (ISO)."""
    return [(one["says"], one["until"]) for one in state.influences if one["source"] == OVERRIDE]
