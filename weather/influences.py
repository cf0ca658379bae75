"""What each source says of the mood: its components and its votes for a weather (pure).

Music by the thresholds that were asked for, sky by its condition, work by how full the day is, the hour by the sun.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Final

from garden.vocabulary import Season, TimeOfDay, WeatherType
from weather.music import ACOUSTIC, DARK, GLAD, LIVELY, QUIET, WILD, mood_word
from weather.sky import Condition

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

COMMITS_OF_A_FULL_DAY: Final = 12.0  # where the curve of a day's commits stands at 0.63
HOURS_OF_A_FULL_DAY: Final = 5.0  # of coding; the same
PROJECTS_OF_A_BROAD_DAY: Final = 4.0


@dataclass(frozen=True, slots=True)
class Components:
    """A mood in five numbers, 0–1."""

    energy: float
    focus: float
    creativity: float
    serenity: float
    drive: float  # the mood's own intensity

    @classmethod
    def within(cls, energy: float, focus: float, creativity: float, serenity: float, drive: float) -> Components:
        """The same, each kept between 0 and 1."""
        return cls(*(unit(value) for value in (energy, focus, creativity, serenity, drive)))

    @property
    def intensity(self) -> float:
        """What the API calls `drive`: beside a weather's intensity, a row needs another word for the mood's own."""
        return self.drive


@dataclass(frozen=True, slots=True)
class Music:
    """What was heard lately. Features are 0–1 as Spotify defines them; `None` means nobody knows."""

    heard_at: datetime
    energy: float
    valence: float
    acousticness: float | None = None


@dataclass(frozen=True, slots=True)
class Sky:
    """What a weather service saw."""

    observed_at: datetime
    condition: Condition
    temperature: float | None = None  # degrees Celsius
    source: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What was done today, which begins at five in the morning."""

    last_at: datetime
    commits: int = 0
    coding_hours: float = 0.0
    projects: int = 0  # how many it was spread over
    failed_deployments: int = 0
    said: float | None = None  # how full the day is by the owner's own word, 0–1


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a look needs. `now` is UTC, `longitude` degrees east."""

    now: datetime
    longitude: float
    time_of_day: TimeOfDay
    season: Season
    music: Music | None = None
    sky: Sky | None = None
    work: Work | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one source has to say. Votes sum to 1."""

    components: Components
    votes: Mapping[WeatherType, float]
    says: str


# --- What they say ----------------------------------------------------------------------------------------------------


def music_weather(energy: float, valence: float, acousticness: float | None) -> WeatherType:
    """The weather of a piece of music. Each boundary belongs to what comes after it."""
    if energy > LIVELY and valence > GLAD:
        return WeatherType.SUNNY
    if energy > WILD and valence < DARK:
        return WeatherType.STORMY
    if energy < QUIET:
        return WeatherType.STARRY
    if acousticness is not None and acousticness > ACOUSTIC:
        return WeatherType.AURORA
    return WeatherType.CLOUDY


def music_says(music: Music) -> Contribution:
    energy, valence = music.energy, music.valence
    acoustic = 0.4 if music.acousticness is None else music.acousticness
    return Contribution(
        Components.within(
            energy=energy,
            focus=0.4 + 0.35 * (1 - abs(energy - 0.5) * 2),  # extremes distract
            creativity=0.25 + 0.4 * acoustic + 0.35 * valence,
            serenity=0.65 * (1 - energy) + 0.35 * valence,
            drive=0.75 * energy + 0.25 * (1 - valence) * energy,
        ),
        {music_weather(energy, valence, music.acousticness): 1.0},
        f"The music of late is {mood_word(energy, valence, music.acousticness)}.",
    )


# Energy, focus, creativity, serenity, drive of each sky, as people commonly report them.
_SKY_MOODS: Final[Mapping[Condition, Components]] = {
    Condition.CLEAR: Components(0.75, 0.55, 0.55, 0.70, 0.45),
    Condition.MOSTLY_CLEAR: Components(0.70, 0.55, 0.55, 0.70, 0.40),
    Condition.PARTLY_CLOUDY: Components(0.60, 0.55, 0.60, 0.60, 0.40),
    Condition.OVERCAST: Components(0.40, 0.60, 0.50, 0.50, 0.35),
    Condition.HAZE: Components(0.35, 0.40, 0.50, 0.50, 0.30),
    Condition.FOG: Components(0.30, 0.50, 0.70, 0.65, 0.20),
    Condition.DRIZZLE: Components(0.40, 0.60, 0.60, 0.60, 0.30),
    Condition.RAIN: Components(0.40, 0.65, 0.60, 0.50, 0.45),
    Condition.HEAVY_RAIN: Components(0.45, 0.60, 0.55, 0.30, 0.70),
    Condition.FREEZING_RAIN: Components(0.35, 0.50, 0.45, 0.30, 0.55),
    Condition.SHOWERS: Components(0.50, 0.55, 0.55, 0.45, 0.50),
    Condition.SLEET: Components(0.35, 0.50, 0.45, 0.35, 0.50),
    Condition.SNOW: Components(0.40, 0.60, 0.70, 0.80, 0.25),
    Condition.HEAVY_SNOW: Components(0.40, 0.55, 0.65, 0.55, 0.50),
    Condition.SNOW_SHOWERS: Components(0.45, 0.55, 0.65, 0.65, 0.40),
    Condition.SQUALL: Components(0.65, 0.40, 0.50, 0.15, 0.85),
    Condition.THUNDERSTORM: Components(0.70, 0.45, 0.55, 0.10, 0.95),
    Condition.HAILSTORM: Components(0.70, 0.40, 0.45, 0.05, 0.95),
}
_SKY_VOTES: Final[Mapping[Condition, Mapping[WeatherType, float]]] = {
    Condition.OVERCAST: {WeatherType.CLOUDY: 1.0},
    Condition.HAZE: {WeatherType.CLOUDY: 1.0},
    Condition.FOG: {WeatherType.CLOUDY: 0.8, WeatherType.AURORA: 0.2},
    Condition.DRIZZLE: {WeatherType.CLOUDY: 1.0},
    Condition.RAIN: {WeatherType.CLOUDY: 0.8, WeatherType.STORMY: 0.2},
    Condition.HEAVY_RAIN: {WeatherType.STORMY: 0.7, WeatherType.CLOUDY: 0.3},
    Condition.FREEZING_RAIN: {WeatherType.CLOUDY: 0.6, WeatherType.STORMY: 0.4},
    Condition.SHOWERS: {WeatherType.CLOUDY: 0.9, WeatherType.STORMY: 0.1},
    Condition.SLEET: {WeatherType.CLOUDY: 0.8, WeatherType.STORMY: 0.2},
    Condition.SNOW: {WeatherType.CLOUDY: 0.6, WeatherType.AURORA: 0.4},
    Condition.HEAVY_SNOW: {WeatherType.CLOUDY: 0.6, WeatherType.STORMY: 0.4},
    Condition.SNOW_SHOWERS: {WeatherType.CLOUDY: 0.7, WeatherType.AURORA: 0.3},
    Condition.SQUALL: {WeatherType.STORMY: 1.0},
    Condition.THUNDERSTORM: {WeatherType.STORMY: 1.0},
    Condition.HAILSTORM: {WeatherType.STORMY: 1.0},
}
_OPEN_SKY: Final[Mapping[Condition, float]] = {  # how much of it is open; the rest is cloud
    Condition.CLEAR: 1.0,
    Condition.MOSTLY_CLEAR: 0.85,
    Condition.PARTLY_CLOUDY: 0.55,
}
_COMFORT, _DISCOMFORT_SPAN = 20.0, 30.0  # degrees Celsius: at ease, and as far from it as it costs everything
_DISCOMFORT_COSTS: Final = 0.15  # energy and serenity


def atmospheric_mood(condition: Condition, temperature: float | None = None) -> Components:
    """What a sky does to people, 0–1; an unknown one does nothing in particular. Temperature in degrees Celsius."""
    mood = _SKY_MOODS.get(condition, Components(0.5, 0.5, 0.5, 0.5, 0.35))
    if temperature is None:
        return mood
    loss = _DISCOMFORT_COSTS * min(1.0, abs(temperature - _COMFORT) / _DISCOMFORT_SPAN)
    return Components.within(mood.energy - loss, mood.focus, mood.creativity, mood.serenity - loss, mood.drive)


def sky_says(sky: Sky, inputs: Inputs) -> Contribution:
    if (share := _OPEN_SKY.get(sky.condition)) is not None:
        votes = _sum_of({WeatherType.CLOUDY: 1 - share}, _open_sky(inputs.time_of_day), share)
    else:
        votes = dict(_SKY_VOTES[sky.condition])
    words = str(sky.condition).replace("_", " ")
    says = (
        f"The sky is {words}"
        if sky.condition in _OPEN_SKY or sky.condition == Condition.OVERCAST
        else f"Outside: {words}"
    )
    degrees = "" if sky.temperature is None else f" at {sky.temperature:.0f} °C"
    return Contribution(atmospheric_mood(sky.condition, sky.temperature), votes, f"{says}{degrees}.")


def _open_sky(time: TimeOfDay) -> dict[WeatherType, float]:
    """What an open sky is at a time of day."""
    match time:
        case TimeOfDay.NIGHT:
            return {WeatherType.STARRY: 1.0}
        case TimeOfDay.DUSK:
            return {WeatherType.AURORA: 0.5, WeatherType.SUNNY: 0.5}
        case TimeOfDay.DAWN:
            return {WeatherType.SUNNY: 0.7, WeatherType.AURORA: 0.3}
        case TimeOfDay.DAY:
            return {WeatherType.SUNNY: 1.0}


def work_says(work: Work, inputs: Inputs) -> Contribution:
    fullness = pace(work)
    focused = _saturated(work.coding_hours or work.commits / 4, HOURS_OF_A_FULL_DAY) if work.said is None else work.said
    broad = min(1.0, work.projects / PROJECTS_OF_A_BROAD_DAY)
    storm = max(0.0, fullness - 0.75) * 2  # a very full day is a storm in part; a push like one is an override
    flow = (1 - storm) * fullness
    rest = 1 - storm - flow
    votes = _sum_of(
        {WeatherType.STORMY: storm, WeatherType.CLOUDY: rest * 0.4}, _open_sky(inputs.time_of_day), rest * 0.6
    )
    votes = _sum_of(votes, {WeatherType.AURORA: broad, WeatherType.SUNNY: 1 - broad}, flow)
    return Contribution(
        Components.within(
            energy=0.3 + 0.6 * fullness,
            focus=0.3 + 0.6 * focused - 0.15 * broad,
            creativity=0.4 + 0.3 * broad + 0.2 * fullness,
            serenity=0.75 - 0.5 * fullness,
            drive=0.2 + 0.75 * fullness,
        ),
        votes,
        _day_in_words(work),
    )


def _day_in_words(work: Work) -> str:
    if work.said is not None:
        return f"The owner calls the day {work.said:.0%} productive."
    done = [f"{work.commits} commit{'' if work.commits == 1 else 's'}"] if work.commits else []
    done += [f"{work.coding_hours:.1f} hours of coding"] if work.coding_hours >= 0.05 else []
    return f"{' and '.join(done)} since five in the morning." if done else "Some work today."


def pace(work: Work) -> float:
    """How full a day is, 0–1: as the owner says it, else by commits or by hours, whichever says more."""
    if work.said is not None:
        return work.said
    return max(_saturated(work.commits, COMMITS_OF_A_FULL_DAY), _saturated(work.coding_hours, HOURS_OF_A_FULL_DAY))


# Energy, focus, creativity, serenity, drive by the sun: an ordinary day's curve.
_TIME_MOODS: Final[Mapping[TimeOfDay, Components]] = {
    TimeOfDay.DAWN: Components(0.50, 0.55, 0.60, 0.75, 0.30),
    TimeOfDay.DAY: Components(0.65, 0.65, 0.50, 0.55, 0.45),
    TimeOfDay.DUSK: Components(0.45, 0.45, 0.65, 0.65, 0.30),
    TimeOfDay.NIGHT: Components(0.30, 0.45, 0.60, 0.70, 0.20),
}
_SEASON_ENERGY: Final[Mapping[Season, float]] = {  # what the season adds to the day's energy
    Season.SPRING: 0.08,
    Season.SUMMER: 0.10,
    Season.AUTUMN: -0.03,
    Season.WINTER: -0.08,
}


def time_says(inputs: Inputs) -> Contribution:
    mood, lift = _TIME_MOODS[inputs.time_of_day], _SEASON_ENERGY[inputs.season]
    return Contribution(
        Components.within(mood.energy + lift, mood.focus, mood.creativity, mood.serenity - lift / 2, mood.drive),
        {WeatherType.STARRY: 1.0} if inputs.time_of_day == TimeOfDay.NIGHT else {WeatherType.SUNNY: 1.0},
        f"It is {inputs.time_of_day} in {inputs.season}.",
    )


def _sum_of(
    votes: Mapping[WeatherType, float], more: Mapping[WeatherType, float], share: float
) -> dict[WeatherType, float]:
    """`votes`, and `share` of what `more` votes for."""
    total: dict[WeatherType, float] = defaultdict(float, votes)
    for weather, vote in more.items():
        total[weather] += share * vote
    return {weather: vote for weather, vote in total.items() if vote > 0}


def _saturated(amount: float, scale: float) -> float:
    return 1 - exp(-max(0.0, amount) / scale)


def unit(value: float) -> float:
    return max(0.0, min(1.0, value))
