"""An export on this machine, read as a run that can be watched, interrupted and repeated."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from integrations import runs
from integrations.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from integrations.models import SyncRun

    Tell = Callable[[int, int], None]  # bytes read, and bytes in all


@dataclass(frozen=True, slots=True)
class Kind:
    """What is read, and what is said of it."""

    provider: str  # that its runs stand under
    what: str  # it is, such as "dump"
    items: str  # of it, such as "days"
    spoilt: tuple[type[Exception], ...]  # what reading a broken file raises, beside `OSError`
    broken: Callable[[], Problem]  # what is said of one
    again: str  # what to do after an interruption


@dataclass(slots=True)
class Reading:
    """A run at work, and what it came to so far."""

    run: SyncRun
    counts: Mapping[str, int] = field(default_factory=dict)
    broken: int = 0  # items that could not be read


@contextmanager
def reading(kind: Kind, *, subject: str, now: datetime) -> Iterator[Reading]:
    """A run around the reading, that keeps what went wrong in it. Raises `Problem`, also while another is at it."""
    work = Reading(runs.begin_command(provider=kind.provider, subject=subject, now=now))
    try:
        yield work
    except BaseException as error:
        problem = _as_problem(error, kind)
        runs.fail(work.run, problem=problem, counts=work.counts)
        if isinstance(error, Problem) or not isinstance(error, (OSError, *kind.spoilt)):
            raise
        raise problem from error
    if work.broken:
        skipped = Problem(
            "partly_unreadable", f"{work.broken} of its {kind.items} could not be read.", fix="All others are in."
        )
        runs.finish_in_part(work.run, counts=work.counts, problem=skipped)
    else:
        runs.finish(work.run, counts=work.counts)


def _as_problem(error: BaseException, kind: Kind) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, OSError):
        return Problem(
            "unreadable", f"The {kind.what} cannot be read: {error.strerror or error}.", fix="Check the path."
        )
    if isinstance(error, kind.spoilt):
        return kind.broken()
    if isinstance(error, Exception):
        return Problem(
            "unexpected",
            "The greenhouse made a mistake of its own.",
            fix="What was read before is kept. The log tells more; please report it.",
        )
    return Problem("interrupted", "The import was interrupted.", fix=kind.again)
