"""The light of an hour, a season and a weather: what colour the sky has and what it does to every other colour.

The table of light is `garden/looks/lights.json`, and so the scene's; the rule that reads it here is that of the
engine's `light.ts`, and both are tested against one golden file. What a flat colour does in that light is ours alone.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from garden.looks import LIGHTS
from garden.svg.colour import from_linear, luma, mix, multiply, to_linear
from garden.vocabulary import Precipitation, Season, TimeOfDay, WeatherType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from garden.looks.lights import DayAndNight, LightChange

DARK = 0.5  # of night: from here on changes come as they are by night
COLD = 0.5  # of the fireflies, in winter


@dataclass(frozen=True, slots=True)
class Paint:
    """What flat colours do in a light. Amounts are 0–1."""

    tint: tuple[float, float, float]  # factors on red, green, blue
    shadow: str
    shadow_strength: float
    highlight: str
    haze: float  # how much of a plant at the rear the fog takes


@dataclass(frozen=True, slots=True)
class Light:
    """Everything that changes with the hour. Colours are '#rrggbb'; amounts are 0–1, but 1.25 is a storm's clouds."""

    zenith: str
    mid: str
    horizon: str
    glow: str
    glow_strength: float
    disc: str
    disc_size: float  # apparent radius of sun or moon (radians); 0 hides it
    fog: str
    hill: str
    cloud_lit: str
    cloud_shade: str
    clouds: float
    stars: float
    lamps: float
    pond: str
    grass_dark: str
    grass_light: str
    grass_accent: str
    soil: str
    path: str
    snow_cover: float
    rainfall: float
    snowfall: float
    falling_leaves: float
    petals: float
    meadow: float
    fireflies: float
    lightning: float
    look_up: float
    aurora: float
    disc_direction: tuple[float, float, float]
    night: float
    lit_from_right: bool
    paint: Paint

    @property
    def shadow(self) -> str:
        """The colour of shade."""
        return self.paint.shadow

    @property
    def highlight(self) -> str:
        """The colour of what the light falls on."""
        return self.paint.highlight

    def lit(self, colour: str, depth: float = 0.0) -> str:
        """The colour as it looks in this light, `depth` 0 (at the front) to 1 (at the rear of the island)."""
        return _lit(self, colour, round(depth, 1))


@lru_cache(maxsize=16384)
def _lit(light: Light, colour: str, depth: float) -> str:
    paint = light.paint
    lighted = multiply(colour, paint.tint)
    shaded = mix(lighted, paint.shadow, round((1 - luma(colour)) * paint.shadow_strength, 3))
    return mix(shaded, light.fog, round(depth * paint.haze, 3))


PAINTS: Mapping[TimeOfDay, Paint] = {
    TimeOfDay.DAWN: Paint((1.03, 0.93, 0.86), "#5a4a78", 0.16, "#ffe9b8", 0.26),
    TimeOfDay.DAY: Paint((1.0, 1.0, 0.97), "#15405a", 0.1, "#f6ffae", 0.2),
    TimeOfDay.DUSK: Paint((1.0, 0.8, 0.66), "#3d2352", 0.3, "#ffc56e", 0.22),
    TimeOfDay.NIGHT: Paint((0.62, 0.7, 0.84), "#0a1438", 0.34, "#ffe6a0", 0.38),
}
STORM_BY_DAY, STORM_BY_NIGHT = (0.66, 0.72, 0.76), (0.42, 0.52, 0.62)
GREY_BY_DAY, GREY_BY_NIGHT = 0.6, 0.12  # how far an overcast sky takes the sun away
MOST_HAZE = 0.7


@lru_cache(maxsize=64)
def light_for(
    time_of_day: TimeOfDay, season: Season, weather_type: WeatherType | None = None, precipitation: str | None = None
) -> Light:
    """The light of an hour with its season and its weather laid over it."""
    time_of_day, season = TimeOfDay(time_of_day), Season(season)
    weather = WeatherType(weather_type or WeatherType.SUNNY)
    falling = Precipitation(precipitation or Precipitation.CLEAR)
    table = resolved(time_of_day, season, weather, falling)
    own = {each.name for each in fields(Light)}
    return Light(
        **{name: value for name, value in table.items() if name in own},
        lit_from_right=table["sun_direction"][0] > 0,
        paint=_paint(time_of_day, season, weather, falling),
    )


def resolved(
    time_of_day: TimeOfDay, season: Season, weather: WeatherType, precipitation: Precipitation
) -> dict[str, Any]:
    """Every field of the table of light, as it is then: colours '#rrggbb', numbers, directions (x, y, z)."""
    looks = (LIGHTS.times[time_of_day], LIGHTS.seasons[season], LIGHTS.calm)
    light = {name: value for look in looks for name, value in asdict(look).items()}
    light = {name: to_linear(value) if isinstance(value, str) else value for name, value in light.items()}
    if season is Season.WINTER:
        light["fireflies"] *= COLD
    light["butterflies"] *= light["meadow"]
    night = light["night"] > DARK

    def lay(change: DayAndNight) -> None:
        _apply(light, change.night if night else change.day)

    lay(LIGHTS.weathers[weather])
    # A storm brings its own rain: a common one over it would make it paler and calmer.
    if weather is not WeatherType.STORMY or precipitation is not Precipitation.RAIN:
        lay(LIGHTS.precipitations[precipitation])
    clear = weather is WeatherType.SUNNY and precipitation is Precipitation.CLEAR
    if season is Season.WINTER and time_of_day is TimeOfDay.DAY and clear:
        _apply(light, LIGHTS.winter_sun)
    lay(LIGHTS.season_light[season])
    return {name: _written(value) for name, value in light.items()}


def _apply(light: dict[str, Any], change: LightChange, strength: float = 1.0) -> None:
    """Lay a change over the light, its layers first; `strength` is how far its tints go."""
    for layer, share in change.layers.items():
        _apply(light, LIGHTS.layers[layer], share)
    for name, tint in change.tint.items():
        amount = tint.amount * strength
        light[name] = tuple(a + (b - a) * amount for a, b in zip(light[name], to_linear(tint.color), strict=True))
    light.update(change.set)
    for name, factor in change.scale.items():
        light[name] *= factor
    for name, least in change.at_least.items():
        light[name] = max(light[name], least)
    if change.sun_direction:
        light["sun_direction"] = asdict(change.sun_direction)


def _written(value: Any) -> Any:
    if isinstance(value, tuple):
        return from_linear(value)
    return tuple(value.values()) if isinstance(value, dict) else value


def _paint(time_of_day: TimeOfDay, season: Season, weather: WeatherType, precipitation: Precipitation) -> Paint:
    """The hour's paint, as season and weather leave it."""
    paint, night = PAINTS[time_of_day], time_of_day is TimeOfDay.NIGHT
    if time_of_day is TimeOfDay.DAY and season is Season.WINTER:
        paint = replace(paint, highlight="#fff6e6")
    elif time_of_day is TimeOfDay.DAY and season is Season.AUTUMN:
        paint = replace(paint, tint=(1.02, 0.98, 0.92), highlight="#ffeaa0")
    if weather is WeatherType.STORMY:
        dark = STORM_BY_NIGHT if night else STORM_BY_DAY
        paint = replace(paint, tint=dark, highlight="#dfeaf2", haze=paint.haze + 0.1)
    elif weather is WeatherType.AURORA and night:
        red, green, blue = paint.tint
        paint = replace(paint, tint=(red * 0.84, green * 1.02, blue * 1.06), highlight="#9dffd8")
    elif weather is WeatherType.CLOUDY:
        paint = _greyed(paint, night=night)
    if precipitation is not Precipitation.CLEAR:
        thicker = 0.3 if precipitation is Precipitation.FOG else 0.1
        paint = replace(_greyed(paint, night=night), haze=min(MOST_HAZE, paint.haze + thicker))
    return paint


def _greyed(paint: Paint, *, night: bool) -> Paint:
    amount = GREY_BY_NIGHT if night else GREY_BY_DAY
    red, green, blue = paint.tint
    tint = (red * (1 - 0.14 * amount), green * (1 - 0.1 * amount), blue * (1 - 0.05 * amount))
    return replace(paint, tint=tint)
