from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from garden.tests.factories import ProjectFactory
from garden.vocabulary import Visibility
from visitors.light import LEAST_WALKED, MOST_WAYS, ways
from visitors.models import Session, Step
from visitors.vocabulary import SetAside, StepKind

if TYPE_CHECKING:
    from django.test import Client

    from garden.models import Project


def walk(visits: int, *places: tuple[float, float], first: int = 0) -> list[tuple[int, float, float]]:
    return [(first + visit, x, z) for visit in range(visits) for x, z in places]


def test_a_way_is_told_once_several_visits_took_it() -> None:
    assert ways(walk(LEAST_WALKED - 1, (0, 0), (2, 3))) == []
    (way,) = ways(walk(LEAST_WALKED, (0.2, -0.3), (2.4, 3.1)))
    assert (way.ends, way.strength) == (((0.0, 0.0), (2.0, 3.0)), 1.0)


def test_who_walks_up_and_down_all_day_is_one_visit() -> None:
    assert ways(walk(1, *[(0, 0), (2, 3)] * 50)) == []


def test_a_way_has_no_direction_and_a_visit_begins_anew() -> None:
    there, back = walk(3, (0, 0), (2, 0)), walk(2, (2, 0), (0, 0), first=3)
    assert len(ways([*there, *back])) == 1
    assert ways([(visit, visit % 2, 0) for visit in range(10)]) == []  # each stood in one place


def test_strength_is_told_beside_the_most_walked_way() -> None:
    found = ways([*walk(5, (0, 0), (1, 0)), *walk(10, (5, 5), (6, 5), first=10)])
    assert [(way.ends[0], way.strength) for way in found] == [((5.0, 5.0), 1.0), ((0.0, 0.0), 0.5)]


def test_no_more_ways_are_told_than_can_be_told_apart() -> None:
    assert len(ways(walk(5, *[(number % 50, number // 50) for number in range(500)]))) == MOST_WAYS


# --- Of what is stored ------------------------------------------------------------------------------------------------


def visited(number: int, *steps: dict[str, Any], set_aside: str = "", hours: int = 1, first: bool = True) -> None:
    at = timezone.now() - timedelta(hours=hours)
    Session.objects.create(id=number, started_at=at, last_activity_at=at, first_of_day=first, set_aside=set_aside)
    for step in steps:
        Step.objects.create(session_id=number, at=at, kind=StepKind.PROJECT_VIEW, **step)


def light(client: Client) -> Any:
    answer = client.get(reverse("visitor-light"))
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.django_db
def test_an_empty_day_left_no_light(client: Client) -> None:
    assert light(client) == {"mood": None, "ways": []}


@pytest.mark.django_db
def test_visitors_leave_light_between_places_and_plants(client: Client) -> None:
    plant: Project = ProjectFactory.create(position_x=3.0, position_z=-2.0)
    for number in range(LEAST_WALKED):
        visited(number, {"x": 1.0, "z": 1.0}, {"project_id": plant.pk}, {"area": "garden"})
    assert light(client)["ways"] == [[1.0, 1.0, 3.0, -2.0, 1.0]]


@pytest.mark.django_db
def test_machines_yesterday_and_plants_that_nobody_sees_leave_none(client: Client) -> None:
    plants: list[Project] = [
        ProjectFactory.create(position_x=3.0),
        ProjectFactory.create(position_x=-3.0, visibility=Visibility.PRIVATE),
    ]
    steps: list[dict[str, Any]] = [{"project_id": plant.pk} for plant in plants]
    here: list[dict[str, Any]] = [{"x": 0.0, "z": 0.0}, {"x": 2.0, "z": 0.0}]
    for number in range(LEAST_WALKED):
        visited(number, *steps)
        visited(100 + number, *here, set_aside=SetAside.AGENT)
        visited(200 + number, *here, hours=25)
        visited(300 + number, *here, first=number == 0)  # one visitor, again and again
    assert light(client)["ways"] == []
