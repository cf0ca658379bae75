"""What facts are grouped by: their project and their day, without work in Python for every row."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.db.models import CharField
from django.db.models.functions import Cast, TruncDate

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler


class UtcDate(TruncDate):
    """The UTC day of a moment."""

    def __init__(self, expression: str) -> None:
        super().__init__(expression, tzinfo=UTC)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Moments are text in UTC there, whose beginning is the day; Django would call Python for every row."""
        sql, params = compiler.compile(self.lhs)
        return f"substr({sql}, 1, 10)", tuple(params)


class ProjectKey(Cast):
    """The id of a fact's project as text for `UUID()`: once a project, where Django would make one for every row."""

    def __init__(self) -> None:
        super().__init__("project_id", CharField())
