"""What holds for every connection of a web process, HTTP or socket: how many there are, and who is too slow."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import Counter
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from uvicorn.protocols.utils import get_remote_addr
from uvicorn.server import ServerState

from greenhouse.web.body_limits import LINGER_BYTES, LINGER_SECONDS
from greenhouse.web.rest import error_body
from visitors.addresses import is_trusted_proxy
from visitors.privacy import network

if TYPE_CHECKING:
    from collections.abc import Callable

    import uvicorn
    from asgiref.typing import HTTPScope

    # Head and body of the answer to a request where they lie in memory, else `None`.
    FindCachedAnswer = Callable[[HTTPScope], tuple[bytes, bytes] | None]

LOG_SECONDS = 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one process and its connections, in bytes and seconds."""

    connections: int
    connections_per_address: int
    head_bytes: int = 64 * 1024  # request line and headers
    head_seconds: float = 20.0  # from connecting, or from a further request's first byte, to the end of the headers
    stall_seconds: float = 20.0  # in which a client must take some of its answer, or send …
    stall_bytes: int = 10_000  # … this much of a body
    linger_seconds: float = LINGER_SECONDS
    linger_bytes: int = LINGER_BYTES
    # On one connection, behind the one that is answered; and answers from memory before others have their turn.
    waiting_requests: int = 64


class State(ServerState):
    """What the connections of a process share: how many each address has, and what was refused."""

    def __init__(self, limits: Limits, cached_answer: FindCachedAnswer) -> None:
        super().__init__()
        self.limits = limits
        self.cached_answer = cached_answer
        self._lines = b""
        self._lines_of: list[tuple[bytes, bytes]] = []
        self._addresses: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._logged: dict[str, float] = {}

    @property
    def default_lines(self) -> bytes:
        """The headers that every answer gets, as they go over the wire: written anew once a second, for the date."""
        if self._lines_of is not self.default_headers:
            self._lines = b"".join(name + b": " + value + b"\r\n" for name, value in self.default_headers)
            self._lines_of = self.default_headers
        return self._lines

    def admit(self, address: str) -> bool:
        """Count a connection of `address` ("" is counted under none), unless there are too many."""
        if len(self.connections) >= self.limits.connections:
            self.refuse("too many connections")
        elif address and self._addresses[address] >= self.limits.connections_per_address:
            self.refuse("too many connections of one address")
        else:
            self._addresses[address] += 1
            return True
        return False

    def release(self, address: str) -> None:
        """Forget a connection that was admitted."""
        self._addresses[address] -= 1
        if not self._addresses[address]:
            del self._addresses[address]

    def refuse(self, reason: str) -> None:
        """Note a refusal. The log gets one line a reason and minute, without addresses."""
        self._refused[reason] += 1
        self._log_refusals()

    def sweep(self, now: float) -> None:
        """End the connections that are past a deadline."""
        for connection in list(self.connections):
            if isinstance(connection, BoundedConnection) and (reason := connection.overdue(now)):
                connection.transport.abort()  # a close would wait for the client to read
                self.refuse(reason)
        self._log_refusals()

    def _log_refusals(self) -> None:
        now = time.monotonic()
        for reason, times in list(self._refused.items()):
            if now - self._logged.get(reason, -math.inf) >= LOG_SECONDS:
                log.warning("connections.refused", reason=reason, times=times)
                self._logged[reason] = now
                del self._refused[reason]


class BoundedConnection(asyncio.Protocol):
    """What holds for HTTP and for sockets: a place among those of the address, and a client that takes what it gets."""

    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: State,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)  # type: ignore[call-arg] # uvicorn's class comes next
        self.shared = server_state
        self.limits = server_state.limits
        self._address = ""
        self._admitted = False
        self._discarded: int | None = None  # bytes, since the connection lingers
        self._linger_timer: asyncio.TimerHandle | None = None
        self._unsent = 0
        self._unsent_since = self.loop.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or answer 429 and close it."""
        peer = get_remote_addr(transport)  # type: ignore[arg-type]
        if peer is not None and not is_trusted_proxy(peer[0]):
            self._address = network(peer[0])
        self._admitted = self.shared.admit(self._address)
        if self._admitted:
            super().connection_made(transport)
        else:
            transport.write(TOO_MANY_CONNECTIONS)  # type: ignore[attr-defined]
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._linger_timer is not None:
            self._linger_timer.cancel()
        if self._admitted:
            self.shared.release(self._address)
            super().connection_lost(exc)

    def overdue(self, now: float) -> str | None:
        """Why the connection is to be ended, if it is. `now` is the loop's time."""
        unsent = self.transport.get_write_buffer_size()
        if not unsent or unsent < self._unsent:
            self._unsent_since = now
        self._unsent = unsent
        return "slow reader" if now - self._unsent_since > self.limits.stall_seconds else None

    def linger(self) -> None:
        """Send nothing more and drop what still comes, for a while: a close at once would take the answer with it."""
        self._discarded = 0
        self._linger_timer = self.loop.call_later(self.limits.linger_seconds, self.transport.abort)
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def discard(self, data: bytes) -> bool:
        """Drop `data` if the connection only lingers."""
        if self._discarded is None:
            return False
        self._discarded += len(data)
        if self._discarded > self.limits.linger_bytes:
            self.transport.abort()
        return True


def refusal(status: HTTPStatus, code: str, message: str, *headers: str) -> bytes:
    """A whole answer, after which the connection closes."""
    body = json.dumps(error_body(code, message))
    lines = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "content-type: application/json",
        f"content-length: {len(body)}",
        *headers,
        "connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


TOO_MANY_CONNECTIONS = refusal(
    HTTPStatus.TOO_MANY_REQUESTS,
    "too_many_connections",
    "Too many connections are open. Close some, or wait a little.",
    "retry-after: 5",
)
