"""The table of light: what hour, season, weather and precipitation do to every colour."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from garden.looks.reading import Colour, LooksError, read
from garden.looks.shapes import Vector
from garden.vocabulary import Precipitation, Season, TimeOfDay, WeatherType


@dataclass(frozen=True, slots=True)
class SkyLook:
    """What an hour gives to the light."""

    zenith: Colour
    mid: Colour
    horizon: Colour
    glow: Colour  # around the sun or the moon
    disc: Colour
    sun: Colour
    sky_light: Colour  # sky and ground half of the ambient light
    ground_light: Colour
    fog: Colour
    hill: Colour
    cloud_lit: Colour
    cloud_shade: Colour
    rim: Colour
    pond: Colour
    glow_strength: float
    disc_size: float  # angular radius
    sun_intensity: float
    ambient_intensity: float
    fog_density: float
    clouds: float
    stars: float
    rim_strength: float
    lamps: float
    night: float
    look_up: float  # height the camera aims at, as a share of the island's radius
    fireflies: float
    butterflies: float
    sun_direction: Vector
    disc_direction: Vector


@dataclass(frozen=True, slots=True)
class SeasonLook:
    """What a season gives to the light."""

    grass_dark: Colour
    grass_light: Colour
    grass_accent: Colour
    soil: Colour
    path: Colour
    blossom: Colour
    snow_cover: float
    spring: float
    autumn: float
    leaf_fall: float
    snowfall: float
    falling_leaves: float
    petals: float  # 1: what falls is petals, 0: autumn leaves
    meadow: float
    blossom_accent: float


@dataclass(frozen=True, slots=True)
class WeatherLook:
    """Calm weather, before anything is laid over it."""

    shadow: float
    wind: float
    wetness: float
    rainfall: float
    rain_slant: float
    aurora: float
    lightning: float


@dataclass(frozen=True, slots=True)
class Tint:
    """A colour, and how much of it comes into another."""

    color: Colour
    amount: float


@dataclass(frozen=True, slots=True)
class LightChange:
    """What one influence does to the light, by field; its layers come first, each with the share its tints go."""

    layers: Mapping[str, float] = field(default_factory=dict)
    tint: Mapping[str, Tint] = field(default_factory=dict)
    set: Mapping[str, float] = field(default_factory=dict)
    scale: Mapping[str, float] = field(default_factory=dict)
    at_least: Mapping[str, float] = field(default_factory=dict)
    sun_direction: Vector | None = None


@dataclass(frozen=True, slots=True)
class DayAndNight:
    """A change as it is by day and as it is by night."""

    day: LightChange
    night: LightChange


@dataclass(frozen=True, slots=True)
class LeafColours:
    """Leaves that fall in autumn."""

    red: Colour
    orange: Colour
    gold: Colour


@dataclass(frozen=True, slots=True)
class PetalColours:
    """Petals that fall in spring."""

    deep: Colour
    pale: Colour


@dataclass(frozen=True, slots=True)
class FireflyColours:
    """Most are yellow."""

    yellow: Colour
    green: Colour
    blue: Colour


@dataclass(frozen=True, slots=True)
class LampColours:
    """A lamp's middle and the glow around it."""

    core: Colour
    halo: Colour


@dataclass(frozen=True, slots=True)
class AuroraColours:
    """A curtain from its hem up."""

    hem: Colour
    middle: Colour
    top: Colour


@dataclass(frozen=True, slots=True)
class AirLook:
    """What drifts and glows in the air, and what the air does to far hills, in any light."""

    rain: Colour
    leaves: LeafColours
    petals: PetalColours
    fireflies: FireflyColours
    lamp: LampColours
    aurora: AuroraColours
    hills: tuple[float, ...]  # how much of the horizon's colour each row takes, the furthest first


@dataclass(frozen=True, slots=True)
class LightLooks:
    """The table of light: a base for each hour and season, and changes that lie over it."""

    times: Mapping[TimeOfDay, SkyLook]
    seasons: Mapping[Season, SeasonLook]
    calm: WeatherLook
    layers: Mapping[str, LightChange]
    weathers: Mapping[WeatherType, DayAndNight]
    precipitations: Mapping[Precipitation, DayAndNight]
    season_light: Mapping[Season, DayAndNight]
    winter_sun: LightChange
    air: AirLook

    def __post_init__(self) -> None:
        looks = [each for kind in (SkyLook, SeasonLook, WeatherLook) for each in fields(kind)]
        colours = {each.name for each in looks if each.type is Colour}
        numbers = {each.name for each in looks if each.type is float}
        by_day = [*self.weathers.values(), *self.precipitations.values(), *self.season_light.values()]
        changes = [change for each in by_day for change in (each.day, each.night)]
        for change in (*self.layers.values(), *changes, self.winter_sun):
            changed = {*change.set, *change.scale, *change.at_least}
            unknown = (change.layers.keys() - self.layers.keys()) | (change.tint.keys() - colours) | (changed - numbers)
            if unknown:
                raise LooksError(f"lights: nobody reads {', '.join(sorted(unknown))}")


LIGHTS = read(LightLooks, "lights")
