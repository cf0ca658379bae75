"""A greenhouse to be measured, and how a benchmark talks to it: over HTTP as a browser does, and inside of it."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.running import ROOT, greenhouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.running import Greenhouse

GARDEN: Final = "/api/v1/garden/"


@contextmanager
def site(**settings: str) -> Iterator[Greenhouse]:
    """A greenhouse of its own, its tables made.

    On SQLite, or on the database that `BENCH_DATABASE_URL` names, which has to be empty.
    """
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary) / "data"
        if url := os.environ.get("BENCH_DATABASE_URL"):
            settings = {"DATABASE_URL": url, **settings}
            directory.mkdir()
            _migrate(directory, **settings)
        else:
            shutil.copytree(_empty().name, directory)
        with greenhouse(directory, **settings) as garden:
            yield garden


@cache
def _empty() -> tempfile.TemporaryDirectory[str]:
    """A data directory with the tables and nothing in them, made once; it goes with the process."""
    directory = tempfile.TemporaryDirectory()
    _migrate(Path(directory.name))
    return directory


def _migrate(directory: Path, **settings: str) -> None:
    with greenhouse(directory, **settings) as garden:
        garden.manage("migrate", "--verbosity", "0")


def vendor() -> str:
    """The database that `site` uses, as it calls itself."""
    return "PostgreSQL" if os.environ.get("BENCH_DATABASE_URL") else "SQLite"


def inside(garden: Greenhouse, command: str, count: int = 0) -> dict[str, Any]:
    """Do something inside the greenhouse and read what came of it."""
    answer: dict[str, Any] = json.loads(garden.run(sys.executable, "-m", "bench.garden", command, str(count)).stdout)
    return answer


def run_inside(garden: Greenhouse, code: str) -> dict[str, Any]:
    """Run Python inside of the greenhouse, however long it takes, and read what it printed last."""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=ROOT,
        env=garden.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    printed: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return printed


def fetch(garden: Greenhouse, path: str) -> tuple[int, bytes]:
    """Bytes over the wire, and the body as a browser has it."""
    request = urllib.request.Request(f"http://127.0.0.1:{garden.port}{path}", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own server
        body = answer.read()
        return len(body), gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body
