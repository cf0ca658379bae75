from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

pytestmark = pytest.mark.django_db

ATTEMPTS = 10  # a minute, as settings.RATE_LIMITS has it for "token"


def sign_in(client: Client, password: str) -> str:
    """Where the console leads after an attempt; empty where it shows the form again."""
    answer = client.post(reverse("admin:login"), {"username": "admin", "password": password})
    return answer.headers.get("Location", "")


def test_the_owner_signs_in(client: Client, admin_user: User) -> None:
    assert sign_in(client, "password")


def test_guessing_ends_even_for_the_right_password(client: Client, admin_user: User) -> None:
    for _ in range(ATTEMPTS):
        assert not sign_in(client, "wrong")
    assert not sign_in(client, "password")
    page = client.post(reverse("admin:login"), {"username": "admin", "password": "password"})
    assert b"Too many attempts" in page.content
