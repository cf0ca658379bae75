"""A made-up git repository: some hundred files that a few people change, a little at a time."""

from __future__ import annotations

import random
import subprocess
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES: Final = 400
FOLDERS: Final = 30
LINES: Final = 600  # of a file: those that are changed often are the long ones
CHANGED_FILES: Final = 4  # at most; two and a half on average, as in libraries that are written by a few people
MOST_REMOVED, MOST_ADDED = 18, 30  # lines of one of them
AUTHORS: Final = 7
BEGUN: Final = 1_600_000_000
PAUSE: Final = 7_200  # seconds between two commits
BRANCH: Final = "refs/heads/main"


def write_repository(path: Path, commits: int) -> None:
    """A bare repository with so many commits, always the same ones. Raises `CalledProcessError` when git refuses."""
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(path)], check=True)  # noqa: S603, S607
    command = ["git", "-C", str(path), "-c", "pack.compression=1", "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as importing:  # noqa: S603
        if importing.stdin is None:
            raise RuntimeError("git reads nothing")
        importing.stdin.writelines(_stream(commits))
        importing.stdin.close()
    if importing.returncode:
        raise subprocess.CalledProcessError(importing.returncode, command)


def _stream(commits: int) -> Iterator[bytes]:
    """What `git fast-import` reads."""
    dice = random.Random(1)
    files = [[_line(dice) for _ in range(LINES)] for _ in range(FILES)]
    for number in range(commits):
        at, author = BEGUN + PAUSE * number, number % AUTHORS
        who = f"Gardener {author} <gardener-{author}@example.com> {at} +0000"
        message = f"Change number {number} of a history that has some length to it"
        yield f"commit {BRANCH}\nauthor {who}\ncommitter {who}\ndata {len(message)}\n{message}\n".encode()
        # Every file is there from the first commit on, as in a repository that has stood for a while.
        for name in range(FILES) if number == 0 else dice.sample(range(FILES), dice.randint(1, CHANGED_FILES)):
            lines = files[name]
            if number:
                begin = dice.randrange(max(1, len(lines) - MOST_REMOVED))
                added = dice.randint(1, MOST_ADDED if len(lines) < 2 * LINES else 2)
                lines[begin : begin + dice.randint(0, MOST_REMOVED)] = [_line(dice) for _ in range(added)]
            body = "".join(lines)
            where = f"source/library/area_{name % FOLDERS}/module_{name}.py"
            yield f"M 100644 inline {where}\ndata {len(body)}\n{body}\n".encode()


def _line(dice: random.Random) -> str:
    return f"    value_{dice.randrange(1000)} = combine({dice.randrange(10**6)}, other_{dice.randrange(1000)})\n"
