"""Servers of a test's own, on ports of their own: databases to be stopped, held up and started again, and a proxy."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psycopg
from redis import Redis
from redis.exceptions import RedisError

from tests.running import ROOT, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

START_SECONDS = 30.0
POSTGRES_ACCOUNT = "postgres"  # PostgreSQL refuses to run as root


def wait_until(answers: Callable[[], bool], what: str) -> None:
    """Raises `AssertionError` when it takes longer than `START_SECONDS`."""
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} does not answer")
        time.sleep(0.05)


class RedisServer:
    """A Redis that keeps nothing."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def is_installed() -> bool:
        return shutil.which("redis-server") is not None

    def start(self) -> None:
        self._process = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"],
            cwd=self._directory,
            stdout=subprocess.DEVNULL,
        )
        wait_until(self._answers, "redis-server")

    def _answers(self) -> bool:
        with suppress(RedisError), Redis.from_url(self.url) as client:
            return bool(client.ping())
        return False

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def hold_up(self) -> None:
        """It goes on to take connections, and says nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def let_go_on(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


class PostgresServer:
    """A PostgreSQL with one empty database, in a directory of its own that ends with it."""

    def __init__(self) -> None:
        self._programs = self._directory_of_programs()
        self._account = POSTGRES_ACCOUNT if os.geteuid() == 0 else None
        self._directory = Path(tempfile.mkdtemp(prefix="postgres-"))
        self.port = free_port()
        self.url = f"postgres://{POSTGRES_ACCOUNT}@127.0.0.1:{self.port}/postgres"
        if self._account:
            shutil.chown(self._directory, self._account)
        self._run("initdb", "--auth=trust", f"--username={POSTGRES_ACCOUNT}", "--no-sync", "--encoding=UTF8")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def directory(self) -> Path:
        """Where its files are, its log of changes among them."""
        return self._directory

    @classmethod
    def is_installed(cls) -> bool:
        with suppress(LookupError):
            cls._directory_of_programs()
            return True
        return False

    @staticmethod
    def _directory_of_programs() -> Path:
        """Where the newest PostgreSQL of this machine is. Raises `LookupError`."""
        found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
        if path := shutil.which("postgres"):
            found.append(Path(path).parent)
        if not found:
            raise LookupError("no PostgreSQL on this machine")
        return max(found)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), "-D", str(self._directory), *arguments],
            user=self._account,
            group=self._account,
            cwd=self._directory,
            check=True,
            capture_output=True,
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    def start(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self._directory),
            "fsync": "off",
        }
        self._process = subprocess.Popen(
            [
                str(self._programs / "postgres"),
                "-D",
                str(self._directory),
                *(argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")),
            ],
            user=self._account,
            group=self._account,
            cwd=self._directory,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers, "PostgreSQL")

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(self.url, connect_timeout=2):
            return True
        return False

    def stop(self) -> None:
        """At once, as a crash would."""
        if self._process is not None:
            self.let_go_on()
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(START_SECONDS)
            self._process = None

    def hold_up(self) -> None:
        """Each of its processes stands still: connections stay open, new ones are taken, and nothing is said."""
        self._signal(signal.SIGSTOP)

    def let_go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)  # first: it begins no other meanwhile
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError, ValueError):  # it ended meanwhile
                if int(path.read_text().rsplit(")", 1)[1].split()[1]) == self._process.pid:
                    os.kill(int(path.parent.name), number)


class Nginx:
    """The site of `deploy/nginx.conf` in front of several web processes, without TLS."""

    def __init__(self, directory: Path, ports: Iterable[int]) -> None:
        self.port = free_port()
        self._directory = directory
        (directory / "nginx.conf").write_text(self._configuration(ports))
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def is_installed() -> bool:
        return shutil.which("nginx") is not None

    def _configuration(self, ports: Iterable[int]) -> str:
        site = (ROOT / "deploy" / "nginx.conf").read_text()
        upstream, shared, _redirect, served = re.findall(r"^(?:upstream|map|server) .*?^}", site, re.M | re.S)
        servers = "\n".join(f"    server 127.0.0.1:{port};" for port in ports)
        plain = re.sub(r" *(ssl_|listen |server_name ).*\n", "", served)
        return f"""
            {"user root;" if os.geteuid() == 0 else ""}
            daemon off;
            pid {self._directory}/nginx.pid;
            error_log {self._directory}/nginx.log;
            events {{}}
            http {{
                access_log off;
                client_body_temp_path {self._directory}/body;
                proxy_temp_path {self._directory}/proxy;
                {re.sub(r" *server 127.0.0.1:8000;", servers, upstream)}
                {shared}
                {plain.replace("server {", f"server {{ listen 127.0.0.1:{self.port};", 1)}
            }}
        """

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["nginx", "-c", str(self._directory / "nginx.conf"), "-p", str(self._directory)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers, "nginx")
        return self

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 2):
            return True
        return False

    def __exit__(self, *_error: object) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(START_SECONDS)
