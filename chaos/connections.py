"""Attacks by connections that say little, or never come to an end."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from chaos.attack import GARDEN, MEGABYTE, PATIENCE, Outcome, connect, open_connections, wait_until, watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.running import Greenhouse

SILENT = 1100
SLOW = 200
STALLED = 200
HEADERS_MEGABYTES = 60
LOG_LINES = 10
HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = b"POST /api/v1/garden/plant-seed/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


def silent(garden: Greenhouse) -> Outcome:
    """More connections that say nothing than the usual limit of 1,024 descriptors allows."""
    clients = []
    with watched(garden) as watch:
        for _ in range(SILENT):
            with suppress(OSError):
                clients.append(connect(garden))
        time.sleep(1)
        most = open_connections(garden)
        seconds = wait_until(lambda: open_connections(garden) == 0, 40)
    for client in clients:
        client.close()
    lines = garden.log.count("connections.refused")
    return Outcome(
        f"{len(clients)} silent connections",
        f"{most} got in; {lines} lines of log",
        f"closed after {seconds:.0f} s, {watch}" if seconds else f"never closed, {watch}",
        seconds is not None and 0 < lines < LOG_LINES and watch.calm,
    )


def endless_headers(garden: Greenhouse) -> Outcome:
    """One request whose headers never end."""
    sent, block = 0, b"X: y\r\n" * (MEGABYTE // 6)
    with watched(garden) as watch, connect(garden) as client:
        client.sendall(HEAD)
        with suppress(OSError):
            while sent < HEADERS_MEGABYTES:
                client.sendall(block)
                sent += 1
        answer = b""
        client.settimeout(2)
        with suppress(OSError):
            answer = client.recv(100)
        time.sleep(0.5)
    status = answer[9:12].decode() or "nothing"
    return Outcome(
        f"{sent} MB of headers", f"answered {status}", str(watch), status == "431" and watch.grown < 10 and watch.calm
    )


def _drip(garden: Greenhouse, begin: bytes, drop: Callable[[int], bytes], seconds: float) -> tuple[str, bool, int]:
    """Many connections of which each sends `begin` at once and `drop(n)` every second.

    Returns the figure, whether it is as it must be, and the connections that were opened.
    """
    with watched(garden) as watch:
        clients = [connect(garden) for _ in range(SLOW)]
        for client in clients:
            client.sendall(begin)
        wait_until(lambda: open_connections(garden) == SLOW, PATIENCE)
        began = time.monotonic()
        while open_connections(garden) and time.monotonic() - began < seconds:
            for client in clients:
                with suppress(OSError):
                    client.sendall(drop(int(time.monotonic() - began)))
            time.sleep(1)
        took = time.monotonic() - began
        still_open = open_connections(garden)
    for client in clients:
        client.close()
    figure = f"closed after {took:.0f} s, {watch}" if not still_open else f"{still_open} open, {watch}"
    return figure, not still_open and watch.calm, len(clients)


def slow_headers(garden: Greenhouse) -> Outcome:
    """Headers of which one comes every second."""
    figure, held, opened = _drip(garden, HEAD, lambda number: b"X-%d: y\r\n" % number, 40)
    return Outcome(f"{opened} slow headers", "–", figure, held)


def slow_bodies(garden: Greenhouse) -> Outcome:
    """Bodies of which a byte comes every second."""
    figure, held, opened = _drip(garden, POST + b"Content-Length: 10000\r\n\r\n", lambda _: b" ", 60)
    return Outcome(f"{opened} slow bodies", "–", figure, held)


def stalled_readers(garden: Greenhouse) -> Outcome:
    """Clients that ask for the garden a thousand times and read nothing."""
    request = b"GET " + GARDEN.encode() + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    clients = []
    with watched(garden) as watch:
        for _ in range(STALLED):
            client = connect(garden)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.setblocking(False)
            with suppress(BlockingIOError):
                client.send(request * 1000)
            clients.append(client)
        wait_until(lambda: open_connections(garden) == len(clients), PATIENCE)
        seconds = wait_until(lambda: open_connections(garden) == 0, 60)
    for client in clients:
        client.close()
    return Outcome(
        f"{len(clients)} × 1,000 requests, nothing read",
        "–",
        f"closed after {seconds:.0f} s, {watch}" if seconds else f"never closed, {watch}",
        seconds is not None and watch.calm,
    )
