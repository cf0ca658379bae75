"""Which session each visitor of a group is in: rows that are locked, and written back, by the sorted key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from visitors import sessions
from visitors.models import Pseudonym

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

AT_ONCE: Final = 150  # rows of a statement: SQLite takes a thousand values everywhere
COLUMNS: Final = ("visitor", "session_id", "last_at", "sessions", "earlier")


def locked(visitors: Mapping[bytes, tuple[datetime, bytes | None]]) -> dict[bytes, Pseudonym]:
    """The rows of visitors, by when their first step was and who they were yesterday, where that still matters.

    Those that were not there are made, so that another process waits for this one. A session that goes on past
    midnight is taken over from yesterday's row; it was no session of today's, so the next one is the day's first.
    """
    yesterdays = {yesterdays: visitor for visitor, (_, yesterdays) in visitors.items() if yesterdays}
    before = {
        yesterdays[bytes(row.visitor)]: row
        for row in (Pseudonym.objects.filter(visitor__in=sorted(yesterdays)) if yesterdays else ())
    }
    rows: list[Pseudonym] = []
    for visitor, (first, _) in sorted(visitors.items()):
        row = Pseudonym(visitor=visitor, session_id=0, last_at=first, sessions=0)
        old = before.get(visitor)
        if old is not None and first - old.last_at <= sessions.INACTIVITY:
            row.session_id, row.last_at = old.session_id, old.last_at
        rows.append(row)
    # Not `do nothing`, which would not lock a row that is there: somebody's erasure could take it before it is read.
    _insert(rows, "(visitor) do update set visitor = excluded.visitor")
    found = Pseudonym.objects.select_for_update().filter(visitor__in=sorted(visitors)).order_by("visitor")
    return {bytes(row.visitor): row for row in found}


def save(rows: Sequence[Pseudonym]) -> None:
    """Write locked rows back, in the order in which they come."""
    changes = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])
    _insert(rows, f"(visitor) do update set {changes}")


def _insert(rows: Sequence[Pseudonym], conflict: str) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            values = ", ".join(["(%s, %s, %s, %s, %s)"] * len(some))
            into = f"insert into visitors_pseudonym ({', '.join(COLUMNS)})"
            moment = connection.ops.adapt_datetimefield_value
            said: list[Any] = []
            for row in some:
                said += [bytes(row.visitor), row.session_id, moment(row.last_at), row.sessions, row.earlier]
            cursor.execute(f"{into} values {values} on conflict {conflict}", said)
