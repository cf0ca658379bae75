from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from greenhouse.web import rest

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client


def test_the_limit_holds_without_redis() -> None:
    limiter = rest.Limiter("")
    waits = [limiter.hit("seeds", "a") for _ in range(6)]
    assert waits[:5] == [None] * 5
    assert waits[5] is not None
    assert limiter.hit("seeds", "b") is None


def test_the_limit_keeps_holding_when_redis_is_gone() -> None:
    limiter = rest.Limiter("redis://127.0.0.1:1/0")
    waits = [limiter.hit("seeds", "a") for _ in range(6)]
    assert waits[:5] == [None] * 5
    assert waits[5] is not None


def test_limits_can_be_switched_off(settings: Any) -> None:
    settings.ENABLE_RATE_LIMITING = False
    limiter = rest.Limiter("")
    assert [limiter.hit("seeds", "a") for _ in range(9)] == [None] * 9


def test_the_addresses_of_one_household_on_ipv6_share_a_limit() -> None:
    limiter = rest.Limiter("")
    waits = [limiter.hit("seeds", f"2001:db8:1:2::{turn}") for turn in range(6)]
    assert waits[:5] == [None] * 5
    assert waits[5] is not None
    assert limiter.hit("seeds", "2001:db8:1:3::1") is None


@pytest.mark.django_db
def test_a_token_ends_with_the_password_that_it_was_given_for(client: Client, admin_user: User) -> None:
    who = {"username": "admin", "password": "password"}
    given = client.post("/api/v1/auth/token/", who, content_type="application/json").json()

    def status_with(access: str) -> int:
        headers = {"Authorization": f"Bearer {access}"}
        return client.get("/api/v1/integrations/status/", headers=headers).status_code

    assert status_with(given["access"]) == 200
    admin_user.set_password("another one altogether")
    admin_user.save()
    assert status_with(given["access"]) == 401
    again = {"refresh": given["refresh"]}
    renewed = client.post("/api/v1/auth/token/refresh/", again, content_type="application/json").json()
    assert "access" not in renewed or status_with(renewed["access"]) == 401


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/api/v1/projects/", "/api/v1/garden/"])
def test_no_answer_can_be_framed_sniffed_or_made_to_run_plugins(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"].split("; ")
    assert {"frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'", "script-src 'self'"} <= set(policy)
