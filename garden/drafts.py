"""What a source says about a project, before the garden has seen it: pure values that providers hand over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from garden import sources

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from garden.sources import SourceRef
    from garden.vocabulary import ActivityKind

AUTHORED_AT: Final = "authored_at"  # in the data of a commit: the author's date that is not believed, or empty


@dataclass(frozen=True, slots=True)
class ProjectDraft:
    """A project as one source describes it. `None` and empty values mean "not said", never "gone"."""

    name: str
    description: str = ""
    readme: str = ""  # its first paragraphs as plain text, empty lines between them; code is indented by four spaces
    sources: Sequence[SourceRef] = ()  # how the source itself knows it, strongest first; see `garden/sources.py`
    homepage_url: str = ""
    languages: Mapping[str, int] | None = None  # bytes of code per language; empty where it has no code
    shares: Mapping[str, float] | None = None  # of each language, 0–1, where a source does not say how much it is
    main_language: str = ""  # where nothing more is said of its languages yet
    lines: Mapping[str, int] | None = None  # lines of code per language, where they were counted in its files
    technologies: Sequence[str] = ()
    topics: Sequence[str] = ()
    stars: int | None = None
    forks: int | None = None
    created_at: datetime | None = None  # UTC
    earlier_commits: int | None = None  # commits that exist before the history that is handed over
    archived: bool | None = None
    fork: bool | None = None  # a copy of somebody else's
    private: bool | None = None  # the source does not show it to everyone

    @property
    def github_repo(self) -> str:
        """`owner/name` on GitHub, empty where none of the sources is there."""
        return sources.github_repo(self.sources)

    def source_of(self, provider: str) -> SourceRef:
        """The source that `provider` knows the project by. Raises `LookupError` where it names none of its own."""
        for source in self.sources:
            if source.provider == provider:
                return source
        raise LookupError(f"the draft of {self.name!r} names no source of {provider!r}")


@dataclass(frozen=True, slots=True)
class ActivityDraft:
    """One dated fact as a source tells it."""

    kind: ActivityKind
    external_id: str  # a commit's SHA, whichever way it came
    occurred_at: datetime  # UTC
    title: str = ""
    author: str = ""
    login: str = ""  # the author's account at a forge
    email: str = field(default="", repr=False)  # the author's address; a keyed hash of it is kept, itself never
    co_authors: Sequence[str] = field(default=(), repr=False)  # values of `Co-authored-by` trailers; never kept
    url: str = ""
    lines_added: int | None = None
    lines_removed: int | None = None
    amount: float = 0.0  # seconds for `coding`; languages seen for the first time for `commit`
    data: Mapping[str, Any] = field(default_factory=dict)
    # Whether a commit has several parents, where the source read them: what such a source says of the commit's date,
    # and that it is a fact at all, takes the place of what others said.
    merge: bool | None = None


@dataclass(frozen=True, slots=True)
class HistoryDraft:
    """What a history holds after it was read, so that commits which it held before can be let go. Comes last."""

    reachable: Collection[str] | None = None  # SHAs; `None` where only the lost ones are known
    merges: Collection[str] = ()  # further SHAs, of commits with several parents
    # Of commits that are known and not reachable (SHA to the source that told of each), those that the history held.
    lost: Callable[[Mapping[str, str]], Collection[str]] = lambda _absent: ()
