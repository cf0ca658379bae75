"""The code that stands in a commit: bytes and lines per language, counted in its files."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from integrations.histories.git_command import parts
from integrations.languages.reading import NOTHING_SAID, Attributes, code_in, may_be_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from integrations.histories.git_command import Git

LANGUAGES_KEPT: Final = 30
_ATTRIBUTES: Final = ("language", "vendored", "generated", "documentation", "detectable")
_SAID: Final = {"set": True, "true": True, "unset": False, "false": False}


@dataclass(frozen=True, slots=True)
class File:
    """A file of a commit."""

    path: str
    blob: str  # the name of its content
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, by language, the largest first."""

    sizes: Mapping[str, int]  # bytes
    lines: Mapping[str, int]
    language_of: Mapping[str, str]  # of every file by its path; empty for what is no code


def files_of(git: Git, commit: str) -> list[File]:
    """The plain files of a commit: no links, no submodules. Raises `Problem`."""
    found = []
    with git.running("ls-tree", "-r", "-z", "-l", "--full-tree", commit) as output:
        for entry in parts(output, b"\0"):
            about, _, path = entry.partition(b"\t")
            mode, _, blob, size = about.split()
            if mode.startswith(b"100"):
                found.append(File(os.fsdecode(path), blob.decode(), int(size)))
    return found


def count_code(git: Git, commit: str, files: Sequence[File]) -> Counted:
    """Count the code in the files of a commit, as its `.gitattributes` say. Raises `Problem`."""
    sizes, lines, languages = Counter[str](), Counter[str](), dict.fromkeys((file.path for file in files), "")
    said = _attributes(git, commit, files)
    wanted = [file for file in files if may_be_code(file.path, file.size, said.get(file.path, NOTHING_SAID))]
    for file, content in zip(wanted, git.contents(file.blob for file in wanted), strict=True):
        if code := code_in(file.path, content, said.get(file.path, NOTHING_SAID)):
            sizes[code.language] += code.size
            lines[code.language] += code.lines
            languages[file.path] = code.language
    kept = dict(sizes.most_common(LANGUAGES_KEPT))
    return Counted(kept, {language: lines[language] for language in kept}, languages)


def _attributes(git: Git, commit: str, files: Iterable[File]) -> dict[str, Attributes]:
    """What `.gitattributes` say of the files that they say something of."""
    paths = [file.path for file in files]
    if not any(path.rpartition("/")[2] == ".gitattributes" for path in paths):
        return {}
    said: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:  # an index beside the repository: bare ones have none
        index = Path(folder) / "index"
        with git.running("read-tree", commit, index=index):
            pass
        asked = (f"linguist-{name}" for name in _ATTRIBUTES)
        given = b"".join(os.fsencode(path) + b"\0" for path in paths)
        with git.running("check-attr", "-z", "--stdin", "--cached", *asked, given=given, index=index) as output:
            answers = parts(output, b"\0")
            for path, name, value in zip(answers, answers, answers, strict=True):
                if value != b"unspecified":
                    of_this = said.setdefault(os.fsdecode(path), {})
                    of_this[name.decode().removeprefix("linguist-")] = value.decode("utf-8", "replace")
    return {path: _as_attributes(words) for path, words in said.items()}


def _as_attributes(words: Mapping[str, str]) -> Attributes:
    switches = {name: _SAID.get(value.lower()) for name, value in words.items() if name != "language"}
    language = words.get("language", "")
    return Attributes("" if language.lower() in _SAID else language, **switches)
