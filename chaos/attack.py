"""What the cases share: an outcome, the attacker's connections, and a visitor who only wants to look."""

from __future__ import annotations

import base64
import http.client
import os
import random
import socket
import statistics
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bench.report import say
from tests.running import children_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.running import Greenhouse

VISITOR = "127.0.0.1"
ATTACKER = "127.0.0.2"
GARDEN = "/api/v1/garden/"
MEGABYTE = 1024 * 1024
PATIENCE = 10.0  # seconds that a visitor waits
VISITOR_PAUSE = 0.02
VISITOR_LOOKS = 20  # at least


class NotHere(Exception):
    """This machine lacks what a case needs; the text says what."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A line of the table: what went in, what came out, what was measured, and whether that is as it must be."""

    sent: str
    answered: str
    figure: str
    held: bool


@dataclass(slots=True)
class Watch:
    """What a visitor saw during an attack, and what the web process weighed."""

    seconds: list[float] = field(default_factory=list)  # of each look at the garden; PATIENCE where none came
    megabytes: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.seconds, n=20)[-1]

    @property
    def grown(self) -> float:
        """By how many megabytes the web process was larger at its largest than at the start."""
        return max(self.megabytes) - self.megabytes[0]

    @property
    def unanswered(self) -> int:
        return self.seconds.count(PATIENCE)

    @property
    def calm(self) -> bool:
        return self.p95 < 1 and not self.unanswered

    def __str__(self) -> str:
        waits = f", {self.unanswered} without an answer" if self.unanswered else ""
        return f"visitor p95 {self.p95 * 1000:.0f} ms{waits}, memory {self.grown:+.0f} MB"


def chance_of(case: str) -> tuple[int, random.Random]:
    """The seed of this run, which is said, and what it leads to. `CHAOS_SEED` repeats one."""
    seed = int(os.environ.get("CHAOS_SEED") or time.time())
    say(f"{case}: CHAOS_SEED={seed}")
    return seed, random.Random(seed)


def web_process(garden: Greenhouse) -> int:
    """The number of the web process."""
    return children_of(garden.processes[0].pid)["runweb"]


def open_connections(garden: Greenhouse) -> int:
    """How many connections of the attacker's the web process holds."""
    attacker = "".join(f"{byte:02X}" for byte in reversed(socket.inet_aton(ATTACKER)))
    port = f"{garden.port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    # A connection that no process holds any more has the inode 0; one may be listed twice while others come and go.
    return len(
        {row[2] for row in rows if row[1].endswith(f":{port}") and row[2].startswith(attacker) and row[9] != "0"}
    )


def wait_until(holds: Callable[[], bool], seconds: float) -> float | None:
    """Seconds until `holds`, or `None` if it does not in time."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            return None
        time.sleep(0.1)
    return time.monotonic() - began


def connect(garden: Greenhouse, source: str = ATTACKER, *, timeout: float = PATIENCE) -> socket.socket:
    """A connection of the attacker's."""
    return socket.create_connection(("127.0.0.1", garden.port), timeout, source_address=(source, 0))


def ask(
    garden: Greenhouse,
    method: str,
    path: str,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    source: str = ATTACKER,
    *,
    timeout: float = PATIENCE,
) -> int:
    """One request; returns its status, 0 where none came."""
    connection = http.client.HTTPConnection("127.0.0.1", garden.port, timeout, source_address=(source, 0))
    try:
        connection.request(method, path, body or None, headers or {})
        with connection.getresponse() as response:
            response.read()
            return response.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def upgrade(garden: Greenhouse, *headers: str, source: str = ATTACKER) -> tuple[socket.socket, bytes]:
    """A socket of `/ws/garden` and the beginning of the answer."""
    client = connect(garden, source)
    lines = (
        "GET /ws/garden HTTP/1.1",
        f"Host: 127.0.0.1:{garden.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        *headers,
    )
    client.sendall("\r\n".join((*lines, "", "")).encode())
    answer = b""
    while b"\r\n\r\n" not in answer and (data := client.recv(4096)):
        answer += data
    return client, answer


def frame(opcode: int, payload: bytes = b"") -> bytes:
    """A masked frame, its mask being zero."""
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 65536:
        length = bytes([0xFE]) + size.to_bytes(2)
    else:
        length = bytes([0xFF]) + size.to_bytes(8)
    return bytes([0x80 | opcode]) + length + bytes(4) + payload


def close_code(client: socket.socket) -> int:
    """The code that the server closes a socket with; 0 where it says none. Reads all that comes before."""
    received = b""
    with suppress(OSError):
        while data := client.recv(65536):
            received += data
    while len(received) >= 2:
        opcode, size, begins = received[0] & 0x0F, received[1] & 0x7F, 2
        if size == 126:
            size, begins = int.from_bytes(received[2:4]), 4
        elif size == 127:
            size, begins = int.from_bytes(received[2:10]), 10
        if opcode == 8:
            return int.from_bytes(received[begins : begins + 2])
        received = received[begins + size :]
    return 0


@contextmanager
def watched(garden: Greenhouse) -> Iterator[Watch]:
    """While the block runs, a visitor looks at the garden again and again, each time on a new connection."""
    watch, over, status = Watch(), threading.Event(), Path(f"/proc/{web_process(garden)}/statm")

    def look() -> None:
        while not over.is_set() or len(watch.seconds) < VISITOR_LOOKS:
            began = time.monotonic()
            answered = ask(garden, "GET", GARDEN, source=VISITOR) == 200
            watch.seconds.append(time.monotonic() - began if answered else PATIENCE)
            pages = int(status.read_text().split()[1])
            watch.megabytes.append(pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE)
            over.wait(VISITOR_PAUSE)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield watch
    finally:
        over.set()
        looking.join()
