"""How the database means to answer: each statement that is sent to it is explained, and what reads a big table whole is
noted.

On PostgreSQL a question is answered twice for it (`EXPLAIN ANALYZE`), so that what it sorted on disk shows too. SQLite
tells the way alone.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

EXPLAINED: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
# What hands on its first rows before it has them all.
KEEPS_ON: Final = ("Limit", "Incremental Sort", "Result", "Nested Loop", "Memoize", "Subquery Scan", "LockRows")
SCANS: Final = ("Index Scan", "Index Only Scan")
MOST: Final = 0.1  # of a table, for the first rows that fit
# SQLite says of a table its name in the statement, which Django makes up in parts of one.
OTHER_NAME: Final = re.compile(r'"(\w+)" (?:AS )?"?([TUVW]\d+)"?')
SORTS: Final = ("USE TEMP B-TREE FOR ORDER BY", "USE TEMP B-TREE FOR GROUP BY", "USE TEMP B-TREE FOR DISTINCT")
SCANNED: Final = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """What a statement does that takes longer the more there is."""

    what: str  # such as `reads all of visitors_step`
    sql: str


@contextmanager
def explaining(big: Collection[str]) -> Iterator[set[Fault]]:
    """Explain what is sent to the database meanwhile, every statement once. Yields the faults as they are found."""
    faults: set[Fault] = set()
    known: set[str] = set()
    explain = _Postgres(big) if connection.vendor == "postgresql" else _Sqlite(big)

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
        if not many and sql not in known and sql.lstrip(" (").upper().startswith(EXPLAINED):
            known.add(sql)
            faults.update(Fault(what, sql) for what in explain.faults(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield faults


class _Postgres:
    def __init__(self, big: Collection[str]) -> None:
        self._big = big
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL")
            self._partial = {name for (name,) in cursor.fetchall()}
            cursor.execute("SELECT relname, reltuples FROM pg_class WHERE relname = ANY(%s)", [list(big)])
            self._rows = dict(cursor.fetchall())

    def faults(self, sql: str, params: Any) -> Iterator[str]:
        run = "ANALYZE, TIMING OFF, " if sql.upper().startswith("SELECT") else ""
        # Past the wrapper, which is asked about this statement.
        with connection.connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN ({run}FORMAT JSON) {sql}", params)
            (told,) = cursor.fetchone()
        plan = told if isinstance(told, list) else json.loads(told)
        yield from self._of(plan[0]["Plan"], stops_early=False)

    def _of(self, node: Mapping[str, Any], *, stops_early: bool) -> Iterator[str]:
        kind, table, index = node["Node Type"], node.get("Relation Name"), node.get("Index Name")
        if table in self._big and (
            kind == "Seq Scan" or (kind in SCANS and "Index Cond" not in node and index not in self._partial)
        ):
            read = (node.get("Actual Rows", 0) + node.get("Rows Removed by Filter", 0)) * node.get("Actual Loops", 0)
            if not stops_early or read > MOST * self._rows[table]:
                yield f"reads all of {table}"
        if node.get("Sort Space Type") == "Disk":
            yield "sorts on disk"
        if node.get("Hash Batches", 1) > 1 or node.get("HashAgg Batches", 1) > 1:
            yield "groups or joins on disk"
        stops_early = kind == "Limit" or (stops_early and kind in KEEPS_ON)
        for child in node.get("Plans", ()):
            yield from self._of(child, stops_early=stops_early)


class _Sqlite:
    def __init__(self, big: Collection[str]) -> None:
        self._big = big
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%% WHERE %%'", [])
            self._partial = {name for (name,) in cursor.fetchall()}

    def faults(self, sql: str, params: Any) -> Iterator[str]:
        with connection.cursor() as cursor:
            cursor.cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            steps = [row[3] for row in cursor.fetchall()]
        names = {other: table for table, other in OTHER_NAME.findall(sql)}
        stops_early = " LIMIT " in sql and not any(step in SORTS for step in steps)
        first_rows = stops_early and " WHERE " not in sql  # of a table in the order of its key
        for step in steps:
            if found := SCANNED.match(step):
                table, index = names.get(found[1], found[1]), found[2]
                if table in self._big and index not in self._partial and not first_rows and not (index and stops_early):
                    yield f"reads all of {table}"
