"""Processes that are killed at random moments while much is sent: what was taken is there once, whoever died."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from chaos.attack import chance_of
from chaos.shapes import Embedded, production
from chaos.traffic import Traffic

if TYPE_CHECKING:
    from chaos.attack import Outcome
    from chaos.shapes import Shape
    from tests.running import Greenhouse

KILLS: Final = 12
LONGEST_PAUSE: Final = 3.0  # seconds between one that stands again and the next kill


def embedded(garden: Greenhouse) -> Outcome:
    """Supervisor, web process and task process."""
    return killed(garden, Embedded(garden), "killed-embedded", kills=KILLS)


def in_production(garden: Greenhouse) -> Outcome:
    """Web process, worker and beat."""
    with production(garden, "worker", "beat") as shape:
        return killed(garden, shape, "killed-production", kills=KILLS)


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
