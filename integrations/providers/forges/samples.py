"""A small account for a garden without network, which each forge tells in its own words. Dates move with `now`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MESSAGES: Final = ("Say what went wrong", "Shorter words", "Test what broke", "Faster start", "Tidy names")
_AT: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class SampleCommit:
    """One commit."""

    sha: str
    message: str
    at: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class SampleRepository:
    """One repository."""

    number: int
    name: str
    full_name: str
    description: str
    percent: Mapping[str, float]  # of each language
    stars: int
    created_at: str
    pushed_at: str
    commits: Sequence[SampleCommit]  # newest first


def small_account(owner: str, now: datetime, *about: tuple[str, str]) -> list[SampleRepository]:
    """Repositories of `owner`, by name and description: the first is old, each of the others began later."""
    return [
        _repository(owner, now, 910_000_001 + place, name, text, 900 // (1 + 9 * place), 4, 90 // (1 + 5 * place))
        for place, (name, text) in enumerate(about)
    ]


def _repository(
    owner: str, now: datetime, number: int, name: str, description: str, age: int, every: int, commits: int
) -> SampleRepository:
    today = (now - _EPOCH).days
    return SampleRepository(
        number=number,
        name=name,
        full_name=f"{owner}/{name}",
        description=description,
        percent={"Go": 81.5, "Shell": 18.5} if number % 2 else {"Python": 100.0},
        stars=number % 10 * 7,
        created_at=(now - timedelta(days=age)).strftime(_AT),
        pushed_at=now.strftime(_AT),
        commits=[_commit(name, day) for day in range(today // every * every, today - every * commits, -every)],
    )


def _commit(name: str, day: int) -> SampleCommit:
    sha = hashlib.sha1(f"{name} {day}".encode(), usedforsecurity=False).hexdigest()
    changes = 5 + int(sha[:2], 16)
    at = _EPOCH + timedelta(days=day, hours=int(sha[2], 16))
    return SampleCommit(sha, _MESSAGES[day % len(_MESSAGES)], at.strftime(_AT), changes, changes // 3)
