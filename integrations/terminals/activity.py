"""How intense the work at some terminals is, from a few looks at them. Pure.

Three rates, each 0–1, and their mean: commands that begin, panes that are busy, files that change. What is typed and
what is shown is never looked at, and neither what a command is called beyond whether it is a shell.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

WINDOW: Final = timedelta(minutes=3)  # what counts as this moment
SHORTEST: Final = timedelta(seconds=30)  # fewer seconds say nothing of a rate
COMMANDS_A_MINUTE: Final = 4.0  # that begin, of one repository: as many as intense work has
CHANGES_A_MINUTE: Final = 6.0  # files saved, by hand or by what runs
INTENSE_ABOVE: Final = 0.7
SHELLS: Final = frozenset(
    {"", "ash", "bash", "dash", "elvish", "fish", "ksh", "login", "nu", "pwsh", "sh", "tcsh", "zsh"}
)


@dataclass(frozen=True, slots=True)
class Pane:
    """One pane at one moment."""

    pane: str  # tmux's own id
    repository: str  # what it is in
    busy: bool  # something else than a shell runs in it
    process: int  # what runs in the foreground, as a number that is another where it is another


@dataclass(frozen=True, slots=True)
class Look:
    """All panes at one moment, and how many files of each repository changed since the look before."""

    at: datetime
    panes: Sequence[Pane]
    changed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rates:
    """How much goes on in one repository, each 0–1."""

    commands: float
    processes: float
    changes: float

    @property
    def activity(self) -> float:
        """The mean of the three."""
        return (self.commands + self.processes + self.changes) / 3


def is_shell(command: str) -> bool:
    """Whether a pane waits at a prompt."""
    return command.rpartition("/")[2].removeprefix("-") in SHELLS


def rates(looks: Sequence[Look], *, now: datetime) -> dict[str, Rates]:
    """The rates of each repository over the last minutes; none before there is enough to go by."""
    lately = [look for look in looks if now - look.at <= WINDOW]
    if not lately or (span := lately[-1].at - lately[0].at) < SHORTEST:
        return {}
    minutes = span / timedelta(minutes=1)
    began: defaultdict[str, int] = defaultdict(int)
    changed: defaultdict[str, int] = defaultdict(int)
    for before, after in pairwise(lately):
        ran = {pane.pane: pane.process for pane in before.panes if pane.busy}
        for pane in after.panes:
            began[pane.repository] += pane.busy and ran.get(pane.pane) != pane.process
        for repository, count in after.changed.items():
            changed[repository] += count
    return {
        repository: Rates(
            commands=min(1.0, began[repository] / minutes / COMMANDS_A_MINUTE),
            processes=_busy(repository, lately),
            changes=min(1.0, changed[repository] / minutes / CHANGES_A_MINUTE),
        )
        for repository in {pane.repository for look in lately for pane in look.panes}
    }


def most_intense(found: Mapping[str, Rates]) -> float:
    """The activity of the liveliest repository, 0 where there is none."""
    return max((one.activity for one in found.values()), default=0.0)


def _busy(repository: str, looks: Iterable[Look]) -> float:
    """The part of the looks at which something ran in any of its panes."""
    seen = [any(pane.busy for pane in look.panes if pane.repository == repository) for look in looks]
    return sum(seen) / len(seen)
