"""500 visitors walk at once, each on a socket that hears of the others.

Beside them runs as many sockets that stand still, so that what moving costs is told apart from being there.
"""

from __future__ import annotations

import asyncio
import json
import math
import secrets
import struct
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.load import seconds_used
from bench.report import PERCENT, Result, Unit, at_most, exactly, noted
from bench.site import site

if TYPE_CHECKING:
    from tests.running import Greenhouse

SOCKETS = 500
PACE = 0.25  # seconds between two steps of a visitor
SETTLE_SECONDS = 4.0
SECONDS = 20.0
STEP = b'"journey_step"'


@dataclass(slots=True)
class Counted:
    """What all sockets heard."""

    messages: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """What presence cost, and what it gave."""

    share: float  # of a core
    messages: float  # a second and socket
    kilobytes: float  # a second and socket
    still_open: int


class Walking(asyncio.Protocol):
    """One socket: says its token, then where it is, and counts what it hears."""

    def __init__(self, port: int, token: str, number: int, counted: Counted, welcomed: asyncio.Future[None]) -> None:
        self._port, self._token, self._number = port, token, number
        self._counted, self._welcomed = counted, welcomed
        self._transport: asyncio.Transport | None = None
        self._steps = 0
        self._open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        transport.write(  # type: ignore[attr-defined]
            f"GET /ws/journey-tracking HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Key: Z3JlZW5ob3VzZSBiZW5jaA==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        if not self._open:
            self._open = True
            self.say({"token": self._token})
        if b'"journey_welcome"' in data and not self._welcomed.done():
            self._welcomed.set_result(None)
        self._counted.messages += data.count(STEP)
        self._counted.size += len(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._welcomed.done():
            self._welcomed.set_exception(ConnectionError(f"a socket was closed: {exc}"))
        self._transport = None

    @property
    def is_open(self) -> bool:
        """Whether the server has not closed it."""
        return self._transport is not None

    def step(self) -> None:
        """Walk on, in a circle."""
        self._steps += 1
        angle = self._number + self._steps / 8
        position = {"x": round(3 * math.cos(angle), 2), "y": 0.4, "z": round(3 * math.sin(angle), 2)}
        data = {"position": position, "activity_type": "navigation"}
        self.say({"event_type": "journey_step", "data": data})

    def say(self, message: object) -> None:
        """Send one masked frame, as a browser does."""
        if self._transport is None:
            return
        text, mask = json.dumps(message, separators=(",", ":")).encode(), secrets.token_bytes(4)
        length = bytes([0x80 | len(text)]) if len(text) < 126 else bytes([0x80 | 126]) + struct.pack(">H", len(text))
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(text))
        self._transport.write(b"\x81" + length + mask + masked)

    def close(self) -> None:
        """Be gone."""
        if self._transport is not None:
            self._transport.abort()


def agree(garden: Greenhouse) -> str:
    """The token of one visitor, whom all sockets stand for."""
    said = json.dumps({"categories": {"live_presence": True}}).encode()
    address = f"http://127.0.0.1:{garden.port}/api/v1/visitors/consent/"
    request = urllib.request.Request(address, said, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own server
        return str(json.load(answer)["token"])


async def walk(garden: Greenhouse, web: int, length: float, *, moving: bool) -> Measured:
    """So many visitors for a while, each a step four times a second, or none."""
    loop, counted, walkers, welcomes = asyncio.get_running_loop(), Counted(), [], []
    token = await asyncio.to_thread(agree, garden)
    for number in range(SOCKETS):
        welcomed: asyncio.Future[None] = loop.create_future()
        walker = Walking(garden.port, token, number, counted, welcomed)
        await loop.create_connection(lambda walker=walker: walker, "127.0.0.1", garden.port)  # type: ignore[misc]
        walkers.append(walker)
        welcomes.append(welcomed)
    await asyncio.wait_for(asyncio.gather(*welcomes), 60)

    def go_on(walker: Walking) -> None:
        if walker.is_open:
            walker.step()
            loop.call_later(PACE, go_on, walker)

    if moving:  # each visitor has a moment of their own in the quarter of a second
        for number, walker in enumerate(walkers):
            loop.call_later(number / SOCKETS * PACE, go_on, walker)
    await asyncio.sleep(SETTLE_SECONDS)
    messages, size, used, began = counted.messages, counted.size, seconds_used(web), time.perf_counter()
    await asyncio.sleep(length)
    seconds = time.perf_counter() - began
    still_open = sum(walker.is_open for walker in walkers)
    measured = Measured(
        share=(seconds_used(web) - used) / seconds,
        messages=(counted.messages - messages) / seconds / SOCKETS,
        kilobytes=(counted.size - size) / seconds / SOCKETS / 1000,
        still_open=still_open,
    )
    for walker in walkers:
        walker.close()
    return measured


def presence(seconds: float = SECONDS) -> list[Result]:
    """Those who walk beside as many who stand still."""
    limits = {"WEBSOCKET_LIMIT_PER_CLIENT": "2000", "MAX_CONNECTIONS_PER_ADDRESS": "2000"}
    with site(**limits) as garden:
        server = garden.serve("manage.py", "runweb")
        still = asyncio.run(walk(garden, server.pid, seconds, moving=False))
        moving = asyncio.run(walk(garden, server.pid, seconds, moving=True))
    size = f"{moving.kilobytes:.1f} kB a second"
    return [
        at_most(f"{SOCKETS} visitors walk, of a core", moving.share, 0.25, PERCENT),
        noted(f"{SOCKETS} stand still, of a core", still.share, PERCENT),
        noted("each hears, messages a second", moving.messages, Unit("", digits=1), note=size),
        exactly("sockets still open", f"{moving.still_open}", "all", is_kept=moving.still_open == SOCKETS),
    ]
