"""What limits our requests to others: the bucket and its burst, the circuit breaker, and what is counted of them."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.urls import reverse
from requests.structures import CaseInsensitiveDict

from integrations import limits, outgoing, request_metrics, schedule
from integrations.answers import pause_in
from integrations.limits import FAILURES_TO_OPEN, Circuit
from integrations.models import OutgoingEndpoint, OutgoingLimit, SourceSchedule
from integrations.problems import Limited, Problem
from integrations.tests.github_stub import Reply
from integrations.tests.test_http import door

if TYPE_CHECKING:
    from django.test import Client
    from time_machine import TimeMachineFixture

    from integrations.tests.github_stub import Account, Stub

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TROUBLE = Reply({}, 500)


@pytest.fixture(autouse=True)
def _noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


def circuit() -> Circuit:
    return limits.circuit_of(OutgoingLimit.objects.get(), now=datetime.now(UTC))


def ask(stub: Stub, path: str = "/user") -> int:
    return door(stub).get(path).status


def break_down(stub: Stub) -> None:
    """Two runs that get nowhere."""
    stub.on("/user", TROUBLE)
    for _ in range(2):
        with pytest.raises(Problem, match="trouble of its own"):
            ask(stub)


def test_a_burst_goes_out_at_once_and_the_rest_at_the_pace_of_the_limit(
    stub: Stub, time_machine: TimeMachineFixture
) -> None:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        time_machine.shift(timedelta(seconds=seconds))

    stub.on("/user", Reply({}))
    for _ in range(5):
        door(stub, per_minute=30, burst=3, sleep=sleep).get("/user")
    assert waits == pytest.approx([2.0, 2.0], abs=0.01)
    time_machine.shift(timedelta(hours=1))
    row = OutgoingLimit.objects.get()
    assert limits.tokens_at(row, per_minute=30, burst=3, now=NOW + timedelta(hours=2)) == 3


def test_a_service_that_fails_again_and_again_is_left_alone_then_asked_once_and_trusted_again(
    stub: Stub, time_machine: TimeMachineFixture
) -> None:
    break_down(stub)
    assert (len(stub.requests), circuit()) == (FAILURES_TO_OPEN, Circuit.OPEN)  # the sixth attempt was not made
    with pytest.raises(Limited, match="failed 5 times in a row") as caught:
        ask(stub, "/other")
    assert (caught.value.code, caught.value.until) == ("circuit_open", NOW + limits.FIRST_REST)
    assert len(stub.requests) == FAILURES_TO_OPEN

    time_machine.shift(limits.FIRST_REST)
    assert circuit() == Circuit.HALF_OPEN
    with pytest.raises(Problem, match="trouble of its own") as told:
        ask(stub)
    assert told.value.until == NOW + limits.FIRST_REST * 3  # twice as long as the first time
    assert (len(stub.requests), circuit()) == (FAILURES_TO_OPEN + 1, Circuit.OPEN)

    stub.on("/user", Reply({}))
    time_machine.shift(limits.FIRST_REST * 2)
    assert ask(stub) == 200
    assert (circuit(), OutgoingLimit.objects.get().failures) == (Circuit.CLOSED, 0)


def test_of_many_processes_one_finds_out_whether_it_is_back(stub: Stub, time_machine: TimeMachineFixture) -> None:
    break_down(stub)
    time_machine.shift(limits.FIRST_REST)
    now = NOW + limits.FIRST_REST
    turns = [limits.take_token("stub", per_minute=60, burst=60, now=now) for _ in range(3)]
    assert [turn.until for turn in turns] == [None, now + limits.PROBE, now + limits.PROBE]
    assert circuit() == Circuit.HALF_OPEN
    after = limits.take_token("stub", per_minute=60, burst=60, now=now + limits.PROBE)
    assert after.until is None  # whoever had the probe was killed


def test_what_a_service_refuses_opens_no_circuit(stub: Stub) -> None:
    stub.on("/user", Reply({}, 401))
    for _ in range(FAILURES_TO_OPEN * 2):
        with pytest.raises(Problem, match="does not accept the token"):
            ask(stub)
    assert circuit() == Circuit.CLOSED


def test_a_clock_that_was_ahead_leaves_neither_an_open_circuit_nor_a_pause() -> None:
    ahead = NOW + timedelta(days=3)
    limits.take_token("stub", per_minute=60, burst=1, now=ahead)
    limits.pause("stub", until=ahead + timedelta(hours=1), reason="slow", now=ahead)
    for _ in range(FAILURES_TO_OPEN):
        limits.failed("stub", trouble="so", now=ahead)
    assert limits.next_try_at("stub", now=NOW) is None
    assert limits.take_token("stub", per_minute=60, burst=60, now=NOW).until is None


def test_the_schedule_leaves_a_service_alone_whose_circuit_is_open(ada: Account) -> None:
    SourceSchedule.objects.exclude(provider="github").update(enabled=False)
    limits.take_token("github", per_minute=80, burst=80, now=NOW)
    for _ in range(FAILURES_TO_OPEN):
        limits.failed("github", trouble="GitHub did not answer in time.", now=NOW)
    assert schedule.request_due(now=NOW) == []
    assert len(schedule.request_due(now=NOW + limits.FIRST_REST)) == 1


# --- The services' own words ------------------------------------------------------------------------------------------

RESET = int(NOW.timestamp()) + 3000


@pytest.mark.parametrize(
    ("status", "headers", "body", "seconds"),
    [
        pytest.param(429, {"Retry-After": "120"}, b"", 120, id="spotify"),
        pytest.param(429, {"Retry-After": "1.5"}, b"", 1.5, id="a-part-of-a-second"),
        pytest.param(503, {"Retry-After": "Sun, 01 Mar 2026 12:10:00 GMT"}, b"", 600, id="503-with-a-date"),
        pytest.param(403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{RESET}"}, b"", 3001, id="github"),
        pytest.param(
            429, {"X-RateLimit-Remaining": "4000", "X-RateLimit-Reset": f"{RESET}"}, b"", 60, id="github-second-limit"
        ),
        pytest.param(403, {"X-RateLimit-Remaining": "4000"}, b"secondary rate limit", 60, id="github-second-limit-403"),
        pytest.param(
            429,
            {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-03-01T12:05:00.123456Z"},
            b"",
            301.123456,
            id="mastodon",
        ),
        pytest.param(429, {"ratelimit-remaining": "0", "ratelimit-reset": f"{RESET}"}, b"", 3001, id="bluesky"),
        pytest.param(200, {"ratelimit-remaining": "0", "ratelimit-reset": f"{RESET}"}, b"", 3001, id="the-last-one"),
        pytest.param(429, {"RateLimit-Remaining": "0", "RateLimit-Reset": "30"}, b"", 31, id="draft-in-seconds"),
        pytest.param(429, {"RateLimit": '"default";r=0;t=45'}, b"", 46, id="newest-draft"),
        pytest.param(429, {"x-rate-limit-remaining": "0", "x-rate-limit-reset": f"{RESET}"}, b"", 3001, id="x"),
        pytest.param(429, {"X-RateLimit-Reset-In": "7"}, b"", 8, id="listenbrainz"),
        pytest.param(429, {}, b"", 60, id="nothing-said"),
        pytest.param(429, {"Retry-After": "soon", "X-RateLimit-Reset": "-1"}, b"", 60, id="nonsense"),
        pytest.param(429, {"Retry-After": "nan"}, b"", 60, id="not-a-number"),
        pytest.param(429, {"Retry-After": "Sun, 01 Mar 2026 11:00:00 GMT"}, b"", 0, id="a-date-that-is-over"),
    ],
)
def test_a_pause_is_as_long_as_the_service_says_in_its_own_words(
    status: int, headers: dict[str, str], body: bytes, seconds: float
) -> None:
    said = pause_in(status, CaseInsensitiveDict(headers), body, label="It", now=NOW)
    assert said
    assert (said.until - NOW).total_seconds() == pytest.approx(seconds)
    assert said.asked is (status != 200)


# --- What is counted --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        ("/repos/ada/secret-plan/commits/0123abc", "/repos/*/*/commits/*"),
        ("/1/user/ada/listens", "/1/user/*/listens"),
        ("/api/v1/accounts/109/statuses", "/api/v1/accounts/*/statuses"),
        ("/xrpc/app.bsky.feed.getAuthorFeed", "/xrpc/app.bsky.feed.getAuthorFeed"),
        ("/a/b/c/d/e/f/g/h/i/j", "/*/*/*/*/*/*/*/*"),
        ("", "/"),
    ],
)
def test_an_endpoint_names_nobodys_work(path: str, endpoint: str) -> None:
    assert request_metrics.endpoint_of(path) == endpoint


def test_requests_are_counted_by_endpoint_and_never_more_than_so_many() -> None:
    def count(endpoint: str, status: int | None, seconds: float) -> None:
        request_metrics.count_request(provider="stub", endpoint=endpoint, status=status, seconds=seconds, now=NOW)

    for status in (200, 304, 503, None):
        count("/user", status, 0.5)
    row = OutgoingEndpoint.objects.get()
    assert (row.requests, row.errors, row.last_status, row.mean_ms) == (4, 2, None, 500.0)
    for number in range(100):
        count(f"/{number}", 200, 0.1)
    assert OutgoingEndpoint.objects.count() == request_metrics.MOST_ENDPOINTS + 1
    assert sum(row[2] for row in outgoing.totals()) == 104


def test_status_and_metrics_show_limits_circuits_and_requests(
    admin_client: Client, stub: Stub, ada: Account, settings: Any
) -> None:
    settings.GITHUB_BURST = 7
    key = "github"
    limits.take_token(key, per_minute=10_000, burst=7, now=NOW)
    for _ in range(FAILURES_TO_OPEN):
        limits.failed(key, trouble="GitHub could not be reached.", now=NOW)
    request_metrics.count_request(provider="github", endpoint="/user", status=502, seconds=1, now=NOW)
    first = admin_client.get("/api/v1/integrations/status/").json()["integrations"][0]
    assert first["paused_until"] == "2026-03-01T12:01:00Z"
    assert {name: first["outgoing"][name] for name in ("burst", "tokens", "circuit", "failures")} == {
        "burst": 7,
        "tokens": 6,
        "circuit": "open",
        "failures": 5,
    }
    assert first["outgoing"]["endpoints"][0]["last_status"] == 502
    said = admin_client.get("/metrics").content.decode()
    assert 'outgoing_requests_total{endpoint="/user",provider="github"} 1.0' in said
    assert 'outgoing_circuits_open{provider="github"} 1.0' in said


def test_the_console_shows_an_open_circuit_and_closes_it_on_a_click(admin_client: Client) -> None:
    limits.take_token("github:0123456789ab", per_minute=80, burst=80, now=NOW)
    for _ in range(FAILURES_TO_OPEN):
        limits.failed("github:0123456789ab", trouble="GitHub could not be reached.", now=NOW)
    request_metrics.count_request(provider="github", endpoint="/user", status=502, seconds=1, now=NOW)
    row = OutgoingLimit.objects.get()
    listed = reverse("admin:integrations_outgoinglimit_changelist")
    page = admin_client.get(listed).content.decode()
    assert "Left alone" in page
    assert "GitHub could not be reached." in page
    one = admin_client.get(reverse("admin:integrations_outgoinglimit_change", args=[row.pk])).content.decode()
    assert "/user" in one
    assert "Left alone" in one
    admin_client.post(listed, {"action": "ask_again", "_selected_action": [row.pk]})
    assert circuit() == Circuit.CLOSED


@pytest.mark.django_db(transaction=True)
def test_processes_share_one_bucket() -> None:
    limits.take_token("stub", per_minute=1, burst=20, now=NOW)
    taken: list[bool] = []

    def take() -> None:
        try:
            for _ in range(6):
                taken.append(limits.take_token("stub", per_minute=1, burst=20, now=NOW).until is None)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), sum(taken)) == (24, 19)
