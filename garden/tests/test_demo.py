"""The demonstration garden."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from itertools import combinations

import pytest
from django.core.management import call_command
from django.utils import timezone

from garden import services
from garden.demo import INVENTIONS, plant_demo
from garden.engine.island import RADIUS, terrain
from garden.engine.layout import PlacedPlant, gap, standing_radius
from garden.looks import ISLAND
from garden.models import Activity, GardenEvent, GrowthLog, Project
from garden.tests.factories import NOW, ProjectFactory
from garden.vocabulary import EventType, GrowthStage, PlantType

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def test_every_kind_and_every_stage_is_there(now: datetime) -> None:
    plants = plant_demo(now=now)
    assert len(plants) >= 10
    assert {plant.plant_type for plant in plants} == set(PlantType)
    assert {plant.growth_stage for plant in plants} == set(GrowthStage)
    assert {"oak", "cherry", "birch", "conifer"} <= {plant.genome.variant for plant in plants}


def test_every_plant_is_marked_and_in_the_garden(now: datetime) -> None:
    plant_demo(now=now)
    assert Project.objects.in_garden().filter(is_demo=True).count() == len(INVENTIONS)


def test_the_past_is_grown_and_lies_before_today(now: datetime) -> None:
    plant_demo(now=now)
    old = Project.objects.filter(is_demo=True).order_by("planted_date")[0]
    climbed = [row.new_stage for row in old.growth_log.order_by("recorded_at") if row.is_stage_change]
    assert climbed == [stage for stage in GrowthStage if stage in climbed]
    assert climbed[-1] == GrowthStage.ANCIENT
    assert not Activity.objects.filter(occurred_at__gt=now).exists()
    assert not GrowthLog.objects.filter(recorded_at__gt=now).exists()


@pytest.mark.parametrize("moment", ["2024-02-29T00:00:01+00:00", "2026-12-31T23:59:59+00:00"])
def test_it_looks_the_same_on_any_day(moment: str) -> None:
    stages = {plant.name: plant.growth_stage for plant in plant_demo(now=datetime.fromisoformat(moment))}
    assert set(stages.values()) == set(GrowthStage)


def test_planting_twice_adds_nothing(now: datetime) -> None:
    plant_demo(now=now)
    facts = Activity.objects.count()
    assert plant_demo(now=now + timedelta(days=40)) == []
    assert (Project.objects.count(), Activity.objects.count()) == (len(INVENTIONS), facts)


def test_a_plant_that_was_removed_alone_comes_back_alone(now: datetime) -> None:
    plant_demo(now=now)
    Project.objects.filter(slug="thimble").delete()
    assert [plant.slug for plant in plant_demo(now=now)] == ["thimble"]


def test_the_command_plants_and_removes_and_leaves_real_plants_alone(capsys: pytest.CaptureFixture[str]) -> None:
    ProjectFactory.create(name="Real", slug="real")
    call_command("demo")
    assert f"Planted {len(INVENTIONS)} demonstration plants" in capsys.readouterr().out
    call_command("demo")
    assert "planted already" in capsys.readouterr().out
    call_command("demo", "--remove")
    assert f"Removed {len(INVENTIONS)}" in capsys.readouterr().out
    assert list(Project.objects.values_list("slug", flat=True)) == ["real"]
    assert not Activity.objects.exists()


def test_a_demonstration_stays_as_it_was_planted(now: datetime) -> None:
    plant_demo(now=now)
    before = list(Project.objects.order_by("slug").values_list("slug", "growth_stage", "vitality"))
    services.grow_all(now=now + timedelta(days=200), source="test")
    assert list(Project.objects.order_by("slug").values_list("slug", "growth_stage", "vitality")) == before


def test_every_plant_stands_on_the_ground_and_hardly_reaches_into_another(now: datetime) -> None:
    placed = [PlacedPlant(plant.genome.variant, plant.position_x, plant.position_z) for plant in plant_demo(now=now)]
    island = terrain(standing_radius(placed))
    for plant in placed:
        assert math.hypot(plant.x, plant.z) <= island.radius * RADIUS.rim + 0.001
        assert island.pond_distance(plant.x, plant.z) > 0
        assert island.path_distance(plant.x, plant.z) > ISLAND.path.worn * island.path_width
    assert all(gap(one.variant, one.x, one.z, other) > -0.25 for one, other in combinations(placed, 2))


def test_made_up_commits_are_no_news() -> None:
    plant_demo(now=NOW)
    told = set(GardenEvent.objects.values_list("event_type", flat=True))
    assert EventType.SEED_PLANTED in told
    assert EventType.COMMIT_PUSHED not in told
