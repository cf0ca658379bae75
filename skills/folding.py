"""Making one skill of several, by the owner's word or since their names are spellings of one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from skills.models import Skill, SkillConnection
from skills.technologies import canonical_key
from skills.unlocks import retract

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


def lock_skills() -> list[Skill]:
    """Lock every skill until the transaction ends, oldest first. Whoever writes several, or publishes, begins here."""
    return list(Skill.objects.select_for_update().order_by("created_at", "pk"))


def fold_spellings(now: datetime) -> None:
    """Make one skill of those whose names are spellings of one: "Postgres" of the owner and "postgresql" of a sync."""
    same: dict[str, list[Skill]] = defaultdict(list)
    for skill in lock_skills():
        same[canonical_key(skill.name)].append(skill)
    for skills in same.values():
        if len(skills) > 1:
            skills.sort(key=lambda skill: not skill.is_curated)
            if not skills[0].is_hidden and any(skill.is_hidden for skill in skills):
                skills[0].is_hidden = True  # nobody asked for it to be shown under the other spelling
                retract(skills[:1], now)
            fold(skills[0], skills[1:], now)


def fold(into: Skill, others: Sequence[Skill], now: datetime) -> None:
    """Move what is known of some skills to another, and remove them."""
    for other in others:
        into.aliases = [*into.aliases, *other.keys]
        for field in ("description", "icon_url", "color_hex"):
            setattr(into, field, getattr(into, field) or getattr(other, field))
        for field in set(other.owner_edited) - set(into.owner_edited):
            setattr(into, field, getattr(other, field))
            into.owner_edited = [*into.owner_edited, field]
        into.is_pinned = into.is_pinned or other.is_pinned
        into.shows_alone = into.shows_alone or other.shows_alone
        if other.announced_level is not None:
            into.announced_level = max(into.announced_level or 0, other.announced_level)
        _move_lines(other, into)
    own_key = canonical_key(into.name)
    into.aliases = [alias for alias in dict.fromkeys(into.aliases) if alias != own_key]
    remove(others, now)
    into.save()


def _move_lines(other: Skill, into: Skill) -> None:
    """Give the lines that the owner drew from one skill to another, where the other has none yet."""
    own = SkillConnection.objects.filter(by_owner=True)
    taken = {
        frozenset(pair) for pair in SkillConnection.objects.filter(by_owner=True).values_list("skill_a", "skill_b")
    }
    for line in own.filter(skill_a=other) | own.filter(skill_b=other):
        line.skill_a_id = into.pk if line.skill_a_id == other.pk else line.skill_a_id
        line.skill_b_id = into.pk if line.skill_b_id == other.pk else line.skill_b_id
        pair = frozenset((line.skill_a_id, line.skill_b_id))
        if len(pair) == 2 and pair not in taken:
            SkillConnection.objects.filter(skill_a__in=pair, skill_b__in=pair, by_owner=False).delete()
            line.save()
            taken.add(pair)


def remove(skills: Sequence[Skill], now: datetime) -> None:
    if skills:
        retract(skills, now)
        Skill.objects.filter(pk__in=[skill.pk for skill in skills]).delete()
