"""What sources say of a project, and what the owner says instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from garden import planting, recording, services
from garden.drafts import ProjectDraft
from garden.engine.layout import Position
from garden.models import GardenEvent, GrowthLog, Project
from garden.sources import github
from garden.tests.factories import NOW, work
from garden.vocabulary import Counts, LinesFrom

pytestmark = pytest.mark.django_db


def told(now: object = NOW, **said: object) -> Project:
    """The project after a source said something of it."""
    draft = ProjectDraft("Engine", sources=github("ada/engine"), **said)  # type: ignore[arg-type]
    project, _ = planting.plant(draft=draft, source="test", now=now)  # type: ignore[arg-type]
    project.refresh_from_db()
    return project


def tell_work(project: Project, days: int) -> None:
    """Commits on each of the last days, with their lines."""
    facts = [replace(fact, lines_added=40, lines_removed=3) for fact in work(days)]
    recording.record_activities(project=project, drafts=facts, source="test", now=NOW)


def counts_of(project: Project) -> tuple[int, str, dict[str, int]]:
    return project.lines_of_code, project.lines_from, project.code_by_language


def test_what_was_counted_stays_beside_what_another_source_estimates() -> None:
    told(languages={"C": 4_000, "Python": 40_000}, lines={"C": 90, "Python": 1_000}, technologies=["Django"])
    project = told(NOW + timedelta(days=1), languages={"HTML": 9_000_000}, stars=4)
    assert counts_of(project) == (1_090, LinesFrom.FILES, {"C": 90, "Python": 1_000})
    assert (project.stars, project.technologies, project.lines_counted_at) == (4, ["Django"], NOW)


def test_a_count_takes_the_place_of_an_estimate_whichever_comes_first() -> None:
    assert counts_of(told(main_language="C")) == (0, LinesFrom.COMMITS, {"C": 1})
    assert counts_of(told(languages={"C": 4_000})) == (100, LinesFrom.SIZE, {"C": 4_000})
    assert counts_of(told(languages={"C": 4_100}, lines={"C": 90})) == (90, LinesFrom.FILES, {"C": 90})
    assert counts_of(told(languages={}, lines={})) == (0, LinesFrom.FILES, {})


def test_counting_the_same_again_is_no_news() -> None:
    told(languages={"C": 4_000}, lines={"C": 90})
    events = GardenEvent.objects.count()
    project = told(NOW + timedelta(days=1), languages={"C": 4_000}, lines={"C": 90})
    assert project.lines_counted_at == NOW + timedelta(days=1)
    assert GardenEvent.objects.count() == events


def test_an_empty_answer_takes_nothing_away() -> None:
    told(languages={"C": 4_000})
    assert counts_of(told(languages={})) == (100, LinesFrom.SIZE, {"C": 4_000})


def test_where_it_is_counted_anew_the_past_is_written_again_and_no_fall_is_told() -> None:
    project = told(languages={"C": 40_000_000})
    tell_work(project, 300)
    services.catch_up(project=project, now=NOW, source="test")
    before = project.growth_factor
    stages = {row.new_stage for row in GrowthLog.objects.filter(project=project)}
    told(languages={"C": 4_000}, lines={"C": 100})
    grown = services.grow(project=project, now=NOW + timedelta(hours=1), source="test")
    project.refresh_from_db()
    assert project.growth_factor < before
    assert not project.recount_due
    rows = list(GrowthLog.objects.filter(project=project, backfilled=True))
    assert rows
    factors = [row.growth_factor for row in GrowthLog.objects.filter(project=project)]
    assert factors == sorted(factors)
    assert grown.to_stage in stages


def test_no_number_of_lines_stands_beside_another() -> None:
    project = told(languages={"C": 4_000}, lines={"C": 20_452})
    tell_work(project, 30)
    services.catch_up(project=project, now=NOW, source="test")
    project.refresh_from_db()
    sentences = [reason["sentence"] for reason in project.growth_reasons]
    assert "20,452 lines of code in 1 language, counted in its files." in sentences
    assert project.lines_of_code == 20_452


def test_where_nothing_is_known_the_estimate_of_commits_is_the_one_number() -> None:
    project = told()
    tell_work(project, 30)
    services.catch_up(project=project, now=NOW, source="test")
    project.refresh_from_db()
    assert project.lines_from == LinesFrom.COMMITS
    assert project.lines_of_code > 0
    assert any(f"About {project.lines_of_code:,} lines" in reason["sentence"] for reason in project.growth_reasons)


def test_a_field_that_is_given_back_has_at_once_what_the_source_last_said() -> None:
    project = told(description="Theirs", topics=["engine"])
    planting.curate(project=project, changes={"description": "Mine", "topics": ["steam"]}, now=NOW)
    project = told(description="Theirs, later", topics=["engine", "brass"])
    assert (project.description, project.topics) == ("Mine", ["steam"])

    assert planting.give_back(project=project, fields=["description", "stars"], now=NOW) == ["description"]
    project.refresh_from_db()
    assert (project.description, project.topics, project.owner_edited) == ("Theirs, later", ["steam"], ["topics"])
    project = told(description="Theirs again")
    assert project.description == "Theirs again"


def test_a_planted_date_comes_back_as_a_date() -> None:
    project = told(created_at=NOW - timedelta(days=900))
    planting.curate(project=project, changes={"planted_date": NOW - timedelta(days=9)}, now=NOW)
    planting.give_back(project=project, fields=["planted_date"], now=NOW)
    project.refresh_from_db()
    assert project.planted_date == NOW - timedelta(days=900)


def test_whose_work_counts_is_worked_out_anew_when_it_is_given_back() -> None:
    project = told(fork=True)
    planting.curate(project=project, changes={"counts": Counts.EVERYONE}, now=NOW)
    planting.give_back(project=project, fields=["counts"], now=NOW)
    services.grow(project=project, now=NOW, source="owner")
    project.refresh_from_db()
    assert (project.counts, project.owner_edited) == (Counts.MINE, [])


def test_what_no_source_ever_said_stays_when_it_is_given_back() -> None:
    project = planting.plant_seed(
        name="Idea", description="", at=Position(2, 2), now=NOW, changes={"topics": ["steam"]}
    )
    planting.give_back(project=project, fields=["topics"], now=NOW)
    project.refresh_from_db()
    assert (project.topics, project.owner_edited) == (["steam"], [])
