"""Reads of the sky of skills. Each says how many queries it costs."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max

from common import slugs
from common.text import storable_name
from garden.engine.life import HOURS_EARLIER_COMMIT, hours_of_day
from garden.models import Project
from skills.constellation import Place, figure
from skills.models import Skill, SkillConnection
from skills.practice import Practice, Said, Worked, practise, shares
from skills.stars import LineView, SkyFacts, SkyView, StarFacts, StarView, lines_to_draw
from skills.technologies import canonical, canonical_key

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping, Sequence
    from uuid import UUID

    from garden.engine.life import DayTally

NAME_LENGTH = 100  # as the column has it
NAMES_KEPT = 4096  # a garden of thousands of projects names some hundred technologies


@dataclass(frozen=True, slots=True)
class Sky:
    """The skills that may be seen, the lines between them, and the disclosed projects that use each."""

    skills: Mapping[UUID, Skill]
    lines: Sequence[SkillConnection]
    projects: Mapping[UUID, Sequence[Project]]

    def figure(self) -> set[tuple[UUID, UUID]]:
        """Those lines that draw the constellations, as pairs of skills."""
        stars = {str(pk): _place(skill) for pk, skill in self.skills.items() if skill.position_x is not None}
        by_text = {str(pk): pk for pk in self.skills}
        lines = [(str(line.skill_a_id), str(line.skill_b_id), line.strength) for line in self.lines]
        return {(by_text[a], by_text[b]) for a, b in figure(stars, lines)}


@dataclass(frozen=True, slots=True)
class Use:
    """How one skill is used: the first day of each public project that does, and the practice they give."""

    began: Mapping[UUID, date]
    practice: Practice


def _place(skill: Skill) -> Place:
    return Place(skill.position_x or 0.0, skill.position_y or 0.0)


def technologies_of(project: Project) -> dict[str, str]:
    """The names of a project's languages and technologies by their keys, each once however it is spelled."""
    named = [_named(said) for said in [*project.technologies, *project.languages]]
    return {key: name for key, name in reversed(named) if name}


@lru_cache(maxsize=NAMES_KEPT)
def _named(said: str) -> tuple[str, str]:
    """The key and the usual name of what a project names; without a name where nothing of it would show."""
    name = storable_name(said, NAME_LENGTH)
    return canonical_key(name), canonical(name)


def by_key(skills: Iterable[Skill]) -> dict[str, Skill]:
    """The skills by every key that names one; a name goes before another skill's alias."""
    skills = list(skills)
    named = {alias: skill for skill in skills for alias in skill.aliases}
    return named | {canonical_key(skill.name): skill for skill in skills}


def free_slug(name: str, taken: Collection[str] | None = None) -> str:
    """An address for a skill: "C++" is `c-plus-plus`. `taken` are the addresses in use; by default, those there are."""
    if taken is None:
        taken = set(Skill.objects.values_list("slug", flat=True))
    base = slugs.slug_of(name.replace("+", " plus ").replace("#", " sharp "), otherwise="skill")
    return slugs.free(base, taken)


def showing_projects() -> list[Project]:
    """The projects that skills are known from, as everyone may see them. One query.

    Public ones, and of anonymous ones the languages; no demonstration, and nothing that other people alone worked on.
    """
    described = ("id", "slug", "name", "technologies", "languages", "commit_count", "earlier_commits", "visibility")
    shown = (*described, "planted_date", "owner_edited", "lines_by_language")
    showing = Project.objects.disclosed().own_work().only(*shown)
    return [project.as_shown() for project in showing.order_by("planted_date", "slug")]


def only_borrowed() -> bool:
    """Whether plants stand here that no skill is known from: the demonstration, other people's work. Two queries."""
    return Project.objects.disclosed().exists() and not Project.objects.disclosed().own_work().exists()


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
    return Sky(skills, _lines_between(skills), using)


def _lines_between(skills: Container[UUID]) -> list[SkillConnection]:
    """One query."""
    lines = SkillConnection.objects.order_by("-strength", "id")
    return [line for line in lines if line.skill_a_id in skills and line.skill_b_id in skills]


def visible() -> list[Skill]:
    """The skills of `sky`, without its lines and projects. Two queries."""
    return [skill for skill, _ in skill_uses()]


def addresses_of(project: Project) -> dict[str, str]:
    """The pages of the skills that a project names, by the names as it spells them. Two queries."""
    skills = by_key(visible())
    names = [*project.technologies, *project.languages]
    return {name: skills[canonical_key(name)].get_absolute_url() for name in names if canonical_key(name) in skills}


def skills_of(project: Project) -> list[Skill]:
    """The skills that a project is made with and that may be seen, best known first. Two queries."""
    known = by_key(visible())
    made_with = {known[name].pk: known[name] for name in technologies_of(project) if name in known}
    return sorted(made_with.values(), key=lambda skill: (-(skill.proficiency_level or 0), skill.name.casefold()))


def constellation() -> SkyView:
    """The sky as it stands now. Three queries."""
    uses = skill_uses()
    stars = [_star_view(skill, count) for skill, count in uses]
    lines = _lines_between({skill.pk for skill, _ in uses})
    return SkyView(stars, lines_to_draw(stars, map(_line_view, lines)))


def skill_uses() -> list[tuple[Skill, int]]:
    """The skills of `sky`, each with the number of projects that use it. Two queries."""
    everything = list(Skill.objects.filter(is_hidden=False))
    uses = _count_uses(by_key(everything))
    return [(skill, uses[skill.slug]) for skill in everything if skill.shows_alone or skill.slug in uses]


def _count_uses(known: Mapping[str, Skill]) -> Counter[str]:
    """How many projects name each skill, by its slug; `known` are the skills by key. One query, and no project made."""

    @cache
    def skill_meant(said: str) -> str | None:
        key, name = _named(said)
        return known[key].slug if name and key in known else None

    uses: Counter[str] = Counter()
    for technologies, languages in (
        Project.objects.disclosed().own_work().order_by().values_as_shown("technologies", "languages")
    ):
        for slug in {skill_meant(said) for said in (*technologies, *languages)}:
            if slug:
                uses[slug] += 1
    return uses


def sky_facts(tallies: Mapping[UUID, Sequence[DayTally]]) -> SkyFacts:
    """The same with everything that it is worked out from; `tallies` are of all disclosed projects. Three queries."""
    seen = sky()
    projects = {project.pk: project for using in seen.projects.values() for project in using}
    uses = uses_of(list(projects.values()), by_key(seen.skills.values()), tallies)
    nobody = Use({}, practise(()))
    return SkyFacts(
        stars=[_star_facts(skill, uses.get(pk, nobody)) for pk, skill in seen.skills.items()],
        own_lines=[_line_view(line) for line in seen.lines if line.by_owner],
    )


def facts_version() -> tuple[Any, ...]:
    """What changes, along with the garden's, whenever `sky_facts` would answer otherwise. One query."""
    skills = Skill.objects.filter(is_hidden=False)
    return tuple(skills.aggregate(skills=Count("id"), changed=Max("updated_at")).values())


def _star_facts(skill: Skill, use: Use) -> StarFacts:
    return StarFacts(
        today=_star_view(skill, len(use.began)),
        key=canonical_key(skill.name),
        practice=use.practice,
        began=use.began,
        entered=skill.created_at.astimezone(UTC).date() if skill.shows_alone else None,
        said=said_of(skill),
    )


def _star_view(skill: Skill, projects: int) -> StarView:
    return StarView(
        id=skill.pk,
        slug=skill.slug,
        name=skill.name,
        url=skill.get_absolute_url(),
        category=skill.category,
        group=skill.constellation_group,
        x=skill.position_x,
        y=skill.position_y,
        brightness=skill.brightness,
        proficiency=skill.proficiency_level,
        projects_used_in=projects,
    )


def _line_view(line: SkillConnection) -> LineView:
    return LineView(
        line.skill_a_id,
        line.skill_b_id,
        line.connection_type,
        line.strength,
        projects_combined=line.projects_combined,
        id=line.pk,
        learning_correlation=line.learning_correlation,
    )


def said_of(skill: Skill) -> Said:
    """What the owner said about a skill's level and hours. No query."""
    return Said(
        skill.proficiency_level if "proficiency_level" in skill.owner_edited else None,
        skill.hours_practiced if "hours_practiced" in skill.owner_edited else None,
    )


def uses_of(
    projects: Sequence[Project], skills: Mapping[str, Skill], tallies: Mapping[UUID, Sequence[DayTally]]
) -> dict[UUID, Use]:
    """How each of the skills, which are given by their keys, is used. No query."""
    work = work_of(projects, tallies)
    began: dict[UUID, dict[UUID, date]] = defaultdict(dict)
    works: dict[UUID, list[tuple[Sequence[Worked], float]]] = defaultdict(list)
    for project in projects:
        worked = work[project.pk]
        planted = project.planted_date.astimezone(UTC).date()
        part_of = shares(project.languages, project.technologies)
        parts: dict[UUID, float] = {}
        for key in technologies_of(project):
            if key in skills:  # merged skills share one
                pk = skills[key].pk
                parts[pk] = min(1.0, parts.get(pk, 0.0) + part_of.get(key, 0.0))
        for pk, share in parts.items():
            began[pk][project.pk] = project.floor or min([planted, *(day.day for day in worked[:1])])
            works[pk].append((worked, share))
    return {pk: Use(began[pk], practise(of_skill)) for pk, of_skill in works.items()}


def work_of(projects: Sequence[Project], tallies: Mapping[UUID, Sequence[DayTally]]) -> dict[UUID, list[Worked]]:
    """Each project's days of the owner's practice, from its tallies. No query.

    What an agent wrote gives none. Commits from before the imported history are spread over the days between the
    planting and its first day, as far as they are taken to be the owner's.
    """
    return {project.pk: _worked(project, tallies.get(project.pk, ())) for project in projects}


def _worked(project: Project, tallies: Sequence[DayTally]) -> list[Worked]:
    floor = project.floor or date.min
    worked = [
        Worked(
            max(tally.day, floor),
            *hours_of_day(_practised(tally), max(0, tally.coding_seconds - tally.assisted_seconds)),
        )
        for tally in tallies
    ]
    worked = [day for day in worked if day.hours]
    commits = sum(tally.commits + tally.uncounted_commits for tally in tallies)
    practised = sum(map(_practised, tallies))
    is_mostly_theirs = 2 * practised >= commits  # of another's project, nothing is known but what was imported
    if project.earlier_commits and is_mostly_theirs:
        began = project.planted_date.astimezone(UTC).date()
        first = next((tally.day for tally in tallies if tally.commits or tally.coding_seconds), None)
        span = max(1, (first - began).days) if first else 1
        share = practised / commits if commits else 1.0
        hours = project.earlier_commits * HOURS_EARLIER_COMMIT * share / span
        worked = [Worked(began + timedelta(days=day), hours, 0.0) for day in range(span)] + worked
    return worked


def _practised(tally: DayTally) -> int:
    """The commits that the owner wrote by hand."""
    return max(0, tally.commits - tally.others_commits - tally.assisted_commits)
