"""Where visitors walk who agreed to be seen: what is taken of their steps, and what the others are shown. Pure.

The others see a random id, half-metre squares, and everything one to two seconds late: enough for a firefly, too little
to tell who moved a mouse. At most 24 are shown at once; whoever walks longest keeps their place until they go.
"""

from __future__ import annotations

import math
import secrets
from collections import deque
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from visitors.vocabulary import StepType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

MOST_SHOWN: Final = 24  # a message of 24 steps has 1.2 kB: bytes decide what many sockets cost
GRID: Final = 0.5  # metres, the squares of the heat map
LEAST_DELAY: Final = 1.0  # seconds …
MOST_DELAY: Final = 1.5  # … to which the pace of deliveries adds up to half of one
SILENT_SECONDS: Final = 12.0  # a page says where it is every five, so that whoever is silent for so long is gone
MOST_WAITING: Final = 16  # steps of one visitor, more than four a second in the longest delay
HIGHEST: Final = 100.0  # metres over or under the ground
ACTIVITIES: Final = frozenset(map(str, StepType))

Row = list[str | float]  # visitor_id, previous_x, previous_z, x, z, activity_type


class StepRefused(Exception):
    """A step is not taken; the argument says why."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One step, on the grid."""

    x: float
    z: float
    activity: str


def read_step(said: Any, *, radius: float) -> Walk:
    """What a socket sent as a step on an island of a radius. Raises `StepRefused`."""
    if not isinstance(said, dict) or said.get("event_type") != "journey_step" or said.keys() != {"event_type", "data"}:
        raise StepRefused('a step is {"event_type": "journey_step", "data": {"position", "activity_type"}}')
    data = said["data"]
    if not isinstance(data, dict) or not {"position"} <= data.keys() <= {"position", "activity_type"}:
        raise StepRefused("data has position and activity_type, and nothing else")
    activity = data.get("activity_type", StepType.NAVIGATION.value)
    if not isinstance(activity, str) or activity not in ACTIVITIES:
        raise StepRefused(f"activity_type is one of {', '.join(sorted(ACTIVITIES))}")
    position = data["position"]
    if not isinstance(position, dict) or position.keys() != {"x", "y", "z"}:
        raise StepRefused("position has x, y and z")
    x, _y, z = (_metres(position, axis, HIGHEST if axis == "y" else radius) for axis in "xyz")
    if not math.hypot(x, z) <= radius:
        raise StepRefused("position is outside the island")
    return Walk(_on_grid(x), _on_grid(z), activity)


def _metres(position: Mapping[str, Any], axis: str, most: float) -> float:
    value = position[axis]
    # Written so that what is no number at all, NaN, fails as well.
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        raise StepRefused(f"position.{axis} is a number of metres on the island")
    return float(value)


def _on_grid(metres: float) -> float:
    return round(metres / GRID) * GRID + 0.0  # no negative zero


@dataclass(slots=True)
class _Visitor:
    delay: float
    heard_at: float
    waiting: deque[tuple[float, Walk]] = field(default_factory=lambda: deque(maxlen=MOST_WAITING))
    shown: Walk | None = None


class Stage:
    """The visitors that are shown. Times are seconds on any clock that only runs forward."""

    def __init__(self, random: Random | None = None) -> None:
        self._random = random or secrets.SystemRandom()
        self._visitors: dict[str, _Visitor] = {}

    def __len__(self) -> int:
        return len(self._visitors)

    def step(self, visitor_id: str, walk: Walk, now: float) -> None:
        """Take a step in; it is dropped while others have all the places."""
        visitor = self._visitors.get(visitor_id) or self._enter(visitor_id, now)
        if visitor is not None:
            visitor.heard_at = now
            visitor.waiting.append((now + visitor.delay, walk))

    def leave(self, visitor_id: str) -> None:
        """Forget a visitor, and what they did a moment ago."""
        self._visitors.pop(visitor_id, None)

    def due(self, now: float, most: int = MOST_SHOWN) -> Sequence[Row]:
        """The newest step of each visitor that may be shown by now, of those who have a place longest."""
        shown = islice(self._visitors.items(), most)
        return [row for name, visitor in shown if (row := _row(name, visitor, now))]

    def _enter(self, visitor_id: str, now: float) -> _Visitor | None:
        if len(self._visitors) >= MOST_SHOWN:
            silent = min(self._visitors, key=lambda name: self._visitors[name].heard_at)
            if now - self._visitors[silent].heard_at < SILENT_SECONDS:
                return None
            self.leave(silent)
        visitor = _Visitor(self._random.uniform(LEAST_DELAY, MOST_DELAY), now)
        self._visitors[visitor_id] = visitor
        return visitor


def _row(visitor_id: str, visitor: _Visitor, now: float) -> Row | None:
    newest, acted = None, False
    while visitor.waiting and visitor.waiting[0][0] <= now:
        _, newest = visitor.waiting.popleft()
        acted = acted or newest.activity == StepType.INTERACTION
    if newest is None:
        return None
    before, visitor.shown = visitor.shown or newest, newest
    activity = StepType.INTERACTION.value if acted else newest.activity  # what they did is not lost between two steps
    return [visitor_id, before.x, before.z, newest.x, newest.z, activity]
