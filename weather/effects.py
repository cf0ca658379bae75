"""What a weather looks like, as words that the scene knows how to show (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from garden.event_types import AtmosphericEffects
from garden.looks import TEMPO
from garden.vocabulary import Precipitation, WeatherType

if TYPE_CHECKING:
    from collections.abc import Mapping

TRANSITION_MS: Final = round(TEMPO.light * 1000)  # how long one weather takes to become another on screen
EFFECTS: Final[Mapping[WeatherType, tuple[str, ...]]] = {
    WeatherType.SUNNY: ("sunbeams", "pollen"),
    WeatherType.STORMY: ("lightning", "wind", "dark_clouds"),
    WeatherType.CLOUDY: ("drifting_clouds", "soft_light"),
    WeatherType.AURORA: ("northern_lights", "glow"),
    WeatherType.STARRY: ("stars", "fireflies"),
}


def atmospheric_effects(weather_type: WeatherType, precipitation: str) -> AtmosphericEffects:
    """What to show, and what falls; `precipitation` is empty where nobody knows."""
    falls = Precipitation(precipitation) if precipitation else None
    return AtmosphericEffects(effects=EFFECTS[weather_type], precipitation=falls)
