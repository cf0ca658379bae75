"""What sources say of a project, and what the owner says instead.

A field that the owner set is the owner's: what sources say of it is kept beside it (`Project.source_values`), so that
it can be given back to them at once. What was counted in files comes before what is estimated.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from common.text import storable
from garden.drafts import ProjectDraft
from garden.engine.life import estimated_lines
from garden.vocabulary import LinesFrom

if TYPE_CHECKING:
    from collections.abc import Iterable

    from garden.models import Project

WHOLE: Final = 10_000  # bytes that stand for all the code where only the shares of its languages are said
TECHNOLOGIES_SHOWN: Final = 8  # the main ones; a list of thirty says nothing
FIELDS: Final = (
    "name",
    "description",
    "readme",
    "homepage_url",
    "planted_date",
    "languages",
    "lines_of_code",
    "lines_from",
    "lines_by_language",
    "lines_counted_at",
    "technologies",
    "topics",
    "stars",
    "forks",
    "earlier_commits",
    "is_fork",
    "hidden_by_source",
    "archived_at_source",
    "stands_though_archived",
    "source_values",
    "recount_due",
)
# What the owner can give back. Whose work counts is worked out anew, and the rest is what sources last said.
COUNTS: Final = "counts"
GIVEN_BACK: Final = (
    "name",
    "description",
    "homepage_url",
    "planted_date",
    "plant_type",
    "languages",
    "technologies",
    "topics",
    COUNTS,
)


def apply(project: Project, draft: ProjectDraft, now: datetime) -> None:
    """Write what the draft says over what is known, field by field; what it does not say stays."""
    said: dict[str, Any] = {
        "description": storable(draft.description) or None,
        "readme": storable(draft.readme) or None,
        "homepage_url": draft.homepage_url or None,
        **_code(project, draft, now),
        "topics": list(draft.topics) or None,
        "stars": draft.stars,
        "forks": draft.forks,
        "earlier_commits": draft.earlier_commits,
        "is_fork": draft.fork,
    }
    for name, value in said.items():
        if value is not None:
            _write(project, name, value)
    if draft.archived is False:
        project.archived_at_source, project.stands_though_archived = None, False
    elif draft.archived and project.archived_at_source is None:
        project.archived_at_source = now


def facts_alone(draft: ProjectDraft) -> ProjectDraft:
    """A draft of a forge that does not describe the project: where it is kept, when it began, whether it is shown."""
    return ProjectDraft(
        name=draft.name, sources=draft.sources, created_at=draft.created_at, private=draft.private, lines=draft.lines
    )


def languages_of(draft: ProjectDraft) -> dict[str, int]:
    """Bytes per language as far as a draft says them; of one that names the main language alone, hardly any."""
    if draft.languages is not None:
        return dict(draft.languages)
    if draft.shares:
        return {name: max(1, round(share * WHOLE)) for name, share in draft.shares.items()}
    return {draft.main_language: 1} if draft.main_language else {}


def _code(project: Project, draft: ProjectDraft, now: datetime) -> dict[str, Any]:
    """What the draft says of the project's code. An estimate says nothing where the files were counted."""
    if project.lines_from == LinesFrom.FILES and draft.lines is None:
        return {"technologies": list(draft.technologies) or None}
    languages = languages_of(draft)
    if draft.languages is None and project.languages and (not draft.shares or project.lines_from == LinesFrom.SIZE):
        languages = {}  # what is known is more than the main one
    said: dict[str, Any] = {"technologies": (list(draft.technologies) or list(languages)[:TECHNOLOGIES_SHOWN]) or None}
    if languages or draft.lines is not None:
        said["languages"] = languages
    if draft.lines is not None:
        lines = sum(draft.lines.values())
        said |= {"lines_by_language": dict(draft.lines), "lines_counted_at": now, "lines_from": LinesFrom.FILES}
    elif draft.languages or (draft.languages is not None and not project.languages):  # an empty answer deletes nothing
        lines = estimated_lines(draft.languages)
        said["lines_from"] = LinesFrom.SIZE
    else:
        return said
    # Less than before is another count, and no work that was taken away.
    other_count = said["lines_from"] != project.lines_from or lines < project.lines_of_code
    project.recount_due = project.recount_due or bool(project.grown_at and other_count)
    return {**said, "lines_of_code": lines}


def _write(project: Project, name: str, value: Any) -> None:
    if name in project.owner_edited:
        project.source_values = {**project.source_values, name: value}
    else:
        setattr(project, name, value)


def set_aside(project: Project, fields: Iterable[str]) -> None:
    """Keep what sources say of fields that the owner sets for the first time."""
    for name in GIVEN_BACK:
        if name in fields and name not in project.owner_edited and name != COUNTS:
            value = getattr(project, name)
            kept = value.isoformat() if isinstance(value, datetime) else value
            project.source_values = {**project.source_values, name: kept}


def give_back(project: Project, fields: Iterable[str]) -> list[str]:
    """Let sources decide again about fields that the owner set, with what they last said. Returns those given back.

    What no source said yet stays until one does.
    """
    given = [name for name in GIVEN_BACK if name in fields and name in project.owner_edited]
    values = dict(project.source_values)
    for name in given:
        if name in values:
            value = values.pop(name)
            setattr(project, name, datetime.fromisoformat(value) if name == "planted_date" else value)
    project.source_values = values
    project.owner_edited = [name for name in project.owner_edited if name not in given]
    project.recount_due = project.recount_due or bool(given and project.grown_at)
    return given
