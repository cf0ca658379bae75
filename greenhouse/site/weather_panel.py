"""What the weather panel says: the garden's weather, who made it and by how much, and what the real sky does (pure).

Only what `weather.public_view.weather_view` gives, which is what visitors may learn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from greenhouse.site.words import percent
from weather.mood import COMPONENT_NAMES, Source
from weather.records import OVERRIDE
from weather.words import condition_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

_WHO: Final[Mapping[str, str]] = {
    Source.MUSIC: "The music",
    Source.SKY: "The sky outside",
    Source.WORK: "Today’s work",
    Source.TIME: "The hour and the season",
}


@dataclass(frozen=True, slots=True)
class InfluenceRow:
    """One source that spoke, or was silent and why."""

    who: str
    says: str
    share: str  # in words: "40%"
    width: float  # of its bar, 0–100
    as_of: datetime | None  # when what it says was so; nothing for the hour, which is always now


@dataclass(frozen=True, slots=True)
class Component:
    """One of the mood's five numbers."""

    name: str
    level: str
    width: float


@dataclass(frozen=True, slots=True)
class WeatherPanel:
    """The panel, top to bottom."""

    sentence: str
    atmosphere: str
    since: datetime
    ruled_until: datetime | None  # what stands above everyone else ends then
    speaking: Sequence[InfluenceRow]
    silent: Sequence[InfluenceRow]
    components: Sequence[Component]
    outside: str  # "light rain, 8 °C"; empty where nobody looked lately
    seen_at: datetime | None
    attribution: str


def weather_panel(weather: Mapping[str, Any]) -> WeatherPanel:
    """The panel of a weather as visitors learn it."""
    rows = [(one["spoke"], _influence_row(one)) for one in weather["influences"] if one["source"] != OVERRIDE]
    speaking = sorted((row for spoke, row in rows if spoke), key=lambda row: -row.width)
    mood = weather["mood"]
    return WeatherPanel(
        sentence=weather["sentence"],
        atmosphere=_with_article(weather["atmosphere"].replace("_", " ")),
        since=weather["since"],
        ruled_until=weather["overridden_until"],
        speaking=speaking,
        silent=[row for spoke, row in rows if not spoke],
        components=[Component(name, percent(mood[name]), round(mood[name] * 100, 1)) for name in COMPONENT_NAMES],
        outside=_outside(weather),
        seen_at=weather["as_of"],
        attribution=weather["attribution"],
    )


def _influence_row(one: Mapping[str, Any]) -> InfluenceRow:
    as_of = None if one["source"] == Source.TIME else one["as_of"]
    return InfluenceRow(_WHO[one["source"]], one["says"], percent(one["share"]), round(one["share"] * 100, 1), as_of)


def _outside(weather: Mapping[str, Any]) -> str:
    if not weather["condition"]:
        return ""
    degrees = "" if weather["temperature"] is None else f", {round(weather['temperature'])} °C"
    return f"{condition_words(weather['condition'])}{degrees}"


def _with_article(name: str) -> str:
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"
