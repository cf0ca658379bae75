"""A garden of many years, written straight into the tables: a thousand plants, and beside them millions of rows.

The database makes the rows itself, one statement a table: in Python the steps alone would take the better part of an
hour. They come in the order of time, as they would, and a few plants have half of all facts.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection

from bench.garden import grown
from bench.made_up_sql import SQL, Sql, Table, pick
from garden import ownership, selectors
from garden.models import Activity, GardenEvent, GrowthLog, Interaction, OwnerIdentity, Project, ReactionCursor
from garden.vocabulary import ActivityKind, EventType, GrowthStage, InteractionKind, Whose
from integrations.models import DeliveryStatus, Heartbeat, SyncRun, SyncStatus, SyncTrigger, WebhookDelivery
from visitors.figures.rollups import fingerprints
from visitors.figures.windows import DAY, begin_of, hour_of
from visitors.models import CountedDay, PageSpeed, Session, Step
from visitors.vocabulary import SetAside, StepKind
from weather.models import MusicMoment, PastPlay, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

PLANTS: Final = 1_000
STEPS_A_VISIT: Final = 12
BUSY: Final = 20  # plants with half of all facts
YEARS: Final = timedelta(days=5 * 365)
MONTH: Final = timedelta(days=31)  # a day of it is past its time


def fill(factor: float, now: datetime) -> dict[str, int]:
    """Fill an empty garden; with a factor of 1, five million facts and ten million steps. Returns rows by table.

    The planner knows of them afterwards, as it does after the daily tidying.
    """
    grown(PLANTS)
    sql = SQL[connection.vendor](now, PLANTS)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE made_up_plant (number integer PRIMARY KEY, id uuid, name varchar(36))")
        plants = list(Project.objects.order_by("slug").values_list("pk", flat=True))
        cursor.executemany(
            "INSERT INTO made_up_plant VALUES (%s, %s, %s)",
            [(number, sql.uuid_of(pk), str(pk)) for number, pk in enumerate(plants)],
        )
        written = {}
        for table in tables(factor, sql):
            cursor.execute(sql.insert(table))
            written[table.model._meta.db_table] = table.rows
        cursor.execute("DROP TABLE made_up_plant")
        cursor.execute("ANALYZE")
    _as_after_a_while(now)
    return written


def _as_after_a_while(now: datetime) -> None:
    """Nothing waits to be read, the days are counted, and the garden knows whose it is.

    They only stand as counted: how long counting takes, `bench.visits` measures.
    """
    ReactionCursor.objects.update(seq=selectors.seq_range()[1])
    until = hour_of(now)
    CountedDay.objects.bulk_create(
        CountedDay(day=day, until=min(begin_of(day) + DAY, until), fingerprint=fingerprint)
        for day, fingerprint in fingerprints(until).items()
    )
    owner = ownership.identity("Gardener 1")
    OwnerIdentity.objects.create(kind=owner.kind, value=owner.value, hint=owner.hint, created_at=now)


def big_tables() -> set[str]:
    """Those that are never to be read whole. Deliveries and runs are few: they are forgotten after weeks."""
    big = (Activity, Interaction, GardenEvent, Session, Step, PageSpeed, MusicMoment, PastPlay, Heartbeat)
    return {model._meta.db_table for model in big}


def tables(factor: float, sql: Sql) -> Iterator[Table]:
    """What stands in which table."""

    def rows(at_full_size: int) -> int:
        return max(1, round(at_full_size * factor))

    facts, steps = rows(5_000_000), rows(10_000_000)
    visits = steps // STEPS_A_VISIT
    visit_id = sql.visit_id("{number}", visits, MONTH)
    kinds = [ActivityKind.PULL_REQUEST, ActivityKind.ISSUE, ActivityKind.RELEASE, ActivityKind.DEPLOYMENT]
    yield Table(
        Activity,
        facts,
        {
            "project_id": "plant.id",
            "kind": pick("n / 7 % 40 - 36", kinds, otherwise=ActivityKind.COMMIT),
            "external_id": sql.hex("n"),
            "occurred_at": "{moment}",
            "source": "'github'",
            "title": "'Change number ' || n || ' of a history that has some length to it'",
            "author": "'Gardener ' || n % 50",
            "author_login": "''",
            "author_key": "''",
            "whose": pick("n / 3 % 10", [Whose.BOT, Whose.OTHER, Whose.OTHER], otherwise=Whose.OWNER),
            "assisted": "{yes}",
            "url": "''",
            "lines_added": "n % 200",
            "lines_removed": "n % 90",
            "amount": "0",
            "assisted_amount": "0",
            "data": "'{{}}'",
            "withdrawn": "CASE WHEN n % 500 = 0 THEN 'rewritten' ELSE '' END",
            "recorded_at": "{moment}",
        },
        over=YEARS,
        plant=f"CASE WHEN n % 2 = 0 THEN (n / 2) % {BUSY} ELSE (n / 2) % {{plants}} END",
    )
    coded_days = max(2, rows(400))
    yield Table(
        Activity,
        coded_days * PLANTS,
        {
            "project_id": "plant.id",
            "kind": f"'{ActivityKind.CODING}'",
            "external_id": sql.day("{moment}"),
            "occurred_at": "{moment}",
            "source": "'coding'",
            **dict.fromkeys(("title", "author", "author_login", "author_key", "url", "withdrawn"), "''"),
            "whose": f"'{Whose.OWNER}'",
            "assisted": "{yes}",
            "amount": "n % 7200",
            "assisted_amount": "0",
            "data": "'{{}}'",
            "recorded_at": "{moment}",
        },
        over=timedelta(days=coded_days),
    )
    stages = list(GrowthStage)
    yield Table(
        GrowthLog,
        60 * PLANTS,
        {
            "id": sql.uuid("n"),
            "project_id": "plant.id",
            **dict.fromkeys(("commits_delta", "lines_added", "lines_removed"), "n % 90"),
            **dict.fromkeys(("complexity_change", "page_views", "interactions", "time_spent_minutes"), "0"),
            **dict.fromkeys(("github_activity", "deployment_events"), "'{{}}'"),
            "previous_stage": pick("(n / {plants} - 1) / 10", stages, otherwise=""),
            "new_stage": pick("n / {plants} / 10", stages, otherwise=GrowthStage.BLOOMING),
            "growth_factor": "n / {plants} / 60.0",
            "backfilled": "{yes}",
            "recorded_at": "{moment}",
        },
        over=YEARS,
    )
    yield Table(
        Interaction,
        rows(1_000_000),
        {
            "project_id": "plant.id",
            "kind": pick("n % 2", list(InteractionKind)[:1], otherwise=list(InteractionKind)[1]),
            "occurred_at": "{moment}",
        },
        over=YEARS,
    )
    yield Table(
        GardenEvent,
        rows(500_000),
        {
            "event_type": pick("n % 3", [EventType.PROJECT_CHANGED], otherwise=EventType.VISITOR_INTERACTION),
            "source": "'made up'",
            "subject": "plant.name",
            "data": sql.json_object("'project_id'", "plant.name", "'kind'", "'water'"),
            "timestamp": "{moment}",
            "alters_state": f"CASE WHEN n % 3 = 0 THEN {sql.true} ELSE {sql.false} END",
            "rewrites": sql.false,
        },
        over=MONTH,
    )
    yield Table(
        Session,
        visits,
        {
            "id": visit_id.format(number="n"),
            "started_at": "{moment}",
            "last_activity_at": "{moment}",
            "first_of_day": sql.true,
            "set_aside": f"CASE WHEN n % 10 = 0 THEN '{SetAside.AGENT.value}' ELSE '' END",
            "decided_by_owner": sql.false,
            "agent_family": "CASE WHEN n % 10 = 0 THEN 'A crawler' ELSE '' END",
            "trusted_input": sql.true,
            "entry_point": "'/'",
            "exit_point": pick("n % 4", ["pond", "gate", "hill"], otherwise="shed"),
            "journey_path": '\'["/", "pond", "gate"]\'',
            "projects_viewed": sql.json_array("plant.name"),
            "time_spent_per_project": sql.json_object("plant.name", "n % 90"),
            "channel": pick("n % 3", ["search", "social"], otherwise="direct"),
            "referrer_host": "CASE WHEN n % 3 < 2 THEN 'site-' || n % 70 || '.example' ELSE '' END",
            **dict.fromkeys(("utm_source", "utm_medium", "utm_campaign"), "''"),
            "country_code": pick("n / 3 % 5", ["DE", "FR", "GB", "US"], otherwise="JP"),
            "device_type": pick("n / 15 % 3", ["desktop", "mobile"], otherwise="tablet"),
            "browser": pick("n / 45 % 3", ["Firefox", "Chrome"], otherwise="Safari"),
            "os": pick("n / 135 % 3", ["Linux", "Android"], otherwise="iOS"),
            "screen_resolution": "'large'",
            "steps": str(STEPS_A_VISIT),
            "page_views": "1",
            "interactions": "2",
            "total_time_seconds": "n % 300",
            **dict.fromkeys(("clicks_count", "seeds_planted"), "0"),
            "milestones": "'[]'",
        },
        over=MONTH,
    )
    kinds_of_steps = [StepKind.PAGE_VIEW, StepKind.PROJECT_VIEW, StepKind.INTERACTION]
    yield Table(
        Step,
        visits * STEPS_A_VISIT,
        {
            "session_id": visit_id.format(number=f"n / {STEPS_A_VISIT}"),
            "at": "{moment}",
            "kind": pick(f"n % {STEPS_A_VISIT}", kinds_of_steps, otherwise=StepKind.NAVIGATION),
            "project_id": f"CASE WHEN n % {STEPS_A_VISIT} IN (1, 2) THEN plant.id END",
            "area": pick(f"n % {STEPS_A_VISIT}", ["/", "pond", "pond", "gate", "hill"], otherwise="shed"),
            "x": "n % 40 - 20",
            "z": "n % 36 - 18",
            "duration": "n % 30",
        },
        over=MONTH,
    )
    yield Table(
        PageSpeed,
        visits // 2,
        {"at": "{moment}", "area": "'/'", "device_type": "'desktop'", "lcp": "900 + n % 2000", "inp": "90", "cls": "0"},
        over=MONTH,
    )
    described = {"energy": "n % 100 / 100.0", "valence": "n % 90 / 90.0", "acousticness": "n % 80 / 80.0"}
    yield Table(
        MusicMoment,
        rows(200_000),
        {
            "source": "'listenbrainz'",
            "external_id": sql.hex("n"),
            **dict.fromkeys(("track_id", "title", "spotify_id"), "'track ' || n % 20000"),
            **dict.fromkeys(("artist_id", "artist"), "'artist ' || n % 900"),
            "recording_id": "''",
            "kind": "'track'",
            "played_at": "{moment}",
            "heard_at": "CASE WHEN n % 2 = 0 THEN {moment} END",
            "duration": "200",
            **dict.fromkeys(("is_playing", "is_demo"), sql.false),
            **described,
            **dict.fromkeys(("genres", "features_asked"), "'[]'"),
            "features_source": "CASE WHEN n % 20 = 0 THEN '' ELSE 'reccobeats' END",
            "recorded_at": "{moment}",
        },
        over=timedelta(days=730),
    )
    yield Table(
        Piece,
        rows(20_000),
        {
            "key": sql.hex("n", digits=32),
            "title": "'Piece ' || n",
            "artist": "'artist ' || n % 900",
            "kind": "'track'",
            **dict.fromkeys(("spotify_id", "recording_id", "asked"), "''"),
            **described,
            "genres": "'[]'",
            "features_source": "CASE WHEN n % 20 = 0 THEN '' ELSE 'reccobeats' END",
            "plays": "n % 50",
        },
        over=YEARS,
    )
    yield Table(
        PastPlay,
        rows(500_000),
        {
            "piece_id": f"n % {rows(20_000)} + (SELECT MIN(id) FROM {Piece._meta.db_table})",
            "source": "'spotify'",
            "played_at": "{moment}",
            "month": sql.month("{moment}"),
            "seconds": "200",
        },
        over=timedelta(days=3650),
    )
    yield Table(
        Heartbeat,
        rows(1_000_000),
        {
            "at": "{moment}",
            "project": "'project-' || n % 40",
            "language": pick("n % 3", ["Python", "Rust"], otherwise="TypeScript"),
            "category": "'coding'",
            "editor": "'vscode'",
            "received_at": "{moment}",
        },
        over=MONTH,
    )
    yield Table(
        WebhookDelivery,
        rows(20_000),
        {
            "id": sql.uuid("n"),
            "provider": "'github'",
            "delivery_id": sql.hex("n"),
            "event": "'push'",
            "content_type": "'application/json'",
            "body": sql.bytes,
            "status": f"'{DeliveryStatus.PROCESSED}'",
            "attempts": "1",
            "error": "''",
            **dict.fromkeys(("received_at", "next_attempt_at", "processed_at"), "{moment}"),
        },
        over=MONTH,
    )
    yield Table(
        SyncRun,
        rows(20_000),
        {
            "id": sql.uuid("n"),
            "provider": pick("n % 3", ["github", "openmeteo"], otherwise="git"),
            "trigger": f"'{SyncTrigger.SCHEDULE}'",
            "status": f"'{SyncStatus.SUCCEEDED}'",
            **dict.fromkeys(("subject", "step", "error_code", "error", "fix"), "''"),
            **dict.fromkeys(("requested_at", "started_at", "ended_at"), "{moment}"),
            **dict.fromkeys(("done", "total"), "1"),
            "counts": "'{{}}'",
            "let_go": sql.false,
        },
        over=MONTH,
    )
