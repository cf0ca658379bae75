"""Answers that are written whole, past what sends pieces, and those of them that the server needs no task for."""

from __future__ import annotations

import gc
from contextlib import suppress
from typing import Any

import pytest
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from greenhouse.tests.test_server import GET, edge, read_to_end, wait_until
from greenhouse.web.answers import Answer, send_answer
from greenhouse.web.body_limits import MEGABYTE, LimitBodies

OWED = ((b"vary", b"Accept-Encoding"),)
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


def test_what_lies_in_memory_waits_for_the_answer_before_it() -> None:
    with edge(at_once=in_memory) as running, running.connect() as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: testserver\r\nContent-Length: 5\r\n\r\nfirst" + asking("/memory"))
        received = b""
        while not received.endswith(b"moss"):
            received += client.recv(4096)
    assert received.count(b"HTTP/1.1 200 OK") == 2
    assert received.index(b"\r\n\r\n5HTTP") < received.index(b"\r\n\r\nmoss")


def test_a_fault_in_what_answers_at_once_is_not_the_clients(caplog: pytest.LogCaptureFixture) -> None:
    def failing(_scope: Any) -> None:
        raise LookupError

    with edge(whole_or_usual, failing) as running:
        assert running.ask().startswith(b"HTTP/1.1 200 OK")
    assert "answer_at_once.failed" in caplog.text


@pytest.mark.parametrize("path", ["/", "/memory"])
def test_a_body_that_comes_behind_its_answer_does_not_keep_the_connection(path: str) -> None:
    with edge(whole_or_usual, in_memory, keep_alive=1) as running, running.connect() as client:
        client.sendall(asking(path, b"Content-Length: 4\r\n"))
        assert client.recv(4096).startswith(b"HTTP/1.1 200 OK")
        with suppress(ConnectionError):  # on a machine so busy that the second is over
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
            assert sum(isinstance(one, RequestResponseCycle) for one in gc.get_objects()) <= 2
        finally:
            gc.enable()


def test_a_header_of_several_lines_goes_nowhere() -> None:
    with pytest.raises(ValueError, match="several lines"):
        Answer.of(200, ((b"etag", b"moss\r\nset-cookie: a=b"),)).head(())
