from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from common.breaker import Breaker

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the clock by seconds."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def move(seconds: float) -> None:
        now[0] += seconds

    return move


def test_after_a_failure_nobody_asks_for_a_while_and_then_one_at_a_time(clock: Callable[[float], None]) -> None:
    breaker = Breaker("test", pause=2.0)
    assert breaker.allows()
    breaker.failed(OSError("no answer"))
    assert not breaker.allows()
    clock(2.1)
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    clock(2.1)
    assert breaker.allows()


def test_a_try_that_succeeds_lets_everybody_in(clock: Callable[[float], None]) -> None:
    breaker = Breaker("test", pause=2.0)
    breaker.failed(OSError("no answer"))
    clock(2.1)
    assert breaker.allows()
    breaker.succeeded()
    assert [breaker.allows() for _ in range(3)] == [True, True, True]


def test_an_outage_has_two_lines_however_many_ask(caplog: pytest.LogCaptureFixture) -> None:
    breaker = Breaker("test", pause=2.0)
    breaker.succeeded()
    for _ in range(5):
        breaker.failed(OSError("no answer"))
    breaker.succeeded()
    breaker.succeeded()
    assert (caplog.text.count("service.gone"), caplog.text.count("service.back")) == (1, 1)
