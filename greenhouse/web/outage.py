"""A database that is gone, or too busy to answer in time, and a disk without room: what is known by it, and what is
left out of the log.
"""

from __future__ import annotations

import errno
import sqlite3
import sys
from typing import TYPE_CHECKING, Final

from django.db import InterfaceError, OperationalError

if TYPE_CHECKING:
    import logging

RETRY_AFTER_SECONDS: Final = 5
# Primary codes; others, such as that of a table that is missing, are mistakes of ours.
SQLITE_OUTAGES: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
    }
)


def is_full(error: BaseException | None) -> bool:
    """Whether an error says that the disk has no room, be it for the database or for a file."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    cause = error.__cause__ if isinstance(error, OperationalError) else None
    return isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL


def is_outage(error: BaseException | None) -> bool:
    """Whether an error says that database or disk could not serve just now, and the same request may succeed later."""
    if is_full(error):
        return True
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_OUTAGES
    return True


def is_not_unavailable(record: logging.LogRecord) -> bool:
    """A filter for the logs of requests: an outage has its line already, and needs none a request."""
    said = record.msg if isinstance(record.msg, dict) else {}
    unavailable = 503 in (getattr(record, "status_code", None), said.get("code"))
    return not unavailable and not is_outage(sys.exc_info()[1])
