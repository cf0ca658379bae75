"""PostgreSQL and Redis that end as in a crash while much is sent: away for a while, or back at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from chaos.attack import chance_of
from chaos.shapes import production
from chaos.traffic import Traffic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chaos.attack import Outcome
    from chaos.shapes import Production
    from tests.running import Greenhouse

ROUNDS: Final = 6
LONGEST_OUTAGE: Final = 6.0  # seconds
LONGEST_PAUSE: Final = 2.0


def database(garden: Greenhouse) -> Outcome:
    return _restarted(garden, "database-restarts", ("PostgreSQL",))


def redis(garden: Greenhouse) -> Outcome:
    return _restarted(garden, "redis-restarts", ("Redis",))


def both(garden: Greenhouse) -> Outcome:
    return _restarted(garden, "both-restart", ("PostgreSQL", "Redis"))


def _restarted(garden: Greenhouse, case: str, servers: Sequence[str]) -> Outcome:
    """End them again and again, every other time only for a moment; after each, everybody has to get through again."""
    seed, chance = chance_of(case)
    with production(garden, "worker", "beat") as shape, shape.kept_alive(), Traffic(garden, chance) as traffic:
        back = traffic.goes_on()
        for turn in range(ROUNDS):
            time.sleep(chance.uniform(0, LONGEST_PAUSE))
            _end(shape, servers)
            if turn % 2 == 0:
                time.sleep(chance.uniform(1, LONGEST_OUTAGE))
            _begin(shape, servers)
            back = traffic.goes_on() and back
        tally = traffic.tally()
        ended = ", ".join(f"{role} ended {times} times by itself" for role, times in shape.ended.items())
        figure = "; ".join(filter(None, ["" if back else "not back", ended, f"seed {seed}"]))
        return tally.outcome(f"{' and '.join(servers)} stopped {ROUNDS} times", figure, held=back)


def _end(shape: Production, servers: Sequence[str]) -> None:
    if "PostgreSQL" in servers:
        shape.postgres.stop()
    if "Redis" in servers:
        shape.redis.kill()


def _begin(shape: Production, servers: Sequence[str]) -> None:
    if "Redis" in servers:
        shape.redis.start()
    if "PostgreSQL" in servers:
        shape.postgres.start()
