"""What the console's search looks through: each kind by the list that shows it, so that both find the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.models import User
from django.db.models import Q
from django_celery_beat.models import PeriodicTask

from garden.models import Activity, Project
from garden.vocabulary import ProjectStatus, unseen_marks
from integrations.models import ApiKey, OfferedRepository, SyncRun, WatchedPath
from integrations.registry import label_of_source
from skills.models import Skill
from social.models import FeedItem, Post, PostVisibility

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing with a list in the console."""

    title: str
    model: type[Model]
    called: str = "name"  # the field that it is called by
    words: Callable[[Any], str] | None = None  # what it is called where that is no field
    mark: Callable[[Any], str] = lambda _row: ""  # what to say beside one: who sees it, how it went
    rows: Q = field(default_factory=Q)
    listed: Mapping[str, str] = field(default_factory=dict)  # the query by which its list shows these rows
    has_page: bool = True  # else its list is where all of it is done

    def name_of(self, row: Any) -> str:
        """What one is called."""
        return self.words(row) if self.words else str(getattr(row, self.called))


def _unseen(plant: Project) -> str:
    return ", ".join(unseen_marks(plant.visibility, hidden_by_source=plant.hidden_by_source))


def _read_by(post: Post) -> str:
    return "" if post.visibility == PostVisibility.PUBLIC else post.get_visibility_display()


def _run_words(run: SyncRun) -> str:
    subject = PurePath(run.subject).name
    return f"{label_of_source(run.provider)}: {subject}" if subject else label_of_source(run.provider)


_SEED: Final = Q(status=ProjectStatus.PROPOSED)

KINDS: Final = (
    Kind("Plants", Project, mark=_unseen, rows=~_SEED),
    Kind("Seeds", Project, mark=lambda _seed: "waits for you", rows=_SEED, listed={"needs": "approval"}),
    Kind("Skills", Skill, mark=lambda skill: "hidden" if skill.is_hidden else ""),
    Kind("Posts", Post, "title", lambda post: post.words, _read_by),
    Kind("Posts elsewhere", FeedItem, "title", mark=lambda item: "" if item.visible else "taken off"),
    Kind("Sync runs", SyncRun, "subject", _run_words, lambda run: run.get_status_display()),
    Kind("Tasks", PeriodicTask, mark=lambda task: "" if task.enabled else "off"),
    Kind("Keys", ApiKey, "label", rows=Q(revoked_at=None), has_page=False),
    Kind("Folders", WatchedPath, "uri", str),
    Kind("What to plant", OfferedRepository, mark=lambda row: "private" if row.is_private else ""),
    Kind("Users", User, "username", mark=lambda user: "" if user.is_active else "switched off"),
)
COMMITS: Final = Kind("Commits", Activity, "title", mark=lambda commit: commit.project.name)
