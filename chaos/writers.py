"""Processes that all write to one SQLite at once."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING, Final

from chaos.attack import Outcome, watched

if TYPE_CHECKING:
    from tests.running import Greenhouse

WRITERS: Final = 8
TRANSACTIONS: Final = 150


def at_once(garden: Greenhouse) -> Outcome:
    """Eight processes, each with a hundred and fifty transactions, while the garden is served."""
    with watched(garden) as watch:
        began = time.monotonic()
        writers = [garden.publish(TRANSACTIONS, first=1000 * number) for number in range(WRITERS)]
        ended = [writer.wait() for writer in writers]
        took = time.monotonic() - began
    database = sqlite3.connect(f"file:{garden.directory / 'greenhouse.sqlite3'}?mode=ro", uri=True)
    try:
        query = "SELECT count(DISTINCT data), count(*) FROM garden_gardenevent WHERE source = 'test'"
        distinct, found = database.execute(query).fetchone()
    finally:
        database.close()
    return Outcome(
        f"{WRITERS} processes × {TRANSACTIONS} transactions",
        f"{ended.count(0)} of {WRITERS} without an error, {found:,} rows, {distinct:,} of them distinct",
        f"{took:.0f} s, {watch}",
        ended == [0] * WRITERS and found == distinct == WRITERS * TRANSACTIONS and not watch.unanswered,
    )
