"""Processes that are killed at random moments while much is sent: what was taken is there once, whoever died."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from chaos.attack import chance_of
from chaos.shapes import SERVE, Embedded, is_there, production
from chaos.traffic import Traffic
from tests.running import START_SECONDS, children_of

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Collection

    from chaos.attack import Outcome
    from chaos.shapes import Shape
    from tests.running import Greenhouse

KILLS: Final = 12
LONGEST_PAUSE: Final = 3.0  # seconds between one that stands again and the next kill
ROUNDS: Final = 6
LONGEST_START: Final = 6.0  # seconds into a start
WITH_IT: Final = ((), ("tasks",), ("web",), ("web", "tasks"))  # who dies together with the supervisor, by turns


def embedded(garden: Greenhouse) -> Outcome:
    """Supervisor, web process and task process."""
    return killed(garden, Embedded(garden), "killed-embedded", kills=KILLS)


def in_production(garden: Greenhouse) -> Outcome:
    """Web process, worker and beat."""
    with production(garden, "worker", "beat") as shape:
        return killed(garden, shape, "killed-production", kills=KILLS)


def supervisor(garden: Greenhouse) -> Outcome:
    """The supervisor, at work and in the middle of its start, alone or with its children; the next begins at once."""
    seed, chance = chance_of("supervisor-killed")
    refused, answering = 0, 0.0
    with Traffic(garden, chance) as traffic:
        goes_on = traffic.goes_on()
        for turn in range(ROUNDS):
            time.sleep(chance.uniform(0, LONGEST_PAUSE))
            orphans = _orphaned(garden.processes[-1], WITH_IT[turn % len(WITH_IT)])
            begun = garden.start(*SERVE)
            time.sleep(chance.uniform(0, LONGEST_START))
            orphans += _orphaned(begun)
            began = time.monotonic()
            refused += _begin_until_it_stays(garden, orphans)
            garden.wait_until_open(garden.processes[-1])
            answering = max(answering, time.monotonic() - began)
            goes_on = traffic.goes_on() and goes_on
        figure = f"children gone and the next answering after {answering:.0f} s at most, {refused} starts refused"
        return traffic.tally().outcome(
            f"kill -9 of the supervisor at work {ROUNDS} times, of the next in its start {ROUNDS} times",
            f"{figure}; seed {seed}",
            held=goes_on,
        )


def _orphaned(supervisor: subprocess.Popen[bytes], also: Collection[str] = ()) -> list[int]:
    """Kill a supervisor, and some of its children with it. Returns the others."""
    with suppress(ProcessLookupError):
        supervisor.send_signal(signal.SIGSTOP)  # it begins no other child meanwhile
    children = children_of(supervisor.pid)
    supervisor.kill()
    for role in also:
        os.kill(children.pop(Embedded.commands[role]), signal.SIGKILL)
    supervisor.wait()
    return list(children.values())


def _begin_until_it_stays(garden: Greenhouse, orphans: Collection[int]) -> int:
    """Begin the next at once, and again where it ends because the port is taken. Returns how often that was.

    Whoever lost their supervisor have to be gone by then. Raises `AssertionError` where they outlive it.
    """
    refused, deadline = 0, time.monotonic() + START_SECONDS
    process = garden.start(*SERVE)
    while any(map(is_there, orphans)) or children_of(process.pid).keys() != set(Embedded.commands.values()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{orphans} outlived their supervisor, or nobody takes over:\n{garden.log[-2000:]}")
        if process.poll() is not None:
            process, refused = garden.start(*SERVE), refused + 1
        time.sleep(0.05)
    return refused


def killed(garden: Greenhouse, shape: Shape, case: str, *, kills: int) -> Outcome:
    """Kill them by turns of chance, each of them at least once, and count what came through."""
    seed, chance = chance_of(case)
    turns = [*shape.roles, *chance.choices(shape.roles, k=kills - len(shape.roles))]
    chance.shuffle(turns)
    with Traffic(garden, chance) as traffic:
        goes_on = traffic.goes_on()
        for role in turns:
            time.sleep(chance.uniform(0, LONGEST_PAUSE))
            shape.kill(role)
        goes_on = traffic.goes_on() and goes_on
        each = ", ".join(f"{role} {times}" for role, times in sorted(Counter(turns).items()))
        return traffic.tally().outcome(f"kill -9: {each}", f"seed {seed}", held=goes_on)
