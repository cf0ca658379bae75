"""The protocol of HTTP: bounds on how long a request may be and take, and answers from memory, written whole."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from greenhouse.web.answers import WHOLE
from greenhouse.web.connections import BoundedConnection, refusal

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application, Scope

HEAD_TOO_LARGE = refusal(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    "headers_too_large",
    "The headers of this request are larger than is taken here.",
)

log = structlog.get_logger(__name__)


class TooManyWaiting(Exception):
    """More requests wait on one connection than are let wait."""


class NotOneHost(Exception):
    """Not one `Host`, which RFC 9112 §3.2 refuses: of two, who stands in front may have read the other."""


class HttpProtocol(BoundedConnection, HttpToolsProtocol):
    """HTTP with bounds on the size of headers and on the time that a request may take to arrive.

    What is answered from memory needs no task: `State.cached_answer` is asked before one is made.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_since: float | None = self.loop.time()  # None while no head is under way
        self._in_body = False
        self._unparsed = 0  # bytes since the last that ended a head or belonged to a body: a head, trailers
        self._window_began = 0.0
        self._window_bytes = 0
        self._upgraded = False
        # Answers from memory that what was read last may still get. The next ones are made by tasks, between which
        # the other connections have their turn.
        self._cached_left = 0
        self._answering: RequestResponseCycle | None = None  # uvicorn knows only the last of several in a row
        # One for all requests: with the cycle in its own scope each of them would be left to the garbage collection.
        self._extensions: dict[str, dict[object, object]] = {WHOLE: {"send": self._send_whole}}

    def data_received(self, data: bytes) -> None:
        if self.discard(data):
            return
        self._cached_left = self.limits.waiting_requests
        self._read(data)

    def _read(self, data: bytes) -> None:
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
            self._read(data[room:])

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
    def _is_upgrade(self) -> bool:
        return bool(self.parser.should_upgrade()) and self._should_upgrade()

    @property
    def _is_answering(self) -> bool:
        return self._answering is not None and not self._answering.response_complete

    # What the parser calls

    def on_message_begin(self) -> None:
        if self._head_since is None:  # behind a request that was read with it
            self._head_since = self.loop.time()
            self._unset_keepalive_if_required()  # of the answer to that one
        super().on_message_begin()

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
        is_answered = self.cycle is not None and self.cycle.response_complete
        if is_answered and self.timeout_keep_alive_task is None and not self._is_upgrade:
            # The body came behind its answer, and has taken the timer away.
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    # What the server calls

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        if self._cached_left and _is_free(cycle) and (whole := self._cached_answer(cycle)):
            self._cached_left -= 1
            self._send_whole(cycle.scope, *whole)
            return
        cycle.scope["extensions"] = self._extensions
        super()._start_asgi_task(cycle, app)

    def _cached_answer(self, cycle: RequestResponseCycle) -> tuple[bytes, bytes] | None:
        try:
            return self.shared.cached_answer(cycle.scope)  # type: ignore[arg-type]
        except Exception:  # the parser, which is calling, would make it the client's mistake
            log.exception("cached_answer.failed")
            return None

    def _send_whole(self, scope: Scope, head: bytes, body: bytes) -> bool:
        """Write an answer whose head is put together already: looking through its headers costs more than the rest.

        Returns false, and has written nothing, where another request has its turn, the line is not free, or the
        connection closes behind the answer.
        """
        cycle = self._answering
        if cycle is None or cycle.scope is not scope or not _is_free(cycle):
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        self.transport.writelines((b"".join((head, self.shared.default_lines, b"\r\n")), body))
        cycle.message_event.set()
        cycle.on_response()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self.pipeline.clear()
        if self._answering is not None and self._is_answering:
            self._answering.disconnected = True  # else it would write to a transport that is closed
            self._answering.message_event.set()
        super().connection_lost(exc)
        self._unset_keepalive_if_required()  # uvicorn does where the connection ended in peace
        self._let_go()

    def _let_go(self) -> None:
        """Of all that leads back here: the garbage collection would be long in finding it."""
        self._extensions.clear()
        self.cycle = self._answering = self.parser = None  # type: ignore[assignment]

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
        return super().overdue(now)

    def handle_websocket_upgrade(self) -> None:
        if self._is_answering:  # the answer would come in the middle of the socket
            self.shared.refuse("upgrade behind a request")
            self.transport.abort()
            return
        self._upgraded = True
        self.shared.release(self._address)  # the socket's protocol takes the place
        super().handle_websocket_upgrade()
        self._let_go()


def _is_free(cycle: RequestResponseCycle) -> bool:
    """Whether an answer may be written whole: none is begun, the line takes it, and the connection stays."""
    return not (cycle.response_started or cycle.flow.write_paused) and cycle.keep_alive
