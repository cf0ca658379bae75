"""The rows of a database as lines of JSON, the same for SQLite and PostgreSQL, read at one moment while others write.

The models are those of the migrations that the rows are of, so a database is read before it is brought up to date, and
an older backup is loaded into the tables of its own time.
"""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.duration import duration_string

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.migrations.loader import MigrationLoader

# Of the moment and the machine: who keeps the schedule, and who is signed in. And the salts of visitors' pseudonyms, of
# which we say that they are gone after 48 hours.
LEFT_OUT: Final = frozenset({"greenhouse.lease", "sessions.session", "visitors.dailysalt"})
BATCH: Final = 1000
UNFIT: Final = (KeyError, TypeError, ValueError, ArithmeticError, ValidationError)  # what rows of another shape raise


@contextmanager
def snapshot() -> Iterator[None]:
    """What is read within is of one moment, whatever others write meanwhile; they wait for nothing."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")  # `atomic` would take the lock of those who write
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def loader() -> MigrationLoader:
    """What migrations there are, and which of them this database has seen."""
    return MigrationExecutor(connection).loader


def newest(known: MigrationLoader, migrations: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of those migrations, the ones of each app that no other of the same app follows."""
    applied = {node for node in migrations if node in known.graph.nodes}
    return sorted(node for node in applied if not _is_followed(known, node, applied))


def _is_followed(known: MigrationLoader, node: tuple[str, str], applied: set[tuple[str, str]]) -> bool:
    return any(child.key in applied and child.key[0] == node[0] for child in known.graph.node_map[node].children)


def models_of(known: MigrationLoader, migrations: Iterable[tuple[str, str]]) -> list[type[models.Model]]:
    """The models as those migrations leave them, tables between others included, in the order of their names."""
    state = known.project_state(newest(known, migrations))
    found = [
        model
        for model in state.apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in LEFT_OUT
    ]
    return sorted(found, key=lambda model: model._meta.label_lower)


def _fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def dumped(model: type[models.Model]) -> Iterator[bytes]:
    """A line with the names of the columns, and one a row, by primary key."""
    names = [field.attname for field in _fields(model)]
    yield json.dumps(names).encode() + b"\n"
    rows: models.QuerySet[Any, Any] = models.QuerySet(model).order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=BATCH):
        yield json.dumps(row, default=_plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: object) -> str:
    """A value that JSON has no word for, as its field's `to_python` reads it."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, timedelta):
        return duration_string(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def empty(all_models: Iterable[type[models.Model]]) -> None:
    """Delete what migrations themselves wrote. Within a transaction: rows refer to each other in circles."""
    with connection.cursor() as cursor:
        for model in all_models:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - a name of ours


def load(model: type[models.Model], lines: Iterator[Any]) -> int:
    """Insert the rows of `dumped` as they are, past what a model does on saving. Returns how many.

    Raises `UNFIT` and the database's errors for rows that are none of ours.
    """
    by_name = {field.attname: field for field in _fields(model)}
    fields = [by_name[name] for name in next(lines, ())]
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    insert = f"INSERT INTO {quoted(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 - names of ours
    count = 0
    with connection.cursor() as cursor:
        while batch := list(islice(lines, BATCH)):
            cursor.executemany(
                insert, [[_stored(field, value) for field, value in zip(fields, row, strict=True)] for row in batch]
            )
            count += len(batch)
    return count


def _stored(field: models.Field[Any, Any], value: Any) -> Any:
    return field.get_db_prep_save(None if value is None else field.to_python(value), connection)


def set_sequences(all_models: list[type[models.Model]]) -> None:
    """The next rows are numbered after those that were loaded."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), all_models):
            cursor.execute(statement)
