"""Reads about the outside world. Each says how many queries it costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery

from garden import sources
from garden.models import Activity, ProjectSource
from garden.vocabulary import ActivityKind, Visibility
from integrations import connections
from integrations.models import (
    Account,
    DeliveryStatus,
    PlantAs,
    SourceNotes,
    SyncRun,
    SyncStatus,
    WebhookDelivery,
)
from integrations.outgoing import Requests
from integrations.problems import UNREACHED, Problem
from integrations.providers.base import HookProvider, KnownProject, KnownTrack, SourceState
from integrations.providers.music import Describer, Player
from integrations.registry import PROVIDERS
from weather import music_selectors
from weather.music import Shown, public_music
from weather.selectors import place_now

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from garden.models import Project
    from integrations.choices import Choices
    from integrations.providers.base import Provider

COUNTED_BACK = timedelta(days=30)  # line counts of older commits are not asked for, one request each
MOST_UNCOUNTED = 1000
STRONG_LINES, MODERATE_LINES = 200, 40  # lines changed by one commit


def known_projects(provider: str) -> list[KnownProject]:
    """Plants that a provider told of, with what was remembered about them. One query."""
    rows = ProjectSource.objects.filter(provider=provider).exclude(project__is_demo=True).select_related("project")
    return [_known(row) for row in rows]


def unread_projects(provider: Provider) -> list[KnownProject]:
    """Plants with a repository on a forge that did not tell of them yet: asked for by name. One query."""
    if not provider.home:
        return []
    remotes = ProjectSource.objects.filter(provider=sources.GIT, external_id__startswith=f"{provider.home}/")
    told_of = ProjectSource.objects.filter(provider=provider.slug, project=OuterRef("project"))
    rows = remotes.exclude(Exists(told_of)).exclude(project__is_demo=True).select_related("project")
    first = {row.project_id: row for row in reversed(rows.order_by("pk"))}
    return [_known(row) for row in first.values()]


def known_project(provider: Provider, project: Project) -> KnownProject | None:
    """One plant as a provider knows it or could ask for it by name; `None` where it has no home there. Two queries."""
    kept = list(project.sources.filter(provider=provider.slug)) or [
        row
        for row in project.sources.filter(provider=sources.GIT)
        if provider.home and row.external_id.startswith(f"{provider.home}/")
    ]
    return _known(kept[0]) if kept else None


def chosen_projects(provider: str, choices: Choices) -> list[KnownProject]:
    """What the owner chose at a forge and is no plant yet. One query, or none where nothing was chosen."""
    wanted = {key: chosen for key, chosen in choices.decided.items() if chosen.plant_as != PlantAs.LEAVE_OUT}
    if not wanted:
        return []
    planted = set(ProjectSource.objects.filter(provider=provider).values_list("external_id", flat=True))
    return [
        KnownProject(key, chosen.name, hidden=False, state={}, may_be_private=chosen.plant_as == PlantAs.ANONYMOUS)
        for key, chosen in wanted.items()
        if key not in planted
    ]


def _known(row: ProjectSource) -> KnownProject:
    return KnownProject(
        external_id="" if row.provider == sources.GIT else row.external_id,
        name=row.name or sources.path_of(row),
        hidden=row.gone_at is not None,
        state=row.state if row.provider != sources.GIT else {},
        may_be_private=row.project.visibility in (Visibility.ANONYMOUS, Visibility.PRIVATE),
    )


def uncounted_commits(provider: str, *, now: datetime) -> list[tuple[str, str]]:
    """Recent commits that a provider told without line counts, newest first. One query."""
    rows = Activity.objects.filter(
        kind=ActivityKind.COMMIT,
        lines_added=None,
        source__startswith=f"{provider}_",
        occurred_at__gt=now - COUNTED_BACK,
        project__hidden_by_source=False,
        project__sources__provider=provider,
        project__sources__name__gt="",  # a repository whose name another one took is asked for under its next name
    )
    newest = rows.order_by("-occurred_at", "-pk").values_list("project__sources__name", "external_id")
    return list(newest[:MOST_UNCOUNTED])


def undescribed_tracks(provider: Provider, *, now: datetime) -> list[KnownTrack]:
    """Tracks that `provider` may tell the character of, newest first; then those of past years. Two queries at most."""
    if provider.describes_by_name:
        after = "reccobeats" if settings.ENABLE_RECCOBEATS_INTEGRATION else ""
        unknown = music_selectors.unknown_tracks(asked=provider.slug, after=after, now=now)
        return [KnownTrack("", one.spotify_id, one.recording_id, "", one.title, one.artist) for one in unknown]
    source = "" if provider.describes_others else provider.slug
    tracks = [
        KnownTrack(one.track_id, one.spotify_id, one.recording_id, one.artist_id, one.title, one.artist)
        for one in music_selectors.undescribed(asked=provider.slug, source=source, now=now)
    ]
    if provider.describes_others and not tracks:
        pieces = music_selectors.undescribed_pieces(asked=provider.slug)
        tracks = [KnownTrack(one.key, one.spotify_id, one.recording_id, "", one.title, one.artist) for one in pieces]
    return tracks


def source_state(provider: Provider, *, now: datetime) -> SourceState:
    """What `provider` may look at to say how soon it wants to be asked. One query for each thing it looks at."""
    return SourceState(
        silent_for=lambda: music_selectors.silent_for(provider.slug, now=now),
        undescribed=lambda: undescribed_tracks(provider, now=now),
    )


def notes_of(provider: str) -> dict[str, Any]:
    """What a provider remembers that is about no project. One query."""
    return SourceNotes.objects.filter(provider=provider).values_list("state", flat=True).first() or {}


def listening_now(*, now: datetime) -> dict[str, Any]:
    """What visitors may learn of the music, as of the last look at any player. Three queries."""
    shown = music_selectors.sharing()
    if shown == Shown.NOTHING:
        return {"shown": shown, "as_of": None}
    players = [provider.slug for provider in PROVIDERS if isinstance(provider, Player)]
    looks = SyncRun.objects.filter(provider__in=players, status__in=[SyncStatus.SUCCEEDED, SyncStatus.PARTIAL])
    as_of = looks.aggregate(at=Max("ended_at"))["at"]
    return {"shown": shown, "as_of": as_of, **public_music(music_selectors.playing_now(now=now), shown)}


def recent_commits(*, now: datetime, back: timedelta, limit: int) -> list[dict[str, Any]]:
    """The newest commits of plants that everyone sees, whose they are and how strongly each shows. Two queries."""
    rows = (
        Activity.objects.public()
        .filter(kind=ActivityKind.COMMIT, occurred_at__gt=now - back, occurred_at__lte=now)
        .select_related("project")
        .prefetch_related("project__sources")
        .order_by("-occurred_at", "-pk")[:limit]
    )
    return [
        {
            "project_id": row.project_id,
            "project": row.project.name,
            "repo": row.project.github_repo,
            "sha": row.external_id,
            "message": row.title,
            "author": row.author,
            "whose": row.whose,
            "assisted": row.assisted,
            "url": row.url,
            "timestamp": row.occurred_at,
            "lines_added": row.lines_added,
            "lines_removed": row.lines_removed,
            "impact_level": impact_level(row.lines_added, row.lines_removed),
        }
        for row in rows
    ]


def impact_level(lines_added: int | None, lines_removed: int | None) -> str:
    """`low`, `medium` or `high` by the lines a commit changed; unknown ones count as medium."""
    if lines_added is None:
        return "medium"
    changed = lines_added + (lines_removed or 0)
    return "high" if changed >= STRONG_LINES else "medium" if changed >= MODERATE_LINES else "low"


@dataclass(frozen=True, slots=True)
class _Known:
    """What the tables hold about all providers."""

    accounts: Mapping[str, Account]
    place: tuple[float, float]
    ended: Mapping[str, SyncRun]  # the newest of each provider; so the next two
    succeeded: Mapping[str, SyncRun]
    open: Mapping[str, SyncRun]
    requests: Requests
    deliveries: Mapping[str, Mapping[str, Any]]
    idle: frozenset[str]  # of those that tell of tracks: they know all there is to tell


def status(*, now: datetime) -> list[dict[str, Any]]:
    """How each provider is connected and how it went last. Eight queries, and some for those that tell of tracks."""
    under_way = [SyncStatus.QUEUED, SyncStatus.RUNNING]
    waiting, failed = Q(status=DeliveryStatus.RECEIVED), Q(status=DeliveryStatus.FAILED)
    deliveries = WebhookDelivery.objects.order_by().values("provider")
    known = _Known(
        accounts={account.provider: account for account in Account.objects.all()},
        place=place_now().coordinates,
        ended=_newest(SyncRun.objects.exclude(status__in=under_way)),
        succeeded=_newest(SyncRun.objects.filter(status__in=[SyncStatus.SUCCEEDED, SyncStatus.PARTIAL])),
        open=_newest(SyncRun.objects.filter(status__in=under_way)),
        requests=Requests.read(now=now),
        deliveries={
            row["provider"]: row
            for row in deliveries.annotate(
                waiting=Count("pk", filter=waiting),
                failed=Count("pk", filter=failed),
                last_received_at=Max("received_at"),
            )
        },
        idle=frozenset(
            one.slug
            for one in PROVIDERS
            if isinstance(one, Describer) and one.min_interval(source_state(one, now=now)) is None
        ),
    )
    return [_status_of(provider, known) for provider in PROVIDERS]


# From each source and subject straight to the next: a look into the index for each, however many runs there are. The
# ORM has no words for it, and a window would sort every run there ever was.
LATEST_RUNS = """
    WITH RECURSIVE newest (id, provider, subject) AS (
        SELECT * FROM (
            SELECT id, provider, subject FROM integrations_syncrun
            ORDER BY provider, subject, requested_at DESC LIMIT 1
        ) AS the_first
        UNION ALL
        SELECT following.id, following.provider, following.subject
        FROM newest JOIN integrations_syncrun AS following ON following.id = COALESCE(
            (
                SELECT of_this.id FROM integrations_syncrun AS of_this
                WHERE of_this.provider = newest.provider AND of_this.subject > newest.subject
                ORDER BY of_this.subject, of_this.requested_at DESC LIMIT 1
            ),
            (
                SELECT of_another.id FROM integrations_syncrun AS of_another
                WHERE of_another.provider > newest.provider
                ORDER BY of_another.provider, of_another.subject, of_another.requested_at DESC LIMIT 1
            )
        )
    )
    SELECT * FROM integrations_syncrun WHERE id IN (SELECT id FROM newest) ORDER BY provider, subject
"""


def latest_runs() -> list[SyncRun]:
    """The newest run of every source and subject, in their order. One query."""
    return list(SyncRun.objects.raw(LATEST_RUNS))


def unreached_since(newest: Iterable[SyncRun], since: datetime) -> set[tuple[str, str]]:
    """Sources, with the subject, of the newest runs, that did not answer before `since` already, nor from then on.

    How long nobody asked one does not count: whoever was asleep, or asks once a day, has not been refused for as long.
    One query, and none where all were reached.
    """
    unreached = [run for run in newest if run.is_unreached]
    if not unreached:
        return set()
    same = {"provider": OuterRef("provider"), "subject": OuterRef("subject")}
    ended_later = SyncRun.objects.filter(**same, ended_at__isnull=False, requested_at__gt=OuterRef("requested_at"))
    unanswered = SyncRun.objects.filter(
        provider__in={run.provider for run in unreached},
        subject__in={run.subject for run in unreached},
        error_code__in=UNREACHED,
        requested_at__lt=since,
    ).exclude(Exists(ended_later.exclude(error_code__in=UNREACHED)))
    return set(unanswered.order_by().values_list("provider", "subject").distinct())


def _newest(runs: QuerySet[SyncRun]) -> dict[str, SyncRun]:
    """The newest of `runs` of each whole provider. One query, which looks at no more than these."""
    newest = Q()
    for provider in PROVIDERS:
        of_this = runs.filter(provider=provider.slug, project=None).order_by("-requested_at")
        if provider.local:
            of_this = of_this.filter(subject="")  # the others are about one path each, which is for the console
        newest |= Q(pk=Subquery(of_this.values("pk")[:1]))
    return {run.provider: run for run in SyncRun.objects.filter(newest)}


def _status_of(provider: Provider, known: _Known) -> dict[str, Any]:
    account = known.accounts.get(provider.slug)
    try:
        connection = connections.connection_from(provider, account, known.place)
        missing, key = provider.missing(connection), connections.limit_key(provider, connection)
        username, has_token = connection.username, bool(connection.token)
    except Problem as problem:
        missing, key, username, has_token = problem.fix, provider.slug, account.username if account else "", True
    enabled = provider.enabled and (account is None or account.enabled)
    outgoing = None if provider.local else known.requests.of(provider, key)
    last, last_success = known.ended.get(provider.slug), known.succeeded.get(provider.slug)
    current, idle = known.open.get(provider.slug), provider.slug in known.idle
    return {
        "provider": provider.slug,
        "label": provider.label,
        "enabled": enabled,
        "configured": not missing,
        "missing": missing,
        "mock_data": settings.ENABLE_MOCK_DATA,
        "username": username,
        "has_token": has_token,
        "health": _health(enabled=enabled, configured=not missing, last=last, current=current, idle=idle),
        "paused_until": outgoing["next_try_at"] if outgoing else None,
        "outgoing": outgoing,
        "as_of": last_success.ended_at if last_success else None,
        "current_run": current,
        "last_run": last,
        "webhook": _webhook(provider, known.deliveries.get(provider.slug, {})),
    }


def _health(*, enabled: bool, configured: bool, last: SyncRun | None, current: SyncRun | None, idle: bool) -> str:
    if not enabled:
        return "off"
    if not configured:
        return "not_configured"
    went_well = last is not None and last.status != SyncStatus.FAILED
    if current and not went_well:
        return "running"  # what came before it says nothing of it
    if idle and (went_well or last is None):
        return "nothing_to_ask"
    if last is None:
        return "unknown"
    return {SyncStatus.SUCCEEDED: "ok", SyncStatus.PARTIAL: "degraded"}.get(SyncStatus(last.status), "failing")


def _webhook(provider: Provider, deliveries: Mapping[str, Any]) -> dict[str, Any] | None:
    if not isinstance(provider, HookProvider):
        return None
    return {
        "configured": bool(connections.hook_secret(provider)),
        "waiting": deliveries.get("waiting", 0),
        "failed": deliveries.get("failed", 0),
        "last_received_at": deliveries.get("last_received_at"),
    }
