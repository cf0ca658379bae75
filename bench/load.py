"""A load client that costs little: it reads one answer with care, and counts the bytes of the rest."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CONNECTIONS = 32
PROPORTIONAL = re.compile(r"^Pss: +(\d+) kB$", re.MULTILINE)
PUBLISHED_AT = re.compile(rb'"component":"(\d+\.\d+) ')


def seconds_used(*processes: int) -> float:
    """Processor time that processes have used so far."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in processes]
    return sum(int(field[11]) + int(field[12]) for field in fields) / os.sysconf("SC_CLK_TCK")


def megabytes_of(*processes: int) -> float:
    """Resident memory of processes, what they share counted for each."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in processes)
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def megabytes_shared_out(*processes: int) -> float:
    """The same with each page divided among the processes that have it: the sum counts every page once."""
    rollups = (Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in processes)
    return sum(int(found[1]) for rollup in rollups if (found := PROPORTIONAL.search(rollup))) / 1024


@dataclass(slots=True)
class Load:
    """What came back while many connections asked again and again."""

    answers: int = 0
    waits: list[float] = field(default_factory=list)  # seconds of each answer
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


class Asker(asyncio.Protocol):
    """One kept-alive connection that asks again as soon as it has been answered."""

    def __init__(self, request: bytes, answer_size: int, load: Load) -> None:
        self._request = request
        self._answer_size = answer_size
        self._load = load
        self._received = 0
        self._asked_at = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._ask()

    def _ask(self) -> None:
        if self._transport is not None:
            self._asked_at = time.perf_counter()
            self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if self._received >= self._answer_size:
            self._received -= self._answer_size
            self._load.answers += 1
            self._load.waits.append(time.perf_counter() - self._asked_at)
            self._ask()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def get(port: int, path: str, *, gzipped: bool = False, etag: str = "") -> bytes:
    """A request, as the bytes on the wire; with an `etag` it asks only for what is newer."""
    encoding = "Accept-Encoding: gzip\r\n" if gzipped else ""
    known = f"If-None-Match: {etag}\r\n" if etag else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{encoding}{known}\r\n".encode()


async def answer_to(port: int, request: bytes, status: int = 200) -> tuple[int, bytes]:
    """The size of one whole answer and its head. Raises `RuntimeError` for another status or an unknown length."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    if not head.startswith(f"HTTP/1.1 {status}".encode()) or (status == 200 and not length):
        raise RuntimeError(head.decode("latin-1"))
    body = await reader.readexactly(int(length[1])) if length and status == 200 else b""
    writer.close()
    return len(head) + len(body), head


async def ask_again_and_again(port: int, request: bytes, seconds: float, status: int = 200) -> Load:
    """Ask over 32 connections at once, each again as soon as it is answered."""
    size, _ = await answer_to(port, request, status)
    load, loop = Load(), asyncio.get_running_loop()
    askers = [
        (await loop.create_connection(lambda: Asker(request, size, load), "127.0.0.1", port))[1]
        for _ in range(CONNECTIONS)
    ]
    await asyncio.sleep(0.3)  # every connection is busy by now
    load.answers, began = 0, time.perf_counter()
    load.waits.clear()
    await asyncio.sleep(seconds)
    load.seconds = time.perf_counter() - began
    measured = Load(load.answers, load.waits.copy(), load.seconds)
    for asker in askers:
        asker.close()
    return measured


async def requests_per_second(port: int, path: str, seconds: float, *, gzipped: bool = False) -> float:
    """How often `path` is answered, asked over 32 connections at once."""
    return (await ask_again_and_again(port, get(port, path, gzipped=gzipped), seconds)).rate


async def seconds_to_answer(port: int, path: str) -> float:
    """How long one client waits that connects, asks and reads to the end. Raises `RuntimeError` unless it is a 200."""
    began = time.perf_counter()
    await answer_to(port, get(port, path, gzipped=True))
    return time.perf_counter() - began


async def burst(port: int, paths: Sequence[str], clients: int) -> list[float]:
    """Seconds that each of so many clients waits who come at once and ask for the pages in turn."""
    asked = (seconds_to_answer(port, paths[number % len(paths)]) for number in range(clients))
    return list(await asyncio.gather(*asked))


@dataclass(slots=True)
class Heard:
    """What all sockets heard."""

    messages: int = 0
    delays: list[float] = field(default_factory=list)  # seconds from publishing
    first: float = 0.0
    last: float = 0.0


class Listener(asyncio.Protocol):
    """One socket that notes how old the events are that it hears."""

    def __init__(self, port: int, heard: Heard, opened: asyncio.Future[None]) -> None:
        self._port = port
        self._heard = heard
        self._opened = opened
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        key = base64.b64encode(b"greenhouse bench").decode()
        transport.write(  # type: ignore[attr-defined]
            f"GET /ws/garden HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        if b'"hello"' in data and not self._opened.done():
            self._opened.set_result(None)
        now = time.time()
        # An event that two reads tear apart is counted with neither; loopback tears few.
        for at in PUBLISHED_AT.findall(data):
            self._heard.messages += 1
            self._heard.delays.append(now - float(at))
            self._heard.first = self._heard.first or now
            self._heard.last = now

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()


async def open_sockets(port: int, count: int) -> tuple[list[Listener], Heard]:
    """That many open sockets, every one greeted."""
    loop, heard = asyncio.get_running_loop(), Heard()
    listeners, greetings = [], []
    for _ in range(count):
        greeted: asyncio.Future[None] = loop.create_future()
        _, listener = await loop.create_connection(lambda g=greeted: Listener(port, heard, g), "127.0.0.1", port)  # type: ignore[misc]
        listeners.append(listener)
        greetings.append(greeted)
    await asyncio.wait_for(asyncio.gather(*greetings), 60)
    return listeners, heard
