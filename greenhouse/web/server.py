"""uvicorn with bounds: connections, headers, slow clients, and frames of sockets.

uvicorn bounds none of these. Its server is subclassed here, and its protocols in `connections.py`, `http_protocol.py`
and `socket_protocol.py`; `greenhouse/tests/test_server.py` names what of them is relied on, so that a new uvicorn that
moves it fails a test. HTTP is read by httptools and sockets by the `websockets-sansio` implementation; Daphne knows
none of these bounds (docs/operations.md).
"""

from __future__ import annotations

import asyncio
import logging
import math
import resource
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import uvicorn

from greenhouse.run import allocator
from greenhouse.web.connections import LOG_SECONDS, State

if TYPE_CHECKING:
    from greenhouse.web.connections import FindCachedAnswer, Limits

SHARE_OF_DESCRIPTORS = 0.75  # that clients may hold; the rest is for the database, files and requests of our own
DESCRIPTORS_IF_UNLIMITED = 65_536
SWEEP_TICKS = 10  # of uvicorn's main loop, which ticks ten times a second
GIVE_BACK_TICKS = 600


class Server(uvicorn.Server):
    """uvicorn's server, with `Limits`. Its configuration has to name our protocols."""

    def __init__(self, config: uvicorn.Config, limits: Limits, cached_answer: FindCachedAnswer) -> None:
        super().__init__(config)
        self.server_state: State = State(limits, cached_answer)

    async def on_tick(self, counter: int) -> bool:
        if counter % SWEEP_TICKS == 0:
            self.server_state.sweep(asyncio.get_running_loop().time())
        if counter % GIVE_BACK_TICKS == 0:
            allocator.give_back()
        return await super().on_tick(counter)


class OncePerMinute(logging.Filter):
    """Lets each warning of uvicorn through once a minute: how often a client sends nonsense is up to the client."""

    def __init__(self) -> None:
        super().__init__()
        self._logged: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno != logging.WARNING:
            return True
        now = time.monotonic()
        if now - self._logged.get(record.msg, -math.inf) < LOG_SECONDS:
            return False
        self._logged[record.msg] = now
        return True


def most_connections(asked_for: int) -> int:
    """How many connections this process takes: `asked_for`, and as many as its descriptors allow at most, or for 0."""
    allowed = int(raise_descriptor_limit() * SHARE_OF_DESCRIPTORS)
    return min(asked_for, allowed) if asked_for > 0 else allowed


def raise_descriptor_limit() -> int:
    """Raise the soft limit of open descriptors to the hard one; returns what holds then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = DESCRIPTORS_IF_UNLIMITED if hard == resource.RLIM_INFINITY else hard
    if soft == resource.RLIM_INFINITY:
        return most
    with suppress(ValueError, OSError):  # systems that allow a process less than they say
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
