"""Anonymous projects: a plant like any other, without its name, its words, its links and its page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.db.models import TextField, URLField

from garden import anonymous, plant_views, planting, recording, services
from garden.drafts import ProjectDraft
from garden.engine.genome import seed_for
from garden.event_types import subject_of_project
from garden.models import GardenEvent, Project
from garden.sources import github
from garden.tests.factories import ProjectFactory, work
from garden.vocabulary import EventType, ProjectStatus, Visibility

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def planted(visibility: Visibility, **said: object) -> Project:
    draft = ProjectDraft(name="Ledger", description="Books", sources=github("acme/ledger", 7), **said)  # type: ignore[arg-type]
    project, _ = planting.plant(draft=draft, source="github_sync", now=NOW, visibility=visibility)
    return project


def test_an_anonymous_plant_has_an_address_and_a_form_that_its_name_does_not_give_away() -> None:
    project = planted(Visibility.ANONYMOUS)
    assert "ledger" not in project.slug
    assert project.genome_seed != seed_for("acme/ledger")
    assert project.name == "Ledger"  # for its owner


def test_a_plant_that_becomes_anonymous_takes_another_address_form_and_place_and_back_its_name() -> None:
    project = planted(Visibility.PUBLIC)
    before = (project.slug, project.genome_seed, project.position)
    planting.curate(project=project, changes={"visibility": Visibility.ANONYMOUS}, now=NOW)
    after = (project.slug, project.genome_seed, project.position)
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, False, False]
    planting.curate(project=project, changes={"visibility": Visibility.PUBLIC}, now=NOW)
    assert project.slug == "ledger"


def test_what_the_outbox_told_of_it_goes_and_it_comes_back_without_its_name() -> None:
    project = planted(Visibility.PUBLIC)
    planting.curate(project=project, changes={"visibility": Visibility.ANONYMOUS}, now=NOW)
    told = list(GardenEvent.objects.filter(subject=subject_of_project(project.pk)).order_by("seq"))
    assert [event.event_type for event in told] == [EventType.PROJECT_REMOVED, EventType.SEED_PLANTED]
    assert (told[1].data["name"], told[1].source) == (anonymous.NAME, anonymous.SOURCE)


def test_it_stands_whether_its_source_shows_it_or_not_and_is_never_listed_by_it() -> None:
    project = planted(Visibility.ANONYMOUS, private=True)
    assert project in Project.objects.shown()
    planting.refresh(
        project=project,
        draft=ProjectDraft("Ledger", sources=github("acme/ledger", 7), private=False),
        source="x",
        now=NOW,
    )
    assert (project.anonymous, project.listed) == (True, False)


def test_a_private_repository_whose_plant_is_made_public_stays_off_the_site() -> None:
    project = planted(Visibility.ANONYMOUS, private=True)
    planting.curate(project=project, changes={"visibility": Visibility.PUBLIC}, now=NOW)
    assert not Project.objects.disclosed().filter(pk=project.pk).exists()


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("status", ProjectStatus)
@pytest.mark.parametrize("hidden", [False, True])
def test_a_row_and_the_querysets_say_the_same(visibility: Visibility, status: ProjectStatus, hidden: bool) -> None:
    project = ProjectFactory.create(visibility=visibility, status=status, hidden_by_source=hidden)
    found = {name: project in getattr(Project.objects, name)() for name in ("listed", "disclosed", "shown")}
    assert found == {name: getattr(project, name) for name in found}


@pytest.mark.parametrize(
    ("commits", "languages", "said"),
    [
        (1200, {"Python": 900, "Shell": 10}, "1,200 commits, Python"),
        (1, {}, "1 commit"),
        (0, {"Go": 1}, "0 commits, Go"),
    ],
)
def test_what_is_said_of_it(commits: int, languages: Mapping[str, int], said: str) -> None:
    assert anonymous.description(commits=commits, languages=languages) == said


def test_it_grows_as_large_as_it_would_with_its_name() -> None:
    grown = {}
    for visibility in (Visibility.PUBLIC, Visibility.ANONYMOUS):
        project = ProjectFactory.create(visibility=visibility, topics=["a", "b"], languages={"Python": 9000}, stars=40)
        recording.record_activities(project=project, drafts=work(60, until=NOW), source="git", now=NOW)
        services.catch_up(project=project, now=NOW, source="git")
        grown[visibility] = project.growth_factor
        on_the_day = {plant.id: plant for plant in plant_views.plants(NOW)}[project.pk]
        assert on_the_day.growth_factor == project.growth_factor
    assert grown[Visibility.ANONYMOUS] == grown[Visibility.PUBLIC] > 0


def test_what_is_not_released_on_purpose_is_kept_back_whatever_fields_are_added() -> None:
    project = planted(Visibility.ANONYMOUS)
    texts = [field for field in Project._meta.concrete_fields if isinstance(field, (TextField, URLField))]
    words = {field.attname: f"https://bank.example/{field.name}" for field in texts}
    lists = {"topics": ["bank"], "technologies": ["bank"], "growth_reasons": ["bank"], "forecast": {"bank": 1}}
    Project.objects.filter(pk=project.pk).update(name="Bank", **words, **lists)
    project.refresh_from_db()
    shown = project.as_shown()
    said = " ".join(str(getattr(shown, field.attname)) for field in Project._meta.concrete_fields)
    assert len(texts) > 3
    assert "bank" not in said.lower()
    assert (shown.name, shown.description) == (anonymous.NAME, "0 commits")
