"""uvicorn with bounds: connections, headers, slow clients, and frames of sockets.

uvicorn bounds none of these. Its protocol classes are subclassed here, and `greenhouse/tests/test_server.py` names what
of them is relied on, so that a new uvicorn that moves it fails a test. HTTP is read by httptools and sockets by the
`websockets-sansio` implementation; Daphne knows none of these bounds (docs/operations.md).
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import resource
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.utils import get_remote_addr
from uvicorn.server import ServerState

from greenhouse.run import allocator
from greenhouse.web.answers import WHOLE
from greenhouse.web.body_limits import LINGER_BYTES, LINGER_SECONDS
from greenhouse.web.rest import error_body
from visitors.addresses import is_trusted_proxy
from visitors.privacy import network

if TYPE_CHECKING:
    from collections.abc import Callable

    from asgiref.typing import HTTPScope
    from uvicorn._types import ASGI3Application

    AtOnce = Callable[[HTTPScope], tuple[bytes, bytes] | None]  # head and body of an answer that lies in memory

SHARE_OF_DESCRIPTORS = 0.75  # that clients may hold; the rest is for the database, files and requests of our own
DESCRIPTORS_IF_UNLIMITED = 65_536
SWEEP_TICKS = 10  # of uvicorn's main loop, which ticks ten times a second
GIVE_BACK_TICKS = 600
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
    waiting_requests: int = 64  # on one connection, behind the one that is answered


def nothing_at_once(_scope: HTTPScope) -> None:
    """An application that answers everything in its own time."""


class State(ServerState):
    """What the connections of a process share: how many each address has, and what was refused."""

    def __init__(self, limits: Limits, at_once: AtOnce = nothing_at_once) -> None:
        super().__init__()
        self.limits = limits
        self.at_once = at_once
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


class TooManyWaiting(Exception):
    """More requests wait on one connection than are let wait."""


class NotOneHost(Exception):
    """Not one `Host`, which RFC 9112 §3.2 refuses: of two, who stands in front may have read the other."""


class HttpProtocol(BoundedConnection, HttpToolsProtocol):
    """HTTP with bounds on the size of headers and on the time that a request may take to arrive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_since: float | None = self.loop.time()  # None while no head is under way
        self._in_body = False
        self._unparsed = 0  # bytes since the last that ended a head or belonged to a body: a head, trailers
        self._window_began = 0.0
        self._window_bytes = 0
        self._upgraded = False
        self._answering: RequestResponseCycle | None = None  # uvicorn knows only the last of several in a row
        # One for all requests: with the cycle in its own scope each of them would be left to the garbage collection.
        self._extensions: dict[str, dict[object, object]] = {WHOLE: {"send": self._send_whole}}

    def data_received(self, data: bytes) -> None:
        if self.discard(data):
            return
        if self._head_since is None and not self._in_body:
            self._head_since = self.loop.time()
        room = self.limits.head_bytes - self._unparsed
        if len(data) <= room:
            self._unparsed += len(data)
            super().data_received(data)
            return
        self._unparsed += room
        if room:
            super().data_received(data[:room])
        if self._unparsed >= self.limits.head_bytes:  # no callback below set it back
            self._refuse_head()
        elif not self._upgraded and not self.transport.is_closing():
            self.data_received(data[room:])

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn closes in any case
        """Whether the connection stays open: who closes their side once they have asked is answered all the same."""
        if self._in_body or not self._is_answering:
            return False
        self._head_since = None  # one that was begun behind it never ends
        self.cycle.keep_alive = False  # the last request that came: the connection closes behind its answer
        return True

    def _refuse_head(self) -> None:
        if self.transport.is_closing():
            return
        self.shared.refuse("headers too large")
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(HEAD_TOO_LARGE)
            self.linger()
        else:  # another answer is under way: these are trailers, or the head of a request behind it
            self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        if self._is_answering:  # in the middle of that answer, or in its place
            self.transport.abort()
        else:
            super().send_400_response(msg)

    @property
    def _is_answering(self) -> bool:
        return self._answering is not None and not self._answering.response_complete

    # What the parser calls

    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= self.limits.waiting_requests:
            self.shared.refuse("too many requests in a row")
            raise TooManyWaiting  # ends the parser, which has up to 256 kB of them at hand
        hosts = [name for name, _value in self.headers].count(b"host")
        if hosts > 1 or (hosts == 0 and self.parser.get_http_version() == "1.1"):
            raise NotOneHost  # answered with 400
        self._unparsed = 0
        self._head_since = None
        self._in_body = True
        self._window_began, self._window_bytes = self.loop.time(), 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unparsed = 0
        self._window_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unparsed = 0
        self._in_body = False
        super().on_message_complete()

    # What the server calls

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        # Those that wait behind it have their turns one after the other, and not within one another.
        if _is_free(cycle) and not self.pipeline and (whole := self._answer_at_once(cycle)):
            self._send_whole(*whole)
            return
        cycle.scope["extensions"] = self._extensions
        super()._start_asgi_task(cycle, app)

    def _answer_at_once(self, cycle: RequestResponseCycle) -> tuple[bytes, bytes] | None:
        try:
            return self.shared.at_once(cycle.scope)  # type: ignore[arg-type]
        except Exception:  # the parser, which is calling, would make it the client's mistake
            log.exception("answer_at_once.failed")
            return None

    def _send_whole(self, head: bytes, body: bytes) -> bool:
        """Write an answer whose head is put together already: looking through its headers costs more than the rest.

        Returns false, and has written nothing, where the line is not free or closes behind the answer.
        """
        cycle = self._answering
        if cycle is None or not _is_free(cycle):
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        self.transport.writelines((b"".join((head, self.shared.default_lines, b"\r\n")), body))
        cycle.message_event.set()
        cycle.on_response()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self.pipeline.clear()
        self._extensions.clear()
        if self._answering is not None and self._is_answering:
            self._answering.disconnected = True  # else it would write to a transport that is closed
            self._answering.message_event.set()
        super().connection_lost(exc)

    def overdue(self, now: float) -> str | None:
        if self._head_since is not None and now - self._head_since > self.limits.head_seconds:
            return "slow headers"
        if self._in_body:
            if self.flow.read_paused:  # it is us who are slow
                self._window_began, self._window_bytes = now, 0
            elif now - self._window_began > self.limits.stall_seconds:
                if self._window_bytes < self.limits.stall_bytes:
                    return "slow body"
                self._window_began, self._window_bytes = now, 0
        elif self._head_since is None and not self._is_answering and self.timeout_keep_alive_task is None:
            # A body that came behind its answer has taken uvicorn's timer away.
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        return super().overdue(now)

    def handle_websocket_upgrade(self) -> None:
        if self._is_answering:  # the answer would come in the middle of the socket
            self.shared.refuse("upgrade behind a request")
            self.transport.abort()
            return
        self._upgraded = True
        self.shared.release(self._address)  # the socket's protocol takes the place
        super().handle_websocket_upgrade()


def _is_free(cycle: RequestResponseCycle) -> bool:
    """Whether an answer may be written whole: none is begun, somebody takes it, and the connection stays."""
    return not (cycle.response_started or cycle.disconnected or cycle.flow.write_paused) and cycle.keep_alive


class Server(uvicorn.Server):
    """uvicorn's server, with `Limits`. Its configuration has to name the protocols above."""

    def __init__(self, config: uvicorn.Config, limits: Limits, at_once: AtOnce = nothing_at_once) -> None:
        super().__init__(config)
        self.server_state: State = State(limits, at_once)

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


def _refusal(status: HTTPStatus, code: str, message: str, *headers: str) -> bytes:
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


TOO_MANY_CONNECTIONS = _refusal(
    HTTPStatus.TOO_MANY_REQUESTS,
    "too_many_connections",
    "Too many connections are open. Close some, or wait a little.",
    "retry-after: 5",
)
HEAD_TOO_LARGE = _refusal(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    "headers_too_large",
    "The headers of this request are larger than is taken here.",
)
