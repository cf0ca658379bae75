"""What a socket says of itself, one frozen dataclass a frame. Pure.

A frame has no row. Its `seq` is the newest event's, and not a place of its own in their order.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import ClassVar, Final

from garden.event_types import UNSET, Unset


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Something between the server and one browser; its fields are the `data`."""

    event_type: ClassVar[str]

    def text(self, seq: int) -> str:
        """The message, while `seq` is the newest event's."""
        data = {name: value for name, value in asdict(self).items() if value is not UNSET}
        return json.dumps({"event_type": self.event_type, "seq": seq, "data": data})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello(Frame):
    """The first word on every socket."""

    event_type = "hello"

    connections: int  # open now, over all processes as far as this one knows
    resumes_at: int | Unset = UNSET  # the seq behind which the replay begins, where it skips some


@dataclass(frozen=True, slots=True, kw_only=True)
class Resync(Frame):
    """What was missed cannot be replayed: load the garden again."""

    event_type = "resync"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pong(Frame):
    """The answer to a ping."""

    event_type = "pong"


FRAMES: Final[tuple[type[Frame], ...]] = (Hello, Resync, Pong)
