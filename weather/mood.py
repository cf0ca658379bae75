"""The garden's mood: what music, sky, work and the hour have to say, weighed against each other (pure).

Each source that has something to say contributes (`influences.py`): five components and votes for a weather. One
that is missing or stale gives its weight to the others and is named. The winner of the vote becomes the weather, unless
the one that stands is nearly as good or has only just begun; an override stands above all of it until it ends.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from garden.vocabulary import WeatherType
from weather.influences import (
    PROJECTS_OF_A_BROAD_DAY,
    Components,
    Contribution,
    Inputs,
    Music,
    Work,
    music_says,
    pace,
    sky_says,
    time_says,
    unit,
    work_says,
)
from weather.sky import Condition, solar_hour

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Source(StrEnum):
    """Who may speak."""

    MUSIC = "music"
    SKY = "sky"
    WORK = "productivity"
    TIME = "time_of_day"


# Share of the word that each source has when all of them speak.
WEIGHTS: Final[Mapping[Source, float]] = {
    Source.MUSIC: 0.40,  # chosen by the owner for how they feel, this very minute
    Source.SKY: 0.30,  # the same for everyone in town, and felt by all of them
    Source.WORK: 0.20,  # says how busy, less how it felt
    Source.TIME: 0.10,  # always there, and the least personal
}
# How long what a source said counts as being about now.
FRESH_FOR: Final[Mapping[Source, timedelta]] = {
    Source.MUSIC: timedelta(minutes=30),  # a few tracks after the last one
    Source.SKY: timedelta(hours=3),  # services look every quarter of an hour
    Source.WORK: timedelta(hours=12),  # a working day's afterglow
    Source.TIME: timedelta.max,
}
MARGIN: Final = 0.08  # of the whole vote: by this much another weather has to win
MIN_STAY: Final = timedelta(minutes=9)  # three looks: one odd track is no change of weather
NAME_MARGIN: Final = 0.06  # by this much another component has to lead before the atmosphere takes its name
NAMED_FROM: Final = 0.55  # a mood in which nothing stands out is called gentle
CALM: Final = 0.3  # intensity of a weather that only the clock speaks for
LONG_DAY: Final = 8.0  # hours of coding from which a day is long
HOURS_TOO_MANY: Final = 6.0  # on top of them, where strain is complete
LATE_FROM, LATE_UNTIL = 23.0, 5.0  # solar hours in which work costs sleep


@dataclass(frozen=True, slots=True)
class Word:
    """What the owner says of music and work, in the place of what the sources tell. Each 0–1; `None` is not said."""

    energy: float | None = None
    valence: float | None = None
    acousticness: float | None = None
    productivity: float | None = None


NOTHING_SAID: Final = Word()


@dataclass(frozen=True, slots=True)
class Override:
    """A weather that stands above the vote until `ends_at`, and what is heard and done by the owner's word."""

    weather_type: WeatherType
    intensity: float | None  # 0–1; `None`: as the mood makes it
    reason: str
    source: str
    started_at: datetime
    ends_at: datetime
    word: Word = NOTHING_SAID

    def stands_at(self, now: datetime) -> bool:
        """Whether it is its time."""
        return self.started_at <= now < self.ends_at


@dataclass(frozen=True, slots=True)
class PreviousWeather:
    """The weather that stands, as the last look left it."""

    weather_type: WeatherType
    atmosphere: str
    since: datetime
    overridden: bool = False


@dataclass(frozen=True, slots=True)
class Influence:
    """One source in the answer: whether it spoke, when it knew, how much it counted."""

    source: Source
    spoke: bool
    weight: float  # as it would be if all spoke
    share: float  # as it was: 0 for a silent one, 1 in sum
    as_of: datetime | None
    says: str  # what it said, or why it is silent
    components: Components | None = None
    votes: Mapping[WeatherType, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mood:
    """The garden's mood and weather at one moment."""

    weather_type: WeatherType
    intensity: float  # 0–1
    atmosphere: str
    components: Components
    influences: tuple[Influence, ...]
    votes: Mapping[WeatherType, float]  # each weather's part of the whole vote
    overridden_by: Override | None
    productivity_score: float | None  # 0–1; unknown where no work is known
    creativity_index: float  # 0–1
    stress_level: float | None

    @property
    def sources(self) -> list[str]:
        """Who spoke, the weightiest first."""
        return [str(one.source) for one in self.influences if one.spoke]


def as_said(inputs: Inputs, word: Word) -> Inputs:
    """The inputs with the owner's word for what it is about."""
    if word.energy is not None and word.valence is not None:
        inputs = replace(inputs, music=Music(inputs.now, word.energy, word.valence, word.acousticness))
    if word.productivity is not None:
        work = inputs.work or Work(inputs.now)
        inputs = replace(inputs, work=replace(work, last_at=inputs.now, said=word.productivity))
    return inputs


def synthesise(inputs: Inputs, *, previous: PreviousWeather | None = None, override: Override | None = None) -> Mood:
    """Hear everyone who has something to say, and decide.

    `previous` is the weather of the last look: it stays unless another is clearly better and it had its time. Without
    any other source the hour and the season speak alone. What the owner says in an override is in `inputs` (`as_said`).
    """
    contributions = _contributions(inputs)
    influences = tuple(_influence(source, inputs, contributions) for source in Source)
    components = _blend(influences)
    votes = _tally(influences)
    now = inputs.now
    ruling = override if override and override.stands_at(now) else None
    weather = ruling.weather_type if ruling else _elected(votes, previous, now)
    intensity = CALM if set(contributions) == {Source.TIME} else _intensity(components, votes[weather])
    if ruling and ruling.intensity is not None:
        intensity = ruling.intensity
    return Mood(
        weather_type=weather,
        intensity=intensity,
        atmosphere=_atmosphere(components, inputs, previous.atmosphere if previous else ""),
        components=components,
        influences=influences,
        votes=votes,
        overridden_by=ruling,
        productivity_score=_productivity(inputs),
        creativity_index=_creativity(inputs, components),
        stress_level=_stress(inputs, components),
    )


# --- Who speaks -------------------------------------------------------------------------------------------------------


def _contributions(inputs: Inputs) -> dict[Source, Contribution]:
    """The contributions of those who know something about now."""
    contributions = {Source.TIME: time_says(inputs)}
    if inputs.music and _fresh(Source.MUSIC, inputs):
        contributions[Source.MUSIC] = music_says(inputs.music)
    if inputs.sky and _fresh(Source.SKY, inputs) and inputs.sky.condition != Condition.UNKNOWN:
        contributions[Source.SKY] = sky_says(inputs.sky, inputs)
    if inputs.work and _fresh(Source.WORK, inputs):
        contributions[Source.WORK] = work_says(inputs.work, inputs)
    return contributions


def _as_of(source: Source, inputs: Inputs) -> datetime | None:
    match source:
        case Source.MUSIC:
            return inputs.music.heard_at if inputs.music else None
        case Source.SKY:
            return inputs.sky.observed_at if inputs.sky else None
        case Source.WORK:
            return inputs.work.last_at if inputs.work else None
        case Source.TIME:
            return inputs.now


def _fresh(source: Source, inputs: Inputs) -> bool:
    known = _as_of(source, inputs)
    return known is not None and inputs.now - known <= FRESH_FOR[source]


def _influence(source: Source, inputs: Inputs, contributions: Mapping[Source, Contribution]) -> Influence:
    """A source as the answer names it; those who speak share the weights of those who do not."""
    known, weight = _as_of(source, inputs), WEIGHTS[source]
    contribution = contributions.get(source)
    if contribution is None:
        return Influence(source, False, weight, 0.0, known, _why_silent(source, inputs))
    share = weight / sum(WEIGHTS[one] for one in contributions)
    return Influence(source, True, weight, share, known, contribution.says, contribution.components, contribution.votes)


def _why_silent(source: Source, inputs: Inputs) -> str:
    what = {Source.MUSIC: "No music", Source.SKY: "No sky", Source.WORK: "No work"}[source]
    if _as_of(source, inputs) is None:
        return f"{what} is known."
    if _fresh(source, inputs):
        return "The service reports a weather that it does not document."
    hours = FRESH_FOR[source] / timedelta(hours=1)
    span = f"{hours:.0f} hours" if hours >= 1 else f"{hours * 60:.0f} minutes"
    return f"{what} of the last {span} is known."


# --- What comes of it -------------------------------------------------------------------------------------------------


def _blend(influences: tuple[Influence, ...]) -> Components:
    speaking = [(one.share, asdict(one.components)) for one in influences if one.components]
    return Components.within(**{name: sum(share * said[name] for share, said in speaking) for name in COMPONENT_NAMES})


def _tally(influences: tuple[Influence, ...]) -> dict[WeatherType, float]:
    tally = dict.fromkeys(WeatherType, 0.0)
    for one in influences:
        for weather, vote in one.votes.items():
            tally[weather] += one.share * vote
    return tally


def _elected(votes: Mapping[WeatherType, float], previous: PreviousWeather | None, now: datetime) -> WeatherType:
    """The winner of the vote, unless the previous weather has only just begun or is nearly as good."""
    winner = max(WeatherType, key=lambda weather: votes[weather])
    if previous is None or previous.overridden or winner == previous.weather_type:
        return winner
    settled = now - previous.since >= MIN_STAY
    clearly = votes[winner] - votes[previous.weather_type] >= MARGIN
    return winner if settled and clearly else previous.weather_type


def _intensity(components: Components, agreement: float) -> float:
    """How strongly the weather shows, 0–1: by the mood's drive, and by how many agree on it."""
    return round(unit(0.15 + 0.55 * components.drive + 0.3 * agreement), 2)


# A leading component's name in an atmosphere.
_ADJECTIVES: Final[Mapping[str, str]] = {
    "energy": "energetic",
    "focus": "focused",
    "creativity": "creative",
    "serenity": "serene",
    "drive": "intense",
}
_COMPONENT_OF: Final[Mapping[str, str]] = {adjective: name for name, adjective in _ADJECTIVES.items()}
COMPONENT_NAMES: Final = tuple(_ADJECTIVES)
UNREMARKABLE: Final = "gentle"
_PARTS_OF_DAY: Final = ((5.0, "night"), (11.0, "morning"), (17.0, "afternoon"), (22.0, "evening"), (24.0, "night"))


def part_of_day(now: datetime, longitude: float) -> str:
    """Morning, afternoon, evening or night by the place's solar time, which every place has."""
    hour = solar_hour(now, longitude)
    return next(name for until, name in _PARTS_OF_DAY if hour < until)


def _atmosphere(components: Components, inputs: Inputs, before: str) -> str:
    """The mood's name, such as serene_morning: the component that leads, and the part of the day."""
    levels: dict[str, float] = asdict(components)
    leading = max(levels, key=lambda name: levels[name])
    adjective = before.partition("_")[0]
    held = _COMPONENT_OF.get(adjective)
    if held and levels[held] >= NAMED_FROM and levels[leading] - levels[held] < NAME_MARGIN:
        leading = held
    elif adjective == UNREMARKABLE and levels[leading] < NAMED_FROM + NAME_MARGIN:
        return f"{UNREMARKABLE}_{part_of_day(inputs.now, inputs.longitude)}"
    name = _ADJECTIVES[leading] if levels[leading] >= NAMED_FROM else UNREMARKABLE
    return f"{name}_{part_of_day(inputs.now, inputs.longitude)}"


def _productivity(inputs: Inputs) -> float | None:
    """How much was done today, 0–1; unknown where no source of work has spoken lately."""
    if not inputs.work or not _fresh(Source.WORK, inputs):
        return None
    return round(pace(inputs.work), 3)


def _creativity(inputs: Inputs, components: Components) -> float:
    """How much room for ideas there is, 0–1: the mood's creativity, and the breadth of the day where it is known."""
    if not inputs.work or not _fresh(Source.WORK, inputs):
        return round(components.creativity, 3)
    return round(0.6 * components.creativity + 0.4 * min(1.0, inputs.work.projects / PROJECTS_OF_A_BROAD_DAY), 3)


def _stress(inputs: Inputs, components: Components) -> float | None:
    """How strained the day looks, 0–1: long hours, late hours, failed deployments, little serenity."""
    work = inputs.work
    if not work or not _fresh(Source.WORK, inputs):
        return None
    hour = solar_hour(work.last_at, inputs.longitude)
    late = 1.0 if hour >= LATE_FROM or hour < LATE_UNTIL else 0.0
    long = unit((work.coding_hours - LONG_DAY) / HOURS_TOO_MANY)
    failed = min(1.0, work.failed_deployments / 3)
    strain = 0.35 * long + 0.2 * late + 0.2 * failed + 0.25 * pace(work)
    return round(unit(strain + 0.3 * (0.5 - components.serenity)), 3)
