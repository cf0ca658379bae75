"""Where git histories come from: repositories, read by running git, and saved logs, read from files.

`find_histories` says what a path holds. Both kinds answer the same questions: which project is it, how many commits has
it, and what are they. Nothing here writes, and no history is read into memory as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from garden.text import path_text
from integrations.histories.repository import Repository, is_repository
from integrations.histories.saved_log import SavedLog
from integrations.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from garden.drafts import ActivityDraft, HistoryDraft, ProjectDraft

__all__ = ["History", "Problem", "Repository", "SavedLog", "find_histories"]


class History(Protocol):
    """One project's history, ready to be read. Everything in it may raise `Problem`."""

    path: Path  # absolute
    label: str  # what a person calls it

    @property
    def commits(self) -> int:
        """How many commits there are to read."""
        ...

    @property
    def project(self) -> ProjectDraft:
        """The project as the history describes it."""
        ...

    @property
    def skipped(self) -> str:
        """What could not be read, in words, once `activities` is at its end; empty where everything could."""
        ...

    @property
    def authors(self) -> Mapping[tuple[str, str], int]:
        """How many of the commits each author made, by name and address; addresses are only compared."""
        ...

    @property
    def redated(self) -> int:
        """How many commits have a date that cannot be their author's, and got another."""
        ...

    @property
    def tip(self) -> str:
        """The commit that it is read from, empty where it may be a part of a history."""
        ...

    def activities(self) -> Iterator[ActivityDraft]:
        """Every commit, then every release, as a stream."""
        ...

    def continues(self, last_tip: str, authored: Iterable[datetime]) -> bool:
        """Whether it is the history that was once read here to `last_tip`, with commits written at these moments."""
        ...

    def holds(self, last_tip: str) -> HistoryDraft:
        """What it holds as a whole; `last_tip` is that of the last reading, empty where there was none."""
        ...


def find_histories(path: Path) -> list[History]:
    """The histories a path holds: a repository, a bare one, a saved log, or a folder of these.

    Raises `Problem` where there is none.
    """
    try:
        if not path.exists():
            raise Problem("no_such_path", f"{path_text(path)} does not exist.", fix="Check the spelling of the path.")
        if path.is_file():
            return [SavedLog(path)]
        if is_repository(path):
            return [Repository(path)]
        inside = sorted(path.iterdir())
    except OSError as error:
        raise Problem(
            "unreadable", f"{path_text(path)} cannot be read: {error.strerror}.", fix="Check who may read it."
        ) from error
    found: list[History] = [Repository(child) for child in inside if child.is_dir() and is_repository(child)]
    found += [SavedLog(child) for child in inside if child.name.endswith((".log", ".log.gz"))]
    if not found:
        raise Problem(
            "no_repository",
            f"{path_text(path)} is no git repository, and there is none directly inside it.",
            fix="Name the top folder of a repository, a bare repository, a saved log, or a folder of these.",
        )
    return found
