"""What is whispered about presence, one frozen dataclass a kind. Pure.

A whisper has no row and no `seq`, and is not replayed: of each key only the newest counts, and it reaches whoever
listens at that moment. What happened for good is an event (`garden/events.py`).
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Sequence  # noqa: TC003 - the OpenAPI reads the types of the fields
from dataclasses import asdict, dataclass
from datetime import datetime  # noqa: TC003
from typing import ClassVar, Final

SPACING_SECONDS: Final = 0.25  # between two deliveries: at most four times a second
MOST_KEYS: Final = 1000  # whose newest whisper is remembered for sockets that are a little behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Whisper:
    """Something about presence; its fields are the `data` that a browser reads."""

    event_type: ClassVar[str]
    of_walks: ClassVar[bool] = False  # heard at `/ws/journey-tracking` only

    @property
    def key(self) -> str:
        """Whose it is: a newer one under the same key takes its place."""
        return self.event_type

    @property
    def text(self) -> str:
        """The envelope: no `seq` to resume from, and no time, since it is about now."""
        return json.dumps({"event_type": self.event_type, "data": asdict(self)}, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _VisitorCount(Whisper):
    present: int  # sockets that are open now, over all processes as far as this one knows

    @property
    def key(self) -> str:
        return "present"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorJoined(_VisitorCount):
    """More people look at the garden than a moment ago."""

    event_type = "visitor_joined"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorLeft(_VisitorCount):
    """Fewer do."""

    event_type = "visitor_left"


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyStep(Whisper):
    """Visitors who agreed to be seen, and where each went: the newest of at most 24 in all.

    A step is `[visitor_id, previous_x, previous_z, x, z, activity_type]`, in metres of the scene, snapped to half of
    one. The id is random, one a socket. Arrays rather than objects: with names they would be eight times as long.
    """

    event_type = "journey_step"
    of_walks = True

    timestamp: datetime
    steps: Sequence[Sequence[str | float]]

    @property
    def text(self) -> str:
        at = self.timestamp.isoformat().replace("+00:00", "Z")
        envelope = {"event_type": self.event_type, "timestamp": at, "data": {"steps": self.steps}}
        return json.dumps(envelope, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyWelcome(Whisper):
    """To one socket: from now on its steps are shown to the others, under this id."""

    event_type = "journey_welcome"
    of_walks = True

    visitor_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyRefused(Whisper):
    """To one socket: what it said was not taken, and why."""

    event_type = "journey_refused"
    of_walks = True

    reason: str


WHISPERS: Final[tuple[type[Whisper], ...]] = (VisitorJoined, VisitorLeft)
OF_WALKS: Final[tuple[type[Whisper], ...]] = (*WHISPERS, JourneyStep, JourneyWelcome, JourneyRefused)


class Lane:
    """The newest whisper of each key in the order of their deliveries. A socket remembers the last one it took."""

    def __init__(self) -> None:
        self._waiting: dict[str, str] = {}
        self._newest: OrderedDict[str, tuple[int, str]] = OrderedDict()
        self.delivery = 0
        self.delivered = asyncio.Event()  # another one for each delivery

    def add(self, key: str, text: str) -> None:
        """Take in a whisper; it waits for the next delivery and replaces one that waits under the same key."""
        self._waiting[key] = text

    def deliver(self) -> dict[str, str]:
        """Hand over what waits, by key."""
        waiting, self._waiting = self._waiting, {}
        if waiting:
            self.delivery += 1
            delivered, self.delivered = self.delivered, asyncio.Event()
            delivered.set()
        for key, text in waiting.items():
            self._newest[key] = self.delivery, text
            self._newest.move_to_end(key)
        while len(self._newest) > MOST_KEYS:
            self._newest.popitem(last=False)
        return waiting

    def after(self, delivery: int) -> list[str]:
        """The newest text of each key that changed after a delivery, oldest first."""
        if delivery == self.delivery:
            return []
        found: list[str] = []
        for number, text in reversed(self._newest.values()):
            if number <= delivery:
                break
            found.append(text)
        return found[::-1]
