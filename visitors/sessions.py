"""What a visit is and what it adds up to: steps of one visitor with less than thirty minutes between them. Pure."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from visitors.figures.windows import midnight_before
from visitors.vocabulary import Channel, Milestone, SetAside, StepKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

INACTIVITY: Final = timedelta(minutes=30)
CLOCK_TOLERANCE: Final = timedelta(minutes=2)  # a batch waits that long in the page; more, and the clock is off
DAY: Final = timedelta(days=1)
MOST_AREAS: Final = 200  # that a path remembers; projects too
MOST: Final = 2_000_000_000  # of any sum: a column holds no more
FIVE_MINUTES: Final = 300.0
THIRD_PLANT: Final = 3
ID_BITS: Final = 20  # random ones, below the milliseconds

# Faster than a person: so many pages, in less than a second each, and never a hand at pointer, key or screen.
MACHINE_PAGES: Final = 30
MACHINE_SECONDS: Final = 1.0

ACTION: Final = "action"  # the fact of an interaction's context that says what was done
SEED_PLANTED: Final = "seed_planted"
TOUR_FINISHED: Final = "tour_finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedStep:
    """A step with its moment, by our clock."""

    at: datetime
    kind: StepKind
    area: str = ""
    project_id: UUID | None = None
    duration: float = 0.0  # seconds
    scroll_depth: float | None = None
    clicks: int = 0
    action: str = ""
    trusted: bool = False  # a pointer, a key or a touch was seen, and no script's
    x: float | None = None
    z: float | None = None
    context: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How somebody came: the session's first page view says it."""

    channel: Channel = Channel.DIRECT
    referrer_host: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    screen_resolution: str = ""


@dataclass(slots=True, kw_only=True)
class Visit:
    """A session as it adds up; its fields are the columns of `visitors.models.Session`."""

    id: int
    started_at: datetime
    last_activity_at: datetime
    first_of_day: bool
    set_aside: str = ""
    decided_by_owner: bool = False
    agent_family: str = ""
    trusted_input: bool = False
    entry_point: str = ""
    exit_point: str = ""
    journey_path: list[str] = field(default_factory=list)
    projects_viewed: list[str] = field(default_factory=list)
    time_spent_per_project: dict[str, float] = field(default_factory=dict)
    channel: str = Channel.DIRECT.value
    referrer_host: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    country_code: str = ""
    device_type: str = ""
    browser: str = ""
    os: str = ""
    screen_resolution: str = ""
    steps: int = 0
    page_views: int = 0
    interactions: int = 0
    total_time_seconds: float = 0.0
    scroll_depth_percent: int | None = None
    clicks_count: int = 0
    seeds_planted: int = 0
    milestones: list[str] = field(default_factory=list)


def new_id(at: datetime) -> int:
    """An id that grows with time: milliseconds, then chance, so that any process can make one."""
    return (int(at.timestamp() * 1000) << ID_BITS) | secrets.randbits(ID_BITS)


def placed(times: Sequence[datetime | None], now: datetime) -> list[datetime | None]:
    """The moments of one batch by our clock; `None` for one that cannot be placed.

    Clocks of visitors are hours off. Where the newest step is not about now, all of the batch is shifted so that it
    is; what is then more than a day before, or was more than a day ahead, has no place.
    """
    known = [at for at in times if at is not None and abs(at - now) <= DAY]
    shift = now - max(known) if known else timedelta()
    if abs(shift) <= CLOCK_TOLERANCE:
        shift = timedelta()
    moments: list[datetime | None] = []
    for at in times:
        if at is None:
            moments.append(now)
        elif abs(at - now) > DAY or now - (at + shift) > DAY:
            moments.append(None)
        else:
            moments.append(min(at + shift, now))
    return moments


def runs(steps: Iterable[PlacedStep]) -> list[list[PlacedStep]]:
    """Steps in the order of their moments, parted where nothing happened for half an hour."""
    parted: list[list[PlacedStep]] = []
    for step in sorted(steps, key=lambda one: one.at):
        if not parted or step.at - parted[-1][-1].at > INACTIVITY:
            parted.append([])
        parted[-1].append(step)
    return parted


def goes_on(last_at: datetime, run: Sequence[PlacedStep]) -> bool:
    """Whether a run belongs to the session whose last step was at `last_at`.

    One from before belongs to it, too: it came late, or the clock was set back.
    """
    return run[0].at - last_at <= INACTIVITY


def absorb(
    visit: Visit, run: Sequence[PlacedStep], *, before: Sequence[PlacedStep] = (), came_back: bool = False
) -> None:
    """Add the steps of a run, which are in order, to a visit.

    `before` are the steps that it has already, needed where the run is older than the newest of them: batches overtake
    each other, and the path is that of the steps and not of their arrival.
    """
    for step in run:
        _add(visit, step)
    ordered = sorted([*before, *run], key=lambda one: one.at) if before else run
    if before:
        visit.journey_path, visit.projects_viewed, visit.entry_point = [], [], ""
    for step in ordered:
        _walk(visit, step)
    visit.started_at = min(visit.started_at, run[0].at)
    visit.last_activity_at = max(visit.last_activity_at, run[-1].at)
    visit.milestones = milestones(visit, run, came_back=came_back)
    if not visit.set_aside and not visit.decided_by_owner and is_too_fast(visit):
        visit.set_aside = SetAside.SPEED.value
    elif visit.set_aside == SetAside.SPEED and visit.trusted_input and not visit.decided_by_owner:
        visit.set_aside = ""


def _add(visit: Visit, step: PlacedStep) -> None:
    visit.steps = min(visit.steps + 1, MOST)
    visit.page_views = min(visit.page_views + (step.kind == StepKind.PAGE_VIEW), MOST)
    visit.interactions = min(visit.interactions + (step.kind == StepKind.INTERACTION), MOST)
    visit.clicks_count = min(visit.clicks_count + step.clicks, MOST)
    visit.seeds_planted = min(visit.seeds_planted + (step.action == SEED_PLANTED), MOST)
    visit.total_time_seconds += step.duration
    visit.trusted_input = visit.trusted_input or step.trusted
    if step.scroll_depth is not None:
        visit.scroll_depth_percent = max(visit.scroll_depth_percent or 0, round(step.scroll_depth * 100))
    if step.project_id is not None:
        times, project = visit.time_spent_per_project, str(step.project_id)
        if project in times or len(times) < MOST_AREAS:
            times[project] = round(times.get(project, 0.0) + step.duration, 3)


def _walk(visit: Visit, step: PlacedStep) -> None:
    if step.area:
        visit.entry_point = visit.entry_point or step.area
        visit.exit_point = step.area
        if (not visit.journey_path or visit.journey_path[-1] != step.area) and len(visit.journey_path) < MOST_AREAS:
            visit.journey_path.append(step.area)
    if step.project_id is not None:
        project = str(step.project_id)
        if project not in visit.projects_viewed and len(visit.projects_viewed) < MOST_AREAS:
            visit.projects_viewed.append(project)


def milestones(visit: Visit, run: Iterable[PlacedStep], *, came_back: bool = False) -> list[str]:
    """What the visit has reached so far, in the order of the reaching. Nothing that was reached is lost."""
    reached = {
        Milestone.FIRST_VISIT: visit.first_of_day,
        Milestone.CAME_BACK: came_back or not visit.first_of_day,
        Milestone.THIRD_PLANT: len(visit.projects_viewed) >= THIRD_PLANT,
        Milestone.FIVE_MINUTES: visit.total_time_seconds >= FIVE_MINUTES,
        Milestone.SEED_PLANTED: visit.seeds_planted > 0,
        Milestone.WHOLE_TOUR: any(step.action == TOUR_FINISHED for step in run),
    }
    return [*visit.milestones, *(one.value for one, is_so in reached.items() if is_so and one not in visit.milestones)]


def is_too_fast(visit: Visit) -> bool:
    """Whether no person could have looked at so many pages in the time. A hand that was seen is one of a person."""
    seconds = (visit.last_activity_at - visit.started_at).total_seconds()
    return (
        visit.page_views >= MACHINE_PAGES and seconds < visit.page_views * MACHINE_SECONDS and not visit.trusted_input
    )


def arrive(visit: Visit, arrival: Arrival) -> None:
    """Note how the visitor came, unless the session knows already."""
    if visit.channel == Channel.DIRECT and not visit.referrer_host and not visit.utm_source:
        visit.channel = arrival.channel.value
        visit.referrer_host = arrival.referrer_host
        visit.utm_source, visit.utm_medium = arrival.utm_source, arrival.utm_medium
        visit.utm_campaign = arrival.utm_campaign
    visit.screen_resolution = visit.screen_resolution or arrival.screen_resolution


def is_first_half_hour(now: datetime) -> bool:
    """Whether a session of yesterday can still go on, under yesterday's pseudonym."""
    return now - midnight_before(now) < INACTIVITY
