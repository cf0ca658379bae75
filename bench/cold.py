"""The garden's state and its front page where nothing of them is kept: processor time of a process that never saw it.

PostgreSQL works in processes of its own, which are not in the figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bench.report import MILLISECONDS, Result, at_most, exactly, noted
from bench.site import inside, site

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZES: Final = (10, 200, 2000)
ROUNDS: Final = 5  # processes
LIMIT: Final = 0.15  # seconds, for the state at the largest size


def cold_gardens(sizes: Sequence[int] = SIZES, rounds: int = ROUNDS) -> list[Result]:
    """Each size in so many processes, and whether the number of queries grows with the garden."""
    results = []
    queries: dict[str, list[int]] = {"state": [], "page": []}
    with site() as garden:
        for size in sizes:
            found = [inside(garden, "cold", size) for _ in range(rounds)]
            for way, what in (("state", "cold state"), ("page", "cold front page")):
                seconds, asked = [one[way] for one in found], found[-1][f"{way}_queries"]
                queries[way].append(asked)
                name, note = f"{what}, {size:,} projects", f"{asked} queries"
                if way == "state" and size == SIZES[-1]:
                    results.append(at_most(name, seconds, LIMIT, MILLISECONDS, note=note))
                else:
                    results.append(noted(name, seconds, MILLISECONDS, note=note))
    for way, what in (("state", "state"), ("page", "front page")):
        numbers = ", ".join(map(str, queries[way]))
        is_kept = len(set(queries[way])) == 1
        results.append(exactly(f"queries of the {what}, by size", numbers, "constant", is_kept=is_kept))
    return results
