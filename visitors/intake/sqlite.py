"""Rows of a group on SQLite, which knows one writer at a time: under its lock, to read first is exact.

One statement for all steps of a group, from one JSON text: `executemany` gives the interpreter's lock up and takes it
back at every row, which beside a busy event loop took 690 µs a row against 145, the write lock held all the while.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from visitors.intake.columns import INTO_STEP, INTO_VISIT, ON_CONFLICT, STEP, VISIT
from visitors.models import Batch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from visitors.sessions import PlacedStep, Visit


def _rows_of(columns: Sequence[str]) -> str:
    """The select that takes rows apart, one JSON list each."""
    values = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(columns)))
    return f"select {values} from json_each(%s)"  # noqa: S608 - numbers


_INSERT: Final = f"insert into {INTO_STEP} {_rows_of(STEP)}"
# `where true`, or SQLite would read `on` as that of a join.
_UPSERT: Final = f"insert into {INTO_VISIT} {_rows_of(VISIT)} where true {ON_CONFLICT}"


def new_batches(ids: Sequence[UUID], now: datetime) -> set[UUID]:
    """Note the batches. Returns those that were not there."""
    there = set(Batch.objects.filter(id__in=ids).values_list("id", flat=True))
    new = [one for one in ids if one not in there]
    Batch.objects.bulk_create([Batch(id=one, at=now) for one in new])
    return set(new)


def insert_steps(steps: Sequence[tuple[int, PlacedStep]]) -> None:
    """Insert steps with their sessions."""
    rows = json.dumps([_row(session_id, step) for session_id, step in steps])
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [rows])


def save_visits(visits: Sequence[Visit]) -> None:
    """Insert or update sessions. Through the ORM their thirty columns take half of a group's time."""
    with connection.cursor() as cursor:
        rows = [[getattr(visit, name) for name in VISIT] for visit in visits]
        cursor.execute(_UPSERT, [json.dumps(rows, default=lambda at: at.replace(tzinfo=None).isoformat(" "))])


def _row(session_id: int, step: PlacedStep) -> list[Any]:
    """Values as Django's backend keeps them: times without an offset, UUIDs without dashes."""
    return [
        session_id,
        step.at.replace(tzinfo=None).isoformat(" "),
        step.kind.value,
        step.project_id.hex if step.project_id else None,
        step.area,
        step.x,
        step.z,
        step.duration,
        step.scroll_depth,
        json.dumps(step.context) if step.context else None,
    ]
