"""Running git on a repository: questions with short answers, and long answers as streams."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, cast

from common.text import path_text
from integrations.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

QUICK: Final = 60  # seconds, for an answer that does not grow with the history
PATIENT: Final = 3600  # seconds, for one that does
PIECE: Final = 256 * 1024  # bytes taken from git at a time
LONGEST_COMPLAINT: Final = 64 * 1024  # bytes

# Settings inside a repository can name programs to run. None of them may, and nothing may be fetched. The owner named
# the path, so it is trusted to be read, whoever its files belong to.
_SETTINGS: Final = (
    "safe.directory=*",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    f"core.attributesFile={os.devnull}",
    "core.quotePath=false",
    "color.ui=false",
    "i18n.logOutputEncoding=UTF-8",
    "log.showSignature=false",
)
_QUIET_GIT: Final = ("git", "--no-pager", *(part for setting in _SETTINGS for part in ("-c", setting)))
PLAIN_DIFF: Final = ("--no-ext-diff", "--no-textconv", "--ignore-submodules=all")


@dataclass(frozen=True, slots=True)
class Git:
    """git on one repository, with the same answers for everybody: no settings or variables of the person who asks."""

    path: Path  # absolute

    @property
    def _name(self) -> str:
        return path_text(self.path.name)

    def ask(self, *arguments: str, seconds: int = QUICK) -> str:
        """What git answers, without the last line break. Raises `Problem` when it refuses or takes too long."""
        answer = self._run(arguments, seconds)
        if answer.returncode:
            raise self._refusal(answer.stderr)
        return _decoded(answer.stdout)

    def maybe(self, *arguments: str) -> str:
        """What git answers to a question that it may answer with no, which gives an empty text."""
        answer = self._run(arguments, QUICK)
        return "" if answer.returncode else _decoded(answer.stdout)

    def _run(self, arguments: tuple[str, ...], seconds: int) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603 - a list of arguments, no shell
                self._command(arguments),
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=seconds,
                check=False,
            )
        except FileNotFoundError as error:
            raise _no_git() from error
        except subprocess.TimeoutExpired as error:
            raise Problem(
                "slow", f"git did not answer about {self._name} within {seconds} s.", fix="Is its disk reachable?"
            ) from error

    @contextmanager
    def running(
        self, *arguments: str, given: bytes = b"", index: Path | None = None, to_the_end: bool = True
    ) -> Iterator[IO[bytes]]:
        """git's output as a stream, for what is `given` to it. Raises `Problem` when git fails.

        `index` is used where the repository's own is not meant. git is ended when the reader leaves early; a reader who
        means to says so with `to_the_end=False`.
        """
        with tempfile.TemporaryFile() as complaints, tempfile.TemporaryFile() as questions:
            questions.write(given)  # a file and no pipe, so that neither waits for the other
            questions.seek(0)
            try:
                process = subprocess.Popen(  # noqa: S603 - a list of arguments, no shell
                    self._command(arguments),
                    env=self._environment() | ({"GIT_INDEX_FILE": str(index)} if index else {}),
                    stdin=questions,
                    stdout=subprocess.PIPE,
                    stderr=complaints,
                )
            except FileNotFoundError as error:
                raise _no_git() from error
            finished = False
            with process, cast("IO[bytes]", process.stdout) as output:
                try:
                    yield output
                    finished = to_the_end
                finally:
                    if not finished:
                        process.kill()
            if finished and process.returncode:
                complaints.seek(0)
                raise self._refusal(complaints.read(LONGEST_COMPLAINT))

    def contents(self, objects: Iterable[str]) -> Iterator[bytes]:
        """The contents of blobs by their names, in the same order, one in memory at a time. Raises `Problem`."""
        with self.running("cat-file", "--batch", given="".join(f"{name}\n" for name in objects).encode()) as output:
            while about := output.readline():
                size = int(about.rsplit(b" ", 1)[1])
                yield output.read(size)
                output.read(1)  # the line break after it

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [*_QUIET_GIT, "-C", str(self.path), *arguments]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return kept | {
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_ALLOW_PROTOCOL": "",  # none: a repository's own protocol.<name>.allow outweighs protocol.allow
            "GIT_CEILING_DIRECTORIES": str(self.path.parent),  # a repository around this one is not meant
        }

    def _refusal(self, stderr: bytes) -> Problem:
        said = stderr.decode("utf-8", "replace").strip().splitlines()
        reason = next((line for line in said if line.startswith("fatal:")), said[-1] if said else "it gives no reason")
        fix = (
            "Run the import as the user who owns the repository, or with git 2.38 or newer."
            if "dubious ownership" in reason
            else f"Look at it with `git -C {path_text(self.path)} fsck`. What was read until here is kept."
        )
        return Problem(
            "git_failed", f"git cannot read {self._name}: {reason.removeprefix('fatal: ').rstrip('.')}.", fix=fix
        )


def parts(stream: IO[bytes], separator: bytes) -> Iterator[bytes]:
    """The parts of a stream between separators, memory flat in its length."""
    rest = b""
    while piece := stream.read(PIECE):
        *whole, rest = (rest + piece).split(separator)
        yield from whole
    if rest:
        yield rest


def _decoded(answer: bytes) -> str:
    return answer.decode("utf-8", "surrogateescape").strip("\n")


def _no_git() -> Problem:
    return Problem("no_git", "git is not installed, or not on the PATH.", fix="Install git. Saved logs need none.")
