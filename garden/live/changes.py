"""Whether the database may have changed since one last asked: what live updates and the embedded tasks wait on."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Protocol

from django.db import connection

SQLITE_POLL_SECONDS = 0.05  # asking costs microseconds
POLL_SECONDS = 1.0  # elsewhere one indexed query a second; it bounds how late an event is when nobody wakes the hub


class Watch(Protocol):
    """Something to ask every `interval` seconds."""

    interval: float

    def changed(self) -> bool:
        """Whether a look at the database is worth it. Raises the database's own errors."""

    def close(self) -> None:
        """Let go of the connection."""


class SQLiteWatch:
    """Asks one read-only connection for `data_version`, which moves when any other connection commits.

    Not safe to share between threads.
    """

    interval = SQLITE_POLL_SECONDS

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._version: int | None = None

    def changed(self) -> bool:
        """True on the first call, and whenever someone committed since the last. Raises `sqlite3.Error`."""
        if self._connection is None:
            self._connection = sqlite3.connect(f"{self._path.as_uri()}?mode=ro", uri=True)
            self._version = None
        last, (self._version,) = self._version, self._connection.execute("PRAGMA data_version").fetchone()
        return self._version != last

    def close(self) -> None:
        """Close the connection; the next question opens a new one and is answered with a yes."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Poll:
    """Where the database has no such counter, every look may be worth it."""

    interval = POLL_SECONDS

    def changed(self) -> bool:
        """Always true."""
        return True

    def close(self) -> None:
        """Nothing to let go of."""


def watch() -> Watch:
    """The watch that fits the database."""
    if connection.vendor == "sqlite":
        return SQLiteWatch(Path(connection.settings_dict["NAME"]).resolve())
    return Poll()
