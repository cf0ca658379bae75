"""How a benchmark talks to a greenhouse: over HTTP as a browser does, and inside of it."""

from __future__ import annotations

import gzip
import json
import sys
import urllib.request
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.running import Greenhouse

GARDEN = "/api/v1/garden/"


def inside(garden: Greenhouse, command: str, count: int = 0) -> dict[str, Any]:
    """Do something inside the greenhouse and read what came of it."""
    answer: dict[str, Any] = json.loads(garden.run(sys.executable, "-m", "bench.garden", command, str(count)).stdout)
    return answer


def fetch(garden: Greenhouse, path: str) -> tuple[int, bytes]:
    """Bytes over the wire, and the body as a browser has it."""
    request = urllib.request.Request(f"http://127.0.0.1:{garden.port}{path}", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own server
        body = answer.read()
        return len(body), gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body
