"""Days of the past, worked out once: much is read for one, and little of it changes."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from common.byte_cache import ByteCache
from garden import plant_views, selectors
from greenhouse.past import GardenFacts, GardenView, garden_at
from skills import selectors as skill_selectors

if TYPE_CHECKING:
    from datetime import date

PAST_DAYS_KEPT: Final = 16
PAST_BYTES: Final = 16 * 1024 * 1024
PAST_PLANT_BYTES: Final = 1200  # of a plant on a day, as measured

_working_out = threading.Lock()  # a past day is much work: whoever asks meanwhile waits for the answer


@dataclass(frozen=True, slots=True)
class PastDay:
    """A day that was worked out, and what it was worked out of."""

    version: tuple[Any, ...]
    garden: GardenView

    @property
    def weight(self) -> int:
        """Bytes, roughly."""
        return PAST_PLANT_BYTES * len(self.garden.plants)


past_days: Final[ByteCache[PastDay]] = ByteCache(PAST_BYTES, PAST_DAYS_KEPT)


def past_day(day: date, today: date, facts_version: tuple[Any, ...]) -> GardenView:
    """The garden on a day before `today`, kept as long as the facts have the same version. Seven queries, or none."""
    version = (today, facts_version)
    with _working_out:
        kept = past_days.get(day)
        if kept is None or kept.version != version:
            tallies = selectors.disclosed_tallies()
            facts = GardenFacts(today, plant_views.plant_facts(tallies), skill_selectors.sky_facts(tallies))
            kept = PastDay(version, garden_at(day, facts))
            past_days.put(day, kept)
    return kept.garden
