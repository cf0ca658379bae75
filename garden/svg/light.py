"""The light of an hour, a season and a weather: what colour the sky has and what it does to every other colour.

The numbers are the scene's, so that the drawing and the 3D garden fade into each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from garden.svg.colour import luma, mix, multiply
from garden.vocabulary import Season, TimeOfDay, WeatherType

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Light:
    """Everything that changes with the hour. Colours are '#rrggbb'; amounts are 0–1."""

    zenith: str
    middle: str
    horizon: str
    glow: str
    glow_strength: float
    disc: tuple[float, float, float]  # sun or moon: share of the width, share of the sky, apparent radius (radians)
    disc_colour: str
    fog: str
    haze: float  # how much of a plant at the rear the fog takes
    hill: str
    cloud_lit: str
    cloud_shade: str
    cloud_cover: float
    stars: float
    lamps: float
    light: tuple[float, float, float]  # factors on red, green, blue
    shadow: str
    shadow_strength: float
    highlight: str
    lit_from_right: bool
    precipitation: str = ""
    lightning: bool = False
    aurora: bool = False

    def lit(self, colour: str, depth: float = 0.0) -> str:
        """The colour as it looks in this light, `depth` 0 (at the front) to 1 (at the rear of the island)."""
        return _lit(self, colour, round(depth, 1))


@lru_cache(maxsize=16384)
def _lit(light: Light, colour: str, depth: float) -> str:
    lighted = multiply(colour, light.light)
    shaded = mix(lighted, light.shadow, round((1 - luma(colour)) * light.shadow_strength, 3))
    return mix(shaded, light.fog, round(depth * light.haze, 3))


LIGHTS: Mapping[TimeOfDay, Light] = {
    TimeOfDay.DAWN: Light(
        zenith="#6f93cf",
        middle="#e9b8c9",
        horizon="#ffe2b8",
        glow="#ffd9a0",
        glow_strength=0.8,
        disc=(0.74, 0.26, 0.05),
        disc_colour="#fff2cf",
        fog="#f3d6c6",
        haze=0.26,
        hill="#8a8fb0",
        cloud_lit="#fff0dc",
        cloud_shade="#d9a5b8",
        cloud_cover=0.5,
        stars=0.06,
        lamps=0.35,
        light=(1.03, 0.93, 0.86),
        shadow="#5a4a78",
        shadow_strength=0.16,
        highlight="#ffe9b8",
        lit_from_right=True,
    ),
    TimeOfDay.DAY: Light(
        zenith="#2f7fd6",
        middle="#79c1f0",
        horizon="#dff3f0",
        glow="#fff3cf",
        glow_strength=0.5,
        disc=(0.13, 0.74, 0.035),
        disc_colour="#fffbe6",
        fog="#d6eef0",
        haze=0.2,
        hill="#3f8f7f",
        cloud_lit="#ffffff",
        cloud_shade="#b9d3ea",
        cloud_cover=0.55,
        stars=0.0,
        lamps=0.0,
        light=(1.0, 1.0, 0.97),
        shadow="#15405a",
        shadow_strength=0.1,
        highlight="#f6ffae",
        lit_from_right=False,
    ),
    TimeOfDay.DUSK: Light(
        zenith="#2b2f6b",
        middle="#a4588f",
        horizon="#ff9c5f",
        glow="#ffc46b",
        glow_strength=1.0,
        disc=(0.25, 0.18, 0.06),
        disc_colour="#fff0c0",
        fog="#e08a72",
        haze=0.22,
        hill="#5a4378",
        cloud_lit="#ffb27a",
        cloud_shade="#6f4a86",
        cloud_cover=0.5,
        stars=0.35,
        lamps=0.85,
        light=(1.0, 0.8, 0.66),
        shadow="#3d2352",
        shadow_strength=0.3,
        highlight="#ffc56e",
        lit_from_right=False,
    ),
    TimeOfDay.NIGHT: Light(
        zenith="#060b2e",
        middle="#13296b",
        horizon="#3b68a6",
        glow="#9fc0ff",
        glow_strength=0.34,
        disc=(0.86, 0.66, 0.03),
        disc_colour="#fdf6df",
        fog="#1e3a6b",
        haze=0.38,
        hill="#12244c",
        cloud_lit="#3f5f9c",
        cloud_shade="#16285a",
        cloud_cover=0.16,
        stars=1.0,
        lamps=1.0,
        light=(0.62, 0.7, 0.84),
        shadow="#0a1438",
        shadow_strength=0.34,
        highlight="#ffe6a0",
        lit_from_right=True,
    ),
}


def light_for(
    time_of_day: TimeOfDay, season: Season, weather_type: WeatherType | None = None, precipitation: str | None = None
) -> Light:
    """The light of an hour with its season and its weather laid over it."""
    light = _seasoned(LIGHTS[TimeOfDay(time_of_day)], Season(season), TimeOfDay(time_of_day))
    light = _weathered(light, WeatherType(weather_type) if weather_type else None, TimeOfDay(time_of_day))
    if precipitation in {"rain", "snow", "fog"}:
        light = _overcast(light, 0.25 if time_of_day == TimeOfDay.NIGHT else 0.6)
        light = replace(
            light, precipitation=precipitation, haze=min(0.7, light.haze + (0.3 if precipitation == "fog" else 0.1))
        )
    return light


def _seasoned(light: Light, season: Season, time_of_day: TimeOfDay) -> Light:
    bright = time_of_day in {TimeOfDay.DAY, TimeOfDay.DAWN}
    if season is Season.WINTER:
        light = replace(light, hill=mix(light.hill, "#a9bfd6", 0.55 if bright else 0.2))
        if time_of_day is TimeOfDay.DAY:
            light = replace(
                light,
                zenith=mix(light.zenith, "#7fb4e6", 0.75),
                middle=mix(light.middle, "#bcdcf4", 0.8),
                horizon=mix(light.horizon, "#fdeee0", 0.8),
                fog=mix(light.fog, "#e3eef8", 0.8),
                highlight="#fff6e6",
            )
    elif season is Season.AUTUMN and time_of_day is TimeOfDay.DAY:
        light = replace(
            light,
            hill=mix(light.hill, "#b0805c", 0.4),
            horizon=mix(light.horizon, "#ffe6bf", 0.45),
            fog=mix(light.fog, "#f0dcc0", 0.4),
            light=(1.02, 0.98, 0.92),
            highlight="#ffeaa0",
        )
    return light


def _weathered(light: Light, weather_type: WeatherType | None, time_of_day: TimeOfDay) -> Light:
    if weather_type is WeatherType.STORMY:
        dark = (0.66, 0.72, 0.76) if time_of_day is not TimeOfDay.NIGHT else (0.42, 0.52, 0.62)
        return replace(
            light,
            zenith=mix(light.zenith, "#2b3444", 0.9),
            middle=mix(light.middle, "#4a5668", 0.92),
            horizon=mix(light.horizon, "#8d9a9d" if time_of_day is not TimeOfDay.NIGHT else "#3a4a5c", 0.9),
            fog=mix(light.fog, "#76858c", 0.8),
            hill=mix(light.hill, "#3f4e58", 0.85),
            haze=light.haze + 0.1,
            cloud_lit="#5a6675",
            cloud_shade="#252e3c",
            cloud_cover=1.25,
            glow_strength=0.0,
            disc=(0.5, -1.0, 0.0),
            stars=0.0,
            lamps=max(0.75, light.lamps),
            light=dark,
            highlight="#dfeaf2",
            precipitation="rain",
            lightning=True,
        )
    if weather_type is WeatherType.CLOUDY:
        return _overcast(light, 0.12 if time_of_day is TimeOfDay.NIGHT else 0.6)
    if weather_type is WeatherType.AURORA:
        return replace(
            light,
            zenith=mix(light.zenith, "#04122b", 0.5),
            middle=mix(light.middle, "#0c3a5a", 0.5),
            horizon=mix(light.horizon, "#1f6f7a", 0.35),
            fog=mix(light.fog, "#17506a", 0.5),
            hill=mix(light.hill, "#0d3048", 0.3),
            light=(light.light[0] * 0.84, light.light[1] * 1.02, light.light[2] * 1.06),
            highlight="#9dffd8",
            cloud_cover=0.0,
            stars=max(light.stars, 0.5),
            aurora=True,
        )
    if weather_type is WeatherType.STARRY:
        return replace(light, stars=max(light.stars, 0.45), cloud_cover=light.cloud_cover * 0.6)
    return light


def _overcast(light: Light, amount: float) -> Light:
    red, green, blue = light.light
    return replace(
        light,
        zenith=mix(light.zenith, "#7d93a6", amount),
        middle=mix(light.middle, "#a9bccb", amount),
        horizon=mix(light.horizon, "#dbe5ea", amount * 0.7),
        fog=mix(light.fog, "#c9d6dd", amount * 0.8),
        cloud_lit=mix(light.cloud_lit, "#dfe7ec", amount * 0.7),
        cloud_shade=mix(light.cloud_shade, "#8d9fb0", amount * 0.7),
        cloud_cover=max(light.cloud_cover, 1.0),
        glow_strength=light.glow_strength * (1 - amount),
        stars=light.stars * 0.15,
        light=(red * (1 - 0.14 * amount), green * (1 - 0.1 * amount), blue * (1 - 0.05 * amount)),
    )
