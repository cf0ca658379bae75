"""What happened in the garden lately, as sentences: the outbox as a visitor reads it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from garden.vocabulary import EventType, GrowthStage, stage_label
from garden.words import count
from greenhouse.site.words import stage_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

NAMED_SEEDS = 3  # a whole garden planted at once is one line
ON_ARRIVAL = timedelta(minutes=5)


class Event(Protocol):
    """A row of the outbox."""

    seq: int
    event_type: str
    timestamp: datetime
    data: dict[str, Any]


class PlantName(NamedTuple):
    """How a plant is named and where its page is."""

    name: str
    url: str
    plant_type: str


class SkillName(NamedTuple):
    """How a skill is named and where its page is."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: what it is about, each a link with the words before it, and the words at the end."""

    seq: int
    at: datetime
    about: Sequence[tuple[str, PlantName | SkillName]]
    after: str


TOLD = (
    EventType.SEED_PLANTED,
    EventType.PROJECT_GROWTH,
    EventType.COMMIT_PUSHED,
    EventType.DEPLOYMENT,
    EventType.VISITOR_INTERACTION,
    EventType.SKILL_UNLOCK,
)


def happenings(
    events: Iterable[Event], plants: Mapping[str, PlantName], skills: Mapping[str, SkillName], *, limit: int
) -> list[Happening]:
    """The newest lines first, from events newest first. Events of plants and skills that are not given tell nothing."""
    events = list(events)
    lines = [*_of_plants(events, plants), *_of_skills(events, skills)]
    return sorted(lines, key=lambda line: -line.seq)[:limit]


def skills_in(events: Iterable[Event]) -> set[str]:
    """The ids of the skills that events tell of."""
    return {str(event.data.get("skill_id")) for event in events if event.event_type == EventType.SKILL_UNLOCK}


def _of_skills(events: Iterable[Event], skills: Mapping[str, SkillName]) -> Iterator[Happening]:
    for event in events:
        skill = skills.get(str(event.data.get("skill_id")))
        if skill and event.event_type == EventType.SKILL_UNLOCK:
            before, after = _words_of_skill(event.data)
            yield Happening(event.seq, event.timestamp, [(before, skill)], after)


def _words_of_skill(data: Mapping[str, Any]) -> tuple[str, str]:
    level = f"level {data['level']}" if data.get("level") else ""
    if data.get("is_new"):
        return "A new star: ", f", at {level}." if level else "."
    return "", f" rose to {level}." if level else " grew."


def _of_plants(events: Iterable[Event], plants: Mapping[str, PlantName]) -> list[Happening]:
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
    seeds: list[tuple[Event, PlantName]] = []
    for event, plant in known:
        if event.event_type == EventType.SEED_PLANTED:
            seeds.append((event, plant))
            continue
        words = None if event is shoots.get(plant) else _words(event, plant)
        if words is None:
            continue
        if seeds:
            lines.append(_planting(seeds, shoots))
            seeds = []
        lines.append(Happening(event.seq, event.timestamp, [(words[0], plant)], words[1]))
    if seeds:
        lines.append(_planting(seeds, shoots))
    return lines


def _planting(seeds: Sequence[tuple[Event, PlantName]], shoots: Mapping[PlantName, Event]) -> Happening:
    """Seeds that came one after the other, as one line."""
    # A plant that left the garden and came back in the same breath is named once.
    names = list(dict.fromkeys(plant for _, plant in seeds))
    further = len(names) - NAMED_SEEDS
    if len(names) == 1:
        joints, after = [""], " was planted."
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


def _words(event: Event, plant: PlantName) -> tuple[str, str] | None:
    """The words before and after the plant's name; None where there is nothing worth a line."""
    data = event.data
    if event.event_type == EventType.PROJECT_GROWTH:
        before, now = data.get("from_stage"), data.get("to_stage")
        if before == now or before not in set(GrowthStage) or now not in set(GrowthStage):
            return None
        old, new = (stage_words(stage_label(plant.plant_type, stage)) for stage in (before, now))
        if GrowthStage(now).rung > GrowthStage(before).rung:
            return "", f" grew from {old} to {new}."
        return "", f" went back from {old} to {new}."
    if event.event_type == EventType.COMMIT_PUSHED:
        author = f" by {data['author']}" if data.get("author") else ""
        return f"{count(int(data.get('commit_count', 1)), 'new commit')}{author} in ", "."
    if event.event_type == EventType.DEPLOYMENT:
        return ("", " was deployed.") if data.get("status") == "success" else ("A deployment of ", " failed.")
    if event.event_type == EventType.VISITOR_INTERACTION and data.get("kind") == "water":
        return "A visitor watered ", "."
    return None
