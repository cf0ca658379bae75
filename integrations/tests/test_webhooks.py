"""The inbox: what is let in, and that every accepted delivery has its effect exactly once."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from celery import current_app
from django.db import OperationalError
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from garden.models import Activity, GardenEvent, Project, ProjectSource
from garden.sources import GITHUB, SourceRef
from garden.vocabulary import EventType
from integrations import services, tasks, webhooks
from integrations.models import DeliveryStatus, WebhookDelivery
from integrations.tests.test_github_hooks import delivery, push
from skills.models import Skill
from skills.services import sync_from_projects

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db
URL = "/api/v1/integrations/github/webhook/"
SECRET = "for the tests"
NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
ENGINE = SourceRef(GITHUB, "7")
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _set_up(settings: Settings, time_machine: TimeMachineFixture) -> None:
    settings.GITHUB_WEBHOOK_SECRET = SECRET
    settings.GITHUB_USERNAME = "ada"
    settings.REDIS_URL = ""
    time_machine.move_to(NOW, tick=False)


def signed(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(
    client: Client,
    payload: Any,
    event: str = "push",
    *,
    number: str = "",
    signature: str | None = None,
    content_type: str = "application/json",
) -> Any:
    """Deliver, as GitHub does. `payload` is sent as JSON unless it is bytes."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return client.generic(
        "POST",
        URL,
        body,
        content_type=content_type,
        headers={
            "X-Hub-Signature-256": signed(body) if signature is None else signature,
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": number or str(uuid.uuid4()),
        },
    )


def only() -> WebhookDelivery:
    return WebhookDelivery.objects.get()


def arrived(client: Client, payload: Any, event: str) -> WebhookDelivery:
    """Deliver and work on it."""
    number = str(uuid.uuid4())
    assert post(client, payload, event, number=number).status_code == 202
    tasks.sweep()
    return WebhookDelivery.objects.get(delivery_id=number)


def at(payload: dict[str, Any], updated_at: str, **more: Any) -> dict[str, Any]:
    """The same delivery with the repository in another state."""
    return {**payload, "repository": {**payload["repository"], "updated_at": updated_at, **more}}


def test_a_push_is_answered_at_once_and_worked_on_after(client: Client) -> None:
    response = post(client, push())
    assert (response.status_code, response.json()) == (202, {"status": "accepted"})
    assert not Activity.objects.exists()
    assert tasks.sweep() == 1
    assert only().status == DeliveryStatus.PROCESSED
    project = Project.objects.get()
    assert (project.github_repo, project.commit_count) == ("ada/engine", 1)
    assert GardenEvent.objects.get(event_type=EventType.COMMIT_PUSHED).data["repository"] == "engine"


def test_a_form_is_read_like_json(client: Client) -> None:
    body = urlencode({"payload": json.dumps(push())}).encode()
    assert post(client, body, content_type=FORM).status_code == 202
    tasks.sweep()
    assert Activity.objects.count() == 1


def test_a_redelivered_push_grows_nothing_twice(client: Client) -> None:
    assert post(client, push(), number="one").status_code == 202
    tasks.sweep()
    events = GardenEvent.objects.count()
    again = post(client, push(), number="one")
    assert (again.status_code, again.json()) == (200, {"status": "already received"})
    post(client, push(), number="the same push under another number")
    tasks.sweep()
    assert Activity.objects.count() == 1
    assert GardenEvent.objects.count() == events


def test_a_delivery_that_was_given_up_gets_another_chance_when_it_is_sent_again(client: Client) -> None:
    post(client, push(), number="one")
    WebhookDelivery.objects.update(status=DeliveryStatus.FAILED, attempts=webhooks.ATTEMPTS)
    assert post(client, push(), number="one").status_code == 202
    tasks.sweep()
    assert only().status == DeliveryStatus.PROCESSED


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=" + "0" * 64, "sha1=abc", "sha256=\u00e9", "x" * 5000])
def test_a_forged_delivery_is_refused_and_leaves_no_trace(client: Client, signature: str) -> None:
    response = post(client, push(), signature=signature)
    assert response.status_code == 403
    assert response.json()["error"]["code"] == "bad_signature"
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/json"),
        (b"\x00\xff\xfe", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"5", "application/json"),
        (b'"text"', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"a":' * 500 + b"1" + b"}" * 500, "application/json"),
        (b'{"number": ' + b"9" * 10_000 + b"}", "application/json"),
        (b"no=payload", FORM),
        (b"payload=%7B", FORM),
        (b"payload=%ff%fe", FORM),
        (b"payload=[]", FORM),
        (b"&".join(b"a%d=1" % n for n in range(1000)), FORM),
    ],
)
def test_a_signed_body_that_is_no_payload_is_a_clear_error(client: Client, body: bytes, content_type: str) -> None:
    response = post(client, body, content_type=content_type)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "malformed"
    assert not WebhookDelivery.objects.exists()


def test_a_body_over_the_limit_is_refused_and_a_large_one_below_it_is_taken(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = push(filler="x" * 4 * 1024 * 1024)  # over Django's own limit for other requests
    assert post(client, large).status_code == 202
    monkeypatch.setattr(webhooks, "LARGEST_BODY", 1024)
    response = post(client, push(filler="x" * 2000))
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "too_large"


@pytest.mark.parametrize(("event", "number"), [("", "one"), ("push", ""), ("x" * 61, "one"), ("push", "x" * 201)])
def test_a_delivery_has_to_say_what_it_is(client: Client, event: str, number: str) -> None:
    body = json.dumps(push()).encode()
    headers = {"X-Hub-Signature-256": signed(body), "X-GitHub-Event": event, "X-GitHub-Delivery": number}
    response = client.generic("POST", URL, body, content_type="application/json", headers=headers)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "bad_delivery"


def test_without_a_secret_nothing_is_taken_and_the_answer_says_how_to_set_it(
    client: Client, settings: Settings
) -> None:
    settings.GITHUB_WEBHOOK_SECRET = ""
    response = post(client, push())
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "not_configured"
    assert "GITHUB_WEBHOOK_SECRET" in response.json()["error"]["message"]


@pytest.mark.parametrize("number", [10**40, 2**63, -1, True, "7", None, [7]])
def test_an_id_that_no_database_holds_is_refused_in_words_and_not_tried_again(client: Client, number: Any) -> None:
    told = push()
    told["repository"]["id"] = number
    kept = arrived(client, told, "push")
    assert (kept.status, kept.attempts) == (DeliveryStatus.FAILED, 1)
    assert "shape" in kept.error
    assert not Project.objects.exists()


def test_what_the_database_refuses_to_hold_is_refused_in_words_and_not_tried_again(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("integrations.providers.forges.facts.MOST_COUNTED", 10**50)  # as if a field had been forgotten
    told = push()
    told["repository"]["stargazers_count"] = 10**40
    kept = arrived(client, told, "push")
    assert (kept.status, kept.attempts) == (DeliveryStatus.FAILED, 1)
    assert "cannot hold" in kept.error
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "broken",
    [{"timestamp": 10**18}, {"timestamp": 10**40}, {"timestamp": None}, {"id": 10**40}, {"id": " "}, {"id": None}],
)
def test_a_commit_that_cannot_be_kept_is_left_out_and_the_others_are_kept(
    client: Client, broken: dict[str, Any]
) -> None:
    told = push()
    told["commits"].append({**told["commits"][0], "id": "f" * 40, **broken})
    assert arrived(client, told, "push").status == DeliveryStatus.PROCESSED
    assert Activity.objects.get().external_id == told["commits"][0]["id"]


def test_names_of_a_source_lose_what_would_turn_or_colour_the_line_they_stand_in(client: Client) -> None:
    told = push()
    told["repository"]["name"] = "\u202eenigne\x1b[31m"
    told["commits"][0]["message"] = "\x1b[2JFix\u200f it"
    arrived(client, told, "push")
    assert Project.objects.get().name == "enigne"
    assert Activity.objects.get().title == "Fix it"


def test_text_that_no_database_keeps_is_cleaned_and_the_rest_is_kept(client: Client) -> None:
    told = push()
    told["commits"][0]["message"] = "half \ud83c of a character\x00"
    told["repository"]["topics"] = ["\udfff"]
    assert arrived(client, told, "push").status == DeliveryStatus.PROCESSED
    assert Activity.objects.get().title == "half  of a character"


def test_events_of_no_use_are_taken_and_ignored_with_a_reason(client: Client) -> None:
    kept = arrived(client, {"zen": "Keep it logically awesome."}, "ping")
    assert kept.status == DeliveryStatus.IGNORED
    assert "works" in kept.error
    assert arrived(client, {"action": "invented"}, "an_event_of_next_year").status == DeliveryStatus.IGNORED


def test_a_project_of_someone_else_a_fork_and_a_private_one_are_not_planted(client: Client) -> None:
    foreign, fork, private = push(), push(), push()
    foreign["repository"]["owner"] = {"login": "mallory"}
    fork["repository"]["fork"] = True
    private["repository"]["private"] = True
    for payload in (foreign, fork, private):
        kept = arrived(client, payload, "push")
        assert kept.status == DeliveryStatus.IGNORED
        assert kept.error
    assert not Project.objects.exists()


def test_a_project_that_became_private_leaves_the_site_and_comes_back_when_made_public(client: Client) -> None:
    arrived(client, push(), "push")
    Project.objects.update(technologies=["COBOL"])
    sync_from_projects(now=NOW)
    assert Skill.objects.exists()
    arrived(client, at(delivery(action="privatized"), "2026-01-10T11:00:00Z", private=True), "repository")
    assert not Skill.objects.exists()
    project = Project.objects.get()
    assert project.hidden_by_source
    assert GardenEvent.objects.filter(event_type=EventType.PROJECT_REMOVED).exists()
    arrived(client, at(delivery(action="publicized"), "2026-01-10T11:30:00Z"), "repository")
    project.refresh_from_db()
    assert not project.hidden_by_source


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("push", push()),
        ("push", at(push(), "2026-01-10T11:45:00Z")),
        ("repository", delivery(action="publicized")),
        ("repository", at(delivery(action="publicized"), "2026-01-10T11:00:00Z")),
        ("star", delivery(action="created", starred_at="2026-01-10T09:00:00Z")),
    ],
)
def test_no_late_or_replayed_delivery_brings_a_private_project_back(
    client: Client, event: str, payload: dict[str, Any]
) -> None:
    arrived(client, push(), "push")
    arrived(client, at(delivery(action="privatized"), "2026-01-10T11:00:00Z", private=True), "repository")
    arrived(client, payload, event)
    assert Project.objects.get().hidden_by_source


def test_the_newest_word_about_a_project_stays_the_newest_whoever_writes_last(client: Client) -> None:
    arrived(client, push(), "push")
    for stamp in ("2026-01-10T11:00:00+00:00", "2026-01-10T10:00:00+00:00"):
        services.remember(source=ENGINE, state={"stamp": stamp, "seen": stamp})
    state = services.remembered(source=ENGINE)
    assert (state["stamp"], state["seen"]) == ("2026-01-10T11:00:00+00:00", "2026-01-10T10:00:00+00:00")


@pytest.mark.parametrize(("action", "private"), [("privatized", True), ("publicized", False)])
def test_a_word_about_visibility_and_its_time_are_kept_together_or_not_at_all(
    client: Client, monkeypatch: pytest.MonkeyPatch, action: str, private: bool
) -> None:
    arrived(client, push(), "push")
    arrived(client, at(delivery(action="privatized"), "2026-01-10T10:30:00Z", private=True), "repository")
    Project.objects.update(hidden_by_source=not private)

    def refused(**_: Any) -> None:
        raise OperationalError("the disk is full")

    monkeypatch.setattr(services, "remember", refused)
    arrived(client, at(delivery(action=action), "2026-01-10T11:00:00Z", private=private), "repository")
    assert Project.objects.get().hidden_by_source is not private


def test_a_late_delivery_neither_renames_back_nor_hides_what_is_public_again(client: Client) -> None:
    arrived(client, at(push(), "2026-01-10T10:00:00Z"), "push")
    renamed = at(delivery(action="renamed"), "2026-01-10T11:00:00Z", full_name="ada/difference-engine", name="x")
    arrived(client, renamed, "repository")
    late = at(push(), "2026-01-10T10:30:00Z")
    late["commits"] = [{**late["commits"][0], "id": "b" * 40}]
    arrived(client, late, "push")
    kept = arrived(client, at(delivery(action="privatized"), "2026-01-10T10:45:00Z", private=True), "repository")
    project = Project.objects.get()
    assert project.github_repo == "ada/difference-engine"
    assert project.commit_count == 2  # what it tells of commits is true all the same
    assert not project.hidden_by_source
    assert kept.status == DeliveryStatus.IGNORED


def test_a_deleted_repository_leaves_the_site_and_its_plant_is_kept(client: Client) -> None:
    arrived(client, push(), "push")
    arrived(client, at(delivery(action="deleted"), "2026-01-10T11:00:00Z"), "repository")
    project = Project.objects.get()
    assert project.hidden_by_source
    assert project.activities.count() == 1


def deployed(state: str, created_at: str = "2026-01-10T11:59:00Z") -> dict[str, Any]:
    status = {"state": state, "created_at": created_at, "environment": "production"}
    return delivery(deployment_status=status, deployment={"id": 3})


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("success", {"status": "success", "effect": "bloom", "duration": 30_000, "intensity": 1.0}),
        ("failure", {"status": "failure", "effect": "concern", "duration": 10_000, "level": 0.6}),
    ],
)
def test_a_deployment_blooms_or_gives_concern_once(client: Client, state: str, expected: dict[str, Any]) -> None:
    for _ in range(2):
        arrived(client, deployed(state), "deployment_status")
    event = GardenEvent.objects.get(event_type=EventType.DEPLOYMENT)
    assert event.data == {"project_id": str(Project.objects.get().pk), "repository": "engine", **expected}
    assert Activity.objects.filter(kind="deployment").count() == 1


def test_a_deployment_of_yesterday_is_a_fact_and_no_effect(client: Client) -> None:
    arrived(client, deployed("success", "2026-01-09T11:00:00Z"), "deployment_status")
    assert Activity.objects.filter(kind="deployment").count() == 1
    assert not GardenEvent.objects.filter(event_type=EventType.DEPLOYMENT).exists()


def test_what_goes_wrong_is_tried_again_at_growing_distances_and_then_told(
    client: Client, time_machine: TimeMachineFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(**_: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(services, "ingest", faulty)
    post(client, push())
    waits = []
    for _ in range(webhooks.ATTEMPTS):
        before = timezone.now()
        assert tasks.sweep() == 1
        assert tasks.sweep() == 0  # not before its time
        waits.append((only().next_attempt_at - before).total_seconds())
        time_machine.shift(timedelta(seconds=waits[-1]))
    kept = only()
    assert kept.status == DeliveryStatus.FAILED
    assert "mistake of its own" in kept.error
    assert "Given up" in kept.error
    assert "a fault of ours" not in kept.error
    assert waits == sorted(waits)
    assert tasks.sweep() == 0


def test_what_failed_for_a_moment_is_done_at_the_next_attempt(
    client: Client, time_machine: TimeMachineFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_: Any) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(services, "ingest", refused)
        post(client, push())
        tasks.sweep()
    assert "The database refused it" in only().error
    time_machine.shift(webhooks.FIRST_RETRY)
    tasks.sweep()
    assert (only().status, only().error, only().attempts) == (DeliveryStatus.PROCESSED, "", 2)
    assert Activity.objects.count() == 1


@pytest.mark.parametrize(
    "repository",
    [[], "text", {}, {"id": "no number"}, {"id": 10**30, "name": "x"}, {**push()["repository"], "owner": None}],
)
def test_a_delivery_of_an_unknown_shape_is_told_at_once_and_does_not_hold_up_the_others(
    client: Client, repository: Any
) -> None:
    kept = arrived(client, {**push(), "repository": repository}, "push")
    assert kept.status == DeliveryStatus.FAILED
    assert "not of the shape that GitHub documents" in kept.error
    assert arrived(client, push(), "push").status == DeliveryStatus.PROCESSED


def test_a_delivery_whose_worker_was_killed_is_picked_up_again(
    client: Client, time_machine: TimeMachineFixture
) -> None:
    post(client, push())
    assert webhooks._claim(only().pk, NOW) is not None  # and then the process is gone
    assert tasks.sweep() == 0
    time_machine.shift(webhooks.FIRST_RETRY)
    assert tasks.sweep() == 1
    assert only().status == DeliveryStatus.PROCESSED


def test_a_delivery_that_kills_every_worker_is_given_up(client: Client, time_machine: TimeMachineFixture) -> None:
    post(client, push())
    for _ in range(webhooks.ATTEMPTS):
        assert webhooks._claim(only().pk, timezone.now()) is not None
        time_machine.move_to(only().next_attempt_at, tick=False)
    tasks.sweep()
    assert only().status == DeliveryStatus.FAILED


def test_two_workers_do_not_take_the_same_attempt(client: Client) -> None:
    post(client, push())
    assert webhooks._claim(only().pk, NOW) is not None
    assert webhooks._claim(only().pk, NOW) is None


@pytest.mark.usefixtures("_redis_is_tried")
def test_a_worker_is_told_through_the_broker_where_there_is_one_and_its_absence_costs_nothing(
    client: Client,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    settings.REDIS_URL = "redis://somewhere"
    told: list[str] = []
    monkeypatch.setattr(tasks.process_delivery, "apply_async", lambda args, **_: told.extend(args))
    with django_capture_on_commit_callbacks(execute=True):
        post(client, push(), number="one")
    assert told == [str(only().pk)]

    def gone(*_: Any, **__: Any) -> None:
        raise BrokerError("nobody there")

    monkeypatch.setattr(tasks.process_delivery, "apply_async", gone)
    with django_capture_on_commit_callbacks(execute=True):
        assert post(client, push(), number="two").status_code == 202
    assert tasks.sweep() == 2


def test_a_broker_that_hangs_is_given_up_soon(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and never says a word
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        monkeypatch.setattr(current_app.conf, "broker_write_url", settings.REDIS_URL)
        began = time.monotonic()
        tasks.dispatch_delivery(uuid.uuid4())
    assert time.monotonic() - began < 20  # without a limit it would wait for as long as nobody speaks


def test_a_worker_works_on_the_delivery_it_is_told_of(client: Client) -> None:
    post(client, push())
    assert tasks.process_delivery(str(only().pk)) == DeliveryStatus.PROCESSED
    assert tasks.process_delivery(str(only().pk)) == "not due"
    assert tasks.process_delivery(str(uuid.uuid4())) == "not due"


def test_what_a_sync_knows_is_newer_than_a_late_delivery(client: Client) -> None:
    arrived(client, push(), "push")
    ProjectSource.objects.filter(provider="github").update(state={"stamp": "2026-01-10T11:00:00Z"})
    Project.objects.update(description="As the list says")
    arrived(client, delivery(action="edited"), "repository")
    assert Project.objects.get().description == "As the list says"


def test_old_deliveries_are_forgotten_when_they_are_done_with(client: Client, time_machine: TimeMachineFixture) -> None:
    arrived(client, push(), "push")
    post(client, push())
    time_machine.shift(webhooks.RETENTION + timedelta(days=1))
    assert tasks.prune()["deliveries"] == 1
    assert only().status == DeliveryStatus.RECEIVED
