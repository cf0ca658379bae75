"""SQL that makes rows by their numbers, as each database says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from visitors.sessions import ID_BITS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta

    from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Table:
    """So many rows, and what stands in their columns: SQL of `n`, the row's number, and of `plant`, its plant."""

    model: type[Model]
    rows: int
    columns: Mapping[str, str]
    over: timedelta  # the time that the rows are spread over
    plant: str = "n % {plants}"


def pick(which: str, values: Sequence[Any], *, otherwise: Any) -> str:
    """SQL for the value at a place of a list."""
    cases = " ".join(f"WHEN {at} THEN {_literal(value)}" for at, value in enumerate(values))
    return f"CASE {which} {cases} ELSE {_literal(otherwise)} END"


def _literal(value: Any) -> str:
    return str(int(value)) if isinstance(value, int) else f"'{value}'"


class Sql:
    """What PostgreSQL and SQLite say differently."""

    true, false, bytes = "true", "false", "'\\x7b7d'::bytea"

    def __init__(self, now: datetime, plants: int) -> None:
        self.now, self.plants = now, plants

    def insert(self, table: Table) -> str:
        """The statement that writes a table."""
        gap = table.over.total_seconds() / table.rows
        said = {
            "moment": self.moment(f"({table.rows} - n) * {gap!r}"),
            "plants": self.plants,
            "yes": f"CASE WHEN n % 7 = 0 THEN {self.true} ELSE {self.false} END",
        }
        values = ", ".join(value.format(**said) for value in table.columns.values())
        number = table.plant.format(**said)
        return (
            f"INSERT INTO {table.model._meta.db_table} ({', '.join(table.columns)}) "
            f"SELECT {values} FROM {self.series(table.rows)} "
            f"CROSS JOIN made_up_plant AS plant WHERE plant.number = {number}"
        )

    def visit_id(self, number: str, visits: int, over: timedelta) -> str:
        """As `sessions.new_id()` makes it: milliseconds, and below them what tells two of a moment apart."""
        gap = over.total_seconds() * 1000 / visits
        last = round(self.now.timestamp() * 1000)
        began = self.whole(f"{last} - ({visits} - ({number})) * {gap!r}")
        return f"({began} * {2**ID_BITS} + ({number}) % {2**ID_BITS})"

    def series(self, rows: int) -> str:
        """A table of the numbers from 0, each as `n`."""
        return f"generate_series(0::bigint, {rows - 1}) AS n"

    def moment(self, seconds_ago: str) -> str:
        return f"('{self.now.isoformat()}'::timestamptz - ({seconds_ago}) * interval '1 second')"

    def whole(self, number: str) -> str:
        return f"({number})::bigint"

    def day(self, moment: str) -> str:
        return f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"

    def month(self, moment: str) -> str:
        return f"date_trunc('month', {moment})::date"

    def hex(self, number: str, digits: int = 40) -> str:
        return f"lpad(to_hex({number}), {digits}, '0')"

    def uuid(self, number: str) -> str:
        return f"{self.hex(number, 32)}::uuid"

    def uuid_of(self, pk: Any) -> Any:
        return pk

    def json_object(self, *names_and_values: str) -> str:
        return f"jsonb_build_object({', '.join(names_and_values)})"

    def json_array(self, *values: str) -> str:
        return f"jsonb_build_array({', '.join(values)})"


class SqliteSql(Sql):
    """SQLite keeps moments and identifiers as text."""

    true, false, bytes = "1", "0", "x'7b7d'"

    def series(self, rows: int) -> str:
        counted = f"SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < {rows - 1}"
        return f"(WITH RECURSIVE counted(n) AS ({counted}) SELECT n FROM counted)"

    def moment(self, seconds_ago: str) -> str:
        return f"strftime('%Y-%m-%d %H:%M:%f000', {self.now.timestamp()!r} - ({seconds_ago}), 'unixepoch')"

    def whole(self, number: str) -> str:
        return f"CAST({number} AS integer)"

    def day(self, moment: str) -> str:
        return f"substr({moment}, 1, 10)"

    def month(self, moment: str) -> str:
        return f"substr({moment}, 1, 7) || '-01'"

    def hex(self, number: str, digits: int = 40) -> str:
        return f"printf('%0{digits}x', {number})"

    def uuid(self, number: str) -> str:
        return self.hex(number, 32)

    def uuid_of(self, pk: Any) -> Any:
        return pk.hex

    def json_object(self, *names_and_values: str) -> str:
        return f"json_object({', '.join(names_and_values)})"

    def json_array(self, *values: str) -> str:
        return f"json_array({', '.join(values)})"


SQL: Final[Mapping[str, Callable[[datetime, int], Sql]]] = {"postgresql": Sql, "sqlite": SqliteSql}
