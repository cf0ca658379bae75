"""Django's way to send mail, whose server answers within a time as a whole or not at all."""

from __future__ import annotations

import smtplib
import time
from typing import TYPE_CHECKING, Any, Final

from django.core.mail.backends.smtp import EmailBackend

from integrations.deadline import hurried

WITHIN: Final = 30.0  # seconds for all answers to one connection


if TYPE_CHECKING:
    _Connection = smtplib.SMTP
else:
    _Connection = object


class _Bounded(_Connection):
    """What both kinds of connections share: the moment from which nothing is read any more."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._deadline = time.monotonic() + WITHIN
        super().__init__(*arguments, **named)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock:  # at first, and once the connection is encrypted
            self.file = hurried(self.sock.makefile("rb"), self.sock, deadline=self._deadline)
        return super().getreply()


class _Plain(_Bounded, smtplib.SMTP):
    pass


class _Secure(_Bounded, smtplib.SMTP_SSL):
    pass


class BoundedBackend(EmailBackend):
    """A server that drips its answers holds up nobody who waits behind."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Secure if self.use_ssl else _Plain
