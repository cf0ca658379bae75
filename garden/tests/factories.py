"""Projects and facts for tests."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection
from factory.declarations import Sequence
from factory.django import DjangoModelFactory

from garden import identity
from garden.drafts import ActivityDraft
from garden.models import Project
from garden.sources import github
from garden.vocabulary import ActivityKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Result = TypeVar("Result")
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


class ProjectFactory(DjangoModelFactory[Project]):
    class Meta:
        model = Project

    name = Sequence(lambda n: f"Project {n}")
    slug = Sequence(lambda n: f"project-{n}")
    genome_seed = Sequence(lambda n: n * 7919)
    planted_date = NOW - timedelta(days=400)
    position_x = Sequence(lambda n: (n % 20) * 0.7 - 7)
    position_z = Sequence(lambda n: (n // 20 % 12) * 0.7 - 3)  # within the same island, however many tests ran before

    @classmethod
    def _create(cls, model_class: type[Project], *args: Any, github_repo: str = "", **fields: Any) -> Project:
        """A project, with a home on GitHub where `github_repo` names one."""
        project: Project = super()._create(model_class, *args, **fields)
        identity.add(project=project, refs=github(github_repo), gone_at=None)
        return project


def at_once(do: Callable[[int], Result], times: int = 4) -> list[Result]:
    """What `do` answers when several threads, each with its own connection, call it at the same moment."""
    together = threading.Barrier(times)

    def one(turn: int) -> Result:
        try:
            together.wait(10)
            return do(turn)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(one, range(times)))


def commit(number: int, *, at: datetime = NOW, lines: int | None = 10) -> ActivityDraft:
    """One commit with a SHA made from its number."""
    return ActivityDraft(
        kind=ActivityKind.COMMIT,
        external_id=f"{number:040x}",
        occurred_at=at,
        title=f"Change {number}",
        author="Ada",
        lines_added=lines,
        lines_removed=None if lines is None else lines // 3,
    )


def work(days: int, *, a_day: int = 3, until: datetime = NOW) -> Iterator[ActivityDraft]:
    """Some commits on each of the last days."""
    for day in range(days):
        for turn in range(a_day):
            yield commit(day * a_day + turn + 1, at=until - timedelta(days=day, hours=turn))
