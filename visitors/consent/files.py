"""What is deleted has to leave the database's files as well.

SQLite overwrites freed bytes itself (`PRAGMA secure_delete`, in the settings), but its write-ahead log holds older
pages until they are written back and it is cut. PostgreSQL keeps dead rows until VACUUM and its log until it is
recycled: that is its owner's to arrange, and `/privacy/` says so.
"""

from __future__ import annotations

from typing import Final

import structlog
from django.db import connection

PATIENCE: Final = 2_000  # milliseconds that readers may keep it waiting; the next hour tries again

log = structlog.get_logger(__name__)


def scrub() -> bool:
    """Cut SQLite's write-ahead log, outside of any transaction. Returns whether nothing older is left in it."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        usual = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy, *_ = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual)}")
    if is_busy:
        log.info("consent.log_not_cut", detail="somebody is reading; the hourly task tries again")
    return not is_busy
