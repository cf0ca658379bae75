"""A made-up year of visits, written straight into the tables: what a garden that is well visited would hold.

Run inside of a greenhouse; `year` prints how long the counting took.
"""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone

from garden.models import Project
from visitors.figures.bulk import write_rows
from visitors.figures.rollups import count_day, roll_up
from visitors.figures.windows import DAY, begin_of
from visitors.models import Funnel, PageSpeed, Session, Step
from visitors.vocabulary import Channel, SetAside, StepKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DAYS: Final = 365
STEPS_A_VISIT: Final = 11.5
AREAS: Final = ("gate", "pond", "bench", "path", "glasshouse", "hill", "shed", "meadow")
COUNTRIES: Final = [f"{one}{other}" for one in "ABCD" for other in "ABCDEFGH"]
REFERRERS: Final = [f"site-{number}.example" for number in range(75)]
BROWSERS: Final = ("Firefox", "Chrome", "Safari", "Edge", "Samsung Internet")
SYSTEMS: Final = ("Linux", "Windows", "macOS", "Android", "iOS")
SCREENS: Final = ("small", "medium", "large", "huge")
DEVICES: Final = ("desktop", "mobile", "tablet")
MACHINES: Final = 0.1  # of all sessions
SESSION: Final = (
    *("id", "started_at", "last_activity_at", "first_of_day", "set_aside", "decided_by_owner", "agent_family"),
    *("trusted_input", "entry_point", "exit_point", "journey_path", "projects_viewed", "time_spent_per_project"),
    *("channel", "referrer_host", "utm_source", "utm_medium", "utm_campaign", "country_code", "device_type"),
    *("browser", "os", "screen_resolution", "steps", "page_views", "interactions", "total_time_seconds"),
    *("scroll_depth_percent", "clicks_count", "seeds_planted", "milestones"),
)
STEP: Final = (*("session_id", "at", "kind", "project_id", "area", "x", "z", "duration", "scroll_depth", "context"),)


class Year:
    """Throws the dice."""

    def __init__(self, plants: Sequence[str]) -> None:
        self.dice = random.Random(12)
        self.plants = plants
        self.number = 0

    def day(self, day: date, steps: int, *, until: datetime | None = None) -> int:
        """Write the visits of a day, or of its hours until a moment, and their page speeds. Returns the steps."""
        sessions: list[tuple[Any, ...]] = []
        taken: list[tuple[Any, ...]] = []
        begin, end = begin_of(day), until or begin_of(day) + DAY
        while len(taken) < steps:
            at = begin + self.dice.random() * (end - begin)
            path = list(self._path(at))
            taken += [(self.number, *step) for step in path]
            sessions.append(self._session(at, path))
            self.number += 1
        with transaction.atomic():
            write_rows(Session, SESSION, sessions)
            write_rows(Step, STEP, taken)
            PageSpeed.objects.bulk_create(
                PageSpeed(at=row[1], area="/", lcp=self.dice.lognormvariate(7.3, 0.5), inp=90, cls=0.05)
                for row in sessions[::2]
            )
        return len(taken)

    def _path(self, at: datetime) -> Iterator[tuple[Any, ...]]:
        dice = self.dice
        yield at, StepKind.PAGE_VIEW.value, None, "/", None, None, dice.expovariate(0.1), dice.random(), None
        area = dice.randrange(len(AREAS))
        for _ in range(round(dice.expovariate(1 / STEPS_A_VISIT))):
            at += timedelta(seconds=dice.expovariate(1 / 15))
            kind = dice.choices((1, 2, 3), (5, 1, 4))[0]
            plant = dice.choice(self.plants) if kind != StepKind.NAVIGATION else None
            if kind == StepKind.NAVIGATION:
                area = (area + dice.choice((1, 1, 2, 5))) % len(AREAS)
            x, z = dice.gauss(0, 4), dice.gauss(0, 4)
            yield at, kind, plant, AREAS[area], x, z, dice.expovariate(0.1), None, None

    def _session(self, at: datetime, path: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
        dice = self.dice
        aside = dice.random() < MACHINES
        channel = dice.choice(list(Channel))
        areas = [step[3] for step in path]
        return (
            *(self.number, at, path[-1][0], dice.random() < 0.8, SetAside.AGENT.value if aside else "", False),
            *("A crawler" if aside else "", True, areas[0], areas[-1], "[]", "[]", "{}", channel.value),
            dice.choice(REFERRERS) if channel is not Channel.DIRECT else "",
            *("", "", "spring" if channel is Channel.CAMPAIGN else "", dice.choice(COUNTRIES), dice.choice(DEVICES)),
            *(dice.choice(BROWSERS), dice.choice(SYSTEMS), dice.choice(SCREENS), len(path), 1),
            sum(step[1] == StepKind.INTERACTION for step in path),
            *(sum(step[6] for step in path), None, 0, 0, "[]"),
        )


def year(steps: int, days: int = DAYS) -> None:
    """A year until now with so many steps, or its last days, counted."""
    now = timezone.now().astimezone(UTC)
    made = Year([str(pk) for pk in Project.objects.values_list("pk", flat=True)])
    a_day, written = steps // DAYS, 0
    for back in range(days - 1, 0, -1):
        weekend = (now - back * DAY).weekday() > 4
        written += made.day((now - back * DAY).date(), round(a_day * (0.7 if weekend else 1.12)))
    written += made.day(now.date(), a_day // 2, until=now)
    Funnel.objects.create(name="To a plant", slug="to-a-plant", steps="page:/\narea:pond or area:bench\ninteraction")
    began, cpu = time.perf_counter(), time.process_time()
    roll_up(now)
    told = {
        "steps": written,
        "sessions": made.number,
        "count_year": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
    }
    print(json.dumps(told))  # noqa: T201


def heavy_day(steps: int) -> None:
    """Another day beside them, which is counted alone."""
    made = Year([str(pk) for pk in Project.objects.values_list("pk", flat=True)])
    made.number = 10_000_000
    day = (timezone.now() - 2 * DAY * DAYS).date()
    written = made.day(day, steps)
    took = []
    for _ in range(3):
        began, cpu = time.perf_counter(), time.process_time()
        count_day(day, fingerprint="", until=timezone.now())
        took.append((time.perf_counter() - began, time.process_time() - cpu))
    seconds, used = min(took)
    print(json.dumps({"steps": written, "seconds": seconds, "cpu": used}))  # noqa: T201
