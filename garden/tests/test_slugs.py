from __future__ import annotations

import pytest

from garden.planting import free_slug
from garden.slugs import slug_of
from garden.tests.factories import ProjectFactory


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
