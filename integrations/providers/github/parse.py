"""GitHub's REST bodies turned into drafts. Pure; wrong shapes raise `KeyError`, `TypeError` or `ValueError`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from garden import sources
from garden.authorship import co_authors_in
from garden.drafts import ActivityDraft, ProjectDraft
from garden.text import storable
from garden.vocabulary import ActivityKind
from integrations.items import LARGEST_ID, moment_of, number_id, read_each, text_id
from integrations.providers.git import without_addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LONGEST_URL: Final = 500
MOST_COUNTED: Final = 2**31 - 1  # what a column of the database holds
# How git and GitHub themselves word a merge; a push does not say how many parents a commit has.
_MERGE_WORDS: Final = ("Merge pull request #", "Merge branch ", "Merge remote-tracking branch ", "Merge tag ")


def moment(value: object) -> datetime:
    """A time as GitHub writes it: ISO with an offset in most places, seconds since 1970 in pushes. In UTC."""
    if isinstance(value, int) and not isinstance(value, bool):
        return moment_of(value)
    if not isinstance(value, str):
        raise TypeError("a time is neither text nor number")
    parsed = datetime.fromisoformat(value)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def project(
    repository: Mapping[str, Any],
    *,
    languages: Mapping[str, Any] | None = None,
    lines_of_code: int | None = None,
    earlier_commits: int | None = None,
    asked: str = "",
) -> ProjectDraft:
    """A repository as every listing, detail and webhook shows it. `asked` is a name that it was known by before."""
    return ProjectDraft(
        name=text(repository["name"]),
        description=text(repository.get("description")),
        sources=sources.each_once(
            (*sources.github(text(repository["full_name"]), number_id(repository["id"])), *sources.github(asked))
        ),
        homepage_url=web_address(repository.get("homepage")),
        languages=_languages(languages or {}),
        lines_of_code=lines_of_code,
        topics=[text(topic) for topic in repository.get("topics") or ()],
        stars=_count(repository.get("stargazers_count")),
        forks=_count(repository.get("forks_count")),
        created_at=moment(repository["created_at"]),
        earlier_commits=earlier_commits,
        fork=bool(repository["fork"]) if "fork" in repository else None,
        archived=bool(repository["archived"]) if "archived" in repository else None,
        private=bool(repository["private"]) if "private" in repository else None,
    )


def commits(items: Iterable[Mapping[str, Any]], *, repo: str) -> list[ActivityDraft]:
    """Commits of a list or a comparison, or single ones, which alone carry line counts. Merges are left out."""
    return read_each(items, lambda item: _commit(item, repo), called="commit")


def _commit(item: Mapping[str, Any], repo: str) -> ActivityDraft | None:
    if len(item.get("parents") or ()) > 1:
        return None
    told, stats = item["commit"], item.get("stats") or {}
    return ActivityDraft(
        kind=ActivityKind.COMMIT,
        external_id=text_id(item["sha"]),
        # When it was written. Rebasing changes the committer's date, not this one.
        occurred_at=moment(told["author"]["date"]),
        title=subject_of(told.get("message")),
        author=without_addresses(text(told["author"].get("name"))),
        login=text((item.get("author") or {}).get("login")),
        email=text(told["author"].get("email")),
        co_authors=co_authors_in(text(told.get("message"))),
        url=f"https://github.com/{repo}/commit/{item['sha']}",
        lines_added=_count(stats.get("additions")),
        lines_removed=_count(stats.get("deletions")),
    )


def pushed_commits(items: Iterable[Mapping[str, Any]], *, repo: str) -> list[ActivityDraft]:
    """Commits of a push, which come without line counts and without parents."""
    return read_each(items, lambda item: _pushed(item, repo), called="commit")


def _pushed(item: Mapping[str, Any], repo: str) -> ActivityDraft | None:
    if text(item.get("message")).startswith(_MERGE_WORDS):
        return None
    return ActivityDraft(
        kind=ActivityKind.COMMIT,
        external_id=text_id(item["id"]),
        occurred_at=moment(item["timestamp"]),
        title=subject_of(item.get("message")),
        author=without_addresses(text((item.get("author") or {}).get("name"))),
        login=text((item.get("author") or {}).get("username")),
        email=text((item.get("author") or {}).get("email")),
        co_authors=co_authors_in(text(item.get("message"))),
        url=f"https://github.com/{repo}/commit/{item['id']}",
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


def lines_of_code(weeks: Sequence[Sequence[int]]) -> int:
    """Lines that are left when every week's deletions (negative numbers) are taken from its additions."""
    return min(MOST_COUNTED, max(0, sum(added + removed for _week, added, removed in weeks)))


def text(value: object) -> str:
    """Third-party text made storable; anything else is not said."""
    return storable(value) if isinstance(value, str) else ""


def subject_of(message: object) -> str:
    """The first line of a commit message, without e-mail addresses."""
    lines = text(message).strip().splitlines()
    return without_addresses(lines[0]) if lines else ""


def web_address(value: object) -> str:
    """A link that may stand on a page: http or https, of a length that can be kept; else empty."""
    address = text(value).strip()
    return address if address.lower().startswith(("https://", "http://")) and len(address) <= LONGEST_URL else ""


def _languages(sizes: Mapping[str, Any]) -> dict[str, int]:
    return {text(name): size for name, size in sizes.items() if isinstance(size, int) and 0 < size <= LARGEST_ID}


def _count(value: object) -> int | None:
    return min(MOST_COUNTED, max(0, value)) if isinstance(value, int) and not isinstance(value, bool) else None
