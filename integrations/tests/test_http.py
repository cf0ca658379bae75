"""The door out, against a real server on loopback that misbehaves in every way a service can."""

from __future__ import annotations

import gzip
import json
import socket
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from integrations import cached, http, limits
from integrations.http import Door, Timeouts, pages
from integrations.models import CachedResponse, OutgoingLimit
from integrations.problems import Limited, Malformed, Problem
from integrations.tests.github_stub import Reply, Stub

if TYPE_CHECKING:
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db


def door(stub: Stub, **more: Any) -> Door:
    """A door to the stub that never really waits."""
    given: dict[str, Any] = {
        "provider": "stub",
        "label": "The stub",
        "base_url": stub.url,
        "headers": {"Authorization": "Bearer secret"},
        "per_minute": 10_000,
        "sleep": lambda _seconds: None,
    }
    return Door(**(given | more))


def test_every_request_carries_its_headers_and_says_who_asks(stub: Stub) -> None:
    stub.on("/user", Reply({"login": "ada"}))
    assert door(stub).get("/user").data == {"login": "ada"}
    assert stub.requests[0].headers["authorization"] == "Bearer secret"
    assert stub.requests[0].headers["user-agent"] == http.USER_AGENT


@pytest.mark.parametrize("said", ["Bad credentials", "Bad credentials."])
def test_what_a_service_says_of_its_refusal_is_quoted_in_a_whole_sentence(stub: Stub, said: str) -> None:
    stub.on("/refused", Reply({"message": said}, 401))
    with pytest.raises(Problem) as refused:
        door(stub).get("/refused")
    assert refused.value.message.endswith("does not accept the token. It says: “Bad credentials”.")


def test_credentials_of_a_netrc_file_do_not_replace_the_owners_token(
    stub: Stub, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    stub.on("/user", Reply({}))
    door(stub).get("/user")
    assert stub.requests[0].headers["authorization"] == "Bearer secret"


def test_pages_are_followed_as_the_link_header_gives_them(stub: Stub) -> None:
    link = f'<{stub.url}/user/1/repos?per_page=2&page=2>; rel="next", <{stub.url}/user/1/repos?page=2>; rel="last"'
    stub.on("/users/ada/repos", Reply([1, 2], headers={"Link": link}))
    stub.on("/user/1/repos", Reply([3]))
    assert [answer.data for answer in pages(door(stub), "/users/ada/repos", params={"per_page": 2})] == [[1, 2], [3]]
    assert stub.asked("/user/1/repos")[0].query == {"per_page": "2", "page": "2"}


def test_a_base_address_with_a_path_keeps_it(stub: Stub) -> None:
    stub.on("/api/v3/user", Reply({"login": "ada"}))
    assert door(stub, base_url=f"{stub.url}/api/v3").get("/user").status == 200


def test_an_answer_that_did_not_change_is_taken_from_what_was_kept_with_its_links(stub: Stub) -> None:
    stub.on("/things", Reply([1], headers={"Link": f'<{stub.url}/things?page=2>; rel="next"'}))
    first, second = door(stub).get("/things", keep=True), door(stub).get("/things", keep=True)
    assert [request.status for request in stub.requests] == [200, 304]
    assert first == second
    assert second.links == {"next": f"{stub.url}/things?page=2"}


def test_what_was_kept_for_one_account_is_not_shown_to_another(stub: Stub) -> None:
    stub.on("/things", Reply([1]))
    door(stub, account="one").get("/things", keep=True)
    door(stub, account="two").get("/things", keep=True)
    assert [request.status for request in stub.requests] == [200, 200]


def test_kept_answers_are_forgotten_when_nobody_asks_again(stub: Stub) -> None:
    stub.on("/things", Reply([1]))
    door(stub).get("/things", keep=True)
    assert cached.forget_old(now=timezone.now()) == 0
    assert cached.forget_old(now=timezone.now() + cached.RETENTION + timedelta(days=1)) == 1
    assert not CachedResponse.objects.exists()


def test_accepted_is_an_answer_of_its_own_and_not_an_empty_success(stub: Stub) -> None:
    stub.on("/stats", Reply({}, 202))
    assert door(stub).get("/stats").status == 202


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "unauthorized"), (403, "forbidden"), (404, "not_found"), (451, "blocked"), (422, "refused")],
)
def test_a_refusal_names_its_kind_and_what_the_service_says(stub: Stub, status: int, code: str) -> None:
    stub.on("/user", Reply({"message": "Because <b>I</b> say so"}, status))
    with pytest.raises(Problem, match="Because <b>I</b> say so") as caught:
        door(stub).get("/user")
    assert (caught.value.code, caught.value.status) == (code, status)
    assert len(stub.requests) == 1


def test_a_key_that_a_service_repeats_in_its_refusal_is_not_told_on(stub: Stub) -> None:
    stub.on("/user", Reply({"message": "No such key: /user?appid=a-secret-key&q=moss"}, 401))
    with pytest.raises(Problem) as caught:
        door(stub).get("/user", params={"appid": "a-secret-key", "q": "moss"})
    assert "appid=…&q=moss" in caught.value.message
    assert "a-secret-key" not in f"{caught.value.message} {caught.value}"


def test_a_status_that_the_caller_expects_is_no_problem(stub: Stub) -> None:
    assert door(stub).get("/gone", also=(404,)).status == 404


def test_a_server_error_is_tried_again_and_may_pass(stub: Stub) -> None:
    stub.on("/user", Reply({}, 502), Reply({"login": "ada"}))
    assert door(stub).get("/user").data == {"login": "ada"}


def test_a_server_error_that_stays_is_told_after_three_attempts(stub: Stub) -> None:
    stub.on("/user", Reply(b"<html>Oops</html>", 500, {"Content-Type": "text/html"}))
    with pytest.raises(Problem, match="trouble of its own") as caught:
        door(stub).get("/user")
    assert caught.value.code == "server_error"
    assert len(stub.requests) == http.ATTEMPTS


def test_a_web_page_instead_of_data_is_told_in_words(stub: Stub) -> None:
    stub.on("/user", Reply(b"<!doctype html><title>Log in</title>", headers={"Content-Type": "text/html"}))
    with pytest.raises(Malformed, match="a web page"):
        door(stub).get("/user")


def test_json_that_is_broken_or_too_deep_is_told_in_words(stub: Stub) -> None:
    stub.on("/broken", Reply(b'{"half": '))
    stub.on("/deep", Reply(b"[" * 200_000 + b"]" * 200_000))
    for path in ("/broken", "/deep"):
        with pytest.raises(Malformed, match="not JSON"):
            door(stub).get(path)


def test_a_stall_ends_with_the_read_timeout(stub: Stub) -> None:
    stub.on("/user", Reply({"login": "a" * 1000}, stall=True))
    with pytest.raises(Problem, match="did not answer in time") as caught:
        door(stub, timeouts=Timeouts(connect=1, read=0.1)).get("/user")
    assert caught.value.code == "timeout"
    assert len(stub.requests) == http.ATTEMPTS


def test_a_body_that_trickles_for_ever_ends_with_the_total_timeout(stub: Stub) -> None:
    stub.on("/user", Reply(b'"' + b"a" * 10_000 + b'"', drip=True))
    with pytest.raises(Problem, match="did not answer in time"):
        door(stub, timeouts=Timeouts(read=5, total=0.1)).get("/user")


@pytest.mark.parametrize("guarded", [False, True])
def test_a_header_that_trickles_ends_with_the_total_timeout_as_well(
    stub: Stub, guarded: bool, settings: Settings
) -> None:
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    stub.on("/user", Reply({"login": "ada"}, drip_head=True))
    home = "http://192.0.2.1" if guarded else stub.url
    out = door(stub, base_url=home, elsewhere=[stub.url], timeouts=Timeouts(read=5, total=0.1))
    with pytest.raises(Problem, match="did not answer in time"):
        out.get(f"{stub.url}/user")
    assert len(stub.requests) == http.ATTEMPTS


def test_a_body_over_the_limit_is_not_read_to_its_end(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST_BODY", 1024 * 1024)
    stub.on("/huge", Reply(b"[" + b"1," * 4 * 1024 * 1024 + b"1]"))
    stub.on("/bomb", Reply(gzip.compress(b" " * 8 * 1024 * 1024), headers={"Content-Encoding": "gzip"}))
    for path in ("/huge", "/bomb"):
        with pytest.raises(Problem, match="more than 1 MB") as caught:
            door(stub).get(path)
        assert caught.value.code == "too_large"


def test_nobody_listening_is_told_in_words() -> None:
    with socket.socket() as taken:  # bound and not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        nowhere = Stub()
        nowhere.url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Problem, match="could not be reached") as caught:
            door(nowhere).get("/user")
    assert caught.value.code == "unreachable"


def test_a_redirect_on_the_same_host_is_followed(stub: Stub) -> None:
    stub.on("/repos/ada/old", Reply({"message": "Moved Permanently"}, 301, {"Location": f"{stub.url}/repositories/7"}))
    stub.on("/repositories/7", Reply({"full_name": "ada/new"}))
    assert door(stub).get("/repos/ada/old").data == {"full_name": "ada/new"}


@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:1/", "https://example.org/", "http://169.254.169.254/", "file:///etc"]
)
def test_neither_redirect_nor_link_nor_address_leads_to_another_host(stub: Stub, place: str) -> None:
    stub.on("/moved", Reply({}, 302, {"Location": place}))
    stub.on("/paged", Reply([], headers={"Link": f'<{place}>; rel="next"'}))
    for ask in (
        lambda: door(stub).get("/moved"),
        lambda: list(pages(door(stub), "/paged", params={})),
        lambda: door(stub).get(place),
    ):
        with pytest.raises(Problem, match="another host"):
            ask()


def test_a_redirect_in_circles_ends(stub: Stub) -> None:
    stub.on("/round", Reply({}, 302, {"Location": "/round"}))
    with pytest.raises(Problem, match="in circles"):
        door(stub).get("/round")


@pytest.mark.parametrize(
    ("status", "headers", "body", "seconds"),
    [
        (429, {"Retry-After": "7200"}, {}, 7200),
        (403, {"Retry-After": "7200"}, {"message": "You have exceeded a secondary rate limit"}, 7200),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "{reset}", "X-RateLimit-Limit": "60"}, {}, 3001),
        (429, {"Retry-After": "7200", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "{reset}"}, {}, 7200),
    ],
)
def test_a_long_pause_ends_the_run_and_is_kept_by_whoever_comes_next(
    stub: Stub,
    time_machine: TimeMachineFixture,
    status: int,
    headers: dict[str, str],
    body: dict[str, str],
    seconds: int,
) -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    time_machine.move_to(now, tick=False)
    reset = str(int(now.timestamp()) + 3000)
    stub.on("/user", Reply(body, status, {name: value.format(reset=reset) for name, value in headers.items()}))
    with pytest.raises(Limited) as caught:
        door(stub).get("/user")
    assert caught.value.until == now + timedelta(seconds=seconds)

    time_machine.move_to(now + timedelta(seconds=seconds - 120), tick=False)
    with pytest.raises(Limited):  # another process, after a restart
        door(stub).get("/user")
    assert len(stub.requests) == 1

    stub.on("/user", Reply({"login": "ada"}))
    time_machine.move_to(now + timedelta(seconds=seconds), tick=False)
    assert door(stub).get("/user").status == 200


def test_retry_after_may_be_a_date(stub: Stub, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False)
    stub.on("/user", Reply({}, 429, {"Retry-After": "Sun, 01 Mar 2026 14:00:00 GMT"}))
    with pytest.raises(Limited) as caught:
        door(stub).get("/user")
    assert caught.value.until == datetime(2026, 3, 1, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "99999999999999999999"},
        {"Retry-After": "Fri, 01 Mar 2999 14:00:00 GMT"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "32503680000"},
    ],
)
def test_no_service_can_ask_for_more_than_a_week(
    stub: Stub, time_machine: TimeMachineFixture, headers: dict[str, str]
) -> None:
    time_machine.move_to(now := datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False)
    stub.on("/user", Reply({}, 429, headers))
    with pytest.raises(Limited) as caught:
        door(stub).get("/user")
    assert caught.value.until == now + timedelta(days=7)


def test_a_short_pause_does_not_end_a_longer_one() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    limits.pause("stub", until=now + timedelta(hours=2), reason="long", now=now)
    limits.pause("stub", until=now + timedelta(minutes=1), reason="short", now=now)
    assert limits.next_try_at("stub", now=now) == now + timedelta(hours=2)
    limits.pause("stub", until=now + timedelta(hours=3), reason="longer", now=now)
    turn = limits.take_token("stub", per_minute=10, burst=10, now=now)
    assert (turn.until, turn.reason) == (now + timedelta(hours=3), "longer")


def test_a_short_pause_is_waited_out(stub: Stub, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        time_machine.shift(timedelta(seconds=seconds))

    stub.on("/user", Reply({}, 429, {"Retry-After": "30"}), Reply({"login": "ada"}))
    assert door(stub, sleep=sleep).get("/user").status == 200
    assert sum(slept) == pytest.approx(30, abs=0.1)


def test_the_last_allowed_request_is_answered_and_the_next_is_not_even_sent(
    stub: Stub, time_machine: TimeMachineFixture
) -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    time_machine.move_to(now, tick=False)
    stub.on("/user", Reply({"login": "ada"}))
    stub.allowance, stub.reset = 1, int(now.timestamp()) + 1800
    assert door(stub).get("/user").status == 200
    with pytest.raises(Limited, match="60 requests at a time"):
        door(stub).get("/user")
    assert len(stub.requests) == 1


def test_a_new_token_is_not_held_back_by_the_pause_of_the_old(stub: Stub) -> None:
    stub.on("/user", Reply({}, 429, {"Retry-After": "7200"}), Reply({"login": "ada"}))
    with pytest.raises(Limited):
        door(stub).get("/user")
    assert door(stub, account="another").get("/user").status == 200


def test_the_bucket_spreads_requests_over_the_minute_and_outlives_the_process(
    stub: Stub, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False)
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        time_machine.shift(timedelta(seconds=seconds))

    stub.on("/user", Reply({}))
    for _ in range(6):
        door(stub, per_minute=4, sleep=sleep).get("/user")
    assert waits == pytest.approx([15.0, 15.0], abs=0.01)
    assert OutgoingLimit.objects.get(provider="stub").tokens == pytest.approx(0.0, abs=0.01)


def test_a_request_says_that_it_is_alive_before_anything_that_takes_long(stub: Stub) -> None:
    beats = count()
    stub.on("/user", Reply({}, 500), Reply({}, 500), Reply({}))
    door(stub, alive=lambda: next(beats)).get("/user")
    assert next(beats) >= 3


def test_an_unmodified_answer_is_the_same_json_as_before(stub: Stub) -> None:
    body = {"text": "grün \U0001f331", "number": 1.5, "nothing": None}
    stub.on("/things", Reply(json.dumps(body).encode(), headers={"ETag": '"one"'}))
    kept = door(stub).get("/things", keep=True)
    stub.on("/things", Reply(b"", 304))
    assert door(stub).get("/things", keep=True).data == kept.data == body
