"""Every event of the outbox, one frozen dataclass each: its fields, what it is about, and what it changes. Pure.

The OpenAPI has them as a `oneOf` by `event_type`, and the browser's types come from there. A new one is a class here, a
name in `EventType`, an effect in `frontend/src/scene/effects.ts` and a sentence in `greenhouse/site/happenings.py`
(each may be an explicit nothing). What is forgotten does not compile, or fails a test that names it.
"""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003 - the OpenAPI reads the types of the fields
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, Final
from uuid import UUID

from garden import anonymous
from garden.looks import TEMPO
from garden.vocabulary import (
    AnnouncementLevel,
    DeploymentEffect,
    DeploymentStatus,
    EventType,
    GrowthStage,
    InteractionKind,
    PlantType,
    Precipitation,
    WeatherType,
)


class Unset(Enum):
    """Nothing: what a field holds that is left out of the data, where `None` would mean that nobody knows."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
GROWTH_ANIMATION_MS: Final = round(TEMPO.growth * 1000)  # how long a plant takes to grow on screen
ANNOUNCEMENT: Final = "announcement"  # the subject of the owner's announcements


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What the outbox carries of one thing that happened."""

    event_type: ClassVar[EventType]
    alters_state: ClassVar[bool] = True  # `GET garden/` has another answer after it, so its version moves
    moves_island: ClassVar[bool] = False  # plants come, go or change their place: open pages are loaded again

    @property
    def subject(self) -> str:
        """Whom it is about, as `project:<id>` or `skill:<id>`; empty where about nobody. What `redact` looks for."""
        return ""

    @property
    def counted_as(self) -> str:
        """What `/metrics` counts it under, within its type; empty where it is not counted."""
        return ""

    @property
    def data(self) -> dict[str, Any]:
        """The fields that are set, as JSON-ready values; times are ISO 8601."""
        return {name: _plain(value) for name, value in asdict(self).items() if value is not UNSET}


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def subject_of_project(project_id: UUID) -> str:
    """What events about a project are found by."""
    return f"project:{project_id}"


def subject_of_skill(skill_id: UUID) -> str:
    """What events about a skill are found by."""
    return f"skill:{skill_id}"


# --- Plants -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectEvent(Event):
    """An event about one plant."""

    project_id: UUID

    @property
    def subject(self) -> str:
        return subject_of_project(self.project_id)

    def anonymised(self) -> ProjectEvent:
        """The same without what only a project that may be named tells."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectGrowth(ProjectEvent):
    """A plant grew, or changed visibly in another way."""

    event_type = EventType.PROJECT_GROWTH

    from_stage: GrowthStage
    to_stage: GrowthStage
    growth_factor: float  # 0–1
    stage_progress: float  # 0–1
    vitality: float  # 0–1
    commit_count: int
    animation_duration: int = GROWTH_ANIMATION_MS  # milliseconds

    @property
    def counted_as(self) -> str:
        return f"{self.from_stage} {self.to_stage}" if self.from_stage != self.to_stage else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlantEvent(ProjectEvent):
    """An event with what a browser needs to name a plant before it loads the garden's state again."""

    moves_island = True

    slug: str
    name: str
    plant_type: PlantType

    def anonymised(self) -> ProjectEvent:
        return replace(self, name=anonymous.NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPlanted(NamedPlantEvent):
    """A plant came into the garden."""

    event_type = EventType.SEED_PLANTED


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectChanged(NamedPlantEvent):
    """What is said of a plant changed, or its place."""

    event_type = EventType.PROJECT_CHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRemoved(ProjectEvent):
    """A plant left the garden."""

    event_type = EventType.PROJECT_REMOVED
    moves_island = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitPushed(ProjectEvent):
    """Commits arrived that are young enough to be news."""

    event_type = EventType.COMMIT_PUSHED

    repository: str
    commit_count: int  # of people; bots' are no news
    owner_commits: int  # of these, the owner's
    author: str
    impact_score: float  # 0–1
    arrived_at: datetime | Unset = UNSET  # UTC; when the push came in, unset where a sync or an import found them

    def anonymised(self) -> ProjectEvent:
        return replace(self, repository=anonymous.NAME, author="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment(ProjectEvent):
    """A deployment ended."""

    event_type = EventType.DEPLOYMENT

    repository: str
    status: DeploymentStatus
    effect: DeploymentEffect
    duration: int  # milliseconds
    intensity: float | Unset = UNSET  # 0–1, of a bloom
    level: float | Unset = UNSET  # 0–1, of concern

    def anonymised(self) -> ProjectEvent:
        return replace(self, repository=anonymous.NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorInteraction(ProjectEvent):
    """A visitor did something with a plant. The plant takes it in at its next look."""

    event_type = EventType.VISITOR_INTERACTION
    alters_state = False

    kind: InteractionKind


# --- Weather and music ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AtmosphericEffects:
    """What a weather looks like."""

    effects: Sequence[str]
    precipitation: Precipitation | None  # none where nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class MusicInfluence:
    """What the music did to a weather, as far as the owner shows it; under the names of the weather's answer."""

    type: WeatherType  # that it alone would make
    intensity: float  # of that mood, 0–1
    mood: str
    track_name: str | None  # what plays as the weather begins; none in silence, or if not shown
    artist: str | None
    energy_level: float | None  # 0–1
    energy: float | None  # as energy_level, by its former name
    valence: float | None  # 0–1


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherChange(Event):
    """Another weather begins in the garden."""

    event_type = EventType.WEATHER_CHANGE

    weather_type: WeatherType
    intensity: float  # 0–1
    transition_duration: int  # milliseconds
    atmospheric_effects: AtmosphericEffects
    music_influence: MusicInfluence | None

    @property
    def counted_as(self) -> str:
        return self.weather_type


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherUpdated(Event):
    """The real sky changed."""

    event_type = EventType.WEATHER_UPDATED

    condition: str
    precipitation: str
    temperature: float | None  # degrees Celsius
    as_of: datetime  # UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class AtmosphereChanged(Event):
    """The mood took another name."""

    event_type = EventType.ATMOSPHERE_CHANGED

    old_atmosphere: str
    new_atmosphere: str
    energy_change: float | None  # −1 to 1
    data_sources: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MusicChanged(Event):
    """Other music plays, or none. Which fields there are is what the owner shows; empty where nothing is shown."""

    event_type = EventType.MUSIC_CHANGED

    is_playing: bool | Unset = UNSET
    source: str | Unset = UNSET
    mood: str | Unset = UNSET
    energy: float | Unset | None = UNSET  # 0–1
    valence: float | Unset | None = UNSET  # 0–1
    genre: str | Unset = UNSET
    features_source: str | Unset = UNSET
    kind: str | Unset = UNSET
    artist: str | Unset = UNSET
    title: str | Unset = UNSET


# --- Skills and the site itself ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillUnlock(Event):
    """A new skill, or a new level of one."""

    event_type = EventType.SKILL_UNLOCK

    skill_id: UUID
    name: str
    level: int | None  # 1–10
    is_new: bool
    group: str  # its constellation

    @property
    def subject(self) -> str:
        return subject_of_skill(self.skill_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemUpdate(Event):
    """An announcement of the owner to everybody. It is part of the state while it holds."""

    event_type = EventType.SYSTEM_UPDATE

    message: str
    level: AnnouncementLevel
    until: datetime | None  # UTC; none until it is taken back

    @property
    def subject(self) -> str:
        return ANNOUNCEMENT

    def holds(self, now: datetime) -> bool:
        """Whether it has not ended by itself."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRefreshed(Event):
    """The garden shows something else, and no event of its own says what."""

    event_type = EventType.STATE_REFRESHED

    component: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted(Event):
    """Something was told here that may no longer be told. Its `seq` stays."""

    event_type = EventType.REDACTED
    alters_state = False


EVENTS: Final[dict[EventType, type[Event]]] = {
    event.event_type: event
    for event in (
        ProjectGrowth,
        SeedPlanted,
        ProjectChanged,
        ProjectRemoved,
        CommitPushed,
        Deployment,
        VisitorInteraction,
        WeatherChange,
        WeatherUpdated,
        AtmosphereChanged,
        MusicChanged,
        SkillUnlock,
        SystemUpdate,
        StateRefreshed,
        Redacted,
    )
}
