from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from limits import parse

from greenhouse.web import rest

if TYPE_CHECKING:
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
@pytest.mark.parametrize("path", ["/", "/api/v1/projects/", "/api/v1/garden/"])
def test_no_answer_can_be_framed_sniffed_or_made_to_run_plugins(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"].split("; ")
    assert {"frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'", "script-src 'self'"} <= set(policy)


@pytest.mark.django_db
def test_a_refusal_does_not_put_off_the_end_of_its_own_limit(time_machine: Any) -> None:
    time_machine.move_to("2026-06-15T12:00:00Z", tick=False)
    limiter = rest.Limiter("")
    waits = [limiter.hit("seeds", "a") for _ in range(6)]
    time_machine.shift(30)
    waits += [limiter.hit("seeds", "a") for _ in range(100)]
    assert waits[:5] == [None] * 5
    assert all(waits[5:])
    assert waits[-1] == pytest.approx(30, abs=1)
    time_machine.shift(31)
    assert limiter.hit("seeds", "a") is None


def test_a_limit_that_began_while_the_clock_was_ahead_ends_when_it_is_set_back(time_machine: Any) -> None:
    time_machine.move_to("2026-06-16T14:00:00Z", tick=False)
    limiter = rest.Limiter("")
    assert [limiter.hit("seeds", "a") is None for _ in range(6)] == [True] * 5 + [False]
    time_machine.move_to("2026-06-15T12:00:00Z", tick=False)
    waits = [limiter.hit("seeds", "a") for _ in range(6)]
    assert waits[:5] == [None] * 5
    assert waits[5] == pytest.approx(60, abs=1)


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["{", "{}", '{"name": "\\u200b", "position": {"x": 0, "z": 0}}'])
def test_a_request_that_is_refused_for_what_it_says_counts_like_any_other(client: Client, body: str) -> None:
    statuses = [
        client.post("/api/v1/garden/plant-seed/", body, content_type="application/json").status_code for _ in range(7)
    ]
    assert statuses == [400] * 5 + [429] * 2


@pytest.mark.django_db
def test_guessing_keys_is_limited_like_using_them(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "limit_of", lambda scope: parse({"heartbeats": "3/minute"}.get(scope, "100/minute")))
    path = "/api/v1/users/current/heartbeats.bulk"
    statuses = [client.post(f"{path}?api_key=guess{n}", "[]", content_type="application/json") for n in range(5)]
    assert [answer.status_code for answer in statuses] == [401] * 3 + [429] * 2
    assert int(statuses[-1].headers["Retry-After"]) > 0


@pytest.mark.django_db
def test_the_owner_has_a_limit_by_account_whatever_the_address_used_up(
    client: Client, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "limit_of", lambda scope: parse({"owner": "4/minute"}.get(scope, "2/minute")))
    assert [client.get("/api/v1/skills/").status_code for _ in range(3)] == [200, 200, 429]
    owned = [admin_client.get("/api/v1/skills/", REMOTE_ADDR=f"203.0.113.{n}").status_code for n in range(5)]
    assert owned == [200] * 4 + [429]


@pytest.mark.django_db
def test_repeats_with_a_key_count_as_reads(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "limit_of", lambda scope: parse("3/minute" if scope == "read" else "1/minute"))
    seed = {"name": "An idea", "position": {"x": -4, "z": -2}}
    key = {"Idempotency-Key": "a key of ours"}
    statuses = [
        client.post("/api/v1/garden/plant-seed/", seed, content_type="application/json", headers=key).status_code
        for _ in range(5)
    ]
    assert statuses == [202] * 4 + [429]
