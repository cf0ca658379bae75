"""The data directory, which holds everything private: the database, secrets, pictures, backups."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from django.core.checks import CheckMessage, Warning
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from django.apps import AppConfig

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


def prepare(directory: Path) -> None:
    """Make the directory, and close what lies in it to everybody else.

    What this process writes from now on is its owner's alone, whoever writes it: SQLite, an upload, a backup.
    Raises `ImproperlyConfigured` where nothing can be kept there.
    """
    os.umask(OTHERS)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data directory {directory} cannot be made: {error.strerror}. Let GREENHOUSE_DATA_DIR name another."
        ) from error
    if not os.access(directory, os.R_OK | os.W_OK | os.X_OK):
        raise ImproperlyConfigured(
            f"The data directory {directory} cannot be written. Give it to the account that runs the greenhouse, or "
            "let GREENHOUSE_DATA_DIR name another."
        )
    for entry in os.scandir(directory):  # what an older greenhouse, or a copy, left open; what is deeper is behind it
        mode = stat.S_IMODE(entry.stat(follow_symlinks=False).st_mode)
        if mode & OTHERS and not entry.is_symlink():
            with suppress(OSError):  # it belongs to somebody else, or went meanwhile
                os.chmod(entry.path, mode & ~OTHERS)


def closed(app_configs: Sequence[AppConfig] | None, **_options: Any) -> list[CheckMessage]:
    """Django check: nobody else may write to the data directory, which would let them exchange what lies in it."""
    from django.conf import settings

    mode = stat.S_IMODE(settings.DATA_DIR.stat().st_mode)
    if not mode & OTHERS_WRITE:
        return []
    return [
        Warning(
            f"Others may write to the data directory {settings.DATA_DIR} (its mode is {mode:04o}).",
            hint=f"chmod 700 {settings.DATA_DIR}",
            id="greenhouse.W001",
        )
    ]
