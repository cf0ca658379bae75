"""Connections to the database outside of requests and tasks, where Django gives none back."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import close_old_connections

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def connection_given_back() -> Iterator[None]:
    """What a thread of our own asks of the database, as a block or a decorator.

    A connection that broke meanwhile is replaced before, and the thread's own goes back to the pool after: a thread
    that waits for more would keep it from all others.
    """
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()
