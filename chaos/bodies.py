"""Attacks by bodies that are larger than is taken."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from chaos.attack import MEGABYTE, Outcome, connect, watched

if TYPE_CHECKING:
    from tests.running import Greenhouse

TIMES = 20
SIZES = (26, 60)  # megabytes
ENDLESS = 300


def _head(megabytes: int) -> bytes:
    length = megabytes * MEGABYTE
    return b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % length


def sent_first(garden: Greenhouse) -> Outcome:
    """Clients that send all of a large body before they read the answer."""
    answered = dict.fromkeys(SIZES, 0)
    block = bytes(MEGABYTE)
    with watched(garden) as watch:
        for megabytes in SIZES:
            for _ in range(TIMES):
                with connect(garden, timeout=60) as client, suppress(OSError):
                    client.sendall(_head(megabytes))
                    for _ in range(megabytes):
                        client.sendall(block)
                    answered[megabytes] += client.recv(100).startswith(b"HTTP/1.1 413")
    return Outcome(
        " and ".join(f"{TIMES} × {megabytes} MB" for megabytes in SIZES),
        " and ".join(f"{times} × 413" for times in answered.values()),
        str(watch),
        all(times == TIMES for times in answered.values()) and watch.calm and watch.grown < 20,
    )


def without_end(garden: Greenhouse) -> Outcome:
    """A client that sends 300 MB and reads while it sends."""
    sent, answer = 0, b""
    with watched(garden) as watch, connect(garden, timeout=60) as client:
        client.sendall(_head(ENDLESS))
        with suppress(OSError):
            answer = client.recv(100)
            while sent < ENDLESS:
                client.sendall(bytes(MEGABYTE))
                sent += 1
    status = answer[9:12].decode() or "nothing"
    return Outcome(
        f"{ENDLESS} MB, {sent} of them until the end",
        f"answered {status}",
        str(watch),
        status == "413" and sent < 100 and watch.calm and watch.grown < 20,
    )
