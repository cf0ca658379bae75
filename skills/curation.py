"""What the owner says about skills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from skills import folding
from skills.folding import fold, lock_skills
from skills.models import Skill
from skills.selectors import by_key, free_slug
from skills.services import sync_from_projects
from skills.technologies import canonical_key
from skills.unlocks import publish_refresh, retract

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

EDITABLE: Final = (
    "name",
    "constellation_group",
    "category",
    "description",
    "proficiency_level",
    "hours_practiced",
    "color_hex",
    "icon_url",
    "is_hidden",
    "is_pinned",
    "shows_alone",
)
# Fields that change nothing of what a sync works out.
FLAGS: Final = ("is_hidden", "is_pinned", "shows_alone")
# Fields that a sync writes, too, unless the owner did; an empty value gives one back to the sync.
SHARED: Final = ("constellation_group", "category", "proficiency_level", "hours_practiced")


class NameTaken(Exception):
    """Another skill has this name or had it before a merge."""


class StillUsed(Exception):
    """Public projects use this skill."""


@transaction.atomic
def curate(*, skill: Skill, changes: Mapping[str, Any], now: datetime) -> Skill:
    """Write what the owner says about a skill, new or known; from then on no sync overwrites it.

    Of `SHARED` fields an empty value gives the field back to the sync. A renamed skill keeps its address and answers to
    its old name, too. Raises `NameTaken`, and `KeyError` for a field that is not the owner's.
    """
    if unknown := changes.keys() - set(EDITABLE):
        raise KeyError(f"not the owner's to set: {', '.join(sorted(unknown))}")
    lock_skills()
    is_new = skill._state.adding
    old_key = "" if is_new else canonical_key(Skill.objects.get(pk=skill.pk).name)
    for field, value in changes.items():
        setattr(skill, field, value)
    new_key = canonical_key(skill.name)
    if new_key != old_key:
        holder = by_key(Skill.objects.exclude(pk=skill.pk)).get(new_key)
        if holder is not None:
            raise NameTaken(f"“{skill.name}” is the skill {holder.name}. Merge the two instead.")
        skill.aliases = [alias for alias in dict.fromkeys([*skill.aliases, old_key]) if alias not in ("", new_key)]
    skill.shows_alone = skill.shows_alone or is_new
    edited = set(skill.owner_edited)
    for field in changes.keys() & set(SHARED):
        edited = edited | {field} if changes[field] else edited - {field}
        if not changes[field] and field == "proficiency_level":
            skill.proficiency_level = None
    skill.owner_edited = sorted(edited)
    skill.slug = skill.slug or free_slug(skill.name)
    skill.save()
    if skill.is_hidden:
        retract([skill], now)
    if is_new or changes.keys() - set(FLAGS):
        sync_from_projects(now=now)
    if "is_hidden" in changes:
        publish_refresh(now)
    skill.refresh_from_db()
    return skill


@transaction.atomic
def remove(*, skill: Skill, now: datetime) -> None:
    """Delete a skill for good. Raises `StillUsed` for one that the next sync would make again."""
    lock_skills()
    skill.refresh_from_db()
    if skill.projects_used_in:
        raise StillUsed("Projects use it, so that it would come back. Hide it instead.")
    folding.remove([skill], now)
    publish_refresh(now)


@transaction.atomic
def mark(*, skills: QuerySet[Skill], now: datetime, **flags: bool) -> list[Skill]:
    """Hide, show or pin skills, many at the cost of one. Raises `KeyError` for what is none of `FLAGS`."""
    if unknown := flags.keys() - set(FLAGS):
        raise KeyError(f"no flag: {', '.join(sorted(unknown))}")
    lock_skills()
    marked = list(skills)
    Skill.objects.filter(pk__in=[skill.pk for skill in marked]).update(**flags, updated_at=now)
    if flags.get("is_hidden"):
        retract(marked, now)
    if "is_hidden" in flags:
        publish_refresh(now)
    return marked


@transaction.atomic
def merge(*, into: Skill, others: Iterable[Skill], now: datetime) -> Skill:
    """Make one skill of several. It answers to all of their names, so that no sync makes them again.

    What the owner said about `into` stays; what they said only about another fills its gaps. Lines drawn by hand move.
    """
    lock_skills()
    fold(into, [other for other in others if other.pk != into.pk], now)
    sync_from_projects(now=now)
    into.refresh_from_db()
    return into
