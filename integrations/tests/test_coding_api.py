"""What an editor's plugin meets: its requests are taken as they come, and answered in the shapes it knows."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from integrations import keys
from integrations.coding import services
from integrations.coding.durations import LAST_LANGUAGE, LAST_PROJECT
from integrations.models import ApiKey, CodingName, Heartbeat, Intake, UnsettledDay
from integrations.tests.coding import HOME, KEY, NOW, basic, heartbeat, send

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon(settings: Settings, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)
    settings.HEARTBEAT_API_KEY = KEY


def test_a_bulk_is_answered_item_by_item_with_what_was_sent(client: Client) -> None:
    items = [heartbeat(5), heartbeat(3, lineno="6", category=None)]
    answer = send(client, items)
    assert answer.status_code == 202
    assert answer.json() == {"responses": [[{"data": item}, 201] for item in items]}
    assert Heartbeat.objects.count() == 2


def test_a_heartbeat_from_next_year_is_refused_and_the_others_are_kept(client: Client) -> None:
    answer = send(client, [heartbeat(5), heartbeat(-525_600), "nonsense", heartbeat(1)])
    assert [status for _, status in answer.json()["responses"]] == [201, 400, 400, 201]
    assert "future" in answer.json()["responses"][1][0]["error"]
    assert Heartbeat.objects.count() == 2


def test_twenty_six_are_too_many_and_none_of_them_is_kept(client: Client) -> None:
    answer = send(client, [heartbeat(number) for number in range(26)])
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "too_many"
    assert "25" in answer.json()["error"]["message"]
    assert not Heartbeat.objects.exists()


@pytest.mark.parametrize("time", ["1e999", "NaN", "1" + "0" * 40, "1" + "0" * 18, '"1e400"', "-1", "[]", '"\\u0000"'])
def test_a_time_that_nothing_holds_is_refused_by_itself(client: Client, time: str) -> None:
    body = json.dumps([heartbeat(5), heartbeat(4)])
    broken = body.replace(json.dumps(heartbeat(5)["time"]), time, 1)
    answer = send(client, broken)
    assert [status for _, status in answer.json()["responses"]] == [400, 201]
    assert Heartbeat.objects.count() == 1


def test_what_nothing_holds_elsewhere_in_a_heartbeat_spoils_it_not(client: Client) -> None:
    body = json.dumps([heartbeat(5, lineno=10**40, cursorpos=1e308, branch="\ud800\x00", project="\u202e\u200b")])
    answer = send(client, body)
    assert [status for _, status in answer.json()["responses"]] == [201]
    assert Heartbeat.objects.get().project == ""


@pytest.mark.parametrize("body", [{}, "text", 7, None])
def test_a_bulk_that_is_no_list_is_told_so(client: Client, body: Any) -> None:
    answer = send(client, body)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("body", ["{", "[1e999]", '{"time": NaN}', "[" * 5000, '["\\ud800"]'])
def test_a_body_that_is_no_json_is_told_so(client: Client, body: str) -> None:
    for path in ("heartbeats", "heartbeats.bulk"):
        assert send(client, body, path).status_code in (202, 400)
    assert not Heartbeat.objects.exists()


def test_a_single_heartbeat_is_taken_too_and_a_list_is_sent_elsewhere(client: Client) -> None:
    assert send(client, heartbeat(1), "heartbeats").json() == {"data": heartbeat(1)}
    assert Heartbeat.objects.count() == 1
    refused = send(client, heartbeat(-525_600), "heartbeats")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "bad_heartbeats")
    assert "bulk" in send(client, [heartbeat(1)], "heartbeats").json()["error"]["message"]


def test_paths_and_names_of_machines_are_not_stored_anywhere(client: Client) -> None:
    send(client, [heartbeat(1, project="/home/ada/engine", branch="secret", dependencies=["private"])])
    row = Heartbeat.objects.values().get()
    assert (row["project"], row["language"], row["category"], row["editor"]) == (
        "engine",
        "Python",
        "coding",
        "VS Code",
    )
    told = repr(row)
    assert not any(word in told for word in ("/home", "adas-laptop", "secret", "private", "main.py"))


def test_the_same_heartbeat_twice_is_one(client: Client) -> None:
    for _ in range(2):
        assert send(client, [heartbeat(2), heartbeat(2)]).status_code == 202
    assert Heartbeat.objects.count() == 1


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_key_comes_in_the_header_or_in_the_address(client: Client, slash: str) -> None:
    address = f"{HOME}statusbar/today{slash}"
    assert client.get(address, headers={"Authorization": basic()}).status_code == 200
    assert client.get(address, headers={"Authorization": basic(f"{KEY}:")}).status_code == 200
    assert client.get(address, {"api_key": KEY}).status_code == 200


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Basic \xff", "Bearer x", basic("wrong"), basic("")])
def test_without_a_key_of_ours_nothing_opens(client: Client, header: str) -> None:
    for method, path in (("post", "heartbeats.bulk"), ("get", "summaries"), ("get", "status_bar/today")):
        answer = getattr(client, method)(f"{HOME}{path}", headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Basic")


def test_no_key_at_all_opens_nothing_and_says_what_to_do(client: Client, settings: Settings) -> None:
    settings.HEARTBEAT_API_KEY = ""
    answer = client.get(f"{HOME}summaries", headers={"Authorization": basic()})
    assert answer.status_code == 401
    assert "admin" in answer.json()["error"]["message"]
    assert client.get(f"{HOME}summaries", {"api_key": ""}).status_code == 401


def test_a_signed_in_owner_is_no_editor(admin_client: Client) -> None:
    assert admin_client.get(f"{HOME}summaries").status_code == 401


def test_a_made_key_opens_until_it_is_revoked_and_stands_nowhere_in_clear(client: Client) -> None:
    key, text = keys.make(intake=Intake.HEARTBEATS, label="laptop", now=NOW)
    assert send(client, [heartbeat(1)], Authorization=basic(text)).status_code == 202
    stored = ApiKey.objects.get()
    assert stored.last_used_at == NOW
    assert text not in repr(ApiKey.objects.values().get())
    assert stored.shown == f"{text[:8]}…"
    keys.revoke(key=key, now=NOW)
    assert send(client, [heartbeat(1)], Authorization=basic(text)).status_code == 401


def test_taking_a_bulk_in_costs_the_same_whatever_its_size(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 25):
        with django_assert_num_queries(4):  # a transaction with two writes
            send(client, [heartbeat(number) for number in range(count)])
    assert UnsettledDay.objects.filter(day="2026-06-03").count() == 2


def test_the_status_bar_shows_heartbeats_that_nobody_settled_yet(client: Client) -> None:
    send(client, [heartbeat(30), heartbeat(20), heartbeat(10, "notes", language="Markdown"), heartbeat(5, "notes")])
    for path in ("statusbar/today", "status_bar/today"):
        shown = client.get(f"{HOME}{path}", {"api_key": KEY}).json()
        assert shown["data"]["grand_total"]["text"] == "25 mins"
        assert [(one["name"], one["total_seconds"]) for one in shown["data"]["projects"]] == [
            ("engine", 1200),
            ("notes", 300),
        ]
        assert shown["data"]["range"]["date"] == "2026-06-03"
    assert UnsettledDay.objects.exists()  # reading settles nothing


def test_summaries_tell_every_day_asked_for(client: Client) -> None:
    send(client, [heartbeat(1440 + 10), heartbeat(1440), heartbeat(10), heartbeat(4, project=None)])
    services.rebuild_days(now=NOW)
    told = client.get(f"{HOME}summaries", {"start": "2026-06-01", "end": "2026-06-03", "api_key": KEY}).json()
    assert [day["range"]["date"] for day in told["data"]] == ["2026-06-01", "2026-06-02", "2026-06-03"]
    assert [day["grand_total"]["total_seconds"] for day in told["data"]] == [0, 600, 360]
    assert told["cumulative_total"]["text"] == "16 mins"
    assert (told["start"], told["end"]) == ("2026-06-01T00:00:00Z", "2026-06-03T23:59:59Z")
    assert told["daily_average"]["seconds"] == 480
    week = client.get(f"{HOME}summaries", {"range": "Last 7 Days", "project": "Engine", "api_key": KEY}).json()
    assert len(week["data"]) == 7
    assert week["cumulative_total"]["seconds"] == 960


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"start": "2026-06-01"},
        {"start": "yesterday", "end": "2026-06-01"},
        {"start": "2026-06-02", "end": "2026-06-01"},
        {"start": "2020-01-01", "end": "2026-06-01"},
        {"start": "0001-01-01", "end": "0001-01-01"},
        {"start": "9999-12-31", "end": "9999-12-31"},
        {"range": "last century"},
    ],
)
def test_days_that_cannot_be_told_are_refused_in_words(client: Client, asked: dict[str, str]) -> None:
    answer = client.get(f"{HOME}summaries", {**asked, "api_key": KEY})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_range"


def test_days_are_the_owners(client: Client, settings: Settings) -> None:
    settings.TIME_ZONE = "Pacific/Auckland"  # twelve hours ahead: it is midnight there
    send(client, [heartbeat(6), heartbeat(-4)])
    services.rebuild_days(now=NOW + timedelta(minutes=5))
    told = client.get(f"{HOME}summaries", {"start": "2026-06-03", "end": "2026-06-04", "api_key": KEY}).json()
    assert [day["grand_total"]["total_seconds"] for day in told["data"]] == [360, 240]
    assert told["data"][1]["range"]["start"] == "2026-06-03T12:00:00Z"
    assert told["data"][1]["range"]["timezone"] == "Pacific/Auckland"


def test_editors_that_only_take_the_address_of_a_server_are_served_too(client: Client) -> None:
    answer = client.post(
        "/api/v1/users/current/heartbeats.bulk",
        [heartbeat(1)],
        content_type="application/json",
        headers={"Authorization": basic()},
    )
    assert answer.status_code == 202
    assert reverse("heartbeats-bulk") == f"{HOME}heartbeats.bulk/"


@pytest.mark.parametrize("kind", ["", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "nonsense"])
def test_a_body_is_read_whatever_its_content_type(client: Client, kind: str) -> None:
    body = json.dumps(heartbeat(1, LAST_PROJECT, type="url", entity="https://example.com/"))
    address = f"{HOME}heartbeats?api_key={KEY}"
    answer = client.generic("POST", address, body, content_type=kind)
    assert (answer.status_code, answer.json()["data"]["type"]) == (202, "url")
    assert Heartbeat.objects.get().category == "browsing"


@pytest.mark.parametrize("path", ["heartbeats", "heartbeats.bulk"])
def test_json_in_a_json_text_is_read_as_what_it_says(client: Client, path: str) -> None:
    said: Any = heartbeat(1, plugin="vscode/1.104.0 vscode-wakatime/25.3.0")
    text = json.dumps(said if path == "heartbeats" else [said])
    address = f"{HOME}{path}?api_key={KEY}"
    answer = client.post(address, json.dumps(text), content_type="application/json")
    assert answer.status_code == 202
    assert Heartbeat.objects.get().editor == "VS Code"
    twice = json.dumps(json.dumps(text))
    assert client.post(address, twice, content_type="application/json").status_code in (202, 400)
    assert Heartbeat.objects.count() == 1


def test_the_time_of_a_browser_goes_to_what_the_editor_did_before(client: Client) -> None:
    send(client, [heartbeat(10, LAST_PROJECT, language=LAST_LANGUAGE), heartbeat(4), heartbeat(20, "engine")])
    services.rebuild_days(now=NOW)
    assert CodingName.objects.values_list("name", flat=True).get() == "engine"
    shown = client.get(f"{HOME}statusbar/today", {"api_key": KEY}).json()["data"]
    assert [(one["name"], one["total_seconds"]) for one in shown["projects"]] == [("engine", 960)]
    assert [one["name"] for one in shown["languages"]] == ["Python"]


@pytest.mark.parametrize("address", [HOME, HOME.rstrip("/"), "/api/v1/users/current"])
def test_whoever_asks_first_whose_garden_it_is_hears_it_with_a_key(
    client: Client, settings: Settings, address: str
) -> None:
    settings.OWNER_NAME = "Ada"
    assert client.get(address).status_code == 401
    told = client.get(address, {"api_key": KEY}).json()["data"]
    assert (told["display_name"], told["email"], told["timezone"]) == ("Ada", None, "UTC")
    assert told["id"] == client.get(address, {"api_key": KEY}).json()["data"]["id"]


@pytest.mark.parametrize("origin", ["chrome-extension://abcdefgh", "moz-extension://0b5f-11", "https://vscode.dev"])
def test_a_browser_may_report_from_any_origin_and_do_nothing_else(client: Client, origin: str) -> None:
    asks = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-machine-name",
    }
    for home in (HOME, "/api/v1/users/current/"):
        allowed = client.options(f"{home}heartbeats.bulk", headers=asks)
        assert allowed.status_code == 200
        assert allowed["Access-Control-Allow-Origin"] == origin
        assert set(asks["Access-Control-Request-Headers"].split(",")) <= set(
            allowed["Access-Control-Allow-Headers"].split(", ")
        )
        assert "Access-Control-Allow-Credentials" not in allowed
        refused = client.get(f"{home}summaries", headers={"Origin": origin})  # it can read why
        assert (refused.status_code, refused["Access-Control-Allow-Origin"]) == (401, origin)
    taken = send(client, [heartbeat(1)], Origin=origin)
    assert (taken.status_code, taken["Access-Control-Allow-Origin"]) == (202, origin)
    for elsewhere in ("/api/v1/projects/", "/api/v1/integrations/status/", f"{HOME.rstrip('/')}ly"):
        assert "Access-Control-Allow-Origin" not in client.get(elsewhere, headers={"Origin": origin})


def test_a_plugin_with_a_wrong_address_is_told_so_in_json() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/api/v1/integrations/wakatime", [heartbeat(1)], content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    taken = strict.post(
        f"{HOME}heartbeats.bulk",
        [heartbeat(1)],
        content_type="application/json",
        headers={"Authorization": basic()},
    )
    assert taken.status_code == 202
