"""Which answers of the API a cache between may keep, and for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken

from common.permissions import Scope
from garden.tests.factories import ProjectFactory
from garden.vocabulary import Visibility
from integrations import keys

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

pytestmark = pytest.mark.django_db
PROJECTS = "/api/v1/projects/"


def test_what_the_owner_is_told_is_kept_by_no_cache_and_handed_to_nobody_else(
    client: Client, admin_client: Client, admin_user: User
) -> None:
    ProjectFactory.create(name="Moss", visibility=Visibility.PRIVATE)
    _, key = keys.make(label="script", scopes=[Scope.READ], now=timezone.now())
    for answer in (
        admin_client.get(PROJECTS),
        client.get(PROJECTS, headers={"Authorization": f"Api-Key {key}"}),
        client.get(PROJECTS, headers={"Authorization": f"Bearer {AccessToken.for_user(admin_user)}"}),
    ):
        assert answer.json()["count"] == 1
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert {"Authorization", "Cookie"} <= set(answer.headers["Vary"].split(", "))


@pytest.mark.parametrize("address", [PROJECTS, "/api/v1/summary/", "/api/v1/garden/"])
def test_a_refusal_of_who_shows_a_wrong_key_is_handed_to_nobody_else(client: Client, address: str) -> None:
    answer = client.get(address, headers={"Authorization": "Api-Key ghk_nobody"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (401, "private, no-store")


def test_what_everyone_is_told_says_by_what_it_would_differ(client: Client) -> None:
    answer = client.get(PROJECTS)
    assert "Cache-Control" not in answer.headers
    assert {"Authorization", "Cookie"} <= set(answer.headers["Vary"].split(", "))
