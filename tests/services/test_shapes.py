"""What must hold in both shapes, with real processes that really die."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
import urllib.request
from contextlib import suppress
from socket import has_dualstack_ipv6
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.running import START_SECONDS, Greenhouse, children_of

if TYPE_CHECKING:
    import subprocess


def read(socket: ClientConnection, timeout: float = 10.0) -> dict[str, Any]:
    """The next message that is no whisper."""
    while "seq" not in (envelope := json.loads(socket.recv(timeout))):
        pass
    return dict(envelope)


def read_whisper(socket: ClientConnection, timeout: float = 10.0) -> dict[str, Any]:
    """The next whisper."""
    while "seq" in (envelope := json.loads(socket.recv(timeout))):
        pass
    return dict(envelope)


def serve(garden: Greenhouse) -> subprocess.Popen[bytes]:
    """The web process, with what stands beside it in its shape."""
    if "DATABASE_URL" in garden.settings:
        return garden.serve("manage.py", "runweb")
    return garden.serve()


def kill_web(garden: Greenhouse, server: subprocess.Popen[bytes]) -> None:
    """Kill the web process without warning, and have it back: by the supervisor, or by hand as a container would."""
    if "DATABASE_URL" in garden.settings:
        server.kill()
        server.wait()
        garden.serve("manage.py", "runweb")
    else:
        os.kill(children_of(server.pid)["runweb"], signal.SIGKILL)
        garden.wait_until_open(server)


def test_a_change_made_by_another_process_reaches_a_browser_within_two_seconds(either_shape: Greenhouse) -> None:
    serve(either_shape)
    with connect(either_shape.socket_url) as socket:
        assert read(socket)["event_type"] == "hello"
        either_shape.publish().wait(START_SECONDS)
        published = time.time()
        event = read(socket)
        assert event["data"] == {"component": "0"}
        assert time.time() - published < 2


def test_the_garden_read_after_a_change_by_another_process_shows_it(either_shape: Greenhouse) -> None:
    serve(either_shape)
    _, before = either_shape.get("/api/v1/garden/")
    either_shape.publish().wait(START_SECONDS)
    _, told = either_shape.get(f"/api/v1/events/?since={before['version']}")
    newest = max(event["seq"] for event in told["events"])  # the schedule may have told of the weather meanwhile
    deadline = time.monotonic() + START_SECONDS
    while either_shape.get("/api/v1/garden/")[1]["version"] < newest:
        assert time.monotonic() < deadline, "the kept state was not replaced"
        time.sleep(0.1)


def test_a_browser_that_comes_back_after_a_crash_misses_nothing_and_sees_nothing_twice(
    either_shape: Greenhouse,
) -> None:
    server = serve(either_shape)
    seen: list[dict[str, Any]] = []
    with connect(either_shape.socket_url) as socket:
        read(socket)
        publishing = either_shape.publish(120, pause=0.05)
        while len(seen) < 20:
            seen.append(read(socket, timeout=START_SECONDS))
        kill_web(either_shape, server)
        with suppress(ConnectionClosed):
            while True:
                seen.append(read(socket))
    publishing.wait(START_SECONDS)
    with connect(f"{either_shape.socket_url}?since={seen[-1]['seq']}") as socket:
        assert read(socket)["event_type"] == "hello"
        while len(seen) < 120:
            seen.append(read(socket))
    assert [int(event["data"]["component"]) for event in seen] == list(range(120))
    assert [event["seq"] for event in seen] == sorted({event["seq"] for event in seen})


def test_a_task_process_that_is_killed_comes_back_and_the_page_never_notices(embedded: Greenhouse) -> None:
    server = embedded.serve()
    tasks = children_of(server.pid)["runtasks"]
    os.kill(tasks, signal.SIGKILL)
    assert embedded.get("/health")[0] == 200
    deadline = time.monotonic() + START_SECONDS
    while children_of(server.pid).get("runtasks") in (None, tasks):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_the_embedded_shape_ends_promptly_and_leaves_nobody_behind(embedded: Greenhouse) -> None:
    server = embedded.serve()
    children = children_of(server.pid)
    assert set(children) == {"runweb", "runtasks"}
    with connect(embedded.socket_url) as socket:
        read(socket)
        server.send_signal(signal.SIGINT)
        assert server.wait(8) == 0
    assert not any(os.path.exists(f"/proc/{pid}") for pid in children.values())
    assert "Traceback" not in embedded.log


def test_a_host_of_two_colons_is_open_to_both_families(embedded: Greenhouse) -> None:
    if not has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    embedded.settings["HOST"] = "::"
    embedded.serve()
    for host in ("127.0.0.1", "[::1]"):
        with urllib.request.urlopen(f"http://{host}:{embedded.port}/health", timeout=10) as answer:
            assert answer.status == 200


def test_a_port_that_is_taken_is_said_in_plain_words(embedded: Greenhouse) -> None:
    with socket.create_server(("127.0.0.1", embedded.port)):
        assert embedded.start(sys.executable, "manage.py", "serve").wait(START_SECONDS) != 0
    assert f"Port {embedded.port} on 127.0.0.1 is taken" in embedded.log
    assert "Traceback" not in embedded.log


def test_a_garden_that_is_open_already_says_where(embedded: Greenhouse) -> None:
    embedded.serve()
    assert embedded.start(sys.executable, "manage.py", "serve").wait(START_SECONDS) != 0
    assert f"This garden is open already: http://127.0.0.1:{embedded.port}/" in embedded.log
    assert "Traceback" not in embedded.log


@pytest.mark.parametrize(
    "server",
    [
        ("manage.py", "runweb"),
        ("manage.py", "runserver", "--noreload"),
        ("-m", "daphne", "greenhouse.asgi:application"),
        ("-m", "uvicorn", "greenhouse.asgi:application"),
    ],
    ids=lambda command: command[1],
)
def test_every_supported_server_serves_pages_the_garden_and_sockets(
    embedded: Greenhouse, server: tuple[str, ...]
) -> None:
    address = {
        "daphne": ("-b", "127.0.0.1", "-p", str(embedded.port)),
        "uvicorn": ("--host", "127.0.0.1", "--port", str(embedded.port)),
        "runserver": (f"127.0.0.1:{embedded.port}",),
    }
    embedded.serve(*server, *address.get(server[1], ()))
    assert embedded.get("/")[0] == 200
    assert embedded.get("/api/v1/garden/")[0] == 200
    with connect(embedded.socket_url) as socket:
        assert read(socket)["event_type"] == "hello"
        embedded.publish().wait(START_SECONDS)
        assert read(socket)["data"] == {"component": "0"}
    # Daphne drops the connection where uvicorn says 1007, and lets us say 4007 where we would say 1007.
    for malformed, codes in ((b"\xff\xfe", (1007, 1006)), ("no JSON", (1007, 4007))):
        with connect(embedded.socket_url) as socket:
            read(socket)
            socket.send(malformed, text=True)
            with pytest.raises(ConnectionClosed):
                read(socket)
            assert socket.protocol.close_code in codes
    assert "Traceback" not in embedded.log
