"""What goes on just now, from the raw steps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from garden.models import GrowthLog, Project
from visitors.figures.speeds import speed
from visitors.figures.vitals import buckets_of
from visitors.models import Session, Step
from visitors.vocabulary import Device, StepKind, Vital

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from visitors.figures.speeds import Speed

ACTIVE: Final = timedelta(minutes=5)  # since their last step, visitors are there
SHOWN: Final = timedelta(minutes=30)
GROWN: Final = timedelta(days=1)
RECENT: Final = 20  # interactions, areas, growths
MOST_STEPS: Final = 10_000  # that are looked at, the newest


@dataclass(frozen=True, slots=True)
class Interaction:
    """What a visitor did."""

    at: datetime
    area: str
    project_id: UUID | None
    project: str  # its name, empty where it is gone


@dataclass(frozen=True, slots=True)
class Growth:
    """A rung that a plant came to."""

    at: datetime
    project_id: UUID
    project: str
    from_stage: str
    to_stage: str


@dataclass(frozen=True, slots=True)
class Realtime:
    """The garden's last minutes."""

    at: datetime
    active_visitors: int
    by_device: Mapping[str, int]  # of those who are there
    by_area: Mapping[str, int]  # where they are, the fullest first
    steps_by_minute: Sequence[int]  # of the last half hour, the running minute last
    recent_interactions: Sequence[Interaction]  # newest first
    growth_changes: Sequence[Growth]  # of a day, newest first
    page_speeds: Sequence[Speed]  # of the last half hour
    seconds_since_last_step: float | None  # none in a quiet half hour


def realtime(now: datetime) -> Realtime:
    """What goes on, in five queries."""
    steps = list(
        Step.objects.filter(at__gt=now - SHOWN, at__lte=now)
        .order_by("-at", "-pk")
        .values_list("session_id", "at", "kind", "area", "project_id")[:MOST_STEPS]
    )
    devices = dict(
        Session.objects.filter(pk__in={session for session, *_ in steps}, set_aside="").values_list("pk", "device_type")
    )
    steps = [step for step in steps if step[0] in devices]
    last_area = {session: area for session, at, _, area, _ in reversed(steps) if at > now - ACTIVE}
    done = [step for step in steps if step[2] == StepKind.INTERACTION][:RECENT]
    grown = list(
        GrowthLog.objects.filter(recorded_at__gt=now - GROWN, recorded_at__lte=now, backfilled=False)
        .exclude(previous_stage="")
        .order_by("-recorded_at")
        .select_related("project")[: 2 * RECENT]
    )
    names = dict(Project.objects.filter(pk__in={project for *_, project in done}).values_list("pk", "name"))
    minutes = Counter((now - at) // timedelta(minutes=1) for _, at, *_ in steps)
    return Realtime(
        at=now,
        active_visitors=len(last_area),
        by_device=_most(Counter(devices[session] for session in last_area if devices[session] in list(Device))),
        by_area=_most(Counter(area for area in last_area.values() if area)),
        steps_by_minute=[minutes[back] for back in range(SHOWN // timedelta(minutes=1) - 1, -1, -1)],
        recent_interactions=[
            Interaction(at, area, project, names.get(project, "") if project else "")
            for _, at, _, area, project in done
        ],
        growth_changes=[
            Growth(row.recorded_at, row.project_id, row.project.name, row.previous_stage, row.new_stage)
            for row in grown
            if row.is_stage_change
        ][:RECENT],
        page_speeds=_speeds(now),
        seconds_since_last_step=(now - steps[0][1]).total_seconds() if steps else None,
    )


def _most(counts: Counter[str]) -> dict[str, int]:
    return dict(counts.most_common(RECENT))


def _speeds(now: datetime) -> list[Speed]:
    counts: dict[str, Counter[int]] = {vital.value: Counter() for vital in Vital}
    for vital, _, number, often in buckets_of(now - SHOWN, now):
        counts[vital][number] += often
    return [speed(vital, counts[vital.value]) for vital in Vital]
