"""GitHub's deliveries, after its documentation: the signature and what each event means."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

import pytest

from garden.vocabulary import ActivityKind, DeploymentStatus
from integrations.providers import signatures
from integrations.providers.base import BadSignature, HookEvent
from integrations.providers.github import hooks
from integrations.tests.github_stub import repository

SECRET = "It's a Secret to Everybody"


def delivery(**more: Any) -> dict[str, Any]:
    """A payload about ada/engine."""
    return {"repository": repository(7, "ada/engine"), "sender": {"login": "grace", "id": 5}, **more}


def push(**more: Any) -> dict[str, Any]:
    """A push of one commit to the default branch, its times as pushes write them."""
    pushed = {
        "id": "a" * 40,
        "message": "Divide by zero\n\nNever again.",
        "timestamp": "2026-01-10T09:00:00+01:00",
        "author": {"name": "Ada", "email": "ada@example.org"},
        "distinct": True,
    }
    told = delivery(ref="refs/heads/main", commits=[pushed], pusher={"name": "ada"}, deleted=False)
    told["repository"] |= {"created_at": 1_704_103_200, "pushed_at": 1_704_103_200}
    return told | more


def read(event: str, payload: dict[str, Any]) -> HookEvent:
    return hooks.parse_event(event, payload)


def test_the_signature_of_the_documentation_is_valid_and_every_other_is_not() -> None:
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    signatures.verify(b"Hello, World!", {signatures.SIGNATURE_HEADER: signature}, SECRET)
    for body, headers, secret in (
        (b"Hello, World?", {signatures.SIGNATURE_HEADER: signature}, SECRET),
        (b"Hello, World!", {signatures.SIGNATURE_HEADER: signature}, "another"),
        (b"Hello, World!", {signatures.SIGNATURE_HEADER: signature.upper()}, SECRET),
        (b"Hello, World!", {signatures.SIGNATURE_HEADER: "sha256=\u00fc"}, SECRET),
        (b"Hello, World!", {signatures.SIGNATURE_HEADER: ""}, SECRET),
        (b"Hello, World!", {}, SECRET),
    ):
        with pytest.raises(BadSignature):
            signatures.verify(body, headers, secret)


def test_a_signature_is_over_bytes_not_over_text() -> None:
    body = b"\xff\xfe\x00 not text at all"
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    signatures.verify(body, {signatures.SIGNATURE_HEADER: f"sha256={digest}"}, SECRET)


def test_a_push_to_the_default_branch_tells_of_its_commits_without_line_counts() -> None:
    told = read("push", push())
    (fact,) = told.activities
    assert (fact.kind, fact.external_id, fact.title) == (ActivityKind.COMMIT, "a" * 40, "Divide by zero")
    assert fact.occurred_at == datetime(2026, 1, 10, 8, tzinfo=UTC)
    assert fact.lines_added is None
    assert (told.author, told.owner, told.ignored) == ("ada", "ada", "")


@pytest.mark.parametrize(
    "more",
    [
        {"ref": "refs/heads/feature/x"},
        {"ref": "refs/tags/main"},
        {"ref": "refs/tags/v1", "deleted": True, "commits": [], "head_commit": None},
    ],
)
def test_a_push_to_a_branch_or_a_tag_grows_nothing(more: dict[str, Any]) -> None:
    told = read("push", push(**more))
    assert not told.activities
    assert told.ignored


@pytest.mark.parametrize("action", ["opened", "synchronize", "closed", "labeled"])
def test_a_pull_request_is_one_fact_whatever_happens_to_it(action: str) -> None:
    pull = {"number": 12, "title": "Faster", "created_at": "2026-01-10T09:00:00Z", "user": {"login": "grace"}}
    (fact,) = read("pull_request", delivery(action=action, pull_request=pull)).activities
    assert (fact.kind, fact.external_id, fact.author) == (ActivityKind.PULL_REQUEST, "12", "grace")


def test_an_issue_is_a_fact_by_its_number() -> None:
    issue = {"number": 12, "title": "Slow", "body": None, "created_at": "2026-01-10T09:00:00Z", "user": None}
    (fact,) = read("issues", delivery(action="opened", issue=issue)).activities
    assert (fact.kind, fact.external_id) == (ActivityKind.ISSUE, "12")


def test_a_release_is_a_fact_once_it_is_published() -> None:
    release = {"tag_name": "v1", "draft": False, "published_at": "2026-01-10T09:00:00Z"}
    for action in ("created", "published", "released"):
        (fact,) = read("release", delivery(action=action, release=release)).activities
        assert (fact.kind, fact.external_id) == (ActivityKind.RELEASE, "v1")
    assert not read("release", delivery(action="created", release={**release, "draft": True})).activities
    assert not read("release", delivery(action="deleted", release=release)).activities


def test_a_star_counts_once_by_a_number_and_names_nobody() -> None:
    told = read("star", delivery(action="created", starred_at="2026-01-10T09:00:00Z"))
    (fact,) = told.activities
    assert (fact.kind, fact.external_id, fact.author) == (ActivityKind.STAR, "5", "")
    assert read("watch", delivery(action="started")).ignored  # it comes from the same click
    taken_back = read("star", delivery(action="deleted", starred_at=None))
    assert not taken_back.activities
    assert taken_back.project
    assert taken_back.project.stars == 3


def test_a_fork_is_a_fact_by_the_number_of_the_copy() -> None:
    (fact,) = read("fork", delivery(forkee={"id": 99, "created_at": "2026-01-10T09:00:00Z"})).activities
    assert (fact.kind, fact.external_id) == (ActivityKind.FORK, "99")


@pytest.mark.parametrize(
    ("state", "ended"),
    [
        ("success", DeploymentStatus.SUCCESS),
        ("failure", DeploymentStatus.FAILURE),
        ("error", DeploymentStatus.FAILURE),
        ("in_progress", None),
        ("pending", None),
        ("something new", None),
    ],
)
def test_a_deployment_is_told_when_it_has_ended(state: str, ended: DeploymentStatus | None) -> None:
    status = {"state": state, "created_at": "2026-01-10T09:00:00Z", "environment": "production", "target_url": ""}
    told = read("deployment_status", delivery(deployment_status=status, deployment={"id": 3}))
    facts = [(fact.external_id, fact.data["status"]) for fact in told.activities]
    assert facts == ([(f"3:{ended}", ended)] if ended else [])
    assert bool(told.ignored) == (ended is None)


def run(**more: Any) -> dict[str, Any]:
    """A workflow that ended well on the default branch."""
    told = {"id": 5, "name": "Ship", "event": "push", "head_branch": "main", "conclusion": "success"}
    told |= {"updated_at": "2026-01-10T09:00:00Z", "html_url": "https://github.com/x", "actor": {"login": "ada"}}
    return delivery(action="completed", workflow_run=told | more)


@pytest.mark.parametrize(
    ("more", "ended"),
    [
        ({}, DeploymentStatus.SUCCESS),
        ({"conclusion": "failure"}, DeploymentStatus.FAILURE),
        ({"conclusion": "timed_out"}, DeploymentStatus.FAILURE),
        ({"event": "release", "head_branch": "v1"}, DeploymentStatus.SUCCESS),
        ({"conclusion": "cancelled"}, None),
        ({"conclusion": None}, None),
        ({"head_branch": "feature"}, None),
        ({"event": "pull_request"}, None),
        ({"event": "schedule"}, None),
    ],
    ids=str,
)
def test_a_workflow_that_ships_the_default_branch_is_a_deployment(
    more: dict[str, Any], ended: DeploymentStatus | None
) -> None:
    told = read("workflow_run", run(**more))
    facts = [(fact.external_id, fact.title, fact.data["status"]) for fact in told.activities]
    assert facts == ([(f"run:5:{ended}", "Workflow Ship", ended)] if ended else [])
    assert bool(told.ignored) == (ended is None)


def test_a_workflow_that_goes_on_is_none_yet() -> None:
    assert not read("workflow_run", run() | {"action": "requested"}).activities


def test_a_deployment_that_a_workflow_made_is_the_same_as_the_workflow() -> None:
    status = {"state": "success", "created_at": "2026-01-10T09:00:00Z", "environment": "production"}
    told = read("deployment_status", delivery(deployment_status=status, deployment={"id": 3}, workflow_run={"id": 5}))
    assert told.activities[0].external_id == read("workflow_run", run()).activities[0].external_id


def test_what_becomes_of_a_repository_is_told() -> None:
    hidden = delivery(action="privatized")
    hidden["repository"]["private"] = True
    assert read("repository", hidden).gone
    assert read("repository", delivery(action="deleted")).gone
    assert read("repository", delivery(action="publicized")).back
    assert read("public", delivery()).back
    renamed = read("repository", delivery(action="renamed"))
    assert (renamed.gone, renamed.back) == (False, False)
    assert not read("public", hidden).back


def test_a_private_repository_is_gone_whatever_the_event_and_a_fork_is_not_planted() -> None:
    private = push()
    private["repository"]["private"] = True
    assert read("push", private).gone
    fork = push()
    fork["repository"]["fork"] = True
    assert not read("push", fork).plantable


@pytest.mark.parametrize(("event", "payload"), [("ping", {"zen": "."}), ("check_run", {}), ("push", {}), ("", {})])
def test_what_is_of_no_use_is_ignored_with_a_reason(event: str, payload: dict[str, Any]) -> None:
    told = read(event, payload)
    assert told.ignored
    assert told.project is None
