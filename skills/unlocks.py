"""What visitors are told of skills, and what is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from garden import events
from garden.event_types import SkillUnlock, StateRefreshed, subject_of_skill
from skills.models import Skill

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

SOURCE = "skills"
REFRESHED = StateRefreshed(component="skills")
UNLOCKS_AT_ONCE = 3  # a sync tells of the best known few: thirty technologies at once are not thirty pieces of news


def publish_unlocks(skills: Sequence[Skill], seen: Collection[UUID], *, now: datetime) -> int:
    """Tell of new skills and new levels among those `seen`: the best known few, and nothing when a sky first appears.

    What is not told now is not told later, and a level that rusted away and came back is no news. Returns how many
    events that came to.
    """
    is_first = all(skill.announced_level is None for skill in skills)
    news = [
        (skill, skill.announced_level is None)
        for skill in skills
        if skill.pk in seen
        and (skill.announced_level is None or (skill.proficiency_level or 0) > skill.announced_level)
    ]
    news.sort(key=lambda one: (not one[1], -(one[0].proficiency_level or 0), one[0].name))
    told = [] if is_first else news[:UNLOCKS_AT_ONCE]
    for skill, is_new in told:
        unlock = SkillUnlock(
            skill_id=skill.pk,
            name=skill.name,
            level=skill.proficiency_level,
            is_new=is_new,
            group=skill.constellation_group,
        )
        events.publish(unlock, source=SOURCE, now=now)
    for skill, _ in news:
        skill.announced_level = skill.proficiency_level or 0
    Skill.objects.bulk_update([skill for skill, _ in news], ["announced_level"])
    return len(told)


def retract(skills: Iterable[Skill], now: datetime) -> None:
    """Take skills that are not to be seen any more out of the outbox. The `seq` stays, the content goes."""
    if events.redact([subject_of_skill(skill.pk) for skill in skills]):
        events.publish(REFRESHED, source=SOURCE, now=now, rewrites=True)


def publish_refresh(now: datetime) -> None:
    """No kept state may go on showing what was hidden, or leave out what is shown again."""
    events.publish(REFRESHED, source=SOURCE, now=now)
