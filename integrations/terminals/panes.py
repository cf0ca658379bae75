"""Looking at the panes of tmux and at the files of the repositories that they are in."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CalledProcessError
from typing import TYPE_CHECKING, Final

from libtmux.exc import LibTmuxException

from integrations.histories.git_command import Git
from integrations.problems import Problem
from integrations.terminals.activity import Look, Pane, is_shell

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import libtmux

MOST_FILES: Final = 20_000  # of one repository; of a larger one the first are looked at


@dataclass(slots=True)
class Watch:
    """One watch over the panes of a tmux server."""

    server: libtmux.Server
    _looked_at: datetime | None = None
    _roots: dict[str, Path | None] = field(default_factory=dict)

    def look(self, now: datetime) -> Look:
        """Every pane that is in a repository, and what changed there since the last look. Raises `Problem`."""
        panes = [pane for pane in self._panes() if pane.repository]
        since = self._looked_at
        changed = {one: _changed(Path(one), since) for one in {pane.repository for pane in panes}} if since else {}
        self._looked_at = now
        return Look(now, panes, changed)

    def _panes(self) -> Iterable[Pane]:
        for one in self._found():
            root = self._root(one.pane_current_path or "")
            command = one.pane_current_command or ""
            yield Pane(
                pane=one.pane_id or "",
                repository=str(root) if root else "",
                busy=not is_shell(command),
                process=_foreground(one.pane_pid or "", command),
            )

    def _found(self) -> list[libtmux.Pane]:
        try:
            self.server.raise_if_dead()
            return list(self.server.panes)
        except (LibTmuxException, OSError, CalledProcessError) as error:
            raise Problem("no_tmux", "tmux does not answer.", fix="Start it: tmux new-session.") from error

    def _root(self, path: str) -> Path | None:
        """The repository that a folder is in."""
        if path not in self._roots:
            above = [Path(path), *Path(path).parents] if path else []
            self._roots[path] = next((one for one in above if (one / ".git").exists()), None)
        return self._roots[path]


def _foreground(shell: str, command: str) -> int:
    """Which process has the terminal of a pane: its process group on Linux, else what can be told by its name."""
    try:
        stat = Path(f"/proc/{int(shell)}/stat").read_text()
        return int(stat.rpartition(")")[2].split()[5])  # tpgid
    except (OSError, ValueError, IndexError):
        return hash(command)


def _changed(root: Path, since: datetime) -> int:
    """How many files of a repository were written since a moment; what git ignores is left out."""
    try:
        names = Git(root).ask("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    except Problem:
        return 0
    moment, count = since.timestamp(), 0
    for name in names[:MOST_FILES]:
        try:
            count += bool(name) and os.stat(root / name).st_mtime > moment
        except OSError:
            continue
    return count
