"""Git histories, read: what `git log` prints and what saved logs hold, turned into drafts. No process, no file.

Two forms come in. `git log -z --numstat --format=LOG_FORMAT` is what we ask of git ourselves: nothing in it can be
mistaken, whatever bytes a path or a name holds. Saved logs are the same facts as lines, one commit a paragraph:
`commit HASH<TAB>AUTHOR<TAB>ISO DATE<TAB>SUBJECT`, then `ADDED<TAB>REMOVED<TAB>PATH` for every file.

The authors' addresses are asked for to tell whose a commit is, and go no further than a draft; where someone wrote one
into a name or a subject it is taken out. Saved logs hold none.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from common.text import storable
from garden import sources
from garden.drafts import AUTHORED_AT, ActivityDraft, ProjectDraft
from garden.engine.life import BYTES_PER_LINE
from garden.vocabulary import ActivityKind
from integrations.languages.naming import language_of
from integrations.versions import is_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

# What follows the subject are the values of the trailers that name co-authors, agents among them.
LOG_FORMAT: Final = (
    "commit %H%x00%aN%x00%at%x00%s%x00%aE%x00%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x0A)"
)
MOST_COUNTED: Final = 2**31 - 1  # what a column of the database holds
MOST_BYTES: Final = 2**53  # a number that JSON keeps exactly
MOST_RELEASES: Final = 5_000  # tags of nightly builds beyond this say nothing new

_SHA: Final = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")  # SHA-1 or SHA-256, never abbreviated: it is the identity
_NUMSTAT: Final = re.compile(rb"\n?(\d{1,12}|-)\t(\d{1,12}|-)\t")
_RENAME: Final = re.compile(r"\{([^{}]*)\}")
_ADDRESS: Final = re.compile(r"<?(?<![\w.+-])(?!git@)[\w.+-]+@[\w-]+(?:\.[\w-]+)+>?")  # `git@` is a forge, no mailbox


@dataclass(slots=True)
class Commit:
    """One commit while its files are being read."""

    sha: str
    author: str
    authored_at: datetime  # UTC
    subject: str
    redated: bool = False  # its author's date is not believed
    claimed_at: datetime | None = None  # what the author's clock said, where that is a date
    merge: bool | None = None  # whether it has several parents, where its repository was read
    email: str = ""  # read to tell whose the commit is, and never kept
    co_authors: tuple[str, ...] = ()  # likewise
    lines_added: int = 0
    lines_removed: int = 0
    code: Counter[str] = field(default_factory=Counter)  # lines that came, less those that went, by language

    @property
    def languages(self) -> tuple[str, ...]:
        """Of the code that it touched, each once."""
        return tuple(self.code)

    def touch(self, added: bytes, removed: bytes, language: str) -> None:
        """Count one file in a language, empty for what is no code. Binary files (`-`) have no lines."""
        came, went = (0, 0) if b"-" in (added, removed) else (int(added), int(removed))
        self.lines_added += came
        self.lines_removed += went
        if language:
            self.code[language] += came - went


def commits_of_log(
    tokens: Iterable[bytes],
    on_broken: Callable[[int], None],
    dates: Mapping[str, datetime | None] | None = None,
    languages: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Commit]:
    """Commits of `git log --no-merges -z --numstat --format=LOG_FORMAT`, given as its NUL-separated tokens.

    `dates` has those, by SHA, that are believed instead of the authors'. `languages` are those of files whose contents
    were looked at, by their paths; of others the name tells. `on_broken` is told how many commits were left out because
    no date can be made of theirs.
    """
    dates = dates or {}
    stream, commit = iter(tokens), None
    for token in stream:
        if stat := _NUMSTAT.match(token):
            path = token[stat.end() :]
            if not path:  # a rename: the old and the new path follow
                next(stream, b"")
                path = next(stream, b"")
            if commit:
                name = path.decode("utf-8", "surrogateescape")
                commit.touch(stat[1], stat[2], languages[name] if name in languages else language_of(name))
        elif token.startswith(b"commit "):
            if commit:
                yield commit
            author, seconds, subject, email, co_authors = (next(stream, b"") for _ in range(5))
            claimed, sha = moment(seconds), token[7:].decode("ascii", "replace")
            commit = _commit(token[7:], author, dates.get(sha, claimed), subject)
            if commit is None:
                on_broken(1)
            else:
                commit.merge, commit.redated, commit.claimed_at = False, sha in dates, claimed
                commit.email = _text(email)
                commit.co_authors = tuple(_text(co_authors).splitlines()) if co_authors else ()
    if commit:
        yield commit


def commits_of_saved_log(lines: Iterable[bytes], on_broken: Callable[[int], None]) -> Iterator[Commit]:
    """Commits of a saved log, given as its lines. `on_broken` is told how many lines could not be read.

    The files of a commit whose first line is broken count as broken too: they must not be told of another commit.
    """
    commit = None
    for raw in lines:
        line = raw.rstrip(b"\r\n")
        if not line:
            continue
        if line.startswith(b"commit"):  # without the space it is a broken one, and still ends the one before
            if commit:
                yield commit
            parts = line[7:].split(b"\t", 3)
            commit = _commit(parts[0], parts[1], _iso(parts[2]), parts[3]) if len(parts) == 4 else None
            if commit is None:
                on_broken(1)
        elif commit and (stat := _NUMSTAT.match(line)):
            commit.touch(stat[1], stat[2], language_of(new_path(_text(line[stat.end() :]))))
        else:
            on_broken(1)
    if commit:
        yield commit


def begins_commit(line: bytes) -> bool:
    """Whether a line is one that a commit in a saved log begins with."""
    parts = line.removeprefix(b"commit ").split(b"\t", 3)
    return line.startswith(b"commit ") and len(parts) == 4 and bool(_SHA.fullmatch(parts[0]))


def _commit(sha: bytes, author: bytes, authored_at: datetime | None, subject: bytes) -> Commit | None:
    if authored_at is None or not _SHA.fullmatch(sha):
        return None
    return Commit(sha.decode(), without_addresses(_text(author)), authored_at, without_addresses(_text(subject)))


def commit_draft(commit: Commit, *, new_languages: int, github_repo: str) -> ActivityDraft:
    """The commit as a fact about its project."""
    return ActivityDraft(
        kind=ActivityKind.COMMIT,
        external_id=commit.sha,
        occurred_at=commit.authored_at,
        title=commit.subject,
        author=commit.author,
        email=commit.email,
        co_authors=commit.co_authors,
        url=f"https://github.com/{github_repo}/commit/{commit.sha}" if github_repo else "",
        lines_added=min(commit.lines_added, MOST_COUNTED),
        lines_removed=min(commit.lines_removed, MOST_COUNTED),
        amount=float(new_languages),
        data=claim(commit.claimed_at) if commit.redated else {},
        merge=commit.merge,
    )


def claim(authored_at: datetime | None) -> dict[str, str]:
    """What is kept of an author's date that is not believed, or is none: rewritten commits are known by it."""
    return {AUTHORED_AT: authored_at.isoformat() if authored_at else ""}


def release_draft(tag: str, released_at: datetime, *, github_repo: str) -> ActivityDraft:
    """A tag as a release. Its id is the tag's name, as in a release on GitHub."""
    return ActivityDraft(
        kind=ActivityKind.RELEASE,
        external_id=tag,
        occurred_at=released_at,
        title=tag,
        url=f"https://github.com/{github_repo}/releases/tag/{quote(tag)}" if github_repo else "",
    )


def releases_of_refs(tokens: Iterable[bytes], *, github_repo: str) -> Iterator[ActivityDraft]:
    """Releases of `git for-each-ref refs/tags`, given as lines of `SECONDS<TAB>NAME`: tags of versions with a date."""
    for token in tokens:
        seconds, _, name = token.rstrip(b"\n").partition(b"\t")
        if is_version(_text(name)) and (at := moment(seconds)):
            yield release_draft(_text(name), at, github_repo=github_repo)


def releases_of_description(description: Mapping[str, Any], *, github_repo: str) -> Iterator[ActivityDraft]:
    """Releases that the `.json` beside a saved log lists; entries without a version or a date are passed over."""
    for release in _list(description.get("releases"))[:MOST_RELEASES]:
        if (
            isinstance(release, dict)
            and is_version(name := _said(release, "name"))
            and (at := iso_moment(_said(release, "date")))
        ):
            yield release_draft(name, at, github_repo=github_repo)


def project_of_description(
    description: Mapping[str, Any],
    *,
    stem: str,
    commits: int,
    first_commit_at: datetime | None,
    code: Mapping[str, int] = MappingProxyType({}),
) -> ProjectDraft:
    """The project that the `.json` beside a saved log describes; `stem` (the file's own name) stands in for a name.

    `commits`, `first_commit_at` and `code` (lines that are left, by language) are what the log itself holds. What is of
    a wrong type is not said.
    """
    github_repo = _said(description, "full_name")
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", github_repo, re.ASCII):
        github_repo = ""
    total = description.get("default_branch_commits_without_merges")
    sizes = description.get("language_bytes")
    moments = [first_commit_at, iso_moment(_said(description, "first_commit_in_repository"))]
    return ProjectDraft(
        name=_said(description, "name") or stem,
        description=_said(description, "description"),
        sources=sources.github(github_repo) if github_repo else (sources.saved_log(stem),),
        languages={
            storable(name, 100): size
            for name, size in sizes.items()
            if isinstance(size, int) and 0 < size <= MOST_BYTES
        }
        if isinstance(sizes, dict)
        else {language: BYTES_PER_LINE * min(lines, MOST_COUNTED) for language, lines in code.items() if lines > 0},
        created_at=min((moment for moment in moments if moment), default=None),
        earlier_commits=min(max(0, total - commits), MOST_COUNTED) if isinstance(total, int) else 0,
    )


def new_path(path: str) -> str:
    """Where a file is after a rename: `src/{old => new}.py` and `old.py => new.py` as numstat writes them."""
    path = path.strip('"')  # git quotes paths with unusual bytes
    if " => " not in path:
        return path
    return _RENAME.sub(_renamed, path).rpartition(" => ")[2]


def _renamed(part: re.Match[str]) -> str:
    _old, arrow, new = part[1].partition(" => ")
    return new if arrow else part[0]


def without_addresses(text: str) -> str:
    """`text` without e-mail addresses."""
    return _ADDRESS.sub("", text).strip() if "@" in text else text


def iso_moment(text: str) -> datetime | None:
    """An ISO date as a UTC moment; one without an offset is taken as UTC. None for what is no date."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _iso(raw: bytes) -> datetime | None:
    return iso_moment(_text(raw))


def moment(seconds: bytes | str) -> datetime | None:
    """Seconds since 1970 as a UTC moment; None for what is no time. Zero and less is what broken clocks write."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC) if int(seconds) > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


def _text(raw: bytes) -> str:
    """Text of unknown encoding, as UTF-8; what is not becomes the replacement character."""
    return raw.decode("utf-8", "replace")


def _said(mapping: Mapping[str, Any], key: str) -> str:
    value = mapping.get(key)
    return value.strip() if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
