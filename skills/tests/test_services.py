"""Skills from technologies, and what of them may be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from garden import ownership, recording
from garden.coding import CodedDay, replace_days
from garden.drafts import ActivityDraft
from garden.models import GardenEvent, Project
from garden.tests.factories import NOW, ProjectFactory, commit, work
from garden.tests.hub import HubInHand
from garden.vocabulary import ActivityKind, EventType, ProjectStatus, Visibility
from skills.curation import NameTaken, curate, merge
from skills.models import ConnectionType, Skill, SkillConnection
from skills.selectors import constellation
from skills.services import sync_from_projects
from skills.tasks import sync_from_projects as task
from skills.tests.factories import entered

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db


def seen() -> dict[str, int]:
    return {star.name: star.projects_used_in for star in constellation().nodes}


def test_technologies_and_languages_become_skills_once_however_they_are_spelled() -> None:
    ProjectFactory.create(technologies=["Django", "Python "], languages={"Python": 10})
    ProjectFactory.create(technologies=["django", "", "  "], languages={"HTML": 3})
    assert sync_from_projects(now=NOW).new == 3
    assert seen() == {"Django": 2, "Python": 1, "HTML": 1}


def test_a_second_look_changes_nothing() -> None:
    ProjectFactory.create(technologies=["Django", "Redis"])
    sync_from_projects(now=NOW)
    before = (list(Skill.objects.order_by("name").values()), list(SkillConnection.objects.values()))
    again = sync_from_projects(now=NOW + timedelta(days=1))
    assert (again.new, again.gone) == (0, 0)
    assert (list(Skill.objects.order_by("name").values()), list(SkillConnection.objects.values())) == before


def test_a_skill_is_as_old_as_the_first_fact_of_a_project_that_uses_it() -> None:
    old, young = ProjectFactory.create(technologies=["Rust"]), ProjectFactory.create(technologies=["Rust", "Bevy"])
    recording.record_activities(project=old, drafts=[commit(1, at=NOW - timedelta(days=300))], source="test", now=NOW)
    recording.record_activities(project=young, drafts=[commit(2, at=NOW - timedelta(days=3))], source="test", now=NOW)
    sync_from_projects(now=NOW)
    rust, bevy = Skill.objects.get(name="Rust"), Skill.objects.get(name="Bevy")
    assert (rust.first_used_date, rust.last_used_date) == (date(2025, 8, 19), date(2026, 6, 12))
    assert bevy.first_used_date == date(2026, 6, 12)


def test_lines_tell_how_often_two_skills_meet() -> None:
    ProjectFactory.create(technologies=["Fern", "Moss"])
    ProjectFactory.create(technologies=["Fern", "Moss", "Reed"])
    ProjectFactory.create(technologies=["Fern"])
    assert sync_from_projects(now=NOW).connections == 3
    line = SkillConnection.objects.get(skill_a__name="Fern", skill_b__name="Moss")
    assert (line.projects_combined, line.connection_type) == (2, ConnectionType.CO_USE)
    assert line.strength == pytest.approx(2 / 3, abs=1e-4)


def test_the_owners_lines_stay_and_are_not_doubled() -> None:
    redis, django = entered("Redis"), entered("Django")
    SkillConnection.objects.all().delete()
    SkillConnection.objects.create(
        skill_a=redis, skill_b=django, connection_type=ConnectionType.COMPLEMENT, strength=0.9, by_owner=True
    )
    ProjectFactory.create(technologies=["Django", "Redis"])
    sync_from_projects(now=NOW)
    line = SkillConnection.objects.get()
    assert (line.connection_type, line.strength) == (ConnectionType.COMPLEMENT, 0.9)


def test_lines_and_skills_that_nothing_uses_any_more_go() -> None:
    project = ProjectFactory.create(technologies=["Django", "Redis"])
    sync_from_projects(now=NOW)
    Project.objects.filter(pk=project.pk).update(technologies=["Django"])
    assert sync_from_projects(now=NOW).gone == 1
    assert list(Skill.objects.values_list("name", flat=True)) == ["Django"]
    assert not SkillConnection.objects.exists()


def test_what_the_owner_wrote_about_a_skill_is_kept_until_a_project_uses_it_again() -> None:
    project = ProjectFactory.create(technologies=["Django"])
    sync_from_projects(now=NOW)
    Skill.objects.update(description="For ten years.")
    project.delete()
    sync_from_projects(now=NOW)
    assert seen() == {}
    ProjectFactory.create(technologies=["Django"])
    sync_from_projects(now=NOW)
    assert seen() == {"Django": 1}
    assert Skill.objects.get().description == "For ten years."


@pytest.mark.parametrize(
    "hidden",
    [
        {"visibility": Visibility.PRIVATE},
        {"visibility": Visibility.UNLISTED},
        {"hidden_by_source": True},
        {"status": ProjectStatus.PROPOSED},
        {"is_demo": True},
    ],
)
def test_the_technologies_of_a_project_that_is_not_public_are_nowhere(hidden: dict[str, Any]) -> None:
    ProjectFactory.create(technologies=["COBOL", "Django"], **hidden)
    ProjectFactory.create(technologies=["Django"])
    sync_from_projects(now=NOW)
    assert seen() == {"Django": 1}
    assert list(Skill.objects.values_list("name", flat=True)) == ["Django"]


def test_a_project_that_is_hidden_takes_its_skills_off_at_once() -> None:
    project = ProjectFactory.create(technologies=["COBOL", "Django"])
    ProjectFactory.create(technologies=["Django"])
    sync_from_projects(now=NOW)
    Project.objects.filter(pk=project.pk).update(hidden_by_source=True)
    assert seen() == {"Django": 1}
    assert constellation().connections == []


def test_a_skill_that_the_owner_entered_shows_without_a_project() -> None:
    entered("Gardening")
    sync_from_projects(now=NOW)
    assert seen() == {"Gardening": 0}


def test_the_sky_costs_the_same_however_many_stars_it_has() -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            constellation()
        return len(captured)

    ProjectFactory.create(technologies=["Django"])
    sync_from_projects(now=NOW)
    few = queries()
    for number in range(20):
        ProjectFactory.create(technologies=[f"Thing {number}", "Django"])
    sync_from_projects(now=NOW)
    assert queries() == few == 3


def test_every_star_has_a_place_a_constellation_and_a_brightness_after_a_sync() -> None:
    ProjectFactory.create(technologies=["Django"])
    sync_from_projects(now=NOW)
    [star] = constellation().nodes
    assert 0 < (star.x or 0) < 1
    assert 0 < (star.y or 0) < 1
    assert (star.group, star.category) == ("backend", "backend")
    assert 0 < star.brightness < 1


def test_names_of_any_length_and_kind_are_kept_short_and_trimmed() -> None:
    ProjectFactory.create(technologies=["x" * 300, "  two \n words "])
    sync_from_projects(now=NOW)
    assert seen() == {"x" * 100: 1, "two words": 1}


def test_the_task_says_what_it_did() -> None:
    ProjectFactory.create(technologies=["Django", "Redis"])
    assert task() == {"new": 2, "gone": 0, "connections": 1, "unlocked": 0}


# --- Hours, levels, curation ------------------------------------------------------------------------------------------


def busy(days: int, *, technologies: list[str], languages: dict[str, int] | None = None, **fields: Any) -> Project:
    """A project with three commits on each of the last days."""
    project = ProjectFactory.create(technologies=technologies, languages=languages or {}, **fields)
    recording.record_activities(project=project, drafts=work(days), source="test", now=NOW)
    return project


def test_hours_come_from_commits_as_the_garden_counts_them_and_are_shared_by_bytes() -> None:
    busy(10, technologies=[], languages={"Python": 75, "CSS": 25})
    sync_from_projects(now=NOW)
    hours = {skill.name: sum(quarter[1] for quarter in skill.practice) for skill in Skill.objects.all()}
    assert hours == pytest.approx({"Python": 10 * 1.75 * 0.75, "CSS": 10 * 1.75 * 0.25}, abs=0.2)


def test_what_other_people_alone_worked_on_is_no_skill_of_the_owners(settings: Settings) -> None:
    settings.OWNER_NAME, settings.GITHUB_USERNAME = "Nina", ""
    theirs = busy(3, technologies=["Rust"])
    ProjectFactory.create(technologies=["Go"])  # planted by hand: what it is made of, nobody else says
    ours = busy(3, technologies=["Django"])
    recording.record_activities(project=ours, drafts=[replace(commit(99), author="Nina")], source="git", now=NOW)
    sync_from_projects(now=NOW)
    assert sorted(seen()) == ["Django", "Go"]

    replace_days(days=[NOW.date()], coded={(theirs.pk, NOW.date()): CodedDay(3600, "heartbeats")}, now=NOW)
    sync_from_projects(now=NOW)
    assert sorted(seen()) == ["Django", "Go", "Rust"]


def test_measured_coding_time_counts_in_full_and_says_so() -> None:
    project = ProjectFactory.create(languages={"Python": 1})
    drafts = [ActivityDraft(kind=ActivityKind.CODING, external_id="d1", occurred_at=NOW, amount=5 * 3600.0)]
    recording.record_activities(project=project, drafts=drafts, source="test", now=NOW)
    sync_from_projects(now=NOW)
    assert Skill.objects.get().practice == [["2026-04-01", 5.0, 5.0]]


def test_only_the_owners_commits_are_the_owners_practice_where_they_can_be_told(settings: Settings) -> None:
    project = busy(10, technologies=["Rust"], languages={"Rust": 1})
    others = [replace(commit(900 + day, at=NOW - timedelta(days=day)), author="Grace") for day in range(100)]
    recording.record_activities(project=project, drafts=others, source="test", now=NOW)
    sync_from_projects(now=NOW)
    everyones = Skill.objects.get().hours_practiced
    settings.OWNER_NAME = "ada"
    ownership.follow_settings(now=NOW)
    sync_from_projects(now=NOW)
    assert Skill.objects.get().hours_practiced == round(10 * 1.75) < everyones
    settings.OWNER_NAME = "Nobody here"
    ownership.follow_settings(now=NOW)
    sync_from_projects(now=NOW)
    assert not Skill.objects.exists()


def test_what_an_agent_wrote_gives_no_practice() -> None:
    project = ProjectFactory.create(languages={"Rust": 1})
    helped = replace(commit(1), co_authors=("Claude <noreply@anthropic.com>",))
    coded = {(project.pk, NOW.date()): CodedDay(seconds=7200, source="wakatime", assisted=3600)}
    recording.record_activities(project=project, drafts=[helped], source="test", now=NOW)
    replace_days(days=[NOW.date()], coded=coded, now=NOW)
    sync_from_projects(now=NOW)
    assert Skill.objects.get().hours_practiced == 1


def test_in_a_project_of_others_the_owners_practice_is_the_days_of_their_own_commits(settings: Settings) -> None:
    project = ProjectFactory.create(languages={"Rust": 1}, earlier_commits=500)
    others = [replace(commit(900 + day, at=NOW - timedelta(days=day)), author="Grace") for day in range(100)]
    own = commit(1, at=NOW - timedelta(days=50))
    recording.record_activities(project=project, drafts=[*others, own], source="test", now=NOW)
    settings.OWNER_NAME = "Ada"
    ownership.follow_settings(now=NOW)
    sync_from_projects(now=NOW)
    rust = Skill.objects.get()
    day = own.occurred_at.date()
    assert (rust.hours_practiced, rust.first_used_date, rust.last_used_date) == (1, day, day)


def test_commits_before_the_imported_history_are_practice_of_the_days_before_it() -> None:
    busy(10, technologies=["Rust"], languages={"Rust": 1}, earlier_commits=100)
    sync_from_projects(now=NOW)
    rust = Skill.objects.get()
    assert rust.hours_practiced == pytest.approx(10 * 1.75 + 100 * 0.6, abs=1)
    assert rust.first_used_date == (NOW - timedelta(days=400)).date()


def test_what_the_owner_said_wins_over_every_sync_until_they_take_it_back() -> None:
    busy(10, technologies=["Rust"])
    sync_from_projects(now=NOW)
    rust = Skill.objects.get()
    worked_out = rust.proficiency_level
    curate(skill=rust, changes={"proficiency_level": 9, "constellation_group": "systems"}, now=NOW)
    sync_from_projects(now=NOW + timedelta(days=3))
    rust.refresh_from_db()
    assert (rust.proficiency_level, rust.constellation_group) == (9, "systems")
    curate(skill=rust, changes={"proficiency_level": None, "constellation_group": ""}, now=NOW)
    rust.refresh_from_db()
    assert (rust.proficiency_level, rust.constellation_group) == (worked_out, "language")


def test_hours_of_the_owner_decide_the_level_of_a_skill_that_no_project_uses() -> None:
    skill = entered("Gardening", hours_practiced=400)
    assert skill.proficiency_level == 6
    assert entered("Weaving").proficiency_level is None


def test_a_renamed_skill_keeps_its_address_and_is_not_made_again() -> None:
    ProjectFactory.create(technologies=["Moss"])
    sync_from_projects(now=NOW)
    moss = Skill.objects.get()
    curate(skill=moss, changes={"name": "Bryology"}, now=NOW)
    assert sync_from_projects(now=NOW).new == 0
    moss.refresh_from_db()
    assert (moss.name, moss.slug, moss.aliases, moss.projects_used_in) == ("Bryology", "moss", ["moss"], 1)


def test_a_name_in_use_is_refused_and_nothing_is_written() -> None:
    entered("PostgreSQL")
    with pytest.raises(NameTaken, match="PostgreSQL"):
        entered("postgres")
    assert Skill.objects.count() == 1


def test_fields_that_are_not_the_owners_are_refused() -> None:
    with pytest.raises(KeyError, match="brightness"):
        entered("Moss", brightness=1.0)


def test_merged_skills_are_one_and_stay_one() -> None:
    busy(5, technologies=["Moss", "Sphagnum", "Fern"])
    sync_from_projects(now=NOW)
    moss, sphagnum, fern = (Skill.objects.get(name=name) for name in ("Moss", "Sphagnum", "Fern"))
    curate(skill=sphagnum, changes={"description": "Peat."}, now=NOW)
    SkillConnection.objects.all().delete()
    SkillConnection.objects.create(
        skill_a=sphagnum, skill_b=fern, connection_type=ConnectionType.SIMILAR, strength=1, by_owner=True
    )
    merge(into=moss, others=[sphagnum, moss], now=NOW)
    assert sync_from_projects(now=NOW).new == 0
    assert set(Skill.objects.values_list("name", flat=True)) == {"Moss", "Fern"}
    moss.refresh_from_db()
    assert (moss.aliases, moss.description, moss.projects_used_in) == (["sphagnum"], "Peat.", 1)
    line = SkillConnection.objects.get()
    assert (line.skill_a, line.skill_b, line.by_owner) == (moss, fern, True)


def test_spellings_that_came_as_two_skills_become_one() -> None:
    Skill.objects.create(name="Postgres", slug="postgres", description="Since version 8.")
    Skill.objects.create(name="postgresql", slug="postgresql", projects_used_in=1)
    ProjectFactory.create(technologies=["psql"])
    sync_from_projects(now=NOW)
    skill = Skill.objects.get()
    assert (skill.name, skill.projects_used_in) == ("Postgres", 1)


def test_a_spelling_of_a_hidden_skill_is_hidden_with_it() -> None:
    Skill.objects.create(name="postgresql", slug="postgresql", is_pinned=True)
    Skill.objects.create(name="Postgres", slug="postgres", is_hidden=True)
    ProjectFactory.create(technologies=["psql"])
    sync_from_projects(now=NOW)
    skill = Skill.objects.get()
    assert (skill.is_hidden, skill.is_pinned) == (True, True)
    assert seen() == {}


def test_a_hidden_skill_is_nowhere_and_stays_hidden() -> None:
    ProjectFactory.create(technologies=["Moss", "Fern"])
    sync_from_projects(now=NOW)
    curate(skill=Skill.objects.get(name="Moss"), changes={"is_hidden": True}, now=NOW)
    sync_from_projects(now=NOW)
    assert seen() == {"Fern": 1}
    assert constellation().connections == []


# --- What visitors are told -------------------------------------------------------------------------------------------


def told() -> list[dict[str, Any]]:
    return [event.data for event in GardenEvent.objects.filter(event_type=EventType.SKILL_UNLOCK).order_by("seq")]


def test_the_first_sky_appears_without_a_word() -> None:
    busy(30, technologies=[f"Thing {number}" for number in range(30)])
    assert sync_from_projects(now=NOW).unlocked == 0
    assert told() == []


def test_a_new_skill_is_told_once() -> None:
    ProjectFactory.create(technologies=["Moss"])
    sync_from_projects(now=NOW)
    ProjectFactory.create(technologies=["Django"])
    sync_from_projects(now=NOW)
    sync_from_projects(now=NOW + timedelta(days=1))
    skill = Skill.objects.get(name="Django")
    assert told() == [
        {
            "skill_id": str(skill.pk),
            "name": "Django",
            "level": skill.proficiency_level,
            "is_new": True,
            "group": "backend",
        }
    ]


def test_an_import_of_thirty_technologies_is_three_pieces_of_news_and_the_rest_is_never_told() -> None:
    ProjectFactory.create(technologies=["Moss"])
    sync_from_projects(now=NOW)
    busy(30, technologies=[f"Thing {number}" for number in range(30)])
    assert sync_from_projects(now=NOW).unlocked == 3
    sync_from_projects(now=NOW + timedelta(hours=1))
    assert len(told()) == 3


def test_a_level_is_told_when_it_is_reached_first_and_not_when_it_comes_back() -> None:
    project = busy(2, technologies=[], languages={"Rust": 1})
    sync_from_projects(now=NOW)
    before = Skill.objects.get().proficiency_level
    recording.record_activities(project=project, drafts=work(120), source="test", now=NOW)
    sync_from_projects(now=NOW)
    rust = Skill.objects.get()
    assert before is not None
    assert rust.proficiency_level is not None
    assert rust.proficiency_level > before
    assert [(one["level"], one["is_new"]) for one in told()] == [(rust.proficiency_level, False)]
    sync_from_projects(now=NOW + timedelta(days=2500))
    assert Skill.objects.get().proficiency_level < rust.proficiency_level  # type: ignore[operator]
    sync_from_projects(now=NOW)
    assert len(told()) == 1


def test_hidden_skills_are_not_told_and_what_was_told_of_one_is_unsaid() -> None:
    ProjectFactory.create(technologies=["Moss"])
    sync_from_projects(now=NOW)
    fern = entered("Fern")
    assert [one["name"] for one in told()] == ["Fern"]
    curate(skill=fern, changes={"is_hidden": True}, now=NOW)
    assert told() == []
    entered("Reed", is_hidden=True)
    assert told() == []


@pytest.mark.parametrize("leaves", ["by the owner's word", "with its project"])
def test_a_socket_that_comes_back_hears_nothing_of_a_skill_that_is_not_to_be_seen(leaves: str) -> None:
    hub = HubInHand()
    ProjectFactory.create(technologies=["Moss"])
    sync_from_projects(now=NOW)
    project = ProjectFactory.create(technologies=["Fern"])
    sync_from_projects(now=NOW)
    hub.look()
    assert "Fern" in hub.replayed()
    if leaves == "with its project":
        Project.objects.filter(pk=project.pk).update(visibility=Visibility.PRIVATE)
        sync_from_projects(now=NOW)
    else:
        curate(skill=Skill.objects.get(name="Fern"), changes={"is_hidden": True}, now=NOW)
    hub.look()
    assert "Fern" not in hub.replayed()


def test_a_skill_that_goes_with_its_project_leaves_the_outbox() -> None:
    ProjectFactory.create(technologies=["Moss"])
    sync_from_projects(now=NOW)
    secret = ProjectFactory.create(technologies=["Fern"])
    sync_from_projects(now=NOW)
    assert len(told()) == 1
    Project.objects.filter(pk=secret.pk).update(visibility=Visibility.PRIVATE)
    sync_from_projects(now=NOW)
    assert told() == []
    assert "Fern" not in str(list(GardenEvent.objects.values_list("data", flat=True)))
