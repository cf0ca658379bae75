"""How much work a pattern is, which goes back and forth within one call: by its CPU time. All else counts calls."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MUCH: Final = 20.0  # CPU seconds; what the length of an input is enough for takes a hundredth, its square takes hours


class TooMuchWork(AssertionError):
    """An input costs more than its length."""


@contextmanager
def not_much_work() -> Iterator[None]:
    """Raises `TooMuchWork` in the block once this process alone worked too long on it, however busy the machine is."""

    def stop(_signal: int, _frame: object) -> None:
        raise TooMuchWork

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, MUCH)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
