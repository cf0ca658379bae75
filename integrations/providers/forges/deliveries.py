"""What deliveries say that GitHub, Forgejo and Gitea word alike. Pure.

`told` is the repository of a delivery. `at` goes before what is counted in a repository: two forges of one plant both
have a first issue.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from garden.vocabulary import ActivityKind, DeploymentStatus
from integrations.items import moment, number_id, text
from integrations.providers.forges import facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integrations.providers.base import HookEvent

# Of a workflow; one that was cancelled or skipped says nothing about the project.
CONCLUDED: Final = {
    "success": DeploymentStatus.SUCCESS,
    "failure": DeploymentStatus.FAILURE,
    "timed_out": DeploymentStatus.FAILURE,
    "startup_failure": DeploymentStatus.FAILURE,
}
# What a workflow that ships is started by; proposals of others, schedules and comments start those that only look.
SHIPS: Final = frozenset({"push", "release", "workflow_dispatch", "repository_dispatch", "workflow_run", "dynamic"})


def numbered(told: HookEvent, item: Mapping[str, Any], *, kind: ActivityKind, at: str = "") -> HookEvent:
    """A pull request or an issue."""
    login, number = (item.get("user") or {}).get("login"), number_id(item["number"])
    fact = facts.numbered(item, kind=kind, external_id=f"{at}{number}", login=login, url=item.get("html_url"))
    return replace(told, activities=[fact])


def release(told: HookEvent, payload: Mapping[str, Any]) -> HookEvent:
    """Something released."""
    if payload.get("action") == "deleted":
        return replace(told, ignored="what was released stays a fact of the past")
    return replace(told, activities=facts.releases([payload["release"]]))


def workflow_run(told: HookEvent, payload: Mapping[str, Any], *, at: str = "") -> HookEvent:
    """A workflow that ended."""
    run = payload["workflow_run"]
    ended = CONCLUDED.get(run.get("conclusion") or "") if payload.get("action") == "completed" else None
    return shipped(
        told,
        ended,
        number=f"{at}run:{number_id(run['id'])}",
        by=text(run.get("event")),
        on_default=run.get("head_branch") == payload["repository"]["default_branch"],
        ended_at=run.get("updated_at") or run.get("completed_at") or told.stamp,
        name=text(run.get("name")) or text((payload.get("workflow") or {}).get("name")),
        login=(run.get("actor") or {}).get("login"),
        url=run.get("html_url"),
    )


def shipped(
    told: HookEvent,
    ended: DeploymentStatus | None,
    *,
    number: str,
    by: str,
    on_default: bool,
    ended_at: object,
    name: str,
    login: object,
    url: object,
) -> HookEvent:
    """A workflow, where it ended and ships what is on the default branch. `by` is what started it."""
    if ended is None:
        return replace(told, ignored="the workflow has not ended, or did neither succeed nor fail")
    if by not in SHIPS or not (by == "release" or on_default):  # one for a release runs on a tag
        return replace(told, ignored="it is a workflow that does not ship what is on the default branch")
    title = f"Workflow {name}".strip()
    return replace(
        told, activities=[facts.deployment(number, ended, at=moment(ended_at), title=title, login=login, url=url)]
    )
