"""Histories that were rewritten: what a later reading corrects of commits, and which of them are facts no longer.

A rebase, an amendment, a filter or a squash gives commits new SHAs. The old ones are withdrawn, and not deleted: a
delivery that is sent again does not bring them back, and a history that returns does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from garden.drafts import AUTHORED_AT
from garden.locks import lock_row
from garden.models import Activity
from garden.twins import Version, twins
from garden.vocabulary import ActivityKind, Withdrawn

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from garden.drafts import ActivityDraft, HistoryDraft
    from garden.models import Project

CORRECTED: Final = ("withdrawn", "occurred_at", "data")
BATCH: Final = 500  # rows that one statement names


@transaction.atomic
def settle(*, project: Project, history: HistoryDraft) -> int:
    """Withdraw the commits that a history holds no longer. Returns how many; `services.catch_up` follows.

    Those that the history held and lost are withdrawn. Those that it may never have held (a clone may be behind
    others) are where it holds their twins.
    """
    lock_row(project)
    commits = Activity.objects.filter(project=project, kind=ActivityKind.COMMIT)
    told = dict(commits.order_by().values_list("external_id", "source"))
    reachable, merges = history.reachable, told.keys() & set(history.merges)
    withdrawn = _withdraw(project, merges, Withdrawn.MERGE)
    told = {sha: source for sha, source in told.items() if sha not in merges}
    absent = {sha: source for sha, source in told.items() if reachable is None or sha not in reachable}
    lost = {sha for sha in history.lost(absent) if sha in absent}
    if lost or (reachable is not None and absent):
        withdrawn += _let_go(project, _versions(commits), absent.keys(), lost, whole=reachable is not None)
    if withdrawn:
        project.recount_due = True
        project.save(update_fields=["recount_due", "updated_at"])
    return withdrawn


def _let_go(
    project: Project, versions: Sequence[Version], absent: Collection[str], lost: set[str], *, whole: bool
) -> int:
    gone = absent if whole else lost
    standing = [version for version in versions if version.sha not in gone]
    replaced = twins([version for version in versions if version.sha in lost], standing, reworded=True)
    if whole:
        free = [version for version in standing if version.sha not in set(replaced.values())]
        others = [version for version in versions if version.sha in absent and version.sha not in lost]
        replaced |= twins(others, free, reworded=False)
    return _withdraw(project, replaced.keys(), Withdrawn.REWRITTEN) + _withdraw(
        project, lost - replaced.keys(), Withdrawn.UNREACHABLE
    )


def _versions(commits: Any) -> list[Version]:
    rows = commits.order_by().values_list("author", "author_key", "occurred_at", "data", "title", "external_id")
    return [
        Version(author.lower(), key, _authored(at, data), title, sha)
        for author, key, at, data, title, sha in rows.iterator()
    ]


def _authored(occurred_at: datetime, data: Mapping[str, Any]) -> datetime:
    claimed = data.get(AUTHORED_AT)
    return datetime.fromisoformat(claimed) if claimed else occurred_at


def _withdraw(project: Project, shas: Collection[str], why: Withdrawn) -> int:
    ordered = sorted(shas)
    return sum(
        Activity.objects.filter(
            project=project, kind=ActivityKind.COMMIT, external_id__in=ordered[place : place + BATCH]
        ).update(withdrawn=why)
        for place in range(0, len(ordered), BATCH)
    )


def correct(project: Project, told: Sequence[tuple[Activity, ActivityDraft]]) -> bool:
    """Let readings that know a commit's parents have the last word on it. Returns whether other facts count by them.

    The caller holds the project and saves it.
    """
    corrected, counts_otherwise = [], False
    for activity, draft in told:
        if draft.merge is None:
            continue
        before = [getattr(activity, name) for name in CORRECTED]
        activity.withdrawn = Withdrawn.MERGE if draft.merge else ""
        activity.data = {name: value for name, value in activity.data.items() if name != AUTHORED_AT} | dict(draft.data)
        was, activity.occurred_at = activity.occurred_at, draft.occurred_at
        if project.planted_date == was and "planted_date" not in project.owner_edited:
            project.planted_date = draft.occurred_at  # it was the first commit's
        if [getattr(activity, name) for name in CORRECTED] != before:
            corrected.append(activity)
            counts_otherwise |= activity.withdrawn != before[0] or abs(draft.occurred_at - was) >= timedelta(days=1)
    Activity.all_told.bulk_update(corrected, CORRECTED)
    return counts_otherwise


def retold(project: Project, fresh: Sequence[Activity]) -> set[str]:
    """The SHAs of new commits that are known already under others: rewritten or picked, they are no news. One query."""
    moments = {fact.occurred_at for fact in fresh}
    rows = Activity.all_told.filter(project=project, kind=ActivityKind.COMMIT, occurred_at__in=moments)
    known = rows.exclude(external_id__in=[fact.external_id for fact in fresh]) if moments else rows.none()
    words = {(author.lower(), at, title) for author, at, title in known.values_list("author", "occurred_at", "title")}
    return {
        fact.external_id
        for fact in fresh
        if fact.title and (fact.author.lower(), fact.occurred_at, fact.title) in words
    }
