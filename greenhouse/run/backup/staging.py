"""A new database beside the one in use, and the swap of the two, in which the old one is kept aside.

Until the swap nothing that is in use was touched: whoever is killed before leaves a draft, which the next one removes.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from django.db import DatabaseError, connection, transaction

from greenhouse.run.backup.archive import BackupRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

DRAFT_SCHEMA: Final = "greenhouse_draft"
STOP_IT: Final = "Stop the site and its tasks first (Ctrl-C, or docker compose stop), then try again."


class Staging(Protocol):
    """Where a database is built, and put in place of the other."""

    def require_nobody(self) -> None:
        """Raises `BackupRefused` while another process uses the database."""

    @contextmanager
    def building(self) -> Iterator[None]:
        """Django's connection leads to the new, empty database within."""

    def swap(self, aside: Path) -> str:
        """Put the new one in place, or leave all as it was. Returns where the old one is kept, in words."""

    def clean_up(self) -> None:
        """Remove a new one that was not put in place."""


def staging() -> Staging:
    """The one for the database that is configured."""
    return PostgresStaging() if connection.vendor == "postgresql" else SqliteStaging()


class SqliteStaging:
    """A file beside the file."""

    def __init__(self) -> None:
        self._file = Path(connection.settings_dict["NAME"])
        self._draft = self._file.with_name(f"{self._file.name}.draft")
        self._worth_keeping = True

    def require_nobody(self) -> None:
        connection.close()
        if not self._file.exists():
            return
        database = sqlite3.connect(self._file, timeout=1.0, isolation_level=None)
        try:
            # Leaving WAL takes everybody else's leave, and folds what the WAL holds into the file.
            database.execute("PRAGMA journal_mode=DELETE")
            (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
            self._worth_keeping = bool(tables)  # asking an absent database makes an empty file
        except sqlite3.OperationalError as error:
            raise BackupRefused(f"The database is in use ({error}). {STOP_IT}") from error
        except sqlite3.DatabaseError:
            pass  # it is damaged, which is why it is to be replaced
        finally:
            database.close()

    @contextmanager
    def building(self) -> Iterator[None]:
        self._remove_draft()
        connection.close()
        connection.settings_dict["NAME"] = str(self._draft)
        try:
            yield
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
            connection.settings_dict["NAME"] = str(self._file)

    def swap(self, aside: Path) -> str:
        # Kept beside the file, since `aside` may lie on another disk, to which nothing can be renamed.
        kept = self._file.with_name(f"{aside.name}-{self._file.name}")
        there = self._worth_keeping and self._file.exists()
        with ExitStack() as back:
            for ending in ("-wal", "-shm"):  # of a damaged one: they belong to no other file
                with suppress(FileNotFoundError):
                    os.replace(f"{self._file}{ending}", f"{kept}{ending}")
                    back.callback(os.replace, f"{kept}{ending}", f"{self._file}{ending}")
            if there:
                os.link(self._file, kept)
                back.callback(kept.unlink)
            os.replace(self._draft, self._file)
            back.pop_all()
        return str(kept) if there else ""

    def clean_up(self) -> None:
        self._remove_draft()

    def _remove_draft(self) -> None:
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{self._draft}{ending}").unlink(missing_ok=True)


class PostgresStaging:
    """A schema beside the schema. Tables move between them in one transaction."""

    def __init__(self) -> None:
        self._options = connection.settings_dict["OPTIONS"]
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined] # of this backend alone
        self._options.pop("pool", None)  # one connection, so that every other is somebody else's
        self._own = self._options.get("options", "")
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            self._schema = cursor.fetchone()[0]

    def require_nobody(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            (others,) = cursor.fetchone()
        if others:
            raise BackupRefused(f"{others} other connections use the database. {STOP_IT}")

    @contextmanager
    def building(self) -> Iterator[None]:
        self._run(f"DROP SCHEMA IF EXISTS {DRAFT_SCHEMA} CASCADE", f"CREATE SCHEMA {DRAFT_SCHEMA}")
        self._connect(f"{self._own} -c search_path={DRAFT_SCHEMA}".strip())
        try:
            yield
        finally:
            self._connect(self._own)

    def swap(self, aside: Path) -> str:
        old = aside.name.replace("-", "_")
        with transaction.atomic(), connection.cursor() as cursor:
            there = self._relations(cursor, self._schema)
            if there:
                cursor.execute(f"CREATE SCHEMA {old}")
            for source, target in ((self._schema, old), (DRAFT_SCHEMA, self._schema)):
                for kind, name in self._relations(cursor, source):
                    cursor.execute(f'ALTER {kind} "{source}"."{name}" SET SCHEMA "{target}"')
            cursor.execute(f"DROP SCHEMA {DRAFT_SCHEMA}")
        return f"the schema {old} of the database" if there else ""

    def clean_up(self) -> None:
        with suppress(DatabaseError):
            self._run(f"DROP SCHEMA IF EXISTS {DRAFT_SCHEMA} CASCADE")

    def _relations(self, cursor: object, schema: str) -> list[tuple[str, str]]:
        """Tables and views; indexes and the sequences of columns go with their tables, and extensions stay."""
        cursor.execute(  # type: ignore[attr-defined]
            "SELECT CASE relkind WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, relname "
            "FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
            "WHERE nspname = %s AND relkind IN ('r', 'p', 'm', 'v') AND NOT EXISTS (SELECT 1 FROM pg_depend "
            "WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e') ORDER BY relname",
            [schema],
        )
        return list(cursor.fetchall())  # type: ignore[attr-defined]

    def _connect(self, options: str) -> None:
        connection.close()
        self._options.pop("options", None)
        if options:
            self._options["options"] = options

    def _run(self, *statements: str) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
