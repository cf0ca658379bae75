"""What can go wrong with the outside world, in words that the owner can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from common.redaction import without_keys

if TYPE_CHECKING:
    from datetime import datetime

# Codes of what passes by itself: a service, or the network, did not answer.
UNREACHED: Final = frozenset({"unreachable", "timeout"})
ASKED_AGAIN: Final = "It is asked again by itself; what is known of it stays."


class Problem(Exception):
    """Something outside did not go as hoped: a stable code, a plain sentence, and what to do about it."""

    until: datetime | None = None  # when to come back, where that is known

    def __init__(self, code: str, message: str, *, fix: str = "", status: int | None = None) -> None:
        # An address in it may carry a key: a service tells what it was asked, and a private feed is one.
        self.message = without_keys(message)
        super().__init__(self.message)
        self.code = code
        self.fix = fix
        self.status = status  # of the HTTP answer, where there was one


class Limited(Problem):
    """Nothing is asked for longer than anyone waits: the other side wants a pause, or has failed too often."""

    until: datetime

    def __init__(self, message: str, *, until: datetime, code: str = "rate_limited") -> None:
        super().__init__(code, message, fix="Nothing to do: the next run goes on where this one stopped.")
        self.until = until


class Malformed(Problem):
    """An answer or a delivery is not of the shape its service documents."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "unexpected_answer", what, fix="Nothing was changed. If it stays, the service may have changed."
        )

    @classmethod
    def answer_of(cls, label: str) -> Malformed:
        """An answer of the service with that label."""
        return cls(f"{label} answered in a shape that is not the documented one.")
