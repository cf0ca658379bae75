"""What a sync found in a project goes with the project's publicity, whatever the owner made of it since."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from garden import planting, recording
from garden.models import GardenEvent, Project
from garden.tests.factories import NOW, ProjectFactory, work
from garden.vocabulary import EventType, Visibility
from skills.curation import curate, merge
from skills.models import Skill
from skills.selectors import visible
from skills.services import sync_from_projects
from skills.tests.factories import entered

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def seen() -> set[str]:
    return {skill.name for skill in visible()}


@pytest.fixture
def project() -> Project:
    """A client's project with a month of work, public as yet, beside another one."""
    ProjectFactory.create(technologies=["Moss"])
    sync_from_projects(now=NOW)
    project = ProjectFactory.create(languages={"COBOL": 1000}, technologies=["Fern"])
    recording.record_activities(project=project, drafts=work(30), source="test", now=NOW)
    sync_from_projects(now=NOW)
    return project


def withdraw(project: Project) -> None:
    Project.objects.filter(pk=project.pk).update(visibility=Visibility.PRIVATE)


@pytest.mark.parametrize(
    "said",
    [
        {"color_hex": "#123456"},
        {"is_pinned": True},
        {"description": "For banks."},
        {"proficiency_level": 9},
        {"name": "Cobol 2023"},
    ],
)
def test_what_the_owner_said_about_a_skill_does_not_bring_it_back_when_its_project_went_private(
    project: Project, said: dict[str, Any]
) -> None:
    curate(skill=Skill.objects.get(name="COBOL"), changes=said, now=NOW)
    assert len(seen()) == 3
    withdraw(project)
    assert seen() == {"Moss"}
    for _ in range(2):
        sync_from_projects(now=LATER)
        assert seen() == {"Moss"}
    kept = Skill.objects.get(slug="cobol")
    assert (kept.first_used_date, kept.last_used_date, kept.practice) == (None, None, [])
    Project.objects.filter(pk=project.pk).update(visibility=Visibility.PUBLIC)
    sync_from_projects(now=LATER)
    assert kept.name in seen()


def test_a_merged_skill_goes_with_its_project_too(project: Project) -> None:
    merge(into=Skill.objects.get(name="COBOL"), others=[Skill.objects.get(name="Fern")], now=NOW)
    withdraw(project)
    sync_from_projects(now=LATER)
    assert seen() == {"Moss"}


def test_a_curated_skill_that_is_off_the_site_is_neither_in_the_outbox_nor_news(project: Project) -> None:
    cobol = Skill.objects.get(name="COBOL")
    curate(skill=cobol, changes={"color_hex": "#123456"}, now=NOW)
    told = GardenEvent.objects.filter(event_type=EventType.SKILL_UNLOCK, data__name="COBOL")
    assert told.count() == 1
    withdraw(project)
    curate(skill=cobol, changes={"proficiency_level": 10}, now=LATER)
    assert not told.exists()


@pytest.mark.parametrize("leave", ["made private", "removed"])
def test_what_was_told_of_a_skill_goes_in_the_transaction_in_which_its_last_public_project_goes(
    project: Project, leave: str
) -> None:
    told = GardenEvent.objects.filter(event_type=EventType.SKILL_UNLOCK)
    assert {event.data["name"] for event in told} == {"COBOL", "Fern"}
    ProjectFactory.create(technologies=["Fern"])
    if leave == "removed":
        planting.remove(projects=Project.objects.filter(pk=project.pk), source="owner", now=LATER)
    else:
        planting.curate(project=project, changes={"visibility": Visibility.PRIVATE}, now=LATER)
    assert {event.data["name"] for event in told.all()} == {"Fern"}
    assert "COBOL" not in str(list(GardenEvent.objects.values()))


def test_a_skill_that_the_owner_entered_stays_without_the_days_of_a_project_that_went_private(project: Project) -> None:
    entered("Bryology")
    Project.objects.filter(pk=project.pk).update(technologies=["Bryology"])
    sync_from_projects(now=NOW)
    assert Skill.objects.get(name="Bryology").last_used_date == date(2026, 6, 15)
    withdraw(project)
    sync_from_projects(now=LATER)
    assert "Bryology" in seen()
    skill = Skill.objects.get(name="Bryology")
    assert (skill.first_used_date, skill.last_used_date, skill.hours_practiced) == (None, None, 0)


def test_the_owner_may_say_that_a_skill_shows_without_a_project(project: Project, admin_client: Client) -> None:
    skill = Skill.objects.get(name="COBOL")
    withdraw(project)
    curate(skill=skill, changes={"shows_alone": True}, now=LATER)
    sync_from_projects(now=LATER)
    assert seen() == {"Moss", "COBOL"}
    assert "Shown without a project" in admin_client.get(f"/admin/skills/skill/{skill.pk}/change/").content.decode()


def test_the_board_says_which_skills_wait_for_a_public_project(project: Project, admin_client: Client) -> None:
    curate(skill=Skill.objects.get(name="COBOL"), changes={"is_pinned": True}, now=NOW)
    withdraw(project)
    sync_from_projects(now=LATER)
    assert "no public project" in admin_client.get("/admin/skills/skill/").content.decode()
