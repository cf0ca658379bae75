"""GitHub's webhooks: what each event means for the garden. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from garden.drafts import ActivityDraft, HistoryDraft
from garden.vocabulary import ActivityKind, DeploymentStatus
from integrations.histories.branches import BRANCH
from integrations.items import moment, number_id, text
from integrations.providers.base import HookEvent
from integrations.providers.forges import deliveries, facts
from integrations.providers.github import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ENDED: Final = {
    "success": DeploymentStatus.SUCCESS,
    "failure": DeploymentStatus.FAILURE,
    "error": DeploymentStatus.FAILURE,
}


def parse_event(event: str, payload: Mapping[str, Any]) -> HookEvent:
    """What one delivery says, of any event that GitHub sends."""
    if event == "ping":
        return HookEvent(ignored="GitHub says hello: the webhook is set up and works")
    read = _READERS.get(event)
    if read is None:
        return HookEvent(ignored=f"the garden has no use for {event!r} events")
    if "repository" not in payload:
        return HookEvent(ignored=f"this {event!r} event is not about a repository")
    return read(payload)


def _about(payload: Mapping[str, Any]) -> HookEvent:
    """The repository of a delivery as it was when the delivery was made."""
    repository = payload["repository"]
    draft = parse.project(repository)
    return HookEvent(
        project=draft,
        owner=text(repository["owner"]["login"]),
        stamp=moment(repository["updated_at"]).isoformat(),
        gone=bool(draft.private),
        plantable=not repository.get("fork"),
    )


def _push(payload: Mapping[str, Any]) -> HookEvent:
    told = _about(payload)
    if payload["ref"] != BRANCH + payload["repository"]["default_branch"]:
        return replace(told, ignored="it is not about the default branch")
    repository = payload["repository"]
    commits = facts.pushed_commits(
        payload.get("commits") or (), page=parse.page_of(repository), pushed_at=repository.get("pushed_at")
    )
    author = text((payload.get("pusher") or {}).get("name"))
    if not payload.get("forced"):
        return replace(told, activities=commits, author=author)
    # What it holds beyond this is for the next reading to say; twins of its commits are let go at once.
    held = HistoryDraft(frozenset(commit.external_id for commit in commits))
    return replace(told, activities=commits, history=held, author=author, forced_from=text(payload.get("before")))


def _pull_request(payload: Mapping[str, Any]) -> HookEvent:
    return deliveries.numbered(_about(payload), payload["pull_request"], kind=ActivityKind.PULL_REQUEST)


def _issue(payload: Mapping[str, Any]) -> HookEvent:
    return deliveries.numbered(_about(payload), payload["issue"], kind=ActivityKind.ISSUE)


def _release(payload: Mapping[str, Any]) -> HookEvent:
    return deliveries.release(_about(payload), payload)


def _star(payload: Mapping[str, Any]) -> HookEvent:
    told = _about(payload)
    if payload.get("action") != "created":
        return told  # The count of stars in the repository's description is what changes.
    fact = ActivityDraft(
        kind=ActivityKind.STAR,
        # A number, not a name: who stars is nobody's business, and one person counts once.
        external_id=str(number_id(payload["sender"]["id"])),
        occurred_at=moment(payload["starred_at"]),
    )
    return replace(told, activities=[fact])


def _fork(payload: Mapping[str, Any]) -> HookEvent:
    forkee = payload["forkee"]
    fact = ActivityDraft(
        kind=ActivityKind.FORK, external_id=str(number_id(forkee["id"])), occurred_at=moment(forkee["created_at"])
    )
    return replace(_about(payload), activities=[fact])


def _deployment_status(payload: Mapping[str, Any]) -> HookEvent:
    told, status = _about(payload), payload["deployment_status"]
    ended = _ENDED.get(status["state"])
    if ended is None:
        return replace(told, ignored="the deployment has not ended yet")
    run = payload.get("workflow_run")  # that it is a step of, which is told of as well: one deployment
    number = f"run:{number_id(run['id'])}" if run else f"{number_id(payload['deployment']['id'])}"
    fact = facts.deployment(
        number,
        ended,
        at=moment(status["created_at"]),
        title=f"Deployment to {text(status.get('environment')) or 'production'}",
        login=(status.get("creator") or {}).get("login"),
        url=status.get("target_url"),
    )
    return replace(told, activities=[fact])


def _workflow_run(payload: Mapping[str, Any]) -> HookEvent:
    return deliveries.workflow_run(_about(payload), payload)


def _repository(payload: Mapping[str, Any]) -> HookEvent:
    told, action = _about(payload), payload.get("action")
    return replace(told, gone=told.gone or action == "deleted", back=action == "publicized" and not told.gone)


def _public(payload: Mapping[str, Any]) -> HookEvent:
    told = _about(payload)
    return replace(told, back=not told.gone)


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], HookEvent]]] = {
    "push": _push,
    "pull_request": _pull_request,
    "issues": _issue,
    "release": _release,
    "star": _star,  # `watch` comes from the same click
    "fork": _fork,
    "deployment_status": _deployment_status,
    "workflow_run": _workflow_run,
    "repository": _repository,
    "public": _public,
}
