"""Writes that make a plant grow: work out the growth, keep its past, count attention.

What happened is written down in `garden/recording.py`; planting, curating and removing stand in `garden/planting.py`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q

from garden import climate, coding, events, ownership, reactions, selectors
from garden.engine import forecast, growth
from garden.engine.life import assisted_share
from garden.event_types import ANNOUNCEMENT, ProjectGrowth, VisitorInteraction
from garden.growth_log import CLOCKS_DIFFER, backfill, is_clock_behind, is_import_under_way, log_snapshot
from garden.locks import lock_row
from garden.models import GardenEvent, IdempotentReply, Interaction, Project
from garden.recording import WORK
from garden.vocabulary import ActivityKind, GrowthStage, InteractionKind, Whose

if TYPE_CHECKING:
    from collections.abc import Callable

    from garden.engine.growth import Assessment
    from garden.engine.life import DayTally, Portrait

VISIBLE_STEP = 0.002  # the smallest change of growth_factor or vitality that a browser is told
LOOKED_AT = 20  # newest facts among which the last one is: a day of coding may stand before its end


logger = structlog.get_logger(__name__)


class InteractionRefused(Exception):
    """The plant takes no visitors: it is archived, or not public."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What growing came to."""

    from_stage: GrowthStage
    to_stage: GrowthStage
    growth_factor: float  # 0–1

    @property
    def stage_changed(self) -> bool:
        """Whether a rung was climbed (or lost)."""
        return self.from_stage != self.to_stage


@transaction.atomic
def grow(*, project: Project, now: datetime, source: str) -> Growth:
    """Work out one project's growth from everything known about it, log it and publish it.

    Nothing is logged while the log is stale, as in the middle of an import: its past is written first.
    """
    lock_row(project)
    _decide_what_counts(project)
    if project.recount_due:
        return _recount(project, now=now, source=source)
    return _grow(project, now=now, source=source)


@transaction.atomic
def catch_up(*, project: Project, now: datetime, source: str) -> Growth:
    """Write the past again where the log is stale, and let the plant grow: what follows when facts have come in."""
    lock_row(project)
    _decide_what_counts(project)
    if project.history_stale_since:
        backfill(project=project, now=now)
    if project.recount_due:
        return _recount(project, now=now, source=source)
    return _grow(project, now=now, source=source)


def _grow(project: Project, *, now: datetime, source: str, recounted: bool = False) -> Growth:
    tallies = selectors.tallies_of([project.pk], until=now).get(project.pk, [])
    return _apply_assessment(
        project, tallies, now=now, source=source, conditions=climate.conditions(now), recounted=recounted
    )


def _decide_what_counts(project: Project) -> None:
    if ownership.decide([project]) and project.grown_at:
        project.recount_due = True


def _recount(project: Project, *, now: datetime, source: str) -> Growth:
    """Write the whole past of a project, which is held, as what counts now makes it. Nothing of it is news.

    In the middle of an import the past is left to its end, and while the clock is behind all is left as it is.
    """
    if is_clock_behind(project, now):
        return _unchanged(project)
    project.recount_due = False
    project.last_activity_at = _last_activity(project, now)
    project.save(update_fields=["recount_due", "last_activity_at"])
    project.growth_log.all().delete()
    if not project.history_stale_since:
        backfill(project=project, now=now)
    return _grow(project, now=now, source=source, recounted=True)


def _last_activity(project: Project, now: datetime) -> datetime | None:
    """When somebody last worked on it, of what does not lie ahead."""
    horizon = now + CLOCKS_DIFFER
    facts = project.activities.filter(kind__in=WORK, occurred_at__lte=horizon).exclude(whose=Whose.BOT)
    rows = facts.order_by("-occurred_at").values_list("occurred_at", "data")[:LOOKED_AT]
    return max((at for at in (coding.last_worked(*row) for row in rows) if at <= horizon), default=None)


def _note_what_came_to_its_day(now: datetime) -> None:
    """Say anew when plants were last worked on whose newest work lay ahead before, or lies ahead now.

    It did, or does, where this machine's clock was behind or ahead. One query where it was right all the time.
    """
    horizon = now + CLOCKS_DIFFER
    work = Q(activities__kind__in=WORK - {ActivityKind.CODING}, activities__occurred_at__lte=horizon)
    standing = Q(activities__withdrawn="") & ~Q(activities__whose=Whose.BOT)
    known = Project.objects.exclude(is_demo=True).annotate(
        newest=Max("activities__occurred_at", filter=work & standing)
    )
    unknown = Q(last_activity_at=None, newest__isnull=False)
    for project in known.filter(unknown | Q(newest__gt=F("last_activity_at")) | Q(last_activity_at__gt=horizon)):
        with suppress(Project.DoesNotExist), transaction.atomic():
            lock_row(project)
            if not is_clock_behind(project, now):
                project.last_activity_at = _last_activity(project, now)
                project.save(update_fields=["last_activity_at", "updated_at"])


def _unchanged(project: Project) -> Growth:
    stage = GrowthStage(project.growth_stage)
    return Growth(stage, stage, project.growth_factor)


def recount_all(*, now: datetime, source: str) -> int:
    """Write the past of every project for which other facts count than before. Returns how many."""
    due = list(Project.objects.filter(recount_due=True))
    for project in due:
        with suppress(Project.DoesNotExist):
            grow(project=project, now=now, source=source)
    return len(due)


def grow_all(*, now: datetime, source: str, tell: Callable[[str, int, int], None] = lambda *_: None) -> list[Growth]:
    """The same for every project, with one read for all of their histories; `tell` hears of each.

    A plant that cannot be grown is logged and left for the next time; the others grow.
    """
    ownership.follow_settings(now=now)
    recount_all(now=now, source=source)
    _note_what_came_to_its_day(now)
    projects = list(Project.objects.exclude(is_demo=True))
    tallies = selectors.tallies_of([project.pk for project in projects], until=now)
    conditions = climate.conditions(now)
    grown = []
    for place, project in enumerate(projects):
        tell(project.name, place, len(projects))
        try:
            with transaction.atomic():
                read_at = project.grown_at
                lock_row(project)
                if project.history_stale_since and not is_import_under_way(project, now):
                    backfill(project=project, now=now)  # whoever brought its facts in was cut off
                if project.grown_at == read_at:  # else somebody read more than we did
                    known = tallies.get(project.pk, [])
                    grown.append(_apply_assessment(project, known, now=now, source=source, conditions=conditions))
        except Project.DoesNotExist:
            continue
        except Exception:
            logger.exception("growth.failed", project=str(project.pk))
    return grown


def _apply_assessment(
    project: Project,
    tallies: list[DayTally],
    *,
    now: datetime,
    source: str,
    conditions: float,
    recounted: bool = False,
) -> Growth:
    """Write one assessment to the project, which is held, and to its log, and publish what a browser would see.

    Where other facts count than before, browsers learn of the size, and of no rung that was climbed or lost. While the
    clock is behind, a plant stays as it is.
    """
    if is_clock_behind(project, now):
        return _unchanged(project)
    portrait = selectors.portrait_of(project, tallies)
    previous = GrowthStage(project.growth_stage)
    # A plant that was never assessed has no rung to hold on to, and one that is counted anew none that it earned.
    held = previous if project.grown_at and not recounted else None
    boosted = project.boosted_at is not None and now - project.boosted_at < growth.BOOST_LASTS
    assessment = growth.assess(
        tallies,
        portrait,
        now=now,
        previous_stage=held,
        conditions=conditions,
        boost=project.boost if boosted else 0.0,
    )
    if held and assessment.stage.rung < held.rung:
        return _recount(project, now=now, source=source)  # less counts than before: so it does in the past
    visibly = _is_visible(project, assessment)
    if not project.history_stale_since:
        log_snapshot(project, assessment, tallies, now)
    expected = _forecast(tallies, portrait, assessment.stage, now) if settings.ENABLE_GROWTH_PREDICTION else {}
    _write_assessment(project, assessment, tallies, expected, now)
    if visibly:
        _publish_growth(project, assessment.stage if recounted else previous, source=source, now=now)
    return Growth(previous, assessment.stage, assessment.growth_factor)


def _is_visible(project: Project, assessment: Assessment) -> bool:
    """Whether an assessment changes what a browser shows of the plant."""
    return (
        assessment.stage != GrowthStage(project.growth_stage)
        or abs(assessment.growth_factor - project.growth_factor) >= VISIBLE_STEP
        or abs(assessment.vitality - project.vitality) >= VISIBLE_STEP * 10
    )


def _write_assessment(
    project: Project, assessment: Assessment, tallies: list[DayTally], expected: dict[str, object], now: datetime
) -> None:
    found = {
        "commit_count": sum(tally.commits + tally.uncounted_commits for tally in tallies) + project.earlier_commits,
        "growth_stage": assessment.stage,
        "growth_factor": assessment.growth_factor,
        "stage_progress": assessment.progress,
        "vitality": assessment.vitality,
        "momentum": assessment.momentum,
        "assisted_share": assisted_share(tallies),
        "complexity_score": assessment.complexity,
        "lines_of_code": assessment.lines_of_code,
        "growth_reasons": [asdict(factor) for factor in assessment.factors],
        "forecast": expected,
        "grown_at": now,
    }
    for name, value in found.items():
        setattr(project, name, value)
    project.save(update_fields=[*found, "updated_at"])


def _publish_growth(project: Project, previous: GrowthStage, *, source: str, now: datetime) -> None:
    grown = ProjectGrowth(
        project_id=project.id,
        from_stage=previous,
        to_stage=GrowthStage(project.growth_stage),
        growth_factor=round(project.growth_factor, 4),
        stage_progress=round(project.stage_progress, 4),
        vitality=round(project.vitality, 3),
        commit_count=project.commit_count,
    )
    events.publish_of(project, grown, source=source, now=now)


def _forecast(tallies: list[DayTally], portrait: Portrait, stage: GrowthStage, now: datetime) -> dict[str, object]:
    """The predicted next stage as plain JSON; empty where there is nothing to say."""
    prediction = forecast.predict(tallies, portrait, now=now, previous_stage=stage)
    if prediction is None:
        return {}
    return {
        key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in asdict(prediction).items()
    }


def interact(*, project: Project, kind: InteractionKind, visitor: str | None, now: datetime) -> Growth:
    """Count one visitor's attention, once a day and kind. What the plant makes of it shows at its next look (hourly).

    It looks at once only where it may reach its next rung: so a visitor costs little and ages nothing that is kept.
    `visitor` is the pseudonym of the day, or `None` for someone who asked not to be counted: they are answered the
    same and leave no trace. Raises `InteractionRefused` when the plant takes no visitors.
    """
    if not project.shown:
        raise InteractionRefused("this plant is not open to visitors")
    stage = GrowthStage(project.growth_stage)
    unchanged = Growth(stage, stage, project.growth_factor)
    if visitor is None or not _count_interaction(project, kind, visitor, now):
        return unchanged
    if project.is_demo or not _may_climb(project):
        return unchanged
    return grow(project=project, now=now, source="visitor")


def _may_climb(project: Project) -> bool:
    """Whether the attention since a plant's last look can have lifted it to its next rung. One query."""
    engagement = next((factor["value"] for factor in project.growth_reasons if factor["key"] == "engagement"), None)
    if engagement is None or project.grown_at is None:
        return True
    since = Interaction.objects.filter(project=project, occurred_at__gte=project.grown_at).count()
    stage = GrowthStage(project.growth_stage)
    return growth.may_climb(project.growth_factor, stage, engagement=engagement, interactions=since)


def _count_interaction(project: Project, kind: InteractionKind, visitor: str, now: datetime) -> bool:
    """Whether this was the visitor's first of its kind today; counted and told if so."""
    try:
        with transaction.atomic():
            Interaction.objects.create(project=project, kind=kind, visitor=visitor, occurred_at=now)
            Project.objects.filter(pk=project.pk).update(visitor_interactions=F("visitor_interactions") + 1)
            attention = VisitorInteraction(project_id=project.id, kind=kind)
            events.publish_of(project, attention, source="visitor", now=now)
    except IntegrityError:
        return False
    project.refresh_from_db(fields=["visitor_interactions"])
    return True


def prune(*, now: datetime) -> dict[str, int]:
    """Forget what is past its time: old events, idempotent replies of yesterday. Returns rows deleted by kind.

    What is announced until further notice stays.
    """
    kept_until = now - timedelta(days=settings.EVENTS_KEPT_DAYS)
    # The newest event stays, since clients resume from it, and so does the one that is the garden's version.
    needed = [selectors.seq_range()[1], selectors.state_version()]
    old_events = (
        GardenEvent.objects.filter(timestamp__lt=kept_until).exclude(seq__in=needed).exclude(reactions.unread())
    )
    if selectors.announcement(now):
        old_events = old_events.exclude(subject=ANNOUNCEMENT)
    return {
        "events": old_events.delete()[0],
        "idempotent_replies": IdempotentReply.objects.filter(created_at__lt=now - timedelta(days=1)).delete()[0],
    }
