"""A run as data: the machine, and by name each part's title, command, time and results, as in `Run`.

A part that is measured again takes the place of what the file said of it.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from bench.report import Result

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of one part."""

    title: str
    command: str
    at: str  # its beginning, in UTC
    seconds: float  # that it took
    load: float  # of the machine as it began: how many processes ran or waited for a core
    short: bool  # tried out only
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """The parts that were measured on one machine, by name."""

    machine: str
    parts: dict[str, Measured]


def this_machine() -> str:
    """The machine in words."""
    cores = len(os.sched_getaffinity(0))
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    python = ".".join(platform.python_version_tuple()[:2])
    return (
        f"{cores} {'core' if cores == 1 else 'cores'} ({platform.machine()}), {gigabytes:.0f} GB of memory, "
        f"{platform.system()}, Python {python}, SQLite {sqlite3.sqlite_version}"
    )


def read(path: Path) -> Run:
    """What a file says; of one that is not there, an empty run on this machine."""
    if not path.exists():
        return Run(this_machine(), {})
    said = json.loads(path.read_text())
    parts = {
        name: Measured(**{**part, "results": tuple(Result(**result) for result in part["results"])})
        for name, part in said["parts"].items()
    }
    return Run(said["machine"], parts)


def write(path: Path, run: Run) -> None:
    path.write_text(json.dumps(asdict(run), indent=2, ensure_ascii=False) + "\n")
