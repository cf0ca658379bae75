"""Real processes, for tests and the benchmark: a greenhouse with a data directory and a port of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 180.0  # on a busy machine
COMMAND_SECONDS = 900.0  # the same; a setup runs every migration
ELSEWHERE = ("DATABASE_URL", "DATABASE_URL_FILE", "REDIS_URL", "REDIS_URL_FILE")
PUBLISH = """
import sys, time, django
django.setup()
from django.db import transaction
from django.utils import timezone
from garden import events
from garden.event_types import StateRefreshed
first, count, pause = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
for number in range(first, first + count):
    with transaction.atomic():
        now = timezone.now()
        events.publish(StateRefreshed(component=str(number)), source="test", now=now)
        time.sleep(pause)
"""


def free_port() -> int:
    """A port of this machine that nobody listens on, and for a minute nobody is given.

    A connection that its listening side ended first leaves the port waiting: the system hands it to no other who asks
    for any port, or who connects, and lets whoever listens with `SO_REUSEADDR`, as servers do, have it.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        with socket.create_connection(listening.getsockname()) as client:
            listening.accept()[0].close()
            client.recv(1)
        port: int = listening.getsockname()[1]
        return port


@dataclass(slots=True)
class Greenhouse:
    """Settings of one installation, and the processes that were started for it."""

    directory: Path
    settings: dict[str, str]
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What its processes see: our own environment without what would lead them elsewhere."""
        inherited = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
        own = {
            "DJANGO_SETTINGS_MODULE": "greenhouse.settings",
            "GREENHOUSE_DATA_DIR": str(self.directory),
            "GREENHOUSE_ENV_FILE": "",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }
        return {**inherited, **own, **self.settings}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end. Raises `CalledProcessError` with what it said."""
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True, timeout=COMMAND_SECONDS
        )

    def manage(self, *arguments: str) -> str:
        """Run a management command; returns what it printed."""
        return self.run(sys.executable, "manage.py", *arguments).stdout

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a process that goes on; its output is added to `log`."""
        with self.log_path.open("ab") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        self.processes.append(process)
        return process

    def serve(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a server (`manage.py serve` unless told otherwise) and wait until it answers."""
        process = self.start(sys.executable, *(command or ("manage.py", "serve")))
        self.wait_until_open(process)
        return process

    def wait_until_open(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for `/health`. Raises `AssertionError` with the log when the process ends or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(OSError):
                self.get("/health")
                return
            time.sleep(0.05)
        raise AssertionError(f"the server did not open:\n{self.log}")

    def get(self, path: str) -> tuple[int, Any]:
        """Status and body of a request; JSON is read. Raises `OSError` when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                status, content, kind = answer.status, answer.read(), answer.headers.get_content_type()
        except urllib.error.HTTPError as error:
            with error:
                status, content, kind = error.code, error.read(), error.headers.get_content_type()
        return status, json.loads(content) if kind == "application/json" else content

    def publish(self, count: int = 1, *, first: int = 0, pause: float = 0.0) -> subprocess.Popen[bytes]:
        """Publish numbered events from a process of its own, holding each transaction open for `pause` seconds."""
        return self.start(sys.executable, "-c", PUBLISH, str(first), str(count), str(pause))

    @property
    def socket_url(self) -> str:
        """Where the live events are."""
        return f"ws://127.0.0.1:{self.port}/ws/garden"

    @property
    def log_path(self) -> Path:
        """The file that the processes write to."""
        return self.directory / "processes.log"

    @property
    def log(self) -> str:
        """What the processes wrote so far."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def stop(self) -> None:
        """End every process that was started, the last one first."""
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        self.processes.clear()


@contextmanager
def greenhouse(directory: Path, **settings: str) -> Iterator[Greenhouse]:
    """An installation on a database that is migrated already; whatever was started for it ends with the block."""
    installation = Greenhouse(directory, settings)
    try:
        yield installation
    finally:
        installation.stop()


def children_of(pid: int) -> dict[str, int]:
    """The processes that a supervisor keeps, by the name of their management command."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):  # it ended meanwhile
            if int(path.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                _python, _script, command, *_ = (path.parent / "cmdline").read_bytes().split(b"\0")
                found[command.decode()] = int(path.parent.name)
    return found
