"""A clock that is set forth and back while everything runs.

The processes see it through libfaketime, from the C library upwards, SQLite as well; the clock that counts seconds that
pass (`CLOCK_MONOTONIC`) goes on, as it does in life.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chaos.attack import NotHere, ask, chance_of, wait_until
from chaos.shapes import SERVE
from chaos.traffic import Traffic
from integrations.tests.github_stub import serving

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from chaos.attack import Outcome
    from tests.running import Greenhouse

HOUR: Final = 3600
# Hours that the clock is ahead of ours. Never 48 from one to another: so long a batch is known that is sent again.
JUMPS: Final = (26, 0, -20, 0)
RUNS_WITHIN: Final = 240.0  # seconds: a task of every minute, on a busy machine
WINDOW_ENDS_WITHIN: Final = 120.0  # of a minute
READ: Final = "/api/v1/projects/"  # counted by a limit of the process's own
LAST_RUN: Final = (
    "from greenhouse.models import TaskHealth as T; "
    "print(T.objects.filter(task='integrations.tasks.sync_due').values_list('started_at', flat=True).first())"
)


def library() -> Path:
    """Where libfaketime is. Raises `NotHere`."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        raise NotHere("libfaketime is missing (apt install libfaketime)")
    return found[0]


def jumps(garden: Greenhouse) -> Outcome:
    """A day and two hours ahead, back, twenty hours behind, and right again; tasks and visitors have to go on."""
    garden.stop()
    seed, chance = chance_of("clock-jumps")
    clock = garden.directory / "clock"
    _set(clock, 0)
    garden.settings |= {
        "LD_PRELOAD": str(library()),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
        "RATE_LIMIT_READ": "10/minute",
    }
    # GitHub is there and knows nobody: Python's sleep between two attempts is refused under libfaketime.
    with serving() as stub:
        garden.settings["GITHUB_API_URL"] = stub.url
        garden.wait_until_open(garden.start(*SERVE))
        outcome = _set_again_and_again(garden, clock, chance, seed)
        garden.stop()
    return outcome


def _set_again_and_again(garden: Greenhouse, clock: Path, chance: random.Random, seed: int) -> Outcome:
    said = []
    with Traffic(garden, chance) as traffic:
        held = traffic.goes_on()
        for hours in JUMPS:
            limited = 429 in [ask(garden, "GET", READ) for _ in range(20)]  # by the clock as it is
            _set(clock, hours * HOUR)
            stops = [what for what, goes_on in _goes_on(garden, traffic) if not goes_on]
            said.append(f"{hours:+d} h: {' and '.join(stops) + ' stopped' if stops else 'all goes on'}")
            held = held and limited and not stops
        what = f"the clock set {len(JUMPS)} times, up to a day and two hours"
        return traffic.tally().outcome(what, f"{', '.join(said)}; seed {seed}", held=held)


def _goes_on(garden: Greenhouse, traffic: Traffic) -> Iterator[tuple[str, bool]]:
    """Whether each part does after the clock was set."""
    yield "the intake", traffic.goes_on()
    before = _last_run(garden)
    yield "the schedule", wait_until(lambda: _last_run(garden) != before, RUNS_WITHIN) is not None
    yield "a limit's window", wait_until(lambda: ask(garden, "GET", READ) == 200, WINDOW_ENDS_WITHIN) is not None


def _set(clock: Path, seconds: int) -> None:
    """In one step: a process that reads it finds the one or the other."""
    draft = clock.with_suffix(".new")
    draft.write_text(f"{seconds:+d}\n")
    os.replace(draft, clock)


def _last_run(garden: Greenhouse) -> str:
    """When a task of every minute began last, by the clock that the task process saw."""
    return garden.manage("shell", "--no-imports", "-c", LAST_RUN).strip()
