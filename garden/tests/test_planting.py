from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from garden import ground, planting, services
from garden.drafts import ProjectDraft
from garden.engine.layout import WITHIN, Position
from garden.looks import ISLAND
from garden.models import GardenEvent, Project
from garden.sources import GITHUB, SourceRef, github
from garden.tests.factories import NOW, ProjectFactory, at_once
from garden.vocabulary import EventType, ProjectStatus, Visibility

pytestmark = pytest.mark.django_db
SEVENTH = SourceRef(GITHUB, "7")


def plant(**said: object) -> tuple[Project, bool]:
    return planting.plant(draft=ProjectDraft(**{"name": "Click", **said}), source="test", now=NOW)  # type: ignore[arg-type]


def test_a_new_project_gets_a_place_a_kind_and_an_announcement() -> None:
    project, new = plant(sources=github("pallets/click"), languages={"Python": 90_000}, description="A CLI toolkit")
    assert new
    assert project.slug == "click"
    assert project.technologies == ["Python"]
    assert (project.position_x, project.position_z) != (0, 0)
    assert GardenEvent.objects.get().event_type == EventType.SEED_PLANTED


def test_the_same_repository_is_the_same_plant_in_any_case() -> None:
    first, _ = plant(sources=github("Pallets/Click"))
    second, new = plant(sources=github("pallets/click", 7))
    assert not new
    assert second.pk == first.pk
    assert second.sources.filter(provider="github", external_id="7").exists()


def test_a_renamed_repository_keeps_its_plant() -> None:
    first, _ = plant(sources=github("old/name", 7))
    second, new = plant(sources=github("new/name", 7))
    assert not new
    assert second.pk == first.pk
    assert second.github_repo == "new/name"


def test_a_name_that_a_renamed_repository_left_behind_belongs_to_whoever_took_it() -> None:
    moved, _ = plant(sources=github("me/app", 7))
    newcomer, new = plant(sources=github("me/app", 8))
    assert new
    assert moved.github_repo == ""
    assert newcomer.github_repo == "me/app"


def test_what_is_not_said_stays() -> None:
    project, _ = plant(sources=github("me/app"), description="Words", languages={"Go": 5}, stars=3)
    plant(sources=github("me/app"))
    project.refresh_from_db()
    assert (project.description, project.languages, project.stars) == ("Words", {"Go": 5}, 3)


def test_what_the_owner_set_by_hand_stays() -> None:
    project, _ = plant(sources=github("me/app"), description="From GitHub")
    planting.curate(project=project, changes={"description": "My words"}, now=NOW)
    plant(sources=github("me/app"), description="From GitHub again", stars=9)
    project.refresh_from_db()
    assert project.description == "My words"
    assert project.stars == 9


def test_nobody_moves_when_a_newcomer_arrives() -> None:
    first, _ = plant(sources=github("me/one"))
    place = (first.position_x, first.position_z)
    for number in range(10):
        plant(name=f"P{number}", sources=github(f"me/p{number}"))
    first.refresh_from_db()
    assert (first.position_x, first.position_z) == place


def test_two_projects_of_one_name_get_two_addresses() -> None:
    one, _ = plant(sources=github("me/click"))
    two, _ = plant(sources=github("you/click"))
    assert {one.slug, two.slug} == {"click", "click-2"}


def test_a_name_without_letters_still_gets_an_address() -> None:
    project, _ = plant(name="🌱\x00", sources=github("me/x"))
    assert (project.slug, project.name) == ("seedling", "🌱")
    nothing, _ = plant(name="…", sources=github("me/y"))
    assert nothing.slug == "plant"


def test_a_visitors_seed_waits_unseen_until_approved() -> None:
    seed = planting.propose_seed(name="Idea", description="", at=Position(-4, -2), now=NOW)
    assert seed not in Project.objects.listed()
    assert not GardenEvent.objects.exists()
    assert planting.approve(projects=Project.objects.all(), now=NOW) == 1
    seed.refresh_from_db()
    assert seed.shown
    assert GardenEvent.objects.get().event_type == EventType.SEED_PLANTED


def test_a_seed_grows_where_it_was_wanted_if_the_place_is_free() -> None:
    first = planting.plant_seed(name="One", description="", at=Position(-4, -2), now=NOW)
    assert (first.position_x, first.position_z) == (-4, -2)
    second = planting.plant_seed(name="Two", description="", at=Position(-4, -2), now=NOW)
    assert (second.position_x, second.position_z) != (-4, -2)


@pytest.mark.parametrize(
    "change",
    [{"visibility": Visibility.PRIVATE}, {"visibility": Visibility.UNLISTED}],
)
@pytest.mark.parametrize("status", [ProjectStatus.ACTIVE, ProjectStatus.ARCHIVED])
def test_a_project_that_is_public_no_longer_leaves_the_outbox(change: dict[str, object], status: str) -> None:
    project, _ = plant(sources=github("me/secret"), description="Words")
    planting.set_status(projects=[project], status=ProjectStatus(status), now=NOW)
    planting.curate(project=project, changes=change, now=NOW)
    events = list(GardenEvent.objects.all())
    assert [event.event_type for event in events] == [
        *[EventType.REDACTED] * (len(events) - 1),
        EventType.PROJECT_REMOVED,
    ]
    assert [event.data for event in events] == [*[{}] * (len(events) - 1), {"project_id": str(project.pk)}]


def test_an_archived_plant_leaves_the_garden_and_may_still_be_named() -> None:
    project, _ = plant(sources=github("me/app"))
    planting.set_status(projects=[project], status=ProjectStatus.ARCHIVED, now=NOW)
    assert [event.event_type for event in GardenEvent.objects.all()] == [
        EventType.SEED_PLANTED,
        EventType.PROJECT_REMOVED,
    ]


def test_deleting_an_archived_project_is_told_so_that_no_kept_page_names_it() -> None:
    project = ProjectFactory.create(status=ProjectStatus.ARCHIVED)
    planting.remove(projects=Project.objects.filter(pk=project.pk), source="owner", now=NOW)
    assert GardenEvent.objects.get().data == {"project_id": str(project.pk)}


def test_an_edit_of_what_was_read_long_ago_changes_nothing_else() -> None:
    project, _ = plant(sources=github("me/app", 7))
    read_long_ago = Project.objects.get(pk=project.pk)
    planting.hide(project=project, gone=SEVENTH, source="github_webhook", now=NOW)
    planting.curate(project=read_long_ago, changes={"description": "Words"}, now=NOW)
    project.refresh_from_db()
    assert project.hidden_by_source
    assert project.description == "Words"
    assert GardenEvent.objects.latest("seq").event_type == EventType.PROJECT_REMOVED


@pytest.mark.parametrize("at", [(900.0, 900.0), (ISLAND.pond.x, ISLAND.pond.z)])
def test_a_plant_moved_to_where_nothing_can_stand_stays_where_it_is(at: tuple[float, float]) -> None:
    project, _ = plant(sources=github("me/app"))
    before = project.position
    with pytest.raises(ground.BarrenGround, match=r"ends \d+\.\d m from its middle"):
        planting.curate(project=project, changes={"position_x": at[0], "position_z": at[1]}, now=NOW)
    project.refresh_from_db()
    assert project.position == before


@pytest.mark.parametrize("write", [planting.plant_seed, planting.propose_seed])
def test_a_seed_on_ground_that_bears_nothing_is_not_planted(write: Any) -> None:
    with pytest.raises(ground.BarrenGround):
        write(name="Idea", description="", at=Position(ISLAND.pond.x, ISLAND.pond.z), now=NOW)
    assert not Project.objects.exists()


def test_a_seed_whose_place_is_taken_grows_as_near_as_there_is_room() -> None:
    for _ in range(4):
        planting.plant_seed(name="One", description="", at=Position(-4, -2), now=NOW)
    far = [abs(complex(one.position_x + 4, one.position_z + 2)) for one in Project.objects.all()]
    assert min(far) == 0
    assert max(far) < WITHIN


def test_a_seed_let_in_by_any_way_gets_a_free_place() -> None:
    seed = planting.propose_seed(name="Idea", description="", at=Position(-4, -2), now=NOW)
    planting.plant_seed(name="First", description="", at=Position(seed.position_x, seed.position_z), now=NOW)
    planting.curate(project=seed, changes={"status": ProjectStatus.ACTIVE}, now=NOW)
    first = Project.objects.get(name="First")
    assert (seed.position_x, seed.position_z) != (first.position_x, first.position_z)


def test_a_seed_bed_that_is_full_takes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planting, "MOST_WAITING_SEEDS", 1)
    planting.propose_seed(name="One", description="", at=Position(0, -3), now=NOW)
    with pytest.raises(planting.SeedBedFull):
        planting.propose_seed(name="Two", description="", at=Position(0, -3), now=NOW)


def test_a_plant_that_comes_back_is_announced_as_a_newcomer() -> None:
    project, _ = plant(sources=github("me/app"))
    planting.set_status(projects=[project], status=ProjectStatus.ARCHIVED, now=NOW)
    planting.set_status(projects=[project], status=ProjectStatus.ACTIVE, now=NOW)
    assert GardenEvent.objects.latest("seq").event_type == EventType.SEED_PLANTED


def test_a_source_that_became_private_takes_its_plant_off_the_site_and_back() -> None:
    project, _ = plant(sources=github("me/app", 7))
    planting.hide(project=project, gone=SEVENTH, source="github_webhook", now=NOW)
    assert not Project.objects.reachable().exists()
    plant(sources=github("me/app", 7), private=False)
    assert Project.objects.in_garden().exists()


def test_demo_plants_leave_together_and_alone() -> None:
    kept = ProjectFactory.create()
    ProjectFactory.create_batch(3, is_demo=True)
    assert planting.remove_demo(now=NOW) == 3
    assert list(Project.objects.all()) == [kept]


def test_history_that_reaches_further_back_makes_the_plant_older() -> None:
    project, _ = plant(sources=github("me/app"), created_at=NOW - timedelta(days=10))
    plant(sources=github("me/app"), created_at=NOW - timedelta(days=100))
    project.refresh_from_db()
    assert project.planted_date == NOW - timedelta(days=100)


@pytest.mark.django_db(transaction=True)
def test_a_repository_planted_by_several_at_once_is_one_plant() -> None:
    new = at_once(lambda _turn: plant(sources=github("me/app"))[1])
    assert sorted(new) == [False, False, False, True]
    assert Project.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_seeds_of_one_name_sown_at_once_all_come_up() -> None:
    at_once(lambda _turn: planting.propose_seed(name="Idea", description="", at=Position(0, -3), now=NOW))
    assert Project.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_many_plants_can_be_archived_while_they_grow() -> None:
    projects = ProjectFactory.create_batch(6)

    def work_on_all(turn: int) -> None:
        for _ in range(4):
            if turn % 2:
                planting.set_status(projects=projects, status=ProjectStatus.FEATURED, now=NOW)
                planting.set_status(projects=projects[::-1], status=ProjectStatus.ACTIVE, now=NOW)
            else:
                for project in reversed(projects):
                    services.grow(project=Project.objects.get(pk=project.pk), now=NOW, source="test")

    at_once(work_on_all)
    assert Project.objects.exclude(grown_at=None).count() == 6
