"""What `make bench` measures, part by part, and each part made short for a try."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from bench.coding import coding_time
from bench.cold import cold_gardens
from bench.hot import hot_garden
from bench.importing import imports
from bench.journeys import journeys
from bench.memory import web_memory
from bench.pages import hot_pages
from bench.presence import presence
from bench.rest import at_rest
from bench.scene import scene
from bench.slow import slow_views
from bench.sockets import fan_out
from bench.views import first_views
from bench.visits import figures_of_visits

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.report import Result


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a run; each begins with an empty garden."""

    name: str  # as it is asked for
    title: str
    measure: Callable[[], list[Result]]
    try_out: Callable[[], list[Result]]  # the same in a fraction of the time: whether it runs, not how fast


PARTS: Final = (
    Part("rest", "A start, and rest", at_rest, partial(at_rest, starts=1, seconds=8)),
    Part("scene", "The scene", scene, partial(scene, rounds=1)),
    Part("hot", "The hot garden", hot_garden, partial(hot_garden, projects=50, rounds=2)),
    Part("pages", "Pages and pictures", hot_pages, partial(hot_pages, rounds=2)),
    Part("cold", "A cold garden", cold_gardens, partial(cold_gardens, sizes=(10, 50), rounds=2)),
    Part("import", "Imports", imports, partial(imports, commits=1_000, rounds=2, short=1_000, long=2_000)),
    Part("sockets", "Live events", fan_out, partial(fan_out, counts=(50, 100), rounds=2, events=20)),
    Part("presence", "Visitors who walk", presence, partial(presence, seconds=4)),
    Part("heartbeats", "Coding time", coding_time, partial(coding_time, sent=2_000, of_a_year=20_000)),
    Part("journeys", "What visitors do", journeys, partial(journeys, seconds=3, rounds=2, kills=1)),
    Part(
        "visits",
        "Figures of visits",
        figures_of_visits,
        partial(figures_of_visits, steps=20_000, heavy=2_000, questions=5),
    ),
    Part("memory", "Memory under load", web_memory, partial(web_memory, minutes=0.2)),
    Part("views", "What a first visit loads", first_views, partial(first_views, sizes=(40,))),
    Part("slow", "A first visit over slow 4G", slow_views, partial(slow_views, sizes=(15,), rounds=2)),
)
