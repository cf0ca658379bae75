"""Goals and funnels, from the raw steps: as far back as journeys are kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db.models import Q

from garden.models import Project
from visitors.figures import patterns
from visitors.figures.comparing import beside
from visitors.figures.dashboard import check
from visitors.figures.reading import earlier_of
from visitors.figures.visits import paths_of, sessions
from visitors.figures.windows import DAY, begin_of
from visitors.marks import REST, Mark, stage, stages, with_plants
from visitors.models import Goal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from visitors.figures.comparing import Earlier
    from visitors.figures.patterns import Conversion, Reached
    from visitors.figures.windows import Window
    from visitors.marks import Stage, Taken
    from visitors.models import Funnel, Session
    from visitors.vocabulary import Dimension

INTERACTED: Final = "Did something with a plant"
PLANTED: Final = "Planted a seed"


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """A step as the owner wrote it, and who came there."""

    line: str
    reached: Reached


@dataclass(frozen=True, slots=True)
class FunnelResult:
    """A funnel over a while."""

    name: str
    steps: Sequence[FunnelStep]
    visits: int  # that there were in all
    since: date
    visits_before: int | None  # in the period before; none where it is not known
    earlier: Earlier


def raw_since(window: Window) -> datetime:
    """The first moment of a window whose visits are there as they were."""
    oldest = begin_of((window.until - settings.JOURNEYS_KEPT_DAYS * DAY).date()) + DAY
    return max(window.since, oldest)


def conversions(window: Window, filters: Mapping[Dimension, str] | None = None) -> list[Conversion]:
    """What every garden hopes for, and the owner's goals. Seven queries, and five of the period before, where one of
    each reads the steps of a thousand visits: of more there are more.
    """
    wanted = [(INTERACTED, "interaction"), *Goal.objects.order_by("name").values_list("name", "mark")]
    now = _conversions(sessions(raw_since(window), window.until, filters), wanted)
    earlier = earlier_of(window, raw=True)
    before = None
    if earlier.is_known:
        before = _conversions(sessions(earlier.since, earlier.until, filters), wanted)
    return beside(now, before, attrgetter("name"), come_and_go=False)


def _conversions(found: QuerySet[Session], wanted: Sequence[tuple[str, str]]) -> list[Conversion]:
    planted = found.filter(seeds_planted__gt=0).count()
    hoped, total = _reached(found, wanted)
    return [
        hoped[0],
        patterns.Conversion(PLANTED, planted, planted / total if total else 0.0, ()),
        *hoped[1:],
    ]


def reach(goals: Sequence[Goal], window: Window) -> list[Conversion]:
    """How many of a while's visits reached each goal. Four queries, however many goals there are."""
    return _reached(sessions(raw_since(window), window.until), [(goal.name, goal.mark) for goal in goals])[0]


def _reached(found: QuerySet[Session], hoped: Sequence[tuple[str, str]]) -> tuple[list[Conversion], int]:
    """Who of some visits did what is hoped for, by names and marks, and how many visits there were."""
    total = found.count()
    wanted = [stage(mark) for _, mark in hoped]
    ids = _ids(mark for alternatives in wanted for mark in alternatives)
    wanted = [with_plants(alternatives, ids) for alternatives in wanted]
    named = [(name, alternatives) for (name, _), alternatives in zip(hoped, wanted, strict=True)]
    return patterns.conversions(_paths(found, wanted), named, total), total


def funnel(which: Funnel, window: Window, filters: Mapping[Dimension, str] | None = None) -> FunnelResult:
    """Who of a while's visits went how far. Eight queries, of at most a thousand. Raises `FiltersRefused`."""
    return funnels([which], window, filters)[0]


def funnels(
    many: Sequence[Funnel], window: Window, filters: Mapping[Dimension, str] | None = None
) -> list[FunnelResult]:
    """The same of many funnels, in as many queries as for one: their paths are read once. Raises `FiltersRefused`."""
    check(window, filters or {})
    wanted = [stages(one.steps) for one in many]
    ids = _ids(mark for steps in wanted for alternatives in steps for mark in alternatives)
    wanted = [[with_plants(alternatives, ids) for alternatives in steps] for steps in wanted]
    visits, reached = _walked(sessions(since := raw_since(window), window.until, filters), wanted)
    earlier, visits_before = earlier_of(window, raw=True), None
    if earlier.is_known:
        visits_before, then = _walked(sessions(earlier.since, earlier.until, filters), wanted)
        reached = [
            [replace(step, before=was) for step, was in zip(*one, strict=True)]
            for one in zip(reached, then, strict=True)
        ]
    return [
        FunnelResult(one.name, _steps(one, steps), visits, since.date(), visits_before, earlier)
        for one, steps in zip(many, reached, strict=True)
    ]


def _walked(found: QuerySet[Session], wanted: Sequence[Sequence[Stage]]) -> tuple[int, list[list[Reached]]]:
    """How many visits there were, and how far they came in each of many funnels."""
    paths = _paths(found, [alternatives for steps in wanted for alternatives in steps])
    return found.count(), patterns.funnels(paths, wanted)


def _steps(which: Funnel, reached: Sequence[Reached]) -> list[FunnelStep]:
    lines = [line.strip() for line in which.steps.splitlines() if line.strip()]
    return [FunnelStep(line, one) for line, one in zip(lines, reached, strict=True)]


def _ids(marks: Iterable[Mark]) -> dict[str, str]:
    slugs = {mark.plant for mark in marks if mark.plant}
    if not slugs:
        return {}
    return {slug: str(pk) for slug, pk in Project.objects.filter(slug__in=slugs).values_list("slug", "pk")}


def _paths(found: QuerySet[Session], wanted: Sequence[Stage]) -> Iterable[list[Taken]]:
    """The paths of visits, as far as they touch a stage: the rest changes nothing and is not read."""
    marks = [mark for alternatives in wanted for mark in alternatives]
    return paths_of(found, _any_of(marks)) if marks else ()


def _any_of(marks: Iterable[Mark]) -> Q:
    condition = Q(pk=None)
    for mark in marks:
        one = Q()
        if mark.kind is not None:
            one &= Q(kind=mark.kind)
        if mark.plant:
            one &= Q(project_id=mark.plant)
        if mark.area.endswith(REST):
            one &= Q(area__startswith=mark.area.removesuffix(REST))
        elif mark.area:
            one &= Q(area=mark.area)
        condition |= one
    return condition
