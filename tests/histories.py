"""Histories on the database: what one writes is undone at its end, and its clock stands until it is moved."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from time_machine import travel

from tests.fuzzing import examples

if TYPE_CHECKING:
    from datetime import datetime, timedelta


class History(RuleBasedStateMachine):
    """A state machine that begins at `begin`."""

    begin: ClassVar[datetime]

    def __init__(self) -> None:
        super().__init__()
        self.undone = ExitStack()
        self.undone.enter_context(transaction.atomic())
        self.undone.callback(transaction.set_rollback, True)
        clock = travel(self.begin, tick=False)
        self._clock = clock.start()
        self.undone.callback(clock.stop)
        self.now = self.begin

    def teardown(self) -> None:
        self.undone.close()

    def go_on(self, passing: timedelta) -> None:
        """Let time pass."""
        self.now += passing
        self._clock.move_to(self.now, tick=False)


def run_histories(machine: type[History], *, number: int, steps: int) -> None:
    """Try so many histories, of so many steps at most; `TIMES` as many in `make fuzz`."""
    run: Any = run_state_machine_as_test
    run(machine, settings=examples(number, stateful_step_count=steps))
