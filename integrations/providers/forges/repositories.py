"""A repository as lists and details of a forge show it, in the shape that GitHub gives it. Pure."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeAlias

from integrations.items import moment, number_id, text_id
from integrations.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Repository: TypeAlias = "Mapping[str, Any]"


def public_only(repository: Repository) -> Repository | None:
    """The repository, unless it is private. Raises what wrong shapes raise where it lacks what it is known by."""
    if repository.get("private"):
        return None
    number_id(repository["id"]), text_id(repository["full_name"]), stamp_of(repository)
    return repository


def stamp_of(repository: Repository) -> str:
    """When its forge last changed the record of a repository, written as webhooks' stamps are."""
    return moment(repository["updated_at"]).isoformat()


def is_fork(repository: Repository) -> bool:
    """Whether it is a copy of another one."""
    return bool(repository.get("fork"))


@contextmanager
def of_account(username: str, *, label: str, setting: str) -> Iterator[None]:
    """Within the block, that something is not there means that nobody has that name."""
    try:
        yield
    except Problem as problem:
        if problem.status != HTTPStatus.NOT_FOUND:
            raise
        raise Problem(
            "no_such_account",
            f"{label} has no account called {username!r}.",
            fix=f"Check {setting}, the account in the admin, or what stands after --username.",
            status=problem.status,
        ) from problem
