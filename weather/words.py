"""The garden's weather in plain sentences: what it is, and why (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from garden.vocabulary import Precipitation, Season, TimeOfDay, WeatherType
from weather.mood import Source
from weather.sky import Condition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WEATHER: Final[Mapping[WeatherType, str]] = {
    WeatherType.SUNNY: "The garden is sunny",
    WeatherType.STORMY: "A storm stands over the garden",
    WeatherType.CLOUDY: "The garden lies under clouds",
    WeatherType.AURORA: "Northern lights stand over the garden",
    WeatherType.STARRY: "The garden lies under stars",
}
_FALLS: Final[Mapping[str, str]] = {
    Precipitation.RAIN: "in the rain",
    Precipitation.SNOW: "in the snow",
    Precipitation.FOG: "in fog",
}
_BECAUSE: Final[Mapping[str, str]] = {
    Source.MUSIC: "the music",
    Source.SKY: "the sky outside",
    Source.WORK: "today's work",
    Source.TIME: "the hour",
}


_SOURCES: Final[Mapping[str, str]] = {
    Source.MUSIC: "music",
    Source.SKY: "sky",
    Source.WORK: "work",
    Source.TIME: "hour and season",
    "override": "override",
}


def sentence(
    *,
    weather_type: WeatherType,
    precipitation: str,
    time_of_day: TimeOfDay,
    season: Season,
    influences: Sequence[Mapping[str, Any]],
) -> str:
    """The weather and why, in one line, such as "The garden is sunny: the music and the sky outside say so."

    `influences` are those of a weather state, each with `source`, `spoke`, `share` and `says`; none of them means that
    only the clock is known, and the sentence tells the hour. The owner's own words stand as they wrote them.
    """
    what = " ".join(filter(None, (_WEATHER[weather_type], _FALLS.get(precipitation, ""))))
    ruling = next((one for one in influences if one["source"] == "override"), None)
    if ruling:
        return f"{what}: {_ended(ruling['says'])}" if ruling["says"] else f"{what}, as its owner wishes."
    speaking = sorted((one for one in influences if one["spoke"]), key=lambda one: -one["share"])
    if not [one for one in speaking if one["source"] != Source.TIME]:
        article = "an" if season[0] in "aeiou" else "a"
        return f"It’s {article} {season} {time_of_day} here, and {what[0].lower()}{what[1:]}."
    names = [_BECAUSE[one["source"]] for one in speaking]
    return f"{what}, made of {', '.join(names[:-1])} and {names[-1]}."


def condition_words(condition: str) -> str:
    """What the sky does, as it reads in a sentence."""
    return "not known" if condition in ("", Condition.UNKNOWN) else condition.replace("_", " ")


def source_words(source: str) -> str:
    """A source as the console names it."""
    return _SOURCES[source]


def atmosphere_words(atmosphere: str) -> str:
    """The mood's name as a reader takes it: "serene morning"."""
    return atmosphere.replace("_", " ")


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
