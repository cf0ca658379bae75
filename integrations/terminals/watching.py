"""What is told to the garden of work at terminals: a storm while it is intense, and livelier plants."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from django.db import transaction

from garden import identity
from garden.boost import boost
from garden.models import Project
from integrations.histories import Repository
from integrations.models import WatchedPath
from integrations.problems import Problem
from integrations.terminals.activity import INTENSE_ABOVE, WINDOW, Rates, most_intense, rates
from weather.services import TERMINALS, intense_work

if TYPE_CHECKING:
    from datetime import datetime

    from integrations.terminals.activity import Look


class Watcher(Protocol):
    """Whoever looks at the panes."""

    def look(self, now: datetime) -> Look: ...


@dataclass(slots=True)
class Watching:
    """The last minutes of one watch. They are kept in memory alone."""

    watch: Watcher
    _looks: deque[Look] = field(default_factory=deque)
    _plants: dict[str, Project | None] = field(default_factory=dict)

    def step(self, now: datetime) -> dict[str, Rates]:
        """Look once, and tell the garden. Returns the rates by repository. Raises `Problem` where tmux is gone."""
        self._looks.append(self.watch.look(now))
        while now - self._looks[0].at > WINDOW:
            self._looks.popleft()
        found = rates(list(self._looks), now=now)
        if most_intense(found) > INTENSE_ABOVE:
            intense_work(activity=most_intense(found), now=now)
        for repository, one in found.items():
            if one.activity > INTENSE_ABOVE and (plant := self._plant(repository)):
                boost(project=plant, activity=one.activity, now=now, source=TERMINALS)
        return found

    def _plant(self, repository: str) -> Project | None:
        """The plant that a repository is, where it is one."""
        if repository not in self._plants:
            self._plants[repository] = plant_of(Path(repository))
        plant = self._plants[repository]
        return Project.objects.filter(pk=plant.pk).first() if plant else None


@transaction.atomic
def plant_of(path: Path) -> Project | None:
    """The plant of a repository: as a watched folder knows it, else by its remotes and its first commit."""
    row = WatchedPath.objects.filter(uri=path.resolve().as_uri()).select_related("project").first()
    if row and row.project:
        return row.project
    try:
        return identity.find(Repository(path).project)
    except Problem:
        return None
