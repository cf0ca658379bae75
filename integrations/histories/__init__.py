"""Where git histories come from: repositories, read by running git, and saved logs, read from files.

`find_histories` says what a path holds. Both kinds answer the same questions: which project is it, how many commits has
it, and what are they. Nothing here writes, and no history is read into memory as a whole.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from common.text import path_text
from integrations.histories.repository import Repository, is_repository
from integrations.histories.saved_log import SavedLog
from integrations.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from garden.drafts import ActivityDraft, HistoryDraft, ProjectDraft

__all__ = ["History", "Problem", "Repository", "SavedLog", "at_home", "find_histories", "repositories_among"]


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


def at_home(path: Path) -> Path:
    """The path with `~` as the home of whoever runs this. Raises `Problem` for somebody who has none."""
    try:
        return path.expanduser()
    except RuntimeError as error:
        what = f"Nobody on this machine is meant by the beginning of {path_text(path)}."
        raise Problem("no_such_path", what, fix="Write it from the root on, such as /home/you/projects.") from error


def find_histories(path: Path) -> list[History]:
    """The histories a path holds: a repository, a bare one, a saved log, or a folder of these.

    Raises `Problem` where there is none.
    """
    try:
        if not path.exists():
            raise Problem("no_such_path", f"{path_text(path)} does not exist.", fix="Check the spelling of the path.")
        if path.is_file():
            return [_log_at(path)]
        if is_repository(path):
            return [Repository(path)]
        inside = sorted(path.iterdir())
    except OSError as error:
        raise Problem(
            "unreadable", f"{path_text(path)} cannot be read: {error.strerror}.", fix="Check who may read it."
        ) from error
    found: list[History] = [Repository(child) for child in repositories_among(inside)]
    found += [SavedLog(child) for child in inside if child.name.endswith((".log", ".log.gz")) and _is_log(child)]
    if not found:
        what = f"{path_text(path)} is no git repository, and there is none directly inside it."
        raise Problem("no_repository", what, fix=_instead_of(path))
    return found


def repositories_among(paths: Iterable[Path]) -> list[Path]:
    """Those of some paths that are repositories, each once. One that nobody may look into hides none of the others."""
    found: dict[Path, None] = {}
    for path in paths:
        with suppress(OSError):
            if path.is_dir() and is_repository(path):
                found[path.resolve()] = None
    return list(found)


def _log_at(path: Path) -> SavedLog:
    log = SavedLog(path)
    if not log.is_one:
        what = f"{path_text(path.name)} is a file, and neither a git repository nor a saved log."
        raise Problem("no_repository", what, fix=_instead_of(path))
    return log


def _is_log(path: Path) -> bool:
    """Whether a file in a folder is a saved log: other programs call their logs so, too. What cannot be read may be."""
    log = SavedLog(path)
    try:
        return path.is_file() and (log.is_one or bool(log.description))
    except Problem:
        return True  # reading it says why it cannot be


def _instead_of(path: Path) -> str:
    """What to name in place of a path that holds no history."""
    with suppress(OSError):
        for above in path.resolve().parents:
            if is_repository(above):
                return f"It lies in the repository {path_text(above)}: name that."
    return "Name the top folder of a repository, a bare repository, a saved log, or a folder of these."
