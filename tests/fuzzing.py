"""How long fuzzing goes on: a moment in `make test`, the same each time; in `make fuzz` as long as one likes.

`FUZZ_TIMES` says how many times as many examples are tried as in `make test`.
"""

from __future__ import annotations

import os
from typing import Any, Final

import hypothesis

TIMES: Final = max(1, int(os.environ.get("FUZZ_TIMES") or 1))
EXAMPLES: Final = 100  # of a property that does not say how many


def load_profile() -> None:
    """Tell Hypothesis how to choose its examples, for whatever test asks for some."""
    in_short = {"derandomize": True, "database": None}  # nothing is found on one machine and not on another
    at_length = {"print_blob": True, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
    hypothesis.settings.register_profile(
        "greenhouse",
        # How long an example takes says something about the machine, and nothing about the code.
        deadline=None,
        max_examples=EXAMPLES * TIMES,
        **(in_short if TIMES == 1 else at_length),
    )
    hypothesis.settings.load_profile("greenhouse")


def examples(number: int, **more: Any) -> hypothesis.settings:
    """So many examples in `make test`, and `TIMES` as many in `make fuzz`."""
    return hypothesis.settings(max_examples=number * TIMES, **more)
