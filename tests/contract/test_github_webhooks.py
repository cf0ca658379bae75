"""Every delivery that GitHub publishes, posted as GitHub would: taken within a second, done once.

The payloads lie beside the project; where they are not, these tests are skipped.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from garden.models import Activity, GardenEvent, Project
from garden.vocabulary import ActivityKind
from integrations import tasks
from integrations.models import DeliveryStatus, WebhookDelivery
from integrations.providers import signatures
from tests.contract.github_data import GITHUB
from tests.effort import counted

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django import Settings

WEBHOOKS = GITHUB / "webhooks"
PAYLOADS = sorted(WEBHOOKS.glob("*/*.json"))
SECRET = "for the contract"
URL = "/api/v1/integrations/github/webhook"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"

pytestmark = [
    pytest.mark.contract,
    pytest.mark.django_db,
    pytest.mark.skipif(not PAYLOADS, reason="GitHub's payloads are not beside the project"),
]
every_payload = pytest.mark.parametrize("path", PAYLOADS, ids=lambda path: f"{path.parent.name}/{path.stem}")


@pytest.fixture(autouse=True)
def _set_up(settings: Settings) -> None:
    settings.GITHUB_WEBHOOK_SECRET = SECRET
    settings.GITHUB_USERNAME = "Codertocat"
    settings.REDIS_URL = ""


def post(client: Client, path: Path, *, content_type: str = JSON, number: str = "") -> Any:
    """Deliver a payload, signed over the exact bytes."""
    raw = path.read_bytes()
    body = urlencode({"payload": raw.decode()}).encode() if content_type == FORM else raw
    return client.generic(
        "POST",
        URL,
        body,
        content_type=content_type,
        headers={
            "X-Hub-Signature-256": "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest(),
            "X-GitHub-Event": path.parent.name,
            "X-GitHub-Delivery": number or str(uuid.uuid4()),
        },
    )


def test_there_are_payloads_of_all_the_events_that_the_garden_reads() -> None:
    assert {"push", "pull_request", "issues", "release", "star", "fork", "deployment_status", "repository"} <= {
        path.parent.name for path in PAYLOADS
    }


@every_payload
@pytest.mark.parametrize("content_type", [JSON, FORM])
def test_every_delivery_is_taken_and_worked_on_without_trouble(client: Client, path: Path, content_type: str) -> None:
    response = post(client, path, content_type=content_type)
    assert response.status_code == 202
    tasks.sweep()
    kept = WebhookDelivery.objects.get()
    assert kept.status in (DeliveryStatus.PROCESSED, DeliveryStatus.IGNORED), kept.error
    assert (kept.status == DeliveryStatus.IGNORED) == bool(kept.error)


def test_the_largest_delivery_is_taken_with_little_work(client: Client) -> None:
    first, largest = sorted(PAYLOADS, key=lambda path: path.stat().st_size)[-2:]
    post(client, first)  # finds everything cold
    answer, calls = counted(lambda: post(client, largest))
    assert answer.status_code == 202
    assert calls < 120_000  # 50,000 on SQLite


@every_payload
def test_a_delivery_that_comes_twice_has_one_effect(client: Client, path: Path) -> None:
    assert post(client, path, number="one").status_code == 202
    tasks.sweep()
    facts, events = Activity.objects.count(), GardenEvent.objects.count()
    assert post(client, path, number="one").status_code == 200
    assert tasks.sweep() == 0
    assert post(client, path, number="two", content_type=FORM).status_code == 202
    tasks.sweep()
    assert (Activity.objects.count(), GardenEvent.objects.count()) == (facts, events)


def test_all_of_them_together_leave_one_consistent_garden(client: Client) -> None:
    for path in PAYLOADS:
        post(client, path)
    while tasks.sweep():
        pass
    assert not WebhookDelivery.objects.exclude(status__in=[DeliveryStatus.PROCESSED, DeliveryStatus.IGNORED]).exists()
    assert {project.github_repo.split("/")[0] for project in Project.objects.all()} <= {"Codertocat", ""}
    seven = {
        commit["id"] for commit in json.loads((WEBHOOKS / "push/derived-seven-commits.json").read_text())["commits"]
    }
    shas = Activity.objects.filter(kind=ActivityKind.COMMIT).values_list("external_id", flat=True)
    assert seven <= set(shas)


def test_a_tag_a_branch_and_a_deletion_grow_nothing(client: Client) -> None:
    for name in ("default", "tag-created", "branch-deleted", "branch-created-no-commits", "with-organization"):
        post(client, WEBHOOKS / f"push/{name}.json")
    tasks.sweep()
    assert not Activity.objects.filter(kind=ActivityKind.COMMIT).exists()


def test_a_privatised_repository_leaves_until_it_is_made_public(client: Client) -> None:
    def delivered(name: str) -> Project:
        post(client, WEBHOOKS / name)
        tasks.sweep()
        return Project.objects.get()

    assert delivered("push/with-new-branch.json").shown
    assert not delivered("repository/privatized.json").shown
    assert not delivered("push/with-new-branch.json").shown  # a late one says nothing new
    assert delivered("repository/publicized.json").shown


def test_the_published_signature_is_accepted() -> None:
    vector = json.loads((WEBHOOKS / "signature-vector.json").read_text())
    signatures.verify(vector["payload"].encode(), {signatures.SIGNATURE_HEADER: vector["header"]}, vector["secret"])
