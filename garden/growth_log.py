"""A plant's growth log: written live as it grows, and worked out from its facts where its past became another.

In a log every row but the first goes on from the one before it, and no stage falls: where a plant is smaller than it
was, other facts count than before, and its whole log is written again by those.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from garden import selectors
from garden.engine import growth
from garden.locks import lock_row
from garden.models import GrowthLog
from garden.vocabulary import GrowthStage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from garden.engine.growth import Assessment, HistoryPoint
    from garden.engine.life import DayTally
    from garden.models import Project

BATCH = 500  # rows a statement writes
IMPORT_TAKES = timedelta(hours=1)  # at most; facts that wait longer for their log were left by a process that ended
SNAPSHOT_EVERY = timedelta(days=28)  # a row at least this often while something changes
CLOCKS_DIFFER = timedelta(days=1)  # less says nothing about whose clock is wrong


def is_clock_behind(project: Project, now: datetime) -> bool:
    """Whether `now` is before facts that a plant has grown from already: then this machine's clock is behind.

    One that was last grown in the future without such facts was grown while the clock was ahead. One query at most.
    """
    if project.grown_at is None or project.grown_at <= now + CLOCKS_DIFFER:
        return False
    grown_from = project.activities.filter(occurred_at__gt=now + CLOCKS_DIFFER, occurred_at__lte=project.grown_at)
    return grown_from.exists()


def is_import_under_way(project: Project, now: datetime) -> bool:
    """Whether facts of a plant may still be coming in. One that began in the future began by a clock that was ahead."""
    return project.history_stale_since is not None and abs(now - project.history_stale_since) <= IMPORT_TAKES


def log_snapshot(project: Project, assessment: Assessment, tallies: Sequence[DayTally], now: datetime) -> None:
    """Add a row where a rung changed, or where the last row is old and something happened since."""
    last = project.growth_log.last()
    if last and last.recorded_at > now + CLOCKS_DIFFER:  # written while the clock was ahead
        project.growth_log.filter(recorded_at__gt=now).delete()
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
        recorded_at=max(now, last.recorded_at) if last else now,
    )


def _what_happened(news: Sequence[DayTally]) -> dict[str, Any]:
    """Some days as the fields of a row."""
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


@transaction.atomic
def backfill(*, project: Project, now: datetime) -> int:
    """Write the growth log as it would have been on its days. Returns the number of rows.

    Rows that an earlier import worked out are replaced. Rows written live stay, and the past ends where they begin,
    unless they saw a smaller plant than there was by all that is known now.
    """
    lock_row(project)
    tallies = selectors.tallies_of([project.pk], until=now).get(project.pk, [])
    if is_clock_behind(project, now) or (not tallies and is_import_under_way(project, now)):
        return 0  # described before its facts came: nothing is logged live before they are in
    project.history_stale_since = None
    project.save(update_fields=["history_stale_since"])
    if not tallies:
        return 0
    points = growth.history(tallies, selectors.portrait_of(project, tallies), until=now)
    GrowthLog.objects.filter(project=project, backfilled=True).delete()
    live = list(GrowthLog.objects.filter(project=project))
    if any(_is_contradicted(row, points, now) for row in live):
        GrowthLog.objects.filter(pk__in=[row.pk for row in live]).delete()
        live = []
    past = [point for point in points if not live or _moment(point, now) < live[0].recorded_at]
    rows: list[GrowthLog] = []
    last: HistoryPoint | None = None
    for point in past:
        news = [tally for tally in tallies if (last is None or tally.day > last.day) and tally.day <= point.day]
        # With those that are known to have been made before the imported history begins.
        commits = point.commits - (last.commits if last else 0)
        rows.append(
            GrowthLog(
                project=project,
                **_what_happened(news),
                complexity_change=point.complexity - (last.complexity if last else 0.0),
                previous_stage=point.previous_stage or "",
                new_stage=point.stage,
                growth_factor=point.growth_factor,
                backfilled=True,
                recorded_at=_moment(point, now),
            )
        )
        rows[-1].commits_delta = rows[-1].github_activity["commits"] = commits
        last = point
    GrowthLog.objects.bulk_create(rows, batch_size=BATCH)
    if live:
        before = past[-1].stage if past else ""
        GrowthLog.objects.filter(pk=live[0].pk).exclude(previous_stage=before).update(previous_stage=before)
    return len(rows)


def _moment(point: HistoryPoint, now: datetime) -> datetime:
    """The end of its day."""
    return min(now, datetime.combine(point.day, datetime.max.time().replace(microsecond=0), tzinfo=UTC))


def _is_contradicted(row: GrowthLog, points: Sequence[HistoryPoint], now: datetime) -> bool:
    """Whether a plant stood higher by then than a row says."""
    before = [point.stage.rung for point in points if _moment(point, now) < row.recorded_at]
    return bool(before) and before[-1] > GrowthStage(row.new_stage).rung
