"""The endpoints about the outside world, and the work they leave for later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from kombu.exceptions import OperationalError as BrokerError

from garden import planting
from garden.drafts import ActivityDraft, ProjectDraft
from garden.models import Project
from garden.sources import github
from garden.vocabulary import ActivityKind, ProjectStatus, Visibility
from integrations import limits, runs, tasks
from integrations.models import Account as StoredAccount
from integrations.models import SyncRun, SyncStatus, SyncTrigger
from integrations.services import ingest
from integrations.tests.github_stub import Reply, commits
from integrations.tests.scheduled import turn

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings
    from time_machine import TimeMachineFixture

    from integrations.tests.github_stub import Account, Stub

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
SYNC = "/api/v1/integrations/github/sync/"
STATUS = "/api/v1/integrations/status/"
RECENT = "/api/v1/integrations/github/recent-activity/"


@pytest.fixture(autouse=True)
def _noon(time_machine: TimeMachineFixture, settings: Settings) -> None:
    time_machine.move_to(NOW, tick=False)
    settings.REDIS_URL = ""


def planted(name: str, lines: int | None, at: datetime = NOW - timedelta(hours=1), **fields: Any) -> Project:
    fact = ActivityDraft(
        ActivityKind.COMMIT, f"sha of {name}", at, "A change", "Ada", lines_added=lines, lines_removed=0
    )
    draft = ProjectDraft(name=name, sources=github(f"ada/{name}"))
    project, _ = planting.plant(draft=draft, source="github_sync", now=NOW)
    ingest(project=project, activities=[fact], source="github_sync", now=NOW)
    Project.objects.filter(pk=project.pk).update(**fields)
    return project


def github_in(status: dict[str, Any]) -> dict[str, Any]:
    """What the status says of GitHub."""
    return next(one for one in status["integrations"] if one["provider"] == "github")


def test_recent_activity_shows_commits_of_public_projects_with_their_impact(client: Client) -> None:
    engine = planted("engine", 500)
    planted("loom", 60, at=NOW - timedelta(hours=2))
    planted("mill", 3, at=NOW - timedelta(hours=3))
    planted("unknown", None, at=NOW - timedelta(hours=4))
    planted("past", 500, at=NOW - timedelta(days=15))
    planted("private", 500, visibility=Visibility.PRIVATE)
    planted("unlisted", 500, visibility=Visibility.UNLISTED)
    planted("hidden", 500, hidden_by_source=True)
    planted("proposed", 500, status=ProjectStatus.PROPOSED)
    answer = client.get(RECENT).json()
    assert [(one["project"], one["impact_level"]) for one in answer] == [
        ("engine", "high"),
        ("loom", "medium"),
        ("mill", "low"),
        ("unknown", "medium"),
    ]
    assert answer[0]["project_id"] == str(engine.pk)
    assert answer[0]["repo"] == "ada/engine"
    assert answer[0]["timestamp"] == "2026-01-10T11:00:00Z"


def test_recent_activity_is_two_queries_however_many_projects(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        planted(f"tool-{number}", 5)
    with django_assert_num_queries(2):
        client.get(RECENT)


@pytest.mark.parametrize(("method", "url"), [("get", STATUS), ("post", SYNC)])
def test_strangers_neither_see_the_connections_nor_start_a_sync(client: Client, method: str, url: str) -> None:
    assert getattr(client, method)(url).status_code == 401
    assert not SyncRun.objects.exists()


def test_a_sync_never_rides_on_a_get(admin_client: Client) -> None:
    assert admin_client.get(SYNC).status_code == 405


def test_the_owner_asks_for_a_sync_and_it_is_done_in_the_background(
    admin_client: Client, ada: Account, stub: Stub
) -> None:
    ada.add("engine", commits(2))
    response = admin_client.post(SYNC)
    assert response.status_code == 202
    assert (response.json()["status"], response.json()["subject"]) == ("queued", "ada")
    assert not stub.requests
    assert admin_client.post(SYNC).json()["id"] == response.json()["id"]

    assert tasks.run_requested() == 1
    assert Project.objects.get().commit_count == 2
    (one,) = [one for one in admin_client.get(STATUS).json()["integrations"] if one["provider"] == "github"]
    assert (one["health"], one["configured"], one["username"], one["has_token"]) == ("ok", True, "ada", False)
    assert one["last_run"]["id"] == response.json()["id"]
    assert one["last_run"]["counts"]["facts"] == 2
    assert one["current_run"] is None
    assert one["as_of"] == "2026-01-10T12:00:00Z"
    assert tasks.run_requested() == 0


@pytest.mark.usefixtures("_redis_is_tried")
def test_a_worker_is_told_of_a_sync_and_the_sweep_finds_it_when_the_broker_is_gone(
    admin_client: Client, ada: Account, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://somewhere"
    told: list[str] = []
    monkeypatch.setattr(tasks.run_sync, "apply_async", lambda args, **_: told.extend(args))
    run = admin_client.post(SYNC).json()
    assert told == [run["id"]]
    assert tasks.run_sync(run["id"]) == SyncStatus.SUCCEEDED

    def gone(*_: Any, **__: Any) -> None:
        raise BrokerError("nobody there")

    monkeypatch.setattr(tasks.run_sync, "apply_async", gone)
    assert admin_client.post(SYNC).status_code == 202
    assert tasks.run_requested() == 1


def test_a_sync_that_cannot_begin_says_why(admin_client: Client, ada: Account, settings: Settings) -> None:
    settings.GITHUB_USERNAME = ""
    response = admin_client.post(SYNC)
    assert response.status_code == 409
    assert response.json()["error"]["code"] == "not_configured"
    assert "GITHUB_USERNAME" in response.json()["error"]["message"]
    assert admin_client.post("/api/v1/integrations/myspace/sync/").status_code == 404
    assert admin_client.get(STATUS).json()["integrations"][0]["health"] == "not_configured"
    settings.ENABLE_GITHUB_INTEGRATION = False
    assert admin_client.post(SYNC).json()["error"]["code"] == "disabled"
    assert admin_client.get(STATUS).json()["integrations"][0]["health"] == "off"


def test_the_status_tells_what_failed_and_how_to_mend_it_and_keeps_the_last_good_date(
    admin_client: Client, ada: Account, stub: Stub, time_machine: TimeMachineFixture
) -> None:
    assert turn("github") == {"github": SyncStatus.SUCCEEDED}
    time_machine.shift(timedelta(hours=1))
    stub.on("/users/ada/repos", Reply({"message": "Bad credentials"}, 401))
    assert turn("github") == {"github": SyncStatus.FAILED}
    one = github_in(admin_client.get(STATUS).json())
    assert one["health"] == "failing"
    assert one["last_run"]["error_code"] == "unauthorized"
    assert "new token" in one["last_run"]["fix"]
    assert one["as_of"] == "2026-01-10T12:00:00Z"


def test_the_status_never_shows_a_token_and_survives_one_that_cannot_be_opened(
    admin_client: Client, ada: Account, settings: Settings
) -> None:
    settings.GITHUB_TOKEN = "sekret"
    assert "sekret" not in admin_client.get(STATUS).content.decode()
    StoredAccount.objects.create(provider="github", username="ada", token_encrypted=b"not one of ours")
    one = github_in(admin_client.get(STATUS).json())
    assert (one["health"], one["has_token"]) == ("not_configured", True)
    assert "FIELD_ENCRYPTION_KEYS" in one["missing"]


def test_the_schedule_leaves_a_service_alone_that_asked_for_a_pause(admin_client: Client, ada: Account) -> None:
    limits.pause("github", until=NOW + timedelta(hours=2), reason="slow down", now=NOW)
    assert turn("github") == {}
    assert not SyncRun.objects.exists()
    assert admin_client.get(STATUS).json()["integrations"][0]["paused_until"] == "2026-01-10T14:00:00Z"


def test_the_schedule_is_silent_where_nothing_is_connected_or_another_run_is_at_it(
    ada: Account, settings: Settings, time_machine: TimeMachineFixture
) -> None:
    run = runs.request(provider="github", subject="ada", trigger=SyncTrigger.OWNER, now=NOW)
    runs.claim(run, now=NOW)
    assert turn("github") == {}
    runs.finish(run, counts={})
    settings.GITHUB_USERNAME = ""
    time_machine.shift(timedelta(hours=1))
    assert turn("github") == {}
    assert SyncRun.objects.count() == 1


def test_old_runs_are_forgotten(ada: Account, time_machine: TimeMachineFixture) -> None:
    turn("github")
    time_machine.shift(runs.RETENTION + timedelta(days=1))
    assert tasks.prune()["runs"] == 1
