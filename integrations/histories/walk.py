"""One pass over a repository's commits without their files: which there are, and when each was made.

What is known beside is held against them: a rebase or a filter leaves commits behind that the history held before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from integrations.commit_dates import CommitStamp, believed, usable
from integrations.histories.git_command import parts
from integrations.items import moment_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from integrations.histories.git_command import Git

ASKED_AT_ONCE: Final = 1_000  # SHAs on one command line
_BRANCHES: Final = ("--branches", "--remotes", "--tags")


@dataclass(frozen=True, slots=True)
class Walk:
    """The commits that are reached from some tips."""

    shas: frozenset[str]  # but those of merges, and those aside
    aside: frozenset[str]  # of the branch as last fetched, where the one here was rewritten or goes another way
    merges: frozenset[str]
    authored: frozenset[int]  # the authors' dates as they are written, in seconds since 1970
    dates: Mapping[str, datetime | None]  # those that are believed instead of the authors'; `None` where none can be
    begun_at: datetime | None  # when the oldest commit without a parent was made, UTC


def walk(git: Git, tips: Sequence[str]) -> Walk:
    """Walk from `tips` to the beginning. Raises `Problem`."""
    with git.running("log", "--topo-order", "--reverse", "--format=%H %at %ct %P", *tips, "--") as output:
        stamps = [_stamp(line.decode("ascii", "replace").split(" ")) for line in parts(output, b"\n") if line]
    otherwise, aside = believed(stamps), _aside(git, tips)
    roots = [otherwise.get(stamp.sha, stamp.authored) for stamp in stamps if not stamp.parents]
    return Walk(
        shas=frozenset(stamp.sha for stamp in stamps if len(stamp.parents) < 2) - aside,
        aside=aside,
        merges=frozenset(stamp.sha for stamp in stamps if len(stamp.parents) > 1),
        authored=frozenset(stamp.authored for stamp in stamps if stamp.authored),
        dates={sha: moment_of(seconds) if seconds else None for sha, seconds in otherwise.items()},
        begun_at=min((moment_of(seconds) for seconds in roots if seconds), default=None),
    )


def _stamp(said: Sequence[str]) -> CommitStamp:
    sha, authored, committed, *parents = said
    return CommitStamp(sha, tuple(filter(None, parents)), usable(authored), usable(committed))


def _aside(git: Git, tips: Sequence[str]) -> frozenset[str]:
    """What the last of two tips has and the first has not, where each has something of its own."""
    if len(tips) < 2:
        return frozenset()
    here, fetched = tips
    return (
        frozenset(_lines(git, fetched, f"^{here}", "--"))
        if any(_lines(git, here, f"^{fetched}", "--"))
        else frozenset()
    )


def lost_among(git: Git, shas: Collection[str], tips: Sequence[str]) -> set[str]:
    """Those of `shas` that the repository still has and no branch or tag reaches any more.

    What it never had it cannot have lost: another clone may be ahead of it. Raises `Problem`.
    """
    here = {sha for some in _some(sorted(shas)) for sha in _lines(git, "--no-walk", "--ignore-missing", *some, "--")}
    return here.difference(_lines(git, *_BRANCHES, *tips, "--")) if here else here


def _some(shas: Sequence[str]) -> Iterator[Sequence[str]]:
    return (shas[place : place + ASKED_AT_ONCE] for place in range(0, len(shas), ASKED_AT_ONCE))


def _lines(git: Git, *arguments: str) -> Iterator[str]:
    with git.running("rev-list", *arguments) as output:
        yield from (line.decode("ascii", "replace") for line in parts(output, b"\n"))
