"""A repository on this machine as a history."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from common.text import path_text
from garden import sources
from garden.drafts import HistoryDraft, ProjectDraft
from integrations.histories import reading
from integrations.histories.branches import Default, default_branches, has_commit
from integrations.histories.code import Counted, File, count_code, files_of
from integrations.histories.git_command import PATIENT, PLAIN_DIFF, Git, parts
from integrations.histories.manifests import manifests_among, technologies_in
from integrations.histories.readme import LONGEST_FILE, excerpt, first_paragraph
from integrations.histories.ssh_settings import host_behind
from integrations.histories.walk import Walk, lost_among, walk
from integrations.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from garden.drafts import ActivityDraft
    from garden.sources import SourceRef

SOURCE: Final = "git"  # what facts that a repository told of are kept under
_README: Final = re.compile(r"readme(\.(md|markdown|rst|txt|adoc|org))?")
_REBASE: Final = ("rebase-merge", "rebase-apply")  # what git keeps while one is under way


def is_repository(path: Path) -> bool:
    """Whether `path` is the top of a working repository (or worktree), or a bare repository."""
    return (path / ".git").exists() or all((path / part).exists() for part in ("HEAD", "objects", "refs"))


@dataclass
class Repository:
    """A repository: its default branch, oldest commit first, merges left out, and its tags."""

    path: Path
    label: str = field(init=False)
    languages_seen: set[str] = field(default_factory=set, init=False)  # in what `activities` has read
    _undated: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.path = self.path.resolve()
        folder = self.path.parent if self.path.name == ".git" else self.path
        self.label = path_text(folder.name).removesuffix(".git") or "repository"
        self._git = Git(self.path)

    @cached_property
    def tips(self) -> tuple[str, ...]:
        """The commits where reading begins, as they were when this was first asked.

        They are those of the remote's default branch, here and as last fetched, else what is checked out. Raises
        `Problem` where the history is missing, not all here, or being rebased.
        """
        if self._git.ask("rev-parse", "--is-shallow-repository") == "true":
            raise Problem(
                "shallow",
                f"{self.label} is a shallow clone: most of its history is not here.",
                fix=f"Fetch it with `git -C {path_text(self.path)} fetch --unshallow`, then import again.",
            )
        if "true" in self._git.maybe("config", "--get-regexp", r"^remote\..*\.promisor$").split():
            raise Problem(
                "partial",
                f"{self.label} is a partial clone: the contents of its files are not here, so lines cannot be counted.",
                fix=f"Fetch them with `git -C {path_text(self.path)} fetch --refetch --no-filter`, then import again.",
            )
        for wanted in (self._default.refs, ["HEAD"]):
            if tips := tuple(filter(None, map(self._commit_at, wanted))):
                if wanted == ["HEAD"]:
                    self._require_no_rebase()
                return tuple(dict.fromkeys(tips))
        raise Problem("no_commits", f"{self.label} has no commits yet.", fix="Commit something, then import again.")

    def _commit_at(self, tip: str) -> str:
        return self._git.maybe("rev-parse", "--verify", "--quiet", f"{tip}^{{commit}}")

    @cached_property
    def _default(self) -> Default:
        return default_branches(self._git)

    def _require_no_rebase(self) -> None:
        git_dir = Path(self._git.ask("rev-parse", "--absolute-git-dir"))
        if any((git_dir / name).exists() for name in _REBASE):
            raise Problem(
                "rebasing",
                f"{self.label} is in the middle of a rebase.",
                fix="Nothing is lost: it is read once that is done.",
            )

    @property
    def refs(self) -> str:
        """A digest of what HEAD, branches and tags point to. As long as it stays the same, nothing is new."""
        return hashlib.sha256(self._git.maybe("show-ref", "--head").encode("utf-8", "surrogateescape")).hexdigest()

    def still_has(self, commits: Sequence[str]) -> bool:
        """Whether all of some commits still stand on some branch or tag."""
        if not all(map(self._commit_at, commits)):
            return False
        return not self._git.ask("rev-list", "--max-count=1", *commits, "--not", "--all", "HEAD", "--")

    def newest_of(self, commits: Sequence[str]) -> list[str]:
        """Those of some commits that stand below no other of them."""
        return self._git.ask("merge-base", "--independent", *commits).split()

    @cached_property
    def _walk(self) -> Walk:
        return walk(self._git, self.tips)

    @property
    def commits(self) -> int:
        """Commits of the default branch, merges left out."""
        return len(self._walk.shas | self._walk.aside) - len(self._walk.merges & self._walk.aside)

    @property
    def redated(self) -> int:
        """How many commits have a date that cannot be their author's, and got another."""
        return sum(1 for date in self._walk.dates.values() if date)

    @cached_property
    def tip(self) -> str:
        """The newest commit of the default branch."""
        return self._git.ask("rev-parse", f"{self.tips[-1]}^{{commit}}")

    def continues(self, last_tip: str, authored: Iterable[datetime]) -> bool:
        """Whether it is the history that was once read here to `last_tip`, by that or by a commit written then."""
        return has_commit(self._git, last_tip) or not self._walk.authored.isdisjoint(
            int(at.timestamp()) for at in authored
        )

    def holds(self, last_tip: str) -> HistoryDraft:
        """What the default branch holds now; `last_tip` is that of the last reading, empty where there was none."""
        replaced = bool(last_tip) and not has_commit(
            self._git, last_tip
        )  # filtered and cleaned up: nothing old is here

        def lost(absent: Mapping[str, str]) -> set[str]:
            ours = {sha for sha, source in absent.items() if replaced and source == SOURCE}
            return ours | lost_among(self._git, absent, self.tips)

        return HistoryDraft(self._walk.shas, self._walk.merges, lost)

    @property
    def authors(self) -> Counter[tuple[str, str]]:
        """How many commits each author made, by name and address, merges left out."""
        return Counter((name, address) for _, name, address in self.authored())

    def authored(self) -> Iterator[tuple[str, str, str]]:
        """Each commit's SHA and its author's name and address, merges left out, newest first."""
        with self._git.running("log", "--no-merges", "-z", "--format=%H%x00%aN%x00%aE", *self.tips, "--") as output:
            told = (part.decode("utf-8", "replace") for part in parts(output, b"\0"))
            while sha := next(told, ""):
                yield sha, next(told, ""), next(told, "")

    @cached_property
    def remotes(self) -> tuple[SourceRef, ...]:
        """The remote that this is a clone of, `origin` if there is one, then its mirrors on other hosts.

        A further remote under another name is another repository: the one that a fork was made from, or a template.
        """
        lines = self._git.maybe("config", "--get-regexp", r"^remote\..*\.url$").splitlines()
        named = sorted((line.partition(" ") for line in lines), key=lambda remote: remote[0] != "remote.origin.url")
        found = [source for _, _, url in named if (source := sources.remote(url, host=host_behind(url)))]
        return sources.each_once(one for one in found if sources.path_of(one) == sources.path_of(found[0]))

    @cached_property
    def known_by(self) -> tuple[SourceRef, ...]:
        """What tells it from other repositories, strongest first: its remotes, and its first commit."""
        return (*self.remotes, sources.root_commit(self._root()))

    @cached_property
    def project(self) -> ProjectDraft:
        """The project as its files, its remote and its first commit describe it."""
        github_repo = sources.github_repo(self.known_by)
        files, counted = self._files, self._counted
        readme = self._readme(files)
        return ProjectDraft(
            name=github_repo.rpartition("/")[2] or self.label,
            description=self._description(readme),
            readme=reading.without_addresses(excerpt(readme)),
            sources=self.known_by,
            languages=counted.sizes,
            lines=counted.lines,
            technologies=technologies_in(self._manifests(files), languages=counted.sizes),
            created_at=self._walk.begun_at,
            earlier_commits=0,
        )

    @cached_property
    def _files(self) -> list[File]:
        return files_of(self._git, self.tips[0])

    @cached_property
    def _counted(self) -> Counted:
        return count_code(self._git, self.tips[0], self._files)

    @property
    def skipped(self) -> str:
        """Commits that were left out."""
        undated = f"{self._undated:,} commits without a usable date" if self._undated else ""
        gone = self._default.left_behind
        later = f"what came after {gone}, which is gone from its remote (`git remote set-head origin --auto`)"
        return "; ".join(filter(None, [undated, later if gone else ""]))

    def activities(self, *, after: Sequence[str] = (), languages: Iterable[str] = ()) -> Iterator[ActivityDraft]:
        """Every commit, oldest first, then the newest tags as releases.

        `after` are commits that were read before with all that they stand on, and `languages` those seen until there.
        """
        self._undated, self.languages_seen = 0, set(languages)
        known = ("--not", *after) if after else ()
        github_repo = sources.github_repo(self.remotes)
        log = ("log", "--no-merges", "--reverse", "-z", "--numstat", f"--format={reading.LOG_FORMAT}", *PLAIN_DIFF)
        with self._git.running(*log, *self.tips, *known, "--") as output:
            tokens, language_of = parts(output, b"\0"), self._counted.language_of
            for commit in reading.commits_of_log(tokens, self._count_undated, self._walk.dates, language_of):
                fresh = set(commit.languages) - self.languages_seen
                self.languages_seen |= fresh
                yield reading.commit_draft(commit, new_languages=len(fresh), github_repo=github_repo)
        tag = "--format=%(creatordate:unix)%09%(refname:strip=2)"
        newest = f"--count={reading.MOST_RELEASES}"
        with self._git.running("for-each-ref", newest, "--sort=-creatordate", tag, "refs/tags") as output:
            begun_at = self._walk.begun_at
            for release in reading.releases_of_refs(parts(output, b"\n"), github_repo=github_repo):
                # Nothing is released before it is begun.
                yield replace(release, occurred_at=max(release.occurred_at, begun_at or release.occurred_at))

    def _count_undated(self, commits: int) -> None:
        self._undated += commits

    def _root(self) -> str:
        """The commit that the main line begins with: the same in every clone, whatever was merged into it later."""
        return self._git.ask("rev-list", "--first-parent", "--max-parents=0", self.tips[0], "--", seconds=PATIENT)

    def _manifests(self, files: Sequence[File]) -> dict[str, str]:
        """What lists dependencies, by its path."""
        blobs = {file.path: file.blob for file in files if file.size <= LONGEST_FILE}
        found = manifests_among(blobs)
        texts = self._git.contents(blobs[path] for path in found)
        return {path: text.decode("utf-8", "replace") for path, text in zip(found, texts, strict=True)}

    def _readme(self, files: Sequence[File]) -> str:
        """The beginning of the README at the newest commit; empty where there is none."""
        found = min((file.path for file in files if _README.fullmatch(file.path.lower())), key=str.lower, default="")
        return self._text_of(found) if found else ""

    def _description(self, readme: str) -> str:
        """What git's own description file says where someone wrote into it, else the README's first paragraph."""
        written = ""
        description = Path(self._git.ask("rev-parse", "--absolute-git-dir")) / "description"
        if description.is_file():
            with description.open(encoding="utf-8", errors="replace") as file:
                written = file.read(LONGEST_FILE).strip()
        if not written or written.startswith("Unnamed repository"):
            written = first_paragraph(readme)
        return reading.without_addresses(written)

    def _text_of(self, name: str) -> str:
        """The beginning of a top-level file at the newest commit; empty where it is no file."""
        with self._git.running("cat-file", "blob", f"{self.tips[0]}:{name}", to_the_end=False) as output:
            return output.read(LONGEST_FILE).decode("utf-8", "replace")
