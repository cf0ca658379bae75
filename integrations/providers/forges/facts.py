"""What forges say of repositories, turned into drafts. Pure; may raise `KeyError`, `TypeError` or `ValueError`.

GitHub's shapes are the common tongue: Forgejo and Gitea speak it with few words of their own, and who speaks another
puts its answers into this one. `page` is a repository's address on the web.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from garden.authorship import co_authors_in
from garden.drafts import ActivityDraft, HistoryDraft, ProjectDraft
from garden.vocabulary import ActivityKind
from integrations.commit_dates import CommitStamp, believed, usable
from integrations.histories.reading import claim, without_addresses
from integrations.histories.readme import LONGEST_FILE, excerpt, first_paragraph
from integrations.items import (
    LARGEST_ID,
    UNREADABLE,
    moment,
    moment_of,
    read_each,
    text,
    text_id,
    web_address,
)
from integrations.providers.base import Offer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from garden.sources import SourceRef
    from garden.vocabulary import DeploymentStatus

FIRST_GIT: Final = 1_112_832_000  # seconds: git's own first commit, of 7 April 2005
MOST_COUNTED: Final = 2**31 - 1  # what a column of the database holds
# How git and forges themselves word a merge, to the letter: a push does not say how many parents a commit has. What is
# left out for it is brought by the next reading where it has one, and what is taken for work is withdrawn where not.
_REF: Final = r"'[^']+'(?: of \S+)?"
_MERGE_WORDS: Final = re.compile(
    r"Merge (?:pull request #\d+ from [^\s/]+/\S+"
    r"|pull request '.+' \(#\d+\) from \S+ into \S+"
    rf"|(?:branch|tag|commit|remote-tracking branch) {_REF}(?: into \S+)?"
    rf"|(?:branches|tags|commits|remote-tracking branches) {_REF}(?:, {_REF})* and {_REF}(?: into \S+)?)"
)


def project(
    repository: Mapping[str, Any],
    *,
    kept_at: Sequence[SourceRef],
    languages: Mapping[str, Any] | None = None,
    shares: Mapping[str, Any] | None = None,
    earlier_commits: int | None = None,
    readme: str = "",
) -> ProjectDraft:
    """A repository as every listing, detail and webhook shows it. `kept_at` is how it is known, strongest first.

    Where it has no description, its README says what it is.
    """
    said = readme[:LONGEST_FILE]
    return ProjectDraft(
        name=text(repository["name"]),
        description=text(repository.get("description")) or without_addresses(first_paragraph(said)),
        readme=without_addresses(excerpt(said)),
        sources=kept_at,
        homepage_url=web_address(repository.get("homepage")),
        languages=None if languages is None else _languages(languages),
        shares=None if shares is None else {text(name): float(share) for name, share in shares.items()},
        main_language=text(repository.get("language")),
        topics=[text(topic) for topic in repository.get("topics") or ()],
        stars=_count(repository.get("stargazers_count")),
        forks=_count(repository.get("forks_count")),
        created_at=moment(repository["created_at"]) if repository["created_at"] else None,
        earlier_commits=earlier_commits,
        fork=bool(repository["fork"]) if "fork" in repository else None,
        archived=bool(repository["archived"]) if "archived" in repository else None,
        private=bool(repository["private"]) if "private" in repository else None,
    )


def offer(repository: Mapping[str, Any], *, external_id: str) -> Offer:
    """A repository as something that could be planted. `external_id` is what its forge knows it by."""
    name = text(repository["full_name"])
    return Offer(
        external_id=external_id,
        name=name,
        account=name.rpartition("/")[0],
        description=text(repository.get("description")),
        language=text(repository.get("language")),
        private=bool(repository.get("private")),
        fork=bool(repository.get("fork")),
        archived=bool(repository.get("archived")),
        pushed_at=moment(repository["pushed_at"]) if repository.get("pushed_at") else None,
    )


def commits(items: Sequence[Mapping[str, Any]], *, page: str) -> list[ActivityDraft]:
    """Commits of a list or a comparison, in either order, merges said to be merges."""
    dates = _dates(items)
    return read_each(items, lambda item: _commit(item, page, dates), called="commit")


def line_counts(items: Iterable[Mapping[str, Any]], *, page: str) -> list[ActivityDraft]:
    """Single commits, which alone carry line counts. Without those around them they say nothing about their dates."""
    found = read_each(items, lambda item: _commit(item, page, _dates([item])), called="commit")
    return [replace(draft, merge=None) for draft in found if not draft.merge]


def _dates(items: Sequence[Mapping[str, Any]]) -> dict[str, int | None]:
    """The dates that are believed instead of the authors', by SHA. Items that cannot be read are passed over."""
    stamps = []
    for item in items:
        with suppress(*UNREADABLE):
            told, parents = item["commit"], tuple(parent["sha"] for parent in item.get("parents") or ())
            stamps.append(CommitStamp(item["sha"], parents, _seconds(told["author"]), _seconds(told.get("committer"))))
    place = {stamp.sha: number for number, stamp in enumerate(stamps)}
    to_parents = [place[sha] - place[stamp.sha] for stamp in stamps for sha in stamp.parents if sha in place]
    if not to_parents:  # an author's own commits, say, with others between them
        return {sha: date for stamp in stamps for sha, date in believed([stamp]).items()}
    return believed(stamps[::-1] if max(to_parents) > 0 else stamps)


def _seconds(person: Any) -> int | None:
    try:
        return usable(moment(person["date"]).timestamp())
    except UNREADABLE:
        return None


def _commit(item: Mapping[str, Any], page: str, dates: Mapping[str, int | None]) -> ActivityDraft:
    told, stats = item["commit"], item.get("stats") or {}
    # When it was written. Rebasing changes the committer's date, not this one.
    written, sha = _seconds(told["author"]), text_id(item["sha"])
    seconds = dates.get(sha, written)
    if seconds is None:
        raise ValueError("it has no usable date")
    return ActivityDraft(
        kind=ActivityKind.COMMIT,
        external_id=sha,
        occurred_at=moment_of(seconds),
        title=subject_of(told.get("message")),
        author=without_addresses(text(told["author"].get("name"))),
        login=text((item.get("author") or {}).get("login")),
        email=text(told["author"].get("email")),
        co_authors=co_authors_in(text(told.get("message"))),
        url=web_address(f"{page}/commit/{item['sha']}"),
        lines_added=_count(stats.get("additions")),
        lines_removed=_count(stats.get("deletions")),
        data=claim(None if written is None else moment_of(written)) if sha in dates else {},
        merge=len(item.get("parents") or ()) > 1,
    )


def history(said: Mapping[str, Any], *, told_by: str) -> HistoryDraft:
    """What became of a history that was rewritten: the commits that it holds, or those that it lost.

    `told_by` is the forge: of a history that was read whole, it lost what the forge told of and does not hold.
    """
    if "lost" in said:
        gone = frozenset(said["lost"])
        return HistoryDraft(lost=lambda absent: gone & absent.keys())
    its_own = f"{told_by}_"
    return HistoryDraft(
        frozenset(said["reachable"]),
        lost=lambda absent: [sha for sha, source in absent.items() if said["whole"] and source.startswith(its_own)],
    )


def pushed_commits(items: Sequence[Mapping[str, Any]], *, page: str, pushed_at: object = None) -> list[ActivityDraft]:
    """Commits of a push, the oldest first, which come without line counts and without parents.

    One date is all that is said of each. One from before git itself, and far from the one beside it, is not believed:
    the push's is.
    """
    pushed, stamps = _seconds({"date": pushed_at}), list[CommitStamp]()
    for item in items:
        with suppress(*UNREADABLE):
            at = usable(moment(item["timestamp"]).timestamp())
            odd = at is not None and at < FIRST_GIT
            beside = (stamps[-1].sha,) if stamps else ()
            stamps.append(CommitStamp(item["id"], beside, at, pushed if odd else at))
    dates = believed(stamps)
    return read_each(items, lambda item: _pushed(item, page, dates), called="commit")


def _pushed(item: Mapping[str, Any], page: str, dates: Mapping[str, int | None]) -> ActivityDraft | None:
    if _MERGE_WORDS.fullmatch(text(item.get("message")).strip().partition("\n")[0].strip()):
        return None
    sha = text_id(item["id"])
    told, seconds = moment(item["timestamp"]), dates.get(sha)
    return ActivityDraft(
        kind=ActivityKind.COMMIT,
        external_id=sha,
        occurred_at=told if seconds is None else moment_of(seconds),
        title=subject_of(item.get("message")),
        author=without_addresses(text((item.get("author") or {}).get("name"))),
        login=text((item.get("author") or {}).get("username")),
        email=text((item.get("author") or {}).get("email")),
        co_authors=co_authors_in(text(item.get("message"))),
        data={} if seconds is None else claim(told),
        url=web_address(f"{page}/commit/{item['id']}"),
    )


def releases(items: Iterable[Mapping[str, Any]]) -> list[ActivityDraft]:
    """Published releases. Their id is the tag's name, so that the same tag from a local history is the same fact."""
    return read_each(items, _release, called="release")


def _release(item: Mapping[str, Any]) -> ActivityDraft | None:
    if not item.get("published_at") or item.get("draft"):
        return None
    return ActivityDraft(
        kind=ActivityKind.RELEASE,
        external_id=text_id(item["tag_name"]),
        occurred_at=moment(item["published_at"]),
        title=text(item.get("name")) or text(item["tag_name"]),
        author=text((item.get("author") or {}).get("login")),
        login=text((item.get("author") or {}).get("login")),
        url=web_address(item.get("html_url")),
    )


def numbered(
    item: Mapping[str, Any], *, kind: ActivityKind, external_id: str, login: object, url: object
) -> ActivityDraft:
    """What has a number in its repository: it happened once, whatever is done with it afterwards."""
    return ActivityDraft(
        kind=kind,
        external_id=external_id,
        occurred_at=moment(item["created_at"]),
        title=text(item.get("title")),
        author=text(login),
        login=text(login),
        url=web_address(url),
    )


def deployment(
    number: str, ended: DeploymentStatus, *, at: datetime, title: str, login: object = None, url: object = None
) -> ActivityDraft:
    """That something was shipped, or was to be. `number` is what its forge knows it by: ended alike, it counts once."""
    return ActivityDraft(
        kind=ActivityKind.DEPLOYMENT,
        external_id=f"{number}:{ended}",
        occurred_at=at,
        title=title,
        author=text(login),
        login=text(login),
        url=web_address(url),
        data={"status": ended},
    )


def subject_of(message: object) -> str:
    """The first line of a commit message, without e-mail addresses."""
    lines = text(message).strip().splitlines()
    return without_addresses(lines[0]) if lines else ""


def _languages(sizes: Mapping[str, Any]) -> dict[str, int]:
    return {text(name): size for name, size in sizes.items() if isinstance(size, int) and 0 < size <= LARGEST_ID}


def _count(value: object) -> int | None:
    return min(MOST_COUNTED, max(0, value)) if isinstance(value, int) and not isinstance(value, bool) else None
