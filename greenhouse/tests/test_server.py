"""The bounds of the web process, asked of a real server over the loopback interface."""

from __future__ import annotations

import asyncio
import resource
import socket
import threading
import time
from contextlib import ExitStack, suppress
from typing import Any

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import ConnectionClosed
from websockets.protocol import OPEN
from websockets.server import ServerProtocol
from websockets.sync.client import connect

from garden.live.consumers import AT_ONCE, MESSAGES
from greenhouse.tests.edges import (
    GET,
    PATIENCE,
    SHORT,
    UPGRADE,
    application,
    edge,
    nothing_cached,
    read_to_end,
    wait_until,
)
from greenhouse.web import connections, http_protocol, server, socket_protocol
from greenhouse.web.body_limits import MEGABYTE, LimitBodies
from visitors import addresses
from visitors.consumers import STEP_MESSAGES

PING, PONG, TEXT_BEGINS, TEXT_GOES_ON, TEXT = (bytes([first, 0x80, 0, 0, 0, 0]) for first in (0x89, 0x8A, 1, 0, 0x81))


def megabytes_sent(client: socket.socket, most: int) -> int:
    """How much can be sent until the server closes."""
    for sent in range(most):
        try:
            client.sendall(bytes(MEGABYTE))
        except ConnectionError:
            return sent
    return most


def refused(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The reasons that were logged, a line each."""
    events = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    return [event["reason"] for event in events if event["event"] == "connections.refused"]


# --- What is relied on ------------------------------------------------------------------------------------------------


def test_uvicorn_and_websockets_still_have_what_is_overridden_and_used() -> None:
    config = uvicorn.Config(
        application, http=http_protocol.HttpProtocol, ws=socket_protocol.WebSocketProtocol, lifespan="off"
    )
    config.load()
    state = connections.State(connections.Limits(1, 1), nothing_cached)

    async def made() -> tuple[set[str], set[str]]:
        return tuple(set(vars(kind(config, state, {}))) for kind in (HttpToolsProtocol, WebSocketsSansIOProtocol))  # type: ignore[return-value]

    cycle = {"scope", "transport", "flow", "keep_alive", "disconnected", "waiting_for_100_continue", "default_headers"}
    cycle |= {"response_started", "response_complete", "message_event", "on_response"}
    assert cycle <= set(RequestResponseCycle.__init__.__code__.co_names)
    of_http, of_sockets = asyncio.run(made())
    used = {"transport", "loop", "connections", "cycle", "flow", "pipeline"}
    assert used | {"timeout_keep_alive", "timeout_keep_alive_task"} <= of_http
    assert {"_unset_keepalive_if_required", "timeout_keep_alive_handler"} <= set(dir(HttpToolsProtocol))
    used = {"transport", "loop", "connections", "conn", "queue", "config"}
    assert used | {"close_sent", "close_timer", "disconnected", "writable"} <= of_sockets
    for ours, base in (
        (http_protocol.HttpProtocol, HttpToolsProtocol),
        (socket_protocol.WebSocketProtocol, WebSocketsSansIOProtocol),
        (socket_protocol.CountedFrames, ServerProtocol),
        (server.Server, uvicorn.Server),
    ):
        own = {"overdue", "_refuse_head", "_read", "_let_go", "_cached_answer", "_send_whole", "send_at_once"}
        overridden = {name for name, value in vars(ours).items() if callable(value) and not name.startswith("__")} - own
        assert overridden <= set(dir(base)), f"{base.__name__} calls {overridden - set(dir(base))} no more"


# --- Frames -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "frames",
    [PING * 21, PONG * 21, TEXT_BEGINS + TEXT_GOES_ON * 20, TEXT * 21, PING * 10 + TEXT * 11],
    ids=["pings", "pongs", "parts of a message", "messages", "of all kinds"],
)
def test_frames_of_any_kind_over_the_limit_close_the_socket(frames: bytes) -> None:
    assert MESSAGES == 20
    with edge() as running, connect(f"ws://127.0.0.1:{running.port}/") as client:
        client.socket.sendall(frames)
        with pytest.raises(ConnectionClosed):
            client.recv(PATIENCE)
        assert client.protocol.close_code == 1008


def test_frames_within_the_limit_are_answered() -> None:
    with edge() as running, connect(f"ws://127.0.0.1:{running.port}/") as client:
        for _ in range(MESSAGES):
            assert client.ping().wait(PATIENCE)


def test_who_walks_may_say_so_four_times_a_second() -> None:
    with edge() as running, connect(f"ws://127.0.0.1:{running.port}/ws/journey-tracking?") as client:
        for _ in range(STEP_MESSAGES):
            assert client.ping().wait(PATIENCE)
        client.socket.sendall(PING)
        with pytest.raises(ConnectionClosed):
            client.recv(PATIENCE)
        assert client.protocol.close_code == 1008


def test_who_goes_on_sending_pings_still_reads_why_the_socket_was_closed() -> None:
    with edge() as running, connect(f"ws://127.0.0.1:{running.port}/") as client:
        client.socket.sendall(PING * 500_000)
        with pytest.raises(ConnectionClosed):
            client.recv(PATIENCE)
        assert client.protocol.close_code == 1008


def test_a_closed_socket_is_listened_to_no_longer_than_its_time() -> None:
    with edge(linger_seconds=SHORT) as running, running.connect() as client:
        client.sendall(GET + UPGRADE)
        assert client.recv(4096).startswith(b"HTTP/1.1 101 ")
        client.sendall(PING * 21)  # and it never closes by itself
        wait_until(lambda: running.connections == 0)


# --- Headers ----------------------------------------------------------------------------------------------------------


def request_of(size: int) -> bytes:
    """A request whose line and headers weigh `size` bytes."""
    ends = b"\r\n\r\n"
    return GET + b"X-Long: " + b"x" * (size - len(GET) - len(b"X-Long: ") - len(ends)) + ends


def test_headers_up_to_the_limit_are_read_and_one_byte_more_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    limit = connections.Limits(1, 1).head_bytes
    with edge() as running:
        assert running.ask(request_of(limit)).startswith(b"HTTP/1.1 200")
        refusal = running.ask(request_of(limit + 1))
    assert refusal.startswith(b"HTTP/1.1 431 ")
    assert b'"headers_too_large"' in refusal
    assert refused(caplog) == ["headers too large"]


def test_many_headers_count_as_one_does() -> None:
    with edge() as running:
        assert running.ask(GET + b"X: y\r\n" * 30_000 + b"\r\n").startswith(b"HTTP/1.1 431 ")


def test_who_sends_endless_headers_before_reading_gets_the_refusal() -> None:
    with edge() as running, running.connect() as client:
        client.sendall(GET + b"X-Endless: ")
        for _ in range(30):
            client.sendall(b"x" * MEGABYTE)
        assert client.recv(4096).startswith(b"HTTP/1.1 431 ")


def test_endless_headers_are_listened_to_up_to_a_bound() -> None:
    with edge(linger_bytes=MEGABYTE) as running, running.connect() as client:
        assert megabytes_sent(client, 300) < 50
        wait_until(lambda: running.connections == 0)


def test_headers_behind_a_body_are_bounded_too() -> None:
    with edge() as running, running.connect() as client:
        client.sendall(GET.replace(b"GET", b"POST") + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Trailer: ")
        with suppress(ConnectionError):
            client.sendall(b"x" * 200_000)
        assert read_to_end(client) == b""


def test_a_large_body_is_no_large_header() -> None:
    with edge() as running:
        body = b"x" * 2 * MEGABYTE
        answer = running.ask(GET.replace(b"GET", b"POST") + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert answer.endswith(b"\r\n\r\n%d" % len(body))


def test_requests_on_one_connection_are_counted_apart() -> None:
    with edge() as running, running.connect() as client:
        for _ in range(3):
            client.sendall(request_of(40_000))
            assert client.recv(4096).startswith(b"HTTP/1.1 200")


# --- Slow clients -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [b"", GET], ids=["nothing", "no end of headers"])
def test_who_does_not_come_to_the_end_of_the_headers_is_closed(said: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with edge(head_seconds=SHORT) as running, running.connect() as client:
        client.sendall(said)
        assert read_to_end(client) == b""
    assert refused(caplog) == ["slow headers"]


def test_a_further_request_on_a_connection_has_the_same_time() -> None:
    with edge(head_seconds=SHORT) as running, running.connect() as client:
        client.sendall(GET + b"\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 200")
        client.sendall(GET)
        assert read_to_end(client) == b""


@pytest.mark.parametrize("body", [b"", b"x" * 1000], ids=["no byte", "too few bytes"])
def test_who_stops_in_the_middle_of_a_body_is_closed(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with edge(stall_seconds=SHORT) as running, running.connect() as client:
        client.sendall(GET.replace(b"GET", b"POST") + b"Content-Length: 100000\r\n\r\n" + body)
        assert read_to_end(client) == b""
    assert refused(caplog) == ["slow body"]


def test_a_body_that_keeps_coming_is_read_however_long_it_takes() -> None:
    with edge(stall_seconds=SHORT, stall_bytes=1) as running, running.connect() as client:
        client.sendall(GET.replace(b"GET", b"POST") + b"Content-Length: 100\r\n\r\n")
        for _ in range(100):
            client.sendall(b"x")
            time.sleep(SHORT / 10)  # the pace that is tested
        assert client.recv(4096).endswith(b"\r\n\r\n100")


def test_a_body_that_waits_for_us_is_not_slow() -> None:
    release = threading.Event()

    async def late(scope: Any, receive: Any, send: Any) -> None:
        while not release.is_set():
            await asyncio.sleep(0.01)
        await application(scope, receive, send)

    with edge(late) as running, running.connect() as client:
        client.sendall(GET.replace(b"GET", b"POST") + b"Content-Length: 1000000\r\n\r\n" + bytes(500_000))
        wait_until(lambda: running.connections == 1)
        (connection,) = running.server.server_state.connections
        assert isinstance(connection, http_protocol.HttpProtocol)
        wait_until(lambda: connection.flow is not None and connection.flow.read_paused)
        for later in (1000, 2000):
            assert connection.overdue(connection.loop.time() + later) is None
        release.set()
        client.sendall(bytes(500_000))
        assert client.recv(4096).endswith(b"\r\n\r\n1000000")


def test_who_asks_and_does_not_read_is_closed(caplog: pytest.LogCaptureFixture) -> None:
    with edge(stall_seconds=SHORT) as running, running.connect() as client:
        client.sendall(GET.replace(b"/ ", b"/large ") + b"\r\n")
        wait_until(lambda: running.connections == 1)
        wait_until(lambda: running.connections == 0)
        assert len(read_to_end(client)) < 50 * MEGABYTE
    assert refused(caplog) == ["slow reader"]


def test_requests_in_a_row_whose_answers_nobody_reads_end_without_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with edge(stall_seconds=SHORT) as running, running.connect() as client:
        client.sendall((GET.replace(b"/ ", b"/large ") + b"\r\n") * 3)
        wait_until(lambda: running.connections == 1)
        wait_until(lambda: running.connections == 0)
        wait_until(lambda: not running.server.server_state.tasks)
    assert not [record for record in caplog.records if record.name == "uvicorn.error" and record.levelname == "ERROR"]


def test_requests_in_a_row_are_answered_up_to_the_limit_and_more_end_the_connection(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with edge(waiting_requests=10) as running:
        with running.connect() as client:
            client.sendall((GET + b"\r\n") * 10 + GET + b"Connection: close\r\n\r\n")
            assert read_to_end(client).count(b"200 OK") == 11
        with running.connect() as client:
            client.sendall((GET + b"\r\n") * 10_000)
            assert b"400 Bad Request" not in read_to_end(client)
        wait_until(lambda: not running.server.server_state.tasks and running.connections == 0)
        assert running.server.server_state.total_requests < 11 + 200
        assert running.ask().endswith(b"\r\n\r\n0")
    assert refused(caplog) == ["too many requests in a row"]


def test_a_socket_that_is_asked_for_behind_an_unanswered_request_is_not_opened(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with edge() as running, running.connect() as client:
        client.sendall(GET + b"\r\n" + GET + UPGRADE)
        assert b"101 Switching Protocols" not in read_to_end(client)
        wait_until(lambda: running.connections == 0)
    assert refused(caplog) == ["upgrade behind a request"]


def test_a_socket_that_is_asked_for_behind_an_answer_is_opened() -> None:
    with edge() as running, running.connect() as client:
        client.sendall(GET + b"\r\n")
        assert client.recv(4096).endswith(b"\r\n\r\n0")
        client.sendall(GET + UPGRADE)
        assert b"101 Switching Protocols" in client.recv(4096)


# --- Who asks in an odd way -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("requests", "behind"), [(1, b""), (3, b""), (1, b"GET / HT")])
def test_who_closes_their_side_once_they_have_asked_is_answered_all_the_same(requests: int, behind: bytes) -> None:
    closed = threading.Event()

    async def answers_when_closed(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.to_thread(closed.wait, PATIENCE)
        for _turn in range(5):  # of the loop, in one of which it reads that the client closed
            await asyncio.sleep(0)
        running.server.server_state.sweep(asyncio.get_running_loop().time() + 60)  # a slow answer is not cut
        await application(scope, receive, send)

    with edge(answers_when_closed) as running, running.connect() as client:
        client.sendall((GET + b"\r\n") * requests)
        wait_until(lambda: bool(running.server.server_state.tasks))
        client.sendall(behind)
        client.shutdown(socket.SHUT_WR)
        closed.set()
        assert read_to_end(client).count(b"200 OK") == requests
        wait_until(lambda: running.connections == 0)


@pytest.mark.parametrize("said", [b"", GET, GET.replace(b"GET", b"POST") + b"Content-Length: 9\r\n\r\nmos"])
def test_who_closes_their_side_in_the_middle_is_closed(said: bytes) -> None:
    with edge() as running, running.connect() as client:
        client.sendall(said)
        client.shutdown(socket.SHUT_WR)
        assert read_to_end(client) == b""
        wait_until(lambda: running.connections == 0)


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\n",
        GET + b"Host: elsewhere.example\r\n",
        b"GET / HTTP/1.0\r\nHost: testserver\r\nHost: testserver\r\n",
        b"GET / HTTP/1.1\r\n" + UPGRADE.removesuffix(b"\r\n"),
    ],
)
def test_who_does_not_say_once_which_host_is_asked_is_refused(head: bytes) -> None:
    with edge() as running:
        assert running.ask(head + b"\r\n").startswith(b"HTTP/1.1 400 ")


def test_an_old_client_need_not_name_the_host() -> None:
    with edge() as running:
        assert running.ask(b"GET / HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 ")


# --- Connections ------------------------------------------------------------------------------------------------------


def test_an_address_has_so_many_connections_and_others_get_in(caplog: pytest.LogCaptureFixture) -> None:
    with edge(connections_per_address=3) as running, ExitStack() as stack:
        clients = [stack.enter_context(running.connect()) for _ in range(3)]
        wait_until(lambda: running.connections == 3)
        for _ in range(5):
            with running.connect() as refusal:
                assert read_to_end(refusal).startswith(b"HTTP/1.1 429 ")
        assert running.ask(source="127.0.0.2").startswith(b"HTTP/1.1 200")
        clients[0].close()
        wait_until(lambda: running.connections == 2)
        assert running.ask().startswith(b"HTTP/1.1 200")
    assert refused(caplog) == ["too many connections of one address"], "one line, not one a connection"


def test_sockets_count_as_connections_and_give_their_place_back() -> None:
    with edge(connections_per_address=1) as running:
        for _ in range(3):
            with connect(f"ws://127.0.0.1:{running.port}/") as client:
                assert client.ping().wait(PATIENCE)
                with running.connect() as refusal:
                    assert read_to_end(refusal).startswith(b"HTTP/1.1 429 ")
            wait_until(lambda: running.connections == 0)


def test_a_trusted_proxy_is_not_counted_as_one_address(settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.3"]
    addresses._trusted_networks.cache_clear()
    try:
        with edge(connections_per_address=1) as running, ExitStack() as stack:
            for number in range(1, 4):
                stack.enter_context(running.connect("127.0.0.3"))
                wait_until(lambda number=number: running.connections == number)  # type: ignore[misc]
            assert running.ask(source="127.0.0.3").startswith(b"HTTP/1.1 200")
    finally:
        addresses._trusted_networks.cache_clear()


def test_all_addresses_together_have_so_many_connections() -> None:
    with edge(connections=2) as running, running.connect("127.0.0.2"), running.connect("127.0.0.3"):
        wait_until(lambda: running.connections == 2)
        with running.connect() as refusal:
            assert read_to_end(refusal).startswith(b"HTTP/1.1 429 ")


def test_the_soft_limit_of_descriptors_is_raised_to_the_hard_one() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 512), hard))
    try:
        assert server.raise_descriptor_limit() == hard == resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize(("asked_for", "taken"), [(0, 750), (100, 100), (5000, 750)])
def test_a_process_takes_the_connections_it_is_told_and_no_more_than_it_can(
    monkeypatch: pytest.MonkeyPatch, asked_for: int, taken: int
) -> None:
    monkeypatch.setattr(server, "raise_descriptor_limit", lambda: 1000)
    assert server.most_connections(asked_for) == taken


# --- Bodies -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("megabytes", [26, 60])
@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "chunked"])
def test_who_sends_a_body_over_the_limit_before_reading_gets_the_413(megabytes: int, chunked: bool) -> None:
    framing = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % (megabytes * MEGABYTE)
    with edge(LimitBodies(application)) as running, running.connect() as client:
        client.sendall(GET.replace(b"GET", b"POST") + framing + b"\r\n\r\n")
        for _ in range(megabytes):
            client.sendall(b"100000\r\n" + bytes(MEGABYTE) + b"\r\n" if chunked else bytes(MEGABYTE))
        if chunked:
            client.sendall(b"0\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 413 ")


def test_who_sends_far_more_is_cut_off_and_gets_the_413_while_sending() -> None:
    with edge(LimitBodies(application)) as running, running.connect() as client:
        client.sendall(GET.replace(b"GET", b"POST") + b"Content-Length: %d\r\n\r\n" % (300 * MEGABYTE))
        assert client.recv(4096).startswith(b"HTTP/1.1 413 ")
        assert megabytes_sent(client, 300) < 100


@pytest.mark.parametrize("size", [0, 125, 126, 65_536])
def test_a_frame_that_all_sockets_share_is_the_one_that_the_library_makes(size: int) -> None:
    library = ServerProtocol()
    library.state = OPEN
    library.send_text(b"x" * size)
    assert socket_protocol.text_frame("x" * size) == b"".join(library.data_to_send())


async def two_at_once(scope: Any, receive: Any, send: Any) -> None:
    """Says whether two texts went at once, and closes."""
    await receive()
    at_once = scope["extensions"][AT_ONCE]["send"]
    assert not at_once(["before the handshake is answered"])
    await send({"type": "websocket.accept"})
    assert at_once(["one", "two"])
    await send({"type": "websocket.close"})
    assert not at_once(["after the end"])


def test_what_is_sent_at_once_comes_in_order_and_only_while_the_socket_is_open() -> None:
    with edge(two_at_once) as running, running.connect() as client:
        client.sendall(GET + UPGRADE)
        answer = b""
        while not answer.endswith(b"\x88\x02\x03\xe8") and (piece := client.recv(4096)):  # 1000
            answer += piece
    assert answer.partition(b"\r\n\r\n")[2] == b"\x81\x03one\x81\x03two\x88\x02\x03\xe8"


# --- Many messages at once --------------------------------------------------------------------------------------------


def test_what_waits_for_a_socket_that_never_reads_stays_small_whatever_is_told() -> None:
    waiting: list[int] = []
    taken: list[bool] = []
    over = threading.Event()

    async def flood(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        send_at_once = scope["extensions"][AT_ONCE]["send"]
        taken.append(send_at_once(["x" * 1000] * 10_000))
        for _ in range(1_000):
            taken.append(send_at_once(["x" * 1000] * 50))
            waiting.append(send_at_once.__self__.transport.get_write_buffer_size())
            await asyncio.sleep(0)
        over.set()

    with edge(flood) as running, running.connect() as client:
        client.sendall(GET + UPGRADE)
        assert over.wait(PATIENCE)
    assert taken[:2] == [False, True]
    assert not taken[-1]
    assert 0 < max(waiting) <= 2 * socket_protocol.MOST_AT_ONCE
