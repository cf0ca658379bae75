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
PUBLISHED_AT = re.compile(rb'"component":"(\d+\.\d+) ')


def seconds_used(*processes: int) -> float:
    """Processor time that processes have used so far."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in processes]
    return sum(int(field[11]) + int(field[12]) for field in fields) / os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Tally:
    """Answers counted so far."""

    answers: int = 0


class Asker(asyncio.Protocol):
    """One kept-alive connection that asks again as soon as it has been answered."""

    def __init__(self, request: bytes, answer_size: int, tally: Tally) -> None:
        self._request = request
        self._answer_size = answer_size
        self._tally = tally
        self._received = 0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._ask()

    def _ask(self) -> None:
        if self._transport is not None:
            self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if self._received >= self._answer_size:
            self._received -= self._answer_size
            self._tally.answers += 1
            self._ask()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def size_of_answer(port: int, request: bytes) -> int:
    """The bytes of one whole answer. Raises `RuntimeError` when it is not a 200 of a known length."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    if not head.startswith(b"HTTP/1.1 200") or not length:
        raise RuntimeError(head.decode("latin-1"))
    await reader.readexactly(int(length[1]))
    writer.close()
    return len(head) + int(length[1])


async def requests_per_second(port: int, path: str, seconds: float, *, gzipped: bool = False) -> float:
    """How often `path` is answered, asked over 32 connections at once."""
    encoding = "Accept-Encoding: gzip\r\n" if gzipped else ""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{encoding}\r\n".encode()
    size, tally, loop = await size_of_answer(port, request), Tally(), asyncio.get_running_loop()
    askers = [
        (await loop.create_connection(lambda: Asker(request, size, tally), "127.0.0.1", port))[1]
        for _ in range(CONNECTIONS)
    ]
    await asyncio.sleep(0.3)  # every connection is busy by now
    before, began = tally.answers, time.perf_counter()
    await asyncio.sleep(seconds)
    rate = (tally.answers - before) / (time.perf_counter() - began)
    for asker in askers:
        asker.close()
    return rate


async def seconds_to_answer(port: int, path: str) -> float:
    """How long one client waits that connects, asks and reads to the end. Raises `RuntimeError` unless it is a 200."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    began = time.perf_counter()
    await size_of_answer(port, request)
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
