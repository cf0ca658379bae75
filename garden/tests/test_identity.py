"""What counts as the same project: each rule of `garden/sources.py` on rows, and what happens between them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from garden import identity, planting
from garden.drafts import ProjectDraft
from garden.models import GardenEvent, Project, ProjectSource
from garden.sources import GITHUB, SourceRef, github, remote, root_commit, saved_log
from garden.tests.factories import NOW, ProjectFactory, at_once

pytestmark = pytest.mark.django_db
FIRST, OTHER = root_commit("a" * 40), root_commit("b" * 40)


def at(url: str) -> SourceRef:
    source = remote(url)
    assert source is not None
    return source


GITLAB, CODEBERG = at("git@gitlab.com:ada/engine.git"), at("https://codeberg.org/ada/engine")
PACKAGE = SourceRef("pypi", "engine")
LOOM = at("https://gitlab.com/ada/loom")


def plant(*sources: SourceRef, name: str = "Engine") -> Project:
    return planting.plant(draft=ProjectDraft(name=name, sources=sources), source="test", now=NOW)[0]


def kept(project: Project) -> set[str]:
    return {f"{row.provider} {row.external_id}" for row in project.sources.all()}


# --- What is the same -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (github("ada/engine", 7), github("ada/motor", 7)),  # renamed
        (github("ada/engine", 7), github("club/engine", 7)),  # handed on
        (github("ada/engine", 7), github("", 7)),
        (github("ada/engine", 7), (*github("Ada/Engine"), FIRST)),  # cloned
        ((*github("ada/engine"), FIRST), github("Ada/Engine", 7)),  # cloned, and listed after that
        ((GITLAB, FIRST), (at("https://gitlab.com:443/Ada/Engine.git"), FIRST)),
        ((GITLAB,), (GITLAB, OTHER)),  # its history was rewritten
        ((at("ssh://git@forge.example:2222/ada/engine"),), (at("ssh://forge.example:2222/ada/engine.git"), FIRST)),
        ((FIRST,), (FIRST,)),
        ((FIRST,), (GITLAB, FIRST)),  # it got a remote
        ((FIRST,), (*github("ada/engine"), FIRST)),
        ((GITLAB, FIRST), (FIRST,)),  # a copy that has none
        ((saved_log("engine"),), (saved_log("engine"),)),
        ((CODEBERG, GITLAB), (GITLAB, FIRST)),  # a mirror
        ((at("work:ada/engine"),), (GITLAB, FIRST)),  # an alias of someone's SSH settings
        ((GITLAB,), (at("git@work:ada/engine"), FIRST)),
        (github("ada/engine", 7), (at("git@private:Ada/Engine"),)),
        ((PACKAGE, *github("ada/engine")), (SourceRef("pypi", "engine-cli"), *github("ada/engine"))),
    ],
)  # fmt: skip
def test_one_project(before: tuple[SourceRef, ...], after: tuple[SourceRef, ...]) -> None:
    first = plant(*before)
    assert plant(*after, name="Motor") == first
    assert Project.objects.count() == 1
    assert plant(*before) == first  # and whoever knows it as it was finds it, too


@pytest.mark.parametrize(
    ("one", "another"),
    [
        (github("ada/engine", 7), github("ada/engine", 8)),  # its name was taken
        ((GITLAB, FIRST), (LOOM, FIRST)),  # begun from one template
        ((GITLAB, FIRST), (CODEBERG, FIRST)),
        ((GITLAB, FIRST), (*github("ada/engine"), FIRST)),
        ((*github("ada/engine"), FIRST), (*github("grace/engine"), FIRST)),  # forked
        ((*github("ada/engine", 7), FIRST), (GITLAB, FIRST)),
        ((at("http://localhost:3000/ada/engine"),), (at("http://localhost:3001/ada/engine"),)),
        ((GITLAB,), (at("https://gitlab.com/club/ada/engine"),)),
        ((GITLAB,), (at("git@work:ada/engine-2"),)),
        ((FIRST,), (OTHER,)),
        ((FIRST,), (GITLAB,)),
        ((saved_log("engine"),), (saved_log("motor"),)),
        ((SourceRef("demo", "engine"),), (PACKAGE,)),
        ((), ()),
    ],
)  # fmt: skip
def test_two_projects(one: tuple[SourceRef, ...], another: tuple[SourceRef, ...]) -> None:
    first = plant(*one)
    second = plant(*another)
    assert second != first
    if one:
        assert [plant(*another), plant(*one)] == [second, first]
    assert Project.objects.count() == 2


def test_projects_begun_from_one_template_do_not_look_alike() -> None:
    seeds = {plant(source, FIRST).genome_seed for source in (GITLAB, LOOM, *github("ada/third"))}
    assert len(seeds) == 3


def test_an_alias_that_may_mean_two_hosts_means_neither() -> None:
    known = {plant(GITLAB), plant(CODEBERG)}
    assert plant(at("work:ada/engine")) not in known


# --- What is remembered of it -----------------------------------------------------------------------------------------


def test_a_project_learns_where_it_is_kept_and_forgets_nothing() -> None:
    project = plant(FIRST)
    plant(*github("ada/engine"), FIRST)
    plant(*github("ada/engine", 7))
    plant(*github("ada/motor", 7))
    assert kept(project) == {
        f"git {FIRST.external_id}", "git github.com/ada/engine", "git github.com/ada/motor", "github 7",
    }  # fmt: skip
    assert project.github_repo == "ada/motor"


def test_a_name_that_another_repository_took_leaves_with_it() -> None:
    moved, newcomer = plant(*github("ada/engine", 7)), plant(*github("Ada/Engine", 8))
    assert (moved.github_repo, newcomer.github_repo) == ("", "Ada/Engine")
    assert kept(moved) == {"github 7"}
    plant(*github("ada/motor", 7))
    assert moved.github_repo == "ada/motor"


def test_a_forges_number_takes_its_remote_from_whoever_was_planted_by_it() -> None:
    numbered = plant(*github("ada/old", 7))
    cloned = plant(*github("ada/engine"))  # renamed already, which no list has said yet
    assert plant(*github("ada/engine", 7)) == numbered
    assert kept(cloned) == set()
    assert plant(*github("ada/engine")) == numbered


def test_a_new_name_is_told_and_a_first_commit_is_not() -> None:
    plant(*github("ada/engine", 7))
    events = GardenEvent.objects.count()
    plant(*github("ada/engine", 7), FIRST)
    assert GardenEvent.objects.count() == events
    plant(*github("ada/motor", 7))
    assert GardenEvent.objects.count() == events + 1


def test_a_source_that_is_told_twice_is_one() -> None:
    project = plant(*github("Ada/Engine", 7), *github("ada/engine"))
    assert kept(project) == {"github 7", "git github.com/ada/engine"}
    assert project.github_repo == "Ada/Engine"


def test_what_is_told_without_a_name_takes_none_away() -> None:
    project = plant(*github("ada/engine", 7))
    plant(SourceRef(GITHUB, "7"))
    assert project.github_repo == "ada/engine"


@pytest.mark.django_db(transaction=True)
def test_a_repository_that_is_listed_and_imported_at_once_is_one_plant() -> None:
    told = [github("ada/engine", 7), (*github("Ada/Engine"), FIRST)]
    at_once(lambda turn: plant(*told[turn % 2]))
    assert Project.objects.count() == 1
    assert ProjectSource.objects.count() == 3


# --- What is not shown ------------------------------------------------------------------------------------------------


def test_a_project_is_hidden_where_no_forge_shows_it_any_more() -> None:
    project = plant(*github("ada/engine", 7), SourceRef("gitlab", "gitlab.com/15"))
    here, there = SourceRef(GITHUB, "7"), SourceRef("gitlab", "gitlab.com/15")
    for gone, shown_still in ((here, True), (there, False)):
        planting.hide(project=project, gone=gone, source="test", now=NOW)
        assert project.shown is shown_still
    assert project.sources.exclude(gone_at=None).count() == 2

    def shown(source: SourceRef) -> bool:
        draft = ProjectDraft(name="Engine", sources=[source], private=False)
        planting.refresh(project=project, draft=draft, source="test", now=NOW)
        return project.shown

    assert [shown(here), shown(there)] == [True, True]
    assert not project.sources.exclude(gone_at=None).exists()


def test_a_source_that_is_gone_stays_gone_since_the_day_it_went() -> None:
    project = plant(*github("ada/engine", 7))
    for day in (1, 2):
        planting.hide(project=project, gone=SourceRef(GITHUB, "7"), source="test", now=NOW.replace(day=day))
    assert project.sources.get(provider=GITHUB).gone_at == NOW.replace(day=1)


def test_what_is_planted_as_private_is_seen_by_nobody_until_its_source_shows_it() -> None:
    draft = ProjectDraft(name="Engine", sources=github("ada/engine", 7), private=True)
    project, _ = planting.plant(draft=draft, source="test", now=NOW)
    assert project.sources.get(gone_at=NOW).provider == GITHUB
    assert not GardenEvent.objects.exists()
    planting.plant(draft=replace(draft, private=False), source="test", now=NOW)
    assert Project.objects.in_garden().exists()


# --- The owner's word -------------------------------------------------------------------------------------------------


def test_the_owner_says_which_repository_a_plant_grows_from() -> None:
    project = plant(*github("ada/engine", 7), FIRST)
    planting.curate(project=project, changes={"github_repo": "ada/loom"}, now=NOW)
    assert kept(project) == {"git github.com/ada/loom", f"git {FIRST.external_id}"}
    assert project.owner_edited == []
    assert plant(*github("ada/loom", 9)) == project
    planting.curate(project=project, changes={"github_repo": ""}, now=NOW)
    assert (project.github_repo, kept(project)) == ("", {f"git {FIRST.external_id}"})


def test_another_case_of_the_same_name_is_the_same_repository() -> None:
    project = plant(*github("ada/engine", 7))
    planting.curate(project=project, changes={"github_repo": "Ada/Engine"}, now=NOW)
    assert kept(project) == {"github 7", "git github.com/ada/engine"}


def test_sources_go_with_the_plant() -> None:
    plant(*github("ada/engine", 7), FIRST)
    planting.remove(projects=Project.objects.all(), source="owner", now=NOW)
    assert not ProjectSource.objects.exists()
    assert identity.find(ProjectDraft(name="Engine", sources=github("ada/engine", 7))) is None


def test_a_plant_without_sources_is_nobodys() -> None:
    ProjectFactory.create(name="Engine")
    assert identity.find(ProjectDraft(name="Engine")) is None
