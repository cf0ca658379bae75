"""A web server with bounds of a test's own, over the loopback interface."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import uvicorn

from greenhouse.web import connections, http_protocol, server, socket_protocol
from greenhouse.web.body_limits import MEGABYTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE = 30.0  # seconds for what has to happen, on a busy machine
SHORT = 0.2  # a deadline that a test may reach
GET = b"GET / HTTP/1.1\r\nHost: testserver\r\n"
UPGRADE = (
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: Zm9yIHRoZSB0ZXN0cyEhIQ==\r\n\r\n"
)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Reads a body to its end and answers its size, or 50 MB at /large; reads a socket until it closes."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] == "websocket.receive":
            pass
        return
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    body = bytes(50 * MEGABYTE) if scope["path"] == "/large" else str(size).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


def nothing_cached(_scope: Any) -> None:
    """Of an application that answers by tasks alone."""


class Edge:
    """A server with limits of the test's own, in a thread."""

    def __init__(self, app: Any, limits: connections.Limits, cached_answer: Any, keep_alive: float) -> None:
        config = uvicorn.Config(
            app, port=0, http=http_protocol.HttpProtocol, ws=socket_protocol.WebSocketProtocol, lifespan="off",
            log_config=None, ws_per_message_deflate=False, ws_max_size=4096, proxy_headers=False,
            timeout_graceful_shutdown=1, timeout_keep_alive=keep_alive,  # type: ignore[arg-type]
        )  # fmt: skip
        self.server = server.Server(config, limits, cached_answer)
        self._thread = threading.Thread(target=self.server.run)

    def start(self) -> None:
        self._thread.start()
        wait_until(lambda: self.server.started)
        self.port: int = self.server.servers[0].sockets[0].getsockname()[1]

    def stop(self) -> None:
        self.server.should_exit = True
        self._thread.join(PATIENCE)

    @property
    def connections(self) -> int:
        return len(self.server.server_state.connections)

    def connect(self, source: str = "127.0.0.1") -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE, source_address=(source, 0))

    def ask(self, request: bytes = GET + b"\r\n", source: str = "127.0.0.1") -> bytes:
        """The answer's first bytes."""
        with self.connect(source) as client:
            client.sendall(request)
            return client.recv(4096)


@contextmanager
def edge(
    app: Any = application, cached_answer: Any = nothing_cached, keep_alive: float = 5, **limits: Any
) -> Iterator[Edge]:
    bounds = connections.Limits(**{"connections": 100, "connections_per_address": 100, **limits})
    running = Edge(app, bounds, cached_answer, keep_alive)
    running.start()
    try:
        yield running
    finally:
        running.stop()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def read_to_end(client: socket.socket) -> bytes:
    """All that the server says until it closes, which it has to."""
    received = b""
    with suppress(ConnectionResetError):
        while data := client.recv(65536):
            received += data
    return received
