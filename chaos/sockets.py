"""Attacks by WebSocket."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from websockets.sync.client import connect as listen

from chaos.attack import Outcome, close_code, frame, open_connections, upgrade, wait_until, watched

if TYPE_CHECKING:
    from tests.running import Greenhouse

TEXT, BINARY, PING = 1, 2, 9
FLOOD_SOCKETS = 20
FLOOD_PINGS = 40_000  # at once: what the server reads at once
FLOOD_SECONDS = 8.0
MANY = 500
STALLED = 50
EVENTS = 400


def ping_flood(garden: Greenhouse) -> Outcome:
    """Twenty sockets of one address send empty pings as fast as they go."""
    burst = frame(PING) * FLOOD_PINGS
    codes: Counter[int] = Counter()
    sent = [0] * FLOOD_SOCKETS
    clients = [upgrade(garden)[0] for _ in range(FLOOD_SOCKETS)]

    def flood(number: int) -> None:
        with clients[number] as client:
            reading = threading.Thread(target=lambda: codes.update([close_code(client)]))
            reading.start()
            ends = time.monotonic() + FLOOD_SECONDS
            with suppress(OSError):
                while time.monotonic() < ends and reading.is_alive():
                    client.sendall(burst)
                    sent[number] += FLOOD_PINGS
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
            reading.join()

    with watched(garden) as watch:
        flooding = [threading.Thread(target=flood, args=(number,)) for number in range(FLOOD_SOCKETS)]
        for thread in flooding:
            thread.start()
        for thread in flooding:
            thread.join()
        time.sleep(1)  # what is queued shows in the visitor's answers
    return Outcome(
        f"{sum(sent):,} pings on {FLOOD_SOCKETS} sockets",
        f"{codes[1008]} closed with 1008",
        str(watch),
        codes[1008] == FLOOD_SOCKETS and watch.calm,
    )


def message_flood(garden: Greenhouse) -> Outcome:
    """A thousand messages as fast as they go."""
    client, _ = upgrade(garden)
    with watched(garden) as watch, client:
        with suppress(OSError):
            client.sendall(frame(TEXT, b'{"type": "ping"}') * 1000)
        code = close_code(client)
    return Outcome("1,000 messages", f"closed with {code}", str(watch), code == 1008 and watch.calm)


def large_frame(garden: Greenhouse) -> Outcome:
    """One frame of 2 MB."""
    client, _ = upgrade(garden)
    with watched(garden) as watch, client:
        with suppress(OSError):
            client.sendall(frame(TEXT, b"x" * 2_000_000))
        code = close_code(client)
    return Outcome("a frame of 2 MB", f"closed with {code}", str(watch), code == 1009 and watch.grown < 10)


def malformed_messages(garden: Greenhouse) -> Outcome:
    """What is no JSON, no UTF-8, no text, or nested without end."""
    codes = []
    for message in (
        frame(TEXT, b"no JSON"),
        frame(TEXT, b"\xff\xfe"),
        frame(BINARY, b"\x00"),
        frame(TEXT, b"[" * 1000),
        frame(TEXT, b"[" * 4000),
        frame(0, b"goes on with nothing"),
    ):
        client, _ = upgrade(garden)
        with client:
            client.sendall(message)
            codes.append(close_code(client))
    expected = [1007, 1007, 1008, 1007, 1009, 1002]
    return Outcome(f"{len(codes)} messages", f"closed with {', '.join(map(str, codes))}", "–", codes == expected)


def foreign_origin(garden: Greenhouse) -> Outcome:
    """Pages of other sites open sockets."""
    origins = ("https://example.org", "null", f"http://127.0.0.1.example.org:{garden.port}", "file://")
    refused = 0
    for origin in origins:
        client, answer = upgrade(garden, f"Origin: {origin}")
        client.close()
        refused += answer.startswith(b"HTTP/1.1 403")
    return Outcome(f"{len(origins)} foreign origins", f"{refused} × 403", "–", refused == len(origins))


def many_sockets(garden: Greenhouse) -> Outcome:
    """Five hundred sockets of one address."""
    clients = []
    with watched(garden) as watch:
        for _ in range(MANY):
            with suppress(OSError):
                clients.append(upgrade(garden)[0])
        wait_until(lambda: open_connections(garden) <= 100, 20)
        still_open = open_connections(garden)
        for client in clients:
            client.close()
    return Outcome(
        f"{MANY} sockets of one address", f"{still_open} stay open", str(watch), still_open <= 100 and watch.calm
    )


def stalled_sockets(garden: Greenhouse) -> Outcome:
    """Sockets that never read, while there is much to tell; one that reads hears all of it."""
    stalled = [upgrade(garden)[0] for _ in range(STALLED)]
    with watched(garden) as watch, listen(garden.socket_url) as listener:
        listener.recv(10)
        publishing = garden.publish(EVENTS)
        heard = 0
        with suppress(TimeoutError):
            while heard < EVENTS:
                listener.recv(30)
                heard += 1
        publishing.wait(60)
        # They answer no ping of the server's either, which it sends every 20 s and waits for as long.
        seconds = wait_until(lambda: open_connections(garden) == 0, 90)
    for client in stalled:
        client.close()
    return Outcome(
        f"{EVENTS} events to {STALLED} stalled sockets",
        f"{heard} heard by one that reads",
        f"dropped after {seconds:.0f} s, {watch}" if seconds else f"not dropped, {watch}",
        heard == EVENTS and seconds is not None and watch.calm,
    )
