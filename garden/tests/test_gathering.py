"""The garden is laid anew when its owner asks, and then as if it had been planted today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from garden.engine.island import RADIUS, terrain
from garden.engine.layout import PlacedPlant, standing_radius
from garden.event_types import ProjectChanged
from garden.gathering import gather
from garden.models import GardenEvent, Project
from garden.tests.factories import NOW, ProjectFactory
from garden.vocabulary import ProjectStatus, Visibility

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def radius() -> float:
    """Of the island that everybody stands on."""
    return standing_radius(
        PlacedPlant(each.genome.variant, each.position_x, each.position_z) for each in Project.objects.all()
    )


def test_a_garden_from_before_is_gathered_on_a_small_island() -> None:
    for x, z in ((-5.0, -3.0), (4.5, -2.0), (0.5, -6.0), (5.5, 1.5)):
        ProjectFactory.create(position_x=x, position_z=z)
    assert radius() > 6
    assert gather(now=NOW) == 4
    assert radius() < 4.5
    island = terrain(radius())
    assert all(island.pond_distance(each.position_x, each.position_z) > 0 for each in Project.objects.all())


def test_gathering_twice_moves_nobody_the_second_time() -> None:
    for _ in range(6):
        ProjectFactory.create()
    gather(now=NOW)
    events = GardenEvent.objects.count()
    assert gather(now=NOW) == 0
    assert GardenEvent.objects.count() == events


def test_open_pages_hear_of_every_plant_that_is_seen_and_of_no_other() -> None:
    seen = ProjectFactory.create(position_x=6.0, position_z=1.0)
    hidden = ProjectFactory.create(position_x=-6.0, position_z=-1.0, visibility=Visibility.PRIVATE)
    gather(now=NOW)
    told = GardenEvent.objects.filter(event_type=ProjectChanged.event_type)
    assert [event.data["project_id"] for event in told] == [str(seen.pk)]
    hidden.refresh_from_db()
    assert abs(hidden.position_x) < RADIUS.least


def test_a_seed_that_waits_stays_without_a_place() -> None:
    seed = ProjectFactory.create(status=ProjectStatus.PROPOSED, position_x=9.0, position_z=9.0)
    assert gather(now=NOW) == 0
    seed.refresh_from_db()
    assert (seed.position_x, seed.position_z) == (9.0, 9.0)


def test_the_owner_gathers_the_garden_by_a_button(admin_client: Client) -> None:
    project = ProjectFactory.create(position_x=6.2, position_z=0.5)
    action = {"action": "gather_garden", "_selected_action": [str(project.pk)]}
    answer = admin_client.post(reverse("admin:garden_project_changelist"), action, follow=True)
    assert "1 plant moved: the garden is laid out anew." in answer.content.decode()
    project.refresh_from_db()
    assert project.position_x < RADIUS.least
