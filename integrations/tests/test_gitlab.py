"""GitLab's webhooks, after its documentation of webhook events (18). What it is asked stands in `test_forges.py`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from garden import planting
from garden.drafts import ProjectDraft
from garden.models import Activity, GardenEvent, Project
from garden.sources import github
from garden.vocabulary import ActivityKind, EventType
from integrations import tasks
from integrations.models import WebhookDelivery
from integrations.providers.base import PROJECT, Payload
from integrations.providers.gitlab import GitLab
from integrations.tests.forge_stub import gitlab_project

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db
URL = "/api/v1/integrations/gitlab/webhook/"
SECRET = "for the tests"
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
PROJECT_SAID = {
    "id": 15,
    "name": "Engine",
    "description": "",
    "web_url": "https://gitlab.com/ada/engine",
    "namespace": "Ada",
    "visibility_level": 20,
    "path_with_namespace": "ada/engine",
    "default_branch": "main",
}
PUSH = {
    "object_kind": "push",
    "ref": "refs/heads/main",
    "before": "0" * 40,
    "after": "b" * 40,
    "user_username": "ada",
    "project": PROJECT_SAID,
    "commits": [
        {
            "id": "b" * 40,
            "message": "Count spores\n",
            "timestamp": "2026-01-10T12:00:00+01:00",
            "url": f"https://gitlab.com/ada/engine/-/commit/{'b' * 40}",
            "author": {"name": "Ada", "email": "ada@example.invalid"},
        }
    ],
}
JOB = {"id": 377, "stage": "deploy", "name": "ship", "status": "success", "environment": {"name": "production"}}
PIPELINE = {
    "object_kind": "pipeline",
    "object_attributes": {
        "id": 31,
        "iid": 3,
        "name": "Ship it",
        "ref": "main",
        "tag": False,
        "source": "push",
        "status": "success",
        "created_at": "2026-01-10 11:20:00 UTC",
        "finished_at": "2026-01-10 11:26:00 UTC",
        "url": "https://gitlab.com/ada/engine/-/pipelines/31",
    },
    "user": {"id": 1, "username": "ada"},
    "project": PROJECT_SAID,
    "builds": [],
}
DEPLOYMENT = {
    "object_kind": "deployment",
    "status": "success",
    "status_changed_at": "2026-01-10 12:25:00 +0100",
    "deployment_id": 15,
    "deployable_id": 377,
    "environment": "production",
    "environment_external_url": "https://engine.example.org",
    "project": PROJECT_SAID,
    "user": {"id": 1, "username": "ada"},
}
ITEM = {"iid": 9, "title": "Faster", "created_at": "2026-01-09 08:00:00 UTC", "action": "open", "author_id": 1}


@pytest.fixture(autouse=True)
def _set_up(settings: Settings, time_machine: TimeMachineFixture) -> None:
    settings.GITLAB_WEBHOOK_SECRET, settings.GITLAB_USERNAME = SECRET, "ada"
    settings.GITLAB_API_URL, settings.REDIS_URL = "https://gitlab.com/api/v4", ""
    time_machine.move_to(NOW, tick=False)


def post(client: Client, payload: dict[str, Any], *, token: str = SECRET, key: str = "") -> Any:
    headers = {"X-Gitlab-Token": token, "X-Gitlab-Event": "Any Hook", **({"Idempotency-Key": key} if key else {})}
    return client.generic("POST", URL, json.dumps(payload), content_type="application/json", headers=headers)


def told(client: Client, payload: dict[str, Any]) -> str:
    """What became of a delivery."""
    before = set(WebhookDelivery.objects.values_list("pk", flat=True))
    assert post(client, payload).status_code == 202
    tasks.sweep()
    return WebhookDelivery.objects.exclude(pk__in=before).get().error


def test_only_who_shows_the_secret_is_let_in(client: Client) -> None:
    for token in ("", "another", SECRET.upper(), SECRET + "\u00fc"):
        assert post(client, PUSH, token=token).status_code == 403
    assert not WebhookDelivery.objects.exists()
    assert post(client, PUSH).status_code == 202


@pytest.mark.parametrize("key", ["f5e5f430-f57b-4e6e-9fac-d9128cd7232f", ""], ids=["a key", "before GitLab 17.4"])
def test_a_push_plants_and_grows_and_again_it_changes_nothing(client: Client, key: str) -> None:
    assert post(client, PUSH, key=key).status_code == 202
    assert post(client, PUSH, key=key).status_code == 200
    tasks.sweep()
    project = Project.objects.get()
    assert (project.name, project.commit_count) == ("Engine", 1)
    assert set(project.sources.values_list("provider", "external_id")) == {
        ("gitlab", "gitlab.com/15"),
        ("git", "gitlab.com/ada/engine"),
    }
    fact = Activity.objects.get()
    assert (fact.title, fact.occurred_at) == ("Count spores", datetime(2026, 1, 10, 11, tzinfo=UTC))
    assert fact.url == f"https://gitlab.com/ada/engine/-/commit/{'b' * 40}"


def test_what_a_pipeline_ships_blooms_once_although_it_is_told_twice(client: Client) -> None:
    told(client, PUSH)
    told(client, PIPELINE | {"builds": [JOB, {**JOB, "id": 376, "environment": None}]})
    told(client, DEPLOYMENT)
    (fact,) = Activity.objects.filter(kind=ActivityKind.DEPLOYMENT)
    assert (fact.external_id, fact.title) == ("gitlab.com:job:377:success", "Deployment to production")
    (event,) = GardenEvent.objects.filter(event_type=EventType.DEPLOYMENT).values_list("data", flat=True)
    assert event["effect"] == "bloom"
    told(client, DEPLOYMENT | {"status": "failed", "deployable_id": 378})
    assert GardenEvent.objects.filter(event_type=EventType.DEPLOYMENT).latest("pk").data["effect"] == "concern"


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, True),
        ({"status": "failed"}, True),
        ({"ref": "v1", "tag": True}, True),
        ({"ref": "fix"}, False),
        ({"source": "merge_request_event"}, False),
        ({"source": "schedule"}, False),
        ({"status": "running"}, False),
        ({"status": "canceled"}, False),
    ],
    ids=str,
)
def test_a_pipeline_counts_where_it_ended_and_ships(client: Client, more: dict[str, Any], *, counts: bool) -> None:
    told(client, PUSH)
    told(client, PIPELINE | {"object_attributes": PIPELINE["object_attributes"] | more})  # type: ignore[operator]
    assert Activity.objects.filter(kind=ActivityKind.DEPLOYMENT).exists() is counts


def test_merge_requests_issues_and_releases_are_one_fact_each(client: Client) -> None:
    told(client, PUSH)
    for kind in ("merge_request", "issue"):
        said = {"object_kind": kind, "user": {"id": 1, "username": "ada"}, "project": PROJECT_SAID}
        told(client, said | {"object_attributes": ITEM})
        told(client, said | {"object_attributes": ITEM | {"action": "close"}})
    release = {"object_kind": "release", "action": "create", "tag": "v1", "name": "One", "project": PROJECT_SAID}
    told(client, release | {"created_at": "2026-01-10 10:00:00 UTC", "released_at": "2026-01-10 10:00:00 UTC"})
    facts = Activity.objects.exclude(kind=ActivityKind.COMMIT).order_by("kind")
    assert list(facts.values_list("kind", "external_id", "author")) == [
        ("issue", "gitlab.com:9", "ada"),
        ("pull_request", "gitlab.com:9", "ada"),
        ("release", "v1", ""),
    ]


def test_what_is_no_business_of_the_garden_is_left_alone(client: Client) -> None:
    assert "note" in told(client, {"object_kind": "note", "project": PROJECT_SAID})
    assert "private" in told(client, PUSH | {"project": PROJECT_SAID | {"visibility_level": 10}})
    told(client, PUSH)
    issue = {"object_kind": "issue", "project": PROJECT_SAID, "object_attributes": ITEM | {"confidential": True}}
    assert "confidential" in told(client, issue)
    assert "branch" in told(client, PUSH | {"ref": "refs/heads/fix"})
    assert Activity.objects.count() == 1


def test_one_that_became_private_leaves_the_site(client: Client) -> None:
    told(client, PUSH)
    told(client, PUSH | {"project": PROJECT_SAID | {"visibility_level": 0}, "after": "c" * 40})
    assert Project.objects.get().hidden_by_source


def test_shares_of_languages_are_kept_and_no_lines_are_made_of_them() -> None:
    said = {"repository": GitLab().one(gitlab_project(7, "ada/engine", "https://gitlab.com")), "shares": {"Go": 0.75}}
    (draft,) = GitLab().parse(Payload("ada/engine", PROJECT, said))
    assert (draft.shares, draft.languages) == ({"Go": 0.75}, None)  # type: ignore[union-attr]


@pytest.mark.parametrize("page", ["https://github.com/ada/engine", "javascript:alert(1)//gitlab.com/ada/engine"])
def test_a_page_elsewhere_takes_no_other_plant_and_is_no_link(client: Client, page: str) -> None:
    planting.plant(draft=ProjectDraft(name="mine", sources=github("ada/engine", 1)), source="test", now=NOW)
    told(client, PUSH | {"project": PROJECT_SAID | {"web_url": page}})
    other = Project.objects.get(name="Engine")
    assert list(other.sources.values_list("provider", "external_id")) == [("gitlab", "gitlab.com/15")]
    assert "javascript" not in Activity.objects.get().url + other.sources.get().url


@pytest.mark.parametrize("odd", [None, [], 7, "x", {}, {"id": "7"}, {**PROJECT_SAID, "id": 2**70}], ids=repr)
def test_what_is_of_no_documented_shape_is_said_so_and_stops_nothing(client: Client, odd: object) -> None:
    for payload in (PUSH, PIPELINE, DEPLOYMENT):
        assert told(client, payload | {"project": odd})  # a reason, and no mistake of our own
    for key in ("commits", "ref"):
        told(client, PUSH | {key: odd})
    assert not WebhookDelivery.objects.filter(error__contains="mistake of its own").exists()
    told(client, PUSH)
    assert Activity.objects.count() == 1
