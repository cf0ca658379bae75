"""Writing down what happened: facts of a project that are not known yet, and what they mean to whoever looks on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction

from common.text import storable
from garden import deployments, events, ownership, rewriting
from garden.event_types import UNSET, CommitPushed
from garden.growth_log import CLOCKS_DIFFER
from garden.locks import lock_row
from garden.models import Activity, Project
from garden.vocabulary import ActivityKind, Whose

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from garden.drafts import ActivityDraft
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
EVENT_MAX_AGE = timedelta(days=2)  # older commits are history
FULL_IMPACT_LINES = 400  # lines changed by a push that counts as the strongest


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
