"""Holding a project's row: whoever reads before writing begins here.

Rows come first and the outbox last, and several rows in the order of their ids, so that no two transactions wait for
each other. On SQLite a transaction that writes is alone anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from garden.models import Project

if TYPE_CHECKING:
    from collections.abc import Iterable


def advisory_lock(lock: int) -> None:
    """Let no other transaction that asks for the same number go on until this one ends.

    On PostgreSQL a lock of its own, which one transaction may take twice; on SQLite one that writes is alone anyway.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an advisory lock is taken inside the transaction that it is for")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


def lock_row(project: Project) -> None:
    """Lock the row until the transaction ends, and bring the object up to date.

    Raises `Project.DoesNotExist` when it was removed meanwhile.
    """
    project.refresh_from_db(from_queryset=Project.objects.select_for_update())


def lock_rows(projects: Iterable[Project]) -> list[Project]:
    """Lock several rows, and return them as they are now, in the order of their ids; removed ones are left out."""
    ids = [project.pk for project in projects]
    return list(Project.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
