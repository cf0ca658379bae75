"""Which branches of a clone are its project's: the remote's default branch, also where that has another name now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from integrations.histories.git_command import Git

BRANCH: Final = "refs/heads/"  # what the name of a branch begins with, here and in deliveries
_ORIGIN: Final = "refs/remotes/origin/"
# Names of a default branch. A clone keeps the one that it was made with; these are what it is renamed from and to.
_USUAL: Final = ("main", "master", "trunk")


class Default(NamedTuple):
    """Where reading begins."""

    refs: list[str]  # the branch here and as last fetched, as far as there are any
    left_behind: str  # the branch that the remote has no more, where nobody knows what it has instead


def default_branches(git: Git) -> Default:
    """The remote's default branch as this clone knows it, after the one that it was renamed to since.

    It was where the clone has fetched another branch by a usual name that holds all of it and more, or where the one
    that it was made with is gone from the remote. Nothing where the clone names no default branch at all.
    """
    fetched = git.maybe("symbolic-ref", "--quiet", f"{_ORIGIN}HEAD")
    if not fetched:
        return Default([], "")
    name = fetched.removeprefix(_ORIGIN)
    others = [other for other in _USUAL if other != name and has_commit(git, f"{_ORIGIN}{other}")]
    is_gone = not has_commit(git, fetched)
    if is_gone:
        renamed = others[:1]
    else:
        renamed = [other for other in others if name in _USUAL and _goes_on(git, fetched, f"{_ORIGIN}{other}")]
    places = (BRANCH, _ORIGIN)
    found = [
        [f"{place}{branch}" for branch in (*renamed, name) if has_commit(git, f"{place}{branch}")] for place in places
    ]
    return Default([refs[0] for refs in found if refs], name if is_gone and not renamed else "")


def has_commit(git: Git, ref: str) -> bool:
    """Whether a name leads to a commit."""
    return bool(git.maybe("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"))


def _goes_on(git: Git, old: str, new: str) -> bool:
    """Whether a branch holds all of another one, and more."""
    behind = git.maybe("rev-list", "--count", f"{new}..{old}", "--")
    ahead = git.maybe("rev-list", "--count", f"{old}..{new}", "--")
    return behind == "0" and ahead not in ("", "0")
