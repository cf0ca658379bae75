"""What was freed goes back to the system."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest
import uvicorn

from greenhouse.run import allocator
from greenhouse.tests.edges import nothing_cached
from greenhouse.web import connections, server

# Forty megabytes in small blocks, freed but for one in a hundred, as what lives long lies among what does not.
SCATTERED = """
import os
from pathlib import Path
from greenhouse.run import allocator

def megabytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024**2

allocator.keep_little()
blocks = [bytes(4000) for _ in range(10_000)]
kept = blocks[::100]
full = megabytes()
del blocks
freed = megabytes()
allocator.give_back()
print(round(full - freed), round(freed - megabytes()))
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="another libc than glibc is left as it is")
def test_pages_between_what_lives_on_are_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", SCATTERED], check=True, capture_output=True, text=True)
    by_itself, given_back = map(int, done.stdout.split())
    assert by_itself < 5
    assert given_back > 25


async def test_the_server_gives_back_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    given_back: list[bool] = []
    monkeypatch.setattr(allocator, "give_back", lambda: given_back.append(True))
    config = uvicorn.Config("greenhouse.asgi:application")
    one = server.Server(config, connections.Limits(connections=1, connections_per_address=1), nothing_cached)
    config.encoded_headers = []
    for tick in range(600):
        await one.on_tick(tick)
    assert len(given_back) == 1
    await one.on_tick(600)
    assert len(given_back) == 2
