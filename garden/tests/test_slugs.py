from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from common.slugs import slug_of
from garden import planting
from garden.addresses import free_slug
from garden.drafts import ProjectDraft
from garden.sources import github
from garden.tests.factories import ProjectFactory
from garden.vocabulary import ProjectStatus, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable

    from garden.models import Project

OF_OTHERS = ProjectDraft(name="Moss map", sources=github("ada/moss-map", 7), private=True)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Moss map", "moss-map"),
        ("Übergröße", "ubergrosse"),
        ("Привет, мир", "privet-mir"),
        ("مكتبة", "mktbh"),
        ("庭園", "tingyuan"),
        ("Ελλάδα app", "ellada-app"),
        ("///", "plant"),
        ("\u2800", "plant"),
        ("x" * 300, "x" * 100),
    ],
)
def test_a_name_in_any_script_has_an_address_that_can_be_typed(name: str, slug: str) -> None:
    assert slug_of(name, otherwise="plant") == slug


@pytest.mark.django_db
def test_two_of_one_name_are_numbered_and_an_old_address_stays() -> None:
    old = ProjectFactory.create(name="مكتبة", slug="plant-3")
    assert free_slug("مكتبة") == "mktbh"
    ProjectFactory.create(name="مكتبة", slug="mktbh")
    assert free_slug("مكتبة") == "mktbh-2"
    old.refresh_from_db()
    assert old.slug == "plant-3"


def proposed() -> Project:
    return planting.propose_seed(name="Moss map", description="", at=None, now=timezone.now())


def of_the_owner(visibility: Visibility) -> Project:
    changes = {"visibility": visibility}
    return planting.plant_seed(name="Moss map", description="", now=timezone.now(), changes=changes)


def of_a_source() -> Project:
    return planting.plant(draft=OF_OTHERS, source="github", now=timezone.now())[0]


def approve(project: Project) -> None:
    planting.curate(project=project, changes={"status": ProjectStatus.ACTIVE}, now=timezone.now())


def show(project: Project) -> None:
    planting.curate(project=project, changes={"visibility": Visibility.PUBLIC}, now=timezone.now())


def show_at_source(project: Project) -> None:
    planting.refresh(project=project, draft=replace(OF_OTHERS, private=False), source="github", now=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hidden", "opened"),
    [
        (proposed, approve),
        (lambda: of_the_owner(Visibility.PRIVATE), show),
        (lambda: of_the_owner(Visibility.ANONYMOUS), show),
        (of_a_source, show_at_source),
    ],
    ids=["proposed", "private", "anonymous", "private at its source"],
)
def test_no_address_tells_that_something_hidden_has_the_same_name(
    hidden: Callable[[], Project], opened: Callable[[Project], None]
) -> None:
    secret = hidden()
    assert "moss" not in secret.slug
    assert of_the_owner(Visibility.PUBLIC).slug == "moss-map"
    opened(secret)
    secret.refresh_from_db()
    assert secret.slug == "moss-map-2"
    planting.curate(project=secret, changes={"visibility": Visibility.PRIVATE}, now=timezone.now())
    secret.refresh_from_db()
    assert secret.slug == "moss-map-2"  # it is known by it
