"""What the hook of a repository tells: commits of one branch, whichever forge it is at, or none. Pure.

The body is `{"repository", "ref", "commits": [{"sha", "author", "email", "authored_at", "subject", "added", "removed",
"co_authors"}]}`. `repository` is the URL of its remote, or where it has none the SHA of its first commit. `co_authors`
are the values of `Co-authored-by` trailers, and like `email` they may be left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from garden import sources
from garden.drafts import ActivityDraft, ProjectDraft
from garden.vocabulary import ActivityKind
from integrations.histories.branches import BRANCH
from integrations.histories.reading import MOST_COUNTED, iso_moment, without_addresses
from integrations.items import plain_text, read_each
from integrations.providers.base import HookEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from garden.sources import SourceRef

_SHA: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def parse_event(payload: Mapping[str, Any]) -> HookEvent:
    """What one delivery says. Raises what a wrong shape raises."""
    repository = plain_text(payload["repository"]).strip()
    source = _source(repository)
    project = ProjectDraft(name=source.name.rpartition("/")[2] or "a repository", sources=(source,))
    if not plain_text(payload["ref"]).startswith(BRANCH):
        return HookEvent(project=project, ignored="it is not about a branch")
    commits = read_each(payload["commits"], _commit, called="commit")
    newest = max(commits, key=lambda commit: commit.occurred_at, default=None)
    return HookEvent(project=project, activities=commits, author=newest.author if newest else "")


def _source(repository: str) -> SourceRef:
    if _SHA.fullmatch(repository):
        return sources.root_commit(repository)
    if source := sources.remote(repository):
        return source
    raise ValueError("`repository` is neither the URL of a remote nor the SHA of a first commit")


def _commit(said: Mapping[str, Any]) -> ActivityDraft:
    if not _SHA.fullmatch(sha := said["sha"]):
        raise ValueError("a SHA has 40 or 64 hexadecimal digits")
    if (authored_at := iso_moment(said["authored_at"])) is None:
        raise ValueError("authored_at is no ISO date")
    return ActivityDraft(
        kind=ActivityKind.COMMIT,
        external_id=sha,
        occurred_at=authored_at,
        title=without_addresses(plain_text(said.get("subject"))),
        author=without_addresses(plain_text(said.get("author"))),
        email=plain_text(said.get("email")),
        co_authors=tuple(plain_text(one) for one in said.get("co_authors") or ()),
        lines_added=_lines(said.get("added")),
        lines_removed=_lines(said.get("removed")),
    )


def _lines(number: object) -> int | None:
    """A count of lines; `None` where it is not said."""
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise ValueError("lines are counted in whole numbers")
    return min(number, MOST_COUNTED)
