"""A second start, and what a greenhouse takes while nobody asks for anything."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from bench.load import megabytes_of, megabytes_shared_out, seconds_used
from bench.report import MEGABYTES, PERCENT, SECONDS, Result, at_most, noted
from bench.site import inside, site
from tests.running import children_of

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

PROJECTS: Final = 40
REST_SECONDS: Final = 60.0  # long enough that one task of the schedule is not taken for the rule
PARTS: Final = 4  # of the rest, each looked at
STARTS: Final = 3


def at_rest(starts: int = STARTS, seconds: float = REST_SECONDS) -> list[Result]:
    """What `make run` does from the second time on, until the first answer; then rest."""
    took = []
    with site() as garden:
        inside(garden, "plant", PROJECTS)
        garden.manage("setup")
        for _ in range(starts):
            garden.stop()
            began = time.perf_counter()
            garden.manage("setup")
            server = garden.serve()
            took.append(time.perf_counter() - began)
        return [at_most("second start", took, 10, SECONDS), *resting(server, seconds)]


def resting(server: subprocess.Popen[bytes], seconds: float) -> list[Result]:
    """Memory and processor time of all processes, by quarters of the time."""
    processes = [server.pid, *children_of(server.pid).values()]
    time.sleep(5)
    weights, shared_out, shares = [], [], []
    for _ in range(PARTS):
        before = seconds_used(*processes)
        time.sleep(seconds / PARTS)
        shares.append((seconds_used(*processes) - before) / seconds * PARTS)
        weights.append(megabytes_of(*processes))
        shared_out.append(megabytes_shared_out(*processes))
    return [
        at_most("memory at rest, all processes", weights, 250, MEGABYTES),
        noted("… what they share counted once", shared_out, MEGABYTES),
        at_most("processor at rest, of a core", shares, 0.02, PERCENT, of=_mean),
    ]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
