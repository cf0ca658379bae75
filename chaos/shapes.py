"""The processes of both shapes, to be killed and had back: by the supervisor, or by hand as a container would."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from chaos.attack import wait_until
from tests.running import START_SECONDS, children_of
from tests.servers import PostgresServer, RedisServer

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Sequence

    from tests.running import Greenhouse

# What a shell starts a server with, where nobody said otherwise.
SERVE: Final = ("sh", "-c", 'ulimit -S -n 1024; exec "$0" manage.py serve', sys.executable)
LOOK_SECONDS: Final = 2.0


class Shape(Protocol):
    """Processes that stand."""

    @property
    def roles(self) -> Sequence[str]:
        """What they are called."""

    def kill(self, role: str) -> None:
        """`kill -9` of one of them, and wait until it stands again."""


class Embedded:
    """`manage.py serve`: a supervisor and the two that it keeps."""

    roles = ("supervisor", "web", "tasks")
    commands: Final = {"web": "runweb", "tasks": "runtasks"}

    def __init__(self, garden: Greenhouse) -> None:
        self._garden = garden

    def kill(self, role: str) -> None:
        supervisor = self._garden.processes[-1]
        children = self._children(supervisor)
        if role == "supervisor":
            supervisor.kill()
            supervisor.wait()
            # They end themselves, since nobody would keep them.
            if wait_until(lambda: not any(map(is_there, children.values())), START_SECONDS) is None:
                raise AssertionError(f"{children} outlived their supervisor")
            supervisor = self._garden.start(*SERVE)
        else:
            os.kill(children[self.commands[role]], signal.SIGKILL)
            wait_until(lambda: self._standing(supervisor, children), START_SECONDS)
        self._garden.wait_until_open(supervisor)

    def _children(self, supervisor: subprocess.Popen[bytes]) -> dict[str, int]:
        """Both, once they are there: one that was killed may be waited with for a while."""
        wait_until(lambda: children_of(supervisor.pid).keys() == set(self.commands.values()), START_SECONDS)
        return children_of(supervisor.pid)

    def _standing(self, supervisor: subprocess.Popen[bytes], before: dict[str, int]) -> bool:
        now = children_of(supervisor.pid)
        return now.keys() == before.keys() and now != before


class Production:
    """A web process, a worker and beat, on servers of their own."""

    roles = ("web", "worker", "beat")

    def __init__(self, garden: Greenhouse, postgres: PostgresServer, redis: RedisServer) -> None:
        self.postgres, self.redis = postgres, redis
        self._garden = garden
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.ended: Counter[str] = Counter()  # by themselves, while they were kept alive

    def start(self, role: str) -> subprocess.Popen[bytes]:
        """Start one; the web process is waited for."""
        if role == "web":
            process = self._garden.serve("manage.py", "runweb")
        else:
            more = ("--concurrency", "1") if role == "worker" else ()
            command = ("-m", "celery", "--app", "greenhouse", role, *more, "--loglevel", "warning")
            process = self._garden.start(sys.executable, *command)
        self._processes[role] = process
        return process

    @contextmanager
    def kept_alive(self) -> Iterator[None]:
        """Whoever ends by itself is started again, as by systemd and compose: Celery's worker may, without Redis."""
        over = threading.Event()

        def keep() -> None:
            while not over.wait(LOOK_SECONDS):
                for role, process in list(self._processes.items()):
                    if process.poll() is not None:
                        self.ended[role] += 1
                        self.start(role)

        keeping = threading.Thread(target=keep)
        keeping.start()
        try:
            yield
        finally:
            over.set()
            keeping.join()

    def end(self, role: str) -> None:
        """`kill -9` of one of them."""
        self._processes[role].kill()
        self._processes[role].wait()

    def send(self, role: str, number: signal.Signals) -> None:
        """Have one of them stand still, or go on."""
        self._processes[role].send_signal(number)

    def kill(self, role: str) -> None:
        self.end(role)
        self.start(role)


def is_there(pid: int) -> bool:
    """Whether a process runs; one that ended and was not asked for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def production(garden: Greenhouse, *roles: str) -> Iterator[Production]:
    """The greenhouse on a PostgreSQL and a Redis of its own: a web process, and worker and beat where asked for."""
    garden.stop()
    redis = RedisServer(garden.directory)
    with PostgresServer() as postgres:
        redis.start()
        garden.settings.update(DATABASE_URL=postgres.url, REDIS_URL=redis.url)
        try:
            garden.manage("migrate", "--verbosity", "0")
            shape = Production(garden, postgres, redis)
            for role in ("web", *roles):
                shape.start(role)
            yield shape
        finally:
            garden.stop()
            redis.kill()
