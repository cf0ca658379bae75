"""A duty that only one process may have, kept as a row: beat of both shapes holds one, and a second one waits."""

from __future__ import annotations

import os
import secrets
import socket
import time
from datetime import timedelta
from typing import Any, Final

import structlog
from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, ExpressionWrapper, Q
from django.db.models.functions import Now

from greenhouse import models

LASTS: Final = timedelta(seconds=30)  # after this a holder that was killed is taken for gone
RENEW_SECONDS: Final = 10.0
WAITING: Final = ":waiting"  # behind a duty's name: the row of one who waits, so that it can be told
POLL_SECONDS: Final = 2.0  # by one who waits

log = structlog.get_logger(__name__)


class Lease:
    """This process's claim to a duty. The clock is the database's, so that clocks which disagree do no harm."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._holds = False
        self._checked_at = float("-inf")
        self._waits = False
        self._noted_at = float("-inf")

    def acquire(self) -> bool:
        """Whether the duty is ours now; takes it where nobody has it. Raises the database's errors.

        Cheap to ask often: the database is asked every few seconds.
        """
        now = time.monotonic()
        if now - self._checked_at < (RENEW_SECONDS if self._holds else POLL_SECONDS):
            return self._holds
        self._holds = False  # should the database not answer
        self._holds = self._take()
        self._checked_at = now
        if self._waits == self._holds:
            self._waits = not self._holds
            self._log_change()
        return self._holds

    def release(self) -> None:
        """Let the next one have it at once."""
        self._holds, self._checked_at = False, float("-inf")
        models.Lease.objects.filter(name=self.name, holder=self.holder).delete()

    def _take(self) -> bool:
        until = ExpressionWrapper(Now() + LASTS, output_field=DateTimeField())
        over = Q(expires_at__lt=Now()) | Q(expires_at__gt=until + LASTS)  # or of a clock that was ahead
        mine_or_free = models.Lease.objects.filter(Q(holder=self.holder) | over, name=self.name)
        if mine_or_free.update(holder=self.holder, renewed_at=Now(), expires_at=until):
            return True
        try:
            with transaction.atomic():
                models.Lease.objects.create(name=self.name, holder=self.holder, renewed_at=Now(), expires_at=until)
        except IntegrityError:
            self._note_waiting(until)
            return False
        return True

    def _note_waiting(self, until: ExpressionWrapper[Any]) -> None:
        """Say now and then that we wait; where several do, the last one is told."""
        now = time.monotonic()
        if now - self._noted_at >= RENEW_SECONDS:
            self._noted_at = now
            models.Lease.objects.update_or_create(
                name=f"{self.name}{WAITING}", defaults={"holder": self.holder, "renewed_at": Now(), "expires_at": until}
            )

    def _log_change(self) -> None:
        if not self._waits:
            log.warning("lease.taken_over", duty=self.name, holder=self.holder)
            return
        other = models.Lease.objects.filter(name=self.name).values_list("holder", flat=True).first()
        log.warning("lease.held_by_another", duty=self.name, other=other, doing="waiting until it ends")
