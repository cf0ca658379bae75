"""What the owner calls a step of a funnel, or a goal: read from a line of text, and held against steps. Pure.

A line names what has to be so at once (`interaction plant:my-project`), or one of several (`page:/ or area:gate`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from visitors.vocabulary import StepKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KINDS: Final = {
    "view": StepKind.PROJECT_VIEW,
    "interaction": StepKind.INTERACTION,
    "navigation": StepKind.NAVIGATION,
    "page": StepKind.PAGE_VIEW,
}
OR: Final = " or "
REST: Final = "*"  # at the end of an area: all that begin so
MOST_STEPS: Final = 10


class Taken(NamedTuple):
    """A step as far as it is counted."""

    kind: int  # of `StepKind`
    area: str
    project: str  # an identifier, or empty
    duration: float  # seconds


class MarkRefused(ValueError):
    """A line that says nothing; its text says why."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One way to take a step. What is empty may be anything."""

    kind: StepKind | None = None
    area: str = ""
    plant: str = ""  # its slug; once it is found, its identifier

    def matches(self, step: Taken) -> bool:
        """Whether a step was this."""
        if self.kind is not None and step.kind != self.kind:
            return False
        if self.plant and step.project != self.plant:
            return False
        if self.area.endswith(REST):
            return step.area.startswith(self.area.removesuffix(REST))
        return not self.area or step.area == self.area


Stage = tuple[Mark, ...]  # alternatives


def stage(line: str) -> Stage:
    """The alternatives that a line names. Raises `MarkRefused`."""
    return tuple(_mark(words) for words in line.strip().split(OR))


def stages(text: str) -> list[Stage]:
    """One step a line; empty lines are none. Raises `MarkRefused`."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise MarkRefused("Say at least one step.")
    if len(lines) > MOST_STEPS:
        raise MarkRefused(f"At most {MOST_STEPS} steps.")
    return [stage(line) for line in lines]


def with_plants(found: Stage, ids: Mapping[str, str]) -> Stage:
    """The same with identifiers for slugs; a plant that is not there is left out with its alternative."""
    return tuple(
        replace(mark, plant=ids[mark.plant]) if mark.plant else mark
        for mark in found
        if not mark.plant or mark.plant in ids
    )


def furthest(path: Sequence[Taken], wanted: Sequence[Stage]) -> int:
    """How many stages a path reached one after the other; between them may be anything."""
    reached = 0
    for step in path:
        if reached < len(wanted) and any(mark.matches(step) for mark in wanted[reached]):
            reached += 1
    return reached


def _mark(words: str) -> Mark:
    mark = Mark()
    for word in words.split():
        name, colon, value = word.partition(":")
        if not colon and name in KINDS:
            mark = replace(mark, kind=KINDS[name])
        elif value and name == "page":
            mark = replace(mark, kind=StepKind.PAGE_VIEW, area=value)
        elif value and name == "area":
            mark = replace(mark, area=value)
        elif value and name == "plant":
            mark = replace(mark, plant=value)
        else:
            known = ", ".join(KINDS)
            raise MarkRefused(f"“{word[:60]}” says nothing here. Known: {known}, page:PATH, area:NAME, plant:SLUG.")
    if mark == Mark():
        raise MarkRefused("Say what the visitor does, such as “page:/” or “interaction plant:my-project”.")
    return mark
