"""Django's backend for PostgreSQL, as the web process uses it: it gives up a server that went or hangs.

A server that hangs keeps its connections open and says nothing, and its own timeouts hang with it. So the wait ends on
this side, once nobody in this process was answered for a while; the hub asks every second (`garden/live/changes.py`),
so that a statement that is merely slow, or waits for a lock, is not taken for a server that hangs.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

from common import breaker
from greenhouse.web.postgresql import ANSWER_SECONDS, BUSY_SECONDS, STATEMENT_SECONDS

if TYPE_CHECKING:
    from psycopg.abc import RV, PQGen

_answered_at = 0.0  # monotonic; by anybody in this process


def _answers_others() -> bool:
    return time.monotonic() - _answered_at < ANSWER_SECONDS


class Connection(psycopg.Connection[Any]):
    """A connection that does not wait for a server that hangs."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Drive `gen` to its end. Raises `OperationalError`, the connection being closed, where no answer comes."""
        global _answered_at
        answer = super().wait(self._bounded(gen), interval, timeout)
        _answered_at = time.monotonic()
        return answer

    def _bounded(self, gen: PQGen[RV]) -> PQGen[RV]:
        """The same steps. psycopg takes one at least every `interval`, whether something arrived or not."""
        began = time.monotonic()
        ended_by_itself = began + STATEMENT_SECONDS + ANSWER_SECONDS
        try:
            waits_for = next(gen)
            while True:
                waits_for = gen.send((yield waits_for))
                now = time.monotonic()
                if now - max(began, _answered_at) > ANSWER_SECONDS or now > ended_by_itself:
                    self._give_up()
        except StopIteration as end:
            answer: RV = end.value
            return answer

    def _give_up(self) -> None:
        error = psycopg.OperationalError(f"the server did not answer for {ANSWER_SECONDS} seconds")
        self.pgconn.finish()
        breaker.database.failed(error)
        raise error


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks for no connection while the server is known to be gone."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not breaker.database.allows():
            raise psycopg.OperationalError("the database is gone; it was asked a moment ago")
        try:
            connection = self._when_one_is_free(conn_params)
        except psycopg.Error as error:
            if not _answers_others():  # else there are too many of us
                breaker.database.failed(error)
            raise
        breaker.database.succeeded()
        return connection

    def _when_one_is_free(self, conn_params: dict[str, Any]) -> Any:
        """A connection of the pool; in a rush it is waited for as long as the server answers others."""
        until = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                return super().get_new_connection(conn_params)
            except PoolTimeout:
                if not _answers_others() or time.monotonic() > until:
                    raise
