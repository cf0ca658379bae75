"""Answers that are written whole, past what sends pieces, and those of them that the server needs no task for."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from greenhouse.asgi import hot_reads
from greenhouse.tests.edges import GET, PATIENCE, SHORT, UPGRADE, application, edge, read_to_end, wait_until
from greenhouse.web import server
from greenhouse.web.answers import Answer, send_answer
from greenhouse.web.body_limits import MEGABYTE, LimitBodies
from greenhouse.web.http_protocol import HttpProtocol

if TYPE_CHECKING:
    from pathlib import Path

OWED = ((b"vary", b"Accept-Encoding"),)
SLOW = Answer.of(200, (), b"ferns")
FOUND = Answer.of(200, ((b"content-type", b"text/plain"),), b"moss")
UNCHANGED = Answer.of(304, ((b"etag", b'W/"moss"'),))
LARGE = Answer.of(200, (), bytes(MEGABYTE))


async def whole_or_usual(scope: Any, receive: Any, send: Any) -> None:
    """The same answers at once, and under /usual as any server sends them."""
    answer = UNCHANGED if b"if-none-match" in dict(scope["headers"]) else FOUND
    if scope["path"] == "/large":
        answer = LARGE
    if scope["path"] == "/usual":
        scope["extensions"] = {}
    await send_answer(scope, nothing_more if scope["path"] == "/whole" else send, answer, OWED)


def in_memory(scope: Any) -> tuple[bytes, bytes] | None:
    """What lies in memory: everything under /memory."""
    if not scope["path"].startswith("/memory") or scope["method"] != "GET":
        return None
    answer = UNCHANGED if b"if-none-match" in dict(scope["headers"]) else FOUND
    if scope["path"] == "/memory/large":
        answer = LARGE
    return answer.head(OWED), answer.body


def asking(path: str, more: bytes = b"") -> bytes:
    """A request on a connection that stays open."""
    return f"GET {path} HTTP/1.1\r\nHost: testserver\r\n".encode() + more + b"\r\n"


async def nothing_more(message: Any) -> None:
    raise AssertionError(message)


@pytest.mark.parametrize(
    "request_line", [b"GET % HTTP/1.1", b"HEAD % HTTP/1.1", b"GET % HTTP/1.0"], ids=["GET", "HEAD", "HTTP/1.0"]
)
@pytest.mark.parametrize("more", [b"", b'If-None-Match: "moss"\r\n', b"Connection: close\r\n"])
def test_a_whole_answer_is_the_one_that_comes_in_pieces(request_line: bytes, more: bytes) -> None:
    def asked(path: bytes) -> tuple[list[bytes], bytes]:
        with edge(whole_or_usual, in_memory) as running, running.connect() as client:
            request = request_line.replace(b"%", path) + b"\r\nHost: testserver\r\n" + more + b"\r\n"
            client.sendall(request + GET + b"Connection: close\r\n\r\n")
            head, _, rest = read_to_end(client).partition(b"\r\n\r\n")
            return sorted(line for line in head.split(b"\r\n") if not line.startswith(b"date: ")), rest[:4]

    assert asked(b"/") == asked(b"/usual") == asked(b"/memory")
    lines, _ = asked(b"/")
    assert any(
        line.startswith(b"HTTP/1.1 304 Not Modified" if b"None" in more else b"HTTP/1.1 200 OK") for line in lines
    )


def test_a_whole_answer_goes_past_what_sends_pieces() -> None:
    with edge(whole_or_usual) as running:
        assert running.ask(asking("/whole")).endswith(b"\r\n\r\nmoss")


def test_whoever_counts_what_is_sent_is_not_gone_past() -> None:
    with edge(LimitBodies(whole_or_usual)) as running:
        assert b"500 Internal Server Error" in running.ask(asking("/whole"))


@pytest.mark.parametrize("path", ["/", "/memory"])
def test_whole_answers_in_a_row_come_in_order_and_one_at_a_time(path: str) -> None:
    with edge(whole_or_usual, in_memory) as running, running.connect() as client:
        client.sendall(asking(path) * 50 + GET + b"Connection: close\r\n\r\n")
        assert read_to_end(client).count(b"\r\n\r\nmoss") == 51
        wait_until(lambda: not running.server.server_state.tasks)


@pytest.mark.parametrize("path", ["/large", "/memory/large"])
def test_whole_answers_that_nobody_reads_do_not_pile_up(path: str) -> None:
    with edge(whole_or_usual, in_memory) as running, running.connect() as client:
        client.sendall(asking(path) * 40)
        state: Any = running.server.server_state
        wait_until(lambda: any(one.flow.write_paused for one in state.connections))
        (one,) = state.connections
        for _ in range(20):  # another client's answers, beside which the first would have had its turn
            running.ask()
        assert state.total_requests < 20 + 40
        assert one.transport.get_write_buffer_size() < 3 * MEGABYTE


def test_what_lies_in_memory_needs_no_task() -> None:
    with edge(nobody_answers, in_memory) as running:
        assert running.ask(asking("/memory")).endswith(b"\r\n\r\nmoss")


async def nobody_answers(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError(scope)


async def first_is_slow(scope: Any, receive: Any, send: Any) -> None:
    """Answers under /slow when the body is there, and else at once."""
    more = scope["path"] == "/slow"
    while more:
        more = (await receive())["more_body"]
    scope["extensions"] = {}
    await send_answer(scope, send, SLOW if scope["path"] == "/slow" else FOUND, OWED)


def test_what_lies_in_memory_waits_for_the_answer_before_it() -> None:
    slow = b"POST /slow HTTP/1.1\r\nHost: testserver\r\nContent-Length: 5\r\n\r\n"
    behind = asking("/memory") * 63 + asking("/", b"Connection: close\r\n")  # as many as may wait
    with edge(first_is_slow, in_memory) as running, running.connect() as client:
        client.sendall(asking("/memory") + slow + b"fern." + behind)
        first, second, *others = [said.rpartition(b"\r\n\r\n")[2] for said in answers(read_to_end(client))]
    assert (first, second) == (b"moss", b"ferns")
    assert others == [b"moss"] * 64


def connections_of(running: Any) -> set[Any]:
    """Those that the server holds."""
    return running.server.server_state.connections  # type: ignore[no-any-return]


def answers(received: bytes) -> list[bytes]:
    """What stands behind each status line."""
    return received.split(b"HTTP/1.1 200 OK\r\n")[1:]


def test_one_who_asks_much_in_one_go_does_not_keep_others_waiting() -> None:
    """As many are answered in one go as may wait on a connection; then as many wait, and more end it."""
    with edge(whole_or_usual, in_memory, waiting_requests=4) as running, running.connect() as client:
        client.sendall(asking("/memory") * 9 + asking("/memory", b"Connection: close\r\n"))
        assert len(answers(read_to_end(client))) < 10
    with edge(whole_or_usual, in_memory, waiting_requests=4) as running, running.connect() as client:
        client.sendall(asking("/memory") * 8 + asking("/memory", b"Connection: close\r\n"))
        assert len(answers(read_to_end(client))) == 9


def test_the_timer_of_an_answer_does_not_end_what_came_in_one_go_with_it() -> None:
    begun, turn = threading.Event(), threading.Event()

    async def in_its_time(scope: Any, receive: Any, send: Any) -> None:
        begun.set()
        await asyncio.to_thread(turn.wait, PATIENCE)
        await send_answer(scope, send, FOUND, OWED)

    with edge(in_its_time, in_memory) as running, running.connect() as client:
        client.sendall(asking("/memory") + asking("/", b"Connection: close\r\n"))
        assert begun.wait(PATIENCE)
        (connection,) = connections_of(running)
        assert connection.timeout_keep_alive_task is None
        turn.set()
        assert len(answers(read_to_end(client))) == 2


def test_a_request_that_begins_in_one_go_with_an_answer_has_the_time_of_any() -> None:
    with edge(whole_or_usual, in_memory, head_seconds=SHORT, keep_alive=60) as running, running.connect() as client:
        client.sendall(asking("/memory") + b"GET /half")
        assert read_to_end(client).endswith(b"moss")


def test_an_answer_goes_to_its_own_request() -> None:
    """An application that answers a second time has its second answer refused, whoever is being answered by then."""
    refused: list[BaseException] = []

    async def twice(scope: Any, receive: Any, send: Any) -> None:
        await send_answer(scope, send, FOUND, OWED)
        if scope["path"] == "/twice":
            await asyncio.sleep(0)  # the next request has its turn
            try:
                await send_answer(scope, send, SLOW, OWED)
            except RuntimeError as error:
                refused.append(error)

    async def after_the_first(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/":
            while not refused:
                await asyncio.sleep(0)
        await twice(scope, receive, send)

    with edge(after_the_first) as running, running.connect() as client:
        client.sendall(asking("/twice") + asking("/") + asking("/last", b"Connection: close\r\n"))
        said = [one.rpartition(b"\r\n\r\n")[2] for one in answers(read_to_end(client))]
    assert said == [b"moss"] * 3
    assert len(refused) == 1


def test_a_socket_that_came_in_one_go_with_an_answer_stays_open() -> None:
    opened = b"GET /ws HTTP/1.1\r\nHost: testserver\r\n" + UPGRADE
    with edge(application, in_memory) as running, running.connect() as client:
        client.sendall(asking("/memory") + opened)
        received = b""
        while b"101 Switching Protocols" not in received:
            received += (said := client.recv(4096))
            assert said
        assert received.startswith(b"HTTP/1.1 200 OK")
        assert not [one for one in alive(HttpProtocol) if one.timeout_keep_alive_task is not None]


def test_a_fault_in_what_answers_at_once_is_not_the_clients(caplog: pytest.LogCaptureFixture) -> None:
    def failing(_scope: Any) -> None:
        raise LookupError

    with edge(whole_or_usual, failing) as running:
        assert running.ask().startswith(b"HTTP/1.1 200 OK")
    assert "cached_answer.failed" in caplog.text


@pytest.mark.parametrize("path", ["/", "/memory"])
def test_a_body_that_comes_behind_its_answer_does_not_keep_the_connection(path: str) -> None:
    with edge(whole_or_usual, in_memory, keep_alive=SHORT) as running, running.connect() as client:
        client.sendall(asking(path, b"Content-Length: 4\r\n"))
        assert client.recv(4096).startswith(b"HTTP/1.1 200 OK")
        with suppress(ConnectionError):  # on a machine so busy that the time is over
            client.sendall(b"moss")
        assert read_to_end(client) == b""


@pytest.mark.parametrize("path", ["/", "/usual", "/memory"])
def test_an_answered_request_leaves_no_work_to_the_garbage_collection(path: str) -> None:
    with edge(whole_or_usual, in_memory) as running, running.connect() as client:
        gc.collect()
        gc.disable()
        try:
            for _ in range(20):
                client.sendall(asking(path))
                client.recv(4096)
            wait_until(lambda: not running.server.server_state.tasks)
            assert len(alive(RequestResponseCycle)) <= 2
        finally:
            gc.enable()


RESET = struct.pack("ii", 1, 0)  # how a socket is told to end without a farewell


@pytest.mark.parametrize("path", ["/", "/usual", "/memory", "/socket"])
@pytest.mark.parametrize("is_reset", [False, True])
def test_a_connection_that_has_ended_leaves_nothing_behind(path: str, is_reset: bool) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await (application if scope["path"] == "/socket" else whole_or_usual)(scope, receive, send)

    with edge(app, in_memory, keep_alive=60) as running:
        gc.collect()
        gc.disable()
        try:
            for _ in range(5):
                with running.connect() as client:
                    client.sendall(asking(path, UPGRADE.removesuffix(b"\r\n") if path == "/socket" else b""))
                    assert client.recv(4096)
                    if is_reset:
                        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            wait_until(lambda: running.connections == 0)
            wait_until(lambda: not alive(HttpProtocol))
        finally:
            gc.enable()


def alive(kind: type) -> list[Any]:
    """What there is of a kind, in use or not."""
    return [one for one in gc.get_objects() if type(one) is kind]


def test_runweb_answers_from_the_memory_of_the_hot_reads(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    asked: list[Any] = []

    class NoServer:
        def __init__(self, _config: Any, _limits: Any, cached_answer: Any) -> None:
            asked.append(cached_answer)

        def run(self) -> None:
            """Not here."""

    monkeypatch.setattr(server, "Server", NoServer)
    monkeypatch.setattr(logging.getLogger("uvicorn.error"), "filters", [])
    for name in ("settle", "bound_waits", "allocator.keep_little", "watch.start"):  # what alters the whole process
        monkeypatch.setattr(f"greenhouse.management.commands.runweb.{name}", lambda: None)
    settings.SERVED_AT = tmp_path / "served_at"
    call_command("runweb")
    assert asked == [hot_reads.cached_answer]


def test_a_header_of_several_lines_goes_nowhere() -> None:
    with pytest.raises(ValueError, match="several lines"):
        Answer.of(200, ((b"etag", b"moss\r\nset-cookie: a=b"),)).head(())
