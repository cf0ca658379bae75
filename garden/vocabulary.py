"""The garden's words, each in one place: pure enums that the models, the engines, the API and the scene share."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class PlantType(StrEnum):
    """What kind of plant a project is."""

    TREE = "tree"
    FLOWER = "flower"
    VINE = "vine"
    BUSH = "bush"
    SUCCULENT = "succulent"
    FERN = "fern"
    HERB = "herb"
    GENERIC = "generic"


class GrowthStage(StrEnum):
    """The ladder of six rungs, lowest first."""

    SEED = "seed"
    SPROUT = "sprout"
    GROWING = "growing"
    BLOOMING = "blooming"
    MATURE = "mature"
    ANCIENT = "ancient"

    @property
    def rung(self) -> int:
        """0 for a seed to 5 for an ancient plant."""
        return RUNGS[self]


RUNGS = {stage: rung for rung, stage in enumerate(GrowthStage)}
TREE_STAGE_NAMES = {
    GrowthStage.SEED: "seed",
    GrowthStage.SPROUT: "seedling",
    GrowthStage.GROWING: "sapling",
    GrowthStage.BLOOMING: "young_tree",
    GrowthStage.MATURE: "mature_tree",
    GrowthStage.ANCIENT: "ancient_tree",
}


def stage_label(plant_type: str, stage: str) -> str:
    """The name a visitor reads: the rung itself, or the tree's own word for the same rung."""
    return TREE_STAGE_NAMES[GrowthStage(stage)] if plant_type == PlantType.TREE else stage


def choices(words: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """The words of one enum as value and label, as forms, models and serializers take them."""
    return [(word.value, word.value.replace("_", " ").capitalize()) for word in words]


THRIVING_FROM = 0.6  # vitality, 0–1: a commit a week is enough to stay above
RESTING_BELOW = 0.25  # vitality, 0–1: reached after about a quiet month


class ActivityKind(StrEnum):
    """One dated fact about a project; unique by (project, kind, external id)."""

    COMMIT = "commit"
    PULL_REQUEST = "pull_request"
    ISSUE = "issue"
    RELEASE = "release"
    DEPLOYMENT = "deployment"
    STAR = "star"
    FORK = "fork"
    CODING = "coding"
    POST = "post"


class Whose(StrEnum):
    """Who made a fact: the owner, somebody else, or a service by itself."""

    OWNER = "owner"
    OTHER = "other"
    BOT = "bot"


class Withdrawn(StrEnum):
    """Why a fact that was told once is none."""

    REWRITTEN = "rewritten"  # another commit took its place
    UNREACHABLE = "unreachable"  # its history holds it no longer, and nothing in its place
    MERGE = "merge"  # it has several parents, as a later reading knows


class Counts(StrEnum):
    """Whose work a plant grows from. Bots' is nobody's."""

    EVERYONE = "everyone"
    MINE = "mine"


class LinesFrom(StrEnum):
    """Where a project's number of lines of code is from, the best first."""

    FILES = "files"  # counted in them
    SIZE = "size"  # estimated from the bytes that each language has
    COMMITS = "commits"  # estimated from the lines that were added


class IdentityKind(StrEnum):
    """What the owner is known by."""

    NAME = "name"
    LOGIN = "login"
    EMAIL = "email"


class InteractionKind(StrEnum):
    """What a visitor can do with a plant."""

    VIEW = "view"
    WATER = "water"
    OPEN_LINK = "open_link"


class EventType(StrEnum):
    """What the outbox and the sockets carry."""

    PROJECT_GROWTH = "project_growth"
    SEED_PLANTED = "seed_planted"
    PROJECT_CHANGED = "project_changed"
    PROJECT_REMOVED = "project_removed"
    COMMIT_PUSHED = "commit_pushed"
    DEPLOYMENT = "deployment"
    VISITOR_INTERACTION = "visitor_interaction"
    WEATHER_CHANGE = "weather_change"
    WEATHER_UPDATED = "weather_updated"
    ATMOSPHERE_CHANGED = "atmosphere_changed"
    MUSIC_CHANGED = "music_changed"
    SKILL_UNLOCK = "skill_unlock"
    SYSTEM_UPDATE = "system_update"  # an announcement
    STATE_REFRESHED = "state_refreshed"  # the state changed in a way that no other event tells
    REDACTED = "redacted"  # what was told here may no longer be told


class ProjectStatus(StrEnum):
    """Where a project stands with its owner. Only active and featured plants stand in the garden."""

    ACTIVE = "active"
    FEATURED = "featured"
    ARCHIVED = "archived"
    PROPOSED = "proposed"


class Visibility(StrEnum):
    """Who may see a project. Unlisted ones are seen by those who have their address; of anonymous ones everyone sees
    the plant, and nobody its name, its words, its links or a page."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    ANONYMOUS = "anonymous"
    PRIVATE = "private"


class DeploymentStatus(StrEnum):
    """How a deployment ended."""

    SUCCESS = "success"
    FAILURE = "failure"


class DeploymentEffect(StrEnum):
    """What a deployment does to its plant for a while."""

    BLOOM = "bloom"
    CONCERN = "concern"


class AnnouncementLevel(StrEnum):
    """How much an announcement matters."""

    INFO = "info"
    WARNING = "warning"


class Season(StrEnum):
    """The season at the owner's place."""

    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"
    WINTER = "winter"


class TimeOfDay(StrEnum):
    """The time of day at the owner's place, from its sun."""

    DAWN = "dawn"
    DAY = "day"
    DUSK = "dusk"
    NIGHT = "night"


class WeatherType(StrEnum):
    """The garden's weather, which is a mood; real precipitation is another field."""

    SUNNY = "sunny"
    STORMY = "stormy"
    CLOUDY = "cloudy"
    AURORA = "aurora"
    STARRY = "starry"


class PropKind(StrEnum):
    """What stands in the garden besides plants."""

    TABLE = "table"  # for potting
    BENCH = "bench"
    CAN = "can"  # for watering
    LANTERN = "lantern"
    POT = "pot"  # with flowers
    HEDGE = "hedge"  # one ball of it
    LILY = "lily"  # a pad on the water
    CAT = "cat"
    CANE = "cane"  # beside what an agent helped to grow; its scale is its height
    BED = "bed"  # dug, for the first plant


class Precipitation(StrEnum):
    """What really falls from the sky, apart from the garden's mood: it can rain on a sunny one."""

    CLEAR = "clear"
    RAIN = "rain"
    SNOW = "snow"
    FOG = "fog"


def unseen_marks(visibility: str, *, hidden_by_source: bool) -> list[str]:
    """What keeps a plant from being seen by its name, a mark each; empty where nothing does, its status aside."""
    marks = [str(visibility)] if visibility != Visibility.PUBLIC else []
    # An anonymous one is shown whatever its source hides.
    return [*marks, "hidden by its source"] if hidden_by_source and visibility != Visibility.ANONYMOUS else marks
