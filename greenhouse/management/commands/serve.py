"""`manage.py serve`: the whole greenhouse in one command, as `make run` starts it."""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from greenhouse.run import supervisor

if TYPE_CHECKING:
    from argparse import ArgumentParser

MANAGE = settings.BASE_DIR / "manage.py"


class Command(BaseCommand):
    help = "Serve the site and run its tasks until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        _require_database()
        _require_port(host, port)
        reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
        manage = [sys.executable, str(MANAGE)]
        plan = {
            "commands": {
                "The web process": [*manage, "runweb", "--host", host, "--port", str(port), "--with-parent"],
                "The task process": [*manage, "runtasks", "--with-parent"],
            },
            "host": reachable,
            "port": port,
            "welcome": _welcome(f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"),
        }
        connections.close_all()
        sys.stdout.flush()  # what setup said, the owner's password among it, would be lost with this process's memory
        sys.stderr.flush()
        script = str(Path(supervisor.__file__).resolve())
        # This process becomes the supervisor: Django's 60 MB have done their part.
        os.execv(sys.executable, [sys.executable, "-I", script, json.dumps(plan)])  # noqa: S606


def _require_database() -> None:
    """Raises `CommandError` when the database is out of reach or behind the code."""
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as error:
        raise CommandError(f"The database does not answer: {error}") from error
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(
            f"The database is not up to date. Run: {settings.HOME.manage} migrate "
            f"({settings.HOME.start} does it for you)."
        )


def _require_port(host: str, port: int) -> None:
    """Raises `CommandError` when nobody can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                if _serves_this_garden(port):
                    raise CommandError(
                        f"This garden is open already: {settings.SERVED_AT.read_text().strip()}/"
                    ) from error
                raise CommandError(
                    f"Port {port} on {host} is taken by another program. Stop it, or choose another: "
                    f"PORT={port + 1} {settings.HOME.start}"
                ) from error
            raise CommandError(f"Cannot listen on {host}, port {port}: {error.strerror}") from error


def _serves_this_garden(port: int) -> bool:
    """Whether the web process of this very data directory is the one that listens there."""
    with suppress(OSError, ValueError):
        return urlsplit(settings.SERVED_AT.read_text().strip()).port == port
    return False


def _welcome(address: str) -> str:
    return "\n".join(
        [
            "",
            f"  The greenhouse is open:  {address}/",
            f"  Look after it:           {address}/admin/  (sign in as {settings.ADMIN_USERNAME})",
            f"  Password forgotten:      {settings.HOME.manage} changepassword {settings.ADMIN_USERNAME}",
            "  Stop it:                 Ctrl-C",
            "",
        ]
    )
