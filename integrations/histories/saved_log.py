"""A saved log as a history: what `git log` printed once, kept in a file with a description beside it."""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from common.text import path_text
from garden.drafts import HistoryDraft
from integrations.histories import reading
from integrations.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from garden.drafts import ActivityDraft, ProjectDraft

LONGEST_LINE: Final = 64 * 1024  # bytes; what is longer is no line of a log
LINES_LOOKED_AT: Final = 1_000  # of a file, to tell whether it is a saved log at all
LONGEST_DESCRIPTION: Final = 4 * 1024 * 1024  # bytes
GZIP_MAGIC: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Overview:
    """What is known of a log only when all of it was seen: the newest commit usually comes first."""

    commits: int
    first_commit_at: datetime
    authors: Counter[tuple[str, str]]  # name and address, which a saved log leaves empty
    new_languages: Counter[str]  # SHA to the number of languages first seen there
    code: Counter[str]  # lines that are left, by language


@dataclass
class SavedLog:
    """A saved log, plain or gzip, with the `.json` of the same stem beside it where there is one."""

    path: Path
    label: str = field(init=False)
    _broken_lines: int = field(default=0, init=False)
    _cut_off: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.path = self.path.resolve()
        self.label = path_text(self.path.name).removesuffix(".gz").removesuffix(".log")

    @property
    def is_one(self) -> bool:
        """Whether a commit begins near its beginning, in the form that saved logs have. Raises `Problem`."""
        return any(map(reading.begins_commit, islice(self._lines(), LINES_LOOKED_AT)))

    @cached_property
    def description(self) -> dict[str, Any]:
        """What the `.json` beside the log says, empty where there is none. Raises `Problem` for a broken one."""
        beside = self.path.with_name(f"{self.label}.json")
        try:
            with beside.open("rb") as file:
                said = json.loads(file.read(LONGEST_DESCRIPTION))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            raise Problem(
                "broken_description", f"{beside.name} cannot be read: {error}.", fix="Correct it, or move it away."
            ) from error
        return said if isinstance(said, dict) else {}

    @cached_property
    def overview(self) -> Overview:
        """One pass over the log. Raises `Problem` where it holds no commit."""
        commits, first_commit_at, first_seen = 0, None, dict[str, tuple[datetime, str]]()
        authors, code = Counter[tuple[str, str]](), Counter[str]()
        for commit in self._read():
            commits += 1
            authors[commit.author, ""] += 1
            first_commit_at = min(first_commit_at or commit.authored_at, commit.authored_at)
            code.update(commit.code)
            for language in commit.languages:
                here = (commit.authored_at, commit.sha)
                first_seen[language] = min(first_seen.get(language, here), here)
        if first_commit_at is None:
            raise Problem(
                "no_commits",
                f"{self.path.name} holds no commit in the form of a saved log.",
                fix="Expected are `commit HASH<TAB>AUTHOR<TAB>ISO DATE<TAB>SUBJECT` and its numstat lines, repeated.",
            )
        return Overview(commits, first_commit_at, authors, Counter(sha for _, sha in first_seen.values()), code)

    @property
    def commits(self) -> int:
        """Commits that can be read."""
        return self.overview.commits

    @property
    def authors(self) -> Counter[tuple[str, str]]:
        """How many commits each author made, by name."""
        return self.overview.authors

    @cached_property
    def project(self) -> ProjectDraft:
        """The project as the `.json` describes it, or as little as the log itself says."""
        return reading.project_of_description(
            self.description,
            stem=self.label,
            commits=self.overview.commits,
            first_commit_at=self.overview.first_commit_at,
            code=self.overview.code,
        )

    @property
    def skipped(self) -> str:
        """What of the file was left out."""
        lines = f"{self._broken_lines:,} {'line' if self._broken_lines == 1 else 'lines'} that could not be read"
        return " and ".join(
            [lines] * bool(self._broken_lines) + ["the end of the file, which is cut off"] * self._cut_off
        )

    @property
    def redated(self) -> int:
        """None: a saved log has one date a commit."""
        return 0

    @property
    def tip(self) -> str:
        """None: a saved log may be a part of a history."""
        return ""

    def continues(self, last_tip: str, authored: Iterable[datetime]) -> bool:
        """No: nothing was remembered of it."""
        return False

    def holds(self, last_tip: str) -> HistoryDraft:
        """Nothing that is known beside is missing from a part of a history."""
        return HistoryDraft()

    def activities(self) -> Iterator[ActivityDraft]:
        """Every commit in the order of the file, then the releases of the `.json`."""
        new_languages, github_repo = self.overview.new_languages, self.project.github_repo
        for commit in self._read():
            yield reading.commit_draft(commit, new_languages=new_languages[commit.sha], github_repo=github_repo)
        yield from reading.releases_of_description(self.description, github_repo=github_repo)

    def _read(self) -> Iterator[reading.Commit]:
        self._broken_lines, self._cut_off = 0, False
        yield from reading.commits_of_saved_log(self._lines(), self._count_broken)

    def _count_broken(self, lines: int) -> None:
        self._broken_lines += lines

    def _lines(self) -> Iterator[bytes]:
        """The log's lines, as far as they can be read. Gzip shows in the first bytes, whatever the file is called."""
        try:
            with self.path.open("rb") as raw, gzip.open(raw) if raw.peek(2)[:2] == GZIP_MAGIC else raw as file:
                while line := file.readline(LONGEST_LINE):
                    yield line
        except (EOFError, zlib.error, gzip.BadGzipFile):
            self._cut_off = True
        except OSError as error:
            raise Problem(
                "unreadable", f"{self.path.name} cannot be read: {error.strerror}.", fix="Check who may read it."
            ) from error
