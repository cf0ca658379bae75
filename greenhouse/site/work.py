"""What was made lately, as sentences: commits, releases, deployments and posts by plant and day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from common.words import count, shortened
from garden.vocabulary import ActivityKind
from greenhouse.site.happenings import Happening, Leaf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from greenhouse.site.happenings import PlantName

LONGEST_TITLE: Final = 90  # characters; a sentence in which the title is half
LONGEST_ON_LEAF: Final = 72


@dataclass(frozen=True, slots=True)
class DayOfWork:
    """What happened of one kind to one plant on one UTC day."""

    project_id: str
    kind: ActivityKind
    number: int
    by_owner: int  # of the number
    at: datetime  # the newest
    title: str  # of the newest


def sentences(days: Iterable[DayOfWork], plants: Mapping[str, PlantName], owner_name: str) -> Iterator[Happening]:
    """A sentence for each day of work on a plant that is given."""
    for day in days:
        plant = plants.get(day.project_id)
        if plant is not None:
            before, after = _words(day, owner_name)
            yield Happening(0, day.at, [(before, plant)], after, _leaf(day, plant))


def _leaf(day: DayOfWork, plant: PlantName) -> Leaf | None:
    """The newest commit's words; none of a plant without a page, whose words nobody is told."""
    words = shortened(day.title.strip(), LONGEST_ON_LEAF)
    return Leaf(day.project_id, words) if words and plant.url and day.kind == ActivityKind.COMMIT else None


def _words(day: DayOfWork, owner_name: str) -> tuple[str, str]:
    """The words before and after the name of the plant."""
    title = f"“{shortened(day.title.strip().rstrip('.'), LONGEST_TITLE)}”" if day.title.strip() else ""
    newest = f": {title}." if title and day.number == 1 else f", the newest {title}." if title else "."
    if day.kind == ActivityKind.RELEASE:
        if day.number == 1:
            return "", f" was released as {title}." if title else " was released."
        return "", f" was released {day.number:,} times{newest}"
    if day.kind == ActivityKind.DEPLOYMENT:
        return "", " was deployed." if day.number == 1 else f" was deployed {day.number:,} times."
    what = count(day.number, "post" if day.kind == ActivityKind.POST else "commit")
    made = "wrote" if day.kind == ActivityKind.POST else "made"
    joint = "about" if day.kind == ActivityKind.POST else "in"
    if owner_name and day.by_owner == day.number:
        return f"{owner_name} {made} {what} {joint} ", newest
    return f"{what[0].upper()}{what[1:]} {joint} ", newest
