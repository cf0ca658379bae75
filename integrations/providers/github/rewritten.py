"""What GitHub says of histories that were rewritten: what a branch lost, and which commits it holds."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from integrations.providers.base import Payload
from integrations.providers.github.account import A_PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integrations.answers import Answer
    from integrations.http import Http
    from integrations.providers.forges.repositories import Repository
    from integrations.providers.forges.steps import State

REREAD: Final = "reread"  # in the state: the commits so far of a history that is read again


def compared(http: Http, repository: Repository, head: str, *, to: str = "") -> Answer | None:
    """Commits that `to` (the default branch) has and `head` has not; `None` where GitHub no longer knows one."""
    span = f"{head}...{to or quote(repository['default_branch'], safe='')}"
    address = f"/repos/{repository['full_name']}/compare/{span}"
    answer = http.get(address, params={"per_page": A_PAGE, "page": 1}, also=(HTTPStatus.NOT_FOUND,))
    return answer if answer.status == HTTPStatus.OK else None


def lost_behind(http: Http, repository: Repository, left: str) -> list[str] | None:
    """The commits behind `left` that the default branch has not; `None` where GitHub no longer knows it."""
    answer = compared(http, repository, quote(repository["default_branch"], safe=""), to=left)
    if answer is None:
        return None
    lost = shas_of(answer.data["commits"])
    while "next" in answer.links:
        answer = http.get(answer.links["next"])
        lost += shas_of(answer.data["commits"])
    return lost


def lost(repository: Repository, shas: Sequence[str]) -> Payload:
    """Commits that a history holds no longer."""
    return Payload(repository["full_name"], "history", {"lost": shas})


def held(repository: Repository, shas: Sequence[str]) -> Payload:
    """All commits of a history that was read to its end. Of a fork it is the owner's own alone."""
    return Payload(repository["full_name"], "history", {"reachable": shas, "whole": not repository.get("fork")})


def shas_of(commits: Sequence[Any]) -> list[str]:
    """The SHAs of commits as lists show them; what has none is passed over."""
    return [commit["sha"] for commit in commits if isinstance(commit, dict) and isinstance(commit.get("sha"), str)]


def head_of(commits: Sequence[Any], state: State) -> State:
    """What to remember of new commits, the newest last; those of a history that is read again belong to it."""
    if not commits:
        return {}
    reread = state.get(REREAD)
    return {"head": commits[-1]["sha"], REREAD: None if reread is None else [*reread, *shas_of(commits)]}
