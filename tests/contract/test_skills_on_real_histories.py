"""Proficiency from the saved histories of four real repositories: would a developer believe it?

Their logs lie beside the project, in `../shared/data/git`; where they are not, these tests are skipped. `-s` prints
the table.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import override_settings

from garden import ownership
from garden.models import Project
from integrations.histories import SavedLog
from integrations.imports import import_history
from skills.models import Skill
from skills.services import sync_from_projects
from tests.effort import counted

HISTORIES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "git"
NOW = datetime(2026, 9, 1, tzinfo=UTC)  # shortly after the last commit of the logs
LOGS = sorted(HISTORIES.glob("*.log.gz"))
NAMED = {  # what the repositories say of themselves; a log alone knows languages only
    "click": ["Click", "pytest", "tox", "Sphinx"],
    "datasette": ["Datasette", "sqlite3", "Docker", "pytest", "uvicorn"],
    "shot-scraper": ["Playwright", "Click"],
    "simonwillisonblog": ["django", "postgres", "Heroku"],
}

pytestmark = [
    pytest.mark.contract,
    pytest.mark.django_db,
    pytest.mark.skipif(not LOGS, reason="the git histories are not beside the project"),
]


def sky_of(owner: str, *projects: str) -> dict[str, Skill]:
    """The skills that some of the repositories give an owner."""
    for log in LOGS:
        if any(log.name.endswith(f"-{project}.log.gz") for project in projects):
            project = import_history(SavedLog(log), now=NOW).project
            project.technologies = [*project.languages, *NAMED[project.name]]
            project.save(update_fields=["technologies"])
    with override_settings(OWNER_NAME=owner, GITHUB_USERNAME=""):
        ownership.follow_settings(now=NOW)
        sync_from_projects(now=NOW)
    skills = list(Skill.objects.order_by("-proficiency_level", "-hours_practiced"))
    sys.stdout.write(f"\n{owner or 'everyone'}\n" + "".join(map(_row, skills)))
    return {skill.name: skill for skill in skills}


def _row(skill: Skill) -> str:
    bars = "#" * (skill.proficiency_level or 0)
    return f"{skill.name:14} {bars:10} {skill.hours_practiced:6} h  {skill.first_used_date} to {skill.last_used_date}\n"


def levels(skills: dict[str, Skill]) -> dict[str, int | None]:
    return {name: skill.proficiency_level for name, skill in skills.items()}


def test_fifteen_years_of_a_python_developer_look_like_it() -> None:
    skills = sky_of("Simon Willison", "datasette", "shot-scraper", "simonwillisonblog")
    known = levels(skills)
    assert known["Python"] in (9, 10)
    assert known["JavaScript"] in (6, 7)
    assert {known["Django"], known["SQLite"], known["Datasette"]} <= {5, 6, 7}
    assert {known["PostgreSQL"], known["Docker"], known["CSS"]} <= {3, 4, 5}
    assert known["C"] in (1, 2)  # one file of an extension
    assert known["Python"] == max(level for level in known.values() if level)
    assert skills["Python"].first_used_date == date(2015, 7, 13)
    assert 1_000 < skills["Python"].hours_practiced < 3_000


def test_the_author_who_left_long_ago_got_rusty_and_the_one_who_stayed_did_not() -> None:
    left = sky_of("Armin Ronacher", "click")["Python"]
    stayed = sky_of("Kevin Deldycke", "click")["Python"]
    assert left.learning_velocity <= 0 < stayed.learning_velocity
    assert left.brightness < stayed.brightness


def test_an_hour_is_an_hour_whoever_made_the_commit_where_nobody_is_known_to_be_the_owner() -> None:
    everyones = sky_of("", "click")["Python"].hours_practiced
    one_persons = sky_of("David Lord", "click")["Python"].hours_practiced
    assert 0 < one_persons < everyones < 12 * 365 * 8


def test_learning_velocity_rises_while_a_project_is_young() -> None:
    young = sky_of("Simon Willison", "shot-scraper")["Python"]
    quarters = [hours for _, hours, _ in young.practice]
    assert quarters.index(max(quarters)) == 0  # it was written in a few weeks
    with override_settings(OWNER_NAME="Simon Willison"):
        ownership.follow_settings(now=NOW)
        sync_from_projects(now=datetime(2022, 5, 1, tzinfo=UTC))
    assert Skill.objects.get(name="Python").learning_velocity > 2


def test_the_skills_of_five_thousand_commits_are_little_work() -> None:
    sky_of("", "click", "datasette", "shot-scraper", "simonwillisonblog")
    assert Project.objects.count() == 4
    _, calls = counted(lambda: sync_from_projects(now=NOW))
    assert calls < 700_000  # 314,000
