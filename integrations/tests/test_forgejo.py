"""Webhooks of Forgejo (13) and Gitea (1.25), after their documentation. What is asked stands in `test_forges.py`."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from garden.models import Activity, Project
from garden.vocabulary import ActivityKind
from integrations import tasks
from integrations.models import WebhookDelivery
from integrations.tests.forge_stub import forgejo_repository

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db
URL = "/api/v1/integrations/forgejo/webhook/"
SECRET = "for the tests"
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
REPOSITORY = forgejo_repository(7, "ada/engine", "https://codeberg.org")
PUSH = {
    "ref": "refs/heads/main",
    "before": "a" * 40,
    "after": "b" * 40,
    "commits": [
        {
            "id": "b" * 40,
            "message": "Count spores\n",
            "url": f"https://codeberg.org/ada/engine/commit/{'b' * 40}",
            "author": {"name": "Ada", "email": "ada@example.invalid", "username": "ada"},
            "timestamp": "2026-01-10T12:00:00+01:00",
        }
    ],
    "repository": REPOSITORY,
    "pusher": {"login": "ada"},
}
ITEM = {"number": 9, "title": "Faster", "created_at": "2026-01-09T08:00:00Z", "user": {"login": "ada"}}
RUN = {
    "id": 12,
    "workflow_id": "ship.yml",
    "prettyref": "main",
    "trigger_event": "push",
    "status": "success",
    "stopped": "2026-01-10T11:45:00Z",
    "html_url": "https://codeberg.org/ada/engine/actions/runs/12",
    "trigger_user": {"login": "ada"},
    "repository": REPOSITORY,
}
GITEA_RUN = {
    "id": 12,
    "name": "Ship",
    "event": "push",
    "status": "completed",
    "conclusion": "success",
    "head_branch": "main",
    "completed_at": "2026-01-10T11:45:00Z",
    "actor": {"login": "ada"},
}


@pytest.fixture(autouse=True)
def _set_up(settings: Settings, time_machine: TimeMachineFixture) -> None:
    settings.FORGEJO_WEBHOOK_SECRET, settings.FORGEJO_USERNAME = SECRET, "ada"
    settings.FORGEJO_API_URL, settings.REDIS_URL = "https://codeberg.org/api/v1", ""
    time_machine.move_to(NOW, tick=False)


def post(
    client: Client, event: str, payload: Any, *, delivery: str = "", by: str = "Forgejo", signature: str = ""
) -> Any:
    body = json.dumps(payload)
    headers = {
        f"X-{by}-Event": event,
        f"X-{by}-Delivery": delivery or hashlib.sha256(f"{event} {body}".encode()).hexdigest(),
        f"X-{by}-Signature": signature or hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).hexdigest(),
    }
    return client.generic("POST", URL, body, content_type="application/json", headers=headers)


def told(client: Client, event: str, payload: Any) -> str:
    """What became of a delivery."""
    before = set(WebhookDelivery.objects.values_list("pk", flat=True))
    assert post(client, event, payload).status_code == 202
    tasks.sweep()
    return WebhookDelivery.objects.exclude(pk__in=before).get().error


@pytest.mark.parametrize("by", ["Forgejo", "Gitea"])
def test_a_signed_push_plants_and_grows_and_again_it_changes_nothing(client: Client, by: str) -> None:
    for signature in ("wrong", "\u00fc", hashlib.sha256(b"").hexdigest()):
        assert post(client, "push", PUSH, by=by, signature=signature).status_code == 403
    assert not WebhookDelivery.objects.exists()
    assert post(client, "push", PUSH, delivery="one", by=by).status_code == 202
    assert post(client, "push", PUSH, delivery="one", by=by).status_code == 200
    assert post(client, "push", PUSH, delivery="an old body again", by=by).status_code == 202
    tasks.sweep()
    project = Project.objects.get()
    assert (project.name, project.commit_count) == ("engine", 1)
    assert set(project.sources.values_list("provider", "external_id")) == {
        ("forgejo", "codeberg.org/7"),
        ("git", "codeberg.org/ada/engine"),
    }
    assert Activity.objects.get().url == f"https://codeberg.org/ada/engine/commit/{'b' * 40}"


def test_pull_requests_issues_and_releases_are_one_fact_each(client: Client) -> None:
    told(client, "push", PUSH)
    for action in ("opened", "closed"):
        told(client, "pull_request", {"action": action, "pull_request": ITEM, "repository": REPOSITORY})
        told(client, "issues", {"action": action, "issue": ITEM, "repository": REPOSITORY})
    release = {"tag_name": "v1", "name": "One", "draft": False, "published_at": "2026-01-10T10:00:00Z"}
    told(client, "release", {"action": "published", "release": release, "repository": REPOSITORY})
    facts = Activity.objects.exclude(kind=ActivityKind.COMMIT).order_by("kind")
    assert list(facts.values_list("kind", "external_id", "author")) == [
        ("issue", "codeberg.org:9", "ada"),
        ("pull_request", "codeberg.org:9", "ada"),
        ("release", "v1", ""),
    ]


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("action_run_success", {"action": "success", "run": RUN}),
        ("action_run_recover", {"action": "recover", "run": RUN, "prior_status": "failure"}),
        ("action_run", {"action": "success", "run": {**RUN, "repository": None}, "repository": REPOSITORY}),
        ("workflow_run", {"action": "completed", "workflow_run": GITEA_RUN, "repository": REPOSITORY}),
    ],
)
def test_a_workflow_that_ships_counts_once(client: Client, event: str, payload: dict[str, Any]) -> None:
    told(client, "push", PUSH)
    told(client, event, payload)
    told(client, event, {**payload, "sender": {"login": "ada"}})  # another delivery of the same
    fact = Activity.objects.get(kind=ActivityKind.DEPLOYMENT)
    assert (fact.external_id, fact.data["status"]) == ("codeberg.org:run:12:success", "success")
    assert fact.occurred_at == datetime(2026, 1, 10, 11, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    "more", [{"trigger_event": "schedule"}, {"prettyref": "fix"}, {"status": "cancelled"}], ids=str
)
def test_a_workflow_that_ships_nothing_does_not(client: Client, more: dict[str, str]) -> None:
    told(client, "push", PUSH)
    assert "workflow" in told(client, "action_run_success", {"run": RUN | more})
    assert not Activity.objects.filter(kind=ActivityKind.DEPLOYMENT).exists()


def test_what_was_deleted_or_made_private_leaves_the_site(client: Client) -> None:
    assert "no use for 'wiki'" in told(client, "wiki", {"repository": REPOSITORY})
    assert "private" in told(client, "push", PUSH | {"repository": {**REPOSITORY, "private": True}})
    told(client, "push", PUSH)
    later = {**REPOSITORY, "updated_at": "2026-01-10T11:00:00Z"}
    told(client, "repository", {"action": "deleted", "repository": later})
    assert Project.objects.get().hidden_by_source
