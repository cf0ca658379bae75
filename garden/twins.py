"""Commits that took the place of others when a history was rewritten. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable
    from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """One commit as a history holds it. Rewriting keeps its author and the author's date, and mostly its subject."""

    author: str  # the name, in small letters
    key: str  # keyed hash of the address; empty where the commit was read before addresses were
    authored_at: datetime
    subject: str
    sha: str


def twins(gone: Collection[Version], standing: Collection[Version], *, reworded: bool) -> dict[str, str]:
    """The commits that took the place of others, SHA by SHA of those that are gone, one to one.

    Same author, by address or else by name, and same author's date, the same subject first; with `reworded` then
    whatever subject. The order in which commits are given changes nothing.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for same in (_words_by_address, _words_by_name, *((_work_by_address, _work_by_name) if reworded else ())):
        free: dict[Hashable, list[str]] = defaultdict(list)
        for version in sorted(standing, reverse=True):
            if version.sha not in taken and (likeness := same(version)):
                free[likeness].append(version.sha)
        for version in sorted(gone):
            likeness = same(version)
            if version.sha not in found and likeness and free[likeness]:
                found[version.sha] = free[likeness].pop()
        taken = set(found.values())
    return found


def _words_by_address(version: Version) -> Hashable:
    return (version.key, version.authored_at, version.subject) if version.key else None


def _words_by_name(version: Version) -> Hashable:
    return (version.author, version.authored_at, version.subject)


def _work_by_address(version: Version) -> Hashable:
    return (version.key, version.authored_at) if version.key else None


def _work_by_name(version: Version) -> Hashable:
    return (version.author, version.authored_at)
