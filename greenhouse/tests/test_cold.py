"""The state where nothing of it is kept: how much is asked and done for a garden of any size."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework import serializers

from garden import plant_views, selectors
from garden.models import Project
from garden.serializers import PlantOut
from garden.tests.factories import NOW, ProjectFactory
from garden.vocabulary import ProjectStatus, Visibility
from greenhouse import state
from greenhouse.site.cards import drawn
from skills.selectors import constellation, skill_uses, sky
from skills.serializers import SkillLineOut, SkillNodeOut
from skills.services import sync_from_projects
from tests.effort import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from common.rows import RowsOut
    from visitors.suggestions import Plant

pytestmark = pytest.mark.django_db

LANGUAGES = ("Python", "Go", "Rust", "C", "Shell", "Haskell")
EVERY_FIELD = [field.name for field in Project._meta.concrete_fields if field.name != "description"]
CALLS_A_PLANT = 400  # with what Django and REST framework do for it; a serializer's field by field takes a thousand


def plant(count: int) -> None:
    """So many plants, of everything that a project can be."""
    for number in range(count):
        ProjectFactory.create(
            visibility=list(Visibility)[number % len(Visibility)],
            status=ProjectStatus.FEATURED if number % 7 == 0 else ProjectStatus.ACTIVE,
            hidden_by_source=number % 5 == 0,
            technologies=[LANGUAGES[(number + step) % len(LANGUAGES)] for step in range(number % 4)],
            languages={LANGUAGES[number % len(LANGUAGES)]: 5000, LANGUAGES[number // 2 % len(LANGUAGES)]: 300},
            assisted_share=0.5,
        )
    sync_from_projects(now=NOW)


def test_two_hundred_projects_take_as_many_queries_as_ten() -> None:
    plant(10)
    with CaptureQueriesContext(connection) as few:
        state.assemble_bytes(NOW)
    plant(190)
    with CaptureQueriesContext(connection) as many:
        state.assemble_bytes(NOW)
    assert len(many) == len(few)


def test_a_plant_more_is_little_more_work() -> None:
    plant(60)
    state.assemble_bytes(NOW)  # what is done once a process is done
    before, few = counted(lambda: len(state.assemble(NOW)["projects"]))
    plant(60)
    after, many = counted(lambda: len(state.assemble(NOW)["projects"]))
    assert (many - few) / (after - before) < CALLS_A_PLANT


@pytest.mark.parametrize("visibility", Visibility)
def test_values_alone_are_shown_as_the_whole_project_is(visibility: Visibility) -> None:
    project = ProjectFactory.create(
        visibility=visibility, name="Ledger", technologies=["Django"], languages={"Go": 1}, story="Books", stars=7
    )
    [values] = Project.objects.values_as_shown(*EVERY_FIELD)
    assert values == attrgetter(*EVERY_FIELD)(Project.objects.get(pk=project.pk).as_shown())
    if visibility == Visibility.ANONYMOUS:
        assert Project.objects.values_as_shown("description", "name") == [("", project.as_shown().name)]


def test_what_is_written_in_one_pass_is_what_the_framework_writes() -> None:
    plant(30)
    stars = constellation()
    rows: list[tuple[type[RowsOut], list[Any]]] = [
        (PlantOut, plant_views.plants(NOW)),
        (SkillNodeOut, list(stars.nodes)),
        (SkillLineOut, list(stars.connections)),
    ]
    for written, values in rows:
        assert values
        for one in values:
            assert written(one).data == serializers.Serializer.to_representation(written(), one)


def test_a_plant_of_which_little_is_read_is_drawn_as_the_whole_project_is() -> None:
    plant(30)
    assert [drawn(one) for one in plant_views.drawn_plants()] == list(map(drawn, selectors.garden_projects()))


def test_what_is_suggested_is_the_same_however_it_is_read() -> None:
    def told(plants: Iterable[Plant]) -> list[Any]:
        return [(one.id, one.name, one.url(), one.growth_factor, one.vitality, one.commits) for one in plants]

    plant(30)
    assert told(state.suggested_now()) == told(state.suggested(plant_views.plants(NOW)))


def test_the_skills_whose_uses_are_counted_are_those_that_are_seen() -> None:
    plant(30)
    seen = sky()
    assert skill_uses() == [(skill, len(seen.projects.get(pk, ()))) for pk, skill in seen.skills.items()]
