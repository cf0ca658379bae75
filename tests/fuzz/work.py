"""How much work an input is: counted in calls; and of a pattern, which goes back and forth in one, by its CPU time."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MUCH: Final = 20.0  # CPU seconds; what the length of an input is enough for takes a hundredth, its square takes hours


class TooMuchWork(AssertionError):
    """An input costs more than its length."""


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called, Python's own included. The same on every machine."""
    number = 0

    def count(_frame: Any, event: str, _function: Any) -> None:
        nonlocal number
        number += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return number


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
