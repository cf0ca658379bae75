"""Writes that make a plant grow: record what happened, work out the growth, keep its past, count attention.

Planting, curating and removing stand in `garden/planting.py`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from garden import climate, coding, deployments, events, forecast, growth, ownership, reactions, selectors
from garden.event_types import UNSET, CommitPushed, ProjectGrowth, VisitorInteraction
from garden.locks import lock_row
from garden.models import Activity, GardenEvent, GrowthLog, IdempotentReply, Interaction, Project
from garden.text import storable
from garden.vocabulary import ActivityKind, GrowthStage, InteractionKind, Whose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from garden.drafts import ActivityDraft
    from garden.growth import Assessment
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
BATCH = 500  # rows a write transaction takes; short enough that no other writer waits long
VISIBLE_STEP = 0.002  # the smallest change of growth_factor or vitality that a browser is told
IMPORT_TAKES = timedelta(hours=1)  # at most; facts that wait longer for their log were left by a process that ended
LOOKED_AT = 20  # newest facts among which the last one is: a day of coding may stand before its end
SNAPSHOT_EVERY = timedelta(days=28)  # a growth log row at least this often while something changes
EVENT_MAX_AGE = timedelta(days=2)  # older commits are history
FULL_IMPACT_LINES = 400  # lines changed by a push that counts as the strongest


logger = structlog.get_logger(__name__)


class InteractionRefused(Exception):
    """The plant takes no visitors: it is archived, or not public."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording some facts came to."""

    new: int = 0  # facts not known before
    completed: int = 0  # known facts whose line counts were filled in

    def __add__(self, other: Recorded) -> Recorded:
        return Recorded(self.new + other.new, self.completed + other.completed)


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

    A fact that came before without line counts gets them from a later source. Facts of the past make the growth log
    stale, until `backfill` writes it again. Facts from the future are dropped: a wrong clock must not make a plant
    younger than today.
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
    horizon = now + timedelta(days=1)
    drafts = {(draft.kind, storable(draft.external_id, 200)): draft for draft in batch if draft.occurred_at <= horizon}
    known = {
        (activity.kind, activity.external_id): activity
        for activity in Activity.objects.filter(
            project=project, external_id__in=[external_id for _, external_id in drafts]
        ).only("id", "kind", "external_id", "lines_added", "lines_removed", *AUTHORSHIP)
    }
    fresh = [_activity(project, draft, source, owners) for key, draft in drafts.items() if key not in known]
    Activity.objects.bulk_create(fresh, ignore_conflicts=True)

    completed = []
    for key, activity in known.items():
        draft = drafts.get((ActivityKind(key[0]), key[1]))
        if draft and activity.lines_added is None and draft.lines_added is not None:
            activity.lines_added, activity.lines_removed = draft.lines_added, draft.lines_removed
            completed.append(activity)
    Activity.objects.bulk_update(completed, ["lines_added", "lines_removed"])
    told = [(activity, drafts[key]) for key, activity in known.items() if key in drafts]
    if _complete_authors(told, owners) and not project.is_demo:
        project.recount_due = True

    work = [activity for activity in fresh if activity.kind in WORK and activity.whose != Whose.BOT]
    latest = max((activity.occurred_at for activity in work), default=None)
    if latest and (project.last_activity_at is None or latest > project.last_activity_at):
        project.last_activity_at = latest
    if any(activity.occurred_at <= now - EVENT_MAX_AGE for activity in work):
        project.history_stale_since = project.history_stale_since or now
    project.save(update_fields=["last_activity_at", "history_stale_since", "recount_due"])
    _publish_events(project, work, source, now, push)
    return Recorded(new=len(fresh), completed=len(completed))


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
    Activity.objects.bulk_update(completed, AUTHORSHIP)
    return moved


def _publish_events(project: Project, work: Sequence[Activity], source: str, now: datetime, push: Push | None) -> None:
    """Tell the open browsers of new facts that are young enough."""
    if project.is_demo:
        return  # what was made up is no news
    commits = [fact for fact in work if fact.kind == ActivityKind.COMMIT and fact.occurred_at > now - EVENT_MAX_AGE]
    if commits:
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
    tallies = selectors.tallies_of([project.pk]).get(project.pk, [])
    return _apply_assessment(
        project, tallies, now=now, source=source, conditions=climate.conditions(now), recounted=recounted
    )


def _decide_what_counts(project: Project) -> None:
    if ownership.decide([project]) and project.grown_at:
        project.recount_due = True


def _recount(project: Project, *, now: datetime, source: str) -> Growth:
    """Write the whole past of a project, which is held, as what counts now makes it. Nothing of it is news.

    In the middle of an import the past is left to its end.
    """
    project.recount_due = False
    project.last_activity_at = _last_activity(project)
    project.save(update_fields=["recount_due", "last_activity_at"])
    project.growth_log.all().delete()
    if not project.history_stale_since:
        backfill(project=project, now=now)
    return _grow(project, now=now, source=source, recounted=True)


def _last_activity(project: Project) -> datetime | None:
    """When somebody last worked on it."""
    facts = project.activities.filter(kind__in=WORK).exclude(whose=Whose.BOT).order_by("-occurred_at")
    latest = [coding.last_worked(*row) for row in facts.values_list("occurred_at", "data")[:LOOKED_AT]]
    return max(latest, default=None)


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
    projects = list(Project.objects.exclude(is_demo=True))
    tallies = selectors.tallies_of([project.pk for project in projects])
    conditions = climate.conditions(now)
    grown = []
    for project in projects:
        try:
            with transaction.atomic():
                lock_row(project)
                if project.history_stale_since and now - project.history_stale_since > IMPORT_TAKES:
                    backfill(project=project, now=now)  # whoever brought its facts in was cut off
                if project.grown_at is None or project.grown_at < now:  # else somebody read more than we did
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

    Where other facts count than before, browsers learn of the size, and of no rung that was climbed or lost.
    """
    portrait = selectors.portrait_of(project, tallies)
    previous = GrowthStage(project.growth_stage)
    # A plant that was never assessed has no rung to hold on to, and one that is counted anew none that it earned.
    held = previous if project.grown_at and not recounted else None
    assessment = growth.assess(tallies, portrait, now=now, previous_stage=held, conditions=conditions)
    visibly = (
        assessment.stage != previous
        or abs(assessment.growth_factor - project.growth_factor) >= VISIBLE_STEP
        or abs(assessment.vitality - project.vitality) >= VISIBLE_STEP * 10
    )
    if not project.history_stale_since:
        _log_snapshot(project, assessment, tallies, now)
    found = {
        "commit_count": sum(tally.commits + tally.uncounted_commits for tally in tallies) + project.earlier_commits,
        "growth_stage": assessment.stage,
        "growth_factor": assessment.growth_factor,
        "stage_progress": assessment.progress,
        "vitality": assessment.vitality,
        "momentum": assessment.momentum,
        "complexity_score": assessment.complexity,
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


def _log_snapshot(project: Project, assessment: Assessment, tallies: list[DayTally], now: datetime) -> None:
    """Add a growth log row where a rung changed, or where the last row is old and something happened since."""
    last = project.growth_log.last()
    changed_stage = last is None or last.new_stage != assessment.stage
    since = last.recorded_at.astimezone(UTC).date() if last else date.min
    news = [tally for tally in tallies if tally.day > since]
    due = last is not None and bool(news) and now - last.recorded_at >= SNAPSHOT_EVERY
    if not changed_stage and not due:
        return
    GrowthLog.objects.create(
        project=project,
        **_what_happened(news),
        complexity_change=assessment.complexity - project.complexity_score,
        interactions=project.visitor_interactions,
        previous_stage=last.new_stage if last else "",
        new_stage=assessment.stage,
        growth_factor=assessment.growth_factor,
        recorded_at=now,
    )


def _what_happened(news: Sequence[DayTally]) -> dict[str, Any]:
    """Some days as the fields of a growth log row."""
    commits = sum(tally.commits for tally in news)
    return {
        "commits_delta": commits,
        "lines_added": sum(tally.lines_added for tally in news),
        "lines_removed": sum(tally.lines_removed for tally in news),
        "github_activity": {
            "commits": commits,
            "pull_requests": sum(tally.pull_requests for tally in news),
            "issues": sum(tally.issues for tally in news),
        },
        "deployment_events": {
            "releases": sum(tally.releases for tally in news),
            "deployments": sum(tally.deployments for tally in news),
        },
    }


def _forecast(tallies: list[DayTally], portrait: Portrait, stage: GrowthStage, now: datetime) -> dict[str, object]:
    """The predicted next stage as plain JSON; empty where there is nothing to say."""
    prediction = forecast.predict(tallies, portrait, now=now, previous_stage=stage)
    if prediction is None:
        return {}
    return {
        key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in asdict(prediction).items()
    }


@transaction.atomic
def backfill(*, project: Project, now: datetime) -> int:
    """Write the growth log as it would have been on its days. Returns the number of rows.

    Rows that an earlier import worked out are replaced; rows written live stay, and the past ends where they begin.
    """
    lock_row(project)
    tallies = selectors.tallies_of([project.pk]).get(project.pk, [])
    stale_since = project.history_stale_since
    if not tallies and stale_since and now - stale_since <= IMPORT_TAKES:
        return 0  # described before its facts came: nothing is logged live before they are in
    project.history_stale_since = None
    project.save(update_fields=["history_stale_since"])
    if not tallies:
        return 0
    GrowthLog.objects.filter(project=project, backfilled=True).delete()
    first_live = GrowthLog.objects.filter(project=project).first()
    points: Iterator[growth.HistoryPoint] = iter(
        growth.history(tallies, selectors.portrait_of(project, tallies), until=now)
    )
    rows, last = [], None
    for point in points:
        at = min(now, datetime.combine(point.day, datetime.max.time().replace(microsecond=0), tzinfo=UTC))
        if first_live and at >= first_live.recorded_at:
            break
        news = [tally for tally in tallies if (last is None or tally.day > last.day) and tally.day <= point.day]
        happened = _what_happened(news)
        # With those that are known to have been made before the imported history begins.
        commits = point.commits - (last.commits if last else 0)
        rows.append(
            GrowthLog(
                project=project,
                **happened,
                complexity_change=point.complexity - (last.complexity if last else 0.0),
                previous_stage=point.previous_stage or "",
                new_stage=point.stage,
                growth_factor=point.growth_factor,
                backfilled=True,
                recorded_at=at,
            )
        )
        rows[-1].commits_delta = rows[-1].github_activity["commits"] = commits
        last = point
    GrowthLog.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


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
