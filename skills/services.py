"""Keeping the sky of skills in step with the projects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from django.db import transaction

from garden.selectors import tallies_of
from skills import constellation
from skills.folding import fold_spellings, remove
from skills.models import Skill, SkillConnection
from skills.practice import Quarter, known_on, practise
from skills.selectors import Use, by_key, free_slug, said_of, showing_projects, technologies_of, uses_of
from skills.technologies import OTHER, canonical_key, technology
from skills.unlocks import publish_unlocks, retract

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID


BATCH = 500
WORKED_OUT: Final = (
    "category",
    "constellation_group",
    "position_x",
    "position_y",
    "brightness",
    "proficiency_level",
    "hours_practiced",
    "practice",
    "learning_velocity",
    "projects_used_in",
    "first_used_date",
    "last_used_date",
)


@dataclass(frozen=True, slots=True)
class SkillsSynced:
    """What a look at the projects came to."""

    new: int
    gone: int
    connections: int  # lines that were worked out
    unlocked: int  # skills and levels that visitors were told of


@transaction.atomic
def sync_from_projects(*, now: datetime) -> SkillsSynced:
    """Make and refresh skills, their lines and their places from the work in public projects.

    A skill that no public project uses any more goes. One that the owner said something about is kept, but off the site
    until a public project uses it again, unless it is to show alone. Nothing is written where nothing changed.
    """
    projects = showing_projects()
    named = [technologies_of(project) for project in projects]
    fold_spellings(now)
    new = _make_missing(named)
    skills = by_key(Skill.objects.all())
    uses = uses_of(projects, skills, tallies_of([project.pk for project in projects], until=now))
    everything = {skill.pk: skill for skill in skills.values()}
    gone = [skill for pk, skill in everything.items() if pk not in uses and not skill.is_curated]
    remove(gone, now)
    kept = [skill for pk, skill in everything.items() if pk in uses or skill.is_curated]
    off = [skill for skill in kept if skill.pk not in uses and not skill.shows_alone]
    retract([skill for skill in off if skill.projects_used_in], now)  # those that have just gone off the site
    _write(kept, uses, now)
    used = [{str(skills[name].pk) for name in names if name in skills} for names in named]
    seen = {skill.pk for skill in kept if not skill.is_hidden} - {skill.pk for skill in off}
    unlocked = publish_unlocks(kept, seen, now=now)
    return SkillsSynced(new=new, gone=len(gone), connections=_connect(kept, used), unlocked=unlocked)


def _make_missing(named: Sequence[Mapping[str, str]]) -> int:
    """Make a skill of every technology that is none yet. Returns how many."""
    known = by_key(Skill.objects.all())
    taken = set(Skill.objects.values_list("slug", flat=True))
    new = []
    for key, name in {key: name for names in named for key, name in names.items()}.items():
        if key not in known:
            new.append(Skill(name=name, slug=free_slug(name, taken)))
            taken.add(new[-1].slug)
    Skill.objects.bulk_create(new, ignore_conflicts=True, batch_size=BATCH)  # another process may be at it, too
    return len(new)


def _write(skills: Iterable[Skill], uses: Mapping[UUID, Use], now: datetime) -> None:
    """Write what is known from projects, but for what the owner said."""
    skills = list(skills)
    before = {skill.pk: [getattr(skill, field) for field in WORKED_OUT] for skill in skills}
    for skill in skills:
        known = technology(skill.name)
        for field in ("category", "constellation_group"):
            if field not in skill.owner_edited:
                setattr(skill, field, known.group if known else OTHER)
        _assess(skill, uses.get(skill.pk), now.date())
    places = constellation.places({canonical_key(skill.name): skill.constellation_group for skill in skills})
    for skill in skills:
        skill.position_x, skill.position_y = places[canonical_key(skill.name)]
    changed = [skill for skill in skills if before[skill.pk] != [getattr(skill, field) for field in WORKED_OUT]]
    for skill in changed:
        skill.updated_at = now
    Skill.objects.bulk_update(changed, [*WORKED_OUT, "updated_at"], batch_size=BATCH)


def _assess(skill: Skill, use: Use | None, today: date) -> None:
    """Set how a skill is practised and known. Its days are those of public projects; there are none without one."""
    practice = use.practice if use else practise(())
    projects = len(use.began) if use else 0
    known = known_on(today, practice, projects=projects, said=said_of(skill))
    skill.projects_used_in = projects
    skill.practice = [[str(start), round(hours, 1), round(tracked, 1)] for start, hours, tracked in practice.quarters()]
    skill.first_used_date, skill.last_used_date = known.first, known.last
    skill.hours_practiced, skill.proficiency_level = known.hours, known.level
    skill.learning_velocity, skill.brightness = known.velocity, known.brightness


def _connect(skills: Sequence[Skill], used: Sequence[Collection[str]]) -> int:
    """Draw the lines that are worked out, and take off those that are no longer. Returns how many there are."""
    names = {str(skill.pk): canonical_key(skill.name) for skill in skills}
    ids = {name: pk for pk, name in names.items()}
    quarters = {
        names[str(skill.pk)]: [Quarter(date.fromisoformat(start), *hours) for start, *hours in skill.practice]
        for skill in skills
    }
    lines = constellation.connect([{names[pk] for pk in of_one} for of_one in used], quarters)
    wanted = {
        frozenset((ids[line.a], ids[line.b])): SkillConnection(
            skill_a_id=ids[line.a],
            skill_b_id=ids[line.b],
            connection_type=line.kind,
            strength=line.strength,
            projects_combined=line.projects,
            learning_correlation=line.learned_together,
        )
        for line in lines
    }
    fields = ["skill_a_id", "skill_b_id", "connection_type", "strength", "projects_combined", "learning_correlation"]
    gone = []
    for line in SkillConnection.objects.all():
        pair = frozenset((str(line.skill_a_id), str(line.skill_b_id)))
        fresh = wanted.get(pair)
        if line.by_owner:
            wanted.pop(pair, None)
        elif fresh and [str(getattr(line, f)) for f in fields] == [str(getattr(fresh, f)) for f in fields]:
            wanted.pop(pair)
        else:
            gone.append(line.pk)
    SkillConnection.objects.filter(pk__in=gone).delete()
    SkillConnection.objects.bulk_create(wanted.values(), ignore_conflicts=True, batch_size=BATCH)
    return len(lines)
