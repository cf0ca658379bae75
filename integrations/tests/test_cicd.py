"""Deployments of any pipeline: what is let in, what it does to the plant, and that it does it once."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User

from garden import planting
from garden.drafts import ProjectDraft
from garden.models import Activity, GardenEvent, Project
from garden.sources import github, remote
from garden.vocabulary import ActivityKind, EventType
from integrations import tasks
from integrations.models import DeliveryStatus, SourceSchedule, WebhookDelivery

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from garden.sources import SourceRef

pytestmark = pytest.mark.django_db
URL = "/api/v1/integrations/cicd/deployment"
SECRET = "for the tests"
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
TOLD = {"repository": "ada/engine", "status": "success", "environment": "production", "url": "https://x.example"}


@pytest.fixture(autouse=True)
def _set_up(settings: Settings, time_machine: TimeMachineFixture) -> None:
    settings.CICD_WEBHOOK_SECRET = SECRET
    settings.REDIS_URL = ""
    time_machine.move_to(NOW, tick=False)


def planted(*refs: SourceRef) -> Project:
    draft = ProjectDraft(name="engine", sources=refs or github("ada/engine"))
    return planting.plant(draft=draft, source="test", now=NOW)[0]


def post(client: Client, payload: Any, *, signature: str | None = None, url: str = URL) -> Any:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    signed = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": signed if signature is None else signature}
    return client.generic("POST", url, body, content_type="application/json", headers=headers)


def events() -> list[dict[str, Any]]:
    return list(GardenEvent.objects.filter(event_type=EventType.DEPLOYMENT).values_list("data", flat=True))


def test_a_success_lets_the_plant_bloom_for_half_a_minute(client: Client) -> None:
    project = planted()
    answer = post(client, TOLD | {"id": "42"})
    assert (answer.status_code, answer.json()) == (202, {"status": "processed"})
    tasks.sweep()
    (told,) = events()
    assert {name: told[name] for name in ("project_id", "status", "effect", "duration", "intensity")} == {
        "project_id": str(project.pk),
        "status": "success",
        "effect": "bloom",
        "duration": 30_000,
        "intensity": 1.0,
    }
    fact = Activity.objects.get()
    assert (fact.kind, fact.title, fact.url) == (
        ActivityKind.DEPLOYMENT,
        "Deployment to production",
        "https://x.example",
    )
    project.refresh_from_db()
    assert project.last_activity_at == NOW


def test_a_failure_lets_it_droop_for_ten_seconds(client: Client) -> None:
    planted()
    post(client, TOLD | {"status": "failure"})
    tasks.sweep()
    (told,) = events()
    assert (told["effect"], told["duration"], told["level"]) == ("concern", 10_000, 0.6)


def test_it_stands_in_the_growth_log(client: Client, time_machine: TimeMachineFixture) -> None:
    project = planted()
    post(client, TOLD)
    tasks.sweep()
    assert sum(row.deployment_events.get("deployments", 0) for row in project.growth_log.all()) == 1


@pytest.mark.parametrize("more", [{"id": "42"}, {"id": 42}, {}], ids=["an id", "a number", "the same body"])
def test_what_is_told_again_is_received_already(client: Client, more: dict[str, Any]) -> None:
    planted()
    assert post(client, TOLD | more).status_code == 202
    again = post(client, TOLD | more, url=f"{URL}/")
    assert (again.status_code, again.json()) == (200, {"status": "already received"})
    tasks.sweep()
    assert len(events()) == Activity.objects.count() == 1


def test_the_same_id_counts_once_whatever_else_is_said_and_once_in_each_repository(client: Client) -> None:
    planted()
    planted(*github("ada/other"))
    assert post(client, TOLD | {"id": "42"}).status_code == 202
    assert post(client, TOLD | {"id": "42", "status": "failure"}).status_code == 200
    assert post(client, TOLD | {"id": "42", "repository": "ada/other"}).status_code == 202
    tasks.sweep()
    assert Activity.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"repository": "ada/unknown"}, "does not stand in the garden"),
        ({"repository": "what"}, "neither owner/name"),
        ({"status": "running"}, "no use for the status 'running'"),
    ],
)
def test_an_unknown_repository_and_another_status_are_taken_without_effect(
    client: Client, more: dict[str, Any], why: str
) -> None:
    planted()
    assert post(client, TOLD | more).json() == {"status": "processed"}
    tasks.sweep()
    kept = WebhookDelivery.objects.get()
    assert (kept.status, Project.objects.count(), Activity.objects.count()) == (DeliveryStatus.IGNORED, 1, 0)
    assert why in kept.error


@pytest.mark.parametrize(
    "repository", ["Ada/Engine", "git@codeberg.org:ada/engine.git", "https://codeberg.org/ada/engine"]
)
def test_a_plant_on_another_forge_is_found_by_its_name_or_its_remote(client: Client, repository: str) -> None:
    home = remote("https://codeberg.org/ada/engine")
    assert home
    project = planted(home)
    post(client, TOLD | {"repository": repository})
    tasks.sweep()
    assert Activity.objects.get().project == project
    assert [source.external_id for source in project.sources.all()] == [home.external_id]  # nothing was learnt of it


@pytest.mark.parametrize("signature", ["", "sha256=" + "0" * 64, "sha1=abc", "sha256=\u00e9"])
def test_a_forged_one_is_refused_and_leaves_no_trace(client: Client, signature: str) -> None:
    answer = post(client, TOLD, signature=signature)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "bad_signature")
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize(
    "payload",
    [b"", b"[]", b"{", b'"text"', {}, {"repository": "ada/engine"}, TOLD | {"status": 5}, TOLD | {"repository": " "}],
    ids=str,
)
def test_what_is_no_deployment_is_a_clear_error(client: Client, payload: Any) -> None:
    answer = post(client, payload)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "malformed")
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize("odd", ["x" * 5000, [1], {"a": 1}, True, 1.5, "\u202e\x00", 10**40, "\ud800"], ids=repr)
def test_an_odd_id_tells_deployments_apart_all_the_same(client: Client, odd: Any) -> None:
    planted()
    assert [post(client, TOLD | {"id": odd}).status_code for _ in range(2)] == [202, 200]
    tasks.sweep()
    assert WebhookDelivery.objects.get().status == DeliveryStatus.PROCESSED
    assert Activity.objects.count() == 1


def test_an_address_that_is_no_page_and_marks_in_names_stand_nowhere(client: Client) -> None:
    planted()
    post(client, TOLD | {"url": "javascript:alert(1)", "environment": "\u202eprod\x00"})
    tasks.sweep()
    fact = Activity.objects.get()
    assert (fact.url, fact.title) == ("", "Deployment to prod")


def test_old_news_counts_and_makes_nothing_bloom(client: Client, time_machine: TimeMachineFixture) -> None:
    planted()
    post(client, TOLD)
    time_machine.move_to(NOW + timedelta(hours=2), tick=False)  # nobody worked on the inbox
    tasks.sweep()
    assert Activity.objects.get().occurred_at == NOW
    assert not events()


@pytest.mark.parametrize("how", ["secret", "switch"])
def test_where_it_is_not_set_up_the_answer_says_so(client: Client, settings: Settings, how: str) -> None:
    settings.CICD_WEBHOOK_SECRET = "" if how == "secret" else SECRET
    settings.ENABLE_CICD_INTEGRATION = how == "secret"
    answer = post(client, TOLD)
    assert answer.status_code == 503
    assert ("CICD_WEBHOOK_SECRET" in answer.json()["error"]["message"]) == (how == "secret")


def test_it_is_never_asked(client: Client) -> None:
    assert not SourceSchedule.objects.filter(provider="cicd").exists()
    client.force_login(User.objects.create_superuser("owner"))
    answer = client.post("/api/v1/integrations/cicd/sync/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "only_calls")
