"""Writes that make a plant grow: record what happened, work out the growth, keep its past, count attention.

Planting, curating and removing stand in `garden/planting.py`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q

from garden import climate, coding, deployments, events, forecast, growth, ownership, reactions, rewriting, selectors
from garden.event_types import UNSET, CommitPushed, ProjectGrowth, VisitorInteraction
from garden.growth_log import CLOCKS_DIFFER, backfill, is_clock_behind, is_import_under_way, log_snapshot
from garden.life import assisted_share
from garden.locks import lock_row
from garden.models import Activity, GardenEvent, IdempotentReply, Interaction, Project
from garden.text import storable
from garden.vocabulary import ActivityKind, GrowthStage, InteractionKind, Whose

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from garden.drafts import ActivityDraft
    from garden.life import DayTally, Portrait
    from garden.ownership import Owners

AUTHORSHIP = ("author", "author_login", "author_key", "whose", "assisted")  # what is kept of who made a fact
# What somebody did for the project; a star is somebody else's pleasure.
WORK = frozenset(
    {
        ActivityKind.COMMIT,
        ActivityKind.PULL_REQUEST,
        ActivityKind.RELEASE,
        ActivityKind.DEPLOYMENT,
        ActivityKind.CODING,
        ActivityKind.POST,
    }
)
SHIPPED = frozenset({ActivityKind.RELEASE, ActivityKind.DEPLOYMENT})  # the project's own, whoever presses the button
BATCH = 500  # rows a write transaction takes; short enough that no other writer waits long
VISIBLE_STEP = 0.002  # the smallest change of growth_factor or vitality that a browser is told
LOOKED_AT = 20  # newest facts among which the last one is: a day of coding may stand before its end
EVENT_MAX_AGE = timedelta(days=2)  # older commits are history
FULL_IMPACT_LINES = 400  # lines changed by a push that counts as the strongest


logger = structlog.get_logger(__name__)


class InteractionRefused(Exception):
    """The plant takes no visitors: it is archived, or not public."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording some facts came to."""

    new: int = 0  # facts not known before
    completed: int = 0  # known facts whose lines or languages were filled in
    withdrawn: int = 0  # known commits that their history holds no longer

    def __add__(self, other: Recorded) -> Recorded:
        return Recorded(self.new + other.new, self.completed + other.completed, self.withdrawn + other.withdrawn)


@dataclass(frozen=True, slots=True)
class Push:
    """How commits came in, where somebody pushed them just now."""

    author: str
    arrived_at: datetime  # UTC


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


def record_activities(
    *, project: Project, drafts: Iterable[ActivityDraft], source: str, now: datetime, push: Push | None = None
) -> Recorded:
    """Keep facts that are not known yet and publish what they mean, in short transactions, memory flat in their number.

    A fact that came before without line counts or languages gets them from a later source. Facts of the past make the
    growth log stale, until `growth_log.backfill` writes it again. A fact that lies ahead is kept as well, since this
    machine's clock may be behind; it counts for nothing until its day comes.
    """
    recorded = Recorded()
    stream = iter(drafts)
    while batch := list(islice(stream, BATCH)):
        recorded += _record_batch(project, batch, source, now, push)
    return recorded


@transaction.atomic
def _record_batch(
    project: Project, batch: Sequence[ActivityDraft], source: str, now: datetime, push: Push | None
) -> Recorded:
    lock_row(project)  # so that two tellings of the same facts do not both count them as new
    owners = ownership.owners()  # read under the lock: who changes them holds every project
    drafts = {(draft.kind, storable(draft.external_id, 200)): draft for draft in batch}
    known = {
        (activity.kind, activity.external_id): activity
        for activity in Activity.all_told.filter(
            project=project, external_id__in=[external_id for _, external_id in drafts]
        ).only("id", "kind", "external_id", "lines_added", "lines_removed", "amount", *AUTHORSHIP, *rewriting.CORRECTED)
    }
    fresh = [
        _activity(project, draft, source, owners)
        for key, draft in drafts.items()
        if key not in known and not draft.merge
    ]
    Activity.objects.bulk_create(fresh, ignore_conflicts=True)

    told = [(activity, drafts[key]) for key, activity in known.items() if key in drafts]
    completed = [activity for activity, draft in told if _complete_work(activity, draft)]
    Activity.all_told.bulk_update(completed, ["lines_added", "lines_removed", "amount"])
    counts_otherwise = [_complete_authors(told, owners), rewriting.correct(project, told)]
    if any(counts_otherwise) and not project.is_demo:
        project.recount_due = True

    work = [one for one in fresh if one.kind in WORK and (one.whose != Whose.BOT or one.kind in SHIPPED)]
    latest = max((fact.occurred_at for fact in work if fact.occurred_at <= now + CLOCKS_DIFFER), default=None)
    if latest and (project.last_activity_at is None or latest > project.last_activity_at):
        project.last_activity_at = latest
    if any(activity.occurred_at <= now - EVENT_MAX_AGE for activity in work):
        project.history_stale_since = project.history_stale_since or now
    project.save(update_fields=["last_activity_at", "history_stale_since", "recount_due", "planted_date"])
    _publish_events(project, work, source, now, push)
    return Recorded(new=len(fresh), completed=len(completed))


def _complete_work(activity: Activity, draft: ActivityDraft) -> bool:
    """Take over what a later source saw of a fact's files: lines, and languages that came with it."""
    lines = activity.lines_added is None and draft.lines_added is not None
    if lines:
        activity.lines_added, activity.lines_removed = draft.lines_added, draft.lines_removed
    languages = activity.kind == ActivityKind.COMMIT and not activity.amount and draft.amount > 0
    if languages:
        activity.amount = draft.amount
    return lines or languages


def _complete_authors(told: Sequence[tuple[Activity, ActivityDraft]], owners: Owners) -> bool:
    """Write down what a later source knows of authors. Returns whether some facts are somebody else's by it."""
    completed, moved = [], False
    for activity, draft in told:
        if activity.kind not in ownership.AUTHORED or not (draft.email or draft.login or draft.co_authors):
            continue
        before = [getattr(activity, name) for name in AUTHORSHIP]
        author = ownership.author_of(replace(draft, author=draft.author or activity.author), owners)
        activity.author_key = activity.author_key or author.key
        activity.author_login = activity.author_login or storable(author.login, 100)
        activity.assisted = activity.assisted or author.assisted
        bot = author.whose == Whose.BOT or activity.whose == Whose.BOT
        activity.whose = (
            Whose.OWNER
            if author.whose == Whose.OWNER
            else owners.whose(activity.author, activity.author_key, activity.author_login, bot=bot)
        )
        if [getattr(activity, name) for name in AUTHORSHIP] != before:
            completed.append(activity)
            moved |= (activity.whose, activity.assisted) != (before[-2], before[-1])
    Activity.all_told.bulk_update(completed, AUTHORSHIP)
    return moved


def _publish_events(project: Project, work: Sequence[Activity], source: str, now: datetime, push: Push | None) -> None:
    """Tell the open browsers of new facts that are young enough."""
    if project.is_demo:
        return  # what was made up is no news
    young = [fact for fact in work if fact.kind == ActivityKind.COMMIT and fact.occurred_at > now - EVENT_MAX_AGE]
    retold = rewriting.retold(project, young)
    if commits := [commit for commit in young if commit.external_id not in retold]:
        lines = sum((commit.lines_added or 0) + (commit.lines_removed or 0) for commit in commits)
        pushed = CommitPushed(
            project_id=project.id,
            repository=project.name,
            commit_count=len(commits),
            owner_commits=sum(commit.whose == Whose.OWNER for commit in commits),
            author=storable(push.author, 200) if push else "",
            impact_score=round(min(1.0, 0.2 + lines / FULL_IMPACT_LINES), 2),
            arrived_at=push.arrived_at if push else UNSET,
        )
        events.publish_of(project, pushed, source=source, now=now)
    for fact in work:
        if deployment := deployments.event_of(project, fact, now=now):
            events.publish_of(project, deployment, source=source, now=now)


def _activity(project: Project, draft: ActivityDraft, source: str, owners: Owners) -> Activity:
    author = ownership.author_of(draft, owners)
    return Activity(
        project=project,
        kind=draft.kind,
        external_id=storable(draft.external_id, 200),
        occurred_at=draft.occurred_at,
        source=source,
        title=storable(draft.title, 500),
        author=storable(author.name, 200),
        author_login=storable(author.login, 100),
        author_key=author.key,
        whose=Whose.OWNER if project.is_demo else author.whose,
        assisted=author.assisted,
        url=storable(draft.url, 500),
        lines_added=draft.lines_added,
        lines_removed=draft.lines_removed,
        amount=draft.amount,
        data=dict(draft.data),
    )


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


def grow_all(*, now: datetime, source: str) -> list[Growth]:
    """The same for every project, with one read for all of their histories.

    A plant that cannot be grown is logged and left for the next time; the others grow.
    """
    ownership.follow_settings(now=now)
    recount_all(now=now, source=source)
    _note_what_came_to_its_day(now)
    projects = list(Project.objects.exclude(is_demo=True))
    tallies = selectors.tallies_of([project.pk for project in projects], until=now)
    conditions = climate.conditions(now)
    grown = []
    for project in projects:
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
    visibly = (
        assessment.stage != previous
        or abs(assessment.growth_factor - project.growth_factor) >= VISIBLE_STEP
        or abs(assessment.vitality - project.vitality) >= VISIBLE_STEP * 10
    )
    if not project.history_stale_since:
        log_snapshot(project, assessment, tallies, now)
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
        "forecast": _forecast(tallies, portrait, assessment.stage, now) if settings.ENABLE_GROWTH_PREDICTION else {},
        "grown_at": now,
    }
    for name, value in found.items():
        setattr(project, name, value)
    project.save(update_fields=[*found, "updated_at"])
    if visibly:
        _publish_growth(project, assessment.stage if recounted else previous, source=source, now=now)
    return Growth(previous, assessment.stage, assessment.growth_factor)


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
    """Forget what is past its time: old events, idempotent replies of yesterday. Returns rows deleted by kind."""
    kept_until = now - timedelta(days=settings.EVENTS_KEPT_DAYS)
    # The newest event stays, since clients resume from it, and so does the one that is the garden's version.
    needed = [selectors.seq_range()[1], selectors.state_version()]
    old_events = (
        GardenEvent.objects.filter(timestamp__lt=kept_until).exclude(seq__in=needed).exclude(reactions.unread())
    )
    return {
        "events": old_events.delete()[0],
        "idempotent_replies": IdempotentReply.objects.filter(created_at__lt=now - timedelta(days=1)).delete()[0],
    }
