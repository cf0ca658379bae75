"""The growing conditions, told to the garden by whoever knows the weather: the garden itself does not.

One number round 1.0 that colours vitality and momentum (`growth.assess`), never growth. Nobody told, it is neutral.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

NEUTRAL: Final = 1.0

_provider: Callable[[datetime], float] = lambda _now: NEUTRAL  # noqa: E731 – typed as what takes its place


def set_provider(provider: Callable[[datetime], float]) -> None:
    """Let `provider` say the conditions of a moment from now on."""
    global _provider
    _provider = provider


def conditions(now: datetime) -> float:
    """The growing conditions of a moment, 0.9 to 1.1."""
    return _provider(now)
