"""What the pages of skills say, with where each number is from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from common.words import ago, count
from garden.models import Project
from greenhouse.site.charts import practice_chart
from greenhouse.site.project_page import picture
from greenhouse.site.starmap import StarIn, star_map
from greenhouse.site.words import percent
from skills.models import ConnectionType
from skills.selectors import only_borrowed, skill_uses
from skills.selectors import sky as skies
from skills.technologies import GROUPS, OTHER, canonical_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from django.utils.safestring import SafeString

    from greenhouse.sky import Sky
    from skills.models import Skill, SkillConnection
    from skills.selectors import Sky as SkillSky

STARS_NAMED = 24  # on the front page; the map of skills has them all
PICTURES = 8  # projects shown as plants; the rest by name
RELATED = 12  # skills named in each kind of relation
DIGITS_OF_AN_ESTIMATE = 2  # an estimate of 3,068 hours would claim to know the 68
STEADY = 0.15  # levels a quarter that are no change worth a word
TOP_LEVEL = 10


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A skill as the list shows it."""

    skill: Skill
    level: int  # 0 where nobody knows it
    hours: str
    last_used: str
    trend: str


@dataclass(frozen=True, slots=True)
class Constellation:
    """A group of skills as the list shows it."""

    key: str
    label: str
    colour: int
    rows: Sequence[SkillRow]


@dataclass(frozen=True, slots=True)
class UsedIn:
    """A project that uses a skill, the skill's part of it, and its plant (the first few only)."""

    project: Project
    part: str
    plant: SafeString | str


@dataclass(frozen=True, slots=True)
class Relation:
    """Skills that are related in the same way, each with the number of projects that both are used in."""

    label: str
    skills: Sequence[tuple[Skill, int]]


def skills_context(now: datetime) -> dict[str, Any]:
    """The list and the star map. Three queries, and two more while the sky is empty."""
    seen = skies()
    groups = _groups(seen.skills.values(), now)
    stars = [
        StarIn(
            id=str(skill.pk),
            name=skill.name,
            url=skill.get_absolute_url(),
            group=skill.constellation_group or OTHER,
            level=skill.proficiency_level,
            brightness=skill.brightness,
            x=skill.position_x,
            y=skill.position_y,
            is_pinned=skill.is_pinned,
        )
        for skill in seen.skills.values()
        if skill.position_x is not None and skill.position_y is not None
    ]
    titles = {group.key: "" if group.key == OTHER else group.label for group in groups}
    lines = [(str(a), str(b)) for a, b in sorted(seen.figure())]
    return {
        "groups": groups,
        "skill_count": len(seen.skills),
        "projects": _projects_in_words({project for using in seen.projects.values() for project in using}),
        "map": star_map(stars, lines, labels=titles) if stars else None,
        "only_borrowed": not seen.skills and only_borrowed(),
        "worked_out": max((skill.updated_at for skill in seen.skills.values()), default=None),
    }


def stars_shown() -> dict[str, Any]:
    """The skills that the front page names, the best known first, and how many there are. Two queries."""
    seen = sorted((skill for skill, _ in skill_uses()), key=_best_first)
    return {"stars": seen[:STARS_NAMED], "star_count": len(seen)}


def _groups(skills: Iterable[Skill], now: datetime) -> list[Constellation]:
    """The constellations in their order, the owner's own after the known ones, further skills last."""
    members: dict[str, list[Skill]] = {}
    for skill in skills:
        members.setdefault(skill.constellation_group or OTHER, []).append(skill)
    order = [key for key in GROUPS if key != OTHER]
    keys = sorted(members, key=lambda key: (key == OTHER, order.index(key) if key in order else len(order), key))
    return [
        Constellation(
            key,
            GROUPS[key].label if key in GROUPS else key,
            colour,
            [row(skill, now) for skill in sorted(members[key], key=_best_first)],
        )
        for colour, key in enumerate(keys)
    ]


def _best_first(skill: Skill) -> tuple[bool, int, int, str]:
    return not skill.is_pinned, -(skill.proficiency_level or 0), -skill.hours_practiced, skill.name.casefold()


def row(skill: Skill, now: datetime) -> SkillRow:
    """One line of the list."""
    return SkillRow(
        skill=skill,
        level=skill.proficiency_level or 0,
        hours=hours_words(skill),
        last_used=_day_ago(skill.last_used_date, now),
        trend=trend_words(skill.learning_velocity),
    )


def hours_words(skill: Skill) -> str:
    """Hours of practice; "about" where some are estimated."""
    if not skill.hours_practiced:
        return "under an hour" if skill.practice else ""
    if "hours_practiced" in skill.owner_edited:
        return count(skill.hours_practiced, "hour")
    steps = 10 ** max(0, len(str(skill.hours_practiced)) - DIGITS_OF_AN_ESTIMATE)
    return f"about {count(round(skill.hours_practiced / steps) * steps, 'hour')}"


def trend_words(velocity: float) -> str:
    """Learning velocity in words: levels in the last quarter."""
    if abs(velocity) < STEADY:
        return ""
    return f"{'+' if velocity > 0 else '−'}{abs(velocity):.1f} levels in a quarter"


def _day_ago(day: date | None, now: datetime) -> str:
    if day is None:
        return ""
    days = (now.astimezone(UTC).date() - day).days
    return ago(datetime.combine(day, time(), tzinfo=UTC), now) if days > 1 else ("today", "yesterday")[max(0, days)]


def skill_context(slug: str, sky: Sky, now: datetime) -> dict[str, Any] | None:
    """One skill's page, or None where there is no such skill to be seen. Four queries."""
    seen = skies()
    skill = next((one for one in seen.skills.values() if one.slug == slug), None)
    if skill is None:
        return None
    group = skill.constellation_group or OTHER
    return {
        "skill": skill,
        "row": row(skill, now),
        "dots": [(10 + 20 * turn, turn < (skill.proficiency_level or 0)) for turn in range(TOP_LEVEL)],
        "group": GROUPS[group].label if group in GROUPS else group,
        "reasons": reasons(skill, seen.projects.get(skill.pk, ()), now),
        "chart": practice_chart(_quarters(skill), today=now.astimezone(UTC).date()),
        "quarters": list(reversed(_quarters(skill))),
        "used_in": _used_in(skill, seen, sky),
        "private": any(project.anonymous for project in seen.projects.get(skill.pk, ())),
        "relations": relations(skill, seen),
    }


def _quarters(skill: Skill) -> list[tuple[date, float, float]]:
    return [(date.fromisoformat(start), hours, tracked) for start, hours, tracked in skill.practice]


def _projects_in_words(projects: Collection[Project]) -> str:
    """ "3 public projects and a private one"; empty without any."""
    private = sum(project.anonymous for project in projects)
    public = count(len(projects) - private, "public project") if len(projects) > private else ""
    if not private:
        return public
    if not public:
        return count(private, "private project")
    return f"{public} and {'a private one' if private == 1 else f'{private:,} private ones'}"


def reasons(skill: Skill, projects: Collection[Project], now: datetime) -> list[str]:
    """Where the level comes from, in sentences."""
    if "proficiency_level" in skill.owner_edited:
        said = [f"Level {skill.proficiency_level} is the owner’s own word."]
    elif skill.proficiency_level:
        said = [
            f"Level {skill.proficiency_level} of {TOP_LEVEL} is worked out from hours of practice, from the number of "
            "projects, and from how lately it was used. The first hours tell most; from there on, every doubling."
        ]
    else:
        said = ["Nobody said yet how well it is known, and no public project tells."]
    tracked = sum(part for _, _, part in skill.practice)
    if "hours_practiced" in skill.owner_edited:
        said.append(f"The {count(skill.hours_practiced, 'hour')} are the owner’s own figure.")
    elif skill.practice:
        measured = f" {count(round(tracked), 'hour')} of them were measured while coding;" if tracked >= 1 else ""
        where = _projects_in_words(projects) or "no public project"
        said.append(
            f"{hours_words(skill).capitalize()} of practice in {where}.{measured} "
            f"{'the rest is' if measured else 'They are'} estimated from the days with commits: three quarters of an "
            "hour for the first commit of a day, half an hour for each further one, eight hours at most. "
            f"Each project counts by the part that {skill.name} has in it."
        )
    if skill.last_used_date and (idle := (now.astimezone(UTC).date() - skill.last_used_date).days) > 365:
        said.append(
            f"It rests since {idle // 365} year{'' if idle < 730 else 's'}, which takes something off the level."
        )
    return said


def _used_in(skill: Skill, seen: SkillSky, sky: Sky) -> list[UsedIn]:
    """The projects that use a skill, those where most was done first. One query."""
    using = {project.pk for project in seen.projects.get(skill.pk, ())}
    rows = Project.objects.filter(pk__in=using).order_by("-commit_count", "planted_date", "slug")
    projects = [project.as_shown() for project in rows]
    keys = set(skill.keys)
    return [
        UsedIn(project, _part(project, keys), picture(project, sky) if turn < PICTURES else "")
        for turn, project in enumerate(projects)
    ]


def _part(project: Project, keys: set[str]) -> str:
    """Which part of a project's code is in a language; empty for what is none."""
    code = project.code_by_language
    own = sum(amount for name, amount in code.items() if canonical_key(name) in keys)
    return f"{percent(own / sum(code.values()))} of its code" if own else ""


def relations(skill: Skill, seen: SkillSky) -> list[Relation]:
    """Other skills by how they are related, the strongest first."""
    found: dict[str, list[tuple[Skill, int]]] = {}
    for line in seen.lines:
        if skill.pk in (line.skill_a_id, line.skill_b_id):
            other = line.skill_b_id if line.skill_a_id == skill.pk else line.skill_a_id
            found.setdefault(_relation(line, skill), []).append((seen.skills[other], line.projects_combined))
    order = ("Builds on", "Leads to", "Goes well with", "Similar", "Used together with")
    return [Relation(label, found[label][:RELATED]) for label in order if label in found]


def _relation(line: SkillConnection, skill: Skill) -> str:
    if line.connection_type == ConnectionType.PREREQUISITE:
        return "Leads to" if line.skill_a_id == skill.pk else "Builds on"
    words = {ConnectionType.COMPLEMENT: "Goes well with", ConnectionType.SIMILAR: "Similar"}
    return words.get(ConnectionType(line.connection_type), "Used together with")
