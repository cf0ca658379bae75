"""Work that goes on makes a plant livelier for a day, and never larger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from garden import services
from garden.boost import boost
from garden.engine.growth import MOST_BOOST, boost_of
from garden.models import GardenEvent, Project
from garden.tests.factories import ProjectFactory

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(("activity", "added"), [(0.0, 0.0), (0.8, 0.08), (1.0, 0.1), (7.0, 0.1), (-1.0, 0.0)])
def test_a_boost_is_a_tenth_of_the_activity_at_most(activity: float, added: float) -> None:
    assert boost_of(activity) == pytest.approx(added)
    assert boost_of(activity) <= MOST_BOOST


@pytest.fixture
def plant() -> Project:
    project = ProjectFactory.create(planted_date=NOW - timedelta(days=60))
    services.grow(project=project, now=NOW, source="test")
    return project


@pytest.mark.django_db
def test_it_lifts_vitality_for_a_day_and_leaves_growth_alone(plant: Project) -> None:
    before, factor = plant.vitality, plant.growth_factor
    boost(project=plant, activity=0.9, now=NOW, source="development_activity")
    plant.refresh_from_db()
    assert plant.vitality == pytest.approx(before + 0.09)
    assert plant.growth_factor == factor
    assert GardenEvent.objects.latest("seq").source == "development_activity"
    services.grow(project=plant, now=NOW + timedelta(hours=23), source="test")
    assert plant.vitality > before
    services.grow(project=plant, now=NOW + timedelta(hours=24), source="test")
    assert plant.vitality < before
    assert plant.growth_factor == factor


@pytest.mark.django_db
def test_work_that_goes_on_is_written_once_an_hour_unless_it_grows_stronger(plant: Project) -> None:
    boost(project=plant, activity=0.8, now=NOW, source="x")
    for minutes, activity, moment in ((1, 0.8, 0), (2, 0.85, 0), (3, 1.0, 3), (4, 0.75, 3), (70, 0.75, 70)):
        boost(project=plant, activity=activity, now=NOW + timedelta(minutes=minutes), source="x")
        plant.refresh_from_db()
        assert plant.boosted_at == NOW + timedelta(minutes=moment)
    assert plant.boost == pytest.approx(0.075)


@pytest.mark.django_db
def test_a_lively_plant_is_no_livelier_than_alive(plant: Project) -> None:
    Project.objects.filter(pk=plant.pk).update(planted_date=NOW)
    plant.refresh_from_db()
    boost(project=plant, activity=1.0, now=NOW, source="x")
    assert Project.objects.get().vitality <= 1.0
