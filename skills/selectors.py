"""Reads of the sky of skills. Each says how many queries it costs."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate
from django.utils.text import slugify

from garden.life import HOURS_EARLIER_COMMIT, hours_of_day
from garden.models import Activity, Project
from garden.text import storable
from garden.vocabulary import ActivityKind
from skills.constellation import Place, figure
from skills.models import Skill, SkillConnection
from skills.practice import Worked
from skills.technologies import canonical, canonical_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from uuid import UUID

NAME_LENGTH = 100  # as the column has it
LINES_A_STAR = 3  # the strongest of each star are told to everyone; a busy project would give hundreds


@dataclass(frozen=True, slots=True)
class Sky:
    """The skills that may be seen, the lines between them, and the public projects that use each."""

    skills: Mapping[UUID, Skill]
    lines: Sequence[SkillConnection]
    projects: Mapping[UUID, Sequence[Project]]

    def figure(self) -> set[tuple[UUID, UUID]]:
        """Those lines that draw the constellations, as pairs of skills."""
        stars = {str(pk): _place(skill) for pk, skill in self.skills.items() if skill.position_x is not None}
        by_text = {str(pk): pk for pk in self.skills}
        lines = [(str(line.skill_a_id), str(line.skill_b_id), line.strength) for line in self.lines]
        return {(by_text[a], by_text[b]) for a, b in figure(stars, lines)}


def _place(skill: Skill) -> Place:
    return Place(skill.position_x or 0.0, skill.position_y or 0.0)


def technologies_of(project: Project) -> dict[str, str]:
    """The names of a project's languages and technologies by their keys, each once however it is spelled."""
    names = (storable(said, NAME_LENGTH).strip() for said in [*project.technologies, *project.languages])
    return {canonical_key(name): canonical(name) for name in reversed([name for name in names if name])}


def by_key(skills: Iterable[Skill]) -> dict[str, Skill]:
    """The skills by every key that names one; a name goes before another skill's alias."""
    skills = list(skills)
    named = {alias: skill for skill in skills for alias in skill.aliases}
    return named | {canonical_key(skill.name): skill for skill in skills}


def free_slug(name: str, taken: Collection[str] | None = None) -> str:
    """An address for a skill: "C++" is `c-plus-plus`. `taken` are the addresses in use; by default, those there are."""
    if taken is None:
        taken = set(Skill.objects.values_list("slug", flat=True))
    base = slugify(name.replace("+", " plus ").replace("#", " sharp "))[:100] or "skill"
    turn, slug = 1, base
    while slug in taken:
        turn += 1
        slug = f"{base}-{turn}"
    return slug


def showing_projects() -> list[Project]:
    """The projects whose technologies may be seen: public ones, and no demonstration. One query."""
    shown = ("id", "slug", "name", "technologies", "languages", "planted_date", "commit_count", "earlier_commits")
    return list(Project.objects.listed().filter(is_demo=False).only(*shown).order_by("planted_date", "slug"))


def sky() -> Sky:
    """Every skill that may be seen, with its lines and projects. Three queries.

    A skill known from projects shows only while one of them is public, whatever the last sync found and the owner wrote
    about it; one that the owner entered or wants to show alone always shows; one that they hid never does.
    """
    everything = list(Skill.objects.filter(is_hidden=False))
    known = by_key(everything)
    using: dict[UUID, list[Project]] = defaultdict(list)
    for project in showing_projects():
        for pk in {known[name].pk for name in technologies_of(project) if name in known}:
            using[pk].append(project)
    skills = {skill.pk: skill for skill in everything if skill.shows_alone or skill.pk in using}
    lines = [
        line
        for line in SkillConnection.objects.order_by("-strength", "id")
        if line.skill_a_id in skills and line.skill_b_id in skills
    ]
    return Sky(skills, lines, using)


def addresses_of(project: Project) -> dict[str, str]:
    """The pages of the skills that a project names, by the names as it spells them. Three queries."""
    skills = by_key(sky().skills.values())
    names = [*project.technologies, *project.languages]
    return {name: skills[canonical_key(name)].get_absolute_url() for name in names if canonical_key(name) in skills}


def skills_of(project: Project) -> list[Skill]:
    """The skills that a project is made with and that may be seen, best known first. Three queries."""
    known = by_key(sky().skills.values())
    made_with = {known[name].pk: known[name] for name in technologies_of(project) if name in known}
    return sorted(made_with.values(), key=lambda skill: (-(skill.proficiency_level or 0), skill.name.casefold()))


def constellation() -> dict[str, list[dict[str, Any]]]:
    """The sky as JSON-ready values: every star, and of the lines those that tell most. Three queries."""
    seen = sky()
    drawn = seen.figure()
    ends: Counter[UUID] = Counter()
    lines = []
    for line in seen.lines:
        pair = (line.skill_a_id, line.skill_b_id)
        if pair in drawn or min(ends[end] for end in pair) < LINES_A_STAR:
            ends.update(pair)
            lines.append(line)
    return {
        "nodes": [_node(skill, len(seen.projects.get(skill.pk, ()))) for skill in seen.skills.values()],
        "connections": [_line(line, drawn) for line in lines],
    }


def _node(skill: Skill, projects: int) -> dict[str, Any]:
    return {
        "id": str(skill.pk),
        "slug": skill.slug,
        "name": skill.name,
        "url": skill.get_absolute_url(),
        "category": skill.category,
        "group": skill.constellation_group,
        "x": skill.position_x,
        "y": skill.position_y,
        "brightness": skill.brightness,
        "proficiency": skill.proficiency_level,
        "projects_used_in": projects,
    }


def _line(line: SkillConnection, drawn: set[tuple[UUID, UUID]]) -> dict[str, Any]:
    return {
        "a": str(line.skill_a_id),
        "b": str(line.skill_b_id),
        "type": line.connection_type,
        "strength": line.strength,
        "figure": (line.skill_a_id, line.skill_b_id) in drawn,
    }


def work_of(projects: Sequence[Project]) -> dict[UUID, list[Worked]]:
    """Each project's days of work. One query.

    Where commits carry the owner's name, only those are the owner's practice; where none does, all of them are.
    Commits from before the imported history are spread over the days between the planting and its first day.
    """
    owner = [name for name in (settings.OWNER_NAME, settings.GITHUB_USERNAME) if name]
    by_owner = Q(author__iexact=owner[0]) if owner else Q(pk__in=[])
    for name in owner[1:]:
        by_owner |= Q(author__iexact=name)
    is_commit = Q(kind=ActivityKind.COMMIT)
    rows = (
        Activity.objects.filter(project__in=projects, kind__in=[ActivityKind.COMMIT, ActivityKind.CODING])
        .annotate(day=TruncDate("occurred_at", tzinfo=UTC))
        .values("project_id", "day")
        .order_by("project_id", "day")
        .annotate(
            commits=Count("id", filter=is_commit),
            own=Count("id", filter=is_commit & by_owner),
            coding=Sum("amount", filter=Q(kind=ActivityKind.CODING)),
        )
    )
    days: dict[UUID, list[tuple[date, int, int, float]]] = defaultdict(list)
    for row in rows.iterator():
        days[row["project_id"]].append((row["day"], row["commits"], row["own"], row["coding"] or 0.0))
    return {project.pk: _worked(project, days.get(project.pk, [])) for project in projects}


def _worked(project: Project, days: Sequence[tuple[date, int, int, float]]) -> list[Worked]:
    commits, own = sum(day[1] for day in days), sum(day[2] for day in days)
    worked = [Worked(day, *hours_of_day(mine if own else every, coding)) for day, every, mine, coding in days]
    worked = [day for day in worked if day.hours]
    is_mostly_theirs = not own or 2 * own >= commits  # of another's project, nothing is known but what was imported
    if project.earlier_commits and is_mostly_theirs:
        began = project.planted_date.astimezone(UTC).date()
        span = max(1, (days[0][0] - began).days) if days else 1
        hours = project.earlier_commits * HOURS_EARLIER_COMMIT * (own / commits if own else 1.0) / span
        worked = [Worked(began + timedelta(days=day), hours, 0.0) for day in range(span)] + worked
    return worked
