"""A history read into the garden, beside what git alone takes to list it: `git log --numstat` of the same repository.

`python -m bench.importing PATH` does it with a repository of yours; the bench makes one up.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.made_up_repository import write_repository
from bench.report import MEGABYTES, SECONDS, TIMES, Result, at_least, at_most, noted, report, say
from bench.site import inside, site
from tests.running import greenhouse

COMMITS: Final = 6_000
ROUNDS: Final = 3
SHARE: Final = 0.5  # of the speed of git alone
SHORT, LONG = 10_000, 40_000  # commits, whose memory is compared
GROWTH: Final = 10.0  # megabytes that the longer one may take more


def imports(commits: int = COMMITS, rounds: int = ROUNDS, short: int = SHORT, long: int = LONG) -> list[Result]:
    """A made-up repository, and how memory grows with the length of a history."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "made-up.git"
        write_repository(path, commits)
        results = beside_git(path, rounds)
    with site() as garden:
        less, more = (inside(garden, "import_history", count)["megabytes"] for count in (short, long))
    what = f"memory for {long - short:,} commits more"
    return [*results, at_most(what, max(0.0, more - less), GROWTH, MEGABYTES)]


def beside_git(path: Path, rounds: int) -> list[Result]:
    """Turn by turn, each import into an empty garden, from the start of its process to the end."""
    alone, ours = [], []
    commits = int(_git(path, "rev-list", "--count", "--no-merges", "HEAD"))
    with site() as garden, tempfile.TemporaryDirectory() as directory:
        for number in range(rounds):
            began = time.perf_counter()
            _git(path, "log", "--numstat")
            alone.append(time.perf_counter() - began)
            copy = Path(directory) / str(number)
            shutil.copytree(garden.directory, copy)
            with greenhouse(copy, **garden.settings) as empty:
                began = time.perf_counter()
                if empty.start(sys.executable, "manage.py", "import_git", "--once", str(path)).wait():
                    raise RuntimeError(empty.log)
                ours.append(time.perf_counter() - began)
    shares = [one / other for one, other in zip(alone, ours, strict=True)]
    return [
        at_least("import of `git log --numstat` alone", shares, SHARE, TIMES),
        noted(f"… {commits:,} commits imported in", ours, SECONDS, note=f"{commits / min(ours):,.0f} a second at best"),
        noted("… listed by git in", alone, SECONDS),
    ]


def _git(path: Path, *arguments: str) -> str:
    """What git says. Raises `CalledProcessError`."""
    return subprocess.run(  # noqa: S603
        ["git", "-C", str(path), *arguments],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
        errors="replace",
    ).stdout


if __name__ == "__main__":
    say("Importing …")
    sys.exit(1 if report(beside_git(Path(sys.argv[1]), ROUNDS)) else 0)
