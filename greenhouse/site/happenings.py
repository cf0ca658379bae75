"""What happened in the garden lately, as sentences: the outbox as a visitor reads it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeAlias

from common.words import count
from garden.vocabulary import DeploymentStatus, EventType, GrowthStage, InteractionKind, stage_label
from greenhouse.site.words import stage_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

NAMED_SEEDS = 3  # a whole garden planted at once is one line
ON_ARRIVAL = timedelta(minutes=5)


class Row(Protocol):
    """A row of the outbox."""

    seq: int
    event_type: str
    timestamp: datetime
    data: dict[str, Any]


class PlantName(NamedTuple):
    """How a plant is named in a sentence, and where its page is."""

    name: str
    url: str  # empty for one without a page
    plant_type: str
    key: str = ""  # what tells it from others of the same name


class PageName(NamedTuple):
    """What a skill or a post is called, and where its page is."""

    name: str
    url: str


class Leaf(NamedTuple):
    """A commit's own words, which the scene lets fall on a leaf where its plant stands."""

    plant_id: str
    words: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: what it is about, each a link with the words before it, and the words at the end."""

    seq: int
    at: datetime
    about: Sequence[tuple[str, PlantName | PageName]]
    after: str
    leaf: Leaf | None = None


def happenings(
    events: Iterable[Row],
    plants: Mapping[str, PlantName],
    skills: Mapping[str, PageName],
    posts: Iterable[Happening] = (),
    *,
    limit: int,
) -> list[Happening]:
    """The newest lines first, from events newest first. Events of plants and skills that are not given tell nothing."""
    events = list(events)
    lines = [*_of_plants(events, plants), *_of_skills(events, skills), *posts]
    return sorted(lines, key=lambda line: -line.seq)[:limit]


def wrote(seq: int, at: datetime, post: PageName) -> Happening:
    """The line of a post; `seq` is that of the event that first told of it."""
    return Happening(seq, at, [("A post: ", post)], "")


def skills_in(events: Iterable[Row]) -> set[str]:
    """The ids of the skills that events tell of."""
    return {str(event.data["skill_id"]) for event in events if "skill_id" in event.data}


def _of_skills(events: Iterable[Row], skills: Mapping[str, PageName]) -> Iterator[Happening]:
    for event in events:
        skill, sentence = skills.get(str(event.data.get("skill_id"))), SENTENCES.get(event.event_type)
        if skill and sentence and (words := sentence(event.data, "")):
            yield Happening(event.seq, event.timestamp, [(words[0], skill)], words[1])


def _of_plants(events: Iterable[Row], plants: Mapping[str, PlantName]) -> list[Happening]:
    known = [(event, plants[key]) for event in events if (key := str(event.data.get("project_id"))) in plants]
    planted = {plant: event.timestamp for event, plant in known if event.event_type == EventType.SEED_PLANTED}
    # What an imported history grew on arrival is one story with its planting.
    shoots = {
        plant: event
        for event, plant in known
        if event.event_type == EventType.PROJECT_GROWTH
        and event.data.get("from_stage") == GrowthStage.SEED != event.data.get("to_stage")
        and plant in planted
        and event.timestamp - planted[plant] <= ON_ARRIVAL
    }
    lines: list[Happening] = []
    seeds: list[tuple[Row, PlantName]] = []
    for event, plant in known:
        if event.event_type == EventType.SEED_PLANTED:
            seeds.append((event, plant))
            continue
        sentence = SENTENCES.get(event.event_type)
        words = sentence(event.data, plant.plant_type) if sentence and event is not shoots.get(plant) else None
        if words is None:
            continue
        if seeds:
            lines.append(_planting(seeds, shoots))
            seeds = []
        lines.append(Happening(event.seq, event.timestamp, [(words[0], plant)], words[1]))
    if seeds:
        lines.append(_planting(seeds, shoots))
    return lines


def _planting(seeds: Sequence[tuple[Row, PlantName]], shoots: Mapping[PlantName, Row]) -> Happening:
    """Seeds that came one after the other, as one line."""
    # A plant that left the garden and came back in the same breath is named once.
    names = list(dict.fromkeys(plant for _, plant in seeds))
    further = len(names) - NAMED_SEEDS
    if len(names) == 1:
        before, after = _planted(seeds[0][0].data, names[0].plant_type)
        joints = [before]
        if shoot := shoots.get(names[0]):
            label = stage_words(stage_label(names[0].plant_type, shoot.data["to_stage"]))
            after = f" was planted with its history and has grown from seed to {label}."
    elif further > 1:
        names = names[:NAMED_SEEDS]
        joints = ["", *[", "] * (NAMED_SEEDS - 1)]
        after = f" and {further} other plants were planted."
    else:
        joints, after = ["", *[", "] * (len(names) - 2), " and "], " were planted."
    newest = max([seeds[0][0], *(shoots[name] for name in names if name in shoots)], key=lambda event: event.seq)
    return Happening(newest.seq, newest.timestamp, list(zip(joints, names, strict=True)), after)


# --- What is said of each event ---------------------------------------------------------------------------------------

# The words before the name of the plant or star and those after it; None where this one is not worth a line.
Words: TypeAlias = tuple[str, str]


def _planted(_: Mapping[str, Any], _plant_type: str) -> Words:
    return "", " was planted."


def _grew(data: Mapping[str, Any], plant_type: str) -> Words | None:
    before, now = data.get("from_stage"), data.get("to_stage")
    if before == now or before not in set(GrowthStage) or now not in set(GrowthStage):
        return None
    old, new = (stage_words(stage_label(plant_type, stage)) for stage in (before, now))
    if GrowthStage(now).rung > GrowthStage(before).rung:
        return "", f" grew from {old} to {new}."
    return "", f" went back from {old} to {new}."


def _pushed(data: Mapping[str, Any], _: str) -> Words:
    author = f" by {data['author']}" if data.get("author") else ""
    return f"{count(int(data.get('commit_count', 1)), 'new commit')}{author} in ", "."


def _deployed(data: Mapping[str, Any], _: str) -> Words:
    if data.get("status") == DeploymentStatus.SUCCESS:
        return "", " was deployed."
    return "A deployment of ", " failed."


def _visited(data: Mapping[str, Any], _: str) -> Words | None:
    return ("A visitor watered ", ".") if data.get("kind") == InteractionKind.WATER else None


def _unlocked(data: Mapping[str, Any], _: str) -> Words:
    level = f"level {data['level']}" if data.get("level") else ""
    if data.get("is_new"):
        return "A new star: ", f", at {level}." if level else "."
    return "", f" rose to {level}." if level else " grew."


# Every event has its line here; None for what is no news, or is told elsewhere.
SENTENCES: Final[Mapping[str, Callable[[Mapping[str, Any], str], Words | None] | None]] = {
    EventType.SEED_PLANTED: _planted,  # several in a row are one sentence: `_planting`
    EventType.PROJECT_GROWTH: _grew,
    EventType.COMMIT_PUSHED: _pushed,
    EventType.DEPLOYMENT: _deployed,
    EventType.VISITOR_INTERACTION: _visited,
    EventType.SKILL_UNLOCK: _unlocked,
    EventType.PROJECT_CHANGED: None,
    EventType.PROJECT_REMOVED: None,
    EventType.WEATHER_CHANGE: None,  # the page says the weather as it is
    EventType.WEATHER_UPDATED: None,
    EventType.ATMOSPHERE_CHANGED: None,
    EventType.MUSIC_CHANGED: None,
    EventType.SYSTEM_UPDATE: None,  # has a note of its own
    EventType.STATE_REFRESHED: None,
    EventType.REDACTED: None,
}
TYPES_WITH_SENTENCE: Final = tuple(event_type for event_type, sentence in SENTENCES.items() if sentence)
